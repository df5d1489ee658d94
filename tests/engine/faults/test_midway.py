"""What happens in the middle of a batch, or of a sign-in's renewal: nothing twice, nothing lost."""

import asyncio
import re

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import journal
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault, Faults
from tests.engine.watching import house as houses
from tests.engine.watching.test_both_ways import episodes, listed, watch, watched

MANY = 25
"""Entries: three requests to AniList, and several batches to Plex."""

CLIENTS = {
    "anilist": ("plex", "POST", "SaveMediaListEntry"),
    "plex": ("plex", "PUT", ""),
    "trakt": ("trakt", "POST", "watched_at"),
}


class Midway(Faults):
    """Does something just before, or right `after`, the n-th request of a kind is carried out."""

    def __init__(self, method, body, number, what):
        super().__init__()
        self.method, self.body, self.number, self.what = method, body, number, what
        self.seen = 0

    async def answer(self, request, handler):
        body = (await request.read()).decode()
        if request.method == self.method and re.search(self.body, body):
            self.seen += 1
            if self.seen == self.number:
                self.what()
        return await super().answer(request, handler)


@pytest.fixture
async def house(tmp_path, socket_enabled):
    made = await houses.start(tmp_path)
    await made.have_tables()
    made.policy = {"direction": Direction.BOTH, "brake": 100}
    yield made
    await houses.stop(made)


async def fill(house, client, *, episodes=12):
    """What is to be written to that client alone."""
    on, *_ = CLIENTS[client]
    for number in range(1, MANY + 1):
        progress = 1 if client == "anilist" else 3
        await house.simple(number, episodes=episodes, status="CURRENT", progress=progress)
        if client == "anilist":
            watch(house, on, number, 1, range(1, 4))
    return on


def service_of(house, client):
    return {"anilist": house.anilist, "plex": house.plex.server, "trakt": house.trakt}[client]


async def assert_each_once(house, on):
    for number in range(1, MANY + 1):
        assert watched(house, on, number) == episodes(1, 1, 3)
        assert listed(house, number) == ("CURRENT", 3, 0)
    assert await house.store.run(journal.open_entries) == ()
    assert (await house.sync(on, full=True)).counts["new"] == 0


def revoke(house, client):
    return {
        "anilist": house.anilist.revoke_all,
        "plex": house.plex.revoke,
        "trakt": house.trakt.revoke_all,
    }[client]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("client", CLIENTS)
async def test_signed_out_in_the_middle(house, client, number, monkeypatch):
    """It is told, what was done is on record, and after signing in the rest is done."""
    monkeypatch.setattr("custom_components.media_list_sync.engine.watching.trakt_writing.PLAYS", 30)
    on = await fill(house, client)
    _, method, body = CLIENTS[client]
    place = number * 10 if client == "plex" else number
    service_of(house, client).faults = Midway(method, body, place, revoke(house, client))
    report = await house.sync(on)
    assert report.status is JobStatus.FAILED
    assert [one.key for one in report.problems] == [f"{client}_signed_out"]
    service_of(house, client).faults.clear()
    await house.restart()
    report = await house.sync()
    assert report.status is JobStatus.COMPLETED
    assert report.counts["new"] > 0
    await assert_each_once(house, on)


@pytest.mark.parametrize("wait", [None, "600"])
@pytest.mark.parametrize("client", CLIENTS)
async def test_limited_in_the_middle(house, client, wait, monkeypatch):
    monkeypatch.setattr("custom_components.media_list_sync.engine.watching.trakt_writing.PLAYS", 30)
    on = await fill(house, client)
    _, method, body = CLIENTS[client]
    fault = Fault(Failure.STATUS, method, body=body, status=429, retry_after=wait)
    fault.after = 12 if client == "plex" else 1
    service_of(house, client).faults.add(fault)
    report = await house.sync(on)
    assert report.status is JobStatus.DEFERRED
    assert [one.key for one in report.problems] == ["rate_limited"]
    assert report.deferred_until is not None
    service_of(house, client).faults.clear()
    assert (await house.sync()).status is JobStatus.COMPLETED
    await assert_each_once(house, on)


@pytest.mark.parametrize("client", CLIENTS)
async def test_slower_and_slower(house, client, monkeypatch):
    """Each answer takes longer than the one before, until it is not waited for any more."""
    monkeypatch.setattr("custom_components.media_list_sync.engine.watching.trakt_writing.PLAYS", 10)
    on = await fill(house, client)
    house.timeout = 0.2
    await house.restart()
    service = service_of(house, client)
    for step in range(40):
        service.faults.add(Fault(Failure.DELAY, seconds=0.08 * (step + 1), times=1))
    report = await house.sync(on)
    assert report.status is JobStatus.DEFERRED
    assert [one.key for one in report.problems] == ["list_unreachable"]
    assert report.problems[0].placeholders["reason"] == "timeout"
    service.faults.clear()
    await asyncio.sleep(1)  # by then all is done that was asked for
    house.timeout = 30.0
    await house.restart()
    assert (await house.sync()).status is JobStatus.COMPLETED
    await assert_each_once(house, on)


async def test_a_token_that_runs_out_before_a_write_is_renewed(house):
    on = await fill(house, "trakt")
    house.trakt.faults = Midway("POST", "watched_at", 1, house.trakt.expire_tokens)
    assert (await house.sync(on)).status is JobStatus.COMPLETED
    assert house.trakt.counts["POST /oauth/token"] == 1
    await assert_each_once(house, on)


@pytest.mark.parametrize("failure", [Failure.CUT_AFTER, Failure.TRUNCATE, None])
async def test_a_refresh_token_that_is_used_up(house, failure):
    """By somebody else, or by us without ever hearing the answer: only signing in again helps."""
    on = await fill(house, "trakt")

    def use_up():
        house.trakt.expire_tokens()
        if failure is None:
            tokens = house.trakt.state.tokens
            for refresh in list(tokens._by_refresh):
                tokens.refresh(refresh)

    house.trakt.faults = faults = Midway("POST", "watched_at", 1, use_up)
    if failure is not None:
        faults.add(Fault(failure, "POST", "/oauth/token", times=1))
    report = await house.sync(on)
    first = {Failure.CUT_AFTER: "list_unreachable", Failure.TRUNCATE: "invalid_answer"}
    assert [one.key for one in report.problems] == [first.get(failure, "trakt_signed_out")]
    assert not house.on_trakt()
    faults.clear()
    report = await house.sync()
    assert [one.key for one in report.problems] == ["trakt_signed_out"]
    await house.restart()
    assert (await house.sync()).status is JobStatus.COMPLETED
    await assert_each_once(house, on)
