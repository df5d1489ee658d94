"""Asking Trakt: with whose token, page by page, and what a refusal means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from yarl import URL

from ...http import Answer, CredentialsRejected, Doorway, InvalidAnswer, ServiceError
from ...http.doorway import utcnow
from ..shape import MOST_ROWS, Row, read
from . import shapes
from .errors import refusal
from .headers import COMMON_HEADERS
from .tokens import TokenKeeper

PAGE: Final = 250
"""Rows a page, at most: a higher number is cut down without a word."""

_ATTEMPTS = 3
"""How often something is read anew that changed while it was read."""


class TraktApi:
    """Asks as the person of `tokens`, or without them as nobody.

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

    async def get(self, path: str, *, own: bool = False, **query: int | str) -> Answer:
        """Ask; `own`: about who is signed in, so that a 401 can only be about the sign-in."""
        url = self._url(path, query)
        if self._tokens is None:
            answer = await self._ask(url, None)
        else:
            answer = await self._ask_signed_in(url, self._tokens, own=own)
        return self._judged(answer, own=own, expected=(200,))

    async def post(self, path: str, body: object) -> Answer:
        """Write, as who is signed in.

        Sent a second time only after a 401, with another token: nothing was carried out. After
        Unreachable (where `sent`) and InvalidAnswer it may have been carried out all the same.
        """
        url = self._url(path, {})
        if self._tokens is None:
            raise CredentialsRejected(self._doorway.service, self._doorway.account, "not signed in")
        token = await self._tokens.access_token()
        answer = await self._send(url, token, body)
        if answer.status == 401:
            answer = await self._send(url, await self._tokens.renewed(token), body)
        return self._judged(answer, own=True, expected=(200, 201))

    async def all[T](
        self,
        path: str,
        build: Callable[[Row], T],
        *,
        own: bool,
        key: Callable[[T], object] | None = None,
        **query: int | str,
    ) -> list[T]:
        """Return the rows of all pages, as many as Trakt says that there are.

        `key` tells rows apart. Where the newest stands first, something may come to the front
        while the pages are read: another row is then read twice, and this one never.
        """
        for _ in range(_ATTEMPTS):
            rows, counts = await self._through(path, build, own=own, query=query)
            distinct = len(rows) if key is None else len({key(row) for row in rows})
            if counts == {len(rows)} and distinct == len(rows):
                return rows
        service, account = self._doorway.service, self._doorway.account
        raise InvalidAnswer(service, account, "cut short, or changing while it is read")

    async def _through[T](
        self, path: str, build: Callable[[Row], T], *, own: bool, query: dict[str, int | str]
    ) -> tuple[list[T], set[int]]:
        """Read page after page; return the rows, and how many there are by each page's word."""
        rows: list[T] = []
        counts: set[int] = set()
        page = pages = 1
        while page <= pages:
            answer = await self.get(path, own=own, **query, page=page, limit=PAGE)
            some = await read(answer, shapes.rows(build))
            counts.add(count := page_header(answer, "Item-Count"))
            if count > MOST_ROWS:
                raise answer.invalid(f"{count} rows")
            pages = page_header(answer, "Page-Count")
            rows += some
            if not some or len(rows) > max(counts):
                break
            page += 1
        return rows, counts

    def _url(self, path: str, query: dict[str, int | str]) -> URL:
        asked = "&".join(f"{name}={part(value)}" for name, value in query.items())
        return URL(f"{self._api}{path}{f'?{asked}' if asked else ''}", encoded=True)

    def _judged(self, answer: Answer, *, own: bool, expected: tuple[int, ...]) -> Answer:
        if answer.status == 401 and own:
            raise CredentialsRejected(answer.service, answer.account, "not signed in")
        if answer.status not in expected or answer.is_html:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: Answer) -> ServiceError:
        error = refusal(answer, self._now())
        # A limit without a time is a guess of ours, which may be tried.
        return self._doorway.heed(error) if "Retry-After" in answer.headers else error

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
        raise self._refusal(answer)

    async def _ask(self, url: URL, token: str | None) -> Answer:
        return await self._doorway.get(url, headers=self._headers_with(token))

    async def _send(self, url: URL, token: str, body: object) -> Answer:
        headers = self._headers_with(token)
        return await self._doorway.send("POST", url, headers=headers, json=body)

    def _headers_with(self, token: str | None) -> dict[str, str]:
        if token is None:
            return self._headers
        return {**self._headers, "Authorization": f"Bearer {token}"}


def page_header(answer: Answer, name: str) -> int:
    """Return a number of X-Pagination-…; without them nothing says whether a read is whole."""
    value = answer.headers.get(f"X-Pagination-{name}", "")
    if not value.isdecimal():
        raise answer.invalid(f"without X-Pagination-{name}")
    return int(value)


def part(text: object) -> str:
    """Return a text as a part of an address."""
    return quote(str(text), safe="")
