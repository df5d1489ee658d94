"""The queue of one account: its jobs, one after another, when they are due or asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import logging
from typing import Protocol

from .model import JobStatus, Problem, Report, SyncRequest
from .store import events, reports, schedule
from .store.database import Store
from .store.problems import StoreUnusable

_LOGGER = logging.getLogger(__name__)

SOONEST = timedelta(minutes=1)
"""No job comes round sooner than this by itself, whatever a service says."""

LONGEST = timedelta(days=1)
"""Nothing is put off for longer. A job that is due later was put down by a clock that was ahead."""


class Job(Protocol):
    """One list, or one pairing."""

    @property
    def id(self) -> str:
        """The id of its subentry."""

    def pause(self, paused: bool) -> None:
        """Be told whether the person has paused it."""

    async def run(self, request: SyncRequest, progress: Callable[[int], None]) -> Report:
        """Sync, telling the progress in per cent. Failures are values of the report."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands. `progress` is in per cent, while it runs."""

    report: Report | None = None
    running: bool = False
    progress: int | None = None
    due_at: datetime | None = None
    paused: bool = False


@dataclass(slots=True)
class _Slot:
    job: Job
    interval: timedelta
    policy: str
    state: JobState
    listeners: list[Callable[[JobState], None]] = field(default_factory=list)


@dataclass(slots=True)
class _Waiting:
    job_id: str
    request: SyncRequest
    result: asyncio.Future[Report]


