"""Sealing everything with a new key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
import logging
import sqlite3

from homeassistant.const import CONF_API_KEY, CONF_CLIENT_SECRET
from homeassistant.core import HassJob, HomeAssistant
from homeassistant.helpers.event import async_call_later

from .const import DOMAIN
from .engine.store import secrets
from .engine.vault import KeyFileProblem, KeyLost, Vault
from .shared import async_get_shared

_LOGGER = logging.getLogger(__name__)

SEALED = (CONF_API_KEY, CONF_CLIENT_SECRET)
"""What is sealed in an entry's data."""

OLD_KEYS_STAY = timedelta(minutes=5)
"""Home Assistant saves its entries a second late: until then the old keys may be needed."""


async def async_rotate_key(hass: HomeAssistant) -> int:
    """Make a new key, seal every credential with it, and return how many there were.

    The old keys are forgotten some minutes later; after a restart in between they stay until the
    next time. What no key opens is left as it is: its account asks for it anew. Raises
    KeyFileProblem, where nothing was changed, and StoreUnusable, where both keys are needed.
    """
    shared = await async_get_shared(hass)
    vault = shared.vault
    await hass.async_add_executor_job(vault.rotate)
    count = await shared.store.run(_reseal_stored, vault)
    for entry in hass.config_entries.async_entries(DOMAIN):
        resealed = await hass.async_add_executor_job(_reseal, vault, entry.data)
        count += len(resealed)
        if resealed:
            hass.config_entries.async_update_entry(entry, data={**entry.data, **resealed})

    async def forget(_now: datetime) -> None:
        try:
            await hass.async_add_executor_job(vault.forget_old_keys)
        except KeyFileProblem as error:
            _LOGGER.warning("The old keys could not be removed: %s", error)

    async_call_later(hass, OLD_KEYS_STAY, HassJob(forget, cancel_on_shutdown=True))
    return count


def _reseal_stored(connection: sqlite3.Connection, vault: Vault) -> int:
    count = 0
    for secret in secrets.every(connection):
        try:
            sealed = vault.reseal(secret.sealed)
        except KeyLost:
            continue
        secrets.put(connection, secret.owner, secret.name, sealed)
        count += 1
    return count


def _reseal(vault: Vault, data: Mapping[str, object]) -> dict[str, str]:
    resealed: dict[str, str] = {}
    for name in SEALED:
        sealed = data.get(name)
        if isinstance(sealed, str):
            try:
                resealed[name] = vault.reseal(sealed)
            except KeyLost:
                continue
    return resealed
