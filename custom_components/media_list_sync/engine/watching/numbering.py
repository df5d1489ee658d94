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


def numbering_of(ids: PlexIds, ordering: str | None, default: str | None) -> Provider | None:
    """Return whose numbers the episodes of a show have; None where nobody can tell (I5).

    `ordering` is the show's own, `default` its library's. Plex's own agent has TMDB's where
    neither says anything.
    """
    if ids.agent == "hama":
        if ids.variant is not None:
            return None
        return Provider.ANIDB if ids.anidb is not None else Provider.TVDB_SHOW
    if ids.agent in _BY_AGENT:
        return _BY_AGENT[ids.agent]
    if ids.agent != "plex":
        return None
    return _ORDERINGS.get(ordering or default or "tmdbAiring")


def _targets(*pairs: tuple[Provider, str | int | None]) -> Iterator[TargetId]:
    for provider, number in pairs:
        if number is not None:
            yield TargetId(provider, str(number))
