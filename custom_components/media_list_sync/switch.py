"""Whether a list or pairing is synced by itself."""

from __future__ import annotations

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .accounts import AccountConfigEntry, jobs_of
from .coordinator import JobCoordinator
from .entity import JobEntity
from .errors import store_needed

PARALLEL_UPDATES = 0

AUTOMATIC = SwitchEntityDescription(
    key="automatic",
    translation_key="automatic",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch of every list or pairing to its device."""
    for subentry_id, coordinator in jobs_of(entry.runtime_data).items():
        async_add_entities(
            [AutomaticSwitch(coordinator, AUTOMATIC)], config_subentry_id=subentry_id
        )


class AutomaticSwitch(JobEntity[JobCoordinator], SwitchEntity):
    """Off: it is paused, and synced only when a person asks for it.

    The state is kept in the store, so that it outlives a restart and changes no configuration.
    """

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is synced by itself."""
        return not self.coordinator.data.paused

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Sync it by itself again."""
        await self._set_paused(False)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Pause it."""
        await self._set_paused(True)

    async def _set_paused(self, paused: bool) -> None:
        with store_needed():
            await self.coordinator.runner.set_paused(self.coordinator.job_id, paused)
