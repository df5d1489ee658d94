"""One run of one pairing: read, resolve, plan, apply, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
import hashlib
import sqlite3
from typing import TYPE_CHECKING
from uuid import uuid4

from ..http import ServiceError
from ..model import LARGE_PLAN, JobStatus, Problem, Report, SyncRequest
from ..reporting import Reporter
from ..setbacks import SOON, Setback, setback
from ..store import atlas as atlases, entries, pairings, standings
from .apply import Applier
from .apply_saves import Saver
from .consent import is_braked, plan_to_approve, summed_up
from .doubts import settle_doubts, settle_saves
from .plan import NO_DOUBTS, WatchOutcome
from .prepare import Prepared
from .readings import Readings
from .record import Run
from .rounds import plan_in_rounds
from .tally import Tally
from .tracker import Tracker

if TYPE_CHECKING:
    from .job import PairingJob

# How much of a run, in per cent, has passed when each of its rooms is left.
_LIST_READ, _TRACKER_READ, _PLANNED = 10, 40, 60


class PairingSync:
    """One run of one pairing."""

    def __init__(
        self, job: PairingJob, request: SyncRequest, progress: Callable[[int], None]
    ) -> None:
        self.job = job
        self.store = job.anilist.store
        self.request = request
        self.progress = progress
        self._reporter = Reporter(
            job.anilist.store, job.anilist.account_id, job.id, request, job.tell, job.now
        )
        self._doubts = NO_DOUBTS
        self._limits: list[Problem] = []
        """What there is no room for; everything else was done."""
        self._until: datetime | None = None

    async def run(self) -> Report:
        """Go through the rooms, and put what came of it into the log. Never raises an error."""
        return await self._reporter.report(self._through)

    async def _through(self) -> Report:
        request = self.request
        if request.approve and not (request.dry_run or request.is_partial):
            await self.store.run(pairings.approve, self.job.id, self.job.now())
        tracker = self.job.tracker()
        if not await self.store.run(atlases.is_usable):
            # Without tables everything would be for review, and nothing would be true of it.
            until = self.job.now() + SOON
            return await self._reporter.set_back(
                Setback(JobStatus.DEFERRED, Problem("no_mappings", until=until), until)
            )
        await self.job.anilist.refresh(self._list_not_before(), whole=request.full)
        self.progress(_LIST_READ)
        await tracker.refresh(whole=request.full)
        await self._settle_doubts(tracker)
        self.progress(_TRACKER_READ)
        inputs = await self._inputs(tracker)
        unchanged = await self._reporter.unchanged(inputs)
        if unchanged is not None:
            return unchanged
        approved = await self.store.run(pairings.approved_at, self.job.id) is not None
        prepared = await self._planned(tracker, is_dry=request.dry_run or not approved)
        self.progress(_PLANNED)
        if request.dry_run:
            return self._shown(prepared)
        if approved and await is_braked(self.job, prepared):
            await self.store.run(pairings.withdraw, self.job.id)
            return await self._waiting(prepared, summed_up(LARGE_PLAN, prepared))
        if not approved:
            plan = plan_to_approve(prepared, self._reporter.last, is_partial=request.is_partial)
            if plan is not None:
                return await self._waiting(prepared, plan)
            prepared = await self._planned(tracker, is_dry=False)  # there is nothing to ask for
        return await self._act(tracker, prepared, inputs)

    def _list_not_before(self) -> datetime:
        """Return how old a reading of AniList may be that other pairings have made."""
        started_at = self._reporter.started_at
        if self.request.is_by_a_person:
            return self.request.asked_at or started_at
        return started_at - self.job.list_lasts

    async def _settle_doubts(self, tracker: Tracker) -> None:
        """Find out what became of writes whose answer was never heard, or wait a while longer."""
        run = self._run("doubts", tracker)
        saves = await settle_saves(self.job.anilist, run, self.job.now)
        self._doubts = saves | await settle_doubts(self.store, tracker, run, self.job.now)
        entries, only = self._doubts.entries, self.request.anilist
        if entries and (only is None or only in entries):
            counted = {"count": str(len(entries))}
            self._reporter.problems.append(Problem("in_doubt", counted, until=self._doubts.until))

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

    async def _planned(self, tracker: Tracker, *, is_dry: bool) -> Prepared:
        def learned(part: float) -> None:
            self.progress(round(_TRACKER_READ + (_PLANNED - _TRACKER_READ) * part))

        return await plan_in_rounds(
            self.job, tracker, self.request, self._doubts, learned, is_dry=is_dry
        )

    def _shown(self, prepared: Prepared) -> Report:
        """Say what would be done."""
        report = self._report(prepared.tally or Tally())
        return replace(report, decisions=prepared.decisions)

    async def _waiting(self, prepared: Prepared, plan: Problem) -> Report:
        """Say what would be done, and that it needs a yes."""
        await self.store.run(standings.forget, self.job.id)
        self._until = prepared.until
        return replace(self._shown(prepared), status=JobStatus.APPROVAL, problems=(plan,))

    async def _act(self, tracker: Tracker, prepared: Prepared, inputs: str) -> Report:
        """Carry the plan out."""
        tally = prepared.tally or Tally()
        run = self._run(uuid4().hex, tracker)
        readings = Readings(self.job.now)
        applier = Applier(self.store, tracker, run, self.job.tell, self.job.now, readings)
        saver = Saver(self.job.anilist, run, self.job.tell, self.job.now)
        unsaved = await self._save(saver, prepared, tally)
        if not saver.setbacks:
            await self._apply(applier, prepared, tally, without=unsaved)
        if prepared.later and not (applier.setbacks or saver.setbacks):
            # Copies that share what was watched: some of it may have been marked by now.
            try:
                await tracker.reread(prepared.later)
                rest = await self._planned(tracker, is_dry=False)
            except ServiceError as error:  # what was done so far is to be told all the same
                applier.setbacks.append(setback(error, self.job.now()))
            else:
                await self._apply(applier, rest, tally)
        self._take([*saver.setbacks, *applier.setbacks], prepared.until)
        self._limits += [met.problem for met in applier.full.values()]
        if prepared.new_reviews:
            await self._reporter.log("review_needed", count=prepared.new_reviews)
        report = self._report(tally)
        if not (self._reporter.problems or report.is_partial):
            await self.store.run(pairings.fulfil, self.job.id, self.job.now())
        if (
            report.is_partial  # what was said of one entry may have settled more than it wrote
            or report.status is not JobStatus.COMPLETED
            or prepared.action_count
        ):
            await self.store.run(standings.forget, self.job.id)
        else:
            await self.store.run(standings.put, self.job.id, inputs, self._until)
        return replace(report, decisions=prepared.decisions if report.is_partial else ())

    async def _save(self, saver: Saver, prepared: Prepared, tally: Tally) -> frozenset[int]:
        """Tell AniList; return the entries that stay as they were, on the tracker too."""
        unsaved: set[int] = set()
        for savings, after in prepared.savings():
            unsaved.update(saving.anilist for saving in savings)
            async with aclosing(saver.save(savings, after)) as results:
                async for result in results:
                    tally.add_saved(result)
                    if result.saved is not None:
                        unsaved.discard(result.saving.anilist)
        return frozenset(unsaved)

    async def _apply(
        self,
        applier: Applier,
        prepared: Prepared,
        tally: Tally,
        *,
        without: frozenset[int] = frozenset(),
    ) -> None:
        done = 0
        for planned, after in prepared.actions():
            actions = [action for action in planned if action.anilist not in without]
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
        problems = self._reporter.problems
        problems += (met.problem for met in setbacks)
        times = (until, *(problem.until for problem in problems))
        self._until = min((when for when in times if when is not None), default=None)

    def _report(self, tally: Tally) -> Report:
        counts = tally.counts(is_dry=self.request.dry_run)
        problems = self._reporter.problems
        return Report(
            job_id=self.job.id,
            status=self._status(counts),
            counts=counts,
            started_at=self._reporter.started_at,
            finished_at=self.job.now(),
            list_name=self.job.title,
            problems=tuple(
                {problem.key: problem for problem in (*problems, *self._limits)}.values()
            ),
            new_titles=tally.new_titles,
            unmatched_titles=tuple(tally.in_review),
            failed_titles=tally.failed_titles,
            deferred_until=self._until,
            dry_run=self.request.dry_run,
            is_partial=self.request.is_partial,
        )

    def _status(self, counts: dict[str, int]) -> JobStatus:
        if any(problem.until is None for problem in self._reporter.problems):
            return JobStatus.FAILED
        if self._reporter.problems:
            return JobStatus.DEFERRED
        if self._limits or counts[WatchOutcome.FAILED]:
            return JobStatus.PARTIAL
        return JobStatus.COMPLETED


def _list_version(connection: sqlite3.Connection, account: str) -> object:
    state = entries.state(connection, account)
    if state is None:
        return None
    return state.changed_at, state.total, state.whole_at, entries.newest(connection, account)
