"""Who is let in, on each of the three hosts, and what a refusal looks like there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .markup import json_response, wants_json, xml_response
from .people import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler, Middleware

VIEWER = web.RequestKey("viewer", Person)
"""Who asks."""

TOKEN = "X-Plex-Token"
CLIENT = "X-Plex-Client-Identifier"

NO_CLIENT = (400, 1000, "X-Plex-Client-Identifier is missing")
NO_USER = (401, 1001, "User could not be authenticated")
NO_CODE = (404, 1020, "Code not found or expired")
NO_PIN = (403, 1041, "A valid PIN is required to perform this action")


def server_doorman(
    person_of: Callable[[str], Person | None], token_in_address: Callable[[str], None]
) -> Middleware:
    """Return the doorman of a media server, which answers its refusals in HTML.

    Everything but `/identity` needs a token, in a header or in the address. Where it came in the
    address, the path is told.
    """

    @web.middleware
    async def demand(request: web.Request, handler: Handler) -> web.StreamResponse:
        person = person_of(given_token(request, token_in_address))
        if person is not None:
            request[VIEWER] = person
        elif request.path != "/identity":
            return _page(401, "Unauthorized")
        try:
            return await handler(request)
        except web.HTTPException as error:
            return _page(error.status, error.reason)

    return demand


def account_doorman(
    person_of: Callable[[str], Person | None],
    token_in_address: Callable[[str], None],
    *,
    open_path: str = "",
) -> Middleware:
    """Return the doorman of plex.tv or discover: a token is needed but on `open_path` and below."""

    @web.middleware
    async def demand(request: web.Request, handler: Handler) -> web.StreamResponse:
        person = person_of(given_token(request, token_in_address))
        if person is not None:
            request[VIEWER] = person
        elif not open_path or not request.path.startswith(open_path):
            return refusal(request, NO_USER)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return refusal(request, (error.status, 1002, error.reason))

    return demand


def given_token(request: web.Request, token_in_address: Callable[[str], None]) -> str:
    """Return the token of a request, or an empty text."""
    if TOKEN in request.query:
        token_in_address(request.path)
    return request.headers.get(TOKEN) or request.query.get(TOKEN, "")


def refusal(request: web.Request, told: tuple[int, int, str]) -> web.Response:
    """Return an error as plex.tv tells it: HTTP status, its own code, words."""
    status, code, message = told
    if wants_json(request):
        body = {"errors": [{"code": code, "message": message, "status": status}]}
        return json_response(body, status)
    text = f'<errors><error code="{code}" message="{message}" status="{status}"/></errors>'
    return xml_response(text, status)


def _page(status: int, words: str) -> web.Response:
    text = f"<html><head><title>{words}</title></head><body><h1>{status} {words}</h1></body></html>"
    return web.Response(text=text, status=status, content_type="text/html")
