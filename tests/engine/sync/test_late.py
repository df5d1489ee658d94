"""Requests that are carried out after nobody waits for their answer any more: none is made twice."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import Ids, JobStatus, Outcome
from custom_components.media_list_sync.engine.setbacks import LATE
from simulators.faults import Failure, Fault

from .house import film, item, show

F1, F2, S1 = film(1), film(2), show(1)
POST = r"/api/v1/request$"
AT_ONCE = timedelta(seconds=5)


async def press(house, job_id="list", **asked):
    """Sync as a person does who sees that it did not work."""
    return await house.sync(job_id, after=AT_ONCE, reason="button", **asked)


async def come_back(house):
    """Let a film be declined, leave the list, and come back to it."""
    shelf = house.add_list("list", item(F1), item(F2))
    await house.sync()
    house.sim.decline(house.sim.requests_of(1, False)[0].id)
    await house.sync()
    shelf.put(item(F2))
    await house.sync()
    shelf.put(item(F1), item(F2))


@pytest.mark.parametrize("title", [F1, S1], ids=["film", "show"])
async def test_a_request_that_is_carried_out_late_is_not_repeated(house, title):
    """Seerr takes the same film twice at once for two, and fails with the same show."""
    house.add_list("list", item(title))
    house.sim.faults.add(Fault(Failure.LATE, "POST", POST))
    assert (await house.sync()).status is JobStatus.DEFERRED
    house.sim.faults.clear()
    report = await press(house)
    assert house.posts() == 1
    assert (report.status, report.counts[Outcome.WAITING]) == (JobStatus.DEFERRED, 1)
    assert [problem.key for problem in report.problems] == ["in_doubt"]
    assert timedelta() < report.deferred_until - house.clock() < LATE
    await house.sim.faults.catch_up()
    report = await house.sync(after=LATE)
    assert (report.status, report.counts[Outcome.REQUESTED]) == (JobStatus.COMPLETED, 1)
    assert (house.posts(), len(house.sim.requests)) == (1, 1)


async def test_the_other_titles_go_on(house):
    house.add_list("list", item(F1), item(F2))
    house.add_list("other", item(F1))
    house.sim.faults.add(Fault(Failure.LATE, "POST", POST, times=1))
    await house.sync()
    assert (await press(house)).new_titles == ("Film 2 (2000)",)
    report = await press(house, "other")
    assert (report.status, report.problems) == (JobStatus.COMPLETED, ())
    assert report.counts[Outcome.WAITING] == 1
    report = await press(house, title=Ids(imdb=F1.imdb))
    (decision,) = report.decisions
    assert (decision.outcome, decision.reason) == (Outcome.WAITING, "in_doubt")
    await house.sim.faults.catch_up()
    assert (await house.sync()).counts[Outcome.REQUESTED] == 2
    assert (await house.sync("other")).counts[Outcome.REQUESTED] == 1
    assert sorted(request.tmdb for request in house.sim.requests) == [1, 2]


async def test_what_was_never_carried_out_is_requested_when_that_is_certain(house):
    house.add_list("list", item(F1))
    house.sim.faults.add(Fault(Failure.CUT, "POST", POST, times=1))
    await house.sync()
    assert (await press(house)).counts["new"] == 0
    assert (await house.sync(after=LATE)).counts["new"] == 1


async def test_r2_what_came_back_to_the_list_is_not_requested_twice(house):
    await come_back(house)
    house.sim.faults.add(Fault(Failure.LATE, "POST", POST, times=1))
    await house.sync()
    assert house.posts() == 3
    await press(house)
    await house.sim.faults.catch_up()
    await house.sync()
    assert (house.posts(), len(house.sim.requests_of(1, False))) == (3, 2)


async def test_r2_what_was_declined_before_is_not_the_answer_to_a_later_request(house):
    """Else a title that came back to the list would count as declined anew."""
    await come_back(house)
    house.sim.faults.add(Fault(Failure.CUT, "POST", POST, times=1))
    await house.sync()
    assert (await house.sync(after=LATE)).new_titles == ("Film 1 (2000)",)


async def test_r4_another_list_acts_once_it_is_known_that_nobody_did(house):
    house.add_list("list", item(F1), order=2)
    other = house.add_list("other", item(F2), order=1)
    house.sim.faults.add(Fault(Failure.CUT, "POST", POST, times=1))
    await house.sync()
    other.put(item(F1))
    assert (await press(house, "other")).counts[Outcome.WAITING] == 1
    assert (await house.sync("other", after=LATE)).counts["new"] == 1
