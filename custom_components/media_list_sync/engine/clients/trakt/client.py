"""Trakt's API, the part that lists are read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from yarl import URL

from ...http import Answer, CredentialsRejected, Doorway, InvalidAnswer
from ...http.doorway import utcnow
from ...model import ListItem, MediaType
from ..shape import Row, read
from . import shapes
from .errors import refusal
from .headers import COMMON_HEADERS
from .models import TraktItems, TraktList, TraktUser
from .tokens import TokenKeeper

PAGE: Final = 250
"""Rows a page, at most: a higher number is cut down without a word."""

ME: Final = "me"
"""Who is signed in, in place of a slug."""

_TITLES = "movie,show,season,episode"
_ATTEMPTS = 3
"""How often a list is read anew that changed while it was read."""


class TraktClient:
    """Reads lists, as the person of `tokens`, or without them what is public.

    `api_url` has no path. Every method raises Unreachable, Limited, InvalidAnswer and Refused,
    AppDeleted, VipNeeded, AccountLocked and AccountLimit; NotFound for what is not there or not to
    be seen; Forbidden for what belongs to a private person; CredentialsRejected where the sign-in
    does not hold any more.
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
        self._doorway = doorway
        self._api = api_url.rstrip("/")
        self._headers = {**COMMON_HEADERS, "trakt-api-key": client_id}
        self._tokens = tokens
        self._now = now

    @property
    def is_signed_in(self) -> bool:
        """Whether there is a person to ask as."""
        return self._tokens is not None

    async def me(self) -> TraktUser:
        """Return who is signed in."""
        return await read(await self._get("/users/settings", own=True), shapes.signed_in_user)

    async def user(self, slug: str) -> TraktUser:
        """Return a person."""
        return await read(await self._get(f"/users/{_part(slug)}/"), shapes.user)

    async def list_info(self, list_id: int | str, owner: str | None = None) -> TraktList:
        """Return what Trakt says of a list.

        Without `owner`, of a public list by its number. With the owner's slug, or ME, also of one
        that is not public, and by its slug too.
        """
        path = f"/lists/{_part(list_id)}"
        if owner is not None:
            path = f"/users/{_part(owner)}/lists/{_part(list_id)}/"
        return await read(await self._get(path, own=owner == ME), shapes.trakt_list)

    async def list_items(self, list_id: int | str, owner: str | None = None) -> TraktItems:
        """Return all that is on a list, as `list_info` finds it."""
        path = f"/lists/{_part(list_id)}"
        if owner is not None:
            path = f"/users/{_part(owner)}{path}"
        path = f"{path}/items/{_TITLES},person/rank/asc"
        return _items(await self._all(path, shapes.list_row, own=owner == ME))

    async def watchlist(self, user: str = ME) -> TraktItems:
        """Return all that is on a watchlist."""
        path = f"/users/{_part(user)}/watchlist/{_TITLES}/rank/asc"
        return _items(await self._all(path, shapes.list_row, own=user == ME))

    async def watchlist_changed(self) -> str:
        """Return what changes when the watchlist of who is signed in does: one small request."""
        answer = await self._get("/sync/last_activities", own=True)
        return await read(answer, shapes.watchlist_changed)

    async def watchlist_glance(self, user: str) -> tuple[int, datetime | None]:
        """Return how many rows somebody's watchlist has, and when the newest came: one request."""
        path = f"/users/{_part(user)}/watchlist/{_TITLES}/added/desc"
        answer = await self._get(path, page=1, limit=1)
        rows = await read(answer, shapes.rows(shapes.list_row))
        newest = [row.listed_at for row in rows if isinstance(row, ListItem)]
        return _header(answer, "Item-Count"), newest[0] if newest else None

    async def chart(self, chart: str, limit: int) -> tuple[ListItem, ...]:
        """Return the first titles of a chart, at most PAGE of them.

        `chart` is a path: "movies/" or "shows/" and "trending", "popular", "anticipated",
        "watched/weekly", "favorited/weekly" (other periods too); or "movies/boxoffice", of 10.
        """
        media_type = MediaType.MOVIE if chart.startswith("movies/") else MediaType.SHOW
        build = shapes.rows(shapes.chart_row(media_type))
        if chart.endswith("/boxoffice"):
            return tuple(await read(await self._get(f"/{chart}"), build))[:limit]
        answer = await self._get(f"/{chart}", page=1, limit=min(limit, PAGE))
        rows = await read(answer, build)
        if len(rows) < min(limit, PAGE, _header(answer, "Item-Count")):
            raise answer.invalid("fewer rows than there are")
        return tuple(rows)

    async def _all[T](self, path: str, build: Callable[[Row], T], *, own: bool) -> list[T]:
        """Return the rows of all pages, as many as Trakt says that there are."""
        for _ in range(_ATTEMPTS):
            rows, counts = await self._through(path, build, own=own)
            if counts == {len(rows)}:
                return rows
        service, account = self._doorway.service, self._doorway.account
        raise InvalidAnswer(service, account, "cut short, or changing while it is read")

    async def _through[T](
        self, path: str, build: Callable[[Row], T], *, own: bool
    ) -> tuple[list[T], set[int]]:
        """Read page after page; return the rows, and how many there are by each page's word."""
        rows: list[T] = []
        counts: set[int] = set()
        page = pages = 1
        while page <= pages:
            answer = await self._get(path, own=own, page=page, limit=PAGE)
            some = await read(answer, shapes.rows(build))
            counts.add(_header(answer, "Item-Count"))
            pages = _header(answer, "Page-Count")
            rows += some
            if not some or len(rows) > max(counts):
                break
            page += 1
        return rows, counts

    async def _get(self, path: str, *, own: bool = False, **query: int) -> Answer:
        """Ask; `own`: about who is signed in, so that a 401 can only be about the sign-in."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        url = URL(f"{self._api}{path}{f'?{asked}' if asked else ''}", encoded=True)
        if self._tokens is None:
            answer = await self._ask(url, None)
        else:
            answer = await self._ask_signed_in(url, self._tokens, own=own)
        if answer.status == 401 and own:
            raise CredentialsRejected(answer.service, answer.account, "not signed in")
        if answer.status != 200 or answer.is_html:
            raise refusal(answer, self._now())
        return answer

    async def _ask_signed_in(self, url: URL, tokens: TokenKeeper, *, own: bool) -> Answer:
        token = await tokens.access_token()
        answer = await self._ask(url, token)
        # Somebody's privacy is a 401 too: no reason to use up a refresh token.
        if answer.status != 401 or (not own and await self._holds(token)):
            return answer
        return await self._ask(url, await tokens.renewed(token))

    async def _holds(self, token: str) -> bool:
        answer = await self._ask(URL(f"{self._api}/users/settings"), token)
        if answer.status in (200, 401):
            return answer.status == 200
        raise refusal(answer, self._now())

    async def _ask(self, url: URL, token: str | None) -> Answer:
        headers = self._headers
        if token is not None:
            headers = {**headers, "Authorization": f"Bearer {token}"}
        return await self._doorway.get(url, headers=headers)


def _items(rows: list[ListItem | shapes.LeftOut]) -> TraktItems:
    return TraktItems(
        items=tuple(row for row in rows if isinstance(row, ListItem)),
        left_out=Counter(row for row in rows if isinstance(row, str)),
    )


def _header(answer: Answer, name: str) -> int:
    """Return a number of X-Pagination-…; without them nothing says whether a read is whole."""
    value = answer.headers.get(f"X-Pagination-{name}", "")
    if not value.isdecimal():
        raise answer.invalid(f"without X-Pagination-{name}")
    return int(value)


def _part(text: object) -> str:
    return quote(str(text), safe="")
