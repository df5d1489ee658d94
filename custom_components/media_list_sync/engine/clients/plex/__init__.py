"""Plex: signing in (`tv`), finding a server (`address`), its libraries (`server`), watchlists."""

from .address import find_address, identify
from .errors import ChangedWhileRead, CutShort, PinExpired, WrongPin
from .guids import PlexIds, plex_ids
from .models import (
    LibraryChange,
    Notification,
    Playing,
    PlayState,
    PlexAccount,
    PlexChanges,
    PlexConnection,
    PlexEpisode,
    PlexIdentity,
    PlexMovie,
    PlexPin,
    PlexResource,
    PlexSeason,
    PlexSection,
    PlexShow,
    PlexUser,
    WatchlistItem,
)
from .reach import PlexKeys, PlexReach, PlexState, ServerGone
from .server import PlexServer
from .tv import PlexTv
from .watchlist import PlexWatchlist

__all__ = [
    "ChangedWhileRead",
    "CutShort",
    "LibraryChange",
    "Notification",
    "PinExpired",
    "PlayState",
    "Playing",
    "PlexAccount",
    "PlexChanges",
    "PlexConnection",
    "PlexEpisode",
    "PlexIdentity",
    "PlexIds",
    "PlexKeys",
    "PlexMovie",
    "PlexPin",
    "PlexReach",
    "PlexResource",
    "PlexSeason",
    "PlexSection",
    "PlexServer",
    "PlexShow",
    "PlexState",
    "PlexTv",
    "PlexUser",
    "PlexWatchlist",
    "ServerGone",
    "WatchlistItem",
    "WrongPin",
    "find_address",
    "identify",
    "plex_ids",
]
