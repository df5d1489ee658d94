"""What every run of a job does alike: it knows the last report, and tells what it came to itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from .http import ServiceError
from .model import JobStatus, Problem, Report, SyncRequest
from .setbacks import Setback, setback
from .store import events, pairings, reports, standings
from .store.database import Store
from .store.events import Event

_LOGGED_AS = {JobStatus.FAILED: "sync_failed", JobStatus.DEFERRED: "sync_deferred"}


class Reporter:
    """Accompanies one run of one job. `problems` are those that the run has met so far."""

    def __init__(
        self,
        store: Store,
        account: str,
        job_id: str,
        request: SyncRequest,
        tell: Callable[[Event], None],
        now: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.account = account
        self.job_id = job_id
        self.request = request
        self.tell = tell
        self.now = now
        self.started_at = now()
        self.problems: list[Problem] = []
        self.last: Report | None = None
        """The job's report on record."""

    async def report(self, run: Callable[[], Awaitable[Report]]) -> Report:
        """Run, and put what came of it into the log. Errors of services are values of the report."""
        self.last = await self.store.run(reports.last, self.job_id)
        try:
            report = await run()
        except ServiceError as error:
            report = await self.set_back(setback(error, self.now()))
        is_news = report.changed or self.last is None or self.last.status is not report.status
        if is_news and not report.dry_run:
            await self.log(
                _LOGGED_AS.get(report.status, "sync_finished"),
                status=str(report.status),
                counts=dict(report.counts),
                problems=[problem.key for problem in report.problems],
                **self._about(),
            )
        return report

    async def unchanged(self, inputs: str) -> Report | None:
        """Return the last report once more where nothing that it depended on has changed."""
        request = self.request
        if request.full or request.dry_run or request.is_partial or request.approve:
            return None
        if self.problems or not await self.store.run(
            standings.holds, self.job_id, inputs, self.now()
        ):
            return None
        if self.last is None or self.last.status is not JobStatus.COMPLETED:
            return None  # killed before its report was on record
        return self.last.once_more(self.started_at, self.now())

    async def set_back(self, met: Setback) -> Report:
        """Report that the sync could not be done; what was known stays.

        So does a first plan that waits: nobody has said yes to it in the meantime (W12).
        """
        await self.store.run(standings.forget, self.job_id)
        known = Report(self.job_id, met.status)
        if self.last is not None and not self.request.is_partial:
            known = self.last
        return replace(
            known.once_more(self.started_at, self.now()),
            status=met.status,
            problems=(*self.problems, met.problem, *await self._waits_for_a_yes()),
            deferred_until=met.until,
            dry_run=self.request.dry_run,
            is_partial=self.request.is_partial,
        )

    async def _waits_for_a_yes(self) -> tuple[Problem, ...]:
        plan = self.last.waiting_plan if self.last is not None else None
        if plan is None or await self.store.run(pairings.approved_at, self.job_id) is not None:
            return ()
        return (plan,)

    async def log(
        self, kind: str, *, job_id: str | None = None, title: str = "", **data: object
    ) -> None:
        """Put an event of the job (or of another one of its account) into the log."""
        event = await self.store.run(
            events.add,
            at=self.now(),
            account=self.account,
            job_id=job_id or self.job_id,
            kind=kind,
            title=title,
            data=data,
        )
        self.tell(event)

    def _about(self) -> dict[str, Any]:
        """Return the one title that a run is about, by the ids that were given."""
        ids = self.request.title
        given: dict[str, Any] = {"anilist_id": self.request.anilist}
        if ids is not None:
            given |= {"imdb_id": ids.imdb, "tmdb_id": ids.tmdb, "tvdb_id": ids.tvdb}
        return {name: value for name, value in given.items() if value is not None}
