"""Which lists and pairings an action is meant for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .account_anilist import AniListRuntime
from .account_seerr import SeerrConfigEntry, SeerrRuntime
from .accounts import AccountConfigEntry, jobs_of
from .const import DOMAIN
from .coordinator import JobCoordinator

ATTR_CONFIG_ENTRY_ID = "config_entry_id"
ATTR_SUBENTRY_ID = "subentry_id"

type Place = tuple[str, str | None]
"""An entry id, with the subentry id of one of its jobs or None for all of them."""


@callback
def loaded_entries(hass: HomeAssistant) -> Iterator[AccountConfigEntry]:
    """Return the accounts that are set up."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            yield entry


@callback
def seerr_entry(hass: HomeAssistant, entry_id: str) -> SeerrConfigEntry:
    """Return the Seerr server that an action names."""
    entry: AccountConfigEntry = async_get_config_entry(hass, DOMAIN, entry_id)
    if not isinstance(entry.runtime_data, SeerrRuntime):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_a_seerr_account",
            translation_placeholders={"account": entry.title},
        )
    return cast(SeerrConfigEntry, entry)


@callback
def _entry(hass: HomeAssistant, entry_id: str) -> AccountConfigEntry:
    """Return an account that carries lists or pairings."""
    entry: AccountConfigEntry = async_get_config_entry(hass, DOMAIN, entry_id)
    if not isinstance(entry.runtime_data, SeerrRuntime | AniListRuntime):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="nothing_to_sync",
            translation_placeholders={"account": entry.title},
        )
    return entry


@callback
def accounts(hass: HomeAssistant, entry_id: str | None) -> list[ConfigEntry]:
    """Return the account that an action names, or all that are not switched off."""
    entries = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    if entry_id is not None:
        entries = [entry for entry in entries if entry.entry_id == entry_id]
    if not entries:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_accounts")
    return entries


@callback
def targeted_jobs(hass: HomeAssistant, data: Mapping[str, Any]) -> list[JobCoordinator]:
    """Return the lists and pairings that a call names; all of them where it names none.

    They are named by entity, device, area, floor or label, by subentry id, or by their account.
    """
    selection = TargetSelection(dict(data))
    subentry_ids: list[str] = data.get(ATTR_SUBENTRY_ID, [])
    places: set[Place] = set(_places(hass, selection))
    if not (selection.has_any_target or subentry_ids):
        entry_id = data.get(ATTR_CONFIG_ENTRY_ID)
        named = [_entry(hass, entry_id)] if entry_id else loaded_entries(hass)
        places = {(entry.entry_id, None) for entry in named}
    found: list[JobCoordinator] = [
        coordinator
        for entry in loaded_entries(hass)
        for subentry_id, coordinator in jobs_of(entry.runtime_data).items()
        if places & {(entry.entry_id, None), (entry.entry_id, subentry_id)}
        or subentry_id in subentry_ids
    ]
    if not found:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_lists")
    return found


def _places(hass: HomeAssistant, selection: TargetSelection) -> Iterator[Place]:
    """Return the places of a target. A list whose entities are all disabled still has its device."""
    devices = dr.async_get(hass)
    entities = er.async_get(hass)
    selected = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    for device_id in selected.referenced_devices:
        device = devices.async_get(device_id)
        if device is not None and device.config_entry_id is not None:
            yield device.config_entry_id, device.config_subentry_id
    for entity_id in selected.referenced | selected.indirectly_referenced:
        entity = entities.async_get(entity_id)
        if entity is not None and entity.platform == DOMAIN and entity.config_entry_id:
            yield entity.config_entry_id, entity.config_subentry_id
