"""The way to one media server, which is found again when it moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...http import CredentialsRejected, Doorway, NotFound, ServiceError, Unreachable
from .address import WITHIN, find_address, identify
from .models import PlexIdentity
from .server import PlexServer
from .tv import PlexTv


class ServerGone(NotFound):
    """The server is not among the person's any more, or another one has its address by now."""


@dataclass(frozen=True, slots=True)
class PlexKeys:
    """What a server is asked with. `account_token` is plex.tv's, where the person has one there.

    `address` is where the server has moved to since it was set up; None where it has not.
    """

    server_token: str = field(repr=False)
    account_token: str | None = field(default=None, repr=False)
    address: str | None = None

    def as_data(self) -> dict[str, str | None]:
        """Return the keys as they are sealed in the store."""
        return {
            "server_token": self.server_token,
            "account_token": self.account_token,
            "address": self.address,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PlexKeys:
        """Read keys from the store."""
        return cls(data["server_token"], data["account_token"], data["address"])


@dataclass(frozen=True, slots=True)
class PlexState:
    """What a look at a server shows: its version, and how many libraries the person may see."""

    version: str
    libraries: int


class PlexReach:
    """Knows where a server is now, and with which token it is asked.

    `doorway` is for the server, `scout` for looking whether it is there (with no patience: what
    does not answer is looked for elsewhere), `tv` for plex.tv (None without a token of plex.tv:
    then the server is where it is). `save` has to put changed keys where they outlive a crash.
    """

    def __init__(
        self,
        doorway: Doorway,
        scout: Doorway,
        tv: PlexTv | None,
        keys: PlexKeys,
        *,
        server_id: str,
        address: str,
        client_id: str,
        save: Callable[[PlexKeys], Awaitable[None]],
    ) -> None:
        self._doorway = doorway
        self._scout = scout
        self._tv = tv
        self._keys = keys
        self._server_id = server_id
        self._first_address = address
        self._client_id = client_id
        self._save = save
        self._server = self._at(self.address)

    @property
    def address(self) -> str:
        """Where the server was reached last, or is expected."""
        return self._keys.address or self._first_address

    @property
    def server(self) -> PlexServer:
        """The server, as its person. Not to be kept: another one after the server has moved."""
        return self._server

    async def check(self) -> PlexState:
        """Look whether the server is there and takes the token; look for it where it is not.

        Raises Unreachable, ServerGone, CredentialsRejected and the other errors of the clients. No
        token is sent before the server has shown that it is the one.
        """
        try:
            return await self._look()
        except (Unreachable, ServerGone, CredentialsRejected) as error:
            if not await self._find_again(error):
                raise
        return await self._look()

    async def _look(self) -> PlexState:
        identity = await self._identity()
        sections = await self._server.sections()
        return PlexState(identity.version, len(sections))

    async def _identity(self) -> PlexIdentity:
        try:
            async with asyncio.timeout(WITHIN):
                identity = await identify(self._scout, self.address, self._client_id)
        except TimeoutError:
            service, account = self._doorway.service, self._doorway.account
            raise Unreachable(service, account, reason="timeout", sent=False) from None
        if identity.id != self._server_id:
            raise ServerGone(self._doorway.service, self._doorway.account, "another server")
        return identity

    async def _find_again(self, met: ServiceError) -> bool:
        """Ask plex.tv where the server is, and for its token. False where that is of no use.

        Raises ServerGone and CredentialsRejected where plex.tv says so; that plex.tv is away says
        nothing of the server.
        """
        if self._tv is None:
            return False
        try:
            resources = await self._tv.resources()
        except CredentialsRejected:
            raise
        except ServiceError:
            return False
        resource = next((one for one in resources if one.id == self._server_id), None)
        if resource is None:
            raise ServerGone(self._doorway.service, self._doorway.account) from met
        found = replace(self._keys, server_token=resource.token)
        if not isinstance(met, CredentialsRejected):
            address = await find_address(self._scout, resource, self._client_id)
            found = replace(found, address=None if address == self._first_address else address)
        elif found == self._keys:
            return False
        if found != self._keys:
            await self._save(found)
            self._keys = found
            self._server = self._at(self.address)
        return True

    def _at(self, address: str) -> PlexServer:
        return PlexServer(self._doorway, address, self._client_id, self._keys.server_token)
