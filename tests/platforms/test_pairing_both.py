"""A pairing both ways in Home Assistant: its plan, what it saves, conflicts, and taking it back."""

from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.engine.store import pairings
from simulators.anilist import VIEWER, AniListMedia

from .conftest import PAIRING_ID, PLEX_ID, House, pairing

ANIME = 101
LATE = 1_790_000_000


@pytest.fixture
async def both(
    request: pytest.FixtureRequest, house: House, monkeypatch: pytest.MonkeyPatch
) -> House:
    """A pairing of AniList with Plex, both ways, of which the first plan waits."""
    monkeypatch.setattr(account_anilist, "PACE", Pace())
    house.show = await house.have_anime()  # type: ignore[attr-defined]
    library = next(iter(house.plex.state.libraries.values()))
    policy = getattr(request, "param", {})
    plex = await house.plex_entry()
    subentry = pairing(PLEX_ID, library.uuid, direction="both", follow=False, **policy)
    await house.set_up(plex, await house.anilist_entry(subentry))
    return house


def watch(house: House, *numbers: int, at: int = LATE) -> None:
    episodes = house.show.seasons[1].episodes  # type: ignore[attr-defined]
    for minute, number in enumerate(numbers):
        house.plex.server.watch(house.plex.owner, episodes[number], at + 60 * minute)


def progress(house: House) -> int:
    return house.anilist.user(VIEWER).entries[ANIME].progress


def number(house: House, key: str) -> str:
    return house.state("sensor", f"{PAIRING_ID}_{key}").state


async def call(house: House, action: str, **data: Any) -> Any:
    answer: Any = await house.hass.services.async_call(
        DOMAIN, action, {"subentry_id": PAIRING_ID, **data}, blocking=True, return_response=True
    )
    await house.hass.async_block_till_done()
    (one,) = answer["lists"]
    return one


@pytest.mark.parametrize(("watched", "said"), [(5, "AniList 5"), (12, "AniList Completed 12")])
async def test_the_plan_says_what_anilist_is_to_say(
    both: House, hass_client: ClientSessionGenerator, watched: int, said: str
) -> None:
    watch(both, *range(1, watched + 1))
    answer = await call(both, "sync", dry_run=True, full=True)
    (planned,) = answer["plan"]
    assert planned["outcome"] == "update"
    assert planned["reason"] == "watched_there"
    assert planned["anilist"]["progress"] == watched
    assert progress(both) == 3
    assert await async_setup_component(both.hass, REPAIRS, {})
    client = await hass_client()
    shown = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": DOMAIN, "issue_id": f"first_plan_{PAIRING_ID}"},
    )
    texts = (await shown.json())["description_placeholders"]
    assert (texts["saves"], texts["episodes"]) == ("1", "0")
    assert texts["titles"].endswith(f": {said}")


async def test_what_was_watched_comes_to_anilist_and_can_be_taken_back(both: House) -> None:
    await call(both, "sync", approve=True)
    watch(both, 4, 5)
    answer = await call(both, "sync")
    assert answer["counts"]["saved"] == 1
    assert progress(both) == 5
    assert (number(both, "saved"), number(both, "episodes")) == ("1", "0")
    event = both.state("event", f"{PAIRING_ID}_pairing_update")
    assert event.attributes["event_type"] == "sync_finished"
    log: Any = await both.hass.services.async_call(
        DOMAIN, "get_log", {"kinds": ["saved"]}, blocking=True, return_response=True
    )
    (saved,) = log["events"]
    assert saved["data"]["anilist"]["progress"] == 5
    dry = await call(both, "undo_sync", dry_run=True)
    (planned,) = dry["plan"]
    assert (planned["anilist_id"], planned["outcome"]) == (ANIME, "undone")
    assert planned["anilist"]["progress"] == 3
    assert progress(both) == 5
    await call(both, "undo_sync")
    assert progress(both) == 3
    # Neither its numbers are the pairing's, nor is it written again.
    assert number(both, "saved") == "1"
    assert (await call(both, "sync", full=True))["counts"]["saved"] == 0
    assert progress(both) == 3


