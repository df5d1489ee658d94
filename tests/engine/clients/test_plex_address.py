"""Finding the address of a server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
import time

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    PlexConnection,
    PlexIdentity,
    PlexResource,
    find_address,
    identify,
)
from custom_components.media_list_sync.engine.http import InvalidAnswer, NotFound, Unreachable
from simulators.faults import Failure, Fault

from .plex_stub import CLIENT, TOKEN, PlexStub, container, page

NOBODY = "http://127.0.0.1:9"

type Start = Callable[[str], asyncio.Future[PlexStub]]


@pytest.fixture
async def start(socket_enabled: None) -> AsyncIterator[Callable]:
    """Return what starts something at an address that says that it is this server."""
    async with AsyncExitStack() as running:

        async def one(machine: str = "ours") -> PlexStub:
            stub = await running.enter_async_context(PlexStub())
            stub.answers["GET /identity"] = container(
                size=0, claimed=True, machineIdentifier=machine, version="1.43.0"
            )
            return stub

        yield one


def server(*addresses: str) -> PlexResource:
    ways = [PlexConnection(address, is_local=True, is_relay=False) for address in addresses]
    return PlexResource("ours", "Box", TOKEN, is_owned=True, connections=tuple(ways))


async def test_the_first_that_answers(start, doorway) -> None:
    better, worse = await start(), await start()
    found = await find_address(doorway("plex"), server(NOBODY, better.url, worse.url), CLIENT)
    assert found == better.url


async def test_a_better_one_is_waited_for(start, doorway) -> None:
    better, worse = await start(), await start()
    better.faults.add(Fault(Failure.DELAY, seconds=0.3))
    found = await find_address(doorway("plex"), server(better.url, worse.url), CLIENT)
    assert found == better.url


async def test_no_longer_than_it_may_take(start, doorway) -> None:
    slow, slower, good = await start(), await start(), await start()
    for one in (slow, slower):
        one.faults.add(Fault(Failure.DELAY, seconds=1.2))
    ways = server(slow.url, slower.url, good.url)

    began = time.monotonic()
    found = await find_address(doorway("plex"), ways, CLIENT, within=0.4)

    assert found == good.url
    assert time.monotonic() - began < 0.7


async def test_another_server_at_the_old_address(start, doorway) -> None:
    other, ours = await start("theirs"), await start()
    found = await find_address(doorway("plex"), server(other.url, ours.url), CLIENT)
    assert found == ours.url
    assert all("X-Plex-Token" not in one.headers for one in other.exchanges)
    assert all(TOKEN not in str(one.headers) for one in other.exchanges)


async def test_something_else_at_the_old_address(start, doorway) -> None:
    router, camera, ours = await start(), await start(), await start()
    router.answers["GET /identity"] = lambda _: page("<title>Router</title>")
    camera.answers["GET /identity"] = {"MediaContainer": None}
    found = await find_address(doorway("plex"), server(router.url, camera.url, ours.url), CLIENT)
    assert found == ours.url


async def test_at_none(start, doorway) -> None:
    other = await start("theirs")
    with pytest.raises(Unreachable, match="at none of 2 addresses") as error:
        await find_address(doorway("plex"), server(NOBODY, other.url), CLIENT)
    assert not error.value.sent
    with pytest.raises(Unreachable, match="at none of 0 addresses"):
        await find_address(doorway("plex"), server(), CLIENT)


async def test_nothing_goes_on_after_it_was_found(start, doorway) -> None:
    good, slow = await start(), await start()
    slow.faults.add(Fault(Failure.DELAY, seconds=0.8))
    before = asyncio.all_tasks()
    await find_address(doorway("plex"), server(good.url, slow.url), CLIENT)
    ours = {task for task in asyncio.all_tasks() - before if "_is_there" in repr(task)}
    assert ours == set()


async def test_which_server_answers(start, doorway) -> None:
    stub = await start()
    assert await identify(doorway("plex"), f"{stub.url}/", CLIENT) == PlexIdentity("ours", "1.43.0")
    assert stub.exchanges[0].path == "/identity"
    stub.answers["GET /identity"] = lambda _: page("<title>Router</title>")
    with pytest.raises(InvalidAnswer, match="Router"):
        await identify(doorway("plex"), stub.url, CLIENT)
    stub.answers["GET /identity"] = lambda _: web.Response(status=404)
    with pytest.raises(NotFound):
        await identify(doorway("plex"), stub.url, CLIENT)
