"""Scores on both sides of an entry that fills its title alone: which one follows (W1, W13). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..watch import Entry
from .bases import Base
from .policy import Conflict


@dataclass(frozen=True, slots=True)
class Scores:
    """What is to be given: `to_tracker` in its scale (1 to 10), `to_anilist` in AniList's (1 to 100).

    `rated` is the tracker's half of the base where nothing is given to the tracker.
    """

    to_tracker: int | None = None
    to_anilist: int | None = None
    rated: int | None = None


def rating_of(score: int) -> int:
    """Return a score of AniList (1 to 100) as Trakt and Plex give it (1 to 10), half upwards."""
    return min(max((score + 5) // 10, 1), 10)


def merged(
    entry: Entry, rating: int | None, base: Base | None, conflict: Conflict, *, to_tracker: bool
) -> Scores:
    """Return what comes of a score and the tracker's `rating` (0 and None: not rated).

    They agree where AniList's rounds to the tracker's: the finer one stays. A score that was taken
    away takes none away elsewhere. Where both changed, AniList's counts unless the person wants the
    tracker's, or to be asked.
    """
    there = rating or None
    mine = rating_of(entry.score) if entry.score else None
    if mine == there:
        return Scores(rated=there)
    if base is not None and not base.is_pair and mine is not None and mine == base.rated:
        # Of a restored database: it was there once, and was changed or taken back since.
        return Scores(rated=there)
    is_first = base is None or not base.is_pair
    is_mine_new = mine is not None and (
        is_first or (base is not None and entry.score != base.anilist.score)
    )
    is_there_new = there is not None and (is_first or (base is not None and there != base.rated))
    if is_mine_new and is_there_new:
        if conflict is Conflict.ASK:
            return Scores(rated=base.rated if base is not None else None)
        is_there_new = conflict is Conflict.TRACKER
    if is_there_new and there is not None:
        return Scores(to_anilist=there * 10, rated=there)
    if is_mine_new and to_tracker:
        return Scores(to_tracker=mine, rated=base.rated if base is not None else None)
    return Scores(rated=there)
