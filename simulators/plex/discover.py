"""Discover: titles as plex.tv knows them all, and each person's watchlist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .doorman import VIEWER
from .items import KINDS, MOVIE, SHOW
from .markup import container
from .paging import page_of
from .queries import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .people import Person
    from .state import State

PROVIDER = "tv.plex.provider.discover"
LARGEST_PAGE = 100
"""Rows of a page; one more is a 400."""


@dataclass(frozen=True, slots=True)
class OnlineTitle:
    """A film or show, by the key that also ends its guid."""

    key: str
    kind: int
    title: str
    year: int
    ids: tuple[str, ...]

    @property
    def guid(self) -> str:
        """Return the guid that it has everywhere."""
        return f"plex://{KINDS[self.kind]}/{self.key}"


class Discover:
    """Answers on the discover host."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/", self.provider),
            web.get("/library/sections/watchlist/{which:all|available|released}", self.watchlist),
            web.get("/library/metadata/matches", self.matches),
            web.get("/library/metadata/{key}", self.metadata),
            web.get("/library/metadata/{key}/userState", self.user_state),
            web.get("/library/search", self.search),
            web.put("/actions/addToWatchlist", self.add),
            web.put("/actions/removeFromWatchlist", self.remove),
        ]

    async def provider(self, request: web.Request) -> web.Response:
        """Name the provider."""
        return container(request, {"size": 0, "identifier": PROVIDER, "title": "Discover"})

    async def watchlist(self, request: web.Request) -> web.Response:
        """List the watchlist of who asks, the newest first unless asked otherwise."""
        added = request[VIEWER].watchlist
        sort = request.query.get("sort", "watchlistedAt:desc")
        field, _, way = sort.partition(":")
        if field not in _SORTS or way not in ("", "asc", "desc"):
            raise web.HTTPBadRequest(reason=f"{sort} is no order")
        titles = [self._state.online[key] for key in added]
        if kind := self._kind(request):
            titles = [title for title in titles if title.kind == kind]
        titles.sort(key=lambda title: _SORTS[field](title, added), reverse=way == "desc")
        return self._page(request, titles, {"librarySectionID": "watchlist"})

    async def matches(self, request: web.Request) -> web.Response:
        """Find a title by an id elsewhere, or by its name."""
        query = request.query
        kind = self._kind(request)
        if not kind or not ("guid" in query or "title" in query):
            raise web.HTTPBadRequest(reason="type, and guid or title, are needed")
        found = [
            title
            for title in self._state.online.values()
            if title.kind == kind
            and ("guid" not in query or query["guid"] in (title.guid, *title.ids))
            and ("title" not in query or query["title"].lower() == title.title.lower())
            and ("year" not in query or query["year"] == str(title.year))
        ]
        return self._page(request, found, {})

    async def metadata(self, request: web.Request) -> web.Response:
        """Describe a title."""
        return self._page(request, [self._title(request.match_info["key"])], {})

    async def user_state(self, request: web.Request) -> web.Response:
        """Say whether a title is on the watchlist."""
        title = self._title(request.match_info["key"])
        state: dict[str, Any] = {
            "ratingKey": title.key,
            "type": KINDS[title.kind],
            **_since(request[VIEWER], title),
        }
        return container(request, {"size": 1, "identifier": PROVIDER, "UserState": [state]})

    async def search(self, request: web.Request) -> web.Response:
        """Find titles by words. The results have no ids elsewhere."""
        words = request.query.get("query", "").lower()
        if not words:
            raise web.HTTPBadRequest(reason="query is needed")
        limit = whole_number(request.query.get("limit", "10"), "limit")
        found = [one for one in self._state.online.values() if words in one.title.lower()]
        results = [{"score": 0.9, "Metadata": _row(one)} for one in found[:limit]]
        group = {"id": "external", "title": "More Ways To Watch", "size": len(results)}
        tree = {
            "identifier": PROVIDER,
            "size": 1,
            "SearchResults": [{**group, "SearchResult": results}],
        }
        return container(request, tree)

    async def add(self, request: web.Request) -> web.Response:
        """Put a title on the watchlist. It may be there already."""
        title = self._title(request.query.get("ratingKey", ""))
        request[VIEWER].watchlist.setdefault(title.key, self._state.now())
        return container(request, {"size": 0})

    async def remove(self, request: web.Request) -> web.Response:
        """Take a title from the watchlist. It need not be there."""
        title = self._title(request.query.get("ratingKey", ""))
        request[VIEWER].watchlist.pop(title.key, None)
        return container(request, {"size": 0})

    def _page(
        self, request: web.Request, titles: Sequence[OnlineTitle], more: dict[str, Any]
    ) -> web.Response:
        page = page_of(request, titles, LARGEST_PAGE)
        asked = request.headers.get("X-Plex-Container-Size") or request.query.get(
            "X-Plex-Container-Size", "0"
        )
        if int(asked) > LARGEST_PAGE:
            raise web.HTTPBadRequest(reason="X-Plex-Container-Size is too large")
        tree = {"identifier": PROVIDER, **more, **page.fields}
        guids = "includeGuids" not in request.query or request.query["includeGuids"] == "1"
        if page.items:
            tree["Metadata"] = [
                {**_row(one), **_since(request[VIEWER], one), **(_ids(one) if guids else {})}
                for one in page.items
            ]
        return container(request, tree, page.headers)

    def _title(self, key: str) -> OnlineTitle:
        if key not in self._state.online:
            raise web.HTTPNotFound(reason=f"MetadataItem for {key} not found!")
        return self._state.online[key]

    def _kind(self, request: web.Request) -> int | None:
        if "type" not in request.query:
            return None
        kind = whole_number(request.query["type"], "type")
        if kind not in (MOVIE, SHOW):
            raise web.HTTPBadRequest(reason="there are films and shows")
        return kind


_SORTS: dict[str, Callable[[OnlineTitle, dict[str, int]], Any]] = {
    "watchlistedAt": lambda title, added: added[title.key],
    "titleSort": lambda title, _: title.title.lower(),
    "originallyAvailableAt": lambda title, _: title.year,
}


def _row(title: OnlineTitle) -> dict[str, Any]:
    path = f"/library/metadata/{title.key}"
    return {
        "ratingKey": title.key,
        "key": f"{path}/children" if title.kind == SHOW else path,
        "guid": title.guid,
        "type": KINDS[title.kind],
        "title": title.title,
        "summary": "",
        "year": title.year,
        "originallyAvailableAt": f"{title.year}-01-01",
        "slug": title.title.lower().replace(" ", "-"),
        **({"childCount": 1, "leafCount": 12} if title.kind == SHOW else {}),
    }


def _ids(title: OnlineTitle) -> dict[str, Any]:
    return {"Guid": [{"id": one} for one in title.ids]} if title.ids else {}


def _since(person: Person, title: OnlineTitle) -> dict[str, int]:
    at = person.watchlist.get(title.key)
    return {} if at is None else {"watchlistedAt": at}
