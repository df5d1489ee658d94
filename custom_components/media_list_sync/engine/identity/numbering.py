"""What is known of a target's own numbering: its seasons, how long they are, when they aired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ..placement import ABSOLUTE, Origin, Placement, Segment, Span, Spot, TargetId
from ..segments import joined
from ..spots import cut


@dataclass(frozen=True, slots=True)
class Season:
    """A season: how many episodes it has, if that is known, and when they aired, by number.

    `first` is the number of its first episode: on TMDB some seasons go on counting.
    """

    episodes: int | None = None
    first: int = 1
    aired: Mapping[int, date] = field(default_factory=dict)

    @property
    def last(self) -> int | None:
        """The number of its last episode."""
        return None if self.episodes is None else self.first + self.episodes - 1


@dataclass(frozen=True, slots=True)
class Numbering:
    """The seasons of a show. `is_whole`: a season that is not among them does not exist."""

    seasons: Mapping[int, Season]
    is_whole: bool = True

    def aired(self, spot: Spot) -> date | None:
        """Return when an episode aired, as far as is known."""
        season = self.seasons.get(spot.season)
        return None if season is None else season.aired.get(spot.number)


type Numberings = Mapping[TargetId, Numbering]

_BELIEVED = (Origin.MANUAL, Origin.ANIBRIDGE, Origin.ANIME_LISTS)


def from_tables(placements: Iterable[Placement]) -> dict[TargetId, Numbering]:
    """Return what the tables let us know of shows, from all that they place in them (I4).

    For servers that cannot tell: a season is as long as the last episode that is placed in it,
    unless something with an open end lies there.
    """
    ends: defaultdict[TargetId, dict[int, int | None]] = defaultdict(dict)
    for placement in placements:
        if placement.origin not in _BELIEVED or placement.target.provider.is_film:
            continue
        seasons = ends[placement.target]
        for segment in placement.segments:
            if segment.season == ABSOLUTE:
                continue
            end = segment.targets[-1].last
            known = seasons.get(segment.season, 0)
            seasons[segment.season] = None if end is None or known is None else max(end, known)
    return {
        target: Numbering({number: Season(end) for number, end in seasons.items()}, is_whole=False)
        for target, seasons in ends.items()
    }


def laid_out(placement: Placement, numbering: Numbering | None, last: int) -> Placement | None:
    """Return where absolute numbers lie in seasons, up to episode `last`.

    None where the lengths of the seasons are not known, or there are not enough of them.
    """
    if all(segment.season != ABSOLUTE for segment in placement.segments):
        return placement
    if numbering is None or not numbering.is_whole:
        return None
    segments: list[Segment] = []
    for segment in cut(placement, last).segments:
        if segment.season != ABSOLUTE:
            segments.append(segment)
            continue
        pieces = _pieces(segment, numbering)
        if pieces is None:
            return None
        segments.extend(pieces)
    return replace(placement, segments=joined(segments))


def _pieces(segment: Segment, numbering: Numbering) -> list[Segment] | None:
    (there,) = segment.targets[:1]
    if segment.ratio != 1 or len(segment.targets) != 1 or there.last is None:
        return None
    result: list[Segment] = []
    shift = segment.source.first - there.first
    passed = 0
    for number in sorted(n for n in numbering.seasons if n > 0):
        season = numbering.seasons[number]
        if season.episodes is None:
            return None
        first, last = max(there.first, passed + 1), min(there.last, passed + season.episodes)
        if first <= last:
            target = Span(first - passed + season.first - 1, last - passed + season.first - 1)
            result.append(Segment(Span(first + shift, last + shift), number, (target,)))
        passed += season.episodes
    return result if passed >= there.last else None
