"""An anime as AniList has it, the show or film that it is elsewhere, and where in there it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOTATION = re.compile(r"(?:(\d+)-(\d*)=)?S(\d+)E(\d+)(?:/(-?\d+))?", re.ASCII)


class Numbering(StrEnum):
    """Who counted the seasons and episodes of a show."""

    TVDB = "tvdb"
    TMDB = "tmdb"


class Spot(NamedTuple):
    """An episode of a show, in one numbering."""

    season: int
    number: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of an anime's episodes, and where it begins in a season of a show.

    `ratio` 2: an episode here is two of them there; -2: two episodes here are one of them there.
    `last` None: as far as it goes.
    """

    first: int
    last: int | None
    season: int
    start: int
    ratio: int = 1

    def watched(self, count: int) -> Iterator[Spot]:
        """Yield what is watched once the first `count` episodes of the anime are.

        An episode that several here make up is watched with the last of them.
        """
        end = count if self.last is None else min(count, self.last)
        episodes = max(end - self.first + 1, 0)
        if self.ratio > 0:
            there = episodes * self.ratio
        else:
            there, rest = divmod(episodes, -self.ratio)
            there += bool(rest) and end == self.last
        for step in range(there):
            yield Spot(self.season, self.start + step)

    @property
    def end(self) -> int | None:
        """Return the last episode there; None where it has no end yet."""
        if self.last is None:
            return None
        return max(spot.number for spot in self.watched(self.last))


def stretches(text: str, episodes: int | None) -> tuple[Stretch, ...]:
    """Read where the episodes of an anime lie.

    `S3E13`: all of them, from S3E13 on. `1-49=S1E1 50-99=S2E1`: by ranges; a range may be open.
    `S1E1/-2`: with a ratio.
    """
    out = []
    for part in text.split():
        found = _NOTATION.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is no stretch")
        first, last, season, start, ratio = found.groups()
        end = episodes if first is None else int(last) if last else None
        out.append(
            Stretch(int(first or 1), end, int(season), int(start), int(ratio) if ratio else 1)
        )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Show:
    """A show, which both number in their own way. `trakt` is made up.

    `tmdb` None: a show on TVDB that TMDB has as a film. `more` has, in each numbering, how many
    episodes a season has where no anime of this world says so.
    """

    title: str
    year: int
    tvdb: int
    tmdb: int | None
    imdb: str
    trakt: int
    more: Mapping[Numbering, Mapping[int, int]] = field(default_factory=dict)

    def id_in(self, numbering: Numbering) -> int | None:
        """Return the number of the show itself."""
        return self.tvdb if numbering is Numbering.TVDB else self.tmdb


@dataclass(frozen=True, slots=True)
class Film:
    """A film. `trakt` is made up."""

    title: str
    year: int
    tmdb: int
    imdb: str
    trakt: int


@dataclass(frozen=True, slots=True)
class Anime:
    """An entry of AniList. `show` and `film` are titles of this world.

    `tvdb` and `tmdb` say where it lies in the show. One that has a film as well as stretches is
    that film, and a special of the show: alternatives of one thing.
    """

    id: int
    mal: int
    anidb: int | None
    romaji: str
    english: str | None
    format: str
    episodes: int | None
    start: date
    end: date | None
    show: str | None = None
    tvdb: tuple[Stretch, ...] = ()
    tmdb: tuple[Stretch, ...] = ()
    film: str | None = None
    synonyms: tuple[str, ...] = ()
    airing: str = "FINISHED"
    next_episode: int | None = None
    is_adult: bool = False

    @property
    def aired(self) -> int:
        """Return how many episodes have been shown."""
        if self.next_episode is not None:
            return self.next_episode - 1
        return self.episodes or 0

    def stretches_in(self, numbering: Numbering) -> tuple[Stretch, ...]:
        """Return where it lies in its show."""
        return self.tvdb if numbering is Numbering.TVDB else self.tmdb

    def spots(self, numbering: Numbering, count: int) -> tuple[Spot, ...]:
        """Return what of its show is watched once the first `count` episodes are."""
        return tuple(spot for each in self.stretches_in(numbering) for spot in each.watched(count))


def anime(  # noqa: PLR0913 - each anime says only what of this it needs
    ids: tuple[int, int, int | None],
    romaji: str,
    english: str | None,
    aired: str,
    *synonyms: str,
    form: str = "TV",
    episodes: int | None = 1,
    show: str | None = None,
    at: str = "",
    tvdb: str = "",
    tmdb: str = "",
    film: str | None = None,
    airing: str = "FINISHED",
    next_episode: int | None = None,
    is_adult: bool = False,
) -> Anime:
    """Put down an anime: its AniList, MAL and AniDB ids, its titles, `2013-04-07..2013-09-29`.

    `at` says where it lies where both numberings agree.
    """
    start, _, end = aired.partition("..")
    return Anime(
        *ids,
        romaji=romaji,
        english=english,
        format=form,
        episodes=episodes,
        start=date.fromisoformat(start),
        end=date.fromisoformat(end) if end else date.fromisoformat(start) if episodes else None,
        show=show,
        tvdb=stretches(tvdb or at, episodes),
        tmdb=stretches(tmdb or at, episodes),
        film=film,
        synonyms=synonyms,
        airing=airing,
        next_episode=next_episode,
        is_adult=is_adult,
    )
