"""How much is on an AniList account's list, and how long its sign-in holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType

from .account_anilist import AniListRuntime
from .coordinator_anilist import AniListCoordinator
from .engine.watch import ListStatus
from .entity import ServiceEntity


@dataclass(frozen=True, kw_only=True)
class AniListSensorDescription(SensorEntityDescription):
    """A sensor of an AniList account. One that `applies` to no such account is not made."""

    value_fn: Callable[[AniListCoordinator], StateType | datetime]
    applies: Callable[[AniListRuntime], bool] = lambda _: True


def _entries(key: str, status: ListStatus) -> AniListSensorDescription:
    """Return the sensor of how many entries have a status, by AniList's own statistics."""
    return AniListSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.data.counts.get(status, 0),
    )


ANILIST_SENSORS = (
    _entries("watching", ListStatus.CURRENT),
    _entries("planning", ListStatus.PLANNING),
    _entries("completed", ListStatus.COMPLETED),
    _entries("dropped", ListStatus.DROPPED),
    _entries("paused", ListStatus.PAUSED),
    _entries("repeating", ListStatus.REPEATING),
    AniListSensorDescription(
        key="sign_in_valid_until",
        translation_key="sign_in_valid_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: coordinator.valid_until,
        applies=lambda runtime: runtime.is_signed_in,
    ),
)


def anilist_sensors(runtime: AniListRuntime) -> Iterator[AniListSensor]:
    """Return the sensors of an account."""
    for description in ANILIST_SENSORS:
        if description.applies(runtime):
            yield AniListSensor(runtime.coordinator, description)


class AniListSensor(ServiceEntity[AniListCoordinator], SensorEntity):
    """A sensor of an AniList account."""

    entity_description: AniListSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return what is known of the account."""
        return self.entity_description.value_fn(self.coordinator)
