"""One exchange with a service: a request, redirects, the whole answer, or what went wrong."""

from __future__ import annotations

import asyncio
import re

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError

from .answer import Answer
from .call import Call
from .errors import CredentialsRejected, InvalidAnswer, Reason, ServiceError, Unreachable
from .redirect import follow

_MIB = 1024**2
_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_CONNECT_TIMEOUT = 10.0
"""Seconds. Shorter than the whole: not having connected at all is worth knowing apart."""
_NOT_FOR_HEADERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

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
        if any(_NOT_FOR_HEADERS.search(text) for text in call.headers.values()):
            return CredentialsRejected(
                self._service, self._account, "a key with characters that no key has"
            )
        if self._session.closed:
            return self._unreachable("connect", "shutting down", sent=False)
        try:
            # Around all of it: redirects and a body that trickles in count, too.
            async with asyncio.timeout(self._timeout):
                return await self._follow(call)
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
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
        ) as response:
            body = await self._read(response)
            if body is None:
                return self._invalid(f"more than {self._max_bytes / _MIB:.0f} MiB")
            return Answer(self._service, self._account, response.status, response.headers, body)

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


def _words(error: Exception) -> str:
    """Return what the system, but not aiohttp, says: it would name the whole address."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return str(getattr(error.certificate_error, "verify_message", ""))
    return getattr(error, "strerror", None) or ""
