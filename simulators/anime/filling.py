"""Putting the world into the simulated services: a list, libraries, an account, partly watched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from simulators.anilist import VIEWER, AniListMedia
from simulators.catalog import CatalogTitle, Season
from simulators.trakt import Entry

from .facts import ANIME, FILMS, SHOWS
from .listed import CUSTOM_LISTS, LISTED
from .places import (
    BY_TMDB,
    BY_TVDB,
    FILM,
    FILM_LIBRARY,
    FILMS_KEPT,
    KEPT,
    NUMBERINGS,
    ORDERINGS,
    PLEX_BEFORE,
    TRAKT_BEFORE,
    known_to_trakt,
)
from .seasons import seasons
from .values import Numbering

if TYPE_CHECKING:
    from datetime import date

    from simulators.anilist import AniListSimulator
    from simulators.plex import Episode, Library, Movie, Person, PlexSimulator
    from simulators.trakt import TraktSimulator

    from .values import Anime, Show, Spot

LONG_AGO: Final = datetime(2025, 3, 1, 20, tzinfo=UTC)
"""When the list was last changed, and when what was watched before was watched."""

_UNTIL_NEXT: Final = timedelta(days=3)


# AniList


def fill_anilist(service: AniListSimulator, user: str = VIEWER) -> None:
    """Let all anime exist, and stand on somebody's list as they are listed."""
    now = int(service.clock.now())
    service.add_media(*(media_of(each, now) for each in ANIME.values()))
    service.user(user).custom_lists[:] = CUSTOM_LISTS
    for minutes, entry in enumerate(LISTED.values()):
        moment = int((LONG_AGO + timedelta(minutes=minutes)).timestamp())
        service.add_entry(
            user,
            entry.anime,
            entry.status,
            progress=entry.progress,
            repeat=entry.repeat,
            score=entry.score,
            started=entry.started,
            completed=entry.completed,
            private=entry.private,
            custom_lists=entry.custom_lists,
            hidden=entry.hidden,
            created_at=moment,
            updated_at=moment,
        )


def media_of(anime: Anime, now: int) -> AniListMedia:
    """Return an anime as AniList has it; the next episode airs some days after `now`."""
    airs_at = now + int(_UNTIL_NEXT.total_seconds())
    return AniListMedia(
        anime.id,
        anime.romaji,
        english=anime.english,
        mal=anime.mal,
        format=anime.format,
        status=anime.airing,
        episodes=anime.episodes,
        start=_day(anime.start),
        end=(None, None, None) if anime.end is None else _day(anime.end),
        synonyms=anime.synonyms,
        is_adult=anime.is_adult,
        next_airing=None if anime.next_episode is None else (anime.next_episode, airs_at),
    )


def _day(day: date) -> tuple[int, int, int]:
    return (day.year, day.month, day.day)


# Plex


def fill_plex(service: PlexSimulator, person: Person | None = None) -> None:
    """Make the libraries, and let a person (None: the owner) have watched what was watched."""
    server = service.server
    libraries = {
        title: server.add_library(title, ordering=ORDERINGS[title]) for title in (BY_TMDB, BY_TVDB)
    }
    for kept in KEPT:
        show = SHOWS[kept.show]
        numbers: dict[int, list[int]] = {}
        for spot in sorted(kept.files):
            numbers.setdefault(spot.season, []).append(spot.number)
        aired = {
            (season.number, episode.number): episode.aired
            for season in seasons(kept.show, NUMBERINGS[kept.library])
            for episode in season.episodes
        }
        server.add_show(
            libraries[kept.library],
            show.title,
            numbers,
            guids=_guids(show.imdb, show.tmdb, show.tvdb),
            year=show.year,
            aired=aired,
        )
    libraries[FILM_LIBRARY] = server.add_library(FILM_LIBRARY, "movie")
    for title in FILMS_KEPT:
        film = FILMS[title]
        guids = _guids(film.imdb, film.tmdb)
        server.add_movie(libraries[FILM_LIBRARY], title, guids=guids, year=film.year)
    _watch_on_plex(service, libraries, person or service.owner)


def _watch_on_plex(service: PlexSimulator, libraries: dict[str, Library], person: Person) -> None:
    minutes = 0
    for (library, title), spots in PLEX_BEFORE.items():
        item = next(one for one in libraries[library].items.values() if one.title == title)
        leaves: dict[tuple[int, int], Episode | Movie] = {}
        for leaf in item.leaves():
            leaves[FILM if leaf.kind == item.kind else _place(leaf)] = leaf
        for spot in spots:
            minutes += 24
            moment = int((LONG_AGO + timedelta(minutes=minutes)).timestamp())
            service.server.watch(person, leaves[spot], moment)


def _place(leaf: Episode | Movie) -> tuple[int, int]:
    assert leaf.number is not None
    return (leaf.season.number, leaf.number)


def _guids(imdb: str, tmdb: int | None, tvdb: int | None = None) -> list[str]:
    ids = (("imdb", imdb), ("tmdb", tmdb), ("tvdb", tvdb))
    return [f"{name}://{value}" for name, value in ids if value is not None]


# Trakt


def show_on_trakt(show: Show) -> CatalogTitle:
    """Return a show as Trakt has it: by TMDB's numbers."""
    assert show.tmdb is not None
    found = seasons(show.title, Numbering.TMDB)
    return CatalogTitle(
        is_show=True,
        tmdb=show.tmdb,
        imdb=show.imdb,
        tvdb=show.tvdb,
        trakt=show.trakt,
        title=show.title,
        year=show.year,
        seasons=tuple(
            Season(
                season.number,
                len(season.episodes),
                season.aired.isoformat(),
                season.first,
                tuple(episode.aired.isoformat() for episode in season.episodes),
            )
            for season in found
        ),
        imdb_type="tvSeries",
    )


def film_on_trakt(title: str) -> CatalogTitle:
    """Return a film as Trakt has it."""
    film = FILMS[title]
    return CatalogTitle(
        is_show=False,
        tmdb=film.tmdb,
        imdb=film.imdb,
        tvdb=None,
        trakt=film.trakt,
        title=film.title,
        year=film.year,
    )


def fill_trakt(service: TraktSimulator, user: str = "viewer") -> None:
    """Let Trakt know what it knows, and somebody have watched what was watched."""
    known = {f"show {title}": show_on_trakt(SHOWS[title]) for title in known_to_trakt()}
    known |= {f"film {title}": film_on_trakt(title) for title in FILMS}
    service.know(known.values())
    minutes = 0
    for title, spots in TRAKT_BEFORE.items():
        for spot in spots:
            minutes += 24
            entry = Entry(known[f"film {title}"]) if spot == FILM else _episode(known, title, spot)
            service.watch([entry], LONG_AGO + timedelta(minutes=minutes), user=user)


def _episode(known: dict[str, CatalogTitle], title: str, spot: Spot) -> Entry:
    return Entry(known[f"show {title}"], spot.season, spot.number)
