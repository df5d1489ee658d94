"""Which anime that are on nobody's list here were begun on a tracker."""

from __future__ import annotations

from collections.abc import Collection
import sqlite3

from ..placement import Origin, Segment, Spot, TargetId
from ..segments import from_text
from ..store import atlas
from .units import Shelf


def begun(
    connection: sqlite3.Connection,
    shelf: Shelf,
    listed: Collection[int],
    unread: Collection[TargetId],
) -> frozenset[int]:
    """Return the AniList ids that tables place where something was watched, without those listed.

    Whether they are really there is found out later, from all that is known of each. Of shows that
    are `unread` (on Trakt, before their seasons are read) it is not known what was watched.
    """
    watched: dict[TargetId, set[Spot] | None] = {
        target: None if target in unread else {spot for unit in units for spot in unit.watched}
        for target, units in shelf.units.items()
        if target in unread or any(unit.watched for unit in units)
    }
    return frozenset(
        row.id
        for row in atlas.of_targets(connection, watched)
        if row.origin is not Origin.ANIME_LISTS  # which goes by the ids of AniDB
        and row.id not in listed
        and any(_holds(segment, watched[row.target]) for segment in from_text(row.segments))
    )


def _holds(segment: Segment, spots: Collection[Spot] | None) -> bool:
    return spots is None or any(
        spot.season == segment.season
        and any(
            spot.number >= first and (last is None or spot.number <= last)
            for first, last in segment.targets
        )
        for spot in spots
    )
