"""Which title an item of a library is, by its guids: the agent's own, and those of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
import re

_GUID = re.compile(r"(?P<scheme>[\w.-]+)://(?P<rest>[^?#]*)")
_HAMA = re.compile(r"(?P<source>anidb|tvdb|tmdb|imdb)(?P<variant>[0-9]?)-(?P<id>\w+)")
_IMDB = re.compile(r"tt\d+")


@dataclass(frozen=True, slots=True)
class PlexIds:
    """The ids of a show or film.

    `agent` tells who named it, and with the older agents whose numbering it has: "plex",
    "thetvdb", "themoviedb", "imdb", "hama", "anilist", "myanimelist", or else the guid's scheme;
    empty where there is none. `plex` is its id on Discover. `variant` is the number in HAMA's
    `tvdb2-` to `tvdb5-` and `anidb2-` to `anidb4-`, which stand for other numberings than the
    source's own.
    """

    agent: str = ""
    plex: str | None = None
    imdb: str | None = None
    tmdb: int | None = None
    tvdb: int | None = None
    anidb: int | None = None
    anilist: int | None = None
    mal: int | None = None
    variant: int | None = None


def plex_ids(guid: str | None, others: Iterable[str] = ()) -> PlexIds:
    """Read an item's `guid`, and the ids in its `Guid`, which come first where both have one.

    What is not understood is left out.
    """
    ids = _own(guid or "")
    for other in others:
        ids = _with_other(ids, other)
    return ids


def _own(guid: str) -> PlexIds:
    found = _GUID.match(guid)
    if found is None:
        return PlexIds()
    scheme, rest = found["scheme"], found["rest"]
    if scheme == "plex":
        return PlexIds(scheme, plex=rest.rpartition("/")[2] or None)
    agent, source = _AGENTS.get(scheme, (scheme, None))
    if agent == "hama":
        return _hama(rest)
    ids = PlexIds(agent)
    return ids if source is None else _with(ids, source, rest)


def _hama(text: str) -> PlexIds:
    ids = PlexIds("hama")
    found = _HAMA.fullmatch(text)
    if found is None:
        return ids
    ids = replace(ids, variant=int(found["variant"]) if found["variant"] else None)
    return _with(ids, found["source"], found["id"])


def _with_other(ids: PlexIds, guid: str) -> PlexIds:
    found = _GUID.match(guid)
    return ids if found is None else _with(ids, found["scheme"], found["rest"])


def _with(ids: PlexIds, source: str, text: str) -> PlexIds:
    """Put an id to the others; one that cannot be read is left out."""
    if source == "imdb":
        return replace(ids, imdb=text) if _IMDB.fullmatch(text) else ids
    put = _NUMBERS.get(source)
    if put is None or not (text.isascii() and text.isdecimal()):
        return ids
    return put(ids, int(text))


_AGENTS: Mapping[str, tuple[str, str | None]] = {
    "com.plexapp.agents.thetvdb": ("thetvdb", "tvdb"),
    "com.plexapp.agents.themoviedb": ("themoviedb", "tmdb"),
    "com.plexapp.agents.imdb": ("imdb", "imdb"),
    "com.plexapp.agents.hama": ("hama", None),
    "me.sachaw.agents.anilist": ("anilist", "anilist"),
    "net.fribbtastic.coding.plex.myanimelist": ("myanimelist", "mal"),
}

_NUMBERS: Mapping[str, Callable[[PlexIds, int], PlexIds]] = {
    "tvdb": lambda ids, number: replace(ids, tvdb=number),
    "tmdb": lambda ids, number: replace(ids, tmdb=number),
    "anidb": lambda ids, number: replace(ids, anidb=number),
    "anilist": lambda ids, number: replace(ids, anilist=number),
    "mal": lambda ids, number: replace(ids, mal=number),
}
