"""What all simulators share: a server on 127.0.0.1, a record of requests, faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
import time
from typing import TYPE_CHECKING, Self

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .faults import Faults

if TYPE_CHECKING:
    from collections.abc import Mapping
    import ssl
    from types import TracebackType

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that a simulator received, and the status that it answered with.

    `path` is raw, with its query, exactly as it came over the wire. `at` is monotonic seconds.
    `status` is 500 where the connection was cut without an answer.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    at: float


class Simulator:
    """A service on a free port of 127.0.0.1 that keeps a record of what it was asked."""

    name = "service"

    def __init__(self) -> None:
        """Start with no requests seen and no faults."""
        self.faults = Faults()
        self.exchanges: list[Exchange] = []
        self.keep_exchanges = True
        """Turned off in long benchmark runs, in which only `counts` matters."""
        self.counts: Counter[str] = Counter()
        self.url = ""
        self._runner: web.AppRunner | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the service. Every simulator has its own."""
        raise NotImplementedError

    def kind(self, request: web.Request) -> str:
        """Return the kind of a request, by which it is counted: method and route."""
        resource = request.match_info.route.resource
        return f"{request.method} {resource.canonical if resource else request.path}"

    def application(self) -> web.Application:
        """Return the application with its routes, recording and faults."""
        app = web.Application(middlewares=[self._middleware()], client_max_size=32 * 1024**2)
        app.add_routes(self.routes())
        return app

    async def start(self, port: int = 0, ssl_context: ssl.SSLContext | None = None) -> str:
        """Serve on `port` (0: a free one) and return the address."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, port, ssl_context=ssl_context)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.url = f"{'https' if ssl_context else 'http'}://{LOOPBACK}:{bound}"
        return self.url

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        """Serve on a free port."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        await self.stop()

    @property
    def secrets(self) -> frozenset[str]:
        """Return all that it ever gave out, or let in, and nobody else may see.

        Keys, tokens, codes and PINs, those that do not hold any more among them.
        """
        return frozenset()

    def forget_requests(self) -> None:
        """Begin counting anew."""
        self.exchanges.clear()
        self.counts.clear()

    def _middleware(self) -> Middleware:
        @web.middleware
        async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
            body = await request.read()
            status = 500
            self.counts[self.kind(request)] += 1
            try:
                response = await self.faults.answer(request, handler)
                status = response.status
            except web.HTTPException as error:
                status = error.status
                raise
            finally:
                if self.keep_exchanges:
                    self.exchanges.append(
                        Exchange(
                            request.method,
                            request.raw_path,
                            dict(request.headers),
                            body,
                            status,
                            time.monotonic(),
                        )
                    )
            return response

        return record
