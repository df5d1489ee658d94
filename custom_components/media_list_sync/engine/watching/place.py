"""Where an entry lies on a tracker: on which units, and by which numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..placement import Placement, Spot
from ..segments import fingerprint
from ..spots import cut, spots
from ..watch import Entry
from .bases import Base
from .plan import Chosen, PlanInputs
from .units import Unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry lies, on units that the tracker has."""

    placement: Placement
    units: tuple[Unit, ...]

    def spots(self, progress: int) -> tuple[Spot, ...]:
        """Return what is watched once the first episodes of the entry are."""
        return spots(self.placement, 1, progress)

    def watched(self) -> set[Spot]:
        """Return what was watched in any copy (I5)."""
        return {spot for unit in self.units for spot in unit.watched}

    def is_watched(self, progress: int) -> bool:
        """Whether all that was watched on AniList was watched here."""
        wanted = self.spots(progress)
        return bool(wanted) and self.watched().issuperset(wanted)


def place_of(inputs: PlanInputs, placement: Placement, chosen: Chosen) -> Place:
    """Return the units of a placement: those that have its numbers."""
    provider = placement.target.provider
    return Place(
        placement,
        tuple(
            unit
            for unit in inputs.shelf.find(placement.target)
            if inputs.is_trakt
            or unit.is_numbered_by(provider)
            or (chosen.is_alike and unit.goes_by(provider))
        ),
    )


def places_of(inputs: PlanInputs, chosen: Chosen) -> tuple[list[Place], list[Place]]:
    """Return where an entry lies, and in which other forms it is there (I6)."""
    return (
        [place_of(inputs, placement, chosen) for placement in chosen.placements],
        [place_of(inputs, placement, chosen) for placement in chosen.alternatives],
    )


def films_of(inputs: PlanInputs, chosen: Chosen) -> Iterator[str]:
    """Yield the films of the tracker that an entry is."""
    for placement in chosen.placements:
        if placement.target.provider.is_film:
            yield from (unit.key for unit in inputs.shelf.find(placement.target))


def full(entry: Entry) -> int:
    """Return how many episodes all of an entry are, as far as anybody knows."""
    return entry.anime.episodes or entry.anime.aired or entry.progress


def reach(placement: Placement, progress: int, base: Base | None) -> str:
    """Return the fingerprint of a placement up to the furthest episode that was ever synced."""
    before = _reached(base) if base is not None else 0
    last = max(progress, before)
    return f"{last}:{fingerprint(cut(placement, last))}"


def _reached(base: Base) -> int:
    last, _, _ = base.fingerprint.rpartition(":")
    return int(last or 0)


def differs(placement: Placement, base: Base) -> bool:
    """Say whether what we synced would lie elsewhere now. That more is placed is no difference."""
    if not base.is_pair:
        return False
    last = _reached(base)
    return f"{last}:{fingerprint(cut(placement, last))}" != base.fingerprint
