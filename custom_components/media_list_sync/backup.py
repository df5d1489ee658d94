"""Keeping the database whole while Home Assistant copies it into a backup.

A backup must not fail because of this integration, and must not wait for it: both hooks end after
seconds, and neither raises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
import logging

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from .account_anilist import AniListRuntime
from .account_seerr import SeerrRuntime
from .const import DOMAIN
from .engine.runner import Runner
from .shared import async_get_shared
from .targets import loaded_entries

_LOGGER = logging.getLogger(__name__)

HOOK_SECONDS = 10
LONGEST_BACKUP = 3600
"""Seconds after which the database is freed even if nobody says that the backup is done."""

_CANCEL_RELEASE: HassKey[CALLBACK_TYPE] = HassKey(f"{DOMAIN}_backup")


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Begin no sync, and have the database marked and in one piece on the disk."""
    for runner in _runners(hass):
        runner.hold()
    _release_later(hass)
    try:
        async with asyncio.timeout(HOOK_SECONDS):
            await (await async_get_shared(hass)).store.prepare_backup()
    except Exception:
        _LOGGER.exception("The database could not be made ready for the backup")


async def async_post_backup(hass: HomeAssistant) -> None:
    """Go on, whatever came of the backup: this runs also where making ready for it failed."""
    if cancel := hass.data.pop(_CANCEL_RELEASE, None):
        cancel()
    try:
        async with asyncio.timeout(HOOK_SECONDS):
            await (await async_get_shared(hass)).store.finish_backup()
    except Exception:
        _LOGGER.exception("The database could not be freed after the backup")
    for runner in _runners(hass):
        runner.release()


def _runners(hass: HomeAssistant) -> Iterator[Runner]:
    """Yield the runners of all accounts that have one."""
    for entry in loaded_entries(hass):
        runtime = entry.runtime_data
        if isinstance(runtime, SeerrRuntime | AniListRuntime):
            yield runtime.runner


def _release_later(hass: HomeAssistant) -> None:
    async def release(_now: datetime) -> None:
        _LOGGER.warning("The backup takes very long; syncing goes on without waiting for its end")
        await async_post_backup(hass)

    job = HassJob(release, f"{DOMAIN} release after backup", cancel_on_shutdown=True)
    hass.data[_CANCEL_RELEASE] = async_call_later(hass, LONGEST_BACKUP, job)
