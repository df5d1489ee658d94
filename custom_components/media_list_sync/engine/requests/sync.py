"""One run of one list: read, resolve, plan, apply, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from ..http import Unreachable
from ..model import Decision, JobStatus, Outcome, Problem, Report, SyncRequest
from ..reporting import Reporter
from ..setbacks import LATE, Setback
from ..store import snapshots, standings
from ..store.snapshots import Snapshot
from . import standing
from .account import LIBRARY_LASTS, SeerrAccount
from .apply import Applied, Applier
from .guard import is_doubtful
from .planning import LIBRARY_READ, SHOWS_READ, Planning, between
from .prepare import Prepared
from .record import Run
from .tally import Summary, Tally
from .work import ListWork

_READ = 10
"""How much of a run, in per cent, has passed when the list is read."""

_NEEDS_A_PERSON = frozenset({"permission", "user_gone", "csrf", "key_rejected"})


class Sync:
    """One run of one list."""

    def __init__(
        self,
        account: SeerrAccount,
        work: ListWork,
        request: SyncRequest,
        progress: Callable[[int], None],
    ) -> None:
        self.account = account
        self.store = account.store
        self.work = work
        self.request = request
        self.progress = progress
        self.was_refused = False
        """Whether the server refused the list's user (R8)."""
        self._reporter = Reporter(
            account.store, account.account_id, work.job_id, request, work.tell, account.now
        )
        self._problems = self._reporter.problems
        self._deferred_until: datetime | None = None

    async def run(self) -> Report:
        """Go through the rooms, and put what came of it into the log. Never raises an error."""
        if self.request.is_by_a_person:
            self.account.forget_being_down()
        return await self._reporter.report(self._through)

    async def _through(self) -> Report:
        try:
            snapshot = await self._read()
            self.progress(_READ)
            inputs = await self._look_at_server()
            self.progress(LIBRARY_READ)
            unchanged = await self._reporter.unchanged(inputs)
            if unchanged is not None:
                return unchanged
            planning = Planning(self.account, self.work, self._reporter, self.progress)
            prepared = await planning.plan(snapshot.total)
            self.progress(SHOWS_READ)
            return await self._act(prepared, snapshot, inputs)
        except Unreachable as error:
            if error.service == "seerr":
                self.account.note_down(error)
            raise

    async def _read(self) -> Snapshot:
        """Read the list, unless nothing changed since; keep the old one while in doubt (R9)."""
        job_id = self.work.job_id
        before = await self.store.run(snapshots.get, job_id)
        known = None if before is None or self.request.full else before.fingerprint
        contents = await self.work.source.read(known)
        now = self.account.now()
        if contents is not None and before is not None and is_doubtful(before, contents.total):
            sizes = {"before": str(before.total), "now": str(contents.total)}
            self._problems.append(Problem("list_shrunk", sizes))
            await self.store.run(snapshots.doubt, job_id, contents.total, now)
        elif contents is not None:
            await self.store.run(
                snapshots.save,
                job_id,
                self.account.account_id,
                contents,
                curated=self.work.curated,
                now=now,
            )
        snapshot = await self.store.run(snapshots.get, job_id)
        if snapshot is None:  # the source said "unchanged" of what was never read
            raise LookupError(job_id)
        return snapshot

    async def _look_at_server(self) -> str:
        """Bring the library up to date, and return all that the plan will depend on."""
        self.account.raise_if_down()
        await self.account.recall_allowances()
        await self.account.learn_history()
        await self.account.refresh_library(self._library_not_before())
        await self._settle_doubts()
        return await self.store.run(
            standing.inputs,
            await self.account.server_id(),
            self.account.account_id,
            await self.account.offer(),
            self.work.lists(),
        )

    async def _settle_doubts(self) -> None:
        """Find out what became of requests whose answer was never heard, or wait a while longer."""
        late = await self.account.settle_doubts()
        own = {key.title: row for key, row in late.items() if row.job_id == self.work.job_id}
        sent = [row.intent_at for row in own.values() if row.intent_at is not None]
        if sent and not self.request.is_partial:
            counted = {"count": str(len(own))}
            self._problems.append(Problem("in_doubt", counted, until=max(sent) + LATE))

    def _library_not_before(self) -> datetime:
        """Return how old a reading of the library may be that other lists have made.

        A person wants to see what was there when they asked; lists that they had synced together
        share a reading all the same.
        """
        if self.request.full:
            return self.account.now()
        started_at = self._reporter.started_at
        if self.request.is_by_a_person:
            return self.request.asked_at or started_at
        return started_at - LIBRARY_LASTS

    async def _act(self, prepared: Prepared, snapshot: Snapshot, inputs: str) -> Report:
        """Carry out what the plan says of this list, or only say it (dry run)."""
        tally = Tally(prepared.summary or Summary({}, ()))
        if self.request.dry_run:
            return replace(self._report(snapshot, tally), decisions=prepared.decisions)
        run = Run(
            uuid4().hex,
            self.work.job_id,
            self.account.account_id,
            await self.account.server_id(),
        )
        applier = Applier(self.account, run, self.work.tell)
        progress = between(self.progress, SHOWS_READ, 100)
        came_out: list[Applied] = []
        done = 0
        async with aclosing(applier.apply(prepared.actions())) as results:
            async for one in results:
                tally.add(one.action.key, one.action.item, one.outcome, is_new=one.is_new)
                if self.request.is_partial:
                    came_out.append(one)
                done += 1
                progress(done / prepared.action_count)
        if done:
            await self.account.keep_allowances()
        self._take(applier.setbacks, (prepared.deferred_until, applier.deferred_until))
        report = self._report(snapshot, tally)
        await self._record_standing(report, prepared, inputs)
        return replace(report, decisions=_came_out(prepared.decisions, came_out))

    def _take(self, setbacks: Iterable[Setback], quotas: Iterable[datetime | None]) -> None:
        """Take over what the writes met. `quotas` are when there may be room again."""
        quota = min((when for when in quotas if when is not None), default=None)
        if quota is not None:
            self._problems.append(Problem("quota", until=quota))
        for met in setbacks:
            self._problems.append(met.problem)
            self.was_refused |= met.problem.key in ("permission", "user_gone")
        times = (problem.until for problem in self._problems)
        self._deferred_until = min((when for when in times if when is not None), default=None)

    def _report(self, snapshot: Snapshot, tally: Tally) -> Report:
        is_partial = self.request.is_partial
        left_out = {} if is_partial else snapshot.left_out
        counts = tally.counts(left_out)
        on_list = counts["titles"] + counts["left_out"]
        if on_list and counts["titles"] == counts[Outcome.FILTERED] and not is_partial:
            self._problems.append(Problem("nothing_fits", {"list": snapshot.name}))
        return Report(
            job_id=self.work.job_id,
            status=self._status(counts),
            counts=counts,
            started_at=self._reporter.started_at,
            finished_at=self.account.now(),
            list_name=snapshot.name,
            problems=tuple({problem.key: problem for problem in self._problems}.values()),
            new_titles=tally.new_titles,
            unmatched_titles=tally.unmatched_titles,
            failed_titles=tally.failed_titles,
            left_out=left_out,
            deferred_until=self._deferred_until,
            quota_remaining={
                str(media_type): left.remaining
                for (user, media_type), left in self.account.allowances.items()
                if user == self.work.policy.user_id
            },
            dry_run=self.request.dry_run,
            is_partial=is_partial,
        )

    def _status(self, counts: dict[str, int]) -> JobStatus:
        if any(problem.key in _NEEDS_A_PERSON for problem in self._problems):
            return JobStatus.FAILED
        if self._deferred_until is not None:
            return JobStatus.DEFERRED
        if self._problems or counts[Outcome.FAILED]:
            return JobStatus.PARTIAL
        return JobStatus.COMPLETED

    async def _record_standing(self, report: Report, prepared: Prepared, inputs: str) -> None:
        """Remember what this result depended on, and until when it stands."""
        if not report.is_partial and prepared.is_settled and standing.is_final(report):
            until = standing.until(
                report, self.work.policy.seasons, prepared.next_look, self.account.now()
            )
            await self.store.run(standings.put, self.work.job_id, inputs, until)
        else:
            await self.store.run(standings.forget, self.work.job_id)


def _came_out(decisions: Iterable[Decision], applied: Iterable[Applied]) -> tuple[Decision, ...]:
    """Return decisions as they came out once their actions were carried out."""
    results = {(one.action.key, one.action.quality): one for one in applied}
    return tuple(
        decision
        if (one := results.get((decision.key, decision.quality))) is None  # type: ignore[arg-type]
        else replace(decision, outcome=one.outcome, reason=one.reason, detail=one.detail)
        for decision in decisions
    )
