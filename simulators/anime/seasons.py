"""The seasons and episodes of a show in each numbering, worked out from the anime that fill them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from .facts import SHOWS, of_show
from .values import Anime, Numbering, Spot, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of a show, and when it aired."""

    number: int
    aired: date


@dataclass(frozen=True, slots=True)
class Season:
    """A season of a show, with its episodes in order. The first one need not have the number 1."""

    number: int
    episodes: tuple[Episode, ...]

    @property
    def first(self) -> int:
        """Return the number of its first episode."""
        return self.episodes[0].number

    @property
    def aired(self) -> date:
        """Return when its first episode aired."""
        return min(episode.aired for episode in self.episodes)


def aired_on(anime: Anime, number: int) -> date:
    """Return when an episode of an anime aired: evenly spread, or weekly where no end is known."""
    if anime.end is None or anime.episodes is None:
        return anime.start + _WEEK * (number - 1)
    days = (anime.end - anime.start).days * (number - 1) // max(anime.episodes - 1, 1)
    return anime.start + timedelta(days=days)


@cache
def seasons(title: str, numbering: Numbering) -> tuple[Season, ...]:
    """Return the seasons of a show that have begun; none where the numbering does not have it."""
    show = SHOWS[title]
    if show.id_in(numbering) is None:
        return ()
    found: dict[int, dict[int, date]] = {}
    for anime in of_show(title):
        for stretch in anime.stretches_in(numbering):
            for spot, aired in _dated(anime, stretch):
                season = found.setdefault(spot.season, {})
                season.setdefault(spot.number, aired)
    for number, count in show.more.get(numbering, {}).items():
        season = found.setdefault(number, {})
        for episode in range(1, count + 1):
            season.setdefault(episode, date(show.year + max(number - 1, 0), 1, 1))
    _fill(found.get(0, {}))
    return tuple(
        Season(number, tuple(Episode(*each) for each in sorted(episodes.items())))
        for number, episodes in sorted(found.items())
    )


def spots_of_show(title: str, numbering: Numbering) -> frozenset[Spot]:
    """Return every episode that there is."""
    return frozenset(
        Spot(season.number, episode.number)
        for season in seasons(title, numbering)
        for episode in season.episodes
    )


def _dated(anime: Anime, stretch: Stretch) -> Iterator[tuple[Spot, date]]:
    """Yield where a stretch lies, and when each episode there aired, as far as they did."""
    for step, spot in enumerate(stretch.watched(anime.aired)):
        ratio = stretch.ratio
        before = step // ratio if ratio > 0 else step * -ratio
        yield spot, aired_on(anime, stretch.first + before)


def _fill(specials: dict[int, date]) -> None:
    """Let there be the specials before those of this world."""
    for number in range(1, max(specials, default=0)):
        specials.setdefault(number, min(specials.values()))
