"""Trakt: lists, watchlists and charts. Signing in is in `trakt_auth`."""

from .client import ME, PAGE, TraktClient
from .errors import AccountLimit, AccountLocked, AppDeleted, VipNeeded
from .models import TraktItems, TraktList, TraktUser

__all__ = [
    "ME",
    "PAGE",
    "AccountLimit",
    "AccountLocked",
    "AppDeleted",
    "TraktClient",
    "TraktItems",
    "TraktList",
    "TraktUser",
    "VipNeeded",
]
