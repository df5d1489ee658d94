"""Making films and shows out of what a test says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .discover import OnlineTitle
from .items import Episode, Movie, Season, Show, child_guid, own_guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from .items import Item, Library
    from .state import State


def new_show(
    state: State,
    library: Library,
    title: str,
    seasons: Mapping[int, int | Iterable[int]],
    *,
    guids: Iterable[str],
    guid: str | None,
    year: int,
    aired: Mapping[tuple[int, int], date] | None,
) -> Show:
    """Make a show with all seasons and episodes."""
    ids = tuple(guids)
    now = state.now()
    named = _guid(library, guid, ids, title)
    show = _kept(state, Show(state.next_key(), library, named, title, year, ids, now, now))
    for number, wanted in sorted(seasons.items()):
        made = child_guid("season", named, number)
        season = _kept(state, Season(state.next_key(), show, number, made, now))
        for one in range(1, wanted + 1) if isinstance(wanted, int) else wanted:
            made = child_guid("episode", named, number, one)
            day = (aired or {}).get((number, one))
            episode = Episode(state.next_key(), season, one, made, now, now, day)
            season.episodes[one] = _kept(state, episode)
        show.seasons[number] = season
    library.items[show.key] = show
    _known(state, show)
    return show


def new_movie(
    state: State,
    library: Library,
    title: str,
    *,
    guids: Iterable[str],
    guid: str | None,
    year: int,
) -> Movie:
    """Make a film."""
    ids = tuple(guids)
    now = state.now()
    named = _guid(library, guid, ids, title)
    movie = _kept(state, Movie(state.next_key(), library, named, title, year, ids, now, now))
    library.items[movie.key] = movie
    _known(state, movie)
    return movie


def _guid(library: Library, guid: str | None, ids: tuple[str, ...], title: str) -> str:
    if guid is None and library.legacy:
        raise ValueError(f"{title} needs a guid, as {library.agent} gives one")
    if guid is not None and ids and library.legacy:
        raise ValueError(f"{library.agent} gives no further ids")
    return guid or own_guid(library.type, ids, title)


def _kept[T: Item](state: State, item: T) -> T:
    state.items[item.key] = item
    return item


def _known(state: State, item: Show | Movie) -> None:
    """Let discover know a title that the new agents have named."""
    if item.guid.startswith("plex://"):
        key = item.guid.rsplit("/", 1)[-1]
        state.online.setdefault(key, OnlineTitle(key, item.kind, item.title, item.year, item.ids))
