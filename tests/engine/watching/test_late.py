"""Writes that are carried out after nobody waits for their answer any more: none is made twice."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus, SyncRequest
from custom_components.media_list_sync.engine.placement import Provider, TargetId
from custom_components.media_list_sync.engine.setbacks import LATE
from custom_components.media_list_sync.engine.store import journal, pairings
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault

from .house import OLD, film
from .test_both_ways import LATE as LATE_IN_TIME, listed, watch
from .test_crashes import CrashError, CrashingStore
from .test_doubts import bases_of, fault
from .test_rules import BOTH, episodes, watched

AT_ONCE = timedelta(seconds=5)


async def press(house, on=None, **asked):
    """Sync as a person does who sees that it did not work."""
    return await house.sync(on, after=AT_ONCE, reason="button", **asked)


async def save_unheard(house, failure):
    """Three episodes are watched on Plex, and nobody hears what becomes of the save of that."""
    house.policy = {"direction": Direction.BOTH}
    await house.simple(1, status="CURRENT", progress=1)
    await house.sync("trakt")
    await house.sync("plex")
    watch(house, "plex", 1, 1, [1, 2, 3], LATE_IN_TIME)
    faults = house.anilist.faults
    faults.add(Fault(failure, body="mutation"))
    assert (await house.sync("plex")).status is JobStatus.DEFERRED
    faults.clear()
    return faults


async def approve(house, job):
    await house.store.run(pairings.approve, job.id, house.clock.utc())


async def run(house, job):
    return await job.run(SyncRequest(), lambda _done: None)


@BOTH
async def test_a_write_that_is_carried_out_late_is_not_repeated(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, on, Failure.LATE)
    assert (await house.sync(on)).status is JobStatus.DEFERRED
    faults.clear()
    report = await press(house)
    assert (report.status, report.counts[WatchOutcome.WAITING]) == (JobStatus.DEFERRED, 1)
    assert [problem.key for problem in report.problems] == ["in_doubt"]
    assert timedelta() < report.deferred_until - house.clock.utc() < LATE
    assert await faults.catch_up()
    assert (await press(house)).problems == report.problems, "it is read when its time has come"
    while (report := await house.sync(after=LATE)).counts["new"]:
        pass  # on Plex not all calls of a batch had been sent
    assert report.status is JobStatus.COMPLETED
    assert watched(house, on, 1) == episodes(1, 1, 3)
    assert len((await bases_of(house, on))[1].marked) == 3, "they are ours"
    assert await house.store.run(journal.open_entries, "anilist") == ()


@BOTH
async def test_w6_anilist_is_not_completed_by_what_may_be_our_own_mark(house, on):
    """Carried out late, it looks like a person's play until it is settled whose it is."""
    house.policy = {"direction": Direction.BOTH}
    await house.simple(1, status="CURRENT", progress=12)
    watch(house, on, 1, 1, range(1, 12), LATE_IN_TIME)
    faults = fault(house, on, Failure.LATE)
    assert (await house.sync(on)).status is JobStatus.DEFERRED
    faults.clear()
    assert await faults.catch_up()
    report = await press(house, full=True)
    assert report.counts[WatchOutcome.WAITING] == 1
    assert listed(house, 1) == ("CURRENT", 12, 0)
    for _ in range(2):
        await house.sync(after=LATE, full=True)
    assert listed(house, 1) == ("CURRENT", 12, 0)
    assert watched(house, on, 1) == episodes(1, 1, 12)


@pytest.mark.parametrize("other", ["plex", "trakt"])
async def test_a_save_that_is_carried_out_late_is_not_the_last_word(house, other):
    """Until it is settled, no pairing of the account saves the entry: it would be lowered (W1)."""
    faults = await save_unheard(house, Failure.LATE)
    watch(house, other, 1, 1, range(1, 7), LATE_IN_TIME)
    report = await press(house, other, full=True)
    assert (report.status, report.counts[WatchOutcome.WAITING]) == (JobStatus.DEFERRED, 1)
    assert listed(house, 1) == ("CURRENT", 1, 0)
    assert await faults.catch_up()
    assert listed(house, 1) == ("CURRENT", 3, 0)
    if other == "plex":
        await press(house, other)  # it is said by now, and so is settled
    else:
        await house.sync(other, after=LATE)
    assert listed(house, 1) == ("CURRENT", 6, 0)
    await house.sync("plex", full=True)
    assert await house.store.run(journal.open_entries, "anilist") == ()
    assert listed(house, 1) == ("CURRENT", 6, 0)


