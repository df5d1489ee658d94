"""From a person's words to a placement: which title, which season, from which episode on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
import re

from ..faults import MOST_EPISODES, Fault, faults
from ..placement import FILM, Origin, Placement, Provider, Segment, Span, TargetId
from ..segments import joined
from .anibridge import read_range

MOST_RANGES = 200
"""How many ranges a person may give."""

_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_IMDB = re.compile(r"tt[0-9]{5,10}", re.ASCII)


class Wrong(StrEnum):
    """What is wrong with what a person gave, apart from the faults that any placement may have."""

    ANIME = "anime"
    """No AniList id."""
    TARGET = "target"
    """No id of this provider."""
    SEASON_MISSING = "season_missing"
    """A show, and no season of it."""
    SEASON_OF_FILM = "season_of_film"
    """A film with a season, an episode or ranges."""
    NUMBERS = "numbers"
    """A season or an episode that cannot be."""
    RANGES = "ranges"
    """No ranges of episodes, or too many of them."""
    BOTH = "both"
    """A first episode and ranges, of which only one can hold."""


class MappingRefused(Exception):
    """A mapping cannot be taken as it was given."""

    def __init__(self, reason: Wrong | Fault, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason: Wrong | Fault = reason
        self.detail = detail[:100]

    def __str__(self) -> str:
        """Say what is wrong, and with what."""
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)


def target_id(provider: Provider, text: str) -> TargetId:
    """Return a title by the id that a person gave. MappingRefused."""
    text = text.strip()
    pattern = _IMDB if provider is Provider.IMDB_MOVIE else _NUMBER
    if pattern.fullmatch(text) is None:
        raise MappingRefused(Wrong.TARGET, text)
    return TargetId(provider, text)


def anime_id(number: int) -> int:
    """Return a number that can be an anime's on AniList. MappingRefused."""
    if not 0 < number < 10**9:
        raise MappingRefused(Wrong.ANIME, str(number))
    return number


def placement(
    anilist: int,
    target: TargetId,
    *,
    season: int | None = None,
    first_episode: int | None = None,
    episodes: int | None = None,
    ranges: Mapping[str, str] | None = None,
) -> Placement:
    """Return the placement that a person means. MappingRefused.

    With a season alone, everything lies in it, from `first_episode` on, for `episodes` (open where
    nobody knows). `ranges` say it piece by piece, in AniBridge's way: `{"1-12": "13-24"}`. Specials
    need one or the other (I2).
    """
    anime_id(anilist)
    if target.provider.is_film:
        if season is not None or first_episode is not None:
            raise MappingRefused(Wrong.SEASON_OF_FILM)
        segments = _ranges(FILM.season, ranges) if ranges else (_film(episodes),)
    elif season is None:
        raise MappingRefused(Wrong.SEASON_MISSING)
    elif not 0 <= season <= MOST_EPISODES:
        raise MappingRefused(Wrong.NUMBERS, str(season))
    elif ranges:
        if first_episode is not None:
            raise MappingRefused(Wrong.BOTH)
        segments = _ranges(season, ranges)
    else:
        segments = (_from(season, first_episode, episodes),)
    return checked(Placement(anilist, target, joined(segments), Origin.MANUAL))


def checked(found: Placement) -> Placement:
    """Return a placement that is sound. MappingRefused with its first fault."""
    for fault in faults(found):
        raise MappingRefused(fault)
    return found


def _film(episodes: int | None) -> Segment:
    """All of an anime is one film, however many parts AniList counts."""
    parts = max(episodes or 1, 1)
    return Segment(Span(1, parts), FILM.season, (Span(1, 1),), -parts if parts > 1 else 1)


def _from(season: int, first: int | None, episodes: int | None) -> Segment:
    if season == 0 and first is None:
        raise MappingRefused(Fault.SPECIAL_WITHOUT_NUMBERS)
    first = 1 if first is None else first
    if not 1 <= first <= MOST_EPISODES:
        raise MappingRefused(Wrong.NUMBERS, str(first))
    last = None if not episodes else first + episodes - 1
    return Segment(Span(1, episodes or None), season, (Span(first, last),))


def _ranges(season: int, ranges: Mapping[str, str]) -> tuple[Segment, ...]:
    if len(ranges) > MOST_RANGES:
        raise MappingRefused(Wrong.RANGES, str(len(ranges)))
    result: list[Segment] = []
    for source, there in ranges.items():
        found = read_range(source.replace(" ", ""), season, there.replace(" ", ""))
        if any(not segment.targets for segment in found):
            raise MappingRefused(Wrong.RANGES, f"{source}: {there}")
        result.extend(found)
    return tuple(result)
