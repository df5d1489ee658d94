"""W12: while a first plan waits for its yes, whatever else is synced or fails."""

from dataclasses import replace

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import bases, pairings, reports, reviews
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.faults import Failure, Fault

from .house import START
from .test_rules import BOTH, episodes, watched


async def on_record(house):
    return await house.store.run(reports.last, house.job.id)


async def wait(house, on, **values):
    """Let the first plan of a pairing wait, with an entry in step beside one that is not."""
    await house.simple(1, status="CURRENT", progress=3, **values)
    await house.simple(2, status="CURRENT", progress=0)
    report = await house.sync(on, approved=False)
    assert report.status is JobStatus.APPROVAL
    return report


@BOTH
@pytest.mark.parametrize("title", [1, 2, 99])
async def test_w12_one_title_leaves_the_first_plan_waiting(house, on, title):
    """Whether there is something to do for it, or nothing, or it is not on the list."""
    waiting = await wait(house, on)
    report = await house.sync(approved=False, anilist=title, reason="action")
    assert report.status is JobStatus.APPROVAL
    assert report.problems == waiting.problems, "how much all of it is, not the one title"
    assert report.counts["entries"] == len(report.decisions) == (title != 99)
    assert await on_record(house) == replace(waiting, decisions=())
    assert not watched(house, on, 1)
    assert await house.store.run(pairings.approved_at, house.job.id) is None
    assert not await house.store.run(bases.load, house.job.id), "nothing is held of it yet"


@BOTH
async def test_w12_one_title_is_no_yes(house, on):
    await wait(house, on)
    report = await house.sync(approved=False, anilist=1, approve=True)
    assert report.status is JobStatus.APPROVAL
    assert await house.store.run(pairings.approved_at, house.job.id) is None
    assert not watched(house, on, 1)


@BOTH
async def test_w12_a_dry_run_is_no_yes(house, on):
    await wait(house, on)
    await house.sync(approved=False, dry_run=True, approve=True)
    assert (await house.sync(approved=False)).status is JobStatus.APPROVAL
    assert not watched(house, on, 1)


@BOTH
async def test_one_title_of_which_nobody_was_asked_yet(house, on):
    """It needs a yes, too; but nothing waits, as a whole sync has not said how much it is."""
    await house.simple(1, status="CURRENT", progress=3)
    report = await house.sync(on, approved=False, anilist=1)
    assert (report.status, report.waiting_plan is not None) == (JobStatus.APPROVAL, True)
    assert await on_record(house) is None
    assert not watched(house, on, 1)


@BOTH
async def test_one_title_where_there_is_nothing_to_say_yes_to(house, on):
    house.add_anime(1, status="COMPLETED", progress=12)
    await house.sync(on, approved=False)
    await house.store.run(reviews.answer, 1)
    report = await house.sync(approved=False, anilist=1)
    assert (report.status, report.counts[WatchOutcome.REVIEW]) == (JobStatus.COMPLETED, 1)
    assert await house.store.run(reviews.count, [house.job.id]) == 1


@BOTH
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(Failure.STATUS, status=503), JobStatus.DEFERRED),
        (Fault(Failure.STATUS, status=401), JobStatus.FAILED),
    ],
    ids=["down", "signed out"],
)
async def test_w12_what_fails_meanwhile_leaves_it_waiting(house, on, fault, status):
    waiting = await wait(house, on)
    service = house.plex.server if on == "plex" else house.trakt
    service.faults.add(Fault(fault.failure, status=fault.status))
    report = await house.sync(approved=False)
    assert report.status is status
    assert len(report.problems) == 2
    assert report.waiting_plan == waiting.waiting_plan
    assert (await house.sync(approved=False)).waiting_plan == waiting.waiting_plan
    service.faults.clear()
    await house.restart()
    report = await house.sync(approved=False)
    assert (report.status, report.problems) == (JobStatus.APPROVAL, waiting.problems)


@BOTH
async def test_w12_a_yes_holds_although_the_sync_is_put_off(house, on):
    """It was said: it is not asked for again, and the plan is carried out when that can be."""
    await wait(house, on)
    service = house.plex.server if on == "plex" else house.trakt
    service.faults.add(Fault(Failure.STATUS, status=503))
    report = await house.sync(approved=False, approve=True)
    assert (report.status, report.waiting_plan) == (JobStatus.DEFERRED, None)
    service.faults.clear()
    assert (await house.sync(approved=False)).counts["episodes"] == 3
    assert watched(house, on, 1) == episodes(1, 1, 3)


@BOTH
async def test_w12_a_yes_holds_although_there_are_no_tables(house, on):
    await wait(house, on)
    await house.lose_tables()
    report = await house.sync(approved=False, approve=True)
    assert (report.status, report.waiting_plan) == (JobStatus.DEFERRED, None)
    await house.have_tables()
    assert (await house.sync(approved=False)).counts["episodes"] == 3


async def test_w12_what_is_left_to_scrobblers_for_a_while_is_not_over(house):
    waiting = await wait(house, "trakt")
    house.change(1, at=int(START.timestamp()) + 12 * 3600 - 600, progress=4)
    report = await house.sync(approved=False)
    assert (report.status, report.problems) == (JobStatus.APPROVAL, waiting.problems)
    assert report.deferred_until is not None
    report = await house.sync(approved=False)
    assert dict(report.waiting_plan.placeholders) == {"entries": "1", "episodes": "4"}
    assert report.deferred_until is None


@BOTH
async def test_w12_a_plan_of_which_nothing_is_left_is_over(house, on):
    await wait(house, on)
    house.change(1, progress=0)
    report = await house.sync(approved=False)
    assert (report.status, report.waiting_plan) == (JobStatus.COMPLETED, None)
