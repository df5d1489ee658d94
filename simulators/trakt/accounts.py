"""The people who have a Trakt account."""

from __future__ import annotations

from dataclasses import dataclass, field
import hashlib
from typing import TYPE_CHECKING

from .activities import Activities
from .plays import Plays

if TYPE_CHECKING:
    from datetime import datetime

    from simulators.catalog import CatalogTitle

    from .entries import Entry
    from .lists import Listed
    from .ratings import Rating

FREE_ITEMS = 250
FREE_LISTS = 5
VIP_ITEMS = 10_000
VIP_LISTS = 1_000
FREE_PLAYS = 100_000
VIP_PLAYS = 1_000_000


@dataclass(slots=True)
class Account:
    """A person's account: who it is, what state it is in, what was watched and is wanted.

    `item_limit` stands in for the limit that comes with the kind of account. `resets` says by the
    number of a show when its progress was begun anew.
    """

    slug: str
    number: int
    username: str
    private: bool = False
    vip: bool = False
    locked: bool = False
    watchlist: list[Listed] = field(default_factory=list)
    activities: Activities = field(default_factory=Activities)
    plays: Plays = field(default_factory=Plays)
    ratings: dict[Entry, Rating] = field(default_factory=dict)
    dropped: dict[CatalogTitle, datetime] = field(default_factory=dict)
    resets: dict[int, datetime] = field(default_factory=dict)
    item_limit: int | None = None

    @property
    def watchlist_limit(self) -> int:
        """Return how many items the watchlist may have."""
        if self.item_limit is not None:
            return self.item_limit
        return VIP_ITEMS if self.vip else FREE_ITEMS

    @property
    def history_limit(self) -> int:
        """Return how many plays there may be."""
        return VIP_PLAYS if self.vip else FREE_PLAYS

    @property
    def profile(self) -> dict[str, object]:
        """Return what others see, on its own and as the owner of a list."""
        return {
            "username": self.username,
            "private": self.private,
            "deleted": False,
            "name": self.username,
            "vip": self.vip,
            "vip_ep": False,
            "director": False,
            "ids": {"slug": self.slug, "trakt": self.number},
        }

    @property
    def settings(self) -> dict[str, object]:
        """Return what only the person sees."""
        items = self.watchlist_limit
        uuid = hashlib.sha256(self.slug.encode()).hexdigest()
        return {
            "user": {
                **self.profile,
                "ids": {"slug": self.slug, "trakt": self.number, "uuid": uuid},
                "joined_at": "2020-01-01T00:00:00.000Z",
                "location": None,
                "about": None,
                "gender": None,
                "age": None,
                "images": {"avatar": {"full": "https://walter.trakt.tv/avatar.png"}},
                "vip_og": False,
                "vip_years": 1 if self.vip else 0,
                "vip_cover_image": None,
            },
            "permissions": {"commenting": True, "liking": True, "following": True},
            "account": {
                "timezone": "Europe/Berlin",
                "date_format": "dmy",
                "time_24hr": True,
                "cover_image": None,
            },
            "connections": {"facebook": False, "twitter": False, "google": False},
            "sharing_text": {
                "watching": "I'm watching [item]",
                "watched": "I just watched [item]",
                "rated": None,
            },
            "limits": {
                "list": {
                    "count": VIP_LISTS if self.vip else FREE_LISTS,
                    "item_count": items,
                },
                "watchlist": {"item_count": items},
                "favorites": {"item_count": items},
            },
        }
