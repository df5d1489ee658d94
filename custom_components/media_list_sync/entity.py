"""What all entities share: their device, their name, their unique id."""

from __future__ import annotations

from typing import Any

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .const import DOMAIN
from .coordinator import AccountCoordinator, ListCoordinator
from .engine.lists import KINDS

_MAKERS = {"imdb": "IMDb", "trakt": "Trakt"}


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


class AccountEntity(ServiceEntity[AccountCoordinator]):
    """An entity of a Seerr account."""


class ListEntity(CoordinatorEntity[ListCoordinator]):
    """An entity of a list. It is there whether or not the last sync went well."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: ListCoordinator, description: EntityDescription) -> None:
        super().__init__(coordinator)
        entry = coordinator.config_entry
        subentry = coordinator.subentry
        kind = KINDS[subentry.data["list"]["kind"]]
        self.entity_description = description
        self._attr_unique_id = f"{subentry.subentry_id}_{description.key}"
        self._attr_device_info = dr.DeviceInfo(
            entry_type=dr.DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            manufacturer=_MAKERS.get(kind.service),
            via_device_id=dr.async_get_device_id_by_identifier(
                coordinator.hass, (DOMAIN, entry.entry_id), config_entry_id=entry.entry_id
            ),
        )
