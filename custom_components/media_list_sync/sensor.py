"""What an account and its lists or pairings come to, in numbers and times."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_anilist import AniListRuntime
from .account_seerr import SeerrRuntime
from .account_trakt import TraktRuntime
from .accounts import AccountConfigEntry, jobs_of
from .sensor_account import account_sensors
from .sensor_anilist import ANILIST_SENSORS
from .sensor_job import JobSensor
from .sensor_list import LIST_SENSORS
from .sensor_pairing import PAIRING_SENSORS
from .sensor_seerr import SEERR_SENSORS
from .sensor_trakt import TRAKT_SENSORS

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account, and those of its lists or pairings to their devices."""
    runtime = entry.runtime_data
    match runtime:
        case SeerrRuntime():
            async_add_entities(account_sensors(runtime.coordinator, SEERR_SENSORS))
        case TraktRuntime():
            async_add_entities(
                account_sensors(
                    runtime.coordinator, TRAKT_SENSORS, is_signed_in=runtime.tokens is not None
                )
            )
        case AniListRuntime():
            async_add_entities(
                account_sensors(
                    runtime.coordinator, ANILIST_SENSORS, is_signed_in=runtime.is_signed_in
                )
            )
    descriptions = PAIRING_SENSORS if isinstance(runtime, AniListRuntime) else LIST_SENSORS
    for subentry_id, coordinator in jobs_of(runtime).items():
        async_add_entities(
            (JobSensor(coordinator, description) for description in descriptions),
            config_subentry_id=subentry_id,
        )