@pytest.mark.parametrize("both", [{"scores": True}], indirect=True)
async def test_a_rating_is_taken_back_to_what_it_was(both: House) -> None:
    show = both.show  # type: ignore[attr-defined]
    views = both.plex.state.views
    views.rated(both.plex.owner, show, 5, LATE)
    both.anilist.change_entry(VIEWER, ANIME, score=80)
    await call(both, "sync", approve=True)
    assert views.of(both.plex.owner)[show.guid].rating == 8
    answer = await call(both, "undo_sync")
    told = {one["action"]: one for one in answer["plan"]}
    assert (told["rate"]["outcome"], told["rate"]["rating"]) == ("undone", 5)
    assert views.of(both.plex.owner)[show.guid].rating == 5
    assert (await call(both, "sync", full=True))["counts"]["new"] == 0
    assert views.of(both.plex.owner)[show.guid].rating == 5
    assert both.anilist.user(VIEWER).entries[ANIME].score == 80


@pytest.mark.parametrize("both", [{"add": True}], indirect=True)
async def test_an_entry_that_was_put_on_the_list_is_deleted(both: House) -> None:
    both.anilist.add_media(AniListMedia(102, "Another"))
    both.anilist.add_entry(VIEWER, 102)
    await call(both, "sync", approve=True)
    both.anilist.remove_entry(VIEWER, ANIME)
    await call(both, "sync", full=True)
    watch(both, 4)
    assert (await call(both, "sync", full=True))["counts"]["saved"] == 1
    (dry,) = (await call(both, "undo_sync", dry_run=True))["plan"]
    assert (dry["action"], dry["outcome"]) == ("add", "undone")
    assert progress(both) == 4
    await call(both, "undo_sync")
    assert ANIME not in both.anilist.user(VIEWER).entries
    assert (await call(both, "sync", full=True))["counts"]["saved"] == 0
    assert ANIME not in both.anilist.user(VIEWER).entries


async def test_undo_wants_to_know_of_what(both: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await both.hass.services.async_call(
            DOMAIN, "undo_sync", {}, blocking=True, return_response=True
        )
    assert caught.value.translation_key == "undo_of_what"
    with pytest.raises(ServiceValidationError) as caught:
        await call(both, "undo_sync")
    assert caught.value.translation_key == "nothing_to_undo"
    with pytest.raises(ServiceValidationError) as caught:
        await call(both, "sync", prefer="anilist")
    assert caught.value.translation_key == "prefer_of_what"


@pytest.mark.parametrize("both", [{"conflict": "ask"}], indirect=True)
@pytest.mark.parametrize(("option", "expected"), [("tracker", 7), ("anilist", 4)])
async def test_w1_a_conflict_is_answered_in_the_review(
    both: House, hass_client: ClientSessionGenerator, option: str, expected: int
) -> None:
    await call(both, "sync", approve=True)
    both.anilist.change_entry(VIEWER, ANIME, progress=4)
    watch(both, 4, 5, 6, 7)
    answer = await call(both, "sync", full=True)
    assert answer["counts"]["review"] == 1
    assert progress(both) == 4
    assert await async_setup_component(both.hass, REPAIRS, {})
    client = await hass_client()
    shown = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": DOMAIN, "issue_id": f"review_waiting_{PAIRING_ID}"},
    )
    menu = await shown.json()
    assert menu["menu_options"] == ["anilist", "tracker", "skip", "stop"]
    assert "both differ" in menu["description_placeholders"]["reason"]
    done = await client.post(
        f"/api/repairs/issues/fix/{menu['flow_id']}", json={"next_step_id": option}
    )
    assert (await done.json())["type"] == "create_entry"
    await both.hass.async_block_till_done(wait_background_tasks=False)
    await both.until(lambda: number(both, "to_review") == "0")
    assert progress(both) == expected
    assert ir.async_get(both.hass).async_get_issue(DOMAIN, f"review_waiting_{PAIRING_ID}") is None


async def test_a_list_that_is_read_by_name_cannot_be_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where somebody signed out again: it is said, and nothing else is done."""
    monkeypatch.setattr(account_anilist, "PACE", Pace())
    house.show = await house.have_anime()  # type: ignore[attr-defined]
    library = next(iter(house.plex.state.libraries.values()))
    plex = await house.plex_entry()
    subentry = pairing(PLEX_ID, library.uuid, direction="to_anilist", follow=False)
    await house.set_up(plex, await house.anilist_entry(subentry, signed_in=False))
    watch(house, 1, 2, 3, 4)
    store = (await house.shared()).store
    await store.run(pairings.approve, PAIRING_ID, dt_util.utcnow())
    with pytest.raises(Exception, match="AniList") as caught:
        await call(house, "sync", full=True)
    assert getattr(caught.value, "translation_key", "") == "sync_anilist_signed_out"
    assert progress(house) == 3
