"""What a tracker shows beside episodes: ratings, the watchlist, dropped shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..store import journal
from .plan import Action, ActionKind
from .readings import Readings
from .record import action_of
from .tracker import Shown, Tracker

AROUND = timedelta(minutes=15)
"""By how much a service's clock may differ from ours, and a write take."""


async def with_former(
    tracker: Tracker, batch: Sequence[Action], readings: Readings
) -> tuple[Action, ...]:
    """Return what is about to be written, with what is there before: an undo puts that back."""
    beside = [action for action in batch if action.kind is not ActionKind.MARK]
    if not beside:
        return tuple(batch)
    found = iter(await tracker.shown(beside, readings))
    return tuple(
        action if action.kind is ActionKind.MARK else _after(action, next(found))
        for action in batch
    )


async def carried_out(
    tracker: Tracker, doubts: Sequence[journal.Entry], readings: Readings
) -> frozenset[int]:
    """Return those of some entries in doubt of which the tracker shows what was sent.

    Of what it showed before already, nothing can be said.
    """
    actions = [(entry, action_of(entry.action)) for entry in doubts]
    asked = [
        (entry, action) for entry, action in actions if action.former not in (None, action.written)
    ]
    if not asked:
        return frozenset()
    found = await tracker.shown([action for _, action in asked], readings)
    return frozenset(
        entry.id
        for (entry, action), now in zip(asked, found, strict=True)
        if now is not None and is_as_written(action, now, entry.begun_at)
    )


def is_as_written(action: Action, now: Shown, begun_at: datetime) -> bool:
    """Say whether a tracker shows what we wrote, and has done so since."""
    if now.value != action.written:
        return False
    return now.since is None or abs(now.since - begun_at.timestamp()) <= AROUND.total_seconds()


def _after(action: Action, before: Shown | None) -> Action:
    return action if before is None else replace(action, former=before.value)
