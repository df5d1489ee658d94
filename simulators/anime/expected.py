"""What a first sync from AniList has to come to, worked out from the world itself.

Nothing here knows the integration: where an anime lies is what the world says, not what a table
does. Reasons for a person to decide are called as the integration's texts call them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from .facts import ANIME, film, show
from .listed import LISTED
from .places import (
    BY_TVDB,
    FILM,
    FILM_LIBRARY,
    FILMS_KEPT,
    KEPT,
    NUMBERINGS,
    PLEX_BEFORE,
    TRAKT_BEFORE,
    UNKNOWN_TO_TRAKT,
    known_to_trakt,
)
from .seasons import spots_of_show
from .values import Numbering, Spot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .listed import Listed
    from .places import Kept
    from .values import Anime

UNKNOWN = "unknown"
"""No table leads to a show or a film."""
OTHER_PROVIDER = "other_provider"
"""Only AniDB has it. Libraries can be numbered by AniDB, but none of these is; Trakt never is."""
NO_EPISODES = "no_episodes"
"""Its show is known, but not which episodes of it."""
CLAIMED_TWICE = "claimed_twice"
"""Two entries of the list lie on one episode."""
OTHER_NUMBERING = "other_numbering"
"""Where it lies is known in a numbering alone that the tracker does not have."""
NOT_ON_TRACKER = "not_on_tracker"
"""Trakt does not know the show. (A Plex server that lacks one is nothing to decide about.)"""

type Where = tuple[str, str]
"""A library, and the title of a show or film in it."""


_ON_BOTH = {4854: UNKNOWN, 12189: UNKNOWN, 20970: NO_EPISODES}


def review_on_plex() -> dict[int, str]:
    """Return the entries that a person has to decide about, by AniList id."""
    return {**_ON_BOTH, 4854: OTHER_PROVIDER, 2961: CLAIMED_TWICE, 2123: CLAIMED_TWICE}


def review_on_trakt() -> dict[int, str]:
    """Return the entries that a person has to decide about, by AniList id."""
    unknown = {
        number: NOT_ON_TRACKER
        for number in LISTED
        if ANIME[number].show in UNKNOWN_TO_TRAKT and number not in stays_at_home()
    }
    return {**_ON_BOTH, **unknown, 2961: OTHER_NUMBERING, 2123: OTHER_NUMBERING}


def stays_at_home() -> frozenset[int]:
    """Return the entries that a person has not allowed to travel: private and adult ones."""
    return frozenset(
        entry.anime for entry in LISTED.values() if entry.private or ANIME[entry.anime].is_adult
    )


def carried(review: Mapping[int, str], listed: Mapping[int, Listed] = LISTED) -> dict[int, int]:
    """Return how many episodes of each entry have to be watched, where any have."""
    return {
        anime: entry.watched
        for anime, entry in listed.items()
        if travels(entry) and anime not in review and entry.watched
    }


def travels(entry: Listed) -> bool:
    """Say whether what was watched of an entry is carried over at all."""
    return entry.status != "PLANNING" and entry.anime not in stays_at_home()


def on_plex() -> dict[Where, frozenset[Spot]]:
    """Return all that has to be watched on Plex, by library and title; a film is `FILM`."""
    watched: defaultdict[Where, set[Spot]] = defaultdict(set)
    for where, before in plex_before().items():
        watched[where] |= before
    for number, count in carried(review_on_plex()).items():
        for where, spots in _on_plex(ANIME[number], count).items():
            watched[where] |= spots
    return {where: frozenset(spots) for where, spots in watched.items() if spots}


def new_on_plex() -> dict[Where, frozenset[Spot]]:
    """Return what the sync has to mark there."""
    return _new(on_plex(), plex_before())


def on_trakt(listed: Mapping[int, Listed] = LISTED) -> dict[str, frozenset[Spot]]:
    """Return all that has to be watched on Trakt, by title: `show …` or `film …`."""
    watched: defaultdict[str, set[Spot]] = defaultdict(set)
    for title, before in _trakt_before().items():
        watched[title] |= before
    for number, count in carried(review_on_trakt(), listed).items():
        for title, spots in _on_trakt(ANIME[number], count).items():
            watched[title] |= spots
    return {title: frozenset(spots) for title, spots in watched.items() if spots}


def new_on_trakt() -> dict[str, frozenset[Spot]]:
    """Return what the sync has to mark there, each once."""
    return _new(on_trakt(), _trakt_before())


def not_on_plex() -> frozenset[int]:
    """Return the entries with something watched, nothing of which any library has."""
    return frozenset(
        number
        for number, count in carried(review_on_plex()).items()
        if not any(_on_plex(ANIME[number], count).values()) and not _seen_on_plex(ANIME[number])
    )


def not_on_trakt() -> frozenset[int]:
    """Return the entries with something watched that Trakt does not know."""
    return frozenset(
        number
        for number, reason in review_on_trakt().items()
        if reason == NOT_ON_TRACKER and LISTED[number].watched
    )


def planned() -> frozenset[str]:
    """Return what of PLANNING goes to a watchlist: only what an entry is the whole of (W13)."""
    return frozenset(
        _whole_title(ANIME[entry.anime])
        for entry in LISTED.values()
        if entry.status == "PLANNING" and _whole_title(ANIME[entry.anime])
    )


def dropped() -> frozenset[str]:
    """Return the shows that are dropped whole."""
    return frozenset(
        _whole_title(ANIME[entry.anime])
        for entry in LISTED.values()
        if entry.status == "DROPPED" and _whole_title(ANIME[entry.anime]).startswith("show ")
    )


def _whole_title(anime: Anime) -> str:
    """Return the film, or the show, that an anime is the whole of; else nothing."""
    its_film, its_show = film(anime), show(anime)
    if its_film is not None:
        return f"film {its_film.title}"
    if its_show is None or anime.airing != "FINISHED":
        return ""
    all_of_it = {spot for spot in spots_of_show(its_show.title, Numbering.TMDB) if spot.season}
    is_whole = all_of_it and set(anime.spots(Numbering.TMDB, anime.aired)) == all_of_it
    return f"show {its_show.title}" if is_whole else ""


def _new[K](
    after: Mapping[K, frozenset[Spot]], before: Mapping[K, set[Spot]]
) -> dict[K, frozenset[Spot]]:
    new = {where: spots - before.get(where, set()) for where, spots in after.items()}
    return {where: spots for where, spots in new.items() if spots}


def plex_before() -> dict[Where, set[Spot]]:
    """Return what was watched before; copies of an episode under one number share it."""
    before: defaultdict[Where, set[Spot]] = defaultdict(set)
    for (library, title), spots in PLEX_BEFORE.items():
        if library == FILM_LIBRARY:
            before[library, title] |= set(spots)
        for copy in copies(title):
            before[copy.library, title] |= set(spots) & copy.files
    return before


def copies(title: str) -> tuple[Kept, ...]:
    """Return the copies of a show in the libraries."""
    return tuple(kept for kept in KEPT if kept.show == title)


def _on_plex(anime: Anime, count: int) -> dict[Where, set[Spot]]:
    """Return what is to be marked of an anime. A film is marked as one, else as a special."""
    its_film, its_show = film(anime), show(anime)
    if its_film is not None and _seen_on_plex(anime):
        return {}
    if its_film is not None and its_film.title in FILMS_KEPT:
        whole = count >= (anime.episodes or 1)
        return {(FILM_LIBRARY, its_film.title): {FILM} if whole else set()}
    if its_show is None:
        return {}
    return {
        (copy.library, copy.show): set(anime.spots(NUMBERINGS[copy.library], count)) & copy.files
        for copy in copies(its_show.title)
    }


def _seen_on_plex(anime: Anime) -> bool:
    """Say whether a film was watched before as a special, or the other way round."""
    its_film, its_show = film(anime), show(anime)
    if its_film is None:
        return False
    before = plex_before()
    if before.get((FILM_LIBRARY, its_film.title)):
        return True
    special = set(anime.spots(Numbering.TVDB, anime.episodes or 1))
    return (
        its_show is not None
        and bool(special)
        and special <= before.get((BY_TVDB, its_show.title), set())
    )


def _trakt_before() -> dict[str, set[Spot]]:
    return {
        f"{'film' if spots == (FILM,) else 'show'} {title}": set(spots)
        for title, spots in TRAKT_BEFORE.items()
    }


def _on_trakt(anime: Anime, count: int) -> dict[str, set[Spot]]:
    its_film, its_show = film(anime), show(anime)
    if its_film is not None:
        whole = count >= (anime.episodes or 1)
        return {f"film {its_film.title}": {FILM} if whole else set()}
    if its_show is None or its_show.title not in set(known_to_trakt()):
        return {}
    return {f"show {its_show.title}": set(anime.spots(Numbering.TMDB, count))}
