"""The simulated media server tells what happens, on a websocket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from simulators.plex import Person, PlexSimulator, Show

from .test_plex import NOW, session, sim
from .test_plex_marking import show

__all__ = ["session", "show", "sim"]

PATH = "/:/websockets/notifications"


@asynccontextmanager
async def listening(
    session: aiohttp.ClientSession, sim: PlexSimulator, person: Person, query: str = ""
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    headers = {"X-Plex-Token": person.server_token}
    before = len(sim.server.listeners)
    async with session.ws_connect(f"{sim.server.url}{PATH}{query}", headers=headers) as socket:
        while len(sim.server.listeners) == before:
            await asyncio.sleep(0.01)
        yield socket


async def told(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    message = await socket.receive_json(timeout=5)
    return dict(message["NotificationContainer"])


async def test_nobody_listens_without_a_token(
    sim: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(sim.server.url + PATH)
    assert refused.value.status == 401


async def test_playing_to_the_end(
    sim: PlexSimulator, session: aiohttp.ClientSession, show: Show
) -> None:
    episode = show.seasons[1].episodes[1]
    async with listening(session, sim, sim.owner) as socket:
        sim.server.watch(sim.owner, episode)
        for state in ("playing", "stopped"):
            container = await told(socket)
            assert (container["type"], container["size"]) == ("playing", 1)
            entry = container["PlaySessionStateNotification"][0]
            assert (entry["state"], entry["ratingKey"]) == (state, str(episode.key))
        # What it tells of has happened by then.
        assert sim.server.watched(sim.owner, show) == {(1, 1): 1}


async def test_others_hear_of_their_own_playing_only(
    sim: PlexSimulator, session: aiohttp.ClientSession, show: Show
) -> None:
    kid = sim.add_user("Kid")
    first, second = show.seasons[1].episodes[1], show.seasons[1].episodes[2]
    async with (
        listening(session, sim, sim.owner) as owners,
        listening(session, sim, kid) as kids,
    ):
        sim.server.watch(sim.owner, first)
        sim.server.watch(kid, second)
        heard = [(await told(kids))["PlaySessionStateNotification"][0] for _ in range(2)]
        assert {entry["ratingKey"] for entry in heard} == {str(second.key)}
        heard = [(await told(owners))["PlaySessionStateNotification"][0] for _ in range(4)]
        assert {entry["ratingKey"] for entry in heard} == {str(first.key), str(second.key)}


async def test_marks_comings_and_goings(
    sim: PlexSimulator, session: aiohttp.ClientSession, show: Show
) -> None:
    async with listening(session, sim, sim.owner) as socket:
        sim.server.mark(sim.owner, show.seasons[1])
        container = await told(socket)
        assert container["TimelineEntry"] == [
            {
                "identifier": "com.plexapp.plugins.library",
                "sectionID": "1",
                "itemID": str(show.seasons[1].key),
                "type": 3,
                "title": "Season 1",
                "state": 5,
                "updatedAt": NOW,
            }
        ]
        sim.server.listeners.announces_marks = False
        sim.server.unmark(sim.owner, show)
        sim.server.refresh(show)
        container = await told(socket)
        assert container["type"] == "activity"
        activity = container["ActivityNotification"][0]["Activity"]
        assert activity["Context"]["key"] == f"/library/metadata/{show.key}"
        sim.server.remove(show)
        assert (await told(socket))["TimelineEntry"][0]["state"] == 9


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("?filters=playing", ["playing", "playing"]),
        ("?filters=-playing", ["timeline"]),
        ("?filters=playing,timeline", ["playing", "playing", "timeline"]),
    ],
)
async def test_filters(
    sim: PlexSimulator,
    session: aiohttp.ClientSession,
    show: Show,
    query: str,
    kinds: list[str],
) -> None:
    episode = show.seasons[1].episodes[1]
    async with listening(session, sim, sim.owner, query) as socket:
        sim.server.watch(sim.owner, episode)
        sim.server.mark(sim.owner, episode)
        assert [(await told(socket))["type"] for _ in kinds] == kinds


async def test_hanging_up_and_listening_again(
    sim: PlexSimulator, session: aiohttp.ClientSession, show: Show
) -> None:
    async with listening(session, sim, sim.owner) as socket:
        sim.server.listeners.hang_up()
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.CLOSE
    while len(sim.server.listeners):
        await asyncio.sleep(0.01)
    async with listening(session, sim, sim.owner) as socket:
        sim.server.mark(sim.owner, show)
        assert (await told(socket))["type"] == "timeline"


async def test_a_server_that_stops_ends_it(
    sim: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with listening(session, sim, sim.owner) as socket:
        await sim.server.stop()
        message = await socket.receive(timeout=5)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
