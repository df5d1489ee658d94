"""What speaks for a placement and against it: the target's lengths, and when things aired (I3, I4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ..placement import Placement, Segment, Spot
from ..segments import joined
from ..spots import cut, placed_count, spots, spots_of
from ..watch import Airing, Anime
from .numbering import Numbering
from .reasons import Reason

_SAME = timedelta(days=3)
"""Time zones, and premieres at night, are less; the next episode is more."""
_OTHER = timedelta(days=45)
"""Less than a cour, more than any early screening."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks against a placement, and whether lengths or dates bear it out."""

    against: Reason | None = None
    by_counts: bool = False
    by_dates: bool = False


def judged(anime: Anime) -> int:
    """Return up to which episode a placement can be compared with what is known of the target.

    What has not aired may not be listed there yet. At least one.
    """
    if anime.aired is not None:
        return max(anime.aired, 1)
    known = anime.episodes if anime.airing is Airing.UNKNOWN else None
    return known or 1


def evidence(anime: Anime, placement: Placement, numbering: Numbering | None) -> Evidence:
    """Compare a placement with what is known of its anime and of its target."""
    counts = _counts_against(anime, placement)
    if counts is not None:
        return Evidence(counts)
    aired = cut(placement, judged(anime))
    if numbering is None or placement.target.provider.is_film:
        return Evidence()
    if any(_is_outside(segment, numbering) for segment in aired.segments):
        return Evidence(Reason.OUT_OF_BOUNDS)
    if _is_another_time(anime, aired, numbering):
        return Evidence(Reason.DATES)
    return Evidence(
        by_counts=_fills_seasons(anime, aired, numbering),
        by_dates=_is_the_time(anime, aired, numbering),
    )


def dates_prefer(anime: Anime, one: Placement, other: Placement, numbering: Numbering) -> bool:
    """Say whether dates show that the first of two placements is right, and the second wrong.

    Where both differ by the same number of episodes all along, their beginnings settle it; else
    the end of an anime that is over has to say the same.
    """
    last = judged(anime)
    begins = _fits_better(anime.started.whole(), one, other, 1, numbering)
    if _differences(one, other, last) == 1:
        return begins is True
    if anime.airing is not Airing.FINISHED:
        return False
    ends = _fits_better(anime.ended.whole(), one, other, last, numbering)
    return begins is True and ends is True


def _fits_better(
    day: date | None, one: Placement, other: Placement, episode: int, numbering: Numbering
) -> bool | None:
    """Say which of two placements has an episode where it aired that day; None: both, or neither."""
    here, there = (
        any(_is_near(day, spot, numbering, _SAME) for spot in spots_of(placement, episode))
        for placement in (one, other)
    )
    return None if here is there else here


def is_same(one: Placement, other: Placement, last: int) -> bool:
    """Say whether two placements put every episode up to `last` into the same spots."""
    return joined(cut(one, last).segments) == joined(cut(other, last).segments)


def _differences(one: Placement, other: Placement, last: int) -> int:
    """Return in how many ways two placements differ: 1 for a shift that is the same all along."""
    ways: set[tuple[int, int]] = set()
    for episode in range(1, last + 1):
        here, there = spots_of(one, episode), spots_of(other, episode)
        if len(here) != 1 or len(there) != 1:
            return 0
        ways.add((here[0].season - there[0].season, here[0].number - there[0].number))
    return len(ways)


def _counts_against(anime: Anime, placement: Placement) -> Reason | None:
    episodes = anime.episodes
    if episodes is not None:
        ends = [segment.source.last for segment in placement.segments]
        if any(end is not None and end > episodes for end in ends):
            return Reason.COUNTS
    compared = judged(anime) if episodes is None else min(judged(anime), episodes)
    if placement.target.provider.is_film:
        total = episodes or compared
        return Reason.COUNTS if placed_count(placement, total) < total else None
    return Reason.COUNTS if placed_count(placement, compared) * 2 < compared else None


def _is_outside(segment: Segment, numbering: Numbering) -> bool:
    """Say whether a segment lies where the target has nothing (I4)."""
    season = numbering.seasons.get(segment.season)
    if season is None:
        return numbering.is_whole
    if season.last is None:
        return False
    return any(
        first < season.first or (first if last is None else last) > season.last
        for first, last in segment.targets
    )


def _fills_seasons(anime: Anime, aired: Placement, numbering: Numbering) -> bool:
    """Say whether the anime, over, is exactly some whole seasons."""
    if anime.airing is not Airing.FINISHED or not numbering.is_whole:
        return False
    seasons: dict[int, list[tuple[int, int]]] = {}
    for segment in aired.segments:
        for first, last in segment.targets:
            seasons.setdefault(segment.season, []).append((first, last or first))
    return bool(seasons) and all(
        number > 0
        and (season := numbering.seasons.get(number)) is not None
        and season.last is not None
        and _covers(spans, season.first, season.last)
        for number, spans in seasons.items()
    )


def _covers(spans: list[tuple[int, int]], first: int, last: int) -> bool:
    for start, end in sorted(spans):
        if start != first:
            return False
        first = end + 1
    return first == last + 1


def _is_the_time(anime: Anime, aired: Placement, numbering: Numbering) -> bool:
    """Say whether the first episode aired when the anime began.

    Of what lies in several pieces the last one has to fit, too: between them there may be a shift.
    """
    found = spots(aired, 1, judged(anime))
    if not found or not _is_near(anime.started.whole(), found[0], numbering, _SAME):
        return False
    if len(aired.segments) == 1:
        return True
    is_over = anime.airing is Airing.FINISHED
    return is_over and _is_near(anime.ended.whole(), found[-1], numbering, _SAME)


def _is_another_time(anime: Anime, aired: Placement, numbering: Numbering) -> bool:
    """Say whether the first episode aired at quite another time. Specials come out when they like."""
    found = spots(aired, 1, 1)
    if not found or found[0].season == 0:
        return False
    there = numbering.aired(found[0])
    if there is None:
        return False
    began = anime.started.whole()
    if began is not None:
        return abs(there - began) > _OTHER
    return anime.started.year is not None and abs(there.year - anime.started.year) > 1


def _is_near(day: date | None, spot: Spot, numbering: Numbering, within: timedelta) -> bool:
    there = numbering.aired(spot)
    return day is not None and there is not None and abs(there - day) <= within
