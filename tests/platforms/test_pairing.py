"""A pairing in Home Assistant: its first plan, its entities, its actions, its end."""

from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import pairings, schedule

from .conftest import ANILIST_ID, PAIRING_ID, PLEX_ID, House, pairing


@pytest.fixture
async def paired(house: House) -> House:
    """A pairing of AniList with Plex, of which the first plan waits."""
    house.show = await house.have_anime()  # type: ignore[attr-defined]
    library = next(iter(house.plex.state.libraries.values()))
    plex = await house.plex_entry()
    entry = await house.anilist_entry(pairing(PLEX_ID, library.uuid), signed_in=False)
    await house.set_up(plex, entry)
    return house


def watched(house: House) -> dict[tuple[int, int], int]:
    return house.plex.server.watched(house.plex.owner, house.show)  # type: ignore[attr-defined]


def number(house: House, key: str) -> str:
    return house.state("sensor", f"{PAIRING_ID}_{key}").state


async def sync(house: House, **data: Any) -> Any:
    answer: Any = await house.hass.services.async_call(
        DOMAIN, "sync", {"subentry_id": PAIRING_ID, **data}, blocking=True, return_response=True
    )
    await house.hass.async_block_till_done()
    (one,) = answer["lists"]
    return one


async def test_the_first_plan_is_shown_and_waits(paired: House) -> None:
    assert number(paired, "status") == "approval"
    assert not watched(paired)
    issue = ir.async_get(paired.hass).async_get_issue(DOMAIN, f"first_plan_{PAIRING_ID}")
    assert issue is not None
    assert issue.is_fixable
    answer = await sync(paired, dry_run=True)
    (planned,) = answer["plan"]
    assert planned["episodes"] == ["S01E01", "S01E02", "S01E03"]
    assert (planned["outcome"], planned["mapping"]) == ("update", "anibridge")


async def test_saying_yes_in_repairs(paired: House, hass_client: ClientSessionGenerator) -> None:
    assert await async_setup_component(paired.hass, REPAIRS, {})
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": DOMAIN, "issue_id": f"first_plan_{PAIRING_ID}"},
    )
    shown = await begun.json()
    assert shown["description_placeholders"]["episodes"] == "3"
    assert "Anime: 3" in shown["description_placeholders"]["titles"]
    done = await client.post(
        f"/api/repairs/issues/fix/{shown['flow_id']}", json={"next_step_id": "approve"}
    )
    assert (await done.json())["type"] == "create_entry"
    entry = paired.hass.config_entries.async_get_entry(ANILIST_ID)
    report = await paired.report(PAIRING_ID, entry, lambda one: one.status is JobStatus.COMPLETED)
    assert report.counts["episodes"] == 3
    assert watched(paired) == {(1, 1): 1, (1, 2): 1, (1, 3): 1}
    assert ir.async_get(paired.hass).async_get_issue(DOMAIN, f"first_plan_{PAIRING_ID}") is None
    assert (number(paired, "updated"), number(paired, "episodes")) == ("1", "3")
    update = paired.state("event", f"{PAIRING_ID}_pairing_update")
    assert update.attributes["event_type"] in ("marked", "sync_finished")


async def test_one_entry_alone(paired: House) -> None:
    await sync(paired, approve=True)
    paired.anilist.change_entry("viewer", 101, progress=5)
    answer = await sync(paired, anilist_id=101)
    assert answer["counts"]["episodes"] == 2
    assert len(watched(paired)) == 5
    with pytest.raises(ServiceValidationError):
        await sync(paired, imdb_id="tt0111161")


async def test_log_tells_what_was_marked(paired: House) -> None:
    await sync(paired, approve=True)
    answer: Any = await paired.hass.services.async_call(
        DOMAIN, "get_log", {"subentry_id": PAIRING_ID}, blocking=True, return_response=True
    )
    kinds = [event["kind"] for event in answer["events"]]
    assert kinds[:2] == ["sync_finished", "marked"]


async def test_the_other_account_goes_and_comes_back(paired: House) -> None:
    await sync(paired, approve=True)
    await paired.hass.config_entries.async_unload(PLEX_ID)
    with pytest.raises(HomeAssistantError):
        await sync(paired)
    assert number(paired, "status") == "failed"
    await paired.hass.config_entries.async_setup(PLEX_ID)
    await paired.until(lambda: number(paired, "status") == "completed")


async def test_signed_out_of_plex(paired: House) -> None:
    await sync(paired, approve=True)
    paired.plex.revoke()
    with pytest.raises(HomeAssistantError):
        await sync(paired, full=True)
    flows = paired.hass.config_entries.flow.async_progress()
    assert [flow["context"]["entry_id"] for flow in flows] == [PLEX_ID]


async def test_nothing_of_a_removed_pairing_stays(paired: House) -> None:
    await sync(paired, approve=True)
    entry = paired.hass.config_entries.async_get_entry(ANILIST_ID)
    assert entry is not None
    paired.hass.config_entries.async_remove_subentry(entry, PAIRING_ID)
    await paired.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    store = (await paired.shared()).store
    assert await store.run(pairings.approved_at, PAIRING_ID) is None
    assert await store.run(schedule.get, PAIRING_ID) is None
