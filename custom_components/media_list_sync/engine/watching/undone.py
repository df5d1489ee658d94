"""What becomes of what a sync wrote when it is undone: values, and what gathers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..store import journal
from .record_undo import kind_of, left

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
    """Nothing to take back: it was so before, or what was there before is not known."""
    FAILED = "failed"
    """The other side refused it; others may go well. It is tried again by the next undo."""


@dataclass(frozen=True, slots=True)
class UndoDecision:
    """What became of one action, or would. `action` is what `kind_of` calls it."""

    anilist: int
    title: str
    action: str
    outcome: Undone
    episodes: tuple[str, ...] = ()
    rating: float | None = None
    """What it is rated again."""
    values: Mapping[str, Any] | None = None
    """What AniList says again."""

    def as_dict(self) -> dict[str, object]:
        """Return the decision as an action's response shows it."""
        return {
            "anilist_id": self.anilist,
            "title": self.title,
            "action": self.action,
            "outcome": str(self.outcome),
            "episodes": list(self.episodes),
            "rating": self.rating,
            "anilist": None if self.values is None else dict(self.values),
        }


class Undoing:
    """The undoing of one run as it goes on: what was decided, and what is let be."""

    def __init__(self, job: PairingJob, *, is_dry: bool) -> None:
        self.job = job
        self.store = job.anilist.store
        self.is_dry = is_dry
        self.started_at = job.now()
        self.decisions: list[UndoDecision] = []
        self._left: list[journal.Entry] = []

    def decide(self, entry: journal.Entry, outcome: Undone, **values: Any) -> None:
        """Say what became of an action."""
        decision = UndoDecision(
            entry.action["anilist"], entry.action["title"], kind_of(entry), outcome
        )
        self.decisions.append(replace(decision, **values))

    def leave(self, entry: journal.Entry, outcome: Undone) -> None:
        """Let something be: the next undo is about the sync before this one."""
        self._left.append(entry)
        self.decide(entry, outcome)

    async def close(self) -> None:
        """Put down what was let be, once all of the run was gone through."""
        if not self.is_dry:
            await self.store.run(left, self._left, self.job.now())
