"""What can be wrong with a placement by itself, before anybody compares it with a target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from .placement import ABSOLUTE, FILM, Placement, Segment, Span
from .segments import length

MOST_SEGMENTS = 200
"""More than any anime needs (One Piece has some thirty)."""
MOST_EPISODES = 20_000
_MOST_RATIO = 1_000


class Fault(StrEnum):
    """Why a placement is none."""

    EMPTY = "empty"
    """It has no segments, or far too many."""
    BOUNDS = "bounds"
    """Episodes before the first, or backward, or a season that cannot be."""
    OPEN_INSIDE = "open_inside"
    """An open range that is not the last."""
    UNEVEN = "uneven"
    """Source and target have not as many episodes as the ratio asks for."""
    SOURCE_OVERLAP = "source_overlap"
    """An episode is placed twice."""
    TARGET_OVERLAP = "target_overlap"
    """Two segments claim one episode of the target."""
    SPECIAL_WITHOUT_NUMBERS = "special_without_numbers"
    """Specials without explicit episode numbers (I2)."""
    NOT_A_FILM = "not_a_film"
    """A film in more than one part, or with a season; or a show without one."""


def faults(placement: Placement) -> tuple[Fault, ...]:
    """Return everything that is wrong with a placement, each once; nothing where it is sound."""
    return tuple(dict.fromkeys(_faults(placement)))


def _faults(placement: Placement) -> Iterator[Fault]:
    segments = placement.segments
    if not 0 < len(segments) <= MOST_SEGMENTS:
        yield Fault.EMPTY
        return
    is_film = placement.target.provider.is_film
    for segment in segments:
        yield from _faults_of(segment, is_film=is_film)
    if _overlap(segment.source for segment in segments):
        yield Fault.SOURCE_OVERLAP
    for season in {segment.season for segment in segments}:
        if _overlap(s for one in segments if one.season == season for s in one.targets):
            yield Fault.TARGET_OVERLAP


def _faults_of(segment: Segment, *, is_film: bool) -> Iterator[Fault]:
    spans = (segment.source, *segment.targets)
    if not segment.targets or any(not _is_span(span) for span in spans):
        yield Fault.BOUNDS
        return
    if any(span.last is None for span in segment.targets[:-1]):
        yield Fault.OPEN_INSIDE
        return
    if is_film:
        if segment.season != FILM.season or segment.targets != (Span(1, 1),):
            yield Fault.NOT_A_FILM
    elif segment.season < 0 and segment.season != ABSOLUTE:
        yield Fault.NOT_A_FILM
    elif segment.season > MOST_EPISODES:
        yield Fault.BOUNDS
    if segment.season == 0 and segment.source.last is None and segment.targets[-1].first == 1:
        yield Fault.SPECIAL_WITHOUT_NUMBERS
    if not _is_even(segment):
        yield Fault.UNEVEN


def _is_span(span: Span) -> bool:
    last = span.first if span.last is None else span.last
    return 1 <= span.first <= last <= MOST_EPISODES


def _is_even(segment: Segment) -> bool:
    """Say whether the target has as many episodes as the source needs; open ends go together."""
    ratio = segment.ratio
    if ratio in (0, -1) or abs(ratio) > _MOST_RATIO:
        return False
    sources, targets = length((segment.source,)), length(segment.targets)
    if sources is None or targets is None:
        return sources is targets
    return targets == (sources * ratio if ratio > 0 else -(sources // ratio))


def _overlap(spans: Iterable[Span]) -> bool:
    end: int | None = 0
    for first, last in sorted(spans, key=lambda span: span.first):
        if end is None or first <= end:
            return True
        end = last
    return False
