"""An account as its dialog left it: its entry, and its keys in the store."""

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import orjson

from custom_components.media_list_sync.const import SECRET_TOKEN
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.shared import async_get_shared

from .dialog import Dialog, state_of


async def entry_of(hass: HomeAssistant, dialog: Dialog) -> ConfigEntry:
    """Return the entry that a dialog made, set up."""
    assert dialog.kind is FlowResultType.CREATE_ENTRY, dialog.result
    entry: ConfigEntry = dialog.result["result"]
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    return entry


async def keys_of(hass: HomeAssistant, owner: str | None) -> dict[str, Any] | None:
    """Return the keys in the store, opened."""
    shared = await async_get_shared(hass)
    sealed = await shared.store.run(secrets.get, owner or "", SECRET_TOKEN)
    if sealed is None:
        return None
    opened: dict[str, Any] = orjson.loads(
        await hass.async_add_executor_job(shared.vault.open, sealed)
    )
    return opened
