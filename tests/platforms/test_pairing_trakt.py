"""A pairing with Trakt: what Trakt refuses, and what it says of who is meant."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist, account_trakt
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.setbacks import LATE
from custom_components.media_list_sync.engine.store.elapsed import Elapsed
from simulators.anilist import VIEWER, AniListMedia
from simulators.catalog import CatalogTitle, Season
from simulators.faults import Failure, Fault
from simulators.trakt import Entry

from .conftest import ANILIST_ID, PAIRING_ID, TRAKT_ID, House, pairing

REFUSALS: dict[str, Callable[[House], None]] = {
    "trakt_limit": lambda house: house.trakt.reach_account_limit("/sync/history$", 250),
    "trakt_locked": lambda house: house.trakt.lock(),
    "trakt_vip": lambda house: house.trakt.require_vip("/sync/history$"),
}


@pytest.fixture
def quick(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is kept waiting between two requests."""
    pace = Pace(interval=0.001, at_once=1)
    monkeypatch.setattr(account_anilist, "PACE", pace)
    monkeypatch.setattr(account_trakt, "Pace", lambda **_: pace)
    house.trakt.limit_writes(0)


def know(house: House) -> None:
    """Let Trakt know the anime that a table places."""
    house.trakt.state.titles.add(
        CatalogTitle(
            is_show=True,
            tmdb=7,
            imdb="tt0000007",
            tvdb=None,
            trakt=500_007,
            title="Anime",
            year=2015,
            seasons=(Season(1, 12, "2015-01-05"),),
            imdb_type="tvSeries",
        )
    )
    house.trakt.state.titles.add(
        CatalogTitle(
            is_show=False,
            tmdb=9,
            imdb="tt0000009",
            tvdb=None,
            trakt=600_009,
            title="Another",
            year=2015,
        )
    )


def _place_film(connection: Any, anilist: int, tmdb: int) -> None:
    connection.execute(
        "INSERT INTO atlas VALUES ('anilist', ?, 'tmdb_movie', ?, 'anibridge', '-1:1>1')",
        (anilist, str(tmdb)),
    )


@pytest.fixture
async def paired(house: House, quick: None) -> House:
    """A pairing of AniList with Trakt, of which the first plan waits."""
    await house.have_anime()
    know(house)
    trakt = await house.trakt_entry()
    entry = await house.anilist_entry(pairing(TRAKT_ID))
    await house.set_up(trakt, entry)
    return house


def plays(house: House) -> list[tuple[int | None, int | None]]:
    found = house.trakt.user().plays.newest_first()
    return sorted((play.entry.season, play.entry.episode) for play in found)


def issues(house: House) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(house.hass).issues if domain == DOMAIN}


def status(house: House) -> str:
    return house.state("sensor", f"{PAIRING_ID}_status").state


async def sync(house: House, **data: Any) -> Any:
    answer: Any = await house.hass.services.async_call(
        DOMAIN, "sync", {"subentry_id": PAIRING_ID, **data}, blocking=True, return_response=True
    )
    await house.hass.async_block_till_done()
    (one,) = answer["lists"]
    return one


async def test_approving_by_button(paired: House) -> None:
    """The button is there to be pressed for as long as the first plan waits (W12)."""
    approve = paired.entity_id("button", f"{PAIRING_ID}_approve")
    er.async_get(paired.hass).async_update_entity(approve, disabled_by=None)
    await paired.hass.config_entries.async_reload(ANILIST_ID)
    await paired.hass.async_block_till_done()
    assert status(paired) == "approval"
    await paired.press(PAIRING_ID)
    assert not plays(paired), "syncing is no yes"
    assert paired.hass.states.get(approve).state != "unavailable"  # type: ignore[union-attr]
    await paired.press(PAIRING_ID, "approve")
    assert plays(paired) == [(1, 1), (1, 2), (1, 3)]
    assert status(paired) == "completed"
    assert paired.hass.states.get(approve).state == "unavailable"  # type: ignore[union-attr]
    await sync(paired, full=True)
    assert len(plays(paired)) == 3, "never the same play twice"


