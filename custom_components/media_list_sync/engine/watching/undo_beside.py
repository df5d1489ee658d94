"""Undoing what a sync wrote beside episodes: ratings, the watchlist, dropped shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched

from ..store import journal
from .beside import is_as_written
from .plan import Action
from .readings import Readings
from .record import action_of
from .record_undo import declined, put_back
from .tracker import Shown, Tracker
from .undone import Undoing, Undone

AT_ONCE = 50
"""Actions that are looked at together."""


async def undo_beside(undoing: Undoing, done: Sequence[journal.Entry], tracker: Tracker) -> None:
    """Put back what was there before, where the tracker still shows what was written."""
    known: list[tuple[journal.Entry, Action]] = []
    for entry in done:
        action = action_of(entry.action)
        if action.former in (None, action.written):
            undoing.leave(entry, Undone.KEPT)
        else:
            known.append((entry, action))
    readings = Readings(undoing.job.now)
    for some in batched(known, AT_ONCE, strict=False):
        going: list[tuple[journal.Entry, Action]] = []
        found = await tracker.shown([action for _, action in some], readings)
        for (entry, action), now in zip(some, found, strict=True):
            outcome = _outcome(entry, action, now)
            if outcome is not Undone.UNDONE:
                undoing.leave(entry, outcome)
            elif undoing.is_dry:
                _say(undoing, entry, action)
            else:
                going.append((entry, action))
        if going:
            await _put_back(undoing, going, tracker)


def _outcome(entry: journal.Entry, action: Action, now: Shown | None) -> Undone:
    if now is None:
        return Undone.KEPT
    if not now.value or now.value == action.former:
        return Undone.GONE
    return Undone.UNDONE if is_as_written(action, now, entry.begun_at) else Undone.CHANGED


async def _put_back(
    undoing: Undoing, going: Sequence[tuple[journal.Entry, Action]], tracker: Tracker
) -> None:
    """Put down first that it is not to be written again: the answer may be lost."""
    actions = [action for _, action in going]
    job_id = undoing.job.id
    await undoing.store.run(declined, job_id, tracker.account_id, actions)
    for (entry, action), written in zip(going, await tracker.put_back(actions), strict=True):
        if written.is_refused:
            undoing.decide(entry, Undone.FAILED)
            continue
        event = await undoing.store.run(put_back, entry, action, undoing.job.now())
        undoing.job.tell(event)
        _say(undoing, entry, action)


def _say(undoing: Undoing, entry: journal.Entry, action: Action) -> None:
    undoing.decide(entry, Undone.UNDONE, rating=action.former_rating)
