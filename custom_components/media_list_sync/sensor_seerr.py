"""How many requests wait on a Seerr server."""

from __future__ import annotations

from homeassistant.components.sensor import SensorStateClass

from .coordinator import AccountCoordinator
from .sensor_account import AccountSensorDescription

SEERR_SENSORS = (
    AccountSensorDescription[AccountCoordinator](
        key="pending_requests",
        translation_key="pending_requests",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.data.pending_requests,
    ),
)
