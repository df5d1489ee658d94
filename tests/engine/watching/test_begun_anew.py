"""A rewatch that a person began on Trakt (W4): from then on plays belong to it."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault

from .house import START
from .test_both_ways import DAY, LATE, listed, watch

NOW = int(START.timestamp())
PROGRESS = "/sync/progress/watched"


def begin_anew(house, at):
    show = house.trakt_episode(1, 1, 1).title
    house.trakt.reset_progress(show, at=datetime.fromtimestamp(at, UTC))


@pytest.fixture
async def seen(house):
    """Anime 1, completed and watched on Trakt half a year ago; in step."""
    house.policy = {"direction": Direction.TO_ANILIST}
    await house.simple(1, status="COMPLETED", completed=(2026, 5, 1))
    watch(house, "trakt", 1, 1, range(1, 13), NOW - 200 * DAY)
    await house.sync("trakt")
    return house


async def test_w4_a_rewatch_begins_when_trakt_says_so(seen):
    begin_anew(seen, NOW + DAY)
    watch(seen, "trakt", 1, 1, [1, 2], NOW + 2 * DAY)
    await seen.sync(after=timedelta(days=3))
    assert listed(seen, 1) == ("COMPLETED", 12, 0)  # which is for the person to say
    seen.change(1, status="REPEATING", progress=0, at=NOW + 4 * DAY)
    await seen.sync(after=timedelta(days=2))
    assert listed(seen, 1) == ("REPEATING", 2, 0)
    watch(seen, "trakt", 1, 1, [3], NOW + 6 * DAY)
    await seen.sync(after=timedelta(days=2))
    assert listed(seen, 1) == ("REPEATING", 3, 0)


async def test_w4_without_it_a_rewatch_begins_when_anilist_says_so(seen):
    watch(seen, "trakt", 1, 1, [1, 2], NOW + 2 * DAY)
    seen.change(1, status="REPEATING", progress=0, at=NOW + 4 * DAY)
    await seen.sync(after=timedelta(days=5))
    assert listed(seen, 1) == ("REPEATING", 0, 0)


async def test_w4_what_was_begun_anew_before_it_was_complete_is_another_run(seen):
    begin_anew(seen, NOW - 210 * DAY)
    seen.change(1, status="REPEATING", progress=0, at=NOW + 4 * DAY)
    await seen.sync(after=timedelta(days=5))
    assert listed(seen, 1) == ("REPEATING", 0, 0)


async def test_w4_begun_anew_once_more_on_trakt(seen):
    seen.change(1, status="REPEATING", progress=0, at=NOW + DAY)
    watch(seen, "trakt", 1, 1, [1, 2, 3, 4], NOW + 2 * DAY)
    begin_anew(seen, NOW + 3 * DAY)
    watch(seen, "trakt", 1, 1, [1], NOW + 4 * DAY)
    await seen.sync(after=timedelta(days=5))
    assert listed(seen, 1) == ("REPEATING", 1, 0)


@pytest.mark.parametrize(
    ("entry", "progress"),
    [
        ({"completed": (2026, 5, 1)}, 2),
        ({"completed": (2026, 10, 3)}, 0),  # as it was begun anew: of which run are the plays?
        ({}, 0),
        ({"completed": (2026, 5, 1), "repeat": 1}, 0),  # nobody knows when that one ended
    ],
)
async def test_w4_a_rewatch_that_was_never_in_step(house, entry, progress):
    """It counts from what Trakt says only if that was certainly after the run before."""
    house.policy = {"direction": Direction.TO_ANILIST}
    await house.simple(1, status="REPEATING", progress=0, updated_at=NOW - DAY, **entry)
    begun = int(datetime(2026, 10, 3, 12, tzinfo=UTC).timestamp())
    assert begun > LATE
    begin_anew(house, begun)
    watch(house, "trakt", 1, 1, [1, 2], begun + DAY)
    await house.sync("trakt")
    assert listed(house, 1)[:2] == ("REPEATING", progress)


async def test_trakt_does_not_tell_what_was_begun_anew(seen):
    begin_anew(seen, NOW + DAY)
    seen.trakt.faults.add(Fault(Failure.STATUS, path=PROGRESS, status=426))
    watch(seen, "trakt", 1, 1, [1], NOW + 2 * DAY)
    seen.change(1, status="REPEATING", progress=0, at=NOW + 3 * DAY)
    report = await seen.sync(after=timedelta(days=4))
    assert report.status is JobStatus.COMPLETED
    assert listed(seen, 1) == ("REPEATING", 0, 0)


async def test_an_answer_cut_short_is_asked_for_again(seen):
    begin_anew(seen, NOW + DAY)
    watch(seen, "trakt", 1, 1, [1], NOW + 2 * DAY)
    seen.change(1, status="REPEATING", progress=0, at=NOW + 3 * DAY)
    seen.trakt.faults.add(Fault(Failure.TRUNCATE, path=PROGRESS, times=1))
    report = await seen.sync(after=timedelta(days=4))
    assert report.status is not JobStatus.COMPLETED
    await seen.sync(after=timedelta(minutes=30))
    assert listed(seen, 1) == ("REPEATING", 1, 0)
