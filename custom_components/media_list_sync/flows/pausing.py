"""Pausing a list or pairing from its dialog, as its switch does."""

from __future__ import annotations

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..const import CONF_PAUSED
from ..engine.store import schedule
from .base import async_shared


async def is_paused(hass: HomeAssistant, subentry: ConfigSubentry) -> bool:
    """Say whether it is paused now; the data of its subentry only says how it began."""
    shared = await async_shared(hass)
    row = await shared.store.run(schedule.get, subentry.subentry_id)
    return row.paused if row is not None else bool(subentry.data.get(CONF_PAUSED))


async def pause(
    hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry, paused: bool
) -> None:
    """Pause it or let it go on."""
    if paused == await is_paused(hass, subentry):
        return
    job_id = subentry.subentry_id
    if entry.state is ConfigEntryState.LOADED and job_id in entry.runtime_data.runner.job_ids():
        await entry.runtime_data.runner.set_paused(job_id, paused)
        return
    shared = await async_shared(hass)
    await shared.store.run(schedule.set_paused, job_id, entry.entry_id, paused)
