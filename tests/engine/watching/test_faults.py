"""Every way in which a service can fail, at every call of a sync."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.watching import prepare
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.faults import Failure, Fault

from .house import OLD
from .test_crashes import assert_each_once, fill, ours
from .test_rules import episodes, watched

CALLS = {
    ("plex", "anilist"): [("POST", "^/$")],
    ("plex", "plex"): [
        ("GET", r"/library/sections$"),
        ("GET", r"/1/all\?type=2"),
        ("GET", r"/1/prefs"),
        ("GET", r"/1/all\?type=4"),
        ("GET", r"/2/all\?type=1"),
        ("PUT", r"/:/scrobble"),
        ("PUT", r"/:/rate"),
    ],
    ("trakt", "trakt"): [
        ("GET", r"/sync/last_activities"),
        ("GET", r"/users/me/watched/shows"),
        ("GET", r"/users/me/stats"),
        ("GET", r"/sync/watched/movies"),
        ("GET", r"/sync/ratings/shows"),
        ("GET", r"/sync/ratings/movies"),
        ("GET", r"/users/hidden/dropped"),
        ("GET", r"/search/"),
        ("GET", r"/shows/[0-9]+/seasons"),
        ("POST", r"/sync/history"),
        ("POST", r"/sync/ratings"),
    ],
}
FAULTS = {
    "500": Fault(Failure.STATUS, status=500),
    "502": Fault(Failure.STATUS, status=502),
    "503": Fault(Failure.STATUS, status=503, retry_after="600"),
    "429": Fault(Failure.STATUS, status=429),
    "429 later": Fault(Failure.STATUS, status=429, retry_after="600"),
    "html": Fault(Failure.HTML, status=200),
    "html 403": Fault(Failure.HTML, status=403),
    "html 503": Fault(Failure.HTML, status=503),
    "cut": Fault(Failure.CUT),
    "cut after": Fault(Failure.CUT_AFTER),
    "truncated": Fault(Failure.TRUNCATE),
    "401": Fault(Failure.STATUS, status=401),
    "400": Fault(Failure.STATUS, status=400),
}
OF_TRAKT = {str(status): Fault(Failure.STATUS, status=status) for status in (420, 423, 426)}
KEPT_OUT = {"401", "html 403"}
"""A person may not be let to see a library's settings: no reason to stop."""

CASES = [
    pytest.param(on, service, fault, id=f"{service}-{fault}")
    for on, service in CALLS
    for fault in (*FAULTS, *(OF_TRAKT if service == "trakt" else ()))
]


def service_of(house, name):
    return {"anilist": house.anilist, "plex": house.plex.server, "trakt": house.trakt}[name]


def copy(fault, method, path):
    return Fault(fault.failure, method, path, status=fault.status, retry_after=fault.retry_after)


def nothing_written(house, on):
    if on == "trakt":
        return not house.on_trakt()
    return not any(house.on_plex(number) for number in house.shows)


@pytest.mark.parametrize(("on", "service", "fault"), CASES)
async def test_a_failing_call_is_told_and_the_next_sync_heals(house, on, service, fault):
    """One call after the other fails, each in a sync of its own."""
    await fill(house)
    house.change(2, score=60)
    failing = service_of(house, service)
    for method, path in CALLS[on, service]:
        if path.endswith("prefs") and fault in KEPT_OUT:
            continue
        if method == "PUT" and fault == "truncated":
            continue  # half of nothing is all of it
        if path == r"/:/rate":  # the score of before was given beside the marks that failed
            house.change(2, score=70, at=OLD + 2000)
        struck = failing.faults.add(copy((FAULTS | OF_TRAKT)[fault], method, path))
        report = await house.sync(on)
        where = f"{fault} at {method} {path}: {report.status}, {report.problems}"
        assert struck.seen, where
        if path == r"/:/rate" and fault == "400":
            assert report.status is JobStatus.PARTIAL, where
            assert report.counts[WatchOutcome.FAILED] == 1, where
        else:
            is_full = path == r"/sync/ratings" and fault == "420"  # and plays go on
            stopped = (JobStatus.DEFERRED, JobStatus.FAILED)
            assert report.status in ((JobStatus.PARTIAL,) if is_full else stopped), where
            (problem,) = report.problems
            assert problem.account == service, where
            is_deferred = report.status is JobStatus.DEFERRED
            assert (report.deferred_until is not None) is is_deferred, where
            assert (problem.until is not None) is is_deferred, where
        if method == "GET" or service == "anilist":
            assert nothing_written(house, on), where
        failing.faults.clear()
    house.change(2, score=80, at=OLD + 3000)
    report = await house.sync(on, after=timedelta(days=2))
    assert report.status is JobStatus.COMPLETED
    await assert_each_once(house, on)
    assert await ours(house) == 13
    assert (await house.sync()).counts["new"] == 0


SLOW = {
    "anilist": ("plex", "POST", "^/$"),
    "episodes": ("plex", "GET", r"/1/all\?type=4"),
    "scrobble": ("plex", "PUT", r"/:/scrobble"),
    "activities": ("trakt", "GET", r"/sync/last_activities"),
    "history": ("trakt", "POST", r"/sync/history"),
}


@pytest.mark.parametrize("call", SLOW)
async def test_a_service_that_does_not_answer_in_time(house, call):
    """What was asked of it may have been done all the same."""
    on, method, path = SLOW[call]
    house.timeout = 0.1
    await house.restart()
    await fill(house)
    failing = house.anilist if call == "anilist" else service_of(house, on)
    failing.faults.add(Fault(Failure.DELAY, method, path, seconds=0.25, times=1))
    report = await house.sync(on)
    assert report.status is JobStatus.DEFERRED
    (problem,) = report.problems
    assert problem.placeholders["reason"] == "timeout"
    await asyncio.sleep(0.3)  # by then it has done what it was asked
    house.timeout = 30.0
    await asyncio.sleep(0.5)  # until it has done what it was asked for
    await house.restart()
    assert (await house.sync()).status is JobStatus.COMPLETED
    await assert_each_once(house, on)
    assert await ours(house) == 13


