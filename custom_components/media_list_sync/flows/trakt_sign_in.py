"""Trying a Trakt app, and signing in with a code that a person enters at Trakt."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
import math
from typing import override

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..engine.clients.trakt import (
    AccountLimit,
    AccountLocked,
    AppDeleted,
    TraktClient,
    TraktUser,
    VipNeeded,
)
from ..engine.clients.trakt_auth import (
    CodeExpired,
    DeviceCode,
    SignInDenied,
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from ..engine.endpoints import Endpoints
from ..engine.http import CredentialsRejected, Doorway, Limited, ServiceError, Unreachable
from .code_wait import MINUTE, CodeWait
from .problem import FlowProblem, placeholders_of

_SECONDS = 15.0
_PATIENCE = 3.0
_CHEAP = "movies/trending"


@dataclass(frozen=True, slots=True)
class App:
    """An API app at Trakt, as a person entered it."""

    client_id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, with the tokens."""

    user: TraktUser
    pair: TokenPair


def _doorway(hass: HomeAssistant) -> Doorway:
    return Doorway(
        async_get_clientsession(hass), service="trakt", timeout=_SECONDS, patience=_PATIENCE
    )


async def try_app(hass: HomeAssistant, endpoints: Endpoints, app: App) -> None:
    """Read one title of a public chart. FlowProblem where the app does not get it."""
    client = TraktClient(_doorway(hass), endpoints.trakt_api, app.client_id, None)
    try:
        await client.chart(_CHEAP, 1)
    except ServiceError as error:
        raise problem_of(error) from None


class SignIn(CodeWait[SignedIn]):
    """A code that waits for its person. Its result raises CodeExpired, SignInDenied, FlowProblem."""

    def __init__(
        self, hass: HomeAssistant, endpoints: Endpoints, app: App, auth: TraktAuth, code: DeviceCode
    ) -> None:
        self.app = app
        self._endpoints = endpoints
        self._auth = auth
        self._code = code
        super().__init__(hass, "Trakt", code.expires_in)

    @classmethod
    async def begin(cls, hass: HomeAssistant, endpoints: Endpoints, app: App) -> SignIn:
        """Get a code, and begin to wait. FlowProblem where Trakt gives none."""
        auth = TraktAuth(_doorway(hass), endpoints.trakt_auth, app.client_id, app.secret or "")
        try:
            code = await auth.device_code()
        except ServiceError as error:
            raise problem_of(error) from None
        return cls(hass, endpoints, app, auth, code)

    @property
    def placeholders(self) -> dict[str, str]:
        """What a person needs: the code, where to enter it, and how many minutes are left."""
        return placeholders_of(
            None,
            code=self._code.user_code,
            address=self._code.verification_url,
            minutes=self.minutes,
        )

    async def give_back(self, pair: TokenPair) -> None:
        """End a sign-in that nobody has a use for. That it fails is no matter."""
        with suppress(ServiceError):
            await self._auth.revoke(pair)

    @override
    async def _wait(self) -> SignedIn:
        pair = await self._tokens()
        keeper = TokenKeeper(self._auth, pair, save=_keep_nothing)
        client = TraktClient(
            _doorway(self._hass), self._endpoints.trakt_api, self.app.client_id, keeper
        )
        try:
            return SignedIn(await client.me(), pair)
        except ServiceError as error:
            problem = problem_of(error)
        await self.give_back(pair)
        raise problem

    async def _tokens(self) -> TokenPair:
        while True:
            code = replace(self._code, expires_in=math.floor(self._left))
            try:
                return await self._auth.wait(code)
            except Unreachable:  # the code is still good when Trakt is back
                continue
            except CodeExpired, SignInDenied:
                raise
            except CredentialsRejected:
                raise FlowProblem("invalid_secret", CONF_CLIENT_SECRET) from None
            except ServiceError as error:
                raise problem_of(error) from None


async def _keep_nothing(_pair: TokenPair) -> None:
    """Tokens as fresh as these are not renewed."""


def problem_of(error: ServiceError) -> FlowProblem:
    """Return what an answer of Trakt means to a person."""
    match error:
        case AppDeleted():
            return FlowProblem("unknown_app", CONF_CLIENT_ID)
        case VipNeeded():
            return FlowProblem("trakt_vip")
        case AccountLocked():
            return FlowProblem("trakt_locked")
        case AccountLimit():
            return FlowProblem("trakt_account_limit")
        case Limited():
            wait = (error.until - dt_util.utcnow()).total_seconds()
            return FlowProblem("trakt_limited", minutes=str(max(math.ceil(wait / MINUTE), 1)))
        case Unreachable():
            return FlowProblem("trakt_unreachable", detail=error.detail or error.reason)
        case _:
            return FlowProblem("trakt_refused", detail=error.detail or type(error).__name__)
