"""What marks episodes as watched: in one call where that may be, and with the dates known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from ..placement import FILM, Spot
from ..spots import spots_of
from ..watch import Airing, Entry
from .bases import Base
from .dates import dates_of
from .place import Place, full
from .plan import Action, ActionKind, PlanInputs
from .units import Unit


def mark(
    inputs: PlanInputs,
    entry: Entry,
    place: Place,
    unit: Unit,
    missing: tuple[Spot, ...],
    base: Base | None,
) -> Action:
    """Return the action that marks the missing spots of an entry on one unit."""
    return Action(
        kind=ActionKind.MARK,
        anilist=entry.anime.id,
        title=entry.anime.title,
        unit=unit.key,
        target=place.placement.target,
        spots=missing,
        seasons=tuple(_whole_seasons(entry, place, unit, missing)),
        dates=_dates(inputs, entry, place, missing, base) if inputs.is_trakt else {},
    )


def _dates(
    inputs: PlanInputs,
    entry: Entry,
    place: Place,
    missing: tuple[Spot, ...],
    base: Base | None,
) -> dict[Spot, str]:
    """Return when episodes were watched, as far as AniList tells (W9)."""
    zone = inputs.now.tzinfo or UTC
    known = base.anilist.progress if base is not None and base.is_pair else None
    found: dict[Spot, str] = {}
    told = dates_of(entry, range(1, full(entry) + 1), known, zone)
    now = inputs.now
    for number, moment in sorted(told.items()):
        if moment > now and moment.astimezone(zone).date() != now.date():
            continue
        when = min(moment, now.astimezone(UTC).replace(microsecond=0))  # in the morning
        for spot in spots_of(place.placement, number):
            found.setdefault(spot, when.isoformat())
    return {spot: found[spot] for spot in missing if spot in found}


def _whole_seasons(
    entry: Entry, place: Place, unit: Unit, missing: tuple[Spot, ...]
) -> Iterator[int]:
    """Yield the seasons that one call may mark (W14).

    All that is there of the season is to be marked, none of it was watched, and the whole of it
    belongs to a finished entry.
    """
    if unit.there is None or entry.anime.airing is not Airing.FINISHED or FILM in missing:
        return
    wanted = set(missing)
    own = set(place.spots(full(entry)))
    for season in sorted({spot.season for spot in missing}):
        if season not in unit.season_keys:
            continue
        there = {spot for spot in unit.there if spot.season == season}
        if there <= wanted and there <= own and len(there) > 1:
            yield season
