"""A pairing that follows its Plex server: what is watched there is looked at within a minute."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.runner import Runner
from custom_components.media_list_sync.engine.store import pairings, tracked
from custom_components.media_list_sync.engine.watching import follower
from simulators.anilist import VIEWER
from simulators.faults import Failure, Fault
from simulators.plex import Show

from .conftest import ANILIST_ID, PAIRING_ID, PLEX_ID, House, pairing

OTHER_ID = "01OTHER0000000000000000000"
OTHER_PAIRING_ID = "01OTHERPAIRING000000000000"
FOLLOWING = f"{PLEX_ID}_following"
LOOK = timedelta(seconds=follower.MOST + 1)
"""After so long a hint has been looked into, whatever came before it."""
A_WHILE = timedelta(seconds=15)
"""Longer than the first pauses between two tries to connect, and shorter than anybody waits here."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a simulator be asked without pauses."""
    monkeypatch.setattr(account_anilist, "PACE", Pace(interval=0.001, at_once=1))


class Followed:
    """A house with a pairing that follows, and is in step."""

    def __init__(self, house: House, show: Show) -> None:
        self.house = house
        self.show = show
        self.library = next(iter(house.plex.state.libraries.values()))

    async def set_up(self, *, approved: bool = True, **policy: Any) -> None:
        """Set the accounts up, and let the first sync come to its end."""
        house = self.house
        if approved:
            await self.approve(PAIRING_ID)
        plex = await house.plex_entry()
        policy = {"direction": "both", **policy}
        self.entry = await house.anilist_entry(pairing(PLEX_ID, self.library.uuid, **policy))
        await house.set_up(plex, self.entry)

    async def approve(self, job_id: str) -> None:
        store = (await self.house.shared()).store
        await store.run(pairings.approve, job_id, dt_util.utcnow())

    async def connected(self) -> None:
        """Let pauses pass until there is a connection, and the look that comes with it."""

        def is_connected() -> bool:
            if self.state != "on":
                async_fire_time_changed(self.house.hass, dt_util.utcnow() + A_WHILE)
            return self.state == "on"

        await self.house.until(is_connected)
        await self.look()

    async def look(self) -> None:
        """Let the time pass in which a hint is looked into, and what is asked for be done."""
        await self.rest()
        async_fire_time_changed(self.house.hass, dt_util.utcnow() + LOOK)
        await self.rest()

    async def rest(self) -> None:
        """Wait until no runner has anything to do."""
        for entry in self.house.hass.config_entries.async_loaded_entries(DOMAIN):
            if (runner := getattr(entry.runtime_data, "runner", None)) is not None:
                await self.house.until(partial(_is_idle, runner))
        await self.house.hass.async_block_till_done()

    async def told(self) -> None:
        """Wait until all that the server says has been heard."""
        listeners = self.house.plex.server.listeners
        await self.house.until(lambda: all(one.queue.empty() for one in listeners._listeners))
        # An answer that is asked for now comes later.
        entry = self.house.hass.config_entries.async_get_entry(PLEX_ID)
        assert entry is not None
        await entry.runtime_data.server.identity()

    async def watch(self, number: int) -> None:
        """Watch an episode on the server to its end."""
        plex = self.house.plex
        plex.server.watch(plex.owner, self.show.seasons[1].episodes[number])
        await self.told()

    async def on_record(self) -> set[int]:
        """Return the episodes that are known to be watched there."""
        store = (await self.house.shared()).store
        key = str(self.show.key)
        found = await store.run(tracked.watched, PLEX_ID, {key})
        return {spot.number for spot in found[key]}

    def last_sync(self, job_id: str = PAIRING_ID) -> datetime:
        """Return when a pairing was synced last."""
        entry_id = ANILIST_ID if job_id == PAIRING_ID else OTHER_ID
        entry = self.house.hass.config_entries.async_get_entry(entry_id)
        report = self.house.list_of(job_id, entry).data.report
        assert report is not None
        assert report.started_at is not None
        return report.started_at

    @property
    def state(self) -> str | None:
        """What the sensor says; None where there is none."""
        hass = self.house.hass
        entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, FOLLOWING)
        state = hass.states.get(entity_id) if entity_id else None
        return state.state if state else None

    @property
    def sockets(self) -> int:
        """How many listen to the server."""
        return len(self.house.plex.server.listeners)


