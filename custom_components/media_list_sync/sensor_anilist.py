"""How much is on an AniList account's list, and how long its sign-in holds."""

from __future__ import annotations

from homeassistant.components.sensor import SensorStateClass

from .coordinator_anilist import AniListCoordinator
from .engine.watch import ListStatus
from .sensor_account import AccountSensorDescription, sign_in_valid_until


def _entries(key: str, status: ListStatus) -> AccountSensorDescription[AniListCoordinator]:
    """Return the sensor of how many entries have a status, by AniList's own statistics."""
    return AccountSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.data.counts.get(status, 0),
    )


ANILIST_SENSORS: tuple[AccountSensorDescription[AniListCoordinator], ...] = (
    _entries("watching", ListStatus.CURRENT),
    _entries("planning", ListStatus.PLANNING),
    _entries("completed", ListStatus.COMPLETED),
    _entries("dropped", ListStatus.DROPPED),
    _entries("paused", ListStatus.PAUSED),
    _entries("repeating", ListStatus.REPEATING),
    sign_in_valid_until(),
)