@pytest.mark.parametrize("on", ["plex", "trakt"])
async def test_anilist_signed_out(house, on):
    """Its token has run out, or the person took it back."""
    await fill(house)
    await house.sync(on)
    house.anilist.revoke_all()
    report = await house.sync()
    assert report.status is JobStatus.FAILED
    (problem,) = report.problems
    assert (problem.key, problem.account) == ("anilist_signed_out", "anilist")
    assert report.counts["entries"] == 4  # what was known stays
    await house.restart()
    assert (await house.sync()).status is JobStatus.COMPLETED


async def test_plex_signed_out(house):
    await fill(house)
    house.plex.revoke()
    report = await house.sync("plex")
    assert report.status is JobStatus.FAILED
    (problem,) = report.problems
    assert (problem.key, problem.account) == ("plex_signed_out", "plex")
    await house.restart()
    await house.sync()
    await assert_each_once(house, "plex")


@pytest.mark.parametrize("at", range(1, 14, 3))
async def test_a_token_of_trakt_that_runs_out_in_the_middle(house, at):
    """It is renewed once, and the call sent again with the new one."""
    await fill(house)
    asked = 0
    ask = house.trakt_tracker.trakt.own._api._doorway._ask

    async def counted(*args, **kwargs):
        nonlocal asked
        asked += 1
        if asked == at:
            house.trakt.expire_tokens()
        return await ask(*args, **kwargs)

    house.trakt_tracker.trakt.own._api._doorway._ask = counted
    report = await house.sync("trakt")
    assert report.status is JobStatus.COMPLETED
    assert house.trakt.counts["POST /oauth/token"] == 1
    await assert_each_once(house, "trakt")


async def test_trakt_signed_out(house):
    await fill(house)
    await house.sync("trakt")
    house.trakt.revoke_all()
    house.change(11, progress=4)
    report = await house.sync()
    assert report.status is JobStatus.FAILED
    (problem,) = report.problems
    assert (problem.key, problem.account) == ("trakt_signed_out", "trakt")
    await house.restart()
    assert (await house.sync()).counts["episodes"] == 1


@pytest.mark.parametrize("lock", ["lock", "require_vip", "reach_account_limit", "delete_app"])
async def test_trakt_refuses_the_account(house, lock):
    keys = {
        "lock": "trakt_locked",
        "require_vip": "trakt_vip",
        "reach_account_limit": "trakt_limit",
        "delete_app": "trakt_app_deleted",
    }
    await fill(house)
    path = ("/sync/history",) if lock in ("require_vip", "reach_account_limit") else ()
    getattr(house.trakt, lock)(*path)
    report = await house.sync("trakt")
    assert report.status is JobStatus.FAILED
    assert [(problem.key, problem.account) for problem in report.problems] == [
        (keys[lock], "trakt")
    ]
    assert not house.on_trakt()
    assert not report.counts.get("new")


async def test_a_full_watchlist_keeps_nothing_else_from_being_done(house, monkeypatch):
    """It is told, and tried again once a sync."""
    monkeypatch.setattr(prepare, "BLOCK", 2)
    house.policy = {"watchlist": True, "dropped": True, "scores": True}
    for number in (1, 2, 3):
        await house.simple(number, status="PLANNING")
    await house.simple(4, status="CURRENT", progress=3)
    await house.simple(5, status="DROPPED", progress=2)
    await house.simple(6, score=80)
    viewer = house.trakt.user("viewer")
    viewer.item_limit = 0
    for tries in (1, 2):
        report = await house.sync("trakt")
        assert report.status is JobStatus.PARTIAL
        assert [(one.key, one.account) for one in report.problems] == [("trakt_limit", "trakt")]
        assert report.counts[WatchOutcome.WAITING] == 3
        assert house.trakt.counts["POST /sync/watchlist"] == tries
        assert watched(house, "trakt", 4) == episodes(1, 1, 3)
        assert watched(house, "trakt", 5) == episodes(1, 1, 2)
        assert house.trakt_ratings() == {6: 8}
        assert house.trakt_dropped() == {5}
        assert bool(report.counts["new"]) is (tries == 1)
    viewer.item_limit = None
    assert (await house.sync()).status is JobStatus.COMPLETED
    assert len(viewer.watchlist) == 3


async def test_anilist_is_shut(house):
    await fill(house)
    house.anilist.is_closed = True
    report = await house.sync("plex")
    assert report.status is JobStatus.DEFERRED
    assert report.deferred_until is not None
    house.anilist.is_closed = False
    await house.sync()
    await assert_each_once(house, "plex")


async def test_a_server_that_goes_down_in_the_middle(house):
    await house.simple(1, episodes=200, status="CURRENT", progress=100)
    server = house.plex.server
    server.faults.add(Fault(Failure.STATUS, "PUT", "scrobble", status=503, after=50))
    report = await house.sync("plex")
    assert report.status is JobStatus.DEFERRED
    marked = len(house.on_plex(1))
    assert report.counts["episodes"] == 40, "two batches are done, the third is in doubt"
    assert server.counts["PUT /:/scrobble"] <= 60
    server.faults.clear()
    report = await house.sync()
    assert report.counts["episodes"] == 100 - marked
    assert set(house.on_plex(1).values()) == {1}
    assert len(house.on_plex(1)) == 100
