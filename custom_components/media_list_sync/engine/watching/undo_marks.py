"""Undoing what a sync marked as watched."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
import sqlite3

from ..store import journal
from . import spot_text
from .loading import load_bases
from .record import action_of
from .record_undo import unmarked
from .taking_back import Marked, TakenBack
from .tracker import Tracker
from .undone import Undoing, Undone

AT_ONCE = 10
"""Actions that are looked at, and put on record, together."""


async def undo_marks(undoing: Undoing, marks: Sequence[journal.Entry], tracker: Tracker) -> None:
    """Take marks back, and put down that they are not to be made again."""
    known = await undoing.store.run(_marked, undoing.job.id, marks)
    for some in batched(zip(marks, known, strict=True), AT_ONCE, strict=False):
        results = await tracker.take_back([marked for _, marked in some], is_dry=undoing.is_dry)
        for (entry, _), result in zip(some, results, strict=True):
            undoing.decide(
                entry, _outcome(result), episodes=tuple(spot_text.names(sorted(result.done)))
            )
            if not undoing.is_dry:
                event = await undoing.store.run(
                    unmarked, undoing.job.id, entry, result, undoing.job.now()
                )
                undoing.job.tell(event)


def _marked(
    connection: sqlite3.Connection, job_id: str, marks: Sequence[journal.Entry]
) -> tuple[Marked, ...]:
    bases = load_bases(connection, job_id) if marks else {}
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


def _outcome(result: TakenBack) -> Undone:
    if result.done:
        return Undone.UNDONE
    return Undone.CHANGED if result.kept else Undone.GONE
