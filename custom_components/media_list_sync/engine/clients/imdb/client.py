"""IMDb's GraphQL, as its own site asks it: without sign-in, what everybody can see.

IMDb allows this for personal, non-commercial use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from yarl import URL

from ...http import Answer, Doorway, Forbidden, InvalidAnswer, NotFound, Refused, Unreachable
from ..shape import Row, read
from . import queries, shapes
from .models import ImdbList, ImdbPage, ImdbTitle
from .queries import PAGE, ImdbChart

_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    # Since summer 2026 IMDb turns away what does not look like a browser on its own site.
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "x-imdb-client-name": "imdb-web-next",
    "Origin": "https://www.imdb.com",
    "Referer": "https://www.imdb.com/",
}
_MOST_PAGES = 200
"""The largest lists have 10,000 titles: 40 pages."""
_ATTEMPTS = 3
"""How often a list is read anew that changed while it was read."""


class ImdbRefuses(Forbidden):
    """IMDb turned the request away, whatever it asked for: with a page, or with a challenge."""


class ImdbClient:
    """Reads lists, watchlists and charts.

    Every method raises Unreachable, Limited, InvalidAnswer and ImdbRefuses; NotFound for what is
    not there; Forbidden for what is private; Refused for an id that IMDb finds malformed.
    """

    def __init__(self, doorway: Doorway, endpoint: str) -> None:
        self._doorway = doorway
        self._url = URL(endpoint)

    async def list_info(self, list_id: str) -> ImdbList:
        """Return what IMDb says of the list `ls…`: one small request."""
        return (await self._page("list", queries.LIST, list_id, first=1)).about

    async def list_titles(self, list_id: str) -> tuple[ImdbList, tuple[ImdbTitle | None, ...]]:
        """Return all that is on the list `ls…`, in its order."""
        return await self._all("list", queries.LIST, list_id)

    async def watchlist_info(self, user_id: str) -> ImdbList:
        """Return what IMDb says of the watchlist of the user `ur…`: one small request."""
        return (await self._page("predefinedList", queries.WATCHLIST, user_id, first=1)).about

    async def watchlist_titles(self, user_id: str) -> tuple[ImdbList, tuple[ImdbTitle | None, ...]]:
        """Return all that is on the watchlist of the user `ur…`, in its order."""
        return await self._all("predefinedList", queries.WATCHLIST, user_id)

    async def user_of(self, profile_id: str) -> str:
        """Return the user `ur…` of the profile `p.…`, as new addresses of IMDb have it."""
        return await self._ask("userProfile", queries.PROFILE, shapes.user_of_profile, profile_id)

    async def chart(self, which: ImdbChart) -> tuple[ImdbTitle, ...]:
        """Return a chart, best first."""
        return await self._ask("chartTitles", queries.chart(which), shapes.chart)

    async def box_office(self) -> tuple[ImdbTitle, ...]:
        """Return the ten films that earned most last weekend in the USA."""
        return await self._ask("boxOfficeWeekendChart", queries.BOX_OFFICE, shapes.box_office)

    async def _all(
        self, field: str, query: str, of: str
    ) -> tuple[ImdbList, tuple[ImdbTitle | None, ...]]:
        """Read all pages of a list that stays as it is meanwhile."""
        for _ in range(_ATTEMPTS):
            pages = await self._pages(field, query, of)
            about = pages[0].about
            if all(page.about == about for page in pages):
                break
        else:
            raise self._invalid("changed again and again while it was read")
        titles = tuple(title for page in pages for title in page.titles)
        if len(titles) < about.total:
            raise self._invalid(f"{len(titles)} titles of {about.total}")
        return about, titles

    async def _pages(self, field: str, query: str, of: str) -> list[ImdbPage]:
        pages = [await self._page(field, query, of)]
        seen: set[str] = set()
        while (cursor := pages[-1].next) is not None:
            if cursor in seen or len(pages) >= _MOST_PAGES:
                raise self._invalid("pages without an end")
            seen.add(cursor)
            pages.append(await self._page(field, query, of, after=cursor))
        return pages

    async def _page(
        self, field: str, query: str, of: str, *, first: int = PAGE, after: str | None = None
    ) -> ImdbPage:
        variables = {"first": first} if after is None else {"first": first, "after": after}
        return await self._ask(field, query, shapes.list_page, of, **variables)

    async def _ask[T](
        self,
        field: str,
        query: str,
        build: Callable[[Row], T | None],
        of: str | None = None,
        **variables: str | int,
    ) -> T:
        body: dict[str, object] = {"query": query}
        if of is not None:
            body["variables"] = {"id": of, **variables}
        answer = await self._doorway.send(
            "POST", self._url, headers=_HEADERS, json=body, repeat=True
        )
        if answer.status != 200:
            raise await _refusal(answer)
        found = await read(answer, shapes.field(field, build))
        if isinstance(found, shapes.GraphError):
            raise _error(answer, found)
        if found is None:
            raise NotFound(answer.service, answer.account, f"no {field}")
        return found

    def _invalid(self, detail: str) -> InvalidAnswer:
        return InvalidAnswer(self._doorway.service, self._doorway.account, detail)


async def _refusal(answer: Answer) -> Exception:
    """Return the error that a status other than 200 means."""
    service, account, status = answer.service, answer.account, answer.status
    # 202 is how its firewall asks for a challenge to be solved, with an empty page.
    if status in (202, 401, 403):
        return ImdbRefuses(service, account, answer.page_title)
    if status >= 500:
        return Unreachable(service, account, str(status), reason="server_error")
    if answer.is_html or status < 400:
        return answer.invalid(answer.page_title or "200 was expected")
    try:
        words = await read(answer, shapes.error_words)
    except InvalidAnswer:
        words = ""
    return Refused(service, account, words, status=status)


def _error(answer: Answer, error: shapes.GraphError) -> Exception:
    """Return the error that an error in an answer means."""
    service, account = answer.service, answer.account
    match error.code:
        case "FORBIDDEN" | "UNAUTHENTICATED":
            return Forbidden(service, account, error.message)
        case "RESOURCE_NOT_FOUND":
            return NotFound(service, account, error.message)
        case "BAD_USER_INPUT":
            return Refused(service, account, error.message, status=400)
        case _ if error.can_pass:
            return Unreachable(service, account, error.message, reason="server_error")
        case _:
            return answer.invalid(error.message)
