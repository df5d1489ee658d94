"""Clocks that jump, between syncs and in their midst: nothing twice, and nothing waits for a year."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.setbacks import LATE
from custom_components.media_list_sync.engine.store import journal
from simulators.faults import Failure, Fault
from tests.engine.watching import house as houses
from tests.engine.watching.test_both_ways import episodes, listed, watch, watched

from . import world
from .test_midway import Midway

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])
JUMPS = pytest.mark.parametrize(
    "jump",
    [timedelta(days=365), timedelta(days=-1), timedelta(hours=1), timedelta(hours=-1)],
    ids=["a year on", "a day back", "an hour on", "an hour back"],
)


@pytest.fixture
async def house(tmp_path, socket_enabled):
    made = await houses.start(tmp_path)
    await made.have_tables()
    await world.fill(made)
    made.clock.time = datetime.now(UTC)  # as that of the services
    yield made
    await houses.stop(made)


async def assert_goes_on(house, on):
    """What changes now, by the right time again, is carried over by the next sync, both ways."""
    later = int(datetime.now(UTC).timestamp()) + 60
    house.change(1, at=later, progress=4)
    watch(house, on, 2, 1, [4], later)
    report = await house.sync(on)
    assert report.status is JobStatus.COMPLETED
    assert watched(house, on, 1) == episodes(1, 1, 4)
    assert listed(house, 2) == ("CURRENT", 4, 0)
    assert (await house.sync(full=True)).counts["new"] == 0
    assert await house.store.run(journal.open_entries) == ()


@JUMPS
@BOTH
async def test_between_two_syncs(house, on, jump):
    world.watch_some(house, on)
    await house.sync(on)
    house.clock.jump(jump)
    for asked in ({}, {"full": True}):
        report = await house.sync(on, after=timedelta(), **asked)
        assert (report.status, report.counts["new"]) == (JobStatus.COMPLETED, 0)
    world.assert_in_step(house, on)
    house.clock.jump(-jump)
    await assert_goes_on(house, on)


@JUMPS
@pytest.mark.parametrize("service", ["anilist", "tracker"])
@BOTH
async def test_in_the_middle(house, on, service, jump):
    """While something is written, on either side."""
    world.watch_some(house, on)

    def leap():
        house.clock.jump(jump)

    if service == "anilist":
        faults = house.anilist.faults = Midway("POST", "SaveMediaListEntry", 1, leap)
    elif on == "plex":
        faults = house.plex.server.faults = Midway("PUT", "", 1, leap)
    else:
        faults = house.trakt.faults = Midway("POST", "watched_at", 1, leap)
    assert (await house.sync(on)).status is JobStatus.COMPLETED
    assert faults.seen
    world.assert_in_step(house, on)
    house.clock.jump(-jump)
    await assert_goes_on(house, on)


@JUMPS
@BOTH
async def test_a_doubt_by_a_wrong_clock(house, on, jump):
    """It waits for two minutes by whatever clock there is, and not until the wrong time comes."""
    world.watch_some(house, on)
    house.clock.jump(jump)
    service = house.plex.server if on == "plex" else house.trakt
    method, path = ("PUT", "scrobble") if on == "plex" else ("POST", "/sync/history")
    service.faults.add(Fault(Failure.CUT_AFTER, method, path))
    assert (await house.sync(on, after=timedelta())).status is JobStatus.DEFERRED
    service.faults.clear()
    house.clock.jump(-jump)
    for _ in range(2):
        await house.sync(after=timedelta(minutes=3))
    assert (await house.sync(after=timedelta(minutes=3))).status is JobStatus.COMPLETED
    world.assert_in_step(house, on)
    await assert_goes_on(house, on)


@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
@BOTH
async def test_a_clock_that_is_put_forward_settles_no_doubt(house, on, is_restarted):
    """What may still be carried out is not repeated, though two minutes seem to be over."""
    world.watch_some(house, on)
    service = house.plex.server if on == "plex" else house.trakt
    method, path = ("PUT", "scrobble") if on == "plex" else ("POST", "/sync/history")
    faults = service.faults
    faults.add(Fault(Failure.LATE, method, path))
    assert (await house.sync(on)).status is JobStatus.DEFERRED
    faults.clear()
    if is_restarted:
        await house.restart()
    house.clock.jump(timedelta(hours=1))
    report = await house.sync(after=timedelta(seconds=5))
    assert [problem.key for problem in report.problems] == ["in_doubt"]
    assert timedelta(minutes=1) < report.deferred_until - house.clock.utc() < LATE
    assert await faults.catch_up()
    assert (await house.sync(after=timedelta(seconds=5))).status is JobStatus.DEFERRED
    while (report := await house.sync(after=LATE)).counts["new"]:
        pass  # on Plex not all calls of a batch had been sent
    assert report.status is JobStatus.COMPLETED
    world.assert_in_step(house, on)
    assert await house.store.run(journal.open_entries) == ()


async def test_a_doubt_from_long_before_a_start_waits_for_no_more_than_two_minutes(house):
    """What a process finds has waited at least since that process began."""
    world.watch_some(house, "trakt")
    house.trakt.faults.add(Fault(Failure.CUT, "POST", "/sync/history"))
    assert (await house.sync("trakt")).status is JobStatus.DEFERRED
    house.trakt.faults.clear()
    house.clock.advance(hours=3)
    await house.restart()
    assert (await house.sync(after=LATE)).status is JobStatus.COMPLETED
    world.assert_in_step(house, "trakt")


@JUMPS
async def test_what_was_deleted_shows_within_a_day(house, jump):
    """The whole list is read once a day, by whatever clock it was read before."""
    house.clock.jump(jump)
    await house.sync("trakt", full=True)
    house.clock.jump(-jump)
    house.anilist.remove_entry("viewer", 4)
    await house.sync(after=timedelta(hours=1))
    report = await house.sync(after=timedelta(hours=25))
    assert report.counts["entries"] == 4


@pytest.mark.parametrize(
    "change", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)]
)
@BOTH
async def test_when_summer_time_begins_and_ends(house, on, change):
    """An hour that is there twice, or not at all."""
    world.watch_some(house, on)
    house.clock.time = change
    written = []
    for _ in range(8):
        report = await house.sync(on, after=timedelta(minutes=20))
        assert report.status is JobStatus.COMPLETED
        written.append(report.counts["new"])
    assert written == [6, 0, 0, 0, 0, 0, 0, 0]
    world.assert_in_step(house, on)
