"""What Trakt's shows and films are called in the store, and under which ids they are found."""

from __future__ import annotations

from ..clients.trakt.targets import Film, Show
from ..model import Ids
from ..placement import Provider, TargetId
from .plan import Action

MISSING = "missing"
"""The section of units that Trakt does not know."""


def show_key(trakt: object) -> str:
    """Return what a show is called, by its number at Trakt."""
    return f"s{trakt}"


def show_number(key: str) -> int:
    """Return the number at Trakt of a show that is called so."""
    return int(key[1:])


def film_key(trakt: object) -> str:
    """Return what a film is called, by its number at Trakt."""
    return f"m{trakt}"


def missing_key(target: TargetId) -> str:
    """Return what stands for a title that Trakt does not know."""
    return f"?:{target.provider}:{target.id}"


def unseen_key(target: TargetId) -> str:
    """Return what a film is called of which Trakt has nothing to tell yet."""
    return f"f:{target.provider}:{target.id}"


def show_targets(ids: Ids) -> tuple[TargetId, ...]:
    """Return the ids under which a show can be looked for."""
    pairs = ((Provider.TMDB_SHOW, ids.tmdb), (Provider.TVDB_SHOW, ids.tvdb))
    return tuple(TargetId(provider, str(number)) for provider, number in pairs if number)


def film_targets(ids: Ids) -> tuple[TargetId, ...]:
    """Return the ids under which a film can be looked for."""
    pairs = ((Provider.TMDB_MOVIE, ids.tmdb), (Provider.IMDB_MOVIE, ids.imdb))
    return tuple(TargetId(provider, str(number)) for provider, number in pairs if number)


def title_of(action: Action) -> Film | Show:
    """Return the film or show of an action, by Trakt's own id where it is known."""
    key, target = action.unit, action.target
    number: int | str = int(target.id) if target.id.isdecimal() else target.id
    if target.provider.is_film:
        if key.startswith("m"):
            return Film(int(key[1:]))
        return Film(number, "imdb" if target.provider is Provider.IMDB_MOVIE else "tmdb")
    if key.startswith("s"):
        return Show(show_number(key))
    return Show(number, "tvdb" if target.provider is Provider.TVDB_SHOW else "tmdb")
