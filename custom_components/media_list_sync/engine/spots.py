"""From episodes of an AniList entry to spots of its target, and back."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from .placement import Placement, Segment, Span, Spot

_NOTHING: frozenset[Spot] = frozenset()


def spots(placement: Placement, first: int, last: int) -> tuple[Spot, ...]:
    """Return the spots that are watched when episodes `first` to `last` are, in their order.

    A spot that several episodes make up comes with the last of them; so the spots of 1 to 12 and
    those of 13 to 24 are together those of 1 to 24.
    """
    return tuple(spot for segment in placement.segments for spot in _spots(segment, first, last))


def spots_of(placement: Placement, episode: int) -> tuple[Spot, ...]:
    """Return all spots that an episode is in; none where it is not placed."""
    return tuple(
        Spot(segment.season, number)
        for segment in placement.segments
        for number in _numbers(segment, episode)
    )


def sources(placement: Placement, spot: Spot) -> tuple[int, ...]:
    """Return the episodes that are in a spot; none where it is not this entry's.

    An open end has no bounds here: `cut` the placement to the entry's episodes first.
    """
    return tuple(
        episode
        for segment in placement.segments
        if segment.season == spot.season
        for episode in _sources(segment, spot.number)
    )


def is_watched(placement: Placement, episode: int, watched: Container[Spot]) -> bool:
    """Say whether all of an episode was watched: every spot that it is in."""
    found = spots_of(placement, episode)
    return bool(found) and all(spot in watched for spot in found)


def watched_prefix(
    placement: Placement,
    watched: Container[Spot],
    last: int,
    *,
    absent: Container[Spot] = _NOTHING,
    skip_to: int = 0,
) -> int:
    """Return how many episodes, from the first on, were watched; at most `last`.

    Up to `skip_to` (AniList's own progress; `last` where the person wants that) episodes are passed
    over whose unwatched spots are all absent, or that are not placed (W2). What is passed over only
    counts when a watched one follows.
    """
    prefix = 0
    for episode in range(1, last + 1):
        found = spots_of(placement, episode)
        missing = [spot for spot in found if spot not in watched]
        if found and not missing:
            prefix = episode
        elif episode > skip_to or any(spot not in absent for spot in missing):
            break
    return prefix


def cut(placement: Placement, last: int) -> Placement:
    """Return a placement of the episodes up to `last` alone: open ends end there, too."""
    return replace(
        placement,
        segments=tuple(
            _cut(segment, last) for segment in placement.segments if segment.source.first <= last
        ),
    )


def covers_exactly(placement: Placement, episodes: int) -> bool:
    """Say whether it places each of the episodes 1 to `episodes`, and no others (W6).

    An open end is taken to end with the entry.
    """
    for segment in placement.segments:
        end = segment.source.last
        if end is not None and end > episodes:
            return False
    return episodes > 0 and not unplaced(placement, episodes)


def placed_count(placement: Placement, last: int) -> int:
    """Return how many of the episodes up to `last` a sound placement places."""
    count = 0
    for segment in placement.segments:
        first, end = segment.source
        count += max(0, (last if end is None else min(end, last)) - first + 1)
    return count


def unplaced(placement: Placement, last: int) -> tuple[int, ...]:
    """Return the episodes up to `last` that have no spot, or not all that they should have."""
    return tuple(episode for episode in range(1, last + 1) if not _is_placed(placement, episode))


def _is_placed(placement: Placement, episode: int) -> bool:
    return any(
        len(tuple(_numbers(segment, episode))) == max(segment.ratio, 1)
        for segment in placement.segments
    )


def _spots(segment: Segment, first: int, last: int) -> Iterator[Spot]:
    source, ratio = segment.source, segment.ratio
    first = max(first, source.first)
    last = last if source.last is None else min(last, source.last)
    if ratio >= 1:
        yield from _run(segment, (first - source.first) * ratio, (last - source.first + 1) * ratio)
        return
    for episode in range(first, last + 1):
        if (episode - source.first + 1) % -ratio == 0 or episode == source.last:
            for number in _numbers(segment, episode):
                yield Spot(segment.season, number)


def _run(segment: Segment, begin: int, end: int) -> Iterator[Spot]:
    """Yield the spots at the places `begin` to `end` (not with it) in the segment's spans."""
    passed = 0
    for first, last in segment.targets:
        until = end if last is None else passed + last - first + 1
        for at in range(max(begin, passed), min(end, until)):
            yield Spot(segment.season, first + at - passed)
        passed = until


def _numbers(segment: Segment, episode: int) -> Iterator[int]:
    """Yield the target's episode numbers for one of the source's."""
    source, ratio = segment.source, segment.ratio
    if episode < source.first or (source.last is not None and episode > source.last):
        return
    index = episode - source.first
    indexes = range(index * ratio, (index + 1) * ratio) if ratio >= 1 else (index // -ratio,)
    for at in indexes:
        number = _at(segment.targets, at)
        if number is not None:
            yield number


def _sources(segment: Segment, number: int) -> Iterator[int]:
    at = _index(segment.targets, number)
    if at is None:
        return
    source, ratio = segment.source, segment.ratio
    indexes = (at // ratio,) if ratio >= 1 else range(at * -ratio, (at + 1) * -ratio)
    for index in indexes:
        episode = source.first + index
        if source.last is None or episode <= source.last:
            yield episode


def _at(targets: tuple[Span, ...], index: int) -> int | None:
    """Return the number at a place in spans that are taken one after the other."""
    for first, last in targets:
        if last is None or index <= last - first:
            return first + index
        index -= last - first + 1
    return None


def _index(targets: tuple[Span, ...], number: int) -> int | None:
    passed = 0
    for first, last in targets:
        if number >= first and (last is None or number <= last):
            return passed + number - first
        if last is None:
            return None
        passed += last - first + 1
    return None


def _cut(segment: Segment, last: int) -> Segment:
    source, ratio = segment.source, segment.ratio
    if source.last is not None and source.last <= last:
        return segment
    count = last - source.first + 1
    needed = count * ratio if ratio >= 1 else -(count // ratio)
    targets: list[Span] = []
    for first, end in segment.targets:
        if needed <= 0:
            break
        here = needed if end is None else min(needed, end - first + 1)
        targets.append(Span(first, first + here - 1))
        needed -= here
    return Segment(Span(source.first, last), segment.season, tuple(targets), ratio)
