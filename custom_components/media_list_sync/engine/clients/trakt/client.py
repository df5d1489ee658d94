"""Trakt's API, the part that lists are read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

from ...http import Doorway
from ...http.doorway import utcnow
from ...model import ListItem, MediaType
from ..shape import read
from . import shapes
from .api import PAGE, TraktApi, page_header, part
from .models import TraktItems, TraktList, TraktUser
from .tokens import TokenKeeper

ME: Final = "me"
"""Who is signed in, in place of a slug."""

_TITLES = "movie,show,season,episode"


class TraktClient:
    """Reads lists, as the person of `tokens`, or without them what is public.

    `api_url` has no path. Every method raises what those of TraktApi do.
    """

    def __init__(
        self,
        doorway: Doorway,
        api_url: str,
        client_id: str,
        tokens: TokenKeeper | None,
        *,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self._api = TraktApi(doorway, api_url, client_id, tokens, now=now)

    @property
    def is_signed_in(self) -> bool:
        """Whether there is a person to ask as."""
        return self._api.is_signed_in

    async def me(self) -> TraktUser:
        """Return who is signed in."""
        return await read(await self._api.get("/users/settings", own=True), shapes.signed_in_user)

    async def user(self, slug: str) -> TraktUser:
        """Return a person."""
        return await read(await self._api.get(f"/users/{part(slug)}/"), shapes.user)

    async def list_info(self, list_id: int | str, owner: str | None = None) -> TraktList:
        """Return what Trakt says of a list.

        Without `owner`, of a public list by its number. With the owner's slug, or ME, also of one
        that is not public, and by its slug too.
        """
        path = f"/lists/{part(list_id)}"
        if owner is not None:
            path = f"/users/{part(owner)}/lists/{part(list_id)}/"
        return await read(await self._api.get(path, own=owner == ME), shapes.trakt_list)

    async def list_items(self, list_id: int | str, owner: str | None = None) -> TraktItems:
        """Return all that is on a list, as `list_info` finds it."""
        path = f"/lists/{part(list_id)}"
        if owner is not None:
            path = f"/users/{part(owner)}{path}"
        path = f"{path}/items/{_TITLES},person/rank/asc"
        return _items(await self._api.all(path, shapes.list_row, own=owner == ME))

    async def watchlist(self, user: str = ME) -> TraktItems:
        """Return all that is on a watchlist."""
        path = f"/users/{part(user)}/watchlist/{_TITLES}/rank/asc"
        return _items(await self._api.all(path, shapes.list_row, own=user == ME))

    async def watchlist_changed(self) -> str:
        """Return what changes when the watchlist of who is signed in does: one small request."""
        answer = await self._api.get("/sync/last_activities", own=True)
        return await read(answer, shapes.watchlist_changed)

    async def watchlist_glance(self, user: str) -> tuple[int, datetime | None]:
        """Return how many rows somebody's watchlist has, and when the newest came: one request."""
        path = f"/users/{part(user)}/watchlist/{_TITLES}/added/desc"
        answer = await self._api.get(path, page=1, limit=1)
        rows = await read(answer, shapes.rows(shapes.list_row))
        newest = [row.listed_at for row in rows if isinstance(row, ListItem)]
        return page_header(answer, "Item-Count"), newest[0] if newest else None

    async def chart(self, chart: str, limit: int) -> tuple[ListItem, ...]:
        """Return the first titles of a chart, at most PAGE of them.

        `chart` is a path: "movies/" or "shows/" and "trending", "popular", "anticipated",
        "watched/weekly", "favorited/weekly" (other periods too); or "movies/boxoffice", of 10.
        """
        media_type = MediaType.MOVIE if chart.startswith("movies/") else MediaType.SHOW
        build = shapes.rows(shapes.chart_row(media_type))
        if chart.endswith("/boxoffice"):
            return tuple(await read(await self._api.get(f"/{chart}"), build))[:limit]
        answer = await self._api.get(f"/{chart}", page=1, limit=min(limit, PAGE))
        rows = await read(answer, build)
        if len(rows) < min(limit, PAGE, page_header(answer, "Item-Count")):
            raise answer.invalid("fewer rows than there are")
        return tuple(rows)


def _items(rows: list[ListItem | shapes.LeftOut]) -> TraktItems:
    return TraktItems(
        items=tuple(row for row in rows if isinstance(row, ListItem)),
        left_out=Counter(row for row in rows if isinstance(row, str)),
    )
