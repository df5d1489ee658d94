"""What all accounts share: the database, the vault, the addresses of the services.

Opened when it is first asked for, which on a fresh install is a config flow, before `async_setup`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey

from .const import CONF_ENDPOINTS, CONF_KEY_FILE, DOMAIN, SECRET_TOKEN
from .engine.endpoints import Endpoints
from .engine.restoring import answer_restore
from .engine.store import secrets
from .engine.store.database import Store
from .engine.vault import Vault

DATABASE_FILE = f".storage/{DOMAIN}.db"
KEY_FILE = f".storage/{DOMAIN}.key"


@dataclass(frozen=True, slots=True)
class Shared:
    """What all accounts share. Sealing, opening and the store's files are for worker threads."""

    store: Store
    vault: Vault
    endpoints: Endpoints


@dataclass(slots=True)
class _Keeper:
    """The shared resources, or how to open them."""

    key_file: Path
    endpoints: Endpoints = field(default_factory=Endpoints)
    opened: Shared | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    closes: bool = False
    """Whether it was seen to that the database is closed at the end."""


_KEEPER: HassKey[_Keeper] = HassKey(DOMAIN)


def _keeper(hass: HomeAssistant) -> _Keeper:
    if _KEEPER not in hass.data:
        hass.data[_KEEPER] = _Keeper(Path(hass.config.path(KEY_FILE)))
    return hass.data[_KEEPER]


async def async_configure(hass: HomeAssistant, config: ConfigType) -> None:
    """Take over what configuration.yaml says (`config` is all of it); without it, the defaults.

    What was opened before, for a flow on a fresh install, is opened anew where that changes it.
    """
    settings: Mapping[str, Any] = config.get(DOMAIN) or {}
    keeper = _keeper(hass)
    async with keeper.lock:
        key_file = Path(hass.config.path(settings.get(CONF_KEY_FILE, KEY_FILE)))
        endpoints = Endpoints(**settings.get(CONF_ENDPOINTS, {}))
        if (key_file, endpoints) == (keeper.key_file, keeper.endpoints):
            return
        keeper.key_file, keeper.endpoints = key_file, endpoints
        if keeper.opened is not None:
            await keeper.opened.store.close()
            keeper.opened = None


async def async_get_shared(hass: HomeAssistant) -> Shared:
    """Return the shared resources, opened if need be.

    Raises KeyFileProblem where the key file cannot be read or made, StoreTooNew where the database
    was last used by a newer version, and StoreUnusable where it cannot be opened.
    """
    keeper = _keeper(hass)
    async with keeper.lock:
        if keeper.opened is None:
            vault = await hass.async_add_executor_job(Vault.load, keeper.key_file)
            file = Path(hass.config.path(DATABASE_FILE))
            store = Store(file, on_restore=answer_restore)
            try:
                await store.open()
            except BaseException:
                await store.close()  # its thread would live on
                raise
            keeper.opened = Shared(store, vault, keeper.endpoints)
            _close_at_the_end(hass, keeper)
        return keeper.opened


@callback
def async_get_endpoints(hass: HomeAssistant) -> Endpoints:
    """Return where the public services are, without opening anything."""
    return _keeper(hass).endpoints


async def async_adopt_token(shared: Shared, entry: ConfigEntry) -> None:
    """Make an entry the owner of the sign-in that its flow got. Called first at its set-up.

    The flow cannot know the id of the entry that it makes: until then, the owner is its unique id.
    """
    if entry.unique_id is not None:
        await shared.store.run(_adopt_token, entry.unique_id, entry.entry_id)


def _adopt_token(connection: sqlite3.Connection, unique_id: str, entry_id: str) -> None:
    sealed = secrets.get(connection, unique_id, SECRET_TOKEN)
    if sealed is not None:
        secrets.put(connection, entry_id, SECRET_TOKEN, sealed)
        secrets.remove_owner(connection, unique_id)


def _close_at_the_end(hass: HomeAssistant, keeper: _Keeper) -> None:
    """Close the database after everything else has stopped."""
    if keeper.closes:
        return
    keeper.closes = True

    async def close(_event: Event) -> None:
        async with keeper.lock:
            if keeper.opened is not None:
                await keeper.opened.store.close()
                keeper.opened = None

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
