"""One run of one pairing: read, resolve, plan, apply, report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
import hashlib
import sqlite3
from typing import TYPE_CHECKING
from uuid import uuid4

from ..elsewhere import run_elsewhere
from ..http import ServiceError
from ..model import JobStatus, Problem, Report, SyncRequest
from ..placement import TargetId
from ..setbacks import SOON, Setback, setback
from ..store import (
    atlas as atlases,
    entries,
    events,
    journal,
    pairings,
    reports,
    standings,
    tracked,
)
from .apply import Applier
from .plan import WatchOutcome
from .prepare import Circumstances, Prepared, prepare
from .record import Run, action_of, settle
from .tally import Tally
from .tracker import Tracker

if TYPE_CHECKING:
    from .job import PairingJob

LIST_LASTS = timedelta(minutes=5)
"""How long a reading of AniList may serve the account's other pairings."""

MANY = 3_000
"""Entries and episodes, from which on planning gets an interpreter of its own."""

LEARNED_AT_ONCE = 50
"""So many shows are looked up on a tracker before what was learned is planned with."""

# How much of a run, in per cent, has passed when each of its rooms is left.
_LIST_READ, _TRACKER_READ, _PLANNED = 10, 40, 60

_LOGGED_AS = {JobStatus.FAILED: "sync_failed", JobStatus.DEFERRED: "sync_deferred"}
_BY_A_PERSON = frozenset({"button", "action"})


