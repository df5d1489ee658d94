"""What every request has to bring, on either host, before it is looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from simulators.faults import HTML_PAGE

from .accounts import Account
from .limits import locked_out

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

    from .state import State

VIEWER = web.RequestKey("viewer", Account)
"""Who is signed in; not there for a request without a token."""

API_VERSION = "2"


def api_demands(state: State) -> Middleware:
    """Return the doorman of the API host."""

    @web.middleware
    async def demand(request: web.Request, handler: Handler) -> web.StreamResponse:
        refusal = _browserless(request) or _key_refused(request, state) or _viewer(request, state)
        return refusal or await _plain(request, handler)

    return demand


def signin_demands() -> Middleware:
    """Return the doorman of the sign-in host, who asks for no key: the body says which app it is."""

    @web.middleware
    async def demand(request: web.Request, handler: Handler) -> web.StreamResponse:
        return _browserless(request) or _untyped(request) or await _plain(request, handler)

    return demand


async def _plain(request: web.Request, handler: Handler) -> web.StreamResponse:
    # Trakt answers its refusals without a body, so a client cannot count on one.
    try:
        return await handler(request)
    except web.HTTPException as error:
        allow = error.headers.get(hdrs.ALLOW)
        return web.Response(status=error.status, headers={hdrs.ALLOW: allow} if allow else None)


def _browserless(request: web.Request) -> web.Response | None:
    # The network in front of both hosts turns away what does not name itself.
    agent = request.headers.get(hdrs.USER_AGENT, "").strip()
    if agent and not re.match(r"Python/\S+ aiohttp/", agent):
        return None
    return web.Response(text=HTML_PAGE, status=403, content_type="text/html")


def _untyped(request: web.Request) -> web.Response | None:
    given = request.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip()
    return None if given == "application/json" else web.Response(status=412)


def _key_refused(request: web.Request, state: State) -> web.Response | None:
    if refusal := _untyped(request):
        return refusal
    if request.headers.get("trakt-api-version") != API_VERSION:
        return web.Response(status=412)
    key = request.headers.get("trakt-api-key")
    if state.app is None or key != state.app.client_id:
        return web.Response(status=403)
    return None


def _viewer(request: web.Request, state: State) -> web.Response | None:
    viewer: Account | None = None
    if (given := request.headers.get(hdrs.AUTHORIZATION)) is not None:
        scheme, _, token = given.partition(" ")
        viewer = state.tokens.owner(token) if scheme == "Bearer" else None
        # A token that does not hold is refused even where none is needed.
        if viewer is None:
            return web.Response(status=401, headers={hdrs.WWW_AUTHENTICATE: 'Bearer realm="Trakt"'})
        request[VIEWER] = viewer
        if viewer.locked:
            return locked_out()
        for wall in state.walls:
            if wall.stops(request, viewer):
                return wall.refusal(viewer)
    if request.method == hdrs.METH_GET:
        return state.bucket.take(viewer)
    return state.writes.take(viewer) if viewer else None


def viewer_of(request: web.Request) -> Account:
    """Return who is signed in; nobody is a 401."""
    viewer: Account | None = request.get(VIEWER)
    if viewer is None:
        raise web.HTTPUnauthorized
    return viewer
