"""A pairing in Home Assistant: its first plan, its entities, its actions, its end."""

import logging
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import pairings, schedule
from simulators.anilist import AniListMedia
from simulators.faults import Failure, Fault

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


def first_plan(house: House) -> ir.IssueEntry | None:
    return ir.async_get(house.hass).async_get_issue(DOMAIN, f"first_plan_{PAIRING_ID}")


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


async def test_one_entry_alone_leaves_the_pairings_numbers_alone(paired: House) -> None:
    """The time of the last sync is its, and the log names it; the rest is said of all entries."""
    for anime in (102, 103):
        paired.anilist.add_media(AniListMedia(anime, f"Unknown {anime}", episodes=12))
        paired.anilist.add_entry("viewer", anime, "CURRENT", progress=1, updated_at=1_700_000_000)
    await sync(paired, approve=True)
    keys = ("status", "entries", "in_step", "to_review", "updated", "episodes", "next_sync")
    before = {key: number(paired, key) for key in keys}
    assert before | {"next_sync": ""} == {
        **dict.fromkeys(keys[2:3], "1"),
        "status": "completed",
        "entries": "3",
        "to_review": "2",
        "updated": "1",
        "episodes": "3",
        "next_sync": "",
    }
    at = number(paired, "last_sync")
    titles = paired.state("sensor", f"{PAIRING_ID}_to_review").attributes["titles"]
    paired.anilist.change_entry("viewer", 101, progress=5)
    answer = await sync(paired, anilist_id=101)
    assert (answer["counts"]["entries"], answer["counts"]["episodes"]) == (1, 2)
    assert {key: number(paired, key) for key in keys} == before
    assert number(paired, "last_sync") >= at
    assert paired.state("sensor", f"{PAIRING_ID}_to_review").attributes["titles"] == titles
    log: Any = await paired.hass.services.async_call(
        DOMAIN, "get_log", {"limit": 1}, blocking=True, return_response=True
    )
    assert log["events"][0]["data"]["anilist_id"] == 101


async def test_one_entry_while_the_first_plan_waits(paired: House) -> None:
    """Its answer says what would come of it, and that the pairing waits, as it does afterwards."""
    paired.anilist.add_media(AniListMedia(102, "Another", episodes=12))
    paired.anilist.add_entry("viewer", 102, "CURRENT", progress=1, updated_at=1_700_000_000)
    for anime, outcome in ((102, "review"), (101, "update")):
        answer = await sync(paired, anilist_id=anime)
        assert answer["status"] == "approval"
        (planned,) = answer["plan"]
        assert (planned["anilist_id"], planned["outcome"]) == (anime, outcome)
        assert answer["problems"] == [{"problem": "first_plan", "entries": "1", "episodes": "3"}]
        assert number(paired, "status") == "approval"
        assert first_plan(paired) is not None
    assert not watched(paired)


async def test_a_yes_is_to_all_of_the_plan(paired: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await sync(paired, approve=True, anilist_id=101)
    assert caught.value.translation_key == "approves_all"
    assert first_plan(paired) is not None
    assert not watched(paired)


async def test_first_plan_waits_while_the_server_is_away(
    paired: House, caplog: pytest.LogCaptureFixture
) -> None:
    """W12: the repair stays, also over a restart, until there is a yes: then it is over, once."""
    caplog.set_level("INFO")
    approve = paired.entity_id("button", f"{PAIRING_ID}_approve")
    er.async_get(paired.hass).async_update_entity(approve, disabled_by=None)
    await paired.hass.config_entries.async_reload(ANILIST_ID)
    await paired.hass.async_block_till_done()
    over = "first_plan is over"
    paired.plex.server.faults.add(Fault(Failure.STATUS, status=503))
    for state in ("deferred", "failed"):
        with pytest.raises(HomeAssistantError):
            await sync(paired)
        assert number(paired, "status") == state
        assert paired.hass.states.get(approve).state != "unavailable"  # type: ignore[union-attr]
        for _ in range(2):
            issue = first_plan(paired)
            assert issue is not None
            assert issue.translation_placeholders is not None
            assert issue.translation_placeholders["episodes"] == "3"
            await paired.hass.config_entries.async_reload(ANILIST_ID)
            await paired.hass.async_block_till_done()
        paired.plex.server.faults.clear()
        paired.plex.server.faults.add(Fault(Failure.STATUS, status=401))
    paired.plex.server.faults.clear()
    await sync(paired)
    assert number(paired, "status") == "approval"
    assert over not in caplog.text
    await paired.press(PAIRING_ID, "approve")
    assert first_plan(paired) is None
    assert len(watched(paired)) == 3
    await sync(paired, full=True)
    assert caplog.text.count(over) == 1


async def test_log_tells_what_was_marked(paired: House, caplog: pytest.LogCaptureFixture) -> None:
    """The stored log; Home Assistant's tells what the whole sync came to."""
    caplog.clear()
    await sync(paired, approve=True)
    lines = [line.message for line in caplog.records if line.levelno >= logging.INFO]
    (line,) = (line for line in lines if ": sync_finished: completed (" in line)
    assert " entries, " in line
    assert not any(": marked: " in line for line in lines)
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