class PairingSync:
    """One run of one pairing."""

    def __init__(
        self, job: PairingJob, request: SyncRequest, progress: Callable[[int], None]
    ) -> None:
        self.job = job
        self.store = job.anilist.store
        self.request = request
        self.progress = progress
        self._started_at = job.now()
        self._problems: list[Problem] = []
        self._until: datetime | None = None

    async def run(self) -> Report:
        """Go through the rooms, and put what came of it into the log. Never raises an error."""
        before = await self.store.run(reports.last, self.job.id)
        try:
            report = await self._through()
        except ServiceError as error:
            report = await self._set_back(setback(error, self.job.now()))
        is_news = report.changed or before is None or before.status is not report.status
        if is_news and not report.dry_run:
            await self._log(
                _LOGGED_AS.get(report.status, "sync_finished"),
                status=str(report.status),
                counts=dict(report.counts),
                problems=[problem.key for problem in report.problems],
            )
        return report

    async def _through(self) -> Report:
        tracker = self.job.tracker()
        if not await self.store.run(atlases.is_usable):
            # Without tables everything would be for review, and nothing would be true of it.
            until = self.job.now() + SOON
            return await self._set_back(
                Setback(JobStatus.DEFERRED, Problem("no_mappings", until=until), until)
            )
        if self.request.approve:
            await self.store.run(pairings.approve, self.job.id, self.job.now())
        await self.job.anilist.refresh(self._list_not_before(), whole=self.request.full)
        self.progress(_LIST_READ)
        await tracker.refresh(whole=self.request.full)
        await self._settle_doubts(tracker)
        self.progress(_TRACKER_READ)
        inputs = await self._inputs(tracker)
        unchanged = await self._unchanged(inputs)
        if unchanged is not None:
            return unchanged
        approved = await self.store.run(pairings.approved_at, self.job.id) is not None
        prepared = await self._prepare(tracker, is_dry=self.request.dry_run or not approved)
        if not (approved or self.request.dry_run or prepared.action_count):
            prepared = await self._prepare(tracker, is_dry=False)  # there is nothing to ask for
        self.progress(_PLANNED)
        if self.request.dry_run or (not approved and prepared.action_count):
            return await self._shown(prepared)
        return await self._act(tracker, prepared, inputs)

    def _list_not_before(self) -> datetime:
        """Return how old a reading of AniList may be that other pairings have made."""
        if self.request.reason in _BY_A_PERSON:
            return self.request.asked_at or self._started_at
        return self._started_at - LIST_LASTS

    async def _settle_doubts(self, tracker: Tracker) -> None:
        """Find out what became of writes whose answer was never heard."""
        open_ones = [
            entry
            for entry in await self.store.run(journal.open_entries, self.job.anilist.account_id)
            if entry.job_id == self.job.id
        ]
        if not open_ones:
            return
        units = {action_of(entry.action).unit for entry in open_ones}
        await tracker.reread(units - {""})
        await self.store.run(_settle, self._run("doubts", tracker), open_ones, self.job.now())

    async def _inputs(self, tracker: Tracker) -> str:
        """Return what changes exactly when something does that a plan depends on."""
        everything = (
            await self.store.run(_list_version, self.job.anilist.account_id),
            await tracker.version(),
            await self.store.run(atlases.version),
            self.job.policy.fingerprint(),
            sorted(self.job.sections or ()),
        )
        return hashlib.sha256(repr(everything).encode()).hexdigest()

    async def _unchanged(self, inputs: str) -> Report | None:
        """Return the last report once more where nothing it depended on has changed."""
        request = self.request
        if request.full or request.dry_run or request.anilist or request.approve:
            return None
        if not await self.store.run(standings.holds, self.job.id, inputs, self.job.now()):
            return None
        last = await self.store.run(reports.last, self.job.id)
        if last is None or last.status is not JobStatus.COMPLETED:
            return None  # killed before its report was on record
        return self._once_more(last)

    def _once_more(self, last: Report) -> Report:
        """Return what a report said, as of now, and with nothing new in it."""
        return replace(
            last,
            started_at=self._started_at,
            finished_at=self.job.now(),
            new_titles=(),
            counts={**last.counts, "new": 0, "episodes": 0} if last.counts else {},
            changed=False,
        )

    async def _prepare(self, tracker: Tracker, *, is_dry: bool) -> Prepared:
        """Plan, ask the tracker for what the plan lacks, and plan again until it is whole."""
        asked: set[TargetId] = set()
        is_long = await self.store.run(
            _is_long, self.job.anilist.account_id, tracker.account_id, MANY
        )
        while True:
            given = Circumstances(
                job_id=self.job.id,
                anilist=self.job.anilist.account_id,
                tracker=tracker.account_id,
                is_trakt=tracker.is_trakt,
                sections=self.job.sections,
                policy=self.job.policy,
                now=self.job.now(),
                is_dry=is_dry,
                only=self.request.anilist,
                asked=frozenset(asked),
            )
            prepared = await self._plan(given, is_long=is_long)
            if not prepared.needs:
                return prepared
            asked.update(prepared.needs)
            for start in range(0, len(prepared.needs), LEARNED_AT_ONCE):
                await tracker.learn(prepared.needs[start : start + LEARNED_AT_ONCE])
                done = start / len(prepared.needs)
                self.progress(round(_TRACKER_READ + (_PLANNED - _TRACKER_READ) * done))

    async def _plan(self, given: Circumstances, *, is_long: bool) -> Prepared:
        async with self.store.beside() as path:
            work = asyncio.ensure_future(
                run_elsewhere(prepare, str(path), given)
                if is_long
                else asyncio.to_thread(prepare, str(path), given)
            )
            try:
                return await asyncio.shield(work)
            finally:
                # It cannot be broken off; until its end the file is lent.
                await asyncio.wait({work})

    async def _shown(self, prepared: Prepared) -> Report:
        """Say what would be done: for a dry run, or for the yes that a first plan needs (W12)."""
        report = self._report(prepared.tally or Tally(), is_dry=self.request.dry_run)
        if self.request.dry_run:
            return replace(report, dry_run=True, decisions=prepared.decisions)
        await self.store.run(standings.forget, self.job.id)
        episodes = sum(len(decision.spots) for decision in prepared.decisions)
        plan = {"entries": str(prepared.touched), "episodes": str(episodes)}
        return replace(
            report,
            status=JobStatus.APPROVAL,
            problems=(Problem("first_plan", plan),),
            decisions=prepared.decisions,
        )

    async def _act(self, tracker: Tracker, prepared: Prepared, inputs: str) -> Report:
        """Carry the plan out."""
        tally = prepared.tally or Tally()
        run = self._run(uuid4().hex, tracker)
        applier = Applier(self.store, tracker, run, self.job.tell, self.job.now)
        await self._apply(applier, prepared, tally)
        if prepared.later and not applier.setbacks:
            # Copies that share what was watched: some of it may have been marked by now.
            try:
                await tracker.reread(prepared.later)
                rest = await self._prepare(tracker, is_dry=False)
            except ServiceError as error:  # what was done so far is to be told all the same
                applier.setbacks.append(setback(error, self.job.now()))
            else:
                await self._apply(applier, rest, tally)
        self._take(applier.setbacks, prepared.until)
        if prepared.new_reviews:
            await self._log("review_needed", count=prepared.new_reviews)
        report = self._report(tally, is_dry=False)
        is_one = self.request.anilist is not None
        if report.status is not JobStatus.COMPLETED or report.counts["new"]:
            await self.store.run(standings.forget, self.job.id)
        elif not is_one:
            await self.store.run(standings.put, self.job.id, inputs, self._until)
        return replace(report, decisions=prepared.decisions if is_one else ())

    async def _apply(self, applier: Applier, prepared: Prepared, tally: Tally) -> None:
        done = 0
        for actions, after in prepared.actions():
            async with aclosing(applier.apply(actions, after)) as results:
                async for written in results:
                    tally.add(written)
                    done += 1
                    part = min(done / prepared.action_count, 1.0)
                    self.progress(round(_PLANNED + (100 - _PLANNED) * part))
            if applier.setbacks:
                return

    def _run(self, run_id: str, tracker: Tracker) -> Run:
        return Run(run_id, self.job.id, self.job.anilist.account_id, tracker.account_id)

    def _take(self, setbacks: Iterable[Setback], until: datetime | None) -> None:
        """Take over what the writes met, and what waits for a time."""
        times = [until]
        for met in setbacks:
            self._problems.append(met.problem)
            times.append(met.until)
        self._until = min((when for when in times if when is not None), default=None)

    def _report(self, tally: Tally, *, is_dry: bool) -> Report:
        counts = tally.counts(is_dry=is_dry)
        return Report(
            job_id=self.job.id,
            status=self._status(counts),
            counts=counts,
            started_at=self._started_at,
            finished_at=self.job.now(),
            list_name=self.job.title,
            problems=tuple({problem.key: problem for problem in self._problems}.values()),
            new_titles=tally.new_titles,
            unmatched_titles=tuple(tally.in_review),
            failed_titles=tally.failed_titles,
            deferred_until=self._until,
        )

    def _status(self, counts: dict[str, int]) -> JobStatus:
        if any(problem.until is None for problem in self._problems):
            return JobStatus.FAILED
        if self._problems:
            return JobStatus.DEFERRED
        if counts[WatchOutcome.FAILED]:
            return JobStatus.PARTIAL
        return JobStatus.COMPLETED

    async def _set_back(self, met: Setback) -> Report:
        """Report that the sync could not be done; what was known stays."""
        await self.store.run(standings.forget, self.job.id)
        last = await self.store.run(reports.last, self.job.id)
        return replace(
            self._once_more(last or Report(self.job.id, met.status)),
            status=met.status,
            problems=(*self._problems, met.problem),
            deferred_until=met.until,
            dry_run=self.request.dry_run,
        )

    async def _log(self, kind: str, **data: object) -> None:
        event = await self.store.run(
            events.add,
            at=self.job.now(),
            account=self.job.anilist.account_id,
            job_id=self.job.id,
            kind=kind,
            data=data,
        )
        self.job.tell(event)


def _list_version(connection: sqlite3.Connection, account: str) -> object:
    state = entries.state(connection, account)
    return None if state is None else (state.changed_at, state.total, state.whole_at)


def _is_long(connection: sqlite3.Connection, anilist: str, tracker: str, many: int) -> bool:
    ((listed,),) = connection.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM anilist_entry WHERE account = ? LIMIT ?)",
        (anilist, many),
    )
    ((there,),) = connection.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM tracked_episode WHERE account = ? LIMIT ?)",
        (tracker, many),
    )
    return int(listed) + int(there) >= many


def _settle(
    connection: sqlite3.Connection,
    run: Run,
    open_ones: Iterable[journal.Entry],
    now: datetime,
) -> None:
    watched = tracked.watched(
        connection, run.tracker, {action_of(entry.action).unit for entry in open_ones}
    )
    settle(connection, run, open_ones, watched, now)
