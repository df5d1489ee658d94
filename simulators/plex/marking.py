"""Marking watched and unwatched, and rating: the writing routes of the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from .doorman import VIEWER
from .items import Season, Show
from .state import IDENTIFIER

if TYPE_CHECKING:
    from .items import Item
    from .notifications import Listeners
    from .people import Person
    from .state import State

_ALWAYS = frozenset({"identifier", "key", "uri"})
_RATING = _ALWAYS | {"rating", "ratedAt"}


class Marking:
    """Answers PUT, and GET, which the real server takes just the same."""

    def __init__(self, state: State, listeners: Listeners) -> None:
        self._state = state
        self._listeners = listeners

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            route(path, handler)
            for path, handler in (
                ("/:/scrobble", self.scrobble),
                ("/:/unscrobble", self.unscrobble),
                ("/:/rate", self.rate),
            )
            for route in (web.get, web.put)
        ]

    async def scrobble(self, request: web.Request) -> web.Response:
        """Mark an item watched."""
        self.mark(request[VIEWER], self._item(request, _ALWAYS))
        return web.Response()

    async def unscrobble(self, request: web.Request) -> web.Response:
        """Mark an item unwatched."""
        self.unmark(request[VIEWER], self._item(request, _ALWAYS))
        return web.Response()

    async def rate(self, request: web.Request) -> web.Response:
        """Rate an item from 0 to 10; -1 takes the rating away, as clients do it."""
        item = self._item(request, _RATING)
        try:
            rating = float(request.query["rating"])
            at = int(request.query.get("ratedAt", self._state.now()))
        except KeyError, ValueError:
            raise web.HTTPBadRequest from None
        if not (rating == -1 or 0 <= rating <= 10) or at > self._state.now():
            raise web.HTTPBadRequest
        given = None if rating == -1 else rating
        self._state.views.rated(request[VIEWER], item, given, at)
        self._listeners.changed(item, self._state.now())
        return web.Response()

    def mark(self, person: Person, item: Item, at: int | None = None) -> None:
        """Mark an item watched as a person does it, by hand: it leaves no view history.

        What was watched already counts once more, each episode of a season or show as well.
        """
        moment = self._state.now() if at is None else at
        if isinstance(item, Season | Show):
            self._state.views.marked_whole(person, item, moment)
        else:
            self._state.views.watched(person, item, moment)
        self._listeners.changed(item, moment)

    def unmark(self, person: Person, item: Item) -> None:
        """Mark an item, and what is in it, unwatched."""
        self._state.views.unmarked(person, item)
        self._listeners.changed(item, self._state.now())

    def _item(self, request: web.Request, known: frozenset[str]) -> Item:
        query = request.query
        if any(name not in known and not name.startswith("X-Plex-") for name in query):
            raise web.HTTPBadRequest
        if "identifier" not in query or not ("key" in query or "uri" in query):
            raise web.HTTPBadRequest
        key = query.get("key", "")
        if "uri" in query:
            ours = f"server://{self._state.machine}/{IDENTIFIER}/library/metadata/"
            match = re.fullmatch(rf"{re.escape(ours)}(\d+)", query["uri"])
            key = match[1] if match else ""
        item = self._state.items.get(int(key)) if key.isdigit() else None
        if item is None or query["identifier"] != IDENTIFIER:
            raise web.HTTPNotFound
        return item
