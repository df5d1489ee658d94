"""Sets of episodes as short texts, for the store: "1:1-12,14 2:1"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..placement import Spot


def to_text(spots: Iterable[Spot]) -> str:
    """Return a set of episodes as text, seasons and numbers in order."""
    by_season = groupby(sorted(set(spots)), key=lambda spot: spot.season)
    return " ".join(
        f"{season}:{','.join(_ranges(spot.number for spot in of_season))}"
        for season, of_season in by_season
    )


def from_text(text: str) -> frozenset[Spot]:
    """Return the episodes that a text of `to_text` means."""
    return frozenset(
        Spot(int(season), number)
        for part in text.split()
        for season, ranges in (part.split(":"),)
        for one in ranges.split(",")
        for number in _numbers(one)
    )


def names(spots: Iterable[Spot]) -> list[str]:
    """Return what people call episodes, in the order given; a film has no such name."""
    return [f"S{spot.season:02}E{spot.number:02}" for spot in spots if spot.season >= 0]


def _ranges(numbers: Iterable[int]) -> Iterator[str]:
    first = last = -1
    for number in numbers:
        if number == last + 1 and first >= 0:
            last = number
            continue
        if first >= 0:
            yield _range(first, last)
        first = last = number
    if first >= 0:
        yield _range(first, last)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _numbers(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
