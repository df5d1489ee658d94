"""Every way in which a server can fail, at every call of a sync."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.http import Limited, Unreachable
from custom_components.media_list_sync.engine.lists.errors import ListGone, ListPrivate
from custom_components.media_list_sync.engine.model import JobStatus, Outcome
from simulators.faults import Failure, Fault

from .house import film, item, show

F1, F2, S1 = film(1), film(2), show(1)

CALLS = {
    "settings": r"/settings/public",
    "history": r"/api/v1/request\?",
    "library": r"/api/v1/media",
    "search": r"/api/v1/search",
    "show": r"/api/v1/tv/",
    "post": r"/api/v1/request$",
}
FAULTS = {
    "500": Fault(Failure.STATUS, status=500),
    "502": Fault(Failure.STATUS, status=502),
    "503": Fault(Failure.STATUS, status=503),
    "429": Fault(Failure.STATUS, status=429),
    "429 later": Fault(Failure.STATUS, status=429, retry_after="600"),
    "html": Fault(Failure.HTML, status=200),
    "html 403": Fault(Failure.HTML, status=403),
    "cut": Fault(Failure.CUT),
    "cut after": Fault(Failure.CUT_AFTER),
    "truncated": Fault(Failure.TRUNCATE),
    "401": Fault(Failure.STATUS, status=401),
    "404": Fault(Failure.STATUS, status=404),
}


def copy(fault, path):
    return Fault(fault.failure, path=path, status=fault.status, retry_after=fault.retry_after)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failing_call_is_told_and_nothing_is_lost(house, call, fault):
    house.add_list("list", item(F1), item(S1), item(F2))
    house.sim.faults.add(copy(FAULTS[fault], CALLS[call]))
    report = await house.sync()
    assert report.status is not JobStatus.COMPLETED
    assert report.problems or report.counts[Outcome.FAILED]
    assert len(report.problems) <= 2, "one clear problem, not one for every title"
    assert house.posts() <= 3
    house.sim.faults.clear()
    house.clock.advance(days=2)
    assert (await house.sync()).status is JobStatus.COMPLETED
    assert house.sim.requested_titles() == {(False, 1), (False, 2), (True, 1)}
    assert len(house.sim.requests) == 3


async def test_a_server_that_is_down_is_one_problem_and_a_time(house):
    house.add_list("list", *(item(film(n)) for n in range(1, 30)))
    port = house.sim.url.rpartition(":")[2]
    await house.sim.stop()
    report = await house.sync()
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["server_down"]
    assert report.deferred_until > report.finished_at
    await house.sim.start(int(port))
    assert (await house.sync()).counts["new"] == 29


async def test_a_server_that_is_down_is_not_tried_by_every_list(house):
    for name in ("a", "b", "c"):
        house.add_list(name, item(F1))
    house.sim.faults.add(Fault(Failure.STATUS, status=503))
    for name in ("a", "b", "c"):
        report = await house.sync(name, after=timedelta(seconds=1))
        assert [problem.key for problem in report.problems] == ["server_down"]
    tried = sum(house.sim.counts.values())
    assert tried <= 3
    await house.sync("b", after=timedelta(seconds=1), reason="button")
    assert sum(house.sim.counts.values()) > tried


async def test_a_server_that_goes_down_in_the_middle(house):
    house.add_list("list", *(item(film(n)) for n in range(1, 30)))
    house.sim.faults.add(Fault(Failure.STATUS, "POST", CALLS["post"], status=503, after=9))
    report = await house.sync()
    assert report.status is JobStatus.DEFERRED
    assert report.counts["new"] == 9
    assert report.counts[Outcome.WAITING] == 20
    assert house.posts() == 10
    house.sim.faults.clear()
    assert (await house.sync()).counts["new"] == 20
    assert len(house.sim.requests) == 29


async def test_tmdb_down_is_no_unmatched_title(house):
    house.add_list("list", *(item(film(n)) for n in range(1, 30)))
    house.sim.tmdb.failure = 500
    report = await house.sync()
    assert report.status is JobStatus.PARTIAL
    assert [problem.key for problem in report.problems] == ["metadata_down"]
    assert report.counts[Outcome.UNMATCHED] == 0
    assert report.counts[Outcome.WAITING] == 29
    assert house.sim.counts["GET /api/v1/search"] < 15
    house.sim.tmdb.failure = None
    assert (await house.sync()).counts["new"] == 29


async def test_tmdb_down_while_requesting(house):
    house.add_list("list", *(item(film(n), by="tmdb") for n in range(1, 30)))
    house.sim.tmdb.failure = 500
    report = await house.sync()
    assert house.posts() <= 3
    assert report.counts[Outcome.FAILED] == 0
    house.sim.tmdb.failure = None
    assert (await house.sync()).counts["new"] == 29


async def test_csrf_protection_says_so(house):
    house.add_list("list", item(F1), item(F2))
    house.sim.settings.csrf_protection = True
    report = await house.sync()
    assert [problem.key for problem in report.problems] == ["csrf"]
    assert report.status is JobStatus.FAILED
    assert house.posts() == 1


async def test_a_key_that_no_longer_works(house):
    house.add_list("list", item(F1))
    house.sim.settings.api_key = "another"
    report = await house.sync()
    assert [problem.key for problem in report.problems] == ["key_rejected"]
    assert report.problems[0].account == "account"


async def test_a_show_that_the_server_refuses_fails_alone(house):
    """Another show with the same TVDB id is there already."""
    twin = show(15, tvdb=S1.tvdb)
    house.sim.add_title(twin)
    house.add_list("list", item(S1), item(twin), item(F1))
    report = await house.sync()
    assert report.counts["new"] == 2
    assert report.failed_titles == ("Show 15 (2010)",)
    assert report.status is JobStatus.PARTIAL


async def test_radarr_refusing_is_a_request_all_the_same(house):
    house.sim.settings.arr_refuses = True
    house.add_list("list", item(F1))
    await house.sync()
    await house.sync()
    assert house.posts() == 1


@pytest.mark.parametrize(
    ("error", "key", "status"),
    [
        (ListGone("imdb"), "list_gone", JobStatus.FAILED),
        (ListPrivate("imdb"), "list_private", JobStatus.FAILED),
        (Unreachable("imdb", reason="timeout"), "list_unreachable", JobStatus.DEFERRED),
    ],
)
async def test_a_list_that_cannot_be_read_keeps_what_was_known(house, error, key, status):
    shelf = house.add_list("list", item(F1), item(F2))
    await house.sync()
    shelf.error = error
    report = await house.sync()
    assert (report.status, [p.key for p in report.problems]) == (status, [key])
    assert report.counts["titles"] == 2
    shelf.error = None
    assert (await house.sync()).status is JobStatus.COMPLETED


async def test_a_limit_defers_until_its_time(house):
    shelf = house.add_list("list", item(F1))
    later = house.clock.time + timedelta(hours=7)
    shelf.error = Limited("trakt", until=later)
    report = await house.sync()
    assert (report.status, report.deferred_until) == (JobStatus.DEFERRED, later)
