"""Taking back what a sync marked on a tracker: what was marked, and what became of it. Values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..placement import Spot, TargetId


@dataclass(frozen=True, slots=True)
class Marked:
    """What one action marked in one unit, and when. `dates` are those that Trakt was given."""

    unit: str
    target: TargetId
    spots: frozenset[Spot]
    at: datetime
    dates: Mapping[Spot, str] = field(default_factory=dict)
    items: Mapping[Spot, str] = field(default_factory=dict)
    """What the tracker called them then."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of it. `gone`: not watched any more. `kept`: not as we wrote it any more.

    `still`: what of the `done` a person has played, too, and so is watched as before.
    """

    done: frozenset[Spot] = frozenset()
    still: frozenset[Spot] = frozenset()
    gone: frozenset[Spot] = frozenset()
    kept: frozenset[Spot] = frozenset()
