"""One title of a list alone: what is said is said of it, and of nothing else."""

from datetime import timedelta

from custom_components.media_list_sync.engine.model import Ids, JobStatus, Outcome
from custom_components.media_list_sync.engine.store import events, reports
from simulators.seerr import Quota, SeerrUser

from .house import film, item, show

F1, F2, S1 = film(1), film(2), show(1)
HOUR = timedelta(hours=1)


async def test_its_report_takes_the_place_of_no_other(house):
    house.add_list("list", item(F1), item(F2), item(S1))
    whole = await house.sync()
    report = await house.sync(title=Ids(imdb=F2.imdb), reason="action")
    assert report.is_partial
    assert (report.counts["titles"], report.counts[Outcome.REQUESTED]) == (1, 1)
    assert await house.store.run(reports.last, "list") == whole


async def test_the_log_says_which_title_it_was(house):
    house.add_list("list", item(F1), item(F2))
    await house.sync(title=Ids(imdb=F2.imdb), reason="action")
    (event,) = await house.store.run(events.recent, 1)
    assert (event.kind, event.data["imdb_id"]) == ("sync_finished", F2.imdb)
    assert event.data["counts"]["titles"] == 1


async def test_one_that_does_not_fit_is_not_a_list_of_which_nothing_fits(house):
    """R9 is about the whole list."""
    house.add_list("list", item(F1), item(S1), media_types=frozenset({"movie"}))
    await house.sync()
    report = await house.sync(title=Ids(imdb=S1.imdb), reason="action")
    assert (report.status, report.problems) == (JobStatus.COMPLETED, ())
    assert report.counts[Outcome.FILTERED] == 1


async def test_a_quota_of_others_does_not_put_it_off(house):
    house.sim.add_user(SeerrUser(7, "limited", movie_quota=Quota(1, 7)))
    house.add_list("list", item(F1), item(F2), user_id=7)
    whole = await house.sync()
    assert (whole.status, whole.counts["new"]) == (JobStatus.DEFERRED, 1)
    first, second = [
        await house.sync(title=Ids(imdb=one.imdb), reason="action", after=HOUR) for one in (F1, F2)
    ]
    assert (first.status, first.deferred_until) == (JobStatus.COMPLETED, None)
    assert (second.status, second.deferred_until is None) == (JobStatus.DEFERRED, False)