class Runner:
    """Carries the jobs of one account, one at a time, in a single task.

    `call_at` is the platform's timer: it calls back at a time, and returns what cancels it.
    """

    def __init__(
        self,
        store: Store,
        account_id: str,
        *,
        now: Callable[[], datetime],
        call_at: Callable[[datetime, Callable[[], None]], Callable[[], None]],
    ) -> None:
        self._store = store
        self._account_id = account_id
        self._now = now
        self._call_at = call_at
        self._slots: dict[str, _Slot] = {}
        self._queue: deque[_Waiting] = deque()
        self._task: asyncio.Task[Report] | None = None
        self._wake = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._cancel_timer: Callable[[], None] | None = None
        self._event_listeners: list[Callable[[events.Event], None]] = []

    def add(self, job: Job, *, interval: timedelta, policy: str, paused: bool = False) -> None:
        """Take on a job. `paused` holds only until the store knows better.

        `policy` is a fingerprint of what a person wants of it: changed, the job is due at once.
        """
        self._slots[job.id] = _Slot(job, interval, policy, JobState(paused=paused))

    async def load(self) -> None:
        """Take due times, pauses and last reports from the store. A job never run is due now."""
        for job_id, slot in self._slots.items():
            row = await self._store.run(
                schedule.take_up,
                job_id,
                self._account_id,
                policy=slot.policy,
                paused=slot.state.paused,
                now=self._now(),
            )
            report = await self._store.run(reports.last, job_id)
            due_at = row.due_at
            # An interval that was shortened holds at once.
            latest = self._now() + slot.interval
            if due_at is not None and due_at > latest and not _is_put_off(report, due_at):
                due_at = latest
            slot.state = JobState(report=report, due_at=due_at, paused=row.paused)
            slot.job.pause(row.paused)

    async def run_forever(self) -> None:
        """Run what is due and what is asked for, until `stop`."""
        try:
            while not self._stopping:
                self._queue_due()
                if not self._queue or not self._free.is_set():
                    self._set_timer()
                    self._wake.clear()
                    if self._queue and self._free.is_set():
                        continue
                    await self._wake.wait()
                    continue
                await self._run_next()
        finally:
            self._drop_all()

    async def stop(self) -> None:
        """Stop in the middle, between two actions, and wait until all is still.

        Whoever waits for a result gets a report that says that it was stopped.
        """
        self._stopping = True
        self._wake.set()
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
        if self._task is not None:
            self._task.cancel()
            await self._idle.wait()
        self._drop_all()

    def request(self, job_id: str, request: SyncRequest) -> asyncio.Future[Report]:
        """Ask for a run. One that waits and does the same is joined.

        One that has begun is not: it may have read before what it is asked for happened.
        """
        for waiting in self._queue:
            if waiting.job_id == job_id and waiting.request.covers(request):
                if request.reason not in ("interval", "follow"):
                    # It is to know what there is now, not only what there was when it fell due.
                    waiting.request = replace(
                        waiting.request, reason=request.reason, asked_at=self._now()
                    )
                return waiting.result
        result: asyncio.Future[Report] = asyncio.get_running_loop().create_future()
        if self._stopping:
            result.set_result(self._stopped(job_id))
            return result
        asked = replace(request, asked_at=self._now())
        self._queue.append(_Waiting(job_id, asked, result))
        self._wake.set()
        return result

    def state(self, job_id: str) -> JobState:
        """Return how a job stands."""
        return self._slots[job_id].state

    def job_ids(self) -> tuple[str, ...]:
        """Return the jobs of the account."""
        return tuple(self._slots)

    def listen(self, job_id: str, callback: Callable[[JobState], None]) -> Callable[[], None]:
        """Be told of every change of a job's state; call what is returned to be told no more."""
        listeners = self._slots[job_id].listeners
        listeners.append(callback)
        return lambda: listeners.remove(callback)

    def listen_events(self, callback: Callable[[events.Event], None]) -> Callable[[], None]:
        """Be told of every event of the account's jobs, as it is logged."""
        self._event_listeners.append(callback)
        return lambda: self._event_listeners.remove(callback)

    def tell(self, event: events.Event) -> None:
        """Pass an event on to those who listen; jobs call this after it is in the log."""
        for callback in tuple(self._event_listeners):
            callback(event)

    async def set_paused(self, job_id: str, paused: bool) -> None:
        """Let a job come round by itself, or only when it is asked for."""
        await self._store.run(schedule.set_paused, job_id, self._account_id, paused)
        slot = self._slots[job_id]
        slot.job.pause(paused)
        self._publish(slot, replace(slot.state, paused=paused))
        self._wake.set()

    def hold(self) -> None:
        """Begin no job until `release`. One that runs waits at the held store, before its next write."""
        self._free.clear()

    def release(self) -> None:
        """Go on after `hold`."""
        self._free.set()
        self._wake.set()

    def wake(self, *, due_now: bool = False) -> None:
        """Look again at what is due. `due_now`: all that was put off is due at once."""
        if due_now:
            for slot in self._slots.values():
                report = slot.state.report
                if report is not None and report.status in _PUT_OFF:
                    self._publish(slot, replace(slot.state, due_at=self._now()))
        self._wake.set()

    def due_now(self, job_id: str) -> None:
        """Have a job come round at once; one that is paused does when it goes on."""
        slot = self._slots[job_id]
        self._publish(slot, replace(slot.state, due_at=self._now()))
        self._wake.set()

    def _queue_due(self) -> None:
        now = self._now()
        for job_id, slot in self._slots.items():
            latest = now + max(slot.interval, LONGEST)
            if slot.state.due_at is not None and slot.state.due_at > latest:
                slot.state = replace(slot.state, due_at=now + slot.interval)
            state = slot.state
            if state.paused or state.due_at is None or state.due_at > now:
                continue
            if any(waiting.job_id == job_id for waiting in self._queue):
                continue
            reason = "start" if state.report is None else "interval"
            result: asyncio.Future[Report] = asyncio.get_running_loop().create_future()
            self._queue.append(_Waiting(job_id, SyncRequest(reason), result))

    def _set_timer(self) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
        due = [
            slot.state.due_at
            for slot in self._slots.values()
            if slot.state.due_at is not None and not slot.state.paused
        ]
        if due:
            self._cancel_timer = self._call_at(min(due), self._timer_fired)

    def _timer_fired(self) -> None:
        self._cancel_timer = None
        self._wake.set()

    async def _run_next(self) -> None:
        waiting = self._queue.popleft()
        slot = self._slots[waiting.job_id]
        self._idle.clear()
        if not waiting.request.dry_run:  # which is no sync, and nothing for the history
            self._publish(slot, replace(slot.state, running=True, progress=0))
        started = self._now()
        try:
            self._task = asyncio.create_task(
                slot.job.run(waiting.request, lambda done: self._progress(slot, done))
            )
            report = await self._task
            if report.is_partial and not report.dry_run:
                await self._settle_part(slot, report)
            elif not report.dry_run:
                await self._settle(slot, report, started)
        except asyncio.CancelledError:
            report = self._stopped(waiting.job_id)
            if not self._stopping:
                raise
        except StoreUnusable as error:
            _LOGGER.error("The sync of %s could not be put on record: %s", waiting.job_id, error)
            problem = Problem("store_unusable", {"reason": error.reason})
            report = self._broken(slot, waiting.request, problem)
        except Exception:
            # A mistake of ours in one job must not silence the account's other jobs.
            _LOGGER.exception("The sync of %s broke off", waiting.job_id)
            report = self._broken(slot, waiting.request, Problem("internal_error"))
        finally:
            self._task = None
            if slot.state.running:
                self._publish(slot, replace(slot.state, running=False, progress=None))
            self._idle.set()
        if not waiting.result.done():
            waiting.result.set_result(report)

    async def _settle(self, slot: _Slot, report: Report, started: datetime) -> None:
        """Put a report and the next due time on record."""
        now = self._now()
        due_at = now + slot.interval
        if report.deferred_until is not None:
            due_at = max(report.deferred_until, now + SOONEST)
        await self._store.run(reports.save, report)
        await self._store.run(schedule.set_due, slot.job.id, self._account_id, due_at)
        slot.state = replace(slot.state, report=report, due_at=due_at)
        _LOGGER.debug(
            "%s: %s after %.1f s", slot.job.id, report.status, (now - started).total_seconds()
        )

    async def _settle_part(self, slot: _Slot, report: Report) -> None:
        """Let a run of one title say when it was: how the job stands, a whole run has said.

        What keeps one title from being done for good is in the way of all: that is looked at.
        """
        now = self._now()
        last, due_at = slot.state.report, slot.state.due_at
        soon = due_at
        if report.status is JobStatus.FAILED:
            soon = now
        elif report.deferred_until is not None:
            soon = max(report.deferred_until, now + SOONEST)
        if due_at is not None and soon is not None and soon < due_at:
            due_at = soon
            await self._store.run(schedule.set_due, slot.job.id, self._account_id, due_at)
        if last is not None:
            last = replace(last, finished_at=report.finished_at)
            await self._store.run(reports.save, last)
        slot.state = replace(slot.state, report=last, due_at=due_at)

    def _progress(self, slot: _Slot, done: int) -> None:
        if slot.state.running and slot.state.progress != done:
            self._publish(slot, replace(slot.state, progress=done))

    def _publish(self, slot: _Slot, state: JobState) -> None:
        slot.state = state
        for callback in tuple(slot.listeners):
            callback(state)

    def _drop_all(self) -> None:
        while self._queue:
            waiting = self._queue.popleft()
            if not waiting.result.done():
                waiting.result.set_result(self._stopped(waiting.job_id))

    def _broken(self, slot: _Slot, request: SyncRequest, problem: Problem) -> Report:
        plan = slot.state.report.waiting_plan if slot.state.report is not None else None
        now = self._now()
        report = Report(
            slot.job.id,
            JobStatus.FAILED,
            started_at=now,
            finished_at=now,
            problems=(problem,) if plan is None else (problem, plan),
        )
        if not (request.dry_run or request.is_partial):
            slot.state = replace(slot.state, report=report, due_at=now + slot.interval)
        return report

    def _stopped(self, job_id: str) -> Report:
        return Report(job_id, JobStatus.DEFERRED, problems=(Problem("stopped"),))


_PUT_OFF = frozenset({JobStatus.DEFERRED, JobStatus.FAILED})


def _is_put_off(report: Report | None, due_at: datetime) -> bool:
    return report is not None and report.deferred_until == due_at
