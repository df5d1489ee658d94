"""The queue of one account."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus, Problem, Report, SyncRequest
from custom_components.media_list_sync.engine.runner import JobState, Runner
from custom_components.media_list_sync.engine.store.database import Store

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOURS = timedelta(hours=6)


class Timers:
    """The platform's timer and its time, moved by hand."""

    def __init__(self):
        self.time = START
        self.waiting = []

    def now(self):
        return self.time

    def call_at(self, when, call):
        entry = (when, call)
        self.waiting.append(entry)
        return lambda: self.waiting.remove(entry) if entry in self.waiting else None

    async def advance(self, **span):
        self.time += timedelta(**span)
        due = [entry for entry in self.waiting if entry[0] <= self.time]
        for entry in due:
            self.waiting.remove(entry)
            entry[1]()
        await settled()


class Job:
    """A job that ends when it is told to."""

    def __init__(self, job_id, log):
        self.id = job_id
        self.log = log
        self.paused = None
        self.go = asyncio.Event()
        self.go.set()
        self.report = None
        self.error = None

    def pause(self, paused):
        self.paused = paused

    async def run(self, request, progress):
        self.log.append((self.id, request.reason))
        progress(50)
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return self.report or Report(self.id, JobStatus.COMPLETED, dry_run=request.dry_run)


async def settled():
    """Let everything come to rest; the store answers from its own thread."""
    for _ in range(20):
        await asyncio.sleep(0.005)


class Account:
    def __init__(self, path):
        self.path = path
        self.timers = Timers()
        self.log = []
        self.jobs = {}
        self.task = None

    async def open(self, *names, paused=False):
        self.store = Store(self.path)
        self.runner = Runner(
            self.store, "account", now=self.timers.now, call_at=self.timers.call_at
        )
        for name in names:
            self.jobs[name] = Job(name, self.log)
            self.runner.add(self.jobs[name], interval=HOURS, paused=paused)
        await self.runner.load()

    async def start(self, *names, **options):
        await self.open(*names, **options)
        self.task = asyncio.create_task(self.runner.run_forever())
        await settled()

    async def stop(self):
        if self.task is not None:
            await self.runner.stop()
            await asyncio.wait_for(self.task, 5)
            self.task = None
        await self.store.close()


@pytest.fixture
async def account(tmp_path):
    made = Account(tmp_path / "store.db")
    yield made
    await made.stop()


async def test_a_new_job_is_due_at_once_and_then_at_its_interval(account):
    await account.start("a")
    assert account.log == [("a", "start")]
    await account.timers.advance(hours=5, minutes=59)
    assert len(account.log) == 1
    await account.timers.advance(minutes=1)
    assert account.log[1:] == [("a", "interval")]


async def test_due_times_survive_a_restart(account):
    await account.start("a")
    await account.stop()
    account.timers.time += timedelta(hours=2)
    await account.start("a")
    assert len(account.log) == 1
    assert account.runner.state("a").report.status is JobStatus.COMPLETED
    await account.timers.advance(hours=4)
    assert len(account.log) == 2


async def test_one_job_at_a_time_in_the_order_of_asking(account):
    await account.start("a", "b")
    account.log.clear()
    account.jobs["a"].go.clear()
    first = account.runner.request("a", SyncRequest("button"))
    second = account.runner.request("b", SyncRequest("button"))
    await settled()
    assert account.log == [("a", "button")]
    assert account.runner.state("a").running
    assert account.runner.state("a").progress == 50
    assert not account.runner.state("b").running
    account.jobs["a"].go.set()
    await asyncio.gather(first, second)
    assert account.log == [("a", "button"), ("b", "button")]
    assert account.runner.state("a").progress is None


async def test_the_same_wish_is_joined_and_a_greater_one_is_not(account):
    await account.start("a")
    account.log.clear()
    account.jobs["a"].go.clear()
    running = account.runner.request("a", SyncRequest("button"))
    await settled()
    assert account.runner.request("a", SyncRequest("action")) is running
    full = account.runner.request("a", SyncRequest("button", full=True))
    dry = account.runner.request("a", SyncRequest("action", dry_run=True))
    assert len({id(future) for future in (running, full, dry)}) == 3
    account.jobs["a"].go.set()
    await asyncio.gather(running, full, dry)
    assert len(account.log) == 3


