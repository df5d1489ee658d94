"""Killed anywhere, the next sync neither repeats nor loses an episode."""

import asyncio

import pytest

from custom_components.media_list_sync.engine.http import ServiceError
from custom_components.media_list_sync.engine.model import JobStatus, SyncRequest
from custom_components.media_list_sync.engine.store import bases as stored, journal, pairings
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.watching import bases
from simulators.faults import Failure, Fault

from .house import film, tmdb
from .test_rules import BOTH, episodes, watched

WRITES = {"plex": ("PUT", "/:/scrobble"), "trakt": ("POST", "/sync/history")}


class CrashError(BaseException):
    """The process is gone: nothing that follows is carried out."""


class CrashingStore(Store):
    """A store whose process dies before, or right after, one of its transactions."""

    at: int | None = None
    calls = 0
    dead = False
    after = False

    async def run(self, query, /, *args, **kwargs):
        self.calls += 1
        if self.dead:
            raise CrashError
        if self.calls == self.at:
            self.dead = True
            if self.after:
                await super().run(query, *args, **kwargs)
            raise CrashError
        return await super().run(query, *args, **kwargs)


async def fill(house):
    """Something of everything: cours, half a show, a season whole, a film."""
    house.policy = {"scores": True}
    house.add_show(1, {1: 24})
    for number, segments, began in (
        (11, "1:1-12>1-12", (2015, 1, 5)),
        (12, "1:1-12>13-24", (2015, 3, 30)),
    ):
        house.add_anime(number, media={"start": began}, status="CURRENT", progress=3)
        await house.place(number, tmdb(1), segments)
    await house.simple(2, episodes=6, score=80)
    house.add_anime(3, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(3, film(77), "-1:1>1")


async def assert_each_once(house, on):
    assert watched(house, on, 1) == episodes(1, 1, 3) | episodes(1, 13, 15)
    assert watched(house, on, 2) == episodes(1, 1, 6)
    assert list(watched(house, on, 77).values()) == [1]
    rating = house.plex_rating(2) if on == "plex" else house.trakt_ratings().get(2)
    assert rating == 8
    assert await house.store.run(journal.open_entries, "anilist") == ()


async def ours(house):
    """How many episodes we know to have marked ourselves."""
    rows = await house.store.run(stored.load, house.job.id)
    return sum(len(bases.from_json(text).marked) for text in rows.values())


async def crash(house, on, at, *, after):
    """Run a sync that dies at its n-th transaction; False where it ended before that."""
    house.on = on
    await house.store.run(pairings.approve, house.job.id, house.clock.utc())
    await house.store.close()
    house.open(CrashingStore)
    house.store.at, house.store.after = at, after
    try:
        await house.job.run(SyncRequest(), lambda _done: None)
    except CrashError, BaseExceptionGroup:
        return True
    finally:
        await house.store.close()
    return False


LAST = {"plex": 37, "trakt": 48}
"""Transactions of such a sync."""

# Right after one is as right before the next, where there is no call in between: while it is read.
POINTS = [
    pytest.param(on, at, after, id=f"{on}-{'after' if after else 'before'}-{at}")
    for on, last in LAST.items()
    for after in (False, True)
    for at in range(last * 2 // 3 if after else 1, last + 1)
]


@BOTH
async def test_all_points_are_tried(house, on):
    await fill(house)
    crashed = await crash(house, on, LAST[on] + 1, after=False)
    assert (crashed, house.store.calls) == (False, LAST[on])
    house.open()


@pytest.mark.parametrize(("on", "at", "after"), POINTS)
async def test_killed_at_any_transaction(house, on, at, after):
    await fill(house)
    assert await crash(house, on, at, after=after)
    house.open()
    report = await house.sync()
    assert report.status is JobStatus.COMPLETED
    await assert_each_once(house, on)
    assert await ours(house) == 13
    if at % 4 == 0:
        assert (await house.sync(full=True)).counts["new"] == 0


@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER, Failure.TRUNCATE])
@pytest.mark.parametrize("number", range(4))
@BOTH
async def test_an_answer_that_is_never_heard(house, on, failure, number):
    await fill(house)
    method, path = WRITES[on]
    service = house.plex.server if on == "plex" else house.trakt
    service.faults.add(Fault(failure, method, path, after=number, times=1))
    report = await house.sync(on)
    if failure is Failure.TRUNCATE and on == "plex":
        assert report.status is JobStatus.COMPLETED  # it answers nothing, of which half is nothing
    elif on == "plex" or not number:
        assert report.status is JobStatus.DEFERRED
        assert report.counts["failed"] == 0
    service.faults.clear()
    assert (await house.sync()).status is JobStatus.COMPLETED
    await assert_each_once(house, on)
    assert await ours(house) == 13


@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER])
@BOTH
async def test_in_doubt_and_killed_again_and_again(house, on, failure):
    await fill(house)
    method, path = WRITES[on]
    service = house.plex.server if on == "plex" else house.trakt
    service.faults.add(Fault(failure, method, path, times=1))
    await house.sync(on)
    service.faults.clear()
    for at in range(2, 24, 2):
        house.clock.advance(hours=1)
        await crash(house, on, at, after=bool(at % 4))
        house.open()
    assert (await house.sync()).status is JobStatus.COMPLETED
    await assert_each_once(house, on)


@pytest.mark.parametrize("number", range(3))
@BOTH
async def test_stopped_in_the_middle_of_a_write(house, on, number):
    """What is on its way is heard to its end, and is on record."""
    await fill(house)
    method, path = WRITES[on]
    service = house.plex.server if on == "plex" else house.trakt
    service.faults.add(Fault(Failure.DELAY, method, path, seconds=0.1))
    house.on = on
    await house.store.run(pairings.approve, house.job.id, house.clock.utc())
    running = asyncio.create_task(house.job.run(SyncRequest(), lambda _done: None))
    async with asyncio.timeout(10):
        while writes(service, method, path) <= number and not running.done():
            await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.wait([running])
    service.faults.clear()
    assert await house.store.run(journal.open_entries, "anilist") == ()
    await house.restart()
    await house.sync()
    await assert_each_once(house, on)
    assert await ours(house) == 13


def writes(service, method, path):
    return service.counts[f"{method} {path}"]


def test_what_is_raised_at_a_crash_is_no_error_of_a_service():
    assert not issubclass(CrashError, (Exception, ServiceError))
