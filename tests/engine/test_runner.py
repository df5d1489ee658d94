"""The queue of one account."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus, Problem, Report, SyncRequest
from custom_components.media_list_sync.engine.runner import JobState, Runner
from custom_components.media_list_sync.engine.store import schedule
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
        self.requests = []
        self.there = "as it was"

    def pause(self, paused):
        self.paused = paused

    async def run(self, request, progress):
        self.log.append((self.id, request.reason))
        self.requests.append(request)
        read = self.there
        progress(50)
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return self.report or Report(
            self.id, JobStatus.COMPLETED, list_name=read, dry_run=request.dry_run
        )


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

    async def open(self, *names, policy="", paused=False):
        self.store = Store(self.path)
        self.runner = Runner(
            self.store, "account", now=self.timers.now, call_at=self.timers.call_at
        )
        for name in names:
            self.jobs[name] = Job(name, self.log)
            self.runner.add(self.jobs[name], interval=HOURS, policy=policy, paused=paused)
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


async def test_changed_policy_is_due_at_once(account):
    """People who say that they want something else expect it to be done; once."""
    await account.start("a", policy="films")
    for policy in ("films and shows", "films and shows"):
        await account.stop()
        account.timers.time += timedelta(hours=1)
        await account.start("a", policy=policy)
    assert account.log == [("a", "start"), ("a", "interval")]


async def test_changed_policy_of_a_paused_job_waits_for_it_to_go_on(account):
    await account.start("a", policy="films")
    await account.runner.set_paused("a", True)
    await account.stop()
    await account.start("a", policy="films and shows")
    assert len(account.log) == 1
    await account.runner.set_paused("a", False)
    await settled()
    assert len(account.log) == 2


async def test_policy_of_a_version_that_did_not_note_it_is_no_change(account):
    await account.start("a")
    await account.runner.set_paused("a", False)
    await account.store.run(lambda db: db.execute("UPDATE job SET policy = NULL") and None)
    await account.stop()
    await account.start("a", policy="films")
    assert len(account.log) == 1


async def test_job_that_was_paused_before_it_was_ever_set_up_is_due(account):
    await account.open()
    await account.store.run(schedule.set_paused, "a", "account", False)
    await account.stop()
    await account.start("a")
    assert account.log == [("a", "start")]


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
    waiting = account.runner.request("a", SyncRequest("button"))
    assert account.runner.request("a", SyncRequest("action")) is waiting
    full = account.runner.request("a", SyncRequest("button", full=True))
    dry = account.runner.request("a", SyncRequest("action", dry_run=True))
    assert len({id(future) for future in (waiting, full, dry)}) == 3
    await asyncio.gather(waiting, full, dry)
    assert account.log == [("a", "action"), ("a", "button"), ("a", "action")]


@pytest.mark.parametrize("running", ["start", "interval", "button", "action"])
async def test_who_asks_is_shown_what_there_is_now(account, running):
    """A run that has begun may have read before what a person did: they get one of their own."""
    await account.open("a")
    job = account.jobs["a"]
    if running != "start":
        account.task = asyncio.create_task(account.runner.run_forever())
        await settled()
    job.go.clear()
    if running == "start":
        account.task = asyncio.create_task(account.runner.run_forever())
    elif running == "interval":
        await account.timers.advance(hours=6)
    else:
        account.runner.request("a", SyncRequest(running))
    await settled()
    assert account.log[-1] == ("a", running)
    job.there = "changed since"
    account.timers.time += timedelta(seconds=5)
    asked = account.timers.now()
    report = account.runner.request("a", SyncRequest("button"))
    assert account.runner.request("a", SyncRequest("action")) is report, "one is enough for both"
    await settled()
    assert not report.done()
    job.go.set()
    assert (await asyncio.wait_for(report, 5)).list_name == "changed since"
    assert job.requests[-1].asked_at == asked
    assert account.log[-2:] == [("a", running), ("a", "action")]
    await settled()
    assert len(job.requests) == len(account.log)


async def test_who_follows_joins_what_waits_and_nothing_that_has_begun(account):
    """What runs may have looked before it happened; what a person asked for stays a person's."""
    await account.start("a")
    account.log.clear()
    account.jobs["a"].go.clear()
    running = account.runner.request("a", SyncRequest("button"))
    await settled()
    following = account.runner.request("a", SyncRequest("follow"))
    assert following is not running
    assert account.runner.request("a", SyncRequest("follow")) is following
    full = account.runner.request("a", SyncRequest("button", full=True))
    assert account.runner.request("a", SyncRequest("follow")) is following
    account.jobs["a"].go.set()
    await asyncio.gather(running, following, full)
    assert account.log == [("a", "button"), ("a", "follow"), ("a", "button")]
    account.jobs["a"].go.clear()
    running = account.runner.request("a", SyncRequest("button"))
    await settled()
    full = account.runner.request("a", SyncRequest("button", full=True))
    assert account.runner.request("a", SyncRequest("follow")) is full
    account.jobs["a"].go.set()
    await asyncio.gather(running, full)
    assert account.log[3:] == [("a", "button"), ("a", "button")]


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


