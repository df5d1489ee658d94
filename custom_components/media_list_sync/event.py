"""What happens to the titles of a list, or in a pairing, one event for each."""

from __future__ import annotations

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_anilist import AniListRuntime
from .accounts import AccountConfigEntry, jobs_of
from .coordinator import JobCoordinator
from .engine.store.events import Event
from .entity import JobEntity

PARALLEL_UPDATES = 0

MAX_EVENTS_A_SYNC = 50
"""More titles are only logged: a first sync of a long list must not fill the recorder."""

TITLE_UPDATE = EventEntityDescription(
    key="title_update",
    translation_key="title_update",
    event_types=["requested", "available", "failed", "deferred"],
)

PAIRING_UPDATE = EventEntityDescription(
    key="pairing_update",
    translation_key="pairing_update",
    event_types=[
        "marked",
        "saved",
        "undone",
        "failed",
        "review_needed",
        "sync_finished",
        "sync_deferred",
        "sync_failed",
    ],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of every list or pairing to its device."""
    runtime = entry.runtime_data
    description = PAIRING_UPDATE if isinstance(runtime, AniListRuntime) else TITLE_UPDATE
    for subentry_id, coordinator in jobs_of(runtime).items():
        async_add_entities([JobUpdate(coordinator, description)], config_subentry_id=subentry_id)


class JobUpdate(JobEntity[JobCoordinator], EventEntity):
    """Fires for each title of which something became, and for what a pairing came to."""

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
        if event.title:
            if self._fired >= MAX_EVENTS_A_SYNC:
                return
            self._fired += 1
        self._trigger_event(event.kind, {"title": event.title, **event.data})
        self.async_write_ha_state()
