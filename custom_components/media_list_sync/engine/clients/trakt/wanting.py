"""What the account's person wants to watch, and has given up. Others' watchlists: `TraktClient`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...model import Ids, ListItem
from ..shape import Row, child, moment_or_none, read
from . import shapes
from .api import TraktApi
from .targets import Film, Show, Written, body, written


@dataclass(frozen=True, slots=True)
class DroppedShow:
    """A show that was given up. `dropped_at` is aware, UTC."""

    ids: Ids
    title: str
    dropped_at: datetime | None


class TraktWatchlist:
    """Reads and writes the watchlist. All methods raise what those of TraktApi do."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def read(self) -> tuple[ListItem, ...]:
        """Return the films and shows that stand on it, without seasons and episodes."""
        path = "/users/me/watchlist/movie,show/rank/asc"
        rows = await self._api.all(path, shapes.list_row, own=True)
        return tuple(row for row in rows if isinstance(row, ListItem))

    async def add(self, what: Sequence[Film | Show]) -> Written[Film | Show]:
        """Put titles on it, at most BATCH at once. AccountLimit: nothing was put on it."""
        answer = await self._api.post("/sync/watchlist", body((one, {}) for one in what))
        return await read(answer, written(what, "added", existing="existing"))

    async def remove(self, what: Sequence[Film | Show]) -> Written[Film | Show]:
        """Take titles from it, at most BATCH at once."""
        answer = await self._api.post("/sync/watchlist/remove", body((one, {}) for one in what))
        return await read(answer, written(what, "deleted"))


class TraktDropped:
    """Reads and writes which shows are given up; Trakt has no such thing for films."""

    def __init__(self, api: TraktApi) -> None:
        self._api = api

    async def read(self) -> tuple[DroppedShow, ...]:
        """Return all of them."""
        rows = await self._api.all(
            "/users/hidden/dropped", _dropped, own=True, key=lambda show: show.ids.trakt
        )
        return tuple(rows)

    async def add(self, shows: Sequence[Show]) -> Written[Show]:
        """Drop shows, at most BATCH at once."""
        answer = await self._api.post("/users/hidden/dropped", body((one, {}) for one in shows))
        return await read(answer, written(shows, "added"))

    async def remove(self, shows: Sequence[Show]) -> Written[Show]:
        """Take shows up again, at most BATCH at once. Trakt may not count them."""
        path = "/users/hidden/dropped/remove"
        answer = await self._api.post(path, body((one, {}) for one in shows))
        return await read(answer, written(shows, "deleted"))


def _dropped(row: Row) -> DroppedShow:
    show = child(row, "show")
    return DroppedShow(shapes.ids(show), shapes.name(show), moment_or_none(row, "hidden_at"))