@pytest.mark.parametrize("is_put_off", [False, True])
async def test_what_a_wrong_clock_put_down_does_not_wait_for_a_year(account, is_put_off):
    await account.start("a")
    account.timers.time += timedelta(days=365)
    if is_put_off:
        later = account.timers.time + timedelta(hours=2)
        account.jobs["a"].report = Report("a", JobStatus.DEFERRED, deferred_until=later)
    await account.runner.request("a", SyncRequest("action"))
    await settled()
    account.timers.time -= timedelta(days=365)
    account.log.clear()
    account.runner.wake()  # as the timer does, once the time has passed
    await settled()
    await account.timers.advance(hours=6)
    assert account.log == [("a", "interval")]


async def test_a_shorter_interval_holds_at_once(account):
    await account.start("a")
    await account.stop()
    account.store = Store(account.path)
    runner = Runner(
        account.store, "account", now=account.timers.now, call_at=account.timers.call_at
    )
    runner.add(Job("a", []), interval=timedelta(hours=1), policy="")
    await runner.load()
    assert runner.state("a").due_at == START + timedelta(hours=1)


ONE = SyncRequest("action", anilist=7)


def part(status=JobStatus.COMPLETED, **values):
    return Report("a", status, counts={"entries": 1}, finished_at=START, is_partial=True, **values)


async def test_one_title_says_when_it_was_and_nothing_else_of_its_job(account):
    await account.open("a")
    problem = Problem("first_plan", {"entries": "3"})
    whole = Report("a", JobStatus.APPROVAL, counts={"entries": 9}, problems=(problem,))
    account.jobs["a"].report = whole
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    due_at = account.runner.state("a").due_at
    account.jobs["a"].report = part()
    await account.timers.advance(hours=1)
    assert await account.runner.request("a", ONE) == part()
    for _ in range(2):
        state = account.runner.state("a")
        assert state.report == replace(whole, finished_at=START)
        assert (state.due_at, state.running) == (due_at, False)
        await account.stop()
        await account.start("a")


async def test_one_title_that_is_synced_before_all_of_them(account):
    await account.open("a", paused=True)
    account.task = asyncio.create_task(account.runner.run_forever())
    account.jobs["a"].report = part()
    await account.runner.request("a", ONE)
    assert account.runner.state("a").report is None


async def test_one_title_that_has_to_wait_brings_its_job_round_sooner_but_not_later(account):
    await account.start("a")
    soon, late = START + timedelta(minutes=20), START + timedelta(hours=20)
    account.jobs["a"].report = part(JobStatus.DEFERRED, deferred_until=late)
    await account.runner.request("a", ONE)
    assert account.runner.state("a").due_at == START + HOURS
    account.jobs["a"].report = part(JobStatus.DEFERRED, deferred_until=soon)
    await account.runner.request("a", ONE)
    assert account.runner.state("a").due_at == soon
    await account.stop()
    await account.start("a")
    assert account.runner.state("a").due_at == soon


async def test_what_fails_for_one_title_is_looked_at_for_all(account):
    """It is in the way of all of them, and a person is to know of it."""
    await account.start("a")
    account.jobs["a"].report = part(JobStatus.FAILED)
    asked = account.runner.request("a", ONE)
    account.log.clear()
    await asked
    account.jobs["a"].report = Report("a", JobStatus.FAILED)
    await settled()
    assert account.log == [("a", "action"), ("a", "interval")]
    assert account.runner.state("a").report.status is JobStatus.FAILED
    assert account.runner.state("a").due_at == START + HOURS


async def test_a_job_that_is_due_now(account):
    await account.start("a", "b")
    await account.runner.set_paused("b", True)
    account.log.clear()
    account.runner.due_now("a")
    account.runner.due_now("b")
    await settled()
    assert account.log == [("a", "interval")]
    await account.runner.set_paused("b", False)
    await settled()
    assert account.log == [("a", "interval"), ("b", "interval")]


@pytest.mark.parametrize("request_", [ONE, SyncRequest("action", dry_run=True)])
async def test_a_mistake_in_what_is_not_a_whole_sync_says_nothing_of_it(account, request_):
    await account.start("a")
    before = account.runner.state("a")
    account.jobs["a"].error = RuntimeError("oops")
    assert (await account.runner.request("a", request_)).status is JobStatus.FAILED
    assert account.runner.state("a") == before


async def test_w12_a_mistake_leaves_the_first_plan_waiting(account):
    await account.open("a")
    plan = Problem("first_plan")
    account.jobs["a"].report = Report("a", JobStatus.APPROVAL, problems=(plan,))
    account.task = asyncio.create_task(account.runner.run_forever())
    await settled()
    account.jobs["a"].error = RuntimeError("oops")
    await account.runner.request("a", SyncRequest("button"))
    assert account.runner.state("a").report.waiting_plan == plan
