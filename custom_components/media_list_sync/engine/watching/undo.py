"""Taking back what the last sync of a pairing wrote, as far as it is still as it was written (W12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import batched
import sqlite3
from typing import TYPE_CHECKING, Any

from ..clients.anilist import PER_BATCH, Change, Saved
from ..http import NotFound, Refused, ServiceError
from ..model import JobStatus, Problem, Report, SyncRequest
from ..setbacks import setback
from ..store import anime as animes, entries, journal
from ..watch import Entry
from . import spot_text
from .loading import load_bases
from .plan import ActionKind
from .record import action_of
from .record_saves import SAVE, save_of
from .record_undo import left, save_undone, unmarked
from .saving import Save
from .taking_back import Marked, TakenBack
from .tracker import Tracker

if TYPE_CHECKING:
    from .job import PairingJob


class Undone(StrEnum):
    """What became of one action that was to be taken back."""

    UNDONE = "undone"
    GONE = "gone"
    """It was taken back already, by somebody else."""
    CHANGED = "changed"
    """Something was changed since: it is left as it is."""
    KEPT = "kept"
    """Cannot be taken back: what was put on a list stays there."""
    FAILED = "failed"
    """AniList refused it; others may go well. It is tried again by the next undo."""


@dataclass(frozen=True, slots=True)
class UndoDecision:
    """What became of one title, or would."""

    anilist: int
    title: str
    outcome: Undone
    episodes: tuple[str, ...] = ()
    values: Mapping[str, Any] | None = None
    """What AniList says again."""

    def as_dict(self) -> dict[str, object]:
        """Return the decision as an action's response shows it."""
        return {
            "anilist_id": self.anilist,
            "title": self.title,
            "outcome": str(self.outcome),
            "episodes": list(self.episodes),
            "anilist": None if self.values is None else dict(self.values),
        }


