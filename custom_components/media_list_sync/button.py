"""Buttons that sync a list or a pairing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_anilist import AniListRuntime
from .accounts import AccountConfigEntry, jobs_of
from .coordinator import JobCoordinator
from .engine.model import SyncRequest
from .entity import JobEntity
from .syncing import raise_if_not_done, sync

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class JobButtonDescription(ButtonEntityDescription):
    """A button of a list or pairing, with the sync that it asks for."""

    request: SyncRequest
    available_fn: Callable[[JobCoordinator], bool] = lambda _: True


JOB_BUTTONS = (
    JobButtonDescription(
        key="sync_now",
        translation_key="sync_now",
        request=SyncRequest(reason="button"),
    ),
    JobButtonDescription(
        key="full_sync",
        translation_key="full_sync",
        entity_category=EntityCategory.CONFIG,
        request=SyncRequest(reason="button", full=True),
    ),
)


def _waits_for_approval(coordinator: JobCoordinator) -> bool:
    """Say whether a first plan waits for a yes, also while the pairing is paused or put off."""
    report = coordinator.data.report
    is_waiting = report is not None and report.waiting_plan is not None
    return is_waiting and not coordinator.data.running


PAIRING_BUTTONS = (
    JobButtonDescription(
        key="approve",
        translation_key="approve",
        entity_category=EntityCategory.CONFIG,
        request=SyncRequest(reason="button", approve=True),
        available_fn=_waits_for_approval,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every list or pairing to its device."""
    runtime = entry.runtime_data
    descriptions: tuple[JobButtonDescription, ...] = JOB_BUTTONS
    if isinstance(runtime, AniListRuntime):
        descriptions += PAIRING_BUTTONS
    for subentry_id, coordinator in jobs_of(runtime).items():
        async_add_entities(
            (JobButton(coordinator, description) for description in descriptions),
            config_subentry_id=subentry_id,
        )


class JobButton(JobEntity[JobCoordinator], ButtonEntity):
    """A button of a list or pairing. It waits for the sync, so that it can say what went wrong."""

    entity_description: JobButtonDescription

    @property
    @override
    def available(self) -> bool:
        """Return whether there is something for it to do."""
        return self.entity_description.available_fn(self.coordinator)

    @override
    async def async_press(self) -> None:
        """Sync."""
        report = await sync(self.coordinator, self.entity_description.request)
        raise_if_not_done(report, self.coordinator)
