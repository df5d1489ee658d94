"""The websocket on which the server tells what happens.

The shapes are those that clients know. That a mere mark (no playing) is told as a timeline entry
is an assumption: no record of it was at hand.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
import json
from typing import TYPE_CHECKING, Any
import uuid

from aiohttp import web

from .doorman import VIEWER
from .state import IDENTIFIER

if TYPE_CHECKING:
    from .items import Item
    from .people import Person
    from .state import Session

PROCESSED, DELETED = 5, 9
"""States of a timeline entry."""

_LISTS = {
    "playing": "PlaySessionStateNotification",
    "timeline": "TimelineEntry",
    "activity": "ActivityNotification",
}


@dataclass(slots=True, eq=False)
class _Listener:
    person: Person
    wants: frozenset[str]
    unwanted: frozenset[str]
    queue: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    def hears(self, kind: str, person: Person | None) -> bool:
        if kind in self.unwanted or (self.wants and kind not in self.wants):
            return False
        # The owner hears of everybody's playing, the others of their own.
        return self.person.admin or person is None or person is self.person


class Listeners:
    """All open websockets."""

    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self.announces_marks = True
        """Whether a mark is told at all."""

    def __len__(self) -> int:
        """Return how many listen."""
        return len(self._listeners)

    def routes(self) -> list[web.RouteDef]:
        """Return the address that clients use, and the one of the API description."""
        return [
            web.get("/:/websockets/notifications", self.listen),
            web.get("/:/websocket/notifications", self.listen),
        ]

    async def listen(self, request: web.Request) -> web.WebSocketResponse:
        """Tell what happens until one side ends it."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        names = [name for name in request.query.get("filters", "").split(",") if name]
        listener = _Listener(
            request[VIEWER],
            frozenset(name for name in names if not name.startswith("-")),
            frozenset(name.removeprefix("-") for name in names if name.startswith("-")),
        )
        self._listeners.append(listener)
        telling = asyncio.create_task(_tell(listener, socket))
        try:
            async for _ in socket:
                pass
        finally:
            self._listeners.remove(listener)
            telling.cancel()
        return socket

    def hang_up(self) -> None:
        """End all of them."""
        for listener in self._listeners:
            listener.queue.put_nowait(None)

    def playing(self, session: Session, state: str) -> None:
        """Tell that something is played, paused or stopped."""
        key = session.leaf.key
        entry = {
            "sessionKey": str(session.key),
            "clientIdentifier": f"player-{session.person.id}",
            "guid": "",
            "ratingKey": str(key),
            "url": "",
            "key": f"/library/metadata/{key}",
            "viewOffset": session.offset,
            "playQueueItemID": session.key,
            "playQueueID": session.key,
            "state": state,
        }
        self._send("playing", entry, session.person)

    def changed(self, item: Item, at: int) -> None:
        """Tell that an item was marked or rated."""
        if self.announces_marks:
            self.timeline(item, at, PROCESSED)

    def timeline(self, item: Item, at: int, state: int) -> None:
        """Tell that an item came, changed or went."""
        entry = {
            "identifier": IDENTIFIER,
            "sectionID": str(item.library.number),
            "itemID": str(item.key),
            "type": item.kind,
            "title": item.title,
            "state": state,
            "updatedAt": at,
            **({"metadataState": "deleted"} if state == DELETED else {}),
        }
        self._send("timeline", entry)

    def refreshed(self, item: Item) -> None:
        """Tell that the server has read an item's metadata again."""
        number = str(uuid.uuid4())
        activity = {
            "uuid": number,
            "type": "library.refresh.items",
            "cancellable": False,
            "userID": 1,
            "title": "Refreshing",
            "subtitle": item.title,
            "progress": 100,
            "Context": {
                "accessible": True,
                "exists": True,
                "key": f"/library/metadata/{item.key}",
                "librarySectionID": str(item.library.number),
            },
        }
        self._send("activity", {"event": "ended", "uuid": number, "Activity": activity})

    def _send(self, kind: str, entry: dict[str, Any], person: Person | None = None) -> None:
        told = {"type": kind, "size": 1, _LISTS[kind]: [entry]}
        text = json.dumps({"NotificationContainer": told})
        for listener in self._listeners:
            if listener.hears(kind, person):
                listener.queue.put_nowait(text)


async def _tell(listener: _Listener, socket: web.WebSocketResponse) -> None:
    while (text := await listener.queue.get()) is not None:
        await socket.send_str(text)
    await socket.close()
