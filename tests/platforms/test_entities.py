"""What the entities of an account and of its lists show."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
import logging
from typing import Any
from unittest.mock import patch

from freezegun import freeze_time
from homeassistant.const import Platform
from homeassistant.core import Event, EventStateChangedData, State, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_component import async_update_entity
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from syrupy.assertion import SnapshotAssertion

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.event import MAX_EVENTS_A_SYNC
from simulators.faults import Failure, Fault
from simulators.seerr import Permission, Quota, SeerrUser

from .conftest import (
    FILMS,
    FILMS_ID,
    MATRIX,
    PLEX_ID,
    SEERR_ID,
    SHOWS_ID,
    TRAKT_ID,
    House,
    films,
    list_data,
    pairing,
    shows,
)

PLATFORMS = ["binary_sensor", "button", "event", "sensor", "switch"]
MOMENTS = {"last_sync", "next_sync", "sign_in_valid_until"}


@pytest.fixture
def entity_registry_enabled_by_default() -> Iterator[None]:
    """Make also those that are disabled by default."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", return_value=True
    ):
        yield


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_entities(house: House, snapshot: SnapshotAssertion, platform: str) -> None:
    """Each entity is registered, named and classed as it should be."""
    with patch("custom_components.media_list_sync.PLATFORMS", [Platform(platform)]):
        trakt = await house.trakt_entry()
        await house.have_anime()
        library = next(iter(house.plex.state.libraries.values()))
        anilist = await house.anilist_entry(pairing(PLEX_ID, library.uuid))
        plex = await house.plex_entry()
        entry = await house.seerr_entry(films())
        await house.set_up(trakt, plex, anilist, entry)
    for entity in sorted(
        er.async_get(house.hass).entities.values(), key=lambda entity: entity.entity_id
    ):
        assert entity == snapshot(name=f"{entity.entity_id}-entry")
        state = house.hass.states.get(entity.entity_id)
        if entity.domain != "event" and entity.translation_key not in MOMENTS:
            assert state == snapshot(name=f"{entity.entity_id}-state")


async def test_devices(house: House) -> None:
    """An account is a service; each of its lists is one, reached via the account."""
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(films())
    await house.set_up(trakt, entry)
    account = house.device(SEERR_ID)
    lst = house.device(FILMS_ID)
    assert account.entry_type is lst.entry_type is dr.DeviceEntryType.SERVICE
    assert lst.via_device_id == account.id
    assert (account.config_subentry_id, lst.config_subentry_id) == (None, FILMS_ID)
    assert (account.manufacturer, account.sw_version) == ("Seerr", "3.1.0")
    assert account.configuration_url == house.seerr.url
    assert (lst.name, lst.manufacturer) == ("Films", "IMDb")
    assert house.device(TRAKT_ID, TRAKT_ID).manufacturer == "Trakt"


async def test_counts(house: House) -> None:
    """Each title is counted where it stands."""
    house.seerr.add_library([t for t in house.catalog if t.imdb == MATRIX])
    house.imdb.add_titles(FILMS, ["tt0110912"])
    entry = await house.seerr_entry(films(max_requests=2))
    await house.set_up(entry)

    def shown(key: str) -> str:
        return house.state("sensor", f"{FILMS_ID}_{key}").state

    assert shown("titles") == "4"
    assert shown("available") == "1"
    assert shown("requested") == "2"
    assert shown("waiting") == "1"
    assert shown("unmatched") == shown("failed") == "0"
    assert shown("new") == "2"
    await house.press(FILMS_ID)
    assert shown("requested") == "3"
    assert shown("waiting") == "0"
    assert shown("new") == "1"


