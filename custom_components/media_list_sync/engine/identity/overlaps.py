"""One person's list as a whole: where open ends stop (W11), and what is claimed twice (W10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..placement import Placement, Segment, TargetId
from ..spots import cut
from ..watch import Anime
from .reasons import Reason


@dataclass(frozen=True, slots=True)
class Settled:
    """The placements that stand, and why others do not: `others` are in the way of those.

    What has no known end, and nothing behind it, is still open: it goes as far as is watched.
    """

    placements: Mapping[int, Placement]
    review: Mapping[int, Reason]
    others: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Claim:
    first: int
    last: int | None
    anilist: int


type _Where = tuple[TargetId, int]


def settle(listed: Iterable[tuple[Anime, Placement]]) -> Settled:
    """Bound the placements of all anime on a list, and tell those apart that get in each other's way.

    An open end stops at the anime's episodes, else at the last one that aired, and before another
    anime's placement. Where it would have had to go on, the anime is for review; so are all that
    claim an episode together.
    """
    listed = tuple(listed)
    ends: dict[int, int | None] = {}
    given: dict[int, Placement] = {}
    for anime, placement in listed:
        end = anime.episodes or anime.aired
        ends[anime.id] = anime.episodes
        given[anime.id] = placement if end is None else _ended(placement, end)
    starts = _starts(given.values())
    review: dict[int, Reason] = {}
    others: dict[int, frozenset[int]] = {}
    settled: dict[int, Placement] = {}
    was_open = {anime.id for anime, placement in listed if _is_open(placement)}
    for anilist, placement in given.items():
        stopped = placement
        if anilist in was_open:
            stopped, by = _stopped(placement, starts)
            end = ends[anilist]
            if end is not None and _last(stopped) < min(end, _last(placement)):
                review[anilist] = Reason.CUT_SHORT
                others[anilist] = by
        settled[anilist] = stopped
    claimed = _claimed_twice(settled[one] for one in settled if one not in review)
    others |= claimed
    review |= dict.fromkeys(claimed, Reason.CLAIMED_TWICE)
    return Settled({one: settled[one] for one in settled if one not in review}, review, others)


def _is_open(placement: Placement) -> bool:
    return any(segment.source.last is None for segment in placement.segments)


def _ended(placement: Placement, end: int) -> Placement:
    """End what is open; what says itself where it ends is left alone."""
    return cut(placement, max(end, 1)) if _is_open(placement) else placement


def _last(placement: Placement) -> int:
    return max((s.source.last or s.source.first for s in placement.segments), default=0)


def _starts(placements: Iterable[Placement]) -> dict[_Where, list[tuple[int, int]]]:
    """Return where each anime begins in each season: (number, AniList id), in order."""
    starts: defaultdict[_Where, list[tuple[int, int]]] = defaultdict(list)
    for placement in placements:
        for segment in placement.segments:
            first = min(span.first for span in segment.targets)
            starts[placement.target, segment.season].append((first, placement.anilist))
    for found in starts.values():
        found.sort()
    return starts


def _stopped(
    placement: Placement, starts: Mapping[_Where, list[tuple[int, int]]]
) -> tuple[Placement, frozenset[int]]:
    """Let the last segment stop before another anime, which is returned, too, begins behind it."""
    segment = placement.segments[-1]
    first, last = segment.targets[-1]
    for start, anilist in starts[placement.target, segment.season]:
        if anilist != placement.anilist and start > first and (last is None or start <= last):
            return cut(placement, _source_before(segment, start)), frozenset({anilist})
    return placement, frozenset()


def _source_before(segment: Segment, number: int) -> int:
    """Return the last source episode whose target lies before a number."""
    before = sum(1 + (last or 0) - first for first, last in segment.targets[:-1])
    count = before + number - segment.targets[-1].first
    if segment.ratio > 0:
        return segment.source.first + count // segment.ratio - 1
    return segment.source.first + count * -segment.ratio - 1


def _claimed_twice(placements: Iterable[Placement]) -> dict[int, frozenset[int]]:
    """Return the anime that claim what others do, and those: of many, the one that goes furthest."""
    claims: defaultdict[_Where, list[_Claim]] = defaultdict(list)
    for placement in placements:
        for segment in placement.segments:
            for first, last in segment.targets:
                claims[placement.target, segment.season].append(
                    _Claim(first, last, placement.anilist)
                )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for here in claims.values():
        here.sort(key=lambda claim: (claim.first, claim.anilist))
        furthest = here[0]
        for one in here[1:]:
            if one.anilist != furthest.anilist and _reaches(furthest, one.first):
                found[one.anilist].add(furthest.anilist)
                found[furthest.anilist].add(one.anilist)
            if not _reaches(furthest, one.last if one.last is not None else 10**9):
                furthest = one
    return {anilist: frozenset(others) for anilist, others in found.items()}


def _reaches(claim: _Claim, number: int) -> bool:
    return claim.last is None or claim.last >= number
