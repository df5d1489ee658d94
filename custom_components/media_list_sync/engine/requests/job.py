"""One list of a Seerr account, and the lists that plan together with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..lists.source import ListSource
from ..model import Report, SyncRequest
from ..store.events import Event
from .account import SeerrAccount
from .policy import Policy
from .prepare import Listed
from .sync import Sync
from .work import ListWork


@dataclass(slots=True)
class ListJob:
    """One list of a Seerr account."""

    account: SeerrAccount
    id: str
    title: str
    source: ListSource
    curated: bool
    policy: Policy
    roster: Roster
    tell: Callable[[Event], None]
    paused: bool = False
    refused: bool = False
    """The server refused its user; it claims nothing until its own next run (R4, R8)."""

    def pause(self, paused: bool) -> None:
        """Take part in planning as a list that may act, or not."""
        self.paused = paused

    async def run(self, request: SyncRequest, progress: Callable[[int], None]) -> Report:
        """Sync the list. Failures are values of the report."""
        work = ListWork(
            job_id=self.id,
            source=self.source,
            curated=self.curated,
            policy=self.policy,
            lists=lambda: self.roster.in_order(self.id),
            tell=self.tell,
        )
        sync = Sync(self.account, work, request, progress)
        self.refused = False
        try:
            return await sync.run()
        finally:
            self.refused = sync.was_refused


@dataclass(slots=True)
class Roster:
    """The lists of one account, for the planning that they share (R4)."""

    jobs: dict[str, ListJob] = field(default_factory=dict)

    def add(self, job: ListJob) -> None:
        """Take a list up."""
        self.jobs[job.id] = job

    def in_order(self, running: str) -> tuple[Listed, ...]:
        """Return the lists in the person's order. The one that runs may act, paused or not."""
        jobs = sorted(self.jobs.values(), key=lambda job: (job.policy.order, job.id))
        return tuple(
            Listed(
                job.id,
                job.policy,
                can_act=job.id == running or not (job.paused or job.refused),
            )
            for job in jobs
        )