def _is_idle(runner: Runner) -> bool:
    return not runner._queue and runner._task is None


@pytest.fixture
async def followed(house: House) -> Followed:
    """A house in which nothing is set up yet."""
    return Followed(house, await house.have_anime())


async def test_an_episode_watched_on_plex_is_looked_at(followed: Followed) -> None:
    """Nobody asks for it, and it is an hour to the next sync."""
    await followed.set_up()
    await followed.connected()
    assert 7 not in await followed.on_record()
    before = followed.last_sync()
    await followed.watch(7)
    await followed.rest()
    assert followed.last_sync() == before, "it may be one of several"
    followed.house.plex.server.forget_requests()
    followed.house.anilist.forget_requests()
    await followed.look()
    assert 7 in await followed.on_record()
    assert followed.last_sync() > before
    counts = followed.house.plex.server.counts
    assert sum(count for path, count in counts.items() if path.startswith("GET /library/s")) == 1


async def test_what_happened_while_nobody_listened(followed: Followed) -> None:
    """The server ends the connection; with the next one, all is looked at."""
    await followed.set_up()
    await followed.connected()
    followed.house.plex.server.listeners.hang_up()
    await followed.house.until(lambda: followed.state == "off")
    followed.house.plex.server.watch(
        followed.house.plex.owner, followed.show.seasons[1].episodes[7]
    )
    await followed.connected()
    assert 7 in await followed.on_record()
    assert followed.sockets == 1


async def test_the_server_is_away_and_comes_back(followed: Followed) -> None:
    """A sync that met it away is made up for as soon as it is back."""
    await followed.set_up()
    await followed.connected()
    plex = followed.house.plex.server
    port = int(plex.url.rsplit(":", 1)[1])
    await plex.stop()
    await followed.house.until(lambda: followed.state == "off")
    await followed.house.call_failing("button", f"{PAIRING_ID}_sync_now")
    state = followed.house.list_of(PAIRING_ID, followed.entry).data
    assert state.report is not None
    assert state.report.status is JobStatus.DEFERRED
    await plex.start(port)
    await followed.connected()
    assert followed.house.state("sensor", f"{PAIRING_ID}_status").state == "completed"


async def test_another_library(followed: Followed) -> None:
    """What changes in one that takes no part is nothing to look into."""
    plex = followed.house.plex.server
    films = plex.add_library("Films", "movie")
    await followed.set_up()
    await followed.connected()
    before = followed.last_sync()
    plex.add_movie(films, "Film", guids=["tmdb://9"])
    await followed.told()
    await followed.look()
    assert followed.last_sync() == before
    plex.mark(followed.house.plex.owner, followed.show.seasons[1].episodes[7])
    await followed.told()
    await followed.look()
    assert followed.last_sync() > before
    assert 7 in await followed.on_record()


async def test_two_pairings_share_a_connection(followed: Followed) -> None:
    """Each is asked for, whichever AniList account it belongs to."""
    await followed.set_up()
    house = followed.house
    other = house.anilist.add_user("other")
    house.anilist.add_entry("other", 101, "CURRENT", progress=1, updated_at=1_700_000_000)
    data = pairing(PLEX_ID, followed.library.uuid, direction="both")
    data["subentry_id"] = OTHER_PAIRING_ID  # type: ignore[typeddict-unknown-key]
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=OTHER_ID,
        title="AniList (other)",
        unique_id=f"anilist:{other.id}",
        data={
            "service": "anilist",
            "username": "other",
            "user_id": other.id,
            "auth_implementation": "media_list_sync_12345",
        },
        subentries_data=[data],
    )
    entry.add_to_hass(house.hass)
    await house._store(OTHER_ID, {"access_token": house.anilist.sign_in("other")})
    await followed.approve(OTHER_PAIRING_ID)
    await house.set_up(entry)
    await followed.connected()
    before = [followed.last_sync(job_id) for job_id in (PAIRING_ID, OTHER_PAIRING_ID)]
    assert followed.sockets == 1
    await followed.watch(7)
    await followed.look()
    after = [followed.last_sync(job_id) for job_id in (PAIRING_ID, OTHER_PAIRING_ID)]
    assert after[0] > before[0]
    assert after[1] > before[1]
    await house.hass.config_entries.async_unload(OTHER_ID)
    assert (followed.sockets, followed.state) == (1, "on")
    await followed.watch(8)
    await followed.look()
    assert followed.last_sync() > after[0]


