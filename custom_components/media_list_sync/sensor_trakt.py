"""How long a Trakt account's sign-in holds, and how much its watchlist may."""

from __future__ import annotations

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import EntityCategory

from .coordinator import TraktCoordinator
from .sensor_account import AccountSensorDescription, sign_in_valid_until


def _watchlist_limit(coordinator: TraktCoordinator) -> int | None:
    return None if coordinator.data is None else coordinator.data.limits.watchlist


TRAKT_SENSORS: tuple[AccountSensorDescription[TraktCoordinator], ...] = (
    sign_in_valid_until(),
    AccountSensorDescription(
        key="watchlist_limit",
        translation_key="watchlist_limit",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_watchlist_limit,
        of_sign_in=True,
    ),
)
