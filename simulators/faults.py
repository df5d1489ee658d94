"""Ways in which a simulated service can be told to fail."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
import html
import json
import re
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiohttp.typedefs import Handler

HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>Just a moment…</title></head>"
    "<body><h1>Please wait</h1></body></html>"
)


class Failure(StrEnum):
    """What happens to a request that a fault matches."""

    STATUS = "status"
    """Answer with `status`, a JSON body that has a `message`, and `retry_after` as a header."""
    HTML = "html"
    """Answer with an HTML page and `status`, as a proxy or a challenge page does."""
    DELAY = "delay"
    """Answer as usual, `seconds` later."""
    CUT = "cut"
    """Close the connection without an answer; the request was **not** carried out."""
    LATE = "late"
    """Close the connection without an answer; the request is carried out at `catch_up`."""
    CUT_AFTER = "cut_after"
    """Carry the request out, then close the connection without an answer."""
    TRUNCATE = "truncate"
    """Carry the request out and answer only the first half of the body."""
    RESHAPE = "reshape"
    """Carry the request out and answer its JSON as `reshape` makes it."""
    ECHO = "echo"
    """Answer an HTML page and `status`, with all that was sent in its title: a page for debugging."""
    MOVED = "moved"
    """Lead to `location`, with `status`."""


@dataclass(slots=True)
class Fault:
    """One failure, for the requests that it matches.

    `path` is a regular expression searched in the path with its query, `body` one searched in the
    body. `after` requests that match pass before the fault begins; it then holds for `times`
    requests (None: until it is removed).
    """

    failure: Failure
    method: str = "*"
    path: str = ""
    body: str = ""
    status: int = 500
    seconds: float = 0.0
    retry_after: str | None = None
    location: str = ""
    reshape: Callable[[object], object] | None = None
    after: int = 0
    times: int | None = None
    seen: int = field(default=0, init=False)

    def strikes(self, request: web.Request, body: bytes) -> bool:
        """Count a matching request and say whether it is to fail."""
        if self.method not in ("*", request.method):
            return False
        if not re.search(self.path, request.raw_path):
            return False
        if self.body and not re.search(self.body, body.decode("utf-8", "replace")):
            return False
        self.seen += 1
        position = self.seen - self.after
        return position > 0 and (self.times is None or position <= self.times)


class Faults:
    """The failures that a simulator is currently told to show."""

    def __init__(self) -> None:
        """Start without any."""
        self._faults: list[Fault] = []
        self._late: list[tuple[web.Request, Handler]] = []

    def add(self, fault: Fault) -> Fault:
        """Show this failure from now on."""
        self._faults.append(fault)
        return fault

    def __iter__(self) -> Iterator[Fault]:
        """Go through the failures."""
        return iter(self._faults)

    def clear(self) -> None:
        """Work as usual again."""
        self._faults.clear()

    async def catch_up(self) -> int:
        """Carry out what was late, although nobody waits for the answers; say how much it was."""
        late, self._late = self._late, []
        for request, handler in late:
            with suppress(web.HTTPException):
                await handler(request)
        return len(late)

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, failing in the way of the first fault that strikes."""
        body = await request.read()
        for fault in self._faults:
            if fault.strikes(request, body):
                if fault.failure is Failure.LATE:
                    self._late.append((request, handler))
                return await _fail(fault, request, handler)
        return await handler(request)


async def _fail(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
    match fault.failure:
        case Failure.STATUS:
            return web.json_response(
                {"message": f"simulated failure {fault.status}"},
                status=fault.status,
                headers=headers,
            )
        case Failure.HTML:
            return web.Response(
                text=HTML_PAGE, status=fault.status, content_type="text/html", headers=headers
            )
        case Failure.ECHO:
            return web.Response(
                text=await _echo(request), status=fault.status, content_type="text/html"
            )
        case Failure.MOVED:
            return web.Response(
                status=fault.status, headers={**headers, "Location": fault.location}
            )
        case Failure.DELAY:
            await asyncio.sleep(fault.seconds)
            return await handler(request)
        case Failure.CUT | Failure.LATE:
            return _cut(request)
        case Failure.CUT_AFTER:
            await handler(request)
            return _cut(request)
        case Failure.TRUNCATE | Failure.RESHAPE:
            return _spoiled(fault, await handler(request))


def _spoiled(fault: Fault, response: web.StreamResponse) -> web.StreamResponse:
    whole = _body(response)
    if fault.reshape is None:
        return web.Response(
            body=whole[: len(whole) // 2],
            status=response.status,
            content_type="application/json",
        )
    # With its headers: pages are counted there.
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in ("Content-Length", "Content-Type")
    }
    made = fault.reshape(json.loads(whole))
    return web.json_response(made, status=response.status, headers=headers)


def _body(response: web.StreamResponse) -> bytes:
    body = response.body if isinstance(response, web.Response) else b""
    return body if isinstance(body, bytes) else b""


async def _echo(request: web.Request) -> str:
    body = (await request.read()).decode("utf-8", "replace")
    sent = " ".join([request.raw_path, *request.headers.values(), body])
    return f"<html><head><title>{html.escape(sent)}</title></head></html>"


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