async def test_a_pairing_that_was_away_for_a_moment(followed: Followed) -> None:
    """What was told meanwhile is looked at when its account is back; the connection stays."""
    await followed.set_up()
    await followed.connected()
    await followed.house.hass.config_entries.async_unload(ANILIST_ID)
    await followed.watch(7)
    await followed.look()
    assert 7 not in await followed.on_record()
    await followed.house.hass.config_entries.async_setup(ANILIST_ID)
    await followed.house.hass.async_block_till_done()
    await followed.look()
    assert 7 in await followed.on_record()
    counts = followed.house.plex.server.counts
    assert counts["GET /:/websockets/notifications"] == 1


async def test_unloaded_while_connected(followed: Followed) -> None:
    """The connection ends with the account, and so does what was hinted at."""
    await followed.set_up()
    await followed.connected()
    await followed.watch(7)
    assert await followed.house.hass.config_entries.async_unload(PLEX_ID)
    await followed.house.until(lambda: followed.sockets == 0)
    assert followed.state == "unavailable"
    before = followed.last_sync()
    await followed.look()
    assert followed.last_sync() == before
    await followed.house.hass.config_entries.async_setup(PLEX_ID)
    await followed.connected()
    assert followed.sockets == 1
    assert 7 in await followed.on_record()


async def test_nobody_follows_before_home_assistant_has_started(followed: Followed) -> None:
    hass = followed.house.hass
    hass.set_state(CoreState.starting)
    plex = await followed.house.plex_entry()
    entry = await followed.house.anilist_entry(
        pairing(PLEX_ID, followed.library.uuid, direction="both")
    )
    await followed.house.set_up(plex, entry, synced=False)
    counts = followed.house.plex.server.counts
    assert (followed.state, followed.sockets) == ("off", 0)
    assert counts == {"GET /identity": 1, "GET /library/sections{end}": 1}
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await followed.house.until(lambda: followed.state == "on")


@pytest.mark.parametrize("policy", [{"follow": False}, {"direction": "to_tracker"}])
async def test_who_does_not_follow(followed: Followed, policy: dict[str, Any]) -> None:
    """Whoever does not want it, and whoever has nothing to hear, asks nothing of the server."""
    await followed.set_up(**policy)
    await followed.house.hass.async_block_till_done()
    assert (followed.state, followed.sockets) == (None, 0)
    assert "GET /:/websockets/notifications" not in followed.house.plex.server.counts


async def test_begins_and_ceases_to_follow(followed: Followed) -> None:
    """The sensor comes and goes with it, without the Plex account being loaded anew."""
    await followed.set_up(follow=False)
    hass = followed.house.hass
    plex = hass.config_entries.async_get_entry(PLEX_ID)
    assert plex is not None
    runtime = plex.runtime_data
    (subentry,) = followed.entry.subentries.values()

    def change(**data: Any) -> None:
        hass.config_entries.async_update_subentry(
            followed.entry, subentry, data={**subentry.data, **data}
        )

    change(follow=True)
    await followed.house.until(lambda: followed.state == "on")
    assert followed.sockets == 1
    change(follow=False)
    await followed.house.until(lambda: followed.state is None)
    await followed.house.until(lambda: followed.sockets == 0)
    change(follow=True)
    await followed.house.until(lambda: followed.state == "on")
    await hass.config_entries.async_set_disabled_by(ANILIST_ID, ConfigEntryDisabler.USER)
    await followed.house.until(lambda: followed.sockets == 0)
    assert followed.state is None
    await hass.config_entries.async_set_disabled_by(ANILIST_ID, None)
    await followed.house.until(lambda: followed.state == "on")
    hass.config_entries.async_remove_subentry(followed.entry, PAIRING_ID)
    await followed.house.until(lambda: followed.state is None)
    assert plex.runtime_data is runtime


