"""Writing to the watchlist, and dropping shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from . import bodies
from .clock import iso
from .demands import viewer_of
from .entries import Entry
from .limits import limit_reached
from .paging import paged
from .ratings import KINDS, counted

if TYPE_CHECKING:
    from .state import State


def wanting_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    watchlist, dropped = Watchlist(state), Dropped(state)
    return [
        web.post("/sync/watchlist", watchlist.add),
        web.post("/sync/watchlist/remove", watchlist.remove),
        web.get("/users/hidden/dropped", dropped.read),
        web.post("/users/hidden/dropped", dropped.add),
        web.post("/users/hidden/dropped/remove", dropped.remove),
    ]


class Watchlist:
    """What a person wants to watch."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, request: web.Request) -> web.Response:
        """Put on the watchlist what is not there yet; all of it or, beyond the limit, nothing."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, KINDS)
        present = {listed.entry for listed in viewer.watchlist}
        named = dict.fromkeys(entry for entry, _ in wanted.found)
        coming = [entry for entry in named if entry not in present]
        if len(present) + len(coming) > viewer.watchlist_limit:
            return limit_reached(viewer, viewer.watchlist_limit)
        now = self._state.clock.stamp()
        kinds = self._state.extend(viewer.watchlist, coming)
        if coming:
            viewer.activities.watchlist_changed(now, kinds)
        there = [entry for entry in named if entry in present]
        told = {
            "added": counted(viewer, coming, now, "watchlisted_at"),
            "existing": {
                f"{kind}s": sum(entry.kind == kind for entry in there) for kind in sorted(KINDS)
            },
            "not_found": wanted.not_found,
            "list": {"updated_at": iso(now), "item_count": len(viewer.watchlist)},
        }
        return web.json_response(told, status=201)

    async def remove(self, request: web.Request) -> web.Response:
        """Take from the watchlist what is there."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, KINDS)
        present = {listed.entry for listed in viewer.watchlist}
        going = [entry for entry, _ in wanted.found if entry in present]
        now = self._state.clock.stamp()
        kinds = self._state.reduce(viewer.watchlist, going)
        if going:
            viewer.activities.watchlist_changed(now, kinds)
        told = {
            "deleted": counted(viewer, going, now, "watchlisted_at"),
            "not_found": wanted.not_found,
            "list": {"updated_at": iso(now), "item_count": len(viewer.watchlist)},
        }
        return web.json_response(told)


class Dropped:
    """The shows that a person has given up. There is no such thing for films."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def read(self, request: web.Request) -> web.Response:
        """Return a page of them, the one dropped last first."""
        found = sorted(viewer_of(request).dropped.items(), key=lambda pair: pair[1], reverse=True)
        return paged(
            request,
            found,
            lambda pair: {"hidden_at": iso(pair[1]), "type": "show", **Entry(pair[0]).fields},
        )

    async def add(self, request: web.Request) -> web.Response:
        """Drop shows. One that is dropped already is not counted."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, frozenset({"show"}))
        now = self._state.clock.stamp()
        coming = [entry for entry, _ in wanted.found if entry.title not in viewer.dropped]
        for entry in coming:
            viewer.dropped[entry.title] = now
        counts = counted(viewer, coming, now, "dropped_at")
        told = {
            "added": {"movies": 0, "shows": counts["shows"], "season": 0, "seasons": 0},
            "not_found": wanted.not_found,
        }
        return web.json_response(told)

    async def remove(self, request: web.Request) -> web.Response:
        """Take shows up again."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, frozenset({"show"}))
        gone = [entry for entry, _ in wanted.found if viewer.dropped.pop(entry.title, None)]
        counts = counted(viewer, gone, self._state.clock.stamp(), "dropped_at")
        # The contract promises these two, of which neither is ever a show.
        told = {
            "deleted": {"movies": 0, "episodes": 0, "shows": counts["shows"], "seasons": 0},
            "not_found": wanted.not_found,
        }
        return web.json_response(told)