async def test_status_changes_last(house: House) -> None:
    """An automation that waits for the end of a sync finds what the sync came to."""
    entry = await house.seerr_entry(films(paused=True))
    await house.set_up(entry, synced=False)
    others = [f"{FILMS_ID}_{key}" for key in ("titles", "new", "last_sync", "progress")]
    seen: list[list[str]] = []

    @callback
    def keep(event: Event[EventStateChangedData]) -> None:
        old = event.data["old_state"]
        if old is not None and old.state == "running":
            seen.append([house.state("sensor", other).state for other in others])

    status = house.entity_id("sensor", f"{FILMS_ID}_status")
    async_track_state_change_event(house.hass, status, keep)
    await house.press(FILMS_ID)
    assert seen == [[house.state("sensor", other).state for other in others]]
    assert seen[0][:2] == ["3", "3"]


async def test_before_the_first_sync(house: House) -> None:
    """Nothing is claimed of a list that was never read."""
    entry = await house.seerr_entry(films(paused=True))
    await house.set_up(entry, synced=False)
    assert house.state("sensor", f"{FILMS_ID}_status").state == "paused"
    for key in ("titles", "available", "new", "last_sync", "next_sync", "progress"):
        assert house.state("sensor", f"{FILMS_ID}_{key}").state == "unknown"
    assert house.state("binary_sensor", f"{FILMS_ID}_problem").state == "off"
    assert house.state("switch", f"{FILMS_ID}_automatic").state == "off"


async def test_failed_sync_keeps_the_entities(house: House) -> None:
    """What was known of a list stays on show; the problem stands beside it."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    error = await house.call_failing("button", f"{FILMS_ID}_sync_now")
    assert error.translation_key == "sync_list_private"
    assert "Films" in str(error)
    assert house.state("sensor", f"{FILMS_ID}_status").state == "failed"
    assert house.state("sensor", f"{FILMS_ID}_titles").state == "3"
    problem = house.state("binary_sensor", f"{FILMS_ID}_problem")
    assert problem.state == "on"
    assert problem.attributes["problem"] == "list_private"
    assert [row["problem"] for row in problem.attributes["problems"]] == ["list_private"]


async def test_deferred_sync_keeps_the_entities(house: House) -> None:
    """A server that is down puts a sync off: no problem that a person has to mend."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    error = await house.call_failing("button", f"{FILMS_ID}_sync_now")
    assert error.translation_key == "sync_server_down"
    assert house.state("sensor", f"{FILMS_ID}_status").state == "deferred"
    assert house.state("sensor", f"{FILMS_ID}_titles").state == "3"
    assert house.state("binary_sensor", f"{FILMS_ID}_problem").state == "off"
    due = dt_util.parse_datetime(house.state("sensor", f"{FILMS_ID}_next_sync").state)
    assert due is not None
    assert due - dt_util.utcnow() < entry.runtime_data.coordinator.update_interval * 4


async def test_reachable(house: House) -> None:
    entry = await house.seerr_entry()
    await house.set_up(entry)
    coordinator = entry.runtime_data.coordinator
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "on"
    fault = house.seerr.faults.add(Fault(Failure.HTML, path="/request/count"))
    await coordinator.async_refresh()
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "off"
    house.seerr.faults.clear()
    await coordinator.async_refresh()
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "on"
    assert fault.seen


async def test_server_that_asks_for_a_pause(house: House) -> None:
    """It gets it: the next check comes when it says, not five minutes later."""
    entry = await house.seerr_entry()
    await house.set_up(entry)
    coordinator = entry.runtime_data.coordinator
    house.seerr.faults.add(Fault(Failure.STATUS, status=429, retry_after="900"))
    await coordinator.async_refresh()
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "off"
    house.seerr.faults.clear()
    house.seerr.forget_requests()
    async_fire_time_changed(house.hass, dt_util.utcnow() + coordinator.update_interval * 2)
    await asyncio.sleep(0.1)
    assert not house.seerr.counts
    later = dt_util.utcnow() + timedelta(seconds=905)
    with freeze_time(later, tick=True, real_asyncio=True):
        async_fire_time_changed(house.hass, later)
        reachable = f"{SEERR_ID}_reachable"
        await house.until(lambda: house.state("binary_sensor", reachable).state == "on")


