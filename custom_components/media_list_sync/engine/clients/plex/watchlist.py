"""The watchlist of a Plex account, which lies on Discover and not on a media server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from yarl import URL

from ...http import Answer, Doorway
from ...model import MediaType
from ..shape import read
from . import shapes
from .errors import refusal
from .headers import plex_headers
from .models import WatchlistItem
from .pages import whole

PAGE: Final = 100
"""Rows a page, at most: asked for more, Discover answers 400."""

_WATCHLIST = "/library/sections/watchlist/all"
_TYPES = {MediaType.MOVIE: 1, MediaType.SHOW: 2}


class PlexWatchlist:
    """Asks Discover, as the person of `token`, which is one of plex.tv and not of a server.

    `discover_url` has no path. Every method raises Unreachable, Limited, InvalidAnswer (CutShort
    and ChangedWhileRead among them), CredentialsRejected, Forbidden, NotFound and Refused.
    """

    def __init__(self, doorway: Doorway, discover_url: str, client_id: str, token: str) -> None:
        self._doorway = doorway
        self._api = discover_url.rstrip("/")
        self._headers = plex_headers(client_id, token)

    async def items(self) -> tuple[WatchlistItem, ...]:
        """Return all that is on the watchlist, the newest first."""
        query: Mapping[str, str | int] = {"includeGuids": 1, "sort": "watchlistedAt:desc"}

        async def ask(start: int, size: int) -> Answer:
            return await self._get(_WATCHLIST, query, start=start, size=size)

        return await whole(ask, shapes.watchlist_item, first=PAGE, most=PAGE)

    async def find(self, media_type: MediaType, guid: str) -> WatchlistItem | None:
        """Return the title that a guid (`tvdb://…`, `tmdb://…`, `imdb://…`) leads to.

        None where Discover knows none.
        """
        query: Mapping[str, str | int] = {
            "type": _TYPES[media_type],
            "guid": guid,
            "includeGuids": 1,
        }
        answer = await self._get("/library/metadata/matches", query)
        page = await read(answer, lambda value: shapes.page(value, shapes.watchlist_item))
        found = [item for item in page.rows if item.media_type is media_type]
        return found[0] if found else None

    async def add(self, key: str) -> None:
        """Put a title on the watchlist; what is there already stays. NotFound: no such title."""
        await self._put("/actions/addToWatchlist", key)

    async def remove(self, key: str) -> None:
        """Take a title from the watchlist, also one that is not on it."""
        await self._put("/actions/removeFromWatchlist", key)

    async def _get(self, path: str, query: Mapping[str, str | int], **window: int) -> Answer:
        headers = self._headers | {
            f"X-Plex-Container-{name.title()}": str(value) for name, value in window.items()
        }
        answer = await self._doorway.get(self._url(path, query), headers=headers)
        if answer.status != 200 or answer.is_html:
            raise refusal(answer)
        return answer

    async def _put(self, path: str, key: str) -> None:
        url = self._url(path, {"ratingKey": key})
        answer = await self._doorway.send("PUT", url, headers=self._headers)
        if answer.status not in (200, 204) or answer.is_html:
            raise refusal(answer)

    def _url(self, path: str, query: Mapping[str, str | int]) -> URL:
        pairs = [f"{name}={quote(str(value), safe='')}" for name, value in query.items()]
        return URL(f"{self._api}{path}?{'&'.join(pairs)}", encoded=True)
