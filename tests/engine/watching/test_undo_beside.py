"""Taking back ratings, the watchlist and dropped shows: what was there before is there again (W12)."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import journal
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure

from .beside import EACH, OnWatchlist, assert_left_alone, beside, filled, undo, written
from .test_doubts import Meanwhile
from .test_restored import restored
from .test_undo import marked_now, outcomes


@EACH
async def test_w12_what_was_there_before_is_there_again_and_it_stays_so(house, kind, on):
    side = await written(house, kind, on)
    dry = await undo(house, dry_run=True)
    assert beside(dry) == ["undone"]
    assert side.now() == side.written
    report = await undo(house)
    assert (report.status, beside(report)) == (JobStatus.COMPLETED, ["undone"])
    assert side.now() == side.former
    (told,) = [one.as_dict() for one in report.decisions if one.action != "mark"]
    assert told["rating"] == (side.former or None)
    assert [one.data["action"] for one in house.events if one.kind == "undone"][-1:] == [
        told["action"]
    ]
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_was_changed_since_is_left(house, kind, on):
    side = await written(house, kind, on)
    side.change()
    for is_dry in (True, False):
        report = await undo(house, after=timedelta(hours=2), dry_run=is_dry)
        assert beside(report) == ["changed"]
        assert side.now() == side.other
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_is_gone_is_no_error(house, kind, on):
    side = await written(house, kind, on)
    side.remove()
    for is_dry in (True, False):
        assert beside(await undo(house, dry_run=is_dry)) == ["gone"]
    assert not side.now()
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_was_there_before_is_not_known_of_older_syncs(house, kind, on):
    """They put down what they wrote alone."""
    side = await written(house, kind, on)
    await house.store.run(
        lambda connection: connection.execute(
            "UPDATE journal SET action = json_remove(CAST(action AS TEXT), '$.former')"
        )
    )
    for is_dry in (True, False):
        assert beside(await undo(house, dry_run=is_dry)) == ["kept"]
    assert side.now() == side.written
    assert (await undo(house)).decisions == ()


class ListedSince(Meanwhile):
    """A tracker, with somebody who comes between our reading of it and our plan."""

    async def refresh(self, *, whole):
        await self.tracker.refresh(whole=whole)
        self.what()

    async def write(self, batch):
        return await self.tracker.write(batch)


@pytest.mark.parametrize("on", ["plex", "trakt"])
async def test_what_was_on_the_watchlist_before_stays_there(house, on):
    """Although the last reading did not have it."""
    side = OnWatchlist(house, on)
    await side.fill()
    house.wrap = lambda tracker: ListedSince(tracker, side.list_before)
    await marked_now(house, on)
    assert beside(await undo(house)) == ["kept"]
    assert side.now()


@EACH
async def test_an_answer_that_is_lost_takes_nothing_back_twice(house, kind, on):
    """Neither before the undo that is called again, nor after it, is anything written."""
    side = await written(house, kind, on)
    side.fail(Failure.CUT_AFTER)
    report = await undo(house)
    assert report.status is JobStatus.DEFERRED
    assert side.now() == side.former
    await assert_left_alone(side)
    report = await undo(house)
    assert beside(report) == ["gone"]
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_was_not_carried_out_is_taken_back_by_the_next_undo(house, kind, on):
    side = await written(house, kind, on)
    side.fail(Failure.CUT)
    assert (await undo(house)).status is JobStatus.DEFERRED
    await assert_left_alone(side)
    assert side.now() == side.written
    assert beside(await undo(house)) == ["undone"]
    assert side.now() == side.former
    await assert_left_alone(side)


@EACH
@pytest.mark.parametrize("direction", [Direction.TO_TRACKER, Direction.BOTH])
async def test_what_was_written_without_an_answer_can_be_taken_back(house, kind, on, direction):
    """The reading that finds it knows what was there before."""
    side = await filled(house, kind, on, direction)
    fault = side.fail(Failure.CUT_AFTER)
    await marked_now(house, on)
    assert fault.seen
    assert side.now() == side.written
    await house.sync(after=timedelta(minutes=10))
    assert await house.store.run(journal.open_entries) == ()
    assert side.now() == side.written
    assert beside(await undo(house)) == ["undone"]
    assert side.now() == side.former
    await assert_left_alone(side)


@EACH
@pytest.mark.parametrize("direction", [Direction.TO_TRACKER, Direction.BOTH])
async def test_a_backup_from_before_an_undo(house, kind, on, direction):
    """What was taken back since is not written again, and a former rating is no new one."""
    side = await filled(house, kind, on, direction)
    await marked_now(house, on)
    async with restored(house):
        assert beside(await undo(house)) == ["undone"]
    await assert_left_alone(side)
    assert side.now() == side.former
    assert house.anilist.user("viewer").entries[1].score == side.entry.get("score", 0)


BACK = ["/sync/ratings/remove", "/sync/watchlist/remove", "/users/hidden/dropped/remove"]


async def test_many_of_all_kinds_go_back_in_few_requests(house):
    """On Trakt: a reading of each kind, and a write of each."""
    house.policy = {"scores": True, "watchlist": True, "dropped": True}
    for number in range(1, 31, 3):
        await house.simple(number, score=80)
        await house.simple(number + 1, status="PLANNING")
        await house.simple(number + 2, status="DROPPED")
    await marked_now(house, "trakt")
    assert len(house.trakt_ratings()) == len(house.trakt_dropped()) == 10
    house.requests()
    report = await undo(house)
    assert beside(report) == ["undone"] * 30
    writes = [one.path for one in house.trakt.exchanges if one.method == "POST"]
    assert sorted(set(writes) - {"/sync/history/remove"}) == sorted(BACK)
    assert all(writes.count(path) == 1 for path in BACK)
    assert (house.trakt_ratings(), house.trakt_dropped()) == ({}, set())
    assert not house.trakt.user("viewer").watchlist
    assert (await house.sync(full=True)).counts["new"] == 0
    assert outcomes(await undo(house)) == {}
