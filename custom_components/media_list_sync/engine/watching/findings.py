"""What is found of one entry, over all places where it lies, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..placement import Spot
from ..watch import Entry
from .bases import Base
from .plan import Action, ActionKind, BaseKey, Standing, WatchOutcome
from .saving import Save, why_saved


@dataclass(slots=True)
class Findings:
    """What is found of one entry, over all its places.

    `is_seen`: all of it is watched in another form (I6); `was_seen`: it was at a sync before.
    """

    is_seen: bool = False
    was_seen: bool = False
    missing: set[Spot] = field(default_factory=set)
    taken_back: set[Spot] = field(default_factory=set)
    in_doubt: set[Spot] = field(default_factory=set)
    absent: set[Spot] = field(default_factory=set)
    kinds: set[ActionKind] = field(default_factory=set)
    is_refused: bool = False
    """A score that the tracker refused before: it is not sent again as it is."""
    twins: dict[str, str] = field(default_factory=dict)
    """Of copies that share what was watched, the one that is marked."""
    later: set[str] = field(default_factory=set)
    """The others: what is left to be marked there shows only when that is done."""
    actions: list[Action] = field(default_factory=list)
    bases: dict[BaseKey, Base] = field(default_factory=dict)
    after: dict[BaseKey, Base] = field(default_factory=dict)

    def update(self, entry: Entry, save: Save) -> tuple[str, set[Spot]] | None:
        """Return why something is to be done, and the spots that this is about."""
        if self.missing:
            return "watched", self.missing
        if save:
            return why_saved(entry, save), set()
        if self.kinds:
            return next(str(kind) for kind in ActionKind if kind in self.kinds), set()
        return None

    def standing(self) -> tuple[Standing, set[Spot]]:
        """Return how the entry stands once all that is to be done is, and the spots of that."""
        if self.is_refused:
            return Standing(WatchOutcome.REVIEW, "score_refused"), set()
        if self.in_doubt:
            return Standing(WatchOutcome.REVIEW, "in_doubt"), self.in_doubt
        if self.taken_back:
            return Standing(WatchOutcome.TAKEN_BACK, "taken_back"), self.taken_back
        if self.absent:
            return Standing(WatchOutcome.NOT_THERE, "no_such_episodes"), self.absent
        return Standing(), set()
