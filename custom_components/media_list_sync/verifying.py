"""Trying an account of which one check tells all: the way of Trakt, AniList and Plex."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
import time

from .engine.http import CredentialsRejected, Forbidden, ServiceError, Unreachable
from .engine.requests.account import Verification


async def try_account(
    check: Callable[[], Awaitable[object]], version: Callable[[], str | None] = lambda: None
) -> Verification:
    """Return what a check comes to. `version` is asked for after it, where there is one to tell."""
    begun = time.monotonic()
    failed: ServiceError | None = None
    try:
        await check()
    except ServiceError as error:
        failed = error
    reachable = not isinstance(failed, Unreachable)
    signed_in = reachable and not isinstance(failed, CredentialsRejected)
    return Verification(
        reachable=reachable,
        signed_in=signed_in,
        permitted=signed_in and not isinstance(failed, Forbidden),
        milliseconds=round((time.monotonic() - begun) * 1000) if reachable else None,
        version=version() if failed is None else None,
        error=failed,
    )
