"""What need not be looked at again, and what has to be all the same."""

from dataclasses import replace
from datetime import timedelta

from custom_components.media_list_sync.engine.model import JobStatus, SyncRequest
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.faults import Failure, Fault

from .house import START
from .test_rules import BOTH, episodes, reasons, watched


async def test_what_waited_for_scrobblers_goes_on_when_its_time_has_come(house):
    now = int(START.timestamp()) + 6 * 3600
    await house.simple(1, status="CURRENT", progress=3, updated_at=now - 600)
    assert (await house.sync("trakt")).counts[WatchOutcome.WAITING] == 1
    report = await house.sync(after=timedelta(minutes=10))
    assert not report.changed
    assert report.deferred_until is not None
    report = await house.sync(after=timedelta(minutes=15))
    assert report.counts["episodes"] == 3
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)


@BOTH
async def test_a_sync_of_one_title_says_nothing_of_the_others(house, on):
    for number in (1, 2, 3):
        await house.simple(number, status="CURRENT", progress=3)
    await house.sync(on)
    house.change(2, progress=5)
    report = await house.sync(anilist=1)
    assert report.is_partial
    assert (report.counts["entries"], report.counts[WatchOutcome.IN_STEP]) == (1, 1)
    report = await house.sync()
    assert report.counts["episodes"] == 2
    assert report.counts[WatchOutcome.IN_STEP] == 2


async def test_a_short_interval_is_not_served_with_an_older_reading(house):
    """AniList is asked as often as the pairing is synced: that is what the person chose."""
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    for lasts, asked in ((timedelta(minutes=5), 0), (timedelta(minutes=1), 1)):
        house.clock.time += timedelta(minutes=2)
        house.requests()
        await replace(house.job, list_lasts=lasts).run(SyncRequest(), lambda _done: None)
        assert house.requests().get("anilist", 0) == asked


@BOTH
async def test_reviews_are_there_before_a_first_plan(house, on):
    """Where there is nothing to say yes to, what needs a person is shown all the same."""
    house.add_anime(1, status="COMPLETED", progress=12)
    report = await house.sync(on, approved=False)
    assert report.status is JobStatus.COMPLETED
    assert await reasons(house) == {1: "unknown"}


async def test_copies_that_share_a_state_and_a_server_that_goes_away(house):
    """What was marked until then is told."""
    other = house.plex.server.add_library("More anime", ordering="tmdbAiring")
    house.libraries.append(other)
    await house.simple(1, status="CURRENT", progress=3)
    house.plex.server.add_show(other, "Show 1", {1: 12}, guids=["tmdb://1"])
    house.plex.server.faults.add(fault_of_leaves())
    report = await house.sync("plex")
    assert report.status is JobStatus.DEFERRED
    assert report.counts["episodes"] == 3


def fault_of_leaves():
    return Fault(Failure.STATUS, "GET", "/allLeaves", status=503)
