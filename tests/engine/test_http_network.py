"""The doorway, where the network and not the service fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
import gzip
import socket
import ssl
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.http import (
    Doorway,
    InvalidAnswer,
    ServiceError,
    Unreachable,
    wire,
)

from .certificate import make_certificate

pytestmark = pytest.mark.usefixtures("socket_enabled")

HEADERS = {"X-Api-Key": "k"}


class Sleeps(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@asynccontextmanager
async def doorway(**options: Any) -> AsyncIterator[Doorway]:
    connector = options.pop("connector", None)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Doorway(session, service="thing", sleep=Sleeps(), **options)


class RawServer:
    """Answers with bytes, one entry of `answers` a request; None: closes without an answer."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.url = URL()

    async def __aenter__(self) -> RawServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = URL(f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/things")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._server.close_clients()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if self.answers else None
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if b"Content-Length: 99" in answer:
                    break
        except asyncio.IncompleteReadError, ConnectionError:
            pass
        finally:
            writer.close()


WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=5\r\n\r\n{}"
HALF = b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"things"'
NOT_PACKED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nplain"
PACKED = gzip.compress(b"{}")


async def caught(call: Awaitable[object]) -> ServiceError:
    with pytest.raises(ServiceError) as raised:
        await call
    return raised.value


async def refused_url() -> URL:
    """Return an address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return URL(f"http://127.0.0.1:{unused.getsockname()[1]}/")


async def test_nobody_listens() -> None:
    url = await refused_url()
    sleeps = Sleeps()
    async with aiohttp.ClientSession() as session:
        door = Doorway(session, service="thing", sleep=sleeps)
        for call in (
            door.get(url, headers=HEADERS),
            door.send("POST", url, headers=HEADERS, json={}),
        ):
            error = await caught(call)
            assert isinstance(error, Unreachable)
            assert (error.reason, error.sent) == ("connect", False)
    assert sleeps == [1, 2, 1, 2]  # nothing was sent: the write, too, is tried again


async def test_a_server_that_starts_late_gets_the_write() -> None:
    url = await refused_url()
    app = web.Application()
    made: list[object] = []

    async def make(request: web.Request) -> web.Response:
        made.append(await request.json())
        return web.json_response({}, status=201)

    app.router.add_post("/", make)
    runner = web.AppRunner(app)
    await runner.setup()

    async def start_then_go_on(_: float) -> None:
        if not runner.addresses:
            await web.TCPSite(runner, "127.0.0.1", url.port).start()

    try:
        async with aiohttp.ClientSession() as session:
            door = Doorway(session, service="thing", sleep=start_then_go_on)
            assert (await door.send("POST", url, headers={}, json={"n": 1})).status == 201
        assert made == [{"n": 1}]
    finally:
        await runner.cleanup()


async def test_a_host_that_does_not_answer_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting, too, takes its time; but then nothing was sent."""

    async def connect(*_: object, **__: object) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr(wire, "_CONNECT_TIMEOUT", 0.1)
    url = await refused_url()
    async with doorway() as door:
        with monkeypatch.context() as patch:
            patch.setattr("aiohappyeyeballs.start_connection", connect)
            patch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", connect)
            error = await caught(door.send("POST", url, headers={}, json={}))
    assert isinstance(error, Unreachable)
    assert (error.reason, error.sent) == ("timeout", False)


class NoNames(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise OSError(-2, "Name or service not known")

    async def close(self) -> None:
        pass


async def test_a_name_that_nobody_knows() -> None:
    async with doorway(connector=aiohttp.TCPConnector(resolver=NoNames())) as door:
        url = URL("http://seerr.invalid/")
        for call in (door.get(url, headers={}), door.send("POST", url, headers={}, json={})):
            error = await caught(call)
            assert isinstance(error, Unreachable)
            assert (error.reason, error.sent) == ("dns", False)


async def test_an_answer_cut_in_the_middle_is_asked_for_again() -> None:
    async with RawServer(HALF, HALF, WHOLE) as server, doorway() as door:
        answer = await door.get(server.url, headers=HEADERS)
        assert answer.body == b"{}"
        assert len(server.requests) == 3


async def test_an_answer_always_cut_in_the_middle_is_unreachable() -> None:
    async with RawServer(HALF, HALF, HALF, WHOLE) as server, doorway() as door:
        error = await caught(door.get(server.url, headers=HEADERS))
        assert isinstance(error, Unreachable)
        assert error.reason == "cut"
        assert len(server.requests) == 3


async def test_a_write_whose_answer_is_cut_is_in_doubt() -> None:
    async with RawServer(HALF, WHOLE) as server, doorway() as door:
        error = await caught(door.send("POST", server.url, headers=HEADERS, json={}))
        assert isinstance(error, Unreachable)
        assert (error.reason, error.sent) == ("cut", True)
        assert len(server.requests) == 1


async def test_a_kept_connection_that_closes_puts_a_write_in_doubt() -> None:
    """The server closes an idle connection just as it is used again: it may have read on."""
    async with RawServer(WHOLE, None, WHOLE) as server, doorway() as door:
        await door.get(server.url, headers=HEADERS)
        error = await caught(door.send("POST", server.url, headers=HEADERS, json={"n": 1}))
        assert isinstance(error, Unreachable)
        assert (error.reason, error.sent) == ("cut", True)
        assert len(server.requests) == 2


async def test_a_kept_connection_that_closed_before_is_not_used() -> None:
    async with RawServer(WHOLE, WHOLE) as server, doorway() as door:
        await door.get(server.url, headers=HEADERS)
        server._server.close_clients()
        await asyncio.sleep(0.05)
        assert (await door.send("POST", server.url, headers=HEADERS, json={})).status == 200


async def test_what_is_no_http_is_an_invalid_answer() -> None:
    async with RawServer(b"SSH-2.0-OpenSSH_9.2\r\n\r\n") as server, doorway() as door:
        assert isinstance(await caught(door.get(server.url, headers={})), InvalidAnswer)


async def test_what_cannot_be_unpacked_is_an_invalid_answer() -> None:
    async with RawServer(NOT_PACKED) as server, doorway() as door:
        assert isinstance(await caught(door.get(server.url, headers={})), InvalidAnswer)


async def test_what_is_packed_is_unpacked() -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(PACKED)}\r\nContent-Encoding: gzip\r\n\r\n"
    async with RawServer(head.encode() + PACKED) as server, doorway() as door:
        assert (await door.get(server.url, headers={})).json() == {}


async def test_a_trickling_answer_times_out() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    async with server, doorway(timeout=0.3) as door:
        error = await caught(door.get(url, headers={}))
        assert isinstance(error, Unreachable)
        assert error.reason == "timeout"
        server.close_clients()
        await asyncio.sleep(0.1)


@pytest.fixture
async def encrypted(tmp_path) -> AsyncIterator[URL]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(make_certificate(tmp_path))
    app = web.Application()
    app.router.add_route("*", "/", _ok)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield URL(f"https://127.0.0.1:{runner.addresses[0][1]}/")
    await runner.cleanup()


async def _ok(_: web.Request) -> web.Response:
    return web.json_response({})


async def test_a_certificate_that_nobody_vouches_for(encrypted: URL) -> None:
    async with aiohttp.ClientSession() as session:
        sleeps = Sleeps()
        door = Doorway(session, service="thing", sleep=sleeps)
        for call in (
            door.get(encrypted, headers={}),
            door.send("POST", encrypted, headers={}, json={}),
        ):
            error = await caught(call)
            assert isinstance(error, Unreachable)
            assert (error.reason, error.sent) == ("tls", False)
            assert "self-signed" in error.detail
    assert sleeps == []


async def test_a_session_that_does_not_verify_gets_through(encrypted: URL) -> None:
    async with doorway(connector=aiohttp.TCPConnector(ssl=False)) as door:
        assert (await door.get(encrypted, headers={})).status == 200


async def test_https_where_there_is_only_http() -> None:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with doorway() as door:
        url = URL(f"https://127.0.0.1:{runner.addresses[0][1]}/")
        error = await caught(door.get(url, headers={}))
        assert isinstance(error, Unreachable)
        assert error.reason == "tls"
        assert not error.sent
    await runner.cleanup()
