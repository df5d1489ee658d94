"""Whose ids and numbers a title of a Plex library has."""

from __future__ import annotations

from collections.abc import Iterator

from ..clients.plex.guids import PlexIds
from ..placement import Provider, TargetId

_ORDERINGS = {
    "tmdbAiring": Provider.TMDB_SHOW,
    "aired": Provider.TVDB_SHOW,
    "tvdbAiring": Provider.TVDB_SHOW,
}
"""Plex's words for the numberings that tables know. By discs, or absolute: nobody can tell."""

_BY_AGENT = {
    "thetvdb": Provider.TVDB_SHOW,
    "themoviedb": Provider.TMDB_SHOW,
    "anilist": Provider.ANILIST,
    "myanimelist": Provider.MAL,
}


def show_targets(ids: PlexIds) -> tuple[TargetId, ...]:
    """Return the ids under which a show can be looked for."""
    return tuple(
        _targets(
            (Provider.TVDB_SHOW, ids.tvdb),
            (Provider.TMDB_SHOW, ids.tmdb),
            (Provider.ANIDB, ids.anidb),
            (Provider.ANILIST, ids.anilist),
            (Provider.MAL, ids.mal),
        )
    )


def film_targets(ids: PlexIds) -> tuple[TargetId, ...]:
    """Return the ids under which a film can be looked for."""
    return tuple(
        _targets(
            (Provider.TMDB_MOVIE, ids.tmdb),
            (Provider.IMDB_MOVIE, ids.imdb),
            (Provider.ANIDB, ids.anidb),
            (Provider.ANILIST, ids.anilist),
            (Provider.MAL, ids.mal),
        )
    )


def numbered_by(ids: PlexIds, ordering: str | None, default: str | None) -> tuple[Provider, ...]:
    """Return whose numbers the episodes of a show have; none where nobody can tell (I5).

    `ordering` is the show's own, `default` its library's. Where neither is known the numbers are
    those of one of two: Plex lets only the owner of a server see how a library is ordered.
    """
    if ids.agent == "hama":
        if ids.variant is not None:
            return ()
        return (Provider.ANIDB if ids.anidb is not None else Provider.TVDB_SHOW,)
    if ids.agent in _BY_AGENT:
        return (_BY_AGENT[ids.agent],)
    if ids.agent != "plex":
        return ()
    told = ordering or default
    if told is not None:
        return (_ORDERINGS[told],) if told in _ORDERINGS else ()
    # First the one by which it can be found.
    both = (Provider.TMDB_SHOW, Provider.TVDB_SHOW)
    return both if ids.tmdb is not None else both[::-1]


def _targets(*pairs: tuple[Provider, str | int | None]) -> Iterator[TargetId]:
    for provider, number in pairs:
        if number is not None:
            yield TargetId(provider, str(number))
