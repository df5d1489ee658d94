"""Trakt: lists and charts, and what was watched. Signing in is in `trakt_auth`."""

from .account import AccountLimits, Activities, TraktAccount
from .api import PAGE, TraktApi
from .client import ME, TraktClient
from .errors import AccountLimit, AccountLocked, AppDeleted, VipNeeded
from .history import NewPlay, Play, TakenBack
from .models import TraktItems, TraktList, TraktUser
from .ratings import Rating
from .targets import BATCH, Episode, Film, Playable, Season, Show, Target, Written
from .titles import TraktEpisode, TraktSeason, TraktTitle
from .tracker import TraktTracker
from .wanting import DroppedShow
from .watched import Seen, WatchedShows, WatchedTitle

__all__ = [
    "BATCH",
    "ME",
    "PAGE",
    "AccountLimit",
    "AccountLimits",
    "AccountLocked",
    "Activities",
    "AppDeleted",
    "DroppedShow",
    "Episode",
    "Film",
    "NewPlay",
    "Play",
    "Playable",
    "Rating",
    "Season",
    "Seen",
    "Show",
    "TakenBack",
    "Target",
    "TraktAccount",
    "TraktApi",
    "TraktClient",
    "TraktEpisode",
    "TraktItems",
    "TraktList",
    "TraktSeason",
    "TraktTitle",
    "TraktTracker",
    "TraktUser",
    "VipNeeded",
    "WatchedShows",
    "WatchedTitle",
    "Written",
]
