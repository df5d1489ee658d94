"""What all entities share: their device, their name, their unique id."""

from __future__ import annotations

from typing import Any

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .const import CONF_SERVICE, CONF_TRACKER, DOMAIN, SUBENTRY_PAIRING
from .coordinator import JobCoordinator
from .engine.lists import KINDS

_MAKERS = {"imdb": "IMDb", "trakt": "Trakt", "plex": "Plex"}


class ServiceEntity[CoordinatorT: DataUpdateCoordinator[Any]](CoordinatorEntity[CoordinatorT]):
    """An entity of an account."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: CoordinatorT, description: EntityDescription) -> None:
        super().__init__(coordinator)
        assert coordinator.config_entry is not None
        entry_id = coordinator.config_entry.entry_id
        self.entity_description = description
        self._attr_unique_id = f"{entry_id}_{description.key}"
        # The device itself is made when the account is set up: lists are connected via it.
        self._attr_device_info = dr.DeviceInfo(identifiers={(DOMAIN, entry_id)})


class JobEntity[CoordinatorT: JobCoordinator](CoordinatorEntity[CoordinatorT]):
    """An entity of a list or pairing. It is there whether or not the last sync went well."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: CoordinatorT, description: EntityDescription) -> None:
        super().__init__(coordinator)
        entry = coordinator.config_entry
        subentry = coordinator.subentry
        self.entity_description = description
        self._attr_unique_id = f"{subentry.subentry_id}_{description.key}"
        self._attr_device_info = dr.DeviceInfo(
            entry_type=dr.DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            manufacturer=_maker(coordinator),
            via_device_id=dr.async_get_device_id_by_identifier(
                coordinator.hass, (DOMAIN, entry.entry_id), config_entry_id=entry.entry_id
            ),
        )


def _maker(coordinator: JobCoordinator) -> str | None:
    """Return whose list it is, or with what AniList is paired."""
    subentry = coordinator.subentry
    if subentry.subentry_type != SUBENTRY_PAIRING:
        return _MAKERS.get(KINDS[subentry.data["list"]["kind"]].service)
    entries = coordinator.hass.config_entries
    tracker = entries.async_get_entry(subentry.data[CONF_TRACKER])
    return _MAKERS.get(tracker.data[CONF_SERVICE]) if tracker else None
