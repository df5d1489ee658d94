"""Media List Sync: what is on your lists gets requested on Seerr."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from typing import Any

from homeassistant.config_entries import ConfigEntry, UpdateListenerType
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .account_anilist import AniListRuntime, async_setup_anilist
from .account_plex import async_setup_plex
from .account_seerr import SeerrRuntime, async_setup_seerr
from .account_trakt import async_setup_trakt
from .accounts import AccountConfigEntry, AccountRuntime
from .const import (
    CONF_ENDPOINTS,
    CONF_KEY_FILE,
    CONF_SERVICE,
    DOMAIN,
    SERVICE_ANILIST,
    SERVICE_PLEX,
    SERVICE_SEERR,
    SERVICE_TRAKT,
)
from .engine.endpoints import Endpoints
from .errors import store_needed
from .opening import open_shared
from .removal import (
    async_forget_entry,
    async_forget_removed_lists,
    async_forget_uploads,
    forget_issues,
    uploads_of,
)
from .running import async_start_runner
from .services import async_setup_services
from .shared import Shared, async_configure

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONFIG_SCHEMA = vol.Schema(
    {
        vol.Optional(DOMAIN): vol.Schema(
            {
                vol.Optional(CONF_ENDPOINTS, default={}): {
                    vol.In([field.name for field in fields(Endpoints)]): cv.url
                },
                vol.Optional(CONF_KEY_FILE): cv.string,
            }
        )
    },
    extra=vol.ALLOW_EXTRA,
)

_SET_UP: dict[str, Callable[[HomeAssistant, Any, Shared], Awaitable[AccountRuntime]]] = {
    SERVICE_ANILIST: async_setup_anilist,
    SERVICE_PLEX: async_setup_plex,
    SERVICE_SEERR: async_setup_seerr,
    SERVICE_TRAKT: async_setup_trakt,
}


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Take over what configuration.yaml says, and register the actions."""
    await async_configure(hass, config)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Set up an account."""
    shared = await open_shared(hass)
    updated = _reloading(entry)
    with store_needed(ConfigEntryNotReady):
        await async_forget_removed_lists(hass, entry, shared)
        runtime = await _SET_UP[entry.data[CONF_SERVICE]](hass, entry, shared)
    entry.runtime_data = runtime
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(entry.add_update_listener(updated))
    # What has changed while it was set up, nobody has heard of yet.
    hass.async_create_task(updated(hass, entry))
    if isinstance(runtime, SeerrRuntime | AniListRuntime):
        async_start_runner(hass, entry, runtime.runner)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> bool:
    """Take the account's entities away, and bring what it is doing to rest, wherever it is."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.stop()
    if entry.disabled_by is not None:
        forget_issues(hass, entry)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """Forget an account: its rows, its keys, its issues, and its sign-in where there is one."""
    await async_forget_entry(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: AccountConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let a device be removed only where its account or list is gone."""
    live = {entry.entry_id, *entry.subentries}
    return not any(domain == DOMAIN and name in live for domain, name in device.identifiers)


def _configuration(entry: ConfigEntry) -> tuple[object, ...]:
    """Return all of an entry that its set-up depends on."""
    subentries: Mapping[str, Any] = entry.subentries
    return (
        entry.title,
        dict(entry.data),
        dict(entry.options),
        {key: (one.title, dict(one.data)) for key, one in subentries.items()},
    )


@callback
def _reloading(entry: AccountConfigEntry) -> UpdateListenerType:
    """Return what reloads the entry when it is another one than now, and for nothing else."""
    set_up_with = _configuration(entry)
    uploads = uploads_of(entry)

    async def updated(hass: HomeAssistant, entry: ConfigEntry) -> None:
        if _configuration(entry) == set_up_with:
            return
        await hass.config_entries.async_reload(entry.entry_id)
        # Only now: a sync of the list that was removed may have been under way.
        await async_forget_uploads(hass, uploads - uploads_of(entry))

    return updated
