"""Seerr, Overseerr and Jellyseerr: one client for all three."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from yarl import URL

from ...http import Answer, Doorway, InvalidAnswer, NotFound, Refused
from ...model import MediaType, ShowDetails, TitleKey
from ..shape import MOST_ROWS, Row, mapping, read
from . import shapes
from .errors import UserGone, is_about_key_or_user, refusal, request_refusal
from .models import (
    AlreadyRequested,
    ArrServer,
    ArrServerOptions,
    Found,
    MediaPage,
    PublicSettings,
    Quota,
    RequestBody,
    Requested,
    RequestRow,
    SeerrUser,
    ServerStatus,
)

PAGE = 100
"""Rows a page of users and requests. (Each page of requests makes the server ask every Radarr and
Sonarr.)"""

_ATTEMPTS = 3
"""How often rows are read anew that moved from page to page while they were read."""

type Query = Mapping[str, str | int]


class SeerrClient:
    """Asks one server. `base_url` is the address that people use, with its path if it has one.

    Every method raises Unreachable, Limited, InvalidAnswer and Refused; those that need the key
    raise CredentialsRejected where the server does not know it.
    """

    def __init__(self, doorway: Doorway, base_url: URL, api_key: str) -> None:
        self._doorway = doorway
        self._api = f"{str(base_url.with_query(None).with_fragment(None)).rstrip('/')}/api/v1"
        self._headers = {"Accept": "application/json", "X-Api-Key": api_key}

    async def status(self) -> ServerStatus:
        """Return the server's version. Proves nothing about the key."""
        return await read(await self._get("/status"), shapes.server_status)

    async def public_settings(self) -> PublicSettings:
        """Return what the server offers, and what identifies it. Proves nothing about the key."""
        return await read(await self._get("/settings/public"), shapes.public_settings)

    async def me(self) -> SeerrUser:
        """Return the owner of the key."""
        return await read(await self._get("/auth/me"), lambda value: shapes.user(mapping(value)))

    async def users(self) -> tuple[SeerrUser, ...]:
        """Return all users."""
        users = await self._all("/user", shapes.user)
        return tuple({user.id: user for user in users}.values())

    async def quota(self, user_id: int) -> Quota:
        """Return what a user may still request. NotFound where there is no such user."""
        return await read(await self._get(f"/user/{user_id:d}/quota"), shapes.quota)

    async def media_page(
        self, skip: int, take: int = 1000, etag: str | None = None
    ) -> MediaPage | None:
        """Return a page of the library; None where it is as it was when it came with `etag`.

        Rows of a media type that is not ours are left out. InvalidAnswer where the page has fewer
        rows than there must be.
        """
        answer = await self._get("/media", {"take": take, "skip": skip}, etag=etag)
        if answer.status == 304:
            return None
        rows, total = await self._page(answer, shapes.library_row, take, skip)
        return MediaPage(tuple(rows), total, answer.headers.get("ETag"))

    async def find(self, source: str, value: str | int) -> tuple[Found, ...]:
        """Return the films and shows that an id leads to; there may be one of each.

        `source` is "imdb", "tvdb" or "tmdb". While the server cannot reach TMDB, `imdb` and `tvdb`
        raise Refused, but `tmdb` finds nothing: that it finds nothing is no proof.
        """
        answer = await self._get("/search", {"query": f"{source}:{value}"})
        return await read(answer, shapes.found)

    async def show(self, tmdb: int) -> ShowDetails:
        """Return a show's seasons. Refused (500) where it is unknown, or TMDB out of reach."""
        return await read(await self._get(f"/tv/{tmdb:d}"), shapes.show_details)

    async def requests(self) -> tuple[RequestRow, ...]:
        """Return all requests, newest first. Dear for the server: not to be asked for every run."""
        rows = await self._all("/request", shapes.request_row, {"filter": "all"})
        return tuple({row.id: row for row in rows}.values())

    async def requests_of(self, key: TitleKey) -> tuple[RequestRow, ...]:
        """Return the requests for a title, also while the server cannot reach TMDB."""
        kind = "movie" if key.media_type is MediaType.MOVIE else "tv"
        try:
            answer = await self._get(f"/{kind}/{key.tmdb:d}")
        except Refused, NotFound:
            return tuple(row for row in await self.requests() if row.key == key)
        return await read(answer, shapes.requests_of(key))

    async def pending_requests(self) -> int:
        """Return how many requests wait to be approved. Proves that the key is good."""
        return await read(await self._get("/request/count"), shapes.pending)

    async def request(self, body: RequestBody) -> Requested | AlreadyRequested:
        """Request a title. To be called one at a time: the servers mix up several at once.

        A film that is there may be requested again on Seerr, and seasons that do not exist are
        accepted: the caller knows better. Raises QuotaExceeded, PermissionRefused, Blocklisted,
        CsrfProtected, UserGone, MetadataUnavailable. After Unreachable that was `sent`, and after
        InvalidAnswer, the request may have been made.
        """
        headers = dict(self._headers)
        if body.user_id is not None and body.as_user:
            headers["X-Api-User"] = _user_header(body.user_id)
        answer = await self._doorway.send(
            "POST", self._url("/request"), headers=headers, json=body.as_json()
        )
        match answer.status:
            case 201:
                return await read(answer, shapes.requested)
            case 202 | 409 if not answer.is_html:
                return AlreadyRequested()
        if "X-Api-User" in headers and is_about_key_or_user(answer):
            # The answer is the same for a bad key and for an unknown user.
            await self.me()
            raise UserGone(answer.service, answer.account, f"user {body.user_id}")
        raise request_refusal(answer)

    async def servers(self, media_type: MediaType) -> tuple[ArrServer, ...]:
        """Return the servers that films (Radarr) or shows (Sonarr) can be sent to."""
        return await read(await self._get(f"/service/{_ARR[media_type]}"), shapes.servers)

    async def server(self, media_type: MediaType, server_id: int) -> ArrServerOptions:
        """Return what can be chosen on a Radarr or Sonarr.

        NotFound where it is not set up; Refused (500) where the server cannot reach it.
        """
        answer = await self._get(f"/service/{_ARR[media_type]}/{server_id:d}")
        return await read(answer, shapes.server_options)

    async def _get(
        self,
        path: str,
        query: Query | None = None,
        *,
        etag: str | None = None,
    ) -> Answer:
        headers = self._headers if not etag else {**self._headers, "If-None-Match": etag}
        answer = await self._doorway.get(self._url(path, query), headers=headers)
        if answer.status == 200 or (etag and answer.status == 304):
            return answer
        raise refusal(answer)

    async def _all[T](
        self, path: str, build: Callable[[Row], T | None], query: Query | None = None
    ) -> list[T]:
        """Return the rows of all pages. Some may be there twice, none is missing."""
        for _ in range(_ATTEMPTS):
            rows, totals = await self._through(path, build, query or {})
            if len(totals) == 1:
                return rows
        service, account = self._doorway.service, self._doorway.account
        raise InvalidAnswer(service, account, "changed again and again while it was read")

    async def _through[T](
        self, path: str, build: Callable[[Row], T | None], query: Query
    ) -> tuple[list[T], set[int]]:
        """Read page after page; return the rows, and how many there are by each page's word."""
        rows: list[T] = []
        totals: set[int] = set()
        skip = 0
        while not totals or skip < max(totals):
            answer = await self._get(path, {"take": PAGE, "skip": skip, **query})
            some, total = await self._page(answer, build, PAGE, skip)
            totals.add(total)
            rows += some
            skip += PAGE
        return rows, totals

    async def _page[T](
        self, answer: Answer, build: Callable[[Row], T | None], take: int, skip: int
    ) -> tuple[list[T], int]:
        """Read a page, all of it, and how many rows there are in all."""
        rows, count, total = await read(answer, lambda value: shapes.page(value, build))
        if total > MOST_ROWS:
            raise answer.invalid(f"{total} rows")
        if count < min(take, max(total - skip, 0)):
            raise answer.invalid("fewer rows than there are")
        return rows, total

    def _url(self, path: str, query: Query | None = None) -> URL:
        """Return an address. The servers want every reserved character of a value encoded."""
        pairs = [f"{name}={quote(str(value), safe='')}" for name, value in (query or {}).items()]
        asked = f"?{'&'.join(pairs)}" if pairs else ""
        return URL(f"{self._api}{path}{asked}", encoded=True)


_ARR = {MediaType.MOVIE: "radarr", MediaType.SHOW: "sonarr"}


def _user_header(user_id: object) -> str:
    """Return the number of a user as a header. Anything else would end the server's process."""
    if not isinstance(user_id, int) or isinstance(user_id, bool) or user_id < 1:
        raise ValueError("a user is a number")
    return str(user_id)
