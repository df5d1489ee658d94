"""What a Plex media server tells of by itself."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
import json
from typing import Any

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    LibraryChange,
    Notification,
    Playing,
    PlayState,
    PlexServer,
)
from custom_components.media_list_sync.engine.http import CredentialsRejected, NotFound, Unreachable
from simulators.faults import Failure, Fault

from .plex_stub import CLIENT, TOKEN, PlexStub

LIBRARY = "com.plexapp.plugins.library"


class TalkingPlex(PlexStub):
    """Says what it has to say to each who listens, and closes."""

    def __init__(self) -> None:
        super().__init__()
        self.says: list[str] = []
        self.breaks = False

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/:/websockets/notifications", self._talk)]

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        self.headers = request.headers
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for text in self.says:
            await socket.send_str(text)
        if self.breaks and request.transport is not None:
            request.transport.abort()
        await socket.close()
        return socket


@pytest.fixture
async def plex(socket_enabled: None) -> AsyncIterator[TalkingPlex]:
    async with TalkingPlex() as service:
        yield service


@pytest.fixture
def client(plex: TalkingPlex, doorway: Callable) -> PlexServer:
    return PlexServer(doorway("plex"), plex.url, CLIENT, TOKEN)


async def heard(client: PlexServer) -> list[Notification]:
    return [one async for one in client.notifications()]


def says(kind: str, name: str, *rows: Any) -> str:
    return json.dumps({"NotificationContainer": {"type": kind, "size": len(rows), name: rows}})


def playing(**more: Any) -> str:
    row = {"sessionKey": "7", "ratingKey": "90", "key": "/library/metadata/90", **more}
    return says("playing", "PlaySessionStateNotification", row)


def timeline(**more: Any) -> str:
    row = {"identifier": LIBRARY, "sectionID": "2", "itemID": "90", "type": 4, "state": 5}
    return says("timeline", "TimelineEntry", row | more)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (playing(state="playing", viewOffset=61_000), Playing("90", PlayState.PLAYING, 61_000)),
        (playing(state="paused", viewOffset=0), Playing("90", PlayState.PAUSED, 0)),
        (playing(state="stopped"), Playing("90", PlayState.STOPPED, 0)),
        (playing(state="buffering"), Playing("90", PlayState.BUFFERING, 0)),
        (playing(state="dancing"), Playing("90", PlayState.UNKNOWN, 0)),
        (timeline(), LibraryChange("90", "2", is_gone=False)),
        (timeline(itemID=90, sectionID=2), LibraryChange("90", "2", is_gone=False)),
        (timeline(state=9), LibraryChange("90", "2", is_gone=True)),
    ],
)
async def test_what_it_tells(plex, client, message, told) -> None:
    plex.says = [message]
    assert await heard(client) == [told]


async def test_several_at_once(plex, client) -> None:
    rows = [{"ratingKey": key, "state": "playing"} for key in ("1", "2")]
    plex.says = [says("playing", "PlaySessionStateNotification", *rows), timeline()]
    assert [one.key for one in await heard(client)] == ["1", "2", "90"]


@pytest.mark.parametrize(
    "message",
    [
        timeline(state=3),
        timeline(identifier="com.plexapp.plugins.photos"),
        timeline(state="5"),
        timeline(sectionID=None, identifier=None),
        says("timeline", "TimelineEntry", {"identifier": LIBRARY, "state": 5}),
        says("activity", "ActivityNotification", {"event": "ended"}),
        says("playing", "Other", {}),
        playing(),
        playing(state="playing", ratingKey=None),
        json.dumps({"NotificationContainer": {"size": 1}}),
        json.dumps({"NotificationContainer": {"type": ["playing"]}}),
        json.dumps([1]),
        "no JSON",
        "",
    ],
)
async def test_what_is_of_no_use_is_passed_over(plex, client, message) -> None:
    plex.says = [message, timeline()]
    assert len(await heard(client)) == 1


async def test_the_token_is_in_a_header(plex, client) -> None:
    await heard(client)
    assert plex.headers["X-Plex-Token"] == TOKEN
    assert plex.headers["X-Plex-Client-Identifier"] == CLIENT


async def test_breaks_off(plex, client) -> None:
    plex.says, plex.breaks = [timeline()], True
    notifications = client.notifications()
    assert await anext(notifications)
    with pytest.raises(Unreachable):
        await anext(notifications)


async def test_stops_listening(plex, client) -> None:
    plex.says = [timeline()] * 3
    async with aclosing(client.notifications()) as notifications:
        assert await anext(notifications)


@pytest.mark.parametrize(("status", "error"), [(401, CredentialsRejected), (404, NotFound)])
async def test_refusals(plex, client, status, error) -> None:
    plex.faults.add(Fault(Failure.HTML, status=status))
    with pytest.raises(error):
        await heard(client)
