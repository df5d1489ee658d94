"""Finding the address under which a server can be reached."""

from __future__ import annotations

import asyncio
from typing import Final

from yarl import URL

from ...http import Doorway, ServiceError, Unreachable
from ..shape import read
from . import shapes
from .errors import refusal
from .headers import plex_headers
from .models import PlexIdentity, PlexResource

WITHIN: Final = 6.0
"""Seconds in which a connection has to answer; a relay takes one or two."""


async def find_address(
    doorway: Doorway, server: PlexResource, client_id: str, *, within: float = WITHIN
) -> str:
    """Return the best of a server's addresses at which it answers, in `within` seconds.

    All are tried side by side, so the doorway's pace has to let as many through; one without
    patience does not try again what was refused. The server's token is not sent: something else
    may have that address by now, and only what says that it is this server counts. Raises
    Unreachable where nothing does. To be called again, with fresh `resources()`, when the server
    cannot be reached any more.
    """
    tries = [
        asyncio.create_task(_is_there(doorway, server.id, connection.address, client_id, within))
        for connection in server.connections
    ]
    try:
        for connection, one in zip(server.connections, tries, strict=True):
            if await one:
                return connection.address
    finally:
        for one in tries:
            one.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
    raise Unreachable(
        doorway.service,
        doorway.account,
        f"at none of {len(tries)} addresses",
        reason="connect",
        sent=False,
    )


async def identify(doorway: Doorway, address: str, client_id: str) -> PlexIdentity:
    """Return which server answers at an address. Proves nothing about a token, and sends none."""
    url = URL(f"{address.rstrip('/')}/identity", encoded=True)
    answer = await doorway.get(url, headers=plex_headers(client_id))
    if answer.status != 200 or answer.is_html:
        raise refusal(answer)
    return await read(answer, shapes.identity)


async def _is_there(
    doorway: Doorway, server_id: str, address: str, client_id: str, within: float
) -> bool:
    try:
        async with asyncio.timeout(within):
            identity = await identify(doorway, address, client_id)
    except ServiceError, TimeoutError:
        return False
    return identity.id == server_id
