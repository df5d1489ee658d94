"""Reading people, their lists and their watchlists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .demands import VIEWER, viewer_of
from .items import items_response
from .paging import paged

if TYPE_CHECKING:
    from .accounts import Account
    from .lists import TraktList
    from .state import State

ITEM_TAILS = ("", "/{types}", "/{types}/{sort_by}", "/{types}/{sort_by}/{sort_how}")


def reading_routes(state: State) -> list[web.RouteDef]:
    """Return the routes. Some are written with a slash at the end and without one."""
    reading = Reading(state)
    users_list, any_list = "/users/{user}/lists/{list}", "/lists/{list}"
    watchlist, own_watchlist = "/users/{user}/watchlist", "/sync/watchlist"
    with_items = (
        (f"{users_list}/items", reading.users_list_items),
        (f"{any_list}/items", reading.any_list_items),
        (watchlist, reading.watchlist),
        (own_watchlist, reading.own_watchlist),
    )
    return [
        web.get("/users/settings", reading.settings),
        web.get("/users/{user}", reading.profile),
        web.get("/users/{user}/", reading.profile),
        web.get("/users/{user}/lists", reading.lists),
        web.get(users_list, reading.users_list),
        web.get(f"{users_list}/", reading.users_list),
        web.get(any_list, reading.any_list),
        web.get("/sync/last_activities", reading.last_activities),
        *(web.get(base + tail, handler) for base, handler in with_items for tail in ITEM_TAILS),
    ]


class Reading:
    """Answers each route from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def settings(self, request: web.Request) -> web.Response:
        """Return what only the person who is signed in sees."""
        return web.json_response(viewer_of(request).settings)

    async def last_activities(self, request: web.Request) -> web.Response:
        """Return when what of the account last changed."""
        return web.json_response(viewer_of(request).activities.fields)

    async def profile(self, request: web.Request) -> web.Response:
        """Return a person."""
        return web.json_response(self._person(request).profile)

    async def lists(self, request: web.Request) -> web.Response:
        """Return those lists of a person that the viewer may see."""
        viewer = request.get(VIEWER)
        lists = self._state.lists_of(self._person(request))
        visible = [found for found in lists if found.visible_to(viewer)]
        return paged(request, visible, lambda found: found.fields)

    async def users_list(self, request: web.Request) -> web.Response:
        """Return a list of a person, by slug or number."""
        return web.json_response(self._users_list(request).fields)

    async def any_list(self, request: web.Request) -> web.Response:
        """Return a public list by its number."""
        return web.json_response(self._any_list(request).fields)

    async def users_list_items(self, request: web.Request) -> web.Response:
        """Return what is on a list of a person."""
        return _list_items(request, self._users_list(request))

    async def any_list_items(self, request: web.Request) -> web.Response:
        """Return what is on a public list."""
        return _list_items(request, self._any_list(request))

    async def watchlist(self, request: web.Request) -> web.Response:
        """Return a person's watchlist."""
        return items_response(request, self._person(request).watchlist, plurals=True)

    async def own_watchlist(self, request: web.Request) -> web.Response:
        """Return the watchlist of who is signed in."""
        return items_response(request, viewer_of(request).watchlist, plurals=True)

    def _person(self, request: web.Request) -> Account:
        slug = request.match_info["user"]
        if slug == "me":
            return viewer_of(request)
        person = self._state.accounts.get(slug)
        if person is None:
            raise web.HTTPNotFound
        if person.private and person is not request.get(VIEWER):
            raise web.HTTPUnauthorized
        return person

    def _users_list(self, request: web.Request) -> TraktList:
        wanted = request.match_info["list"]
        for found in self._state.lists_of(self._person(request)):
            if wanted in (found.slug, str(found.number)) and found.visible_to(request.get(VIEWER)):
                return found
        raise web.HTTPNotFound

    def _any_list(self, request: web.Request) -> TraktList:
        # Public ones only, even for the owner of a private one; and no slugs.
        wanted = request.match_info["list"]
        number = int(wanted) if wanted.isascii() and wanted.isdigit() else -1
        found = self._state.lists.get(number)
        if found is None or found.privacy != "public" or found.owner.private:
            raise web.HTTPNotFound
        return found


def _list_items(request: web.Request, found: TraktList) -> web.Response:
    items = found.items
    if found.reads_empty:
        found.reads_empty -= 1
        items = []
    return items_response(request, items, plurals=False)
