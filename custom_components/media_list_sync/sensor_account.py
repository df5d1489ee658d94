"""What sensors of accounts are made of, whatever the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .entity import ServiceEntity


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription[CoordinatorT](SensorEntityDescription):
    """A sensor of an account; one `of_sign_in` is not made where nobody is signed in."""

    value_fn: Callable[[CoordinatorT], StateType | datetime]
    of_sign_in: bool = False


class _SignedIn(Protocol):
    @property
    def valid_until(self) -> datetime | None: ...


def sign_in_valid_until[CoordinatorT: _SignedIn]() -> AccountSensorDescription[CoordinatorT]:
    """Return the sensor of when a sign-in ends."""
    return AccountSensorDescription(
        key="sign_in_valid_until",
        translation_key="sign_in_valid_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: coordinator.valid_until,
        of_sign_in=True,
    )


class AccountSensor[CoordinatorT: DataUpdateCoordinator[Any]](
    ServiceEntity[CoordinatorT], SensorEntity
):
    """A sensor of an account."""

    entity_description: AccountSensorDescription[CoordinatorT]

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return what is known of the account."""
        return self.entity_description.value_fn(self.coordinator)


def account_sensors[CoordinatorT: DataUpdateCoordinator[Any]](
    coordinator: CoordinatorT,
    descriptions: Iterable[AccountSensorDescription[CoordinatorT]],
    *,
    is_signed_in: bool = True,
) -> Iterator[AccountSensor[CoordinatorT]]:
    """Yield the sensors of an account."""
    for description in descriptions:
        if is_signed_in or not description.of_sign_in:
            yield AccountSensor(coordinator, description)
