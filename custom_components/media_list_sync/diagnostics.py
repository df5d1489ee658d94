"""What a person may attach to a report of a mistake: no secrets, and nobody's addresses."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_API_KEY,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_URL,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from yarl import URL

from . import answers
from .account_seerr import AccountConfigEntry, SeerrRuntime
from .const import CONF_SERVER_ID
from .coordinator import ListCoordinator
from .engine.store.facts import facts
from .engine.store.problems import StoreUnusable
from .shared import Shared, async_get_shared

TO_REDACT = {
    CONF_API_KEY,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_SERVER_ID,
    CONF_USERNAME,
    # Whose list it is, and which.
    "ref",
    "root_folder",
}

WHOSE = {CONF_SERVER_ID, "id", "name", "slug", "title"}
"""What tells whose account it is, in what its service says of it."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AccountConfigEntry
) -> dict[str, Any]:
    """Return what is known of an account."""
    shared = await async_get_shared(hass)
    found: dict[str, Any] = {"entry": _entry(entry), "store": await _store(shared)}
    if entry.state is ConfigEntryState.LOADED:
        found["account"] = _account(entry)
        found["lists"] = [_list(lst) for lst in _lists(entry).values()]
    return found


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AccountConfigEntry, device: dr.AnyDeviceEntry
) -> dict[str, Any]:
    """Return what is known of one list, or of the account where the device is the account's."""
    if device.config_subentry_id is None:
        return await async_get_config_entry_diagnostics(hass, entry)
    return {"list": _list(_lists(entry)[device.config_subentry_id])}


def _lists(entry: AccountConfigEntry) -> dict[str, ListCoordinator]:
    runtime = entry.runtime_data
    return runtime.lists if isinstance(runtime, SeerrRuntime) else {}


def _entry(entry: AccountConfigEntry) -> dict[str, Any]:
    data = async_redact_data(entry.data, TO_REDACT)
    if CONF_URL in data:
        url = URL(data[CONF_URL])
        # The scheme, the port and the path are what goes wrong; the host is nobody's business.
        data[CONF_URL] = str(url.with_host("redacted.invalid"))
    return {
        "data": data,
        "state": entry.state.value,
        "error": entry.error_reason_translation_key,
        "version": entry.version,
        "minor_version": entry.minor_version,
    }


def _account(entry: AccountConfigEntry) -> dict[str, Any]:
    coordinator = entry.runtime_data.coordinator
    error = coordinator.last_exception
    return {
        "reachable": coordinator.last_update_success,
        "error": getattr(error, "translation_key", None)
        or (type(error).__name__ if error else None),
        "state": async_redact_data(asdict(coordinator.data), WHOSE)
        if coordinator.data is not None
        else None,
    }


def _list(coordinator: ListCoordinator) -> dict[str, Any]:
    state = coordinator.data
    return {
        "subentry_id": coordinator.job_id,
        "data": async_redact_data(coordinator.subentry.data, TO_REDACT),
        "schedule": {
            "due_at": state.due_at.isoformat() if state.due_at else None,
            "paused": state.paused,
            "running": state.running,
            "progress": state.progress,
        },
        "report": answers.of_report(state.report) if state.report else None,
    }


async def _store(shared: Shared) -> dict[str, Any]:
    try:
        found = asdict(await shared.store.run(facts))
    except StoreUnusable as error:
        found = {"error": error.reason}
    return {
        **found,
        "set_aside": shared.store.set_aside is not None,
        "from_backup": shared.store.from_backup,
        "key_fingerprint": shared.vault.fingerprint,
    }
