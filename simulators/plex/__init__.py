"""Plex: signing in, a media server with its libraries and views, and the watchlist."""

from .discover import OnlineTitle
from .items import Episode, Library, Movie, Season, Show
from .people import Person
from .resources import LOCAL, RELAY, REMOTE
from .server import PlexServerSimulator
from .simulator import PlexSimulator

__all__ = [
    "LOCAL",
    "RELAY",
    "REMOTE",
    "Episode",
    "Library",
    "Movie",
    "OnlineTitle",
    "Person",
    "PlexServerSimulator",
    "PlexSimulator",
    "Season",
    "Show",
]
