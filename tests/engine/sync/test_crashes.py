"""Killed anywhere, the next run neither repeats nor loses a request."""

import asyncio

import pytest

from custom_components.media_list_sync.engine.http import ServiceError
from custom_components.media_list_sync.engine.lists.errors import ListGone
from custom_components.media_list_sync.engine.model import JobStatus, Outcome, SyncRequest
from custom_components.media_list_sync.engine.store.database import Store
from simulators.faults import Failure, Fault

from .house import film, item, show

F1, F2, F3, S1 = film(1), film(2), film(3), show(1)
EVERYTHING = {(False, 1), (False, 2), (False, 3), (True, 1)}
POST = r"/api/v1/request$"


class CrashError(BaseException):
    """The process is gone: nothing that follows is carried out."""


class CrashingStore(Store):
    """A store whose process dies before, or right after, one of its transactions."""

    def die(self, at, after):
        self.calls = 0
        self.at = at
        self.after = after
        self.dead = False

    async def run(self, query, /, *args, **kwargs):
        if not hasattr(self, "at"):
            return await super().run(query, *args, **kwargs)
        self.calls += 1
        if self.dead:
            raise CrashError
        if self.calls == self.at:
            self.dead = True
            if self.after:
                await super().run(query, *args, **kwargs)
            raise CrashError
        return await super().run(query, *args, **kwargs)


async def crash(house, at, after):
    """Run a sync that dies at its n-th transaction; False where it ended before that."""
    store = CrashingStore(house.path, now=house.clock)
    house.account.store = store
    store.die(at, after)
    try:
        await house.job("list").run(SyncRequest(), lambda _done: None)
    except CrashError, BaseExceptionGroup:
        return True
    finally:
        await store.close()
    return False


def assert_each_once(sim):
    """Every title was asked for once, every season of the show in one of its requests."""
    films = [request.tmdb for request in sim.requests if not request.is_show]
    assert sorted(films) == [1, 2, 3]
    seasons = [n for request in sim.requests_of(1, True) for n in request.season_numbers]
    assert sorted(seasons) == [1, 2, 3]
    assert sim.requested_titles() == EVERYTHING
    assert sim.overlapping_posts == 0


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, 32))
async def test_killed_at_any_transaction(house, at, after):
    house.add_list("list", item(F1), item(S1), item(F2), item(F3))
    crashed = await crash(house, at, after)
    assert crashed or at > 20, "the sync has fewer transactions than are tried"
    await house.restart()
    report = await house.sync()
    assert report.status is JobStatus.COMPLETED
    assert_each_once(house.sim)
    assert (await house.sync()).counts["new"] == 0
    assert_each_once(house.sim)


@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER, Failure.TRUNCATE])
@pytest.mark.parametrize("number", range(4))
async def test_an_answer_that_is_never_heard(house, failure, number):
    house.add_list("list", item(F1), item(S1), item(F2), item(F3))
    house.sim.faults.add(Fault(failure, "POST", POST, after=number, times=1))
    report = await house.sync()
    assert report.status in (JobStatus.DEFERRED, JobStatus.FAILED)
    assert report.counts[Outcome.FAILED] == 0
    house.sim.faults.clear()
    assert (await house.sync()).status is JobStatus.COMPLETED
    assert_each_once(house.sim)


@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER])
async def test_in_doubt_and_killed_before_the_next_run(house, failure):
    house.add_list("list", item(F1), item(S1), item(F2), item(F3))
    house.sim.faults.add(Fault(failure, "POST", POST, after=1, times=1))
    await house.sync()
    house.sim.faults.clear()
    for at in range(1, 16):
        await house.restart()
        await crash(house, at, after=True)
    await house.restart()
    await house.sync()
    assert_each_once(house.sim)


async def test_in_doubt_and_declined_before_the_next_run(house):
    house.add_list("list", item(F1))
    house.sim.faults.add(Fault(Failure.CUT_AFTER, "POST", POST, times=1))
    await house.sync()
    house.sim.decline(house.sim.requests[0].id)
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1
    assert len(house.sim.requests) == 1


async def test_killed_before_its_report_is_on_record(house):
    """What stands on record is an older one, which is not told once more."""
    shelf = house.add_list("list", item(F1))
    await house.sync()
    shelf.error = ListGone("imdb")
    assert (await house.sync()).status is JobStatus.FAILED
    shelf.error = None
    house.clock.advance(hours=6)
    await house.job("list").run(SyncRequest(), lambda _done: None)
    assert (await house.sync()).status is JobStatus.COMPLETED


async def test_stopped_in_the_middle_of_a_request(house):
    """What is on its way is heard to its end, and no other is sent."""
    house.add_list("list", item(F1), item(S1), item(F2), item(F3))
    house.sim.post_seconds = 0.2
    running = asyncio.create_task(house.job("list").run(SyncRequest(), lambda _done: None))
    async with asyncio.timeout(10):
        while not house.posts():
            await asyncio.sleep(0.005)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert house.posts() == 1
    assert len(house.sim.requests) == 1
    house.sim.post_seconds = 0
    await house.restart()
    await house.sync()
    assert_each_once(house.sim)


async def test_two_syncs_at_once_are_one_after_another(house):
    house.add_list("a", item(F1), item(S1), item(F2), item(F3))
    house.add_list("b", item(F1), item(S1), item(F2), item(F3))
    await house.runner.load()
    runner = asyncio.create_task(house.runner.run_forever())
    house.sim.post_seconds = 0.02
    await asyncio.gather(
        *(house.runner.request(name, SyncRequest("action")) for name in ("a", "b", "a", "b"))
    )
    await house.runner.stop()
    await runner
    assert_each_once(house.sim)


def test_what_is_raised_at_a_crash_is_no_error_of_a_service():
    assert not issubclass(CrashError, (Exception, ServiceError))
