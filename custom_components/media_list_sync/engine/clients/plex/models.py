"""What Plex answers, as values.

Keys are texts that need not be numbers. Times are seconds since 1970, by the server's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ...model import MediaType
from .guids import PlexIds


@dataclass(frozen=True, slots=True)
class PlexPin:
    """A sign-in that waits for a person, who opens `link`; `code` is typed there if it is short.

    `expires_in` is in seconds.
    """

    id: int
    code: str
    link: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class PlexAccount:
    """Whom a token belongs to. `uuid` never changes."""

    id: int
    uuid: str
    name: str


@dataclass(frozen=True, slots=True)
class PlexUser:
    """A person of a Plex Home. `uuid` never changes. `has_pin`: a PIN is asked for."""

    id: int
    uuid: str
    name: str
    is_admin: bool
    has_pin: bool


@dataclass(frozen=True, slots=True)
class PlexConnection:
    """One of a server's addresses, and how it is reached there."""

    address: str
    is_local: bool
    is_relay: bool


@dataclass(frozen=True, slots=True)
class PlexResource:
    """A media server of somebody, with the token that is good for it.

    `id` is its machine identifier. `connections` are in the order in which they are to be tried.
    """

    id: str
    name: str
    token: str = field(repr=False)
    is_owned: bool
    connections: tuple[PlexConnection, ...]


@dataclass(frozen=True, slots=True)
class PlexIdentity:
    """Which server answers. `id` is its machine identifier."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class PlexSection:
    """A library of films or of shows. `key` is its number on the server, `uuid` never changes."""

    key: str
    media_type: MediaType
    title: str = ""
    uuid: str | None = None
    agent: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class PlexShow:
    """A show of a library, as the person of the token sees it.

    `ordering` says whose numbering its episodes have ("tmdbAiring", "aired", "tvdbAiring", "dvd",
    "absolute"…), None where it is the library's.
    """

    key: str
    title: str
    year: int | None
    ids: PlexIds
    ordering: str | None
    episodes: int
    watched: int
    user_rating: float | None


@dataclass(frozen=True, slots=True)
class PlexMovie:
    """A film of a library, as the person of the token sees it. `user_rating` is 0 to 10."""

    key: str
    title: str
    year: int | None
    ids: PlexIds
    view_count: int
    last_viewed_at: int | None
    updated_at: int | None
    user_rating: float | None


class PlexEpisode(NamedTuple):
    """An episode of a library, as the person of the token sees it.

    A tuple, as there are 60,000 of them. `show` is its show's key. `season` and `number` are None
    where only its date is known. `user_rating` is 0 to 10.
    """

    key: str
    show: str
    season_key: str | None
    season: int | None
    number: int | None
    view_count: int
    last_viewed_at: int | None
    updated_at: int | None
    user_rating: float | None
    aired: str | None = None
    """The day on which it first aired, as an ISO date."""


@dataclass(frozen=True, slots=True)
class PlexSeason:
    """A season of a show. `episodes` and `watched` count what is in the library."""

    key: str
    number: int
    episodes: int
    watched: int


@dataclass(frozen=True, slots=True)
class PlexRating:
    """The person's own rating of any item, 0 to 10; None where there is none."""

    key: str
    rating: float | None


@dataclass(frozen=True, slots=True)
class PlexChanges:
    """What changed in a library: films of one with films, episodes of one with shows."""

    episodes: tuple[PlexEpisode, ...] = ()
    movies: tuple[PlexMovie, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchlistItem:
    """A title on Discover. `key` is its id there, the one in `plex://` guids.

    `listed_at`: since when it is on the watchlist, None where Discover does not tell.
    """

    key: str
    media_type: MediaType
    title: str
    year: int | None
    ids: PlexIds
    listed_at: int | None = None


class PlayState(StrEnum):
    """What a player does. UNKNOWN: a word of later."""

    PLAYING = "playing"
    PAUSED = "paused"
    STOPPED = "stopped"
    BUFFERING = "buffering"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Playing:
    """Somebody on the server (who, it does not say) plays something. `offset` is in ms."""

    key: str
    state: PlayState
    offset: int


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """An item of a library was added or changed, or is gone."""

    key: str
    section: str
    is_gone: bool


type Notification = Playing | LibraryChange
