"""What Home Assistant's system information says of this integration."""

from __future__ import annotations

from typing import Any

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from .const import CONF_SERVICE, DOMAIN, SERVICE_ANILIST, SERVICE_PLEX, SERVICE_SEERR, SERVICE_TRAKT
from .engine.identity.refreshing import standing
from .engine.placement import Origin
from .engine.store.atlas import TableState
from .engine.store.facts import facts
from .shared import async_get_shared


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is known at once, and what has to be tried as coroutines."""
    shared = await async_get_shared(hass)
    size = (await shared.store.run(facts)).size
    entries = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    servers = [entry for entry in entries if entry.data[CONF_SERVICE] == SERVICE_SEERR]
    check = system_health.async_check_can_reach_url
    info: dict[str, Any] = {
        "lists": sum(len(entry.subentries) for entry in servers),
        "database_size": f"{size / 1024**2:.1f} MB",
        "key_file": await hass.async_add_executor_job(shared.vault.path.exists),
        "reach_seerr": _reached(servers),
        "reach_imdb": check(hass, shared.endpoints.imdb),
    }
    if any(entry.data[CONF_SERVICE] == SERVICE_TRAKT for entry in entries):
        info["reach_trakt"] = check(hass, shared.endpoints.trakt_api)
    if any(entry.data[CONF_SERVICE] == SERVICE_ANILIST for entry in entries):
        info["reach_anilist"] = check(hass, shared.endpoints.anilist)
        tables = {table.origin: table for table in (await standing(shared.store)).tables}
        info["mappings_anibridge"] = _table(tables[Origin.ANIBRIDGE])
        info["mappings_anime_lists"] = _table(tables[Origin.ANIME_LISTS])
        info["mappings_fribb"] = _table(tables[Origin.FRIBB])
    if plex := [entry for entry in entries if entry.data[CONF_SERVICE] == SERVICE_PLEX]:
        info["reach_plex"] = _reached(plex)
        info["reach_plex_tv"] = check(hass, shared.endpoints.plex_tv)
    return info


def _table(table: TableState) -> JsonValueType:
    """Return since when, how large and how long the last good copy of a table is."""
    if table.fetched_at is None:
        return {"type": "failed", "error": table.error or "missing"}
    day = dt_util.as_local(table.fetched_at).date().isoformat()
    return f"{day} · {table.bytes / 1024**2:.1f} MB · {table.rows}"


def _reached(servers: list[ConfigEntry]) -> JsonValueType:
    """Return how many servers answered at their last check, which is minutes old at most."""
    reached = sum(
        hasattr(entry, "runtime_data") and entry.runtime_data.coordinator.last_update_success
        for entry in servers
    )
    if reached == len(servers):
        return "ok"
    return {"type": "failed", "error": f"{reached} of {len(servers)}"}
