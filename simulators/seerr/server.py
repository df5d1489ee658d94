"""The simulated server on a socket."""

from __future__ import annotations

from collections.abc import Iterable
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from ..base import Simulator
from ..catalog import CatalogTitle
from ..faults import HTML_PAGE
from . import (
    handlers_about,
    handlers_blocklist,
    handlers_media,
    handlers_requests,
    handlers_services,
    handlers_titles,
)
from .answers import Answer, RefusedError, response
from .checks import CrashError, call_of
from .codes import Permission
from .core import Core
from .endpoints import PREFIX, Router
from .flavour import SEERR, Flavour
from .people import People
from .rows import SeerrUser
from .settings import Settings
from .tables import Tables
from .tmdb import Person, Tmdb
from .tmdb_json import Looks

if TYPE_CHECKING:
    import ssl

USERS = (
    SeerrUser(1, "admin", Permission.ADMIN),
    SeerrUser(2, "requester", Permission.REQUEST),
)
API_KEY = "simulated-seerr-key"
MODULES = (
    handlers_about,
    handlers_titles,
    handlers_media,
    handlers_requests,
    handlers_blocklist,
    handlers_services,
)


class SeerrSimulator(Simulator, People):
    """A Seerr, Overseerr or Jellyseerr, as strict as the real one, with its quirks.

    Requests are counted by method and path as the API names them, without a base path: for
    instance `counts["POST /api/v1/request"]`, `counts["GET /api/v1/movie/{movieId}"]`.
    """

    name = "seerr"

    def __init__(
        self,
        flavour: Flavour = SEERR,
        *,
        catalog: Iterable[CatalogTitle] = (),
        base_path: str = "",
        users: Iterable[SeerrUser] = USERS,
        api_key: str = API_KEY,
        vapid_public: str | None = None,
        persons: Iterable[Person] = (),
        looks: Looks | None = None,
    ) -> None:
        """Make a server with an empty library.

        `catalog` is what TMDB knows, `looks` what it says of single titles (genres, votes).
        `base_path` (such as "/seerr") is where a proxy puts the server. `vapid_public` identifies
        the server; without one it is a server of its own.
        """
        Simulator.__init__(self)
        settings = Settings(api_key, vapid_public or f"B{secrets.token_urlsafe(64)}")
        People.__init__(
            self,
            Core(flavour, settings, Tables(users), Tmdb(catalog, persons), looks or {}),
        )
        self.flavour = flavour
        self.base_path = base_path.rstrip("/")
        self.frontend_status = 200
        """The status of the pages for people, which answer whatever is not under `/api/v1`."""
        self._keys = {api_key}
        self._router = Router(
            endpoint for module in MODULES for endpoint in module.endpoints(flavour)
        )

    @property
    def api_key(self) -> str:
        """The key that opens the server. Setting it ends the one before."""
        return self.settings.api_key

    @api_key.setter
    def api_key(self, key: str) -> None:
        self.settings.api_key = key
        self._keys.add(key)

    @property
    def secrets(self) -> frozenset[str]:
        """Return all keys that it ever had."""
        return frozenset({*self._keys, self.settings.api_key})

    @property
    def crashed(self) -> bool:
        """Say whether a request has ended the server. `revive` starts it again."""
        return self.core.crashed

    async def start(self, port: int = 0, ssl_context: ssl.SSLContext | None = None) -> str:
        """Serve, and return the address that a person would enter: with the base path."""
        self.url = await super().start(port, ssl_context) + self.base_path
        return self.url

    def routes(self) -> list[web.RouteDef]:
        """Take everything: the servers' own rules say what is unknown."""
        return [web.route("*", "/{path:.*}", self._serve)]

    def kind(self, request: web.Request) -> str:
        """Return method and path as the API names them."""
        path = (self._target(request) or "").partition("?")[0]
        methods, _ = self._router.find(path.removeprefix(PREFIX))
        if not path.startswith(PREFIX) or not methods:
            return f"{request.method} {path or request.path}"
        return f"{request.method} {PREFIX}{next(iter(methods.values())).path}"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.core.crashed:
            return _cut(request)
        target = self._target(request)
        if target is None:
            return _page(404)
        due, self.core.late = self.core.late, []
        try:
            return await self._answer(request, target)
        except CrashError:
            self.core.crashed = True
            return _cut(request)
        except RefusedError as refusal:
            return response(Answer(refusal.body, status=refusal.status), request)
        finally:
            for effect in due:
                effect()

    async def _answer(self, request: web.Request, target: str) -> web.Response:
        path = target.partition("?")[0]
        if path.rstrip("/") == PREFIX:
            title = f"{self.flavour.name} API"
            return response(Answer({"api": title, "version": "1.0"}), request)
        if not path.startswith(f"{PREFIX}/"):
            return _page(self.frontend_status)
        raw_body = await request.read()
        endpoint, call = call_of(self.core, self._router, request, raw_body, target)
        return response(await endpoint.handler(self.core, call), request)

    def _target(self, request: web.Request) -> str | None:
        """Return the raw path as the server behind the proxy sees it. None: not the server's."""
        raw = request.raw_path
        if not self.base_path:
            return raw
        if raw == self.base_path:
            return "/"
        if not raw.startswith(f"{self.base_path}/"):
            return None
        return raw.removeprefix(self.base_path)


def _page(status: int) -> web.Response:
    return web.Response(text=HTML_PAGE, status=status, content_type="text/html")


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
