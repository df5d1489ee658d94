"""Taking back what the last sync of a pairing wrote, as far as it is still as it was written (W12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
import sqlite3
from typing import TYPE_CHECKING

from ..http import ServiceError
from ..model import JobStatus, Problem, Report, SyncRequest
from ..setbacks import setback
from ..store import journal
from .plan import ActionKind
from .record_saves import SAVE
from .undo_beside import undo_beside
from .undo_marks import undo_marks
from .undo_saves import undo_saves
from .undone import Undoing, Undone

if TYPE_CHECKING:
    from .job import PairingJob


class PairingUndo:
    """One undoing of one run: the last one that wrote anything which was not taken back yet.

    What it takes back it takes back once, whenever it is stopped: all of it may be done again, and
    what is not as it was written is never touched.
    """

    def __init__(
        self, job: PairingJob, request: SyncRequest, progress: Callable[[int], None]
    ) -> None:
        self.job = job
        self.request = request
        self.progress = progress
        self._undoing = Undoing(job, is_dry=request.dry_run)

    async def run(self) -> Report:
        """Undo. Failures are values of the report."""
        problems: tuple[Problem, ...] = ()
        status = JobStatus.COMPLETED
        try:
            await self._undo(await self._undoing.store.run(_of_last_run, self.job.id))
        except ServiceError as error:
            met = setback(error, self.job.now())
            status, problems = met.status, (met.problem,)
        decisions = self._undoing.decisions
        counts = dict.fromkeys(map(str, Undone), 0)
        for decision in decisions:
            counts[decision.outcome] += 1
        if counts[Undone.FAILED] and status is JobStatus.COMPLETED:
            status = JobStatus.PARTIAL
        return Report(
            job_id=self.job.id,
            status=status,
            counts={**counts, "episodes": sum(len(one.episodes) for one in decisions)},
            started_at=self._undoing.started_at,
            finished_at=self.job.now(),
            list_name=self.job.title,
            problems=problems,
            dry_run=self.request.dry_run,
            is_partial=True,
            decisions=tuple(decisions),
        )

    async def _undo(self, done: Sequence[journal.Entry]) -> None:
        saves = [entry for entry in done if entry.action["kind"] == SAVE]
        marks = [entry for entry in done if entry.action["kind"] == ActionKind.MARK]
        others = [entry for entry in done if entry not in saves and entry not in marks]
        if marks or others:
            tracker = self.job.tracker()
            await undo_marks(self._undoing, marks, tracker)
            await undo_beside(self._undoing, others, tracker)
        self.progress(100 * (len(marks) + len(others)) // max(len(done), 1))
        await undo_saves(self._undoing, saves)
        await self._undoing.close()


def _of_last_run(connection: sqlite3.Connection, job_id: str) -> tuple[journal.Entry, ...]:
    """Return what the last run did that is not undone yet, the last action first."""
    run_id = journal.last_run(connection, job_id)
    if run_id is None:
        return ()
    return tuple(
        entry for entry in reversed(journal.of_run(connection, run_id)) if entry.outcome == "done"
    )
