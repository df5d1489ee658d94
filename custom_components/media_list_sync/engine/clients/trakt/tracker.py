"""Trakt as a place that knows what was watched."""

from __future__ import annotations

from .account import TraktOwn
from .api import TraktApi
from .history import TraktHistory
from .ratings import TraktRatings
from .titles import TraktTitles
from .wanting import TraktDropped, TraktWatchlist
from .watched import TraktWatched


class TraktTracker:
    """All that watching asks of Trakt, by subject."""

    def __init__(self, api: TraktApi) -> None:
        self.own = TraktOwn(api)
        self.titles = TraktTitles(api)
        self.watched = TraktWatched(api)
        self.history = TraktHistory(api)
        self.ratings = TraktRatings(api)
        self.watchlist = TraktWatchlist(api)
        self.dropped = TraktDropped(api)
