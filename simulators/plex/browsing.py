"""The reading routes of the server: libraries, items, what is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .containers import (
    MEDIA_TAGS,
    above_episodes,
    above_items,
    above_seasons,
    of_library,
    section_row,
)
from .doorman import VIEWER
from .items import KINDS, MOVIE, Episode, Movie, Season, Show
from .markup import container
from .meta import meta_of
from .paging import page_of
from .prefs import library_settings, show_settings
from .queries import selected, whole_number
from .rows import Shape, row_of
from .state import IDENTIFIER, default_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .items import Item, Library
    from .paging import Page
    from .state import State


class Browsing:
    """Answers from what is in the libraries."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.trims = True
        """Whether fields and elements that are not wanted are left out: a wish, says the
        description, not a guarantee."""
        self.largest_page: int | None = None
        """How many rows a page of a library has at most, whatever was asked for."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/library", self.library),
            web.get(r"/library/sections{end:/?}", self.sections),
            web.get("/library/sections/all", self.sections),
            web.get(r"/library/sections/{section:\d+}", self.section),
            web.get(r"/library/sections/{section:\d+}/all", self.section_all),
            web.get(r"/library/sections/{section:\d+}/collections", self.collections),
            web.get(r"/library/sections/{section:\d+}/prefs", self.section_prefs),
            web.get("/library/all", self.everything),
            web.get("/library/metadata/{keys}", self.metadata),
            web.get("/library/metadata/{keys}/children", self.children),
            web.get("/library/metadata/{keys}/grandchildren", self.leaves),
            web.get("/library/metadata/{keys}/allLeaves", self.leaves),
        ]

    async def library(self, request: web.Request) -> web.Response:
        """Name the library as a whole."""
        return container(
            request,
            {
                "size": 3,
                "allowSync": False,
                "art": "/:/resources/library-art.png",
                "content": "",
                "identifier": IDENTIFIER,
                **MEDIA_TAGS,
                "title1": "Plex Library",
                "title2": "",
                "Directory": [
                    {"key": "sections", "title": "Library Sections"},
                    {"key": "recentlyAdded", "title": "Recently Added Content"},
                    {"key": "onDeck", "title": "On Deck Content"},
                ],
            },
        )

    async def sections(self, request: web.Request) -> web.Response:
        """List the libraries."""
        rows = [section_row(library) for library in self._state.libraries.values()]
        return container(
            request,
            {"size": len(rows), "allowSync": False, "title1": "Plex Library", "Directory": rows},
        )

    async def section(self, request: web.Request) -> web.Response:
        """Describe one library."""
        library = self._library(request)
        ways = [{"key": "all", "title": f"All {library.title}"}]
        tree: dict[str, Any] = {
            "size": len(ways),
            "allowSync": False,
            "identifier": IDENTIFIER,
            "librarySectionID": library.number,
            **MEDIA_TAGS,
            "title1": library.title,
            "viewGroup": "secondary",
            "Directory": ways,
        }
        if request.query.get("includeDetails") == "1":
            tree |= meta_of(library)
        return container(request, tree)

    async def section_all(self, request: web.Request) -> web.Response:
        """List what is in a library: shows, or seasons, or episodes, or films."""
        library = self._library(request)
        kind = self._kind(request, library)
        page = page_of(request, self._found(request, [library], kind), self.largest_page)
        tree = {**page.fields, **above_items(library, kind)}
        if request.query.get("includeMeta") == "1":
            tree |= meta_of(library)
        return self._rows(request, tree, page)

    async def everything(self, request: web.Request) -> web.Response:
        """List what is in all libraries, of one kind."""
        kinds = {whole_number(request.query["type"], "type")} if "type" in request.query else set()
        libraries = self._state.libraries.values()
        found = [
            item
            for kind in sorted(kinds or {default_kind(library) for library in libraries})
            for item in self._found(
                request,
                [one for one in libraries if (one.type == "movie") == (kind == MOVIE)],
                kind,
            )
        ]
        page = page_of(request, found, self.largest_page)
        return self._rows(request, {**page.fields, "identifier": IDENTIFIER, **MEDIA_TAGS}, page)

    async def collections(self, request: web.Request) -> web.Response:
        """List the collections of a library, of which there are none."""
        library = self._library(request)
        tree: dict[str, Any] = {"size": 0, "totalSize": 0, "offset": 0, "identifier": IDENTIFIER}
        if request.query.get("includeMeta") == "1":
            tree |= meta_of(library)
        return container(request, tree)

    async def section_prefs(self, request: web.Request) -> web.Response:
        """List the settings of a library, `showOrdering` among those of shows, to the owner."""
        if not request[VIEWER].admin:
            raise web.HTTPForbidden
        settings = library_settings(self._library(request))
        return container(request, {"size": len(settings), "Setting": settings})

    async def metadata(self, request: web.Request) -> web.Response:
        """Describe one item, or several with commas between."""
        found = [
            item
            for key in request.match_info["keys"].split(",")
            if key.isdigit() and (item := self._state.items.get(int(key))) is not None
        ]
        if not found:
            raise web.HTTPNotFound
        views = self._state.views.of(request[VIEWER])
        rows = [row_of(item, views, replace(self._shape(request), full=True)) for item in found]
        if request.query.get("includePreferences") == "1":
            for item, row in zip(found, rows, strict=True):
                if isinstance(item, Show):
                    row["Preferences"] = {"Setting": show_settings(item)}
        tree = {"size": len(rows), "allowSync": True, "identifier": IDENTIFIER}
        return container(
            request, {**tree, **of_library(found[0].library), **MEDIA_TAGS, "Metadata": rows}
        )

    async def children(self, request: web.Request) -> web.Response:
        """List the seasons of a show, or the episodes of a season."""
        item = self._item(request)
        match item:
            case Show():
                return self._seasons(request, item)
            case Season():
                return self._episodes(request, item, list(item.leaves()))
            case Movie() | Episode():
                raise web.HTTPNotFound

    async def leaves(self, request: web.Request) -> web.Response:
        """List all episodes of a show or season."""
        item = self._item(request)
        if not isinstance(item, Show | Season):
            raise web.HTTPNotFound
        return self._episodes(request, item, list(item.leaves()))

    def _seasons(self, request: web.Request, show: Show) -> web.Response:
        page = page_of(request, list(show.seasons.values()))
        tree = {**page.fields, **above_seasons(show)}
        if len(show.seasons) > 1 and request.query.get("excludeAllLeaves") != "1":
            row = row_of(show, self._state.views.of(request[VIEWER]), Shape())
            whole = {key: row[key] for key in ("leafCount", "thumb", "viewedLeafCount")}
            path = f"/library/metadata/{show.key}/allLeaves"
            tree["Directory"] = [{**whole, "key": path, "title": "All episodes"}]
            tree["size"] += 1
        return self._rows(request, tree, page)

    def _episodes(
        self, request: web.Request, item: Show | Season, leaves: Sequence[Episode]
    ) -> web.Response:
        page = page_of(request, leaves)
        tree = {**page.fields, **above_episodes(item)}
        return self._rows(request, tree, page)

    def _rows(self, request: web.Request, tree: dict[str, Any], page: Page[Any]) -> web.Response:
        views, shape = self._state.views.of(request[VIEWER]), self._shape(request)
        if page.items:
            tree["Metadata"] = [row_of(item, views, shape) for item in page.items]
        return container(request, tree, page.headers)

    def _found(
        self, request: web.Request, libraries: Sequence[Library], kind: int
    ) -> Sequence[Item]:
        lists = [self._state.ordered(library, kind) for library in libraries]
        items = lists[0] if len(lists) == 1 else [item for one in lists for item in one]
        views = self._state.views.of(request[VIEWER])
        return selected(request.query, kind, items, views, self._state.now())

    def _shape(self, request: web.Request) -> Shape:
        query = request.query
        without = _names(query.get("excludeFields")) | _names(query.get("excludeElements"))
        elements = _names(query.get("includeElements")) or None
        fields = None
        # Before version 1 of the API, includeFields asked for more, not for less.
        if request.headers.get("X-Plex-Pms-Api-Version", "0").partition(".")[0] != "0":
            fields = _names(query.get("includeFields")) or None
        if not self.trims:
            without, elements, fields = frozenset(), None, None
        return Shape(
            guids=query.get("includeGuids") == "1",
            media="Media" not in without and (elements is None or "Media" in elements),
            only_fields=fields,
            only_elements=elements,
            without=without,
        )

    def _kind(self, request: web.Request, library: Library) -> int:
        if "type" not in request.query:
            return default_kind(library)
        kind = whole_number(request.query["type"], "type")
        if kind not in KINDS or (kind == MOVIE) != (library.type == "movie"):
            raise web.HTTPBadRequest(reason="the library has nothing of this type")
        return kind

    def _library(self, request: web.Request) -> Library:
        found = self._state.libraries.get(int(request.match_info["section"]))
        if found is None:
            raise web.HTTPNotFound
        return found

    def _item(self, request: web.Request) -> Item:
        key = request.match_info["keys"]
        found = self._state.items.get(int(key)) if key.isdigit() else None
        if found is None:
            raise web.HTTPNotFound
        return found


def _names(text: str | None) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
