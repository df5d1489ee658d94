"""All of the world: its anime by their AniList ids, its shows and films by their titles."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from . import titles
from .long import LONG
from .single import FILMS_AND_SPECIALS, ODD, SEASONS
from .split import SPLIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .values import Anime, Film, Show

ANIME: Final[Mapping[int, Anime]] = MappingProxyType(
    {each.id: each for each in (*SPLIT, *LONG, *SEASONS, *FILMS_AND_SPECIALS, *ODD)}
)
SHOWS: Final[Mapping[str, Show]] = MappingProxyType({each.title: each for each in titles.SHOWS})
FILMS: Final[Mapping[str, Film]] = MappingProxyType({each.title: each for each in titles.FILMS})


def show(anime: Anime) -> Show | None:
    """Return the show that an anime is part of."""
    return None if anime.show is None else SHOWS[anime.show]


def film(anime: Anime) -> Film | None:
    """Return the film that an anime is."""
    return None if anime.film is None else FILMS[anime.film]


def of_show(title: str) -> tuple[Anime, ...]:
    """Return the anime that lie in a show, the one that aired first coming first."""
    found = (each for each in ANIME.values() if each.show == title)
    return tuple(sorted(found, key=lambda each: each.start))
