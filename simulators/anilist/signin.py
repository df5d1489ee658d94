"""Signing in: the page on which a person allows an app in, and the exchange of its code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import hdrs, web
from yarl import URL

if TYPE_CHECKING:
    from .entries import Account
    from .tokens import App, Tokens

_PAGE = "<!DOCTYPE html><html><head><title>Login · AniList</title></head><body></body></html>"


class SignIn:
    """The routes of the site. `decision`: what the person does with the page that is shown.

    An account allows the app in, False refuses it, None leaves the page open.
    """

    def __init__(self, app: App, tokens: Tokens) -> None:
        self.decision: Account | bool | None = None
        self._app = app
        self._tokens = tokens

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/api/v2/oauth/authorize", self._authorize),
            web.post("/api/v2/oauth/token", self._token),
        ]

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("client_id") != self._app.client_id:
            return _refused(401, "invalid_client", "Client authentication failed")
        if query.get("redirect_uri", self._app.redirect_uri) != self._app.redirect_uri:
            return _refused(401, "invalid_client", "Client authentication failed")
        if query.get("response_type") != "code":
            return _unsupported()
        if self.decision is None:
            return web.Response(text=_PAGE, content_type="text/html")
        answer = {"state": query["state"]} if "state" in query else {}
        if isinstance(self.decision, bool):
            answer["error"] = "access_denied"
        else:
            answer["code"] = self._tokens.code(self.decision)
        where = URL(self._app.redirect_uri).update_query(answer)
        return web.Response(status=302, headers={hdrs.LOCATION: str(where)})

    async def _token(self, request: web.Request) -> web.Response:
        # A form is a body that holds nothing.
        body: Any = None
        if request.content_type == "application/json":
            try:
                body = json.loads(await request.read())
            except ValueError:
                body = None
        given = body if isinstance(body, dict) else {}
        if given.get("grant_type") != "authorization_code":
            return _unsupported()
        for name in ("client_id", "client_secret", "redirect_uri", "code"):
            if not given.get(name):
                return _refused(400, "invalid_request", f"Check the `{name}` parameter")
        if (str(given["client_id"]), given["client_secret"], given["redirect_uri"]) != (
            self._app.client_id,
            self._app.client_secret,
            self._app.redirect_uri,
        ):
            return _refused(401, "invalid_client", "Client authentication failed")
        account = self._tokens.redeem(str(given["code"]))
        if account is None:
            return _refused(400, "invalid_grant", "Authorization code has expired or was revoked")
        return web.json_response(
            {
                "token_type": "Bearer",
                "expires_in": self._tokens.lifetime,
                "access_token": self._tokens.issue(account, self._app),
            }
        )


def _unsupported() -> web.Response:
    return _refused(400, "unsupported_grant_type", "The grant type is not supported")


def _refused(status: int, error: str, words: str) -> web.Response:
    return web.json_response({"error": error, "message": words, "hint": None}, status=status)
