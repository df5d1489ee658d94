"""The doorway, listening to a service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
import logging
import traceback

import aiohttp
from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Doorway,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
    wire,
)
from simulators.base import Simulator
from simulators.faults import Failure, Fault

pytestmark = pytest.mark.usefixtures("socket_enabled")

KEY = "sEcr3t"
HEADERS = {"X-Api-Key": KEY}


class Talker(Simulator):
    """Says one, two, three, and then does what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.end = "close"
        self.open = 0
        self.elsewhere = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/talk", self._talk),
            web.get("/away", self._away),
            web.get("/plain", self._plain),
        ]

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=self.end != "ping")
        await socket.prepare(request)
        self.open += 1
        await socket.send_str("one")
        await socket.send_bytes(b"not for us")
        for word in ("two", "three"):
            await socket.send_str(word)
        if self.end == "cut":
            assert request.transport is not None
            request.transport.abort()
        elif self.end == "wait":
            await socket.receive()
        elif self.end == "silent":
            await asyncio.sleep(0.5)
        elif self.end == "ping":
            await socket.ping(b"there?")
            answer = await socket.receive()
            await socket.send_str(f"{answer.data!r}")
            await socket.close()
        elif self.end == "trouble":
            await socket.close(code=aiohttp.WSCloseCode.INTERNAL_ERROR)
        else:
            await socket.close()
        self.open -= 1
        return socket

    async def _away(self, _: web.Request) -> web.Response:
        raise web.HTTPFound(self.elsewhere)

    async def _plain(self, _: web.Request) -> web.Response:
        return web.json_response({})


@pytest.fixture
async def talker() -> AsyncIterator[Talker]:
    async with Talker() as service:
        yield service


@pytest.fixture
async def doorway() -> AsyncIterator[Doorway]:
    async with aiohttp.ClientSession() as session:
        yield Doorway(session, service="thing", account="entry", timeout=1)


async def heard(doorway: Doorway, address: str, into: list[str] | None = None) -> list[str]:
    into = [] if into is None else into
    async for message in doorway.listen(URL(address), headers=HEADERS):
        into.append(message)
    return into


async def test_listens_to_the_end(talker, doorway) -> None:
    assert await heard(doorway, f"{talker.url}/talk") == ["one", "two", "three"]
    await asyncio.sleep(0.05)
    assert talker.exchanges[0].headers["X-Api-Key"] == KEY


async def test_says_when_it_is_open(talker, doorway) -> None:
    order: list[str] = []
    address = URL(f"{talker.url}/talk")
    async with aclosing(
        doorway.listen(address, headers=HEADERS, opened=lambda: order.append("open"))
    ) as words:
        order.append(await anext(words))
    assert order == ["open", "one"]


async def test_does_not_say_so_of_what_was_refused(talker, doorway) -> None:
    order: list[str] = []
    refused = doorway.listen(
        URL(f"{talker.url}/plain"), headers=HEADERS, opened=lambda: order.append("open")
    )
    with pytest.raises(InvalidAnswer):
        await anext(refused)
    assert not order


async def test_answers_when_it_is_asked(talker, doorway) -> None:
    talker.end = "ping"
    assert (await heard(doorway, f"{talker.url}/talk"))[3:] == ["bytearray(b'there?')"]


@pytest.mark.parametrize("end", ["cut", "trouble"])
async def test_breaks_off(talker, doorway, end) -> None:
    talker.end = end
    words: list[str] = []
    with pytest.raises(Unreachable) as error:
        await heard(doorway, f"{talker.url}/talk", words)
    assert words == ["one", "two", "three"]
    assert (error.value.reason, error.value.account) == ("cut", "entry")


async def test_silence_is_asked_about(talker, doorway, monkeypatch) -> None:
    """What answers is only quiet; what does not is gone."""
    monkeypatch.setattr(wire, "_SILENCE", 0.1)
    talker.end = "wait"
    words: list[str] = []
    listening = asyncio.create_task(heard(doorway, f"{talker.url}/talk", words))
    await asyncio.sleep(0.5)
    assert words == ["one", "two", "three"]
    assert not listening.done()
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    talker.end = "silent"  # it does not read, and so does not answer
    with pytest.raises(Unreachable) as error:
        await heard(doorway, f"{talker.url}/talk")
    assert error.value.reason == "cut"


async def test_stops_listening(talker, doorway) -> None:
    talker.end = "wait"
    async with aclosing(doorway.listen(URL(f"{talker.url}/talk"), headers=HEADERS)) as messages:
        assert await anext(messages) == "one"
        assert talker.open == 1
    await asyncio.sleep(0.05)
    assert talker.open == 0
    # The connections belong to everybody, and stay.
    assert await doorway.get(URL(f"{talker.url}/plain"), headers={})


async def test_is_stopped_while_it_waits(talker, doorway) -> None:
    talker.end = "wait"
    listening = asyncio.create_task(heard(doorway, f"{talker.url}/talk"))
    await asyncio.sleep(0.1)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    await asyncio.sleep(0.05)
    assert talker.open == 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Failure.STATUS, status=401), CredentialsRejected),
        (Fault(Failure.STATUS, status=403), Forbidden),
        (Fault(Failure.STATUS, status=404), NotFound),
        (Fault(Failure.STATUS, status=400), Refused),
        (Fault(Failure.STATUS, status=429, retry_after="60"), Limited),
        (Fault(Failure.STATUS, status=503), Unreachable),
        (Fault(Failure.HTML, status=200), InvalidAnswer),
        (Fault(Failure.CUT), Unreachable),
        (Fault(Failure.DELAY, seconds=1.5), Unreachable),
    ],
)
async def test_refusals(talker, doorway, fault, error, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    talker.faults.add(fault)
    with pytest.raises(ServiceError) as raised:
        await heard(doorway, f"{talker.url}/talk?token={KEY}")
    assert type(raised.value) is error
    assert raised.value.account == "entry"
    assert raised.value.__context__ is None
    told = "".join(traceback.format_exception(raised.value))
    assert KEY not in told
    assert KEY not in caplog.text
    assert talker.counts["GET /talk"] == 1


async def test_nobody_there(doorway) -> None:
    with pytest.raises(Unreachable) as error:
        await heard(doorway, "http://127.0.0.1:9/talk")
    assert (error.value.reason, error.value.sent) == ("connect", False)


async def test_is_not_led_away(talker, doorway) -> None:
    """A redirect would take the key along."""
    async with Talker() as other:
        talker.elsewhere = f"{other.url}/talk"
        with pytest.raises(InvalidAnswer, match="redirected"):
            await heard(doorway, f"{talker.url}/away")
        assert other.exchanges == []


async def test_a_key_that_no_header_takes(talker, doorway) -> None:
    with pytest.raises(CredentialsRejected):
        async for _ in doorway.listen(URL(f"{talker.url}/talk"), headers={"X-Api-Key": "a\nb"}):
            pass
    assert talker.exchanges == []


async def test_after_the_session_was_closed(talker) -> None:
    session = aiohttp.ClientSession()
    await session.close()
    closed = Doorway(session, service="thing")
    with pytest.raises(Unreachable, match="shutting down"):
        await heard(closed, f"{talker.url}/talk")
