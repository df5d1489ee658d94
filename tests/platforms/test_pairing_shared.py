"""What pairings have in common with each other, and what is said of them elsewhere."""

import json
from typing import Any

from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.store import atlas
from custom_components.media_list_sync.engine.store.atlas import TableState
from custom_components.media_list_sync.event import MAX_EVENTS_A_SYNC
from custom_components.media_list_sync.trackers import trackers
from simulators.anilist import VIEWER, AniListMedia

from .conftest import ANILIST_ID, PAIRING_ID, PLEX_ID, House, pairing

OTHER_ID = "01OTHER0000000000000000000"
OTHER_PAIRING_ID = "01OTHERPAIRING000000000000"


def library(house: House) -> str:
    found: str = next(iter(house.plex.state.libraries.values())).uuid
    return found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a simulator be asked without pauses."""
    monkeypatch.setattr(account_anilist, "PACE", Pace(interval=0.001, at_once=1))


async def set_up(house: House) -> MockConfigEntry:
    """Pair the viewer's AniList with the Plex server, and let the first plan be made."""
    plex = await house.plex_entry()
    entry = await house.anilist_entry(pairing(PLEX_ID, library(house)), signed_in=False)
    await house.set_up(plex, entry)
    return entry


async def sync(house: House, job_id: str = PAIRING_ID, **data: Any) -> Any:
    answer: Any = await house.hass.services.async_call(
        DOMAIN, "sync", {"subentry_id": job_id, **data}, blocking=True, return_response=True
    )
    await house.hass.async_block_till_done()
    (one,) = answer["lists"]
    return one


def reads(house: House) -> int:
    """Count what was read of Plex libraries."""
    counts = house.plex.server.counts
    return sum(count for path, count in counts.items() if path.startswith("GET /library/sections/"))


async def test_two_people_of_one_server_share_what_is_known_of_it(house: House) -> None:
    """A second pairing with a tracker finds its snapshot there, and reads only what changed."""
    await house.have_anime()
    await set_up(house)
    store = (await house.shared()).store
    tracker = trackers(house.hass).of(PLEX_ID, store)
    first = reads(house)
    house.plex.server.forget_requests()
    other = house.anilist.add_user("other")
    house.anilist.add_entry("other", 101, "COMPLETED", progress=12, updated_at=1_700_000_000)
    data = pairing(PLEX_ID, library(house))
    data["subentry_id"] = OTHER_PAIRING_ID  # type: ignore[typeddict-unknown-key]
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=OTHER_ID,
        title="AniList (other)",
        unique_id=f"anilist:{other.id}",
        data={"service": "anilist", "username": "other", "user_id": other.id},
        subentries_data=[data],
    )
    entry.add_to_hass(house.hass)
    await house.set_up(entry)
    assert reads(house) < first
    assert house.state("sensor", f"{OTHER_PAIRING_ID}_entries").state == "1"
    assert trackers(house.hass).of(PLEX_ID, store) is tracker
    await house.hass.config_entries.async_reload(PLEX_ID)
    assert trackers(house.hass).of(PLEX_ID, store) is not tracker, "its account was loaded anew"


async def test_diagnostics(house: House, hass_client: ClientSessionGenerator) -> None:
    """A pairing tells how it stands, but neither whose it is nor what is on the list."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    await house.have_anime()
    entry = await set_up(house)
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    (one,) = found["lists"]
    assert one["report"]["status"] == "approval"
    assert one["report"]["problems"] == [
        {"problem": "first_plan", "entries": "1", "episodes": "3"},
    ]
    assert "plan" not in one["report"]
    assert one["schedule"]["due_at"]
    await house.hass.config_entries.async_unload(PLEX_ID)
    with pytest.raises(HomeAssistantError):
        await sync(house)
    device = house.device(PAIRING_ID, ANILIST_ID)
    gone: Any = await get_diagnostics_for_device(house.hass, hass_client, entry, device)
    assert gone["list"]["report"]["problems"][0]["problem"] == "account_missing"
    text = json.dumps([found, gone])
    for private in (VIEWER, "Owner", "Living Room", "127.0.0.1"):
        assert private not in text, private


async def test_without_tables_the_sync_waits_and_says_so(house: House) -> None:
    """A first start without the internet: nothing is taken for unknown because of that."""
    await house.have_anime()
    store = (await house.shared()).store
    for origin in ORIGINS:
        await store.run(atlas.save_state, TableState(origin))
    await set_up(house)
    assert house.state("sensor", f"{PAIRING_ID}_status").state == "deferred"
    error = await house.call_failing("button", f"{PAIRING_ID}_sync_now")
    assert error.translation_key == "sync_no_mappings"


async def test_many_events_do_not_fill_the_recorder(house: House) -> None:
    """The event entity is bounded for each sync; the log has all."""
    show = await house.have_anime()
    numbers = range(200, 200 + MAX_EVENTS_A_SYNC + 10)
    store = (await house.shared()).store
    media = [AniListMedia(number, f"Anime {number}", episodes=1) for number in numbers]
    house.anilist.add_media(*media)
    section = next(iter(house.plex.state.libraries.values()))
    for number in numbers:
        house.anilist.add_entry(VIEWER, number, "COMPLETED", progress=1, updated_at=1_700_000_000)
        house.plex.server.add_show(section, f"Anime {number}", {1: 1}, guids=[f"tmdb://{number}"])
    await store.run(_place_all, numbers)
    await set_up(house)
    fired: list[str] = []
    event = house.entity_id("event", f"{PAIRING_ID}_pairing_update")

    def heard(change: Any) -> None:
        if change.data["entity_id"] == event:
            fired.append(change.data["new_state"].attributes["event_type"])

    stop = house.hass.bus.async_listen("state_changed", heard)
    answer = await sync(house, approve=True)
    assert answer["counts"]["new"] == len(numbers) + 1
    assert len(house.plex.server.watched(house.plex.owner, show)) == 3
    stop()
    assert fired.count("marked") == MAX_EVENTS_A_SYNC
    assert fired[-1] == "sync_finished"
    log: Any = await house.hass.services.async_call(
        DOMAIN, "get_log", {"limit": 200, "kinds": ["marked"]}, blocking=True, return_response=True
    )
    assert len(log["events"]) == len(numbers) + 1
    titles = house.state("sensor", f"{PAIRING_ID}_updated").attributes["titles"]
    assert len(titles) <= 50


def _place_all(connection: Any, numbers: range) -> None:
    connection.executemany(
        "INSERT INTO atlas VALUES ('anilist', ?, 'tmdb_show', ?, 'anibridge', '1:1-1>1-1')",
        [(number, str(number)) for number in numbers],
    )
