"""The films and shows that exist in the simulated world, with their ids everywhere.

One catalogue serves all simulators, so that a title on a simulated IMDb list is the same title that
the simulated Seerr finds. `generated` makes as many as a benchmark needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Season:
    """A season of a show: its number, how many episodes it has, and when the first one airs.

    `first` is the number of that one: some seasons go on counting where the one before ended.
    `air_dates` has the day of each episode where they do not air weekly.
    """

    number: int
    episodes: int
    air_date: str | None = None
    first: int = 1
    air_dates: tuple[str, ...] = ()

    @property
    def numbers(self) -> range:
        """Return the numbers of its episodes."""
        return range(self.first, self.first + self.episodes)


@dataclass(frozen=True, slots=True)
class CatalogTitle:
    """A film (`is_show` False) or a show, with its ids and its seasons."""

    is_show: bool
    tmdb: int
    imdb: str | None
    tvdb: int | None
    trakt: int
    title: str
    year: int | None
    seasons: tuple[Season, ...] = field(default=())
    imdb_type: str = "movie"
    """IMDb's `titleType.id`: movie, tvSeries, tvMiniSeries, tvMovie, short, tvSpecial, …"""
    returning: bool = False
    """Whether more seasons of a show are to come."""


def generated(count: int, *, shows: float = 0.2) -> list[CatalogTitle]:
    """Return `count` made-up titles; the share `shows` of them are shows of one to eight seasons.

    Films and shows are numbered apart by TMDB, so that their numbers collide, as they really do.
    """
    titles: list[CatalogTitle] = []
    every = round(1 / shows) if shows else 0
    for index in range(count):
        is_show = bool(every) and index % every == every - 1
        number = 1_000_000 + index // (every if is_show else 1)
        titles.append(
            CatalogTitle(
                is_show=is_show,
                tmdb=number,
                imdb=f"tt{7_000_000 + index:07d}",
                tvdb=2_000_000 + index if is_show else None,
                trakt=3_000_000 + index,
                title=f"Generated {'Show' if is_show else 'Film'} {index}",
                year=1950 + index % 76,
                seasons=tuple(
                    Season(n, 6 + (index + n) % 7, f"{2000 + n}-01-{1 + index % 28:02d}")
                    for n in range(1, 2 + index % 8)
                )
                if is_show
                else (),
                imdb_type="tvSeries" if is_show else "movie",
                returning=is_show and index % 3 == 0,
            )
        )
    return titles
