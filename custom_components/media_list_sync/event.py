"""What happens to the titles of a list, one event for each."""

from __future__ import annotations

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_seerr import AccountConfigEntry, SeerrRuntime
from .engine.store.events import Event
from .entity import ListEntity

PARALLEL_UPDATES = 0

MAX_EVENTS_A_SYNC = 50
"""More are only logged: a first sync of a long list must not fill the recorder."""

TITLE_UPDATE = EventEntityDescription(
    key="title_update",
    translation_key="title_update",
    event_types=["requested", "available", "failed", "deferred"],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of every list to its device."""
    if isinstance(entry.runtime_data, SeerrRuntime):
        for subentry_id, coordinator in entry.runtime_data.lists.items():
            async_add_entities(
                [TitleUpdate(coordinator, TITLE_UPDATE)], config_subentry_id=subentry_id
            )


class TitleUpdate(ListEntity, EventEntity):
    """Fires for each title that was requested, became available, failed, or has to wait."""

    entity_description: EventEntityDescription
    _fired = 0

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the runner."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.runner.listen_events(self._on_event))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Begin to count anew when a sync is over; what a list comes to is no event of a title."""
        if not self.coordinator.data.running:
            self._fired = 0

    @callback
    def _on_event(self, event: Event) -> None:
        if event.job_id != self.coordinator.job_id or event.kind not in self.event_types:
            return
        if self._fired >= MAX_EVENTS_A_SYNC:
            return
        self._fired += 1
        self._trigger_event(event.kind, {"title": event.title, **event.data})
        self.async_write_ha_state()
