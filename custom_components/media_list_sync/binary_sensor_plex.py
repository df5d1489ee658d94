"""Whether a Plex server says at once what is watched there."""

from __future__ import annotations

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_plex import PlexRuntime
from .const import DOMAIN
from .coordinator_plex import PlexCoordinator
from .entity import ServiceEntity
from .following import Following

FOLLOWING = BinarySensorEntityDescription(
    key="following",
    translation_key="following",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


@callback
def add_following(
    hass: HomeAssistant,
    entry: ConfigEntry,
    runtime: PlexRuntime,
    add: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensor, and take it away, as pairings begin and cease to follow."""
    following = runtime.following
    is_there = False

    @callback
    def changed() -> None:
        nonlocal is_there
        if following.is_wanted and not is_there:
            add([FollowingBinarySensor(runtime.coordinator, following)])
        elif not following.is_wanted:
            registry = er.async_get(hass)
            known = registry.async_get_entity_id(
                Platform.BINARY_SENSOR, DOMAIN, f"{entry.entry_id}_{FOLLOWING.key}"
            )
            if known is not None:
                registry.async_remove(known)
        is_there = following.is_wanted

    changed()
    entry.async_on_unload(following.listen(changed))


class FollowingBinarySensor(ServiceEntity[PlexCoordinator], BinarySensorEntity):
    """Whether the server would be heard now."""

    def __init__(self, coordinator: PlexCoordinator, following: Following) -> None:
        super().__init__(coordinator, FOLLOWING)
        self._following = following

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection, too."""
        await super().async_added_to_hass()
        self.async_on_remove(self._following.listen(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Say yes: that the server is not there is what this sensor is for."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether there is a connection."""
        return self._following.is_connected
