"""Signing in to Plex with a code, and what plex.tv then tells: servers, people, tokens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
import math
from typing import override

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..account_plex import async_client_id, plex_tv
from ..engine.clients.plex import PinExpired, PlexAccount, PlexPin, PlexResource, PlexTv, PlexUser
from ..engine.http import Doorway, Forbidden, Limited, NotFound, ServiceError, Unreachable
from ..shared import async_get_endpoints
from .code_wait import MINUTE, CodeWait
from .problem import end, placeholders_of

POLL_SECONDS = 2.0
_SECONDS = 15.0
_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and what they may use."""

    account: PlexAccount
    token: str = field(repr=False)
    servers: tuple[PlexResource, ...]
    people: tuple[PlexUser, ...]


async def tv_for(hass: HomeAssistant, token: str | None = None) -> PlexTv:
    """Return plex.tv, as somebody, with a client that gives up soon."""
    doorway = Doorway(
        async_get_clientsession(hass), service="plex", timeout=_SECONDS, patience=_PATIENCE
    )
    return plex_tv(doorway, async_get_endpoints(hass), await async_client_id(hass), token)


def server_of(servers: tuple[PlexResource, ...], server_id: str) -> PlexResource | None:
    """Return a server by its machine identifier."""
    return next((server for server in servers if server.id == server_id), None)


class PlexSignIn(CodeWait[SignedIn]):
    """A code that waits for its person. Its result raises PinExpired and ServiceError."""

    def __init__(self, hass: HomeAssistant, tv: PlexTv, pin: PlexPin) -> None:
        self._tv = tv
        self._pin = pin
        super().__init__(hass, "Plex", pin.expires_in)

    @classmethod
    async def begin(cls, hass: HomeAssistant) -> PlexSignIn:
        """Get a code, and begin to wait. Raises ServiceError where plex.tv gives none.

        One of four letters: it can be typed on any device, and the browser that shows the dialog
        need not be the one that is signed in to Plex.
        """
        tv = await tv_for(hass)
        return cls(hass, tv, await tv.create_pin(strong=False))

    @property
    def placeholders(self) -> dict[str, str]:
        """What a person needs: the code, where to enter it, and how many minutes are left."""
        return placeholders_of(
            None, code=self._pin.code, address=self._pin.link, minutes=self.minutes
        )

    @override
    async def _wait(self) -> SignedIn:
        token = await self._token()
        tv = await tv_for(self._hass, token)
        account, servers = await tv.account(), await tv.resources()
        return SignedIn(account, token, servers, await _people(tv, account))

    async def _token(self) -> str:
        while self._left:
            await asyncio.sleep(min(POLL_SECONDS, self._left))
            try:
                token = await self._tv.check_pin(self._pin.id)
            except Unreachable:  # the code is still good when plex.tv is back
                continue
            except Limited as error:
                await asyncio.sleep(max((error.until - dt_util.utcnow()).total_seconds(), 0.0))
                continue
            if token is not None:
                return token
        raise PinExpired("plex")


async def _people(tv: PlexTv, account: PlexAccount) -> tuple[PlexUser, ...]:
    """Return the people of the home; of who has none, or may not see them, the person alone."""
    try:
        people = await tv.home_users()
    except Forbidden, NotFound:
        people = ()
    alone = PlexUser(account.id, account.uuid, account.name, is_admin=False, has_pin=False)
    return people or (alone,)


def tv_meaning(error: ServiceError) -> tuple[str, dict[str, str]]:
    """Return what an answer of plex.tv means to a person, with what its text is filled in with."""
    match error:
        case Limited():
            wait = (error.until - dt_util.utcnow()).total_seconds()
            return "plex_tv_limited", {"minutes": str(max(math.ceil(wait / MINUTE), 1))}
        case Unreachable():
            return "plex_tv_unreachable", {"detail": error.detail or error.reason}
        case _:
            return "plex_tv_refused", {"detail": error.detail or type(error).__name__}


def tv_abort(error: ServiceError) -> AbortFlow:
    """Return the end of a flow that plex.tv does not let go on."""
    reason, placeholders = tv_meaning(error)
    return end(reason, **placeholders)