async def test_server_that_hangs(house: House) -> None:
    entry = await house.seerr_entry()
    await house.set_up(entry)
    house.seerr.faults.add(Fault(Failure.DELAY, path="/request/count", seconds=0.3))
    with patch("custom_components.media_list_sync.coordinator.CHECK_SECONDS", 0.05):
        await entry.runtime_data.coordinator.async_refresh()
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "off"
    await asyncio.sleep(0.4)  # the server answers nobody


async def test_pending_requests(house: House) -> None:
    """What a user without the right to approve asks for, waits."""
    entry = await house.seerr_entry(films(user_id=2))
    await house.set_up(entry)
    await entry.runtime_data.coordinator.async_refresh()
    assert house.state("sensor", f"{SEERR_ID}_pending_requests").state == "3"


async def test_quota(house: House) -> None:
    """A user without a limit has no number; one with a limit has what is left of it."""
    house.seerr.add_user(SeerrUser(3, "kid", Permission.REQUEST, movie_quota=Quota(2, days=7)))
    entry = await house.seerr_entry(films(user_id=3), shows(user_id=2))
    await house.set_up(entry)
    await house.press(FILMS_ID)
    assert house.state("sensor", f"{FILMS_ID}_quota_movies").state == "0"
    assert house.state("sensor", f"{FILMS_ID}_status").state == "deferred"
    assert house.state("sensor", f"{SHOWS_ID}_quota_seasons").state == "unknown"


async def test_progress(house: House) -> None:
    """While a list is synced, it says how far it is; at rest it does not."""
    house.seerr.post_seconds = 0.05
    entry = await house.seerr_entry(films())
    seen: list[State] = []

    def keep(event: Event) -> None:
        state: State | None = event.data["new_state"]
        if state is not None and state.entity_id.endswith("_progress"):
            seen.append(state)

    house.hass.bus.async_listen("state_changed", keep)
    await house.set_up(entry)
    numbers = [int(state.state) for state in seen if state.state not in ("unknown", "unavailable")]
    assert len(numbers) > 3
    assert numbers == sorted(numbers)
    assert numbers[-1] == 100
    assert house.state("sensor", f"{FILMS_ID}_progress").state == "unknown"
    assert house.state("sensor", f"{FILMS_ID}_status").state == "completed"


async def test_automatic(house: House) -> None:
    """A paused list says so, also after a restart, and is synced only when asked for."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    switch = house.entity_id("switch", f"{FILMS_ID}_automatic")
    await house.hass.services.async_call("switch", "turn_off", {"entity_id": switch}, blocking=True)
    assert house.state("switch", f"{FILMS_ID}_automatic").state == "off"
    assert house.state("sensor", f"{FILMS_ID}_status").state == "paused"
    assert house.state("sensor", f"{FILMS_ID}_next_sync").state == "unknown"

    await house.hass.config_entries.async_reload(SEERR_ID)
    await house.hass.async_block_till_done()
    assert house.state("switch", f"{FILMS_ID}_automatic").state == "off"
    house.imdb.add_titles(FILMS, ["tt0110912"])
    await house.press(FILMS_ID)
    assert (False, 680) in house.seerr.requested_titles()

    await house.hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    assert house.state("switch", f"{FILMS_ID}_automatic").state == "on"
    assert house.state("sensor", f"{FILMS_ID}_status").state == "completed"


async def test_full_sync_reads_all_again(house: House) -> None:
    """A sync of what has not changed asks once; a full sync reads the list whole."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await house.press(FILMS_ID)
    house.imdb.forget_requests()
    await house.press(FILMS_ID)
    glance = [exchange.body for exchange in house.imdb.exchanges]
    house.imdb.forget_requests()
    await house.press(FILMS_ID, "full_sync")
    whole = [exchange.body for exchange in house.imdb.exchanges]
    assert len(glance) == 1
    assert glance != whole