async def test_pressed_again_before_a_late_write_is_carried_out(paired: House) -> None:
    """W8: Trakt keeps what it is sent twice, so that a person's impatience must not send it."""
    faults = paired.trakt.faults
    faults.add(Fault(Failure.LATE, "POST", "/sync/history"))
    with pytest.raises(HomeAssistantError):
        await sync(paired, approve=True)
    faults.clear()
    await paired.press(PAIRING_ID)
    answer = await sync(paired, anilist_id=101)
    assert [problem["problem"] for problem in answer["problems"]] == ["in_doubt"]
    assert status(paired) == "deferred"
    assert not plays(paired)
    assert await faults.catch_up() == 1
    store = (await paired.shared()).store
    given_up = (dt_util.utcnow() - LATE).isoformat()
    await store.run(
        lambda db: db.execute("UPDATE journal SET begun_at = ?, result = NULL", (given_up,))
    )
    passed = 0.0
    store.elapsed = Elapsed(lambda: passed)
    passed = LATE.total_seconds()
    await paired.press(PAIRING_ID)
    assert status(paired) == "completed"
    assert plays(paired) == [(1, 1), (1, 2), (1, 3)]


async def test_nothing_to_do_needs_no_yes(paired: House) -> None:
    """A first plan that is empty has nothing to be approved."""
    paired.anilist.change_entry(VIEWER, 101, progress=0)
    answer = await sync(paired, full=True)
    assert answer["status"] == "completed"
    assert not issues(paired)


@pytest.mark.parametrize("key", REFUSALS)
async def test_refusals(paired: House, key: str, hass_client: ClientSessionGenerator) -> None:
    """What Trakt does not let the account do is said, with its number, and looked at again."""
    issue_id = f"{key}_{PAIRING_ID if key == 'trakt_limit' else TRAKT_ID}"
    assert await async_setup_component(paired.hass, REPAIRS, {})
    REFUSALS[key](paired)
    with pytest.raises(HomeAssistantError) as caught:
        await sync(paired, approve=True)
    assert caught.value.translation_key == f"sync_{key}"
    assert issues(paired) == {issue_id}
    raised = ir.async_get(paired.hass).async_get_issue(DOMAIN, issue_id)
    assert raised is not None
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["account"] == "Trakt (viewer)"
    assert ("250" in raised.translation_placeholders["detail"]) is (key == "trakt_limit")
    assert paired.state("binary_sensor", f"{PAIRING_ID}_problem").state == "on"

    paired.trakt.lift_refusals()
    paired.trakt.user().locked = False
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    shown = await begun.json()
    done = await client.post(f"/api/repairs/issues/fix/{shown['flow_id']}", json={})
    assert done.status == HTTPStatus.OK
    assert (await done.json())["type"] == "create_entry"
    await paired.hass.async_block_till_done()
    assert not issues(paired)
    assert len(plays(paired)) == 3


async def test_full_watchlist(house: House, quick: None) -> None:
    """It is told, and what else there is to do is done all the same."""
    await house.have_anime()
    house.anilist.add_media(AniListMedia(102, "Another", episodes=1, format="MOVIE"))
    house.anilist.add_entry(VIEWER, 102, "PLANNING", updated_at=1_700_000_000)
    shared = await house.shared()
    await shared.store.run(_place_film, 102, 9)
    know(house)
    viewer = house.trakt.user()
    viewer.item_limit = 0
    trakt = await house.trakt_entry()
    statuses = ["CURRENT", "PLANNING"]
    entry = await house.anilist_entry(pairing(TRAKT_ID, watchlist=True, statuses=statuses))
    await house.set_up(trakt, entry)
    answer = await sync(house, approve=True)
    assert answer["status"] == "partial"
    assert plays(house) == [(1, 1), (1, 2), (1, 3)]
    assert issues(house) == {f"trakt_limit_{PAIRING_ID}"}
    assert house.state("binary_sensor", f"{PAIRING_ID}_problem").state == "on"
    viewer.item_limit = None
    assert (await sync(house))["status"] == "completed"
    assert "Another" in {
        one.entry.title.title for one in viewer.watchlist if isinstance(one.entry, Entry)
    }
    assert not issues(house)


