"""AniBridge's mappings, version 3: JSON, packed with zstd where it is downloaded.

`{"anilist:ID": {"provider:ID[:scope]": {"1-12": "13-24|ratio"}}}`. A scope is `s` and a season, or
AniDB's letter for a kind of episode.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
import re

from ..placement import FILM, Origin, Provider, Segment, Span, TargetId
from ..segments import joined, length, span_from_text
from .row import REMOVED, Row, row
from .streaming import NotTheShape, members, unpacked

_SOURCE = re.compile(r"anilist:([0-9]{1,9})", re.ASCII)
_TARGET = re.compile(r"([a-z_]+):([0-9A-Za-z]{1,20})(?::([A-Za-z0-9]{1,6}))?", re.ASCII)
_ANIDB_SEASONS = {"R": 1, "S": 0}
_PROVIDERS = frozenset(Provider) - {Provider.ANILIST, Provider.MAL}


def rows(path: Path) -> Iterator[Row]:
    """Yield what a file says of AniList's anime. NotTheShape."""
    with unpacked(path) as file:
        for key, value in members(file):
            found = _SOURCE.fullmatch(key)
            if found is None:
                continue  # from other providers, or about the file itself
            if not isinstance(value, dict):
                raise NotTheShape("an entry that is no object")
            yield from entry(int(found[1]), value)


def entry(anilist: int, targets: Mapping[str, object]) -> Iterator[Row]:
    """Yield what an entry says: a row for each show or film, whatever seasons it lies in."""
    segments: defaultdict[TargetId, list[Segment]] = defaultdict(list)
    removed: set[TargetId] = set()
    for key, ranges in targets.items():
        target, season = _target(key)
        if target is None:
            continue
        found = segments[target]
        if ranges is None:
            removed.add(target)
        elif isinstance(ranges, dict):
            for source, there in ranges.items():
                if there is None:
                    removed.add(target)
                else:
                    found.extend(read_range(source, season, str(there)))
        else:
            raise NotTheShape("ranges that are no object")
    for target, found in segments.items():
        if not found and target in removed:
            yield Row(anilist, target.provider, target.id, REMOVED)
        else:
            yield row(anilist, target, Origin.ANIBRIDGE, found)


def read_target(key: str) -> tuple[TargetId, int] | None:
    """Read a target and its season (-1 for a film); None where it is not one that we know."""
    target, season = _target(key)
    return None if target is None else (target, season)


def read_range(source: str, season: int, target: str) -> tuple[Segment, ...]:
    """Read a range and where it lies: `"1-4", "1-2|-2"`. Unreadable ones give a faulty segment.

    The tables disagree with themselves on the sign of a ratio; how many episodes there are on
    either side settles it. A ratio after the last of several targets may be of that one alone.
    """
    try:
        source, _, own = source.partition("|")
        here = span_from_text(source)
        parts = [part.partition("|") for part in target.split(",")]
        spans = tuple(span_from_text(part) for part, _, _ in parts)
        ratios = [int(ratio) if ratio else None for _, _, ratio in parts]
        ratio = ratios[-1] or (int(own) if own else 1)
    except ValueError:
        return (Segment(Span(0, 0), season, ()),)
    if len(spans) == 1 or _fits(here, spans, ratio):
        return (_segment(here, season, spans, ratio),)
    return _one_by_one(here, season, spans, ratios)


def _target(key: str) -> tuple[TargetId | None, int]:
    found = _TARGET.fullmatch(key)
    if found is None or found[1] not in _PROVIDERS:
        return None, 0
    provider, scope = Provider(found[1]), found[3]
    if provider.is_film:
        return TargetId(provider, found[2]), FILM.season
    if provider is Provider.ANIDB:
        season = _ANIDB_SEASONS.get(scope or "")
        return (None, 0) if season is None else (TargetId(provider, found[2]), season)
    if scope is None or scope[0] != "s" or not scope[1:].isdecimal():
        return None, 0
    return TargetId(provider, found[2]), int(scope[1:])


def _segment(source: Span, season: int, targets: tuple[Span, ...], ratio: int) -> Segment:
    if not _fits(source, targets, ratio) and _fits(source, targets, -ratio):
        ratio = -ratio
    if ratio == -1:
        ratio = 1
    if ratio == 1:
        source, targets = _ended(source, targets)
    return Segment(source, season, targets, ratio)


def _fits(source: Span, targets: tuple[Span, ...], ratio: int) -> bool:
    sources, there = length((source,)), length(targets)
    if sources is None or there is None or ratio == 0:
        return sources is there
    return there == (sources * ratio if ratio > 0 else -(sources // ratio))


def _ended(source: Span, targets: tuple[Span, ...]) -> tuple[Span, tuple[Span, ...]]:
    """Where one side alone is open, let it end where the other does."""
    sources, there = length((source,)), length(targets)
    if sources is None and there is not None:
        return Span(source.first, source.first + there - 1), targets
    if sources is not None and there is None:
        before = length(targets[:-1]) or 0
        last = targets[-1].first + sources - before - 1
        if last >= targets[-1].first:
            return source, (*targets[:-1], Span(targets[-1].first, last))
    return source, targets


def _one_by_one(
    source: Span, season: int, spans: tuple[Span, ...], ratios: list[int | None]
) -> tuple[Segment, ...]:
    """Give each target its own part of the source, the last one what is left."""
    result: list[Segment] = []
    first = source.first
    for span, ratio in zip(spans[:-1], ratios, strict=False):
        there = length((span,))
        if there is None:
            return (Segment(source, season, spans),)
        count = there if ratio in (None, 0) else _count(there, ratio)
        result.append(_segment(Span(first, first + count - 1), season, (span,), ratio or 1))
        first += count
    if source.last is not None and first > source.last:
        return (Segment(source, season, spans),)  # uneven, and told so
    rest = _segment(Span(first, source.last), season, spans[-1:], ratios[-1] or 1)
    return joined((*result, rest))


def _count(there: int, ratio: int | None) -> int:
    """Return how many source episodes a target of so many takes."""
    ratio = ratio or 1
    return there // ratio if ratio > 0 else there * -ratio
