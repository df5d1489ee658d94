"""What is on record of entries from the syncs before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from ..placement import Origin, Spot, TargetId
from ..watch import Entry
from .bases import Base
from .place import Place, differs, place_of
from .plan import Chosen, PlanInputs


class Past:
    """The bases of a pairing, by entry."""

    def __init__(self, inputs: PlanInputs) -> None:
        self.inputs = inputs
        self._known: defaultdict[int, dict[TargetId, Base]] = defaultdict(dict)
        for (anilist, target), base in inputs.bases.items():
            self._known[anilist][target] = base

    def base(self, entry: Entry, place: Place) -> Base | None:
        """Return what is on record of an entry here, maybe by another id of the same show."""
        known = self._known[entry.anime.id]
        base = known.get(place.placement.target)
        others = (known[one] for one in sorted(known) if self._is_kept(place, one, known[one]))
        return base or next(others, None)

    def was_watched(self, entry: Entry, place: Place, progress: int) -> bool:
        """Whether all that was watched on AniList was once watched here."""
        base = self.base(entry, place)
        wanted = place.spots(progress)
        return base is not None and bool(wanted) and base.ever_watched().issuperset(wanted)

    def moved(self, entry: Entry, chosen: Chosen) -> tuple[Spot, ...] | None:
        """Return what we marked elsewhere, before another mapping or ordering came (W10)."""
        now = {one.target: one for one in (*chosen.placements, *chosen.alternatives)}
        if any(placement.origin is Origin.MANUAL for placement in now.values()):
            return None
        known = self._known[entry.anime.id]
        for target in sorted(known):
            base = known[target]
            if not (base.marked or base.saved):
                continue
            placement = now.get(target)
            if placement is None:
                if not self.inputs.shelf.find(target):
                    continue  # it is gone there, with what we marked
                if any(
                    self._is_kept(place_of(self.inputs, one, chosen), target, base)
                    for one in now.values()
                ):
                    continue
                return tuple(sorted(base.marked))
            if differs(placement, base):
                return tuple(sorted(base.marked))
            now_at = {
                item: spot
                for unit in place_of(self.inputs, placement, chosen).units
                for item, spot in unit.items.items()
            }
            if any(now_at.get(item, spot) != spot for spot, item in base.marked.items()):
                return tuple(sorted(base.marked))
        return None

    def _is_kept(self, place: Place, target: TargetId, base: Base) -> bool:
        """Whether what we marked by another id lies where it lay, episode by episode."""
        now_at = {item: spot for unit in place.units for item, spot in unit.items.items()}
        return (
            bool(base.marked)
            and all(now_at.get(item) == spot for spot, item in base.marked.items())
            and not differs(replace(place.placement, target=target), base)
        )