async def test_person_is_gone_from_anilist(paired: House) -> None:
    await sync(paired, approve=True)
    paired.anilist.delete_user(VIEWER)
    with pytest.raises(HomeAssistantError) as caught:
        await sync(paired, full=True)
    key = str(caught.value.translation_key).removeprefix("sync_")
    assert key in ("anilist_user_gone", "anilist_signed_out")
    assert len(plays(paired)) == 3, "nothing follows from a list that is gone"


async def test_signed_out_of_trakt(paired: House) -> None:
    """The account whose sign-in ended is the one that asks for a new one (not AniList's)."""
    await sync(paired, approve=True)
    paired.trakt.revoke_all()
    with pytest.raises(HomeAssistantError):
        await sync(paired, full=True)
    flows = paired.hass.config_entries.flow.async_progress()
    assert [flow["context"]["entry_id"] for flow in flows] == [TRAKT_ID]
    paired.hass.config_entries.flow.async_abort(flows[0]["flow_id"])
    await paired.give_token()
    await paired.hass.config_entries.async_reload(TRAKT_ID)
    await paired.until(lambda: status(paired) == "completed")


async def test_switched_off(paired: House) -> None:
    """Only a person brings an account back that a person switched off: there is a repair."""
    await sync(paired, approve=True)
    await paired.hass.config_entries.async_set_disabled_by(TRAKT_ID, ConfigEntryDisabler.USER)
    with pytest.raises(HomeAssistantError) as caught:
        await sync(paired)
    assert caught.value.translation_key == "sync_account_missing"
    assert issues(paired) == {f"account_missing_{PAIRING_ID}"}
    await paired.hass.config_entries.async_set_disabled_by(TRAKT_ID, None)
    await paired.until(lambda: status(paired) == "completed")
    await paired.until(lambda: not issues(paired))


async def test_trakt_is_down(paired: House) -> None:
    """A service that is down has its name in the message, and is no repair."""
    await sync(paired, approve=True)
    paired.trakt.faults.add(Fault(Failure.STATUS, status=503))
    with pytest.raises(HomeAssistantError) as caught:
        await sync(paired, full=True)
    assert caught.value.translation_key == "sync_list_unreachable"
    assert caught.value.translation_placeholders is not None
    assert caught.value.translation_placeholders["service"] == "Trakt"
    assert status(paired) == "deferred"
    assert not issues(paired)


async def test_anilist_is_shut(paired: House) -> None:
    """AniList closes its API now and then: the sync waits, and says whose fault it is."""
    await sync(paired, approve=True)
    paired.anilist.faults.add(Fault(Failure.STATUS, status=403))
    with pytest.raises(HomeAssistantError) as caught:
        await sync(paired, full=True)
    assert caught.value.translation_placeholders is not None
    assert caught.value.translation_placeholders["service"] == "AniList"
    assert status(paired) == "deferred"


async def test_removing_the_account_takes_its_pairings_along(paired: House) -> None:
    assert issues(paired) == {f"first_plan_{PAIRING_ID}"}
    await paired.hass.config_entries.async_remove(ANILIST_ID)
    await paired.hass.async_block_till_done()
    assert not issues(paired)
    store = (await paired.shared()).store
    left = await store.run(_rows_of, (ANILIST_ID, PAIRING_ID))
    assert not left
    entry = paired.hass.config_entries.async_get_entry(TRAKT_ID)
    assert entry is not None


def _rows_of(connection: Any, ids: tuple[str, ...]) -> dict[str, int]:
    """Count the rows that know one of the ids, by table."""
    found = {}
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in names:
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        count = sum(any(value in ids for value in tuple(row)) for row in rows)
        if count:
            found[table] = count
    return found


async def test_report_waits_for_a_yes_after_a_restart(paired: House) -> None:
    """The repair of a first plan is there again, without a sync."""
    await paired.hass.config_entries.async_reload(ANILIST_ID)
    await paired.hass.async_block_till_done()
    entry = paired.hass.config_entries.async_get_entry(ANILIST_ID)
    report = await paired.report(PAIRING_ID, entry)
    assert report.status is JobStatus.APPROVAL
    assert issues(paired) == {f"first_plan_{PAIRING_ID}"}
