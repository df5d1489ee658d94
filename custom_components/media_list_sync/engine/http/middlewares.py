"""What keeps aiohttp from doing of itself what only we can judge: repeating, and following."""

from __future__ import annotations

import aiohttp
from yarl import URL


class BrokenOff(aiohttp.ClientError):
    """The connection broke. What was sent may have been carried out."""


class LedAway(aiohttp.ClientError):
    """A redirect that is not followed."""


async def once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once.

    aiohttp sends a PUT and a DELETE again when the connection breaks, as HTTP allows: but a play
    that is marked twice counts twice.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise BrokenOff from error


def stay_at(url: URL) -> aiohttp.ClientMiddlewareType:
    """Return what lets a session ask nothing but this address."""

    async def stay(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if request.url != url:
            raise LedAway
        return await handler(request)

    return stay
