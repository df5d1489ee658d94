"""Buttons that sync a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_seerr import AccountConfigEntry, SeerrRuntime
from .engine.model import SyncRequest
from .entity import ListEntity
from .syncing import raise_if_not_done, sync

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ListButtonDescription(ButtonEntityDescription):
    """A button of a list, with the sync that it asks for."""

    request: SyncRequest


LIST_BUTTONS = (
    ListButtonDescription(
        key="sync_now",
        translation_key="sync_now",
        request=SyncRequest(reason="button"),
    ),
    ListButtonDescription(
        key="full_sync",
        translation_key="full_sync",
        entity_category=EntityCategory.CONFIG,
        request=SyncRequest(reason="button", full=True),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every list to its device."""
    if isinstance(entry.runtime_data, SeerrRuntime):
        for subentry_id, coordinator in entry.runtime_data.lists.items():
            async_add_entities(
                (ListButton(coordinator, description) for description in LIST_BUTTONS),
                config_subentry_id=subentry_id,
            )


class ListButton(ListEntity, ButtonEntity):
    """A button of a list. It waits for the sync, so that it can say what went wrong."""

    entity_description: ListButtonDescription

    @override
    async def async_press(self) -> None:
        """Sync the list."""
        report = await sync(self.coordinator, self.entity_description.request)
        raise_if_not_done(report, self.coordinator)
