"""Signing in to Trakt, on its sign-in host."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import re

from yarl import URL

from ..http import Answer, CredentialsRejected, Doorway, Forbidden, InvalidAnswer, Limited, Refused
from ..http.doorway import utcnow
from .shape import Misshapen, mapping, number, read, text
from .trakt.errors import AppDeleted, refusal
from .trakt.headers import COMMON_HEADERS
from .trakt.tokens import TokenKeeper, TokenPair

__all__ = ["CodeExpired", "DeviceCode", "SignInDenied", "TokenKeeper", "TokenPair", "TraktAuth"]

_REDIRECT = "urn:ietf:wg:oauth:2.0:oob"
_ADDRESS = re.compile(r"https?://[\w.:/-]+", re.ASCII)
_SLOW_DOWN = 5
"""Seconds to add to the interval each time that Trakt finds the polling too quick (RFC 8628)."""


class CodeExpired(Refused):
    """The device code does not work any more: too old, or used before. A new one is needed."""


class SignInDenied(Forbidden):
    """The person did not allow the device in."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """With `user_code` a person allows this device in at `verification_url`. Times in seconds."""

    device_code: str = field(repr=False)
    user_code: str
    verification_url: str
    expires_in: int
    interval: int


class TraktAuth:
    """The sign-in host, asked in the name of one API app.

    Every method raises Unreachable, Limited, InvalidAnswer and Refused.
    """

    def __init__(
        self,
        doorway: Doorway,
        auth_url: str,
        client_id: str,
        client_secret: str,
        *,
        now: Callable[[], datetime] = utcnow,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._doorway = doorway
        self._url = auth_url.rstrip("/")
        self._client_id = client_id
        self._secret = client_secret
        self._now = now
        self._sleep = sleep

    async def device_code(self) -> DeviceCode:
        """Begin to sign in. AppDeleted where Trakt does not know the client id (any more)."""
        answer = await self._post("device/code", {"client_id": self._client_id})
        if answer.status == 401:
            raise AppDeleted(answer.service, answer.account, _words(answer))
        return await self._read(answer, _device_code)

    async def poll(self, code: DeviceCode) -> TokenPair | None:
        """Return the tokens; None while the person has not decided yet.

        Raises SignInDenied, CodeExpired, Limited for polling too quickly, and CredentialsRejected
        where the client secret is wrong.
        """
        asked = self._now()
        answer = await self._post("device/token", {"code": code.device_code, **self._app()})
        match answer.status:
            case 400 if _error(answer) in (None, "authorization_pending"):
                return None
            case 404 | 409 | 410:
                raise CodeExpired(
                    answer.service, answer.account, _words(answer), status=answer.status
                )
            case 418:
                raise SignInDenied(answer.service, answer.account)
            case 401:
                raise CredentialsRejected(answer.service, answer.account, _words(answer))
        return await self._read(answer, lambda value: _token_pair(value, asked))

    async def wait(self, code: DeviceCode) -> TokenPair:
        """Poll at Trakt's interval until the person has decided. Raises what `poll` does."""
        interval = code.interval
        until = self._now() + timedelta(seconds=code.expires_in)
        while self._now() < until:
            await self._sleep(interval)
            try:
                pair = await self.poll(code)
            except Limited as error:
                if error.detail:  # the words of a web page: the network in front of Trakt
                    raise
                interval += _SLOW_DOWN
                continue
            if pair is not None:
                return pair
        raise CodeExpired(self._doorway.service, self._doorway.account, "in vain", status=410)

    async def refresh(self, pair: TokenPair) -> TokenPair:
        """Exchange a refresh token for a new pair. It works once; the old pair ends with it.

        CredentialsRejected where it does not hold: used, revoked, or its app deleted.
        """
        asked = self._now()
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": pair.refresh_token,
            "redirect_uri": _REDIRECT,
        }
        answer = await self._post("token", {**fields, **self._app()})
        if answer.status == 401 or _error(answer) in ("invalid_grant", "invalid_client"):
            raise CredentialsRejected(answer.service, answer.account, _words(answer))
        return await self._read(answer, lambda value: _token_pair(value, asked))

    async def revoke(self, pair: TokenPair) -> None:
        """End a sign-in."""
        answer = await self._post("revoke", {"token": pair.access_token, **self._app()})
        if answer.status != 200:
            raise self._refusal(answer)

    def _app(self) -> dict[str, str]:
        return {"client_id": self._client_id, "client_secret": self._secret}

    async def _post(self, path: str, body: dict[str, str]) -> Answer:
        headers = {**COMMON_HEADERS, "trakt-api-key": self._client_id}
        url = URL(f"{self._url}/oauth/{path}", encoded=True)
        return await self._doorway.send("POST", url, headers=headers, json=body)

    async def _read[T](self, answer: Answer, build: Callable[[object], T]) -> T:
        if answer.status != 200 or answer.is_html:
            raise self._refusal(answer)
        return await read(answer, build)

    def _refusal(self, answer: Answer) -> Exception:
        return refusal(answer, self._now())


def _device_code(value: object) -> DeviceCode:
    row = mapping(value)
    address = text(row, "verification_url")
    if not _ADDRESS.fullmatch(address):  # people are told to open it
        raise Misshapen("verification_url is no address")
    return DeviceCode(
        device_code=text(row, "device_code"),
        user_code=text(row, "user_code"),
        verification_url=address,
        expires_in=number(row, "expires_in"),
        interval=number(row, "interval"),
    )


def _token_pair(value: object, asked: datetime) -> TokenPair:
    row = mapping(value)
    lifetime = number(row, "expires_in")
    if not 0 < lifetime < 10**9:
        raise Misshapen("expires_in makes no sense")
    return TokenPair(
        access_token=text(row, "access_token"),
        refresh_token=text(row, "refresh_token"),
        issued_at=asked,
        expires_at=asked + timedelta(seconds=lifetime),
    )


def _error(answer: Answer) -> str | None:
    """Return the OAuth error of a refusal; None where there is none."""
    try:
        body = answer.json()
    except InvalidAnswer:
        return None
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) else None


def _words(answer: Answer) -> str:
    return _error(answer) or ""