async def test_a_paused_job_runs_only_when_asked(account):
    await account.start("a", paused=True)
    assert account.log == []
    assert account.jobs["a"].paused is True
    await account.runner.request("a", SyncRequest("button"))
    assert account.log == [("a", "button")]
    await account.runner.set_paused("a", False)
    await account.timers.advance(hours=6)
    assert account.log[1:] == [("a", "interval")]


async def test_a_pause_survives_a_restart(account):
    await account.start("a")
    await account.runner.set_paused("a", True)
    await account.stop()
    await account.start("a")
    assert account.runner.state("a").paused
    assert account.jobs["a"].paused is True


async def test_a_deferred_job_comes_round_when_it_said(account):
    await account.open("a")
    later = START + timedelta(minutes=40)
    account.jobs["a"].report = Report("a", JobStatus.DEFERRED, deferred_until=later)
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    assert account.runner.state("a").due_at == later
    account.jobs["a"].report = None
    await account.timers.advance(minutes=40)
    assert len(account.log) == 2
    assert account.runner.state("a").due_at == later + HOURS


async def test_a_service_cannot_make_it_come_round_without_a_break(account):
    await account.open("a")
    account.jobs["a"].report = Report("a", JobStatus.DEFERRED, deferred_until=START)
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    assert len(account.log) == 1
    assert account.runner.state("a").due_at >= START + timedelta(minutes=1)


async def test_what_waits_for_an_account_is_woken(account):
    await account.open("a", "b")
    account.jobs["a"].report = Report(
        "a", JobStatus.FAILED, problems=(Problem("trakt_signed_out", account="trakt"),)
    )
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    account.log.clear()
    account.runner.wake(due_now=True)
    await settled()
    assert account.log == [("a", "interval")]


async def test_a_dry_run_leaves_no_trace(account):
    await account.start("a")
    before = account.runner.state("a")
    seen: list[JobState] = []
    account.runner.listen("a", seen.append)
    await account.runner.request("a", SyncRequest("action", dry_run=True))
    assert account.runner.state("a").report == before.report
    assert account.runner.state("a").due_at == before.due_at
    assert seen == []


async def test_stopping_in_the_middle_answers_everybody(account):
    await account.start("a", "b")
    account.jobs["a"].go.clear()
    running = account.runner.request("a", SyncRequest("button"))
    waiting = account.runner.request("b", SyncRequest("button"))
    await settled()
    await account.runner.stop()
    for future in (running, waiting, account.runner.request("a", SyncRequest("button"))):
        report = await asyncio.wait_for(future, 1)
        assert report.status is JobStatus.DEFERRED
        assert report.problems[0].key == "stopped"
    assert not account.runner.state("a").running


async def test_a_run_that_was_stopped_is_still_due_after_the_restart(account):
    await account.open("a")
    account.jobs["a"].go.clear()
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    await account.stop()
    await account.start("a")
    assert account.log == [("a", "start"), ("a", "start")]


async def test_a_mistake_in_one_job_does_not_silence_the_others(account, caplog):
    await account.open("a", "b")
    account.jobs["a"].error = RuntimeError("oops")
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    assert [name for name, _ in account.log] == ["a", "b"]
    report = account.runner.state("a").report
    assert (report.status, report.problems[0].key) == (JobStatus.FAILED, "internal_error")
    assert account.runner.state("a").due_at == START + HOURS
    assert "oops" in caplog.text


async def test_listeners_hear_of_every_change_until_they_leave(account):
    await account.open("a")
    states: list[JobState] = []
    leave = account.runner.listen("a", states.append)
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    assert [(s.running, s.progress) for s in states] == [(True, 0), (True, 50), (False, None)]
    report = states[-1].report
    assert report is not None
    assert report.status is JobStatus.COMPLETED
    leave()
    await account.runner.request("a", SyncRequest("button"))
    assert len(states) == 3


async def test_nothing_new_begins_while_it_is_held(account):
    await account.start("a")
    account.log.clear()
    account.runner.hold()
    wish = account.runner.request("a", SyncRequest("button"))
    await settled()
    assert account.log == []
    account.runner.release()
    await asyncio.wait_for(wish, 1)
    assert account.log == [("a", "button")]


async def test_a_shorter_interval_holds_at_once(account):
    await account.start("a")
    await account.stop()
    account.store = Store(account.path)
    runner = Runner(
        account.store, "account", now=account.timers.now, call_at=account.timers.call_at
    )
    runner.add(Job("a", []), interval=timedelta(hours=1))
    await runner.load()
    assert runner.state("a").due_at == START + timedelta(hours=1)
