"""What the flows of accounts and of their lists share: the database, and sealing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.core import HomeAssistant

from ..engine.store.problems import StoreTooNew, StoreUnusable
from ..engine.vault import KeyFileProblem, KeyLost
from ..shared import Shared, async_get_shared
from .problem import FlowProblem, end


@contextmanager
def store_kept() -> Iterator[None]:
    """End the flow, saying why, where the database cannot be read or written."""
    try:
        yield
    except StoreUnusable as problem:
        raise end("store_unusable", detail=str(problem)) from None


async def async_shared(hass: HomeAssistant) -> Shared:
    """Return the database and the vault; end the flow, saying why, where they cannot be opened."""
    try:
        with store_kept():
            return await async_get_shared(hass)
    except KeyFileProblem as problem:
        raise end(f"key_file_{problem.reason}", path=str(problem.path)) from None
    except StoreTooNew:
        raise end("store_too_new") from None


async def async_seal(hass: HomeAssistant, secret: str) -> str:
    """Return a secret as it may stand in an entry."""
    shared = await async_shared(hass)
    return await hass.async_add_executor_job(shared.vault.seal, secret)


async def async_unseal(hass: HomeAssistant, sealed: str, field: str) -> str:
    """Return a secret of an entry; a FlowProblem in `field` where the key to it is lost."""
    shared = await async_shared(hass)
    try:
        return await hass.async_add_executor_job(shared.vault.open, sealed)
    except KeyLost:
        raise FlowProblem("key_lost", field) from None
