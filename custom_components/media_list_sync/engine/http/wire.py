"""One exchange with a service: a request, redirects, the whole answer, or what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
import re

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError

from .answer import Answer
from .call import Call
from .echo import without_echo
from .errors import CredentialsRejected, InvalidAnswer, Reason, ServiceError, Unreachable
from .middlewares import LedAway, once, stay_at
from .redirect import follow

_MIB = 1024**2
_CHUNK = 64 * 1024
_PARTS = 16
"""How many of them are written to a file at once."""
_MAX_REDIRECTS = 5
_CONNECT_TIMEOUT = 10.0
"""Seconds. Shorter than the whole: not having connected at all is worth knowing apart."""
_FAREWELL = aiohttp.ClientWSTimeout(ws_close=2.0)
"""How long a service may take to say goodbye on a socket that is closed here."""
_SILENCE = 30.0
"""Seconds after which a silent socket is asked whether it is still there, and those it has then."""
_NOT_FOR_HEADERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

_OVER = frozenset(
    {
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSMsgType.CLOSING,
        aiohttp.WSMsgType.CLOSED,
        aiohttp.WSMsgType.ERROR,
    }
)
_IN_ORDER = frozenset({aiohttp.WSCloseCode.OK, aiohttp.WSCloseCode.GOING_AWAY})

_NEVER_SENT: tuple[tuple[type[Exception], Reason], ...] = (
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ServerFingerprintMismatch, "tls"),
    (aiohttp.ClientConnectorError, "connect"),
    (aiohttp.ConnectionTimeoutError, "timeout"),
    (aiohttp.ClientHttpProxyError, "connect"),
    (aiohttp.InvalidURL, "connect"),
    (aiohttp.NonHttpUrlClientError, "connect"),
)
"""Errors from before the first byte of a request, the special ones first."""


class DiskError(Exception):
    """A file could not be written. Its cause is the OSError."""


class Wire:
    """Carries out one request at a time, or several side by side, over an injected session."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        service: str,
        account: str | None,
        timeout: float,
        max_bytes: int,
    ) -> None:
        self._session = session
        self._service = service
        self._account = account
        self._timeout = timeout
        self._max_bytes = max_bytes

    async def exchange(self, call: Call) -> Answer | ServiceError:
        """Return the answer, or the error that came instead.

        Errors are returned, and new: one of aiohttp has the address with its query in its text,
        and would show as the cause of one that is raised while it is handled.
        """
        if (barred := self._barred(call)) is not None:
            return barred
        try:
            # Around all of it: redirects and a body that trickles in count, too.
            async with asyncio.timeout(self._timeout):
                return await self._follow(call)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return self._translate(error)

    async def listen(
        self, call: Call, opened: Callable[[], None]
    ) -> AsyncGenerator[Answer | ServiceError | str]:
        """Yield the messages of a websocket, and where there are none any more, why.

        `opened` is called once it is open. Ends without an error where the service closes it. An
        answer is a refusal to open it.
        """
        if (barred := self._barred(call)) is not None:
            yield barred
            return
        # A session of its own on the same connections: aiohttp follows redirects of a handshake,
        # with all headers, and this is where it can be kept from it.
        async with aiohttp.ClientSession(
            connector=self._session.connector,
            connector_owner=False,
            middlewares=(stay_at(call.url), once),
        ) as session:
            socket = await self._open(session, call)
            if isinstance(socket, (Answer, ServiceError)):
                yield socket
                return
            async with socket, aclosing(_texts(socket)) as texts:
                opened()
                async for text in texts:
                    yield text
            if socket.close_code not in _IN_ORDER:
                yield self._unreachable("cut", "", sent=True)

    async def _open(
        self, session: aiohttp.ClientSession, call: Call
    ) -> aiohttp.ClientWebSocketResponse | Answer | ServiceError:
        try:
            async with asyncio.timeout(self._timeout):
                return await session.ws_connect(
                    call.url, headers=call.headers, autoping=False, timeout=_FAREWELL
                )
        except aiohttp.WSServerHandshakeError as error:
            return Answer(self._service, self._account, error.status, error.headers or {}, b"")
        except LedAway:
            return self._invalid("redirected")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return self._translate(error)

    async def _follow(self, call: Call) -> Answer | ServiceError:
        for _ in range(_MAX_REDIRECTS + 1):
            answer = await self._once(call)
            if isinstance(answer, ServiceError):
                return answer
            onward = follow(call, answer)
            if onward is None:
                return answer
            call = onward
        return self._invalid("redirected without end")

    async def _once(self, call: Call) -> Answer | ServiceError:
        async with self._session.request(
            call.method,
            call.url,
            headers=call.headers,
            data=call.body,
            allow_redirects=False,
            raise_for_status=False,
            middlewares=None if call.is_get else (once,),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
        ) as response:
            if call.into is not None and response.status == 200:
                body = await self._save(response, call.into)
            else:
                body = await self._read(response)
            if body is None:
                return self._invalid(f"more than {self._max_bytes / _MIB:.0f} MiB")
            return self._answer(call, response, body)

    def _answer(self, call: Call, response: aiohttp.ClientResponse, body: bytes) -> Answer:
        status, headers = response.status, response.headers
        answer = Answer(self._service, self._account, status, headers, body)
        if status < 400 and not answer.is_html:
            return answer
        return replace(answer, body=without_echo(call, body))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes | None:
        """Return the whole body, unpacked; None where it is larger than allowed."""
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_chunked(_CHUNK):
            size += len(part)
            if size > self._max_bytes:
                return None
            parts.append(part)
        return b"".join(parts)

    async def _save(self, response: aiohttp.ClientResponse, path: Path) -> bytes | None:
        """Write the whole body, unpacked, to a file; return nothing of it, as bytes.

        None where it is larger than allowed. Errors of the disk are raised as DiskError: those of
        the network are of the same family.
        """
        size = 0
        parts: list[bytes] = []
        await _on_disk(path.write_bytes, b"")
        async for part in response.content.iter_chunked(_CHUNK):
            size += len(part)
            if size > self._max_bytes:
                return None
            parts.append(part)
            if len(parts) >= _PARTS:
                await _on_disk(_append, path, parts)
                parts = []
        await _on_disk(_append, path, parts)
        return b""

    def _barred(self, call: Call) -> ServiceError | None:
        """Return why a request cannot even be tried."""
        if any(_NOT_FOR_HEADERS.search(text) for text in call.headers.values()):
            return CredentialsRejected(
                self._service, self._account, "a key with characters that no key has"
            )
        if self._session.closed:
            return self._unreachable("connect", "shutting down", sent=False)
        return None

    def _translate(self, error: Exception) -> ServiceError:
        for kind, reason in _NEVER_SENT:
            if isinstance(error, kind):
                return self._unreachable(reason, _words(error), sent=False)
        if isinstance(error, TimeoutError):
            return self._unreachable("timeout", f"after {self._timeout:g} s", sent=True)
        if isinstance(error.__cause__, ContentEncodingError):
            return self._invalid("cannot be unpacked")
        if isinstance(error, aiohttp.ClientResponseError):
            return self._invalid("not HTTP")
        # Reset, disconnected, incomplete: at whatever point.
        return self._unreachable("cut", "", sent=True)

    def _unreachable(self, reason: Reason, detail: str, *, sent: bool) -> Unreachable:
        return Unreachable(self._service, self._account, detail, reason=reason, sent=sent)

    def _invalid(self, detail: str) -> InvalidAnswer:
        return InvalidAnswer(self._service, self._account, detail)


async def _on_disk[**P](function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        await asyncio.to_thread(function, *args, **kwargs)
    except OSError as error:
        raise DiskError(error.strerror) from error


def _append(path: Path, parts: list[bytes]) -> None:
    with path.open("ab") as file:
        file.writelines(parts)


async def _texts(socket: aiohttp.ClientWebSocketResponse) -> AsyncGenerator[str]:
    """Yield the messages of a socket until it is closed, or has been silent for too long.

    aiohttp has a heartbeat, too, but leaves its timer behind where data comes in while it closes.
    """
    was_asked = False
    while True:
        try:
            message = await socket.receive(timeout=_SILENCE)
            if message.type is aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
        except TimeoutError:
            if was_asked:
                return
            was_asked = True
            with suppress(aiohttp.ClientError, ConnectionError):
                await socket.ping()
            continue
        except aiohttp.ClientError, ConnectionError:
            return
        was_asked = False
        if message.type in _OVER:
            return
        if message.type is aiohttp.WSMsgType.TEXT:
            yield message.data


def _words(error: Exception) -> str:
    """Return what the system, but not aiohttp, says: it would name the whole address."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return str(getattr(error.certificate_error, "verify_message", ""))
    return getattr(error, "strerror", None) or ""