class PairingUndo:
    """One undoing of one run: the last one that wrote anything which was not taken back yet.

    What it takes back it takes back once, whenever it is stopped: all of it may be done again, and
    what is not as it was written is never touched.
    """

    def __init__(
        self, job: PairingJob, request: SyncRequest, progress: Callable[[int], None]
    ) -> None:
        self.job = job
        self.store = job.anilist.store
        self.request = request
        self.progress = progress
        self._started_at = job.now()
        self._decisions: list[UndoDecision] = []
        self._left: list[journal.Entry] = []

    async def run(self) -> Report:
        """Undo. Failures are values of the report."""
        problems: tuple[Problem, ...] = ()
        status = JobStatus.COMPLETED
        try:
            done = await self.store.run(_of_last_run, self.job.id)
            await self._undo(done)
        except ServiceError as error:
            met = setback(error, self.job.now())
            status, problems = met.status, (met.problem,)
        counts = dict.fromkeys(map(str, Undone), 0)
        for decision in self._decisions:
            counts[decision.outcome] += 1
        if counts[Undone.FAILED] and status is JobStatus.COMPLETED:
            status = JobStatus.PARTIAL
        return Report(
            job_id=self.job.id,
            status=status,
            counts={**counts, "episodes": sum(len(one.episodes) for one in self._decisions)},
            started_at=self._started_at,
            finished_at=self.job.now(),
            list_name=self.job.title,
            problems=problems,
            dry_run=self.request.dry_run,
            is_partial=True,
            decisions=tuple(self._decisions),
        )

    async def _undo(self, done: Sequence[journal.Entry]) -> None:
        saves = [entry for entry in done if entry.action["kind"] == SAVE]
        marks = [entry for entry in done if entry.action["kind"] == ActionKind.MARK]
        for entry in done:
            if entry not in saves and entry not in marks:
                self._leave(entry, Undone.KEPT)
        total = len(saves) + len(marks)
        if marks:
            await self._unmark(marks, self.job.tracker())
        self.progress(100 * len(marks) // max(total, 1))
        await self._restore(saves)
        if not self.request.dry_run:
            await self.store.run(left, self._left, self.job.now())

    def _leave(self, entry: journal.Entry, outcome: Undone) -> None:
        """Let something be: the next undo is about the sync before this one."""
        self._left.append(entry)
        self._decisions.append(_decision(entry, outcome))

    async def _unmark(self, marks: Sequence[journal.Entry], tracker: Tracker) -> None:
        known = await self.store.run(_marked, self.job.id, marks)
        for some in batched(zip(marks, known, strict=True), PER_BATCH, strict=False):
            results = await tracker.take_back(
                [marked for _, marked in some], is_dry=self.request.dry_run
            )
            for (entry, _), result in zip(some, results, strict=True):
                self._decisions.append(_marks_decision(entry, result))
                if not self.request.dry_run:
                    event = await self.store.run(
                        unmarked, self.job.id, entry, result.done | result.gone, self.job.now()
                    )
                    self.job.tell(event)

    async def _restore(self, saves: Sequence[journal.Entry]) -> None:
        """Have AniList say again what it said before, where it says what we saved."""
        if not saves:
            return
        # Whole: what was deleted shows only then, and would be put on the list again.
        await self.job.anilist.refresh(self._started_at, whole=True)
        there = await self.store.run(_listed, self.job.anilist.account_id, saves)
        going: list[tuple[journal.Entry, Save]] = []
        for entry in saves:
            former, now = save_of(entry.action["before"]), there.get(entry.action["anilist"])
            if not former:
                self._leave(entry, Undone.KEPT)
                continue
            back = _back(save_of(entry.action["save"]), former)
            if now is not None and save_of(entry.action["save"]).is_said_by(now):
                going.append((entry, back))
            else:
                gone = now is None or back.is_said_by(now)
                self._leave(entry, Undone.GONE if gone else Undone.CHANGED)
        for some in batched(going, PER_BATCH, strict=False):
            await self._save(some)

    async def _save(self, some: Sequence[tuple[journal.Entry, Save]]) -> None:
        if self.request.dry_run:
            self._decisions += [_restored(entry, back) for entry, back in some]
            return
        changes = [Change(entry.action["anilist"], **dict(back.items())) for entry, back in some]
        outcomes = await self.job.anilist.client.save(changes)
        error: ServiceError | None = None
        for (entry, back), outcome in zip(some, outcomes, strict=True):
            if isinstance(outcome, Saved):
                event = await self.store.run(
                    save_undone,
                    self.job.id,
                    self.job.anilist.account_id,
                    entry,
                    outcome,
                    self.job.now(),
                )
                self.job.tell(event)
                self._decisions.append(_restored(entry, back))
            elif isinstance(outcome, Refused | NotFound):  # it says nothing of the others
                self._decisions.append(_decision(entry, Undone.FAILED))
            else:
                error = error or outcome
        if error is not None:
            raise error


def _back(saved: Save, former: Save) -> Save:
    """Return what takes a save back: the former values of what it changed, and of nothing else."""
    before = dict(former.items())
    return Save(**{name: before[name] for name, value in saved.items() if value is not None})


def _of_last_run(connection: sqlite3.Connection, job_id: str) -> tuple[journal.Entry, ...]:
    """Return what the last run did that is not undone yet, the last action first."""
    run_id = journal.last_run(connection, job_id)
    if run_id is None:
        return ()
    return tuple(
        entry for entry in reversed(journal.of_run(connection, run_id)) if entry.outcome == "done"
    )


def _marked(
    connection: sqlite3.Connection, job_id: str, marks: Sequence[journal.Entry]
) -> tuple[Marked, ...]:
    bases = load_bases(connection, job_id)
    found = []
    for entry in marks:
        action = action_of(entry.action)
        base = bases.get((action.anilist, action.target))
        spots = spot_text.from_text((entry.result or {}).get("done", ""))
        found.append(
            Marked(
                unit=action.unit,
                target=action.target,
                spots=spots,
                at=entry.finished_at or entry.begun_at,
                dates=action.dates,
                items={spot: base.marked[spot] for spot in spots if base and base.marked.get(spot)},
            )
        )
    return tuple(found)


def _listed(
    connection: sqlite3.Connection, account: str, saves: Sequence[journal.Entry]
) -> dict[int, Entry]:
    anime = animes.load(connection, {entry.action["anilist"] for entry in saves})
    return {entry.anime.id: entry for entry in entries.load(connection, account, anime)}


def _decision(entry: journal.Entry, outcome: Undone) -> UndoDecision:
    return UndoDecision(entry.action["anilist"], entry.action["title"], outcome)


def _restored(entry: journal.Entry, back: Save) -> UndoDecision:
    return replace(_decision(entry, Undone.UNDONE), values=back.as_dict())


def _marks_decision(entry: journal.Entry, result: TakenBack) -> UndoDecision:
    outcome = Undone.GONE
    if result.done:
        outcome = Undone.UNDONE
    elif result.kept:
        outcome = Undone.CHANGED
    names = tuple(
        f"S{spot.season:02}E{spot.number:02}" for spot in sorted(result.done) if spot.season >= 0
    )
    return replace(_decision(entry, outcome), episodes=names)
