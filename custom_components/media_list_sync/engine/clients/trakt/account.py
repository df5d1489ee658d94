"""The account itself: what it may hold, and when something in it last changed."""

from __future__ import annotations

from dataclasses import dataclass

from ..shape import Row, child, child_or_none, mapping, number_or_none, read, text_or_none
from . import shapes
from .api import TraktApi
from .models import TraktUser


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """How many items the account may have; None where Trakt does not say."""

    watchlist: int | None
    lists: int | None
    list_items: int | None


@dataclass(frozen=True, slots=True)
class TraktAccount:
    """Who is signed in, and what the account may hold."""

    user: TraktUser
    limits: AccountLimits


@dataclass(frozen=True, slots=True)
class Activities:
    """When things last changed, in Trakt's words: to be compared, not to be counted with.

    Empty where Trakt does not say. Plays that are taken back move `..._watched`, too. `hidden`
    moves with shows that are hidden from the progress or begun anew.
    """

    films_watched: str
    episodes_watched: str
    films_rated: str
    shows_rated: str
    seasons_rated: str
    episodes_rated: str
    watchlist: str
    dropped: str
    hidden: str


class TraktOwn:
    """Reads about the account. Both methods raise what those of TraktApi do."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def account(self) -> TraktAccount:
        """Return who is signed in, and the limits of the account."""
        return await read(await self._api.get("/users/settings", own=True), _account)

    async def activities(self) -> Activities:
        """Return when what last changed: one small request, to be asked before all others."""
        return await read(await self._api.get("/sync/last_activities", own=True), _activities)


def _account(value: object) -> TraktAccount:
    limits = child_or_none(mapping(value), "limits") or {}
    lists = child_or_none(limits, "list") or {}
    watchlist = child_or_none(limits, "watchlist") or {}
    return TraktAccount(
        shapes.signed_in_user(value),
        AccountLimits(
            watchlist=number_or_none(watchlist, "item_count"),
            lists=number_or_none(lists, "count"),
            list_items=number_or_none(lists, "item_count"),
        ),
    )


def _activities(value: object) -> Activities:
    row = mapping(value)

    def told(section: str, key: str) -> str:
        return text_or_none(child_or_none(row, section) or {}, key) or ""

    # These have always been there; an answer without them is something else.
    watched = {section: child(row, section) for section in ("movies", "episodes", "shows")}
    return Activities(
        films_watched=_moved(watched["movies"], "watched_at"),
        episodes_watched=_moved(watched["episodes"], "watched_at"),
        films_rated=_moved(watched["movies"], "rated_at"),
        shows_rated=_moved(watched["shows"], "rated_at"),
        seasons_rated=told("seasons", "rated_at"),
        episodes_rated=_moved(watched["episodes"], "rated_at"),
        watchlist=told("watchlist", "updated_at"),
        dropped=told("shows", "dropped_at"),
        hidden=told("shows", "hidden_at"),
    )


def _moved(row: Row, key: str) -> str:
    return text_or_none(row, key) or ""
