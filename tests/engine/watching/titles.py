"""The anime of a life: where their episodes are, and everything that can be seen of each."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from simulators.catalog import CatalogTitle, Season

TRACKERS = ("plex", "trakt")
FILM = (0, 0)
"""The one place of a film."""


@dataclass(frozen=True, slots=True)
class Title:
    """An anime: the show or film that it is in, and where its episodes are, in their order."""

    anime: int
    tmdb: int
    places: tuple[tuple[int, int], ...]
    segments: str
    began: date

    @property
    def is_film(self):
        return self.places == (FILM,)

    @property
    def total(self):
        return len(self.places)


def _places(*seasons):
    return tuple(
        (season, number) for season, first, last in seasons for number in range(first, last + 1)
    )


OLD, NEW = date(2015, 1, 5), date(2026, 11, 2)
SHORT, FIRST, SECOND, FILMED, LONG, AIRING = 11, 21, 22, 31, 41, 51
TITLES = {
    title.anime: title
    for title in (
        Title(SHORT, 1, _places((1, 1, 4)), "1:1-4>1-4", OLD),
        # Two cours of one season.
        Title(FIRST, 2, _places((1, 1, 3)), "1:1-3>1-3", OLD),
        Title(SECOND, 2, _places((1, 4, 6)), "1:1-3>4-6", OLD + timedelta(weeks=3)),
        Title(FILMED, 3, (FILM,), "-1:1>1", OLD),
        # Two seasons of one anime.
        Title(LONG, 4, _places((1, 1, 9), (2, 1, 7)), "1:1-9>1-9 2:10-16>1-7", OLD),
        Title(AIRING, 5, _places((1, 1, 5)), "1:1-5>1-5", NEW),
    )
}
BEGUN = 2
"""So many episodes of what is airing have aired at first."""
SHOWS = {1: ({1: 4}, OLD), 2: ({1: 6}, OLD), 4: ({1: 9, 2: 7}, OLD), 5: ({1: 5}, NEW)}


class Listed(NamedTuple):
    """An entry of AniList as the person sees it."""

    status: str
    progress: int
    repeat: int
    score: int
    started: tuple
    completed: tuple


class Seen(NamedTuple):
    """Everything of an anime: its entry, how often each episode was played, what it was rated."""

    listed: Listed | None
    plex: tuple[int, ...]
    trakt: tuple[int, ...]
    ratings: tuple[int | None, int | None]
    is_dropped: bool

    def plays(self, where):
        return self.plex if where == "plex" else self.trakt

    def rating(self, where):
        return self.ratings[where == "trakt"]


def known_to_trakt():
    """All of it, as Trakt numbers it."""
    for number, (seasons, began) in SHOWS.items():
        yield CatalogTitle(
            is_show=True,
            tmdb=number,
            imdb=f"tt{number:07d}",
            tvdb=None,
            trakt=number + 500_000,
            title=f"Show {number}",
            year=began.year,
            seasons=tuple(
                Season(season, count, (began + timedelta(days=365 * (season - 1))).isoformat())
                for season, count in seasons.items()
            ),
            imdb_type="tvSeries",
        )
    number = TITLES[FILMED].tmdb
    yield CatalogTitle(
        is_show=False,
        tmdb=number,
        imdb=f"tt{number:07d}",
        tvdb=None,
        trakt=number + 600_000,
        title=f"Film {number}",
        year=OLD.year,
    )