async def test_entity_update_asks_nobody(house: House) -> None:
    """Home Assistant's own action to update an entity costs no request."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.forget_requests()
    house.seerr.forget_requests()
    await async_update_entity(house.hass, house.entity_id("sensor", f"{FILMS_ID}_titles"))
    assert not house.imdb.counts
    assert not house.seerr.counts
    assert house.state("sensor", f"{FILMS_ID}_titles").state == "3"


async def test_events_of_titles(house: House) -> None:
    """One event for each title that is requested, becomes available, or fails."""
    entity_events: list[State] = []

    def keep(event: Event) -> None:
        state: State | None = event.data["new_state"]
        if state is not None and state.entity_id.startswith("event."):
            entity_events.append(state)

    house.hass.bus.async_listen("state_changed", keep)
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    requested = [s for s in entity_events if s.attributes["event_type"] == "requested"]
    assert [state.attributes["title"] for state in requested] == [
        "The Shawshank Redemption",
        "The Godfather",
        "The Matrix",
    ]
    assert requested[0].attributes["tmdb_id"] == 278
    assert len({state.state for state in requested}) == 3

    house.seerr.make_available(278, is_show=False)
    await house.press(FILMS_ID)
    last = house.state("event", f"{FILMS_ID}_title_update")
    assert last.attributes["event_type"] == "available"
    assert last.attributes["title"] == "The Shawshank Redemption"


async def test_events_have_an_end(house: House) -> None:
    """A first sync of a long list does not fill the recorder, and the next one tells again."""
    many = [t.imdb for t in house.catalog if not t.is_show and t.imdb][: MAX_EVENTS_A_SYNC + 9]
    house.imdb.add_list("ls000000003", "Many", many)
    seen: list[State] = []

    def keep(event: Event) -> None:
        state: State | None = event.data["new_state"]
        if state is not None and state.attributes.get("event_type") == "requested":
            seen.append(state)

    house.hass.bus.async_listen("state_changed", keep)
    entry = await house.seerr_entry(list_data("ls000000003"))
    await house.set_up(entry)
    assert len(house.seerr.requests) == MAX_EVENTS_A_SYNC + 9
    assert len(seen) == MAX_EVENTS_A_SYNC
    titles = house.state("sensor", f"{FILMS_ID}_new")
    assert titles.state == str(MAX_EVENTS_A_SYNC + 9)
    assert len(titles.attributes["titles"]) == 50


async def test_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Each sync stands in Home Assistant's log; each problem once, and once when it is over."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    assert "Films: sync_finished: completed (3 requested, 3 titles, 3 new)" in caplog.text
    house.imdb.make_private(FILMS)
    for _ in range(3):
        await house.call_failing("button", f"{FILMS_ID}_sync_now")
    assert caplog.text.count("Films: the list is private") == 1
    house.imdb.make_public(FILMS)
    await house.press(FILMS_ID)
    assert caplog.text.count("Films: list_private is over") == 1
    assert caplog.text.count("Films: the list is private") == 1


async def test_long_list_does_not_flood_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant warns of a module that writes 200 lines; titles are written for who asks."""
    caplog.set_level("DEBUG")
    many = [t.imdb for t in house.catalog if not t.is_show and t.imdb][:60]
    house.imdb.add_list("ls000000003", "Many", many)
    entry = await house.seerr_entry(list_data("ls000000003"))
    await house.set_up(entry)
    name = "custom_components.media_list_sync.log"
    lines = [record for record in caplog.records if record.name == name]
    assert sum(": requested: " in line.message for line in lines) == 60
    assert [line.message for line in lines if line.levelno >= logging.INFO] == [
        "Films: sync_finished: completed (60 requested, 60 titles, 60 new)"
    ]
    answer: Any = await house.hass.services.async_call(
        DOMAIN,
        "get_log",
        {"limit": 100, "kinds": ["requested"]},
        blocking=True,
        return_response=True,
    )
    assert len(answer["events"]) == 60