async def test_a_save_that_was_never_carried_out_is_made_after_a_while(house):
    await save_unheard(house, Failure.CUT)
    report = await press(house)
    assert timedelta() < report.deferred_until - house.clock.utc() < LATE
    await house.sync(after=LATE)
    assert listed(house, 1) == ("CURRENT", 3, 0)


@BOTH
async def test_the_other_titles_go_on(house, on):
    await house.simple(1, status="CURRENT", progress=1)
    faults = fault(house, on, Failure.LATE)
    await house.sync(on)
    faults.clear()
    await house.simple(2, status="CURRENT", progress=2)
    report = await press(house, full=True)
    assert report.new_titles == ("Anime 2",)
    assert report.counts[WatchOutcome.WAITING] == 1
    report = await press(house, anilist=2)
    assert (report.status, report.problems) == (JobStatus.COMPLETED, ())
    report = await press(house, anilist=1)
    assert report.status is JobStatus.DEFERRED
    (decision,) = report.decisions
    assert (decision.outcome, decision.reason) == (WatchOutcome.WAITING, "in_doubt")
    await faults.catch_up()
    await house.sync()
    for number in (1, 2):
        assert watched(house, on, number) == episodes(1, 1, number)


@BOTH
async def test_what_was_never_carried_out_is_written_when_that_is_certain(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, on, Failure.CUT)
    await house.sync(on)
    faults.clear()
    assert (await press(house)).counts["episodes"] == 0
    assert (await house.sync(after=LATE)).counts["episodes"] == 3
    assert watched(house, on, 1) == episodes(1, 1, 3)


async def test_the_time_counts_from_when_the_answer_was_given_up(house):
    """Trakt is read before it is written to: that may have taken minutes."""
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, "trakt", Failure.LATE)
    house.wrap = lambda tracker: Slow(tracker, house.clock)
    await house.sync("trakt")
    house.wrap = lambda tracker: tracker
    faults.clear()
    assert (await press(house)).counts["episodes"] == 0
    await faults.catch_up()
    await house.sync()
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)


class Slow:
    """A tracker that takes minutes to read what it needs before a write."""

    def __init__(self, tracker, clock):
        self.tracker = tracker
        self.clock = clock

    def __getattr__(self, name):
        return getattr(self.tracker, name)

    async def write(self, batch):
        self.clock.advance(minutes=5)
        return await self.tracker.write(batch)


async def test_a_film_that_a_person_maps_to_another_id_meanwhile(house):
    """It is the same film, and the entry's: the first write may still come."""
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(1, film(77), "-1:1>1")
    faults = fault(house, "trakt", Failure.LATE)
    await house.sync("trakt")
    faults.clear()
    await house.map(1, imdb(77), "-1:1>1")
    await press(house)
    await faults.catch_up()
    await house.sync()
    assert house.on_trakt() == {(77, None): 1}


def imdb(number):
    return TargetId(Provider.IMDB_MOVIE, f"tt{number:07d}")


async def test_an_old_score_is_not_the_last_word(house):
    house.policy = {"scores": True}
    await house.simple(1, episodes=6, score=70)
    await house.sync("plex")
    house.change(1, score=50)
    faults = house.plex.server.faults
    faults.add(Fault(Failure.LATE, "PUT", "/:/rate"))
    await house.sync()
    faults.clear()
    house.change(1, at=OLD + 2000, score=80)
    await press(house)
    await faults.catch_up()
    await house.sync()
    assert house.plex_rating(1) == 8


async def test_of_two_pairings_with_one_tracker(house):
    """What one of them may still have written, the other one leaves alone."""
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, "trakt", Failure.LATE)
    await house.sync("trakt")
    faults.clear()
    job = house.job
    job.id = "another"
    await approve(house, job)
    report = await run(house, job)
    assert (report.status, report.problems) == (JobStatus.COMPLETED, ())
    assert report.counts[WatchOutcome.WAITING] == 1
    assert report.deferred_until is not None
    await faults.catch_up()
    house.clock.time += LATE
    await run(house, job)
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)


async def test_killed_in_the_middle_of_a_write(house):
    """Nobody gave anything up: it counts from when it was begun."""
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, "trakt", Failure.LATE)
    house.on = "trakt"
    await approve(house, house.job)
    await house.store.close()
    house.open(DyingStore)
    with pytest.raises((CrashError, BaseExceptionGroup)):
        await run(house, house.job)
    await house.store.close()
    house.open()
    faults.clear()
    assert (await press(house)).counts["episodes"] == 0
    await faults.catch_up()
    await house.sync()
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)


class DyingStore(CrashingStore):
    """A store whose process dies before it can say that an answer was given up."""

    async def run(self, query, /, *args, **kwargs):
        if query is journal.doubt:
            self.at = self.calls + 1
        return await super().run(query, *args, **kwargs)
