"""What was played to its end, and what is being played."""

from __future__ import annotations

from operator import attrgetter
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .doorman import VIEWER
from .items import Episode
from .markup import container
from .paging import page_of
from .queries import relatives, whole_number
from .rows import Shape, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .state import Play, State

_KEPT = ("title", "type", "thumb", "index", "parentIndex", "originallyAvailableAt")
_KEPT_ABOVE = ("grandparentTitle", "parentTitle", "grandparentThumb", "parentThumb")
_KEYS = ("key", "ratingKey", "parentKey", "grandparentKey")
_TRIMS = frozenset({"includeFields", "excludeFields", "includeElements", "excludeElements"})
_SORTS = {"viewedAt": attrgetter("at"), "accountID": attrgetter("person.account_id")}
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "": lambda at, wanted: at == wanted,
    ">": lambda at, wanted: at >= wanted,
    "<": lambda at, wanted: at <= wanted,
    ">>": lambda at, wanted: at > wanted,
    "<<": lambda at, wanted: at < wanted,
}


class History:
    """Answers about plays."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/status/sessions/history/all", self.plays),
            web.get("/status/sessions", self.sessions),
        ]

    async def plays(self, request: web.Request) -> web.Response:
        """List plays: everybody's to the owner, their own to others."""
        viewer = request[VIEWER]
        plays = [one for one in self._state.history if viewer.admin or one.person is viewer]
        for name, text in request.query.items():
            if name != "sort" and name not in _TRIMS and not name.startswith("X-Plex-"):
                holds = self._condition(name, text)
                plays = [one for one in plays if holds(one)]
        for part in reversed(request.query.get("sort", "viewedAt").split(",")):
            field, _, way = part.partition(":")
            if field not in _SORTS or way not in ("", "asc", "desc"):
                raise web.HTTPBadRequest(reason=f"{part} is no order")
            plays = sorted(plays, key=_SORTS[field], reverse=way == "desc")
        page = page_of(request, plays)
        tree: dict[str, Any] = dict(page.fields)
        if page.items:
            tree["Metadata"] = [self._play(one) for one in page.items]
        return container(request, tree, page.headers)

    async def sessions(self, request: web.Request) -> web.Response:
        """List what is being played. Only the owner may see it."""
        if not request[VIEWER].admin:
            raise web.HTTPForbidden
        rows = [
            {
                **row_of(one.leaf, self._state.views.of(one.person), Shape(full=True)),
                "sessionKey": str(one.key),
                "viewOffset": one.offset,
                "User": {"id": str(one.person.account_id), "title": one.person.title},
                "Player": {
                    "machineIdentifier": f"player-{one.person.id}",
                    "product": "Plex for LG",
                    "state": "playing",
                    "title": "TV",
                },
                "Session": {"id": f"session{one.key}", "bandwidth": 4178, "location": "lan"},
            }
            for one in self._state.sessions.values()
        ]
        tree: dict[str, Any] = {"size": len(rows)}
        return container(request, {**tree, "Metadata": rows} if rows else tree)

    def _condition(self, name: str, text: str) -> Callable[[Play], bool]:
        match = re.fullmatch(r"(\w+?)([<>]*)", name)
        field, operator = match.groups() if match else (name, "")
        wanted = whole_number(text, name)
        if field == "viewedAt" and operator in _COMPARE:
            return lambda play: _COMPARE[operator](play.at, wanted)
        if field == "accountID" and not operator:
            return lambda play: play.person.account_id == wanted
        if field == "librarySectionID" and not operator:
            return lambda play: play.leaf.library.number == wanted
        if field == "metadataItemID" and not operator:
            item = self._state.items.get(wanted)
            return lambda play: item is not None and item in relatives(play.leaf, item.kind)
        raise web.HTTPBadRequest(reason=f"there is no field {name}")

    def _play(self, play: Play) -> dict[str, Any]:
        row = row_of(play.leaf, {}, Shape(media=False))
        kept = [*_KEPT, *(_KEPT_ABOVE if isinstance(play.leaf, Episode) else ())]
        # What was deleted since keeps its line, and has no keys in it.
        if play.leaf.key in self._state.items:
            kept += _KEYS
        return {
            "historyKey": f"/status/sessions/history/{play.number}",
            "librarySectionID": str(play.leaf.library.number),
            **{key: row[key] for key in kept if key in row},
            "viewedAt": play.at,
            "accountID": play.person.account_id,
            "deviceID": 1,
        }
