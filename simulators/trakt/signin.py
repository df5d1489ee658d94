"""Signing in, refreshing and signing out: the routes of the sign-in host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .devices import Poll

if TYPE_CHECKING:
    from .state import State


class OAuthError(Exception):
    """A refusal in the words of OAuth."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description}


def signin_routes(state: State) -> list[web.RouteDef]:
    """Return the routes of the sign-in host."""
    routes = SignIn(state)
    return [
        web.post("/oauth/device/code", _told(routes.device_code)),
        web.post("/oauth/device/token", _told(routes.device_token)),
        web.post("/oauth/token", _told(routes.token)),
        web.post("/oauth/revoke", _told(routes.revoke)),
    ]


class SignIn:
    """Answers each call from its JSON body."""

    def __init__(self, state: State) -> None:
        self._state = state

    def device_code(self, body: dict[str, Any], request: web.Request) -> web.Response:
        """Begin to sign a device in."""
        self._require(body, "client_id")
        self._known_app(body)
        devices = self._state.devices
        device_code, user_code = devices.start()
        return web.json_response(
            {
                "device_code": device_code,
                "user_code": user_code,
                "verification_url": f"{request.scheme}://{request.host}/activate",
                "expires_in": devices.lifetime,
                "interval": devices.interval,
            }
        )

    def device_token(self, body: dict[str, Any], _request: web.Request) -> web.Response:
        """Answer a poll. Everything but approval comes without a body."""
        self._require(body, "code", "client_id", "client_secret")
        self._known_app(body)
        self._known_secret(body)
        state, account = self._state.devices.poll(body["code"])
        if state is Poll.APPROVED and account is not None:
            return web.json_response(self._state.tokens.issue(account).fields)
        return web.Response(status=state.value)

    def token(self, body: dict[str, Any], _request: web.Request) -> web.Response:
        """Exchange a refresh token."""
        self._require(body, "grant_type")
        if body["grant_type"] != "refresh_token":
            raise OAuthError(400, "unsupported_grant_type", "Only refresh_token is simulated.")
        self._require(body, "refresh_token", "client_id", "client_secret", "redirect_uri")
        app = self._state.app
        # With a deleted app the grant is gone; the answer does not say that the app is.
        if app is None or app.client_id != body["client_id"]:
            raise _invalid_grant()
        self._known_secret(body)
        if body["redirect_uri"] != app.redirect_uri:
            raise _invalid_grant()
        pair = self._state.tokens.refresh(body["refresh_token"])
        if pair is None:
            raise _invalid_grant()
        return web.json_response(pair.fields)

    def revoke(self, body: dict[str, Any], _request: web.Request) -> web.Response:
        """Sign out. A token that does not hold is no error."""
        self._require(body, "token", "client_id", "client_secret")
        self._known_app(body)
        self._known_secret(body)
        self._state.tokens.revoke(body["token"])
        return web.json_response({})

    @staticmethod
    def _require(body: dict[str, Any], *names: str) -> None:
        for name in names:
            if not isinstance(body.get(name), str) or not body[name]:
                raise OAuthError(400, "invalid_request", f"Missing parameter: {name}")

    def _known_app(self, body: dict[str, Any]) -> None:
        app = self._state.app
        if app is None or app.client_id != body["client_id"]:
            raise OAuthError(401, "invalid_client", "Client authentication failed.")

    def _known_secret(self, body: dict[str, Any]) -> None:
        app = self._state.app
        if app is None or app.client_secret != body["client_secret"]:
            raise OAuthError(401, "invalid_client", "Client authentication failed.")


def _invalid_grant() -> OAuthError:
    return OAuthError(
        400,
        "invalid_grant",
        "The provided authorization grant is invalid, expired, revoked, does not match the "
        "redirection URI used in the authorization request, or was issued to another client.",
    )


def _told(
    answer: Callable[[dict[str, Any], web.Request], web.Response],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return answer(_json_object(await request.read()), request)
        except OAuthError as error:
            return web.json_response(error.body, status=error.status)

    return handle


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise OAuthError(400, "invalid_request", "The body is no JSON object.")
    return body