async def test_signed_out(followed: Followed) -> None:
    """A token that was refused is not tried again; the next sync has the person asked."""
    await followed.set_up()
    await followed.connected()
    hass, plex = followed.house.hass, followed.house.plex
    plex.revoke()
    plex.server.listeners.hang_up()
    await followed.house.until(lambda: followed.state == "off")
    plex.server.forget_requests()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
    await followed.house.until(lambda: plex.server.counts)
    for _ in range(3):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=200))
        await hass.async_block_till_done()
    assert plex.server.counts == {"GET /library/sections{end}": 1}
    await followed.house.call_failing("button", f"{PAIRING_ID}_full_sync")
    assert [flow["context"]["entry_id"] for flow in hass.config_entries.flow.async_progress()] == [
        PLEX_ID
    ]
    await followed.house.give_plex_tokens()
    await hass.config_entries.async_reload(PLEX_ID)
    await followed.house.until(lambda: followed.state == "on")


async def test_a_new_token_of_the_server(followed: Followed) -> None:
    """As long as plex.tv takes its own, nobody has to sign in, and it is followed again."""
    await followed.set_up()
    await followed.connected()
    hass, plex = followed.house.hass, followed.house.plex
    plex.owner.server_token = "another-token"
    plex.server.listeners.hang_up()
    await followed.house.until(lambda: followed.state == "off")
    plex.server.forget_requests()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
    await followed.house.until(lambda: plex.server.counts)
    # The account's own check gets the new one.
    entry = hass.config_entries.async_get_entry(PLEX_ID)
    assert entry is not None
    await entry.runtime_data.coordinator.async_refresh()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=follower.LONGEST + 1))
    await followed.house.until(lambda: followed.state == "on")


async def test_a_paused_pairing_is_left_alone(followed: Followed) -> None:
    await followed.set_up()
    await followed.connected()
    switch = followed.house.entity_id("switch", f"{PAIRING_ID}_automatic")
    await followed.house.hass.services.async_call(
        "switch", "turn_off", {"entity_id": switch}, blocking=True
    )
    before = followed.last_sync()
    await followed.watch(7)
    await followed.look()
    assert followed.last_sync() == before


async def test_a_first_plan_waits_for_its_yes(followed: Followed) -> None:
    """W12. Until then there is nothing that a look could lead to."""
    await followed.set_up(approved=False)
    await followed.house.until(lambda: followed.state == "on")
    before = followed.last_sync()
    await followed.watch(7)
    await followed.look()
    assert followed.last_sync() == before
    assert followed.house.state("sensor", f"{PAIRING_ID}_status").state == "approval"


async def test_a_limit_is_not_cut_short(followed: Followed) -> None:
    """What AniList has put off comes when AniList said, whatever is watched meanwhile."""
    await followed.set_up()
    await followed.connected()
    house = followed.house
    house.anilist.faults.add(Fault(Failure.STATUS, status=429, retry_after="900"))
    await house.call_failing("button", f"{PAIRING_ID}_sync_now")
    house.anilist.faults.clear()
    house.anilist.forget_requests()
    await followed.watch(7)
    await followed.look()
    assert not house.anilist.counts
    assert house.state("sensor", f"{PAIRING_ID}_status").state == "deferred"


async def test_diagnostics(followed: Followed, hass_client: ClientSessionGenerator) -> None:
    assert await async_setup_component(followed.house.hass, "diagnostics", {})
    await followed.set_up()
    await followed.connected()
    plex = followed.house.hass.config_entries.async_get_entry(PLEX_ID)
    assert plex is not None
    assert plex.state is ConfigEntryState.LOADED
    found: Any = await get_diagnostics_for_config_entry(followed.house.hass, hass_client, plex)
    assert found["account"]["following"] == {"wanted": True, "connected": True}
    assert VIEWER not in str(found)
