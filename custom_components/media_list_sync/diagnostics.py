"""What a person may attach to a report of a mistake: no secrets, and nobody's addresses."""

from __future__ import annotations

from dataclasses import asdict, replace
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
from homeassistant.util.json import JsonObjectType
from yarl import URL

from . import answers
from .account_anilist import AniListRuntime
from .account_plex import PlexRuntime
from .accounts import AccountConfigEntry, jobs_of
from .answers_mapping import of_table
from .const import CONF_AUTH_IMPLEMENTATION, CONF_SERVER_ID, CONF_SERVER_NAME, CONF_USER_ID
from .engine.identity.refreshing import standing
from .engine.model import Report
from .engine.store.facts import facts
from .engine.store.problems import StoreTooNew, StoreUnusable
from .engine.vault import KeyFileProblem
from .shared import async_get_shared

TO_REDACT = {
    CONF_API_KEY,
    # Its name has the client id in it.
    CONF_AUTH_IMPLEMENTATION,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_SERVER_ID,
    CONF_SERVER_NAME,
    CONF_USER_ID,
    CONF_USERNAME,
    # Whose list it is, and which.
    "ref",
    "root_folder",
}

WHOSE = {CONF_SERVER_ID, "id", "name", "slug", "title"}
"""What tells whose account it is, in what its service says of it."""

NAMING = frozenset({"account_missing", "file_invalid", "file_missing", "trakt_missing"})
"""Problems whose detail names a file, or a person's account."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AccountConfigEntry
) -> dict[str, Any]:
    """Return what is known of an account."""
    found: dict[str, Any] = {"entry": _entry(entry), "store": await _store(hass)}
    if entry.state is ConfigEntryState.LOADED:
        found["account"] = _account(entry)
        if isinstance(entry.runtime_data, AniListRuntime):
            found["mappings"] = await _mappings(hass)
    found["lists"] = [_list(entry, subentry_id) for subentry_id in entry.subentries]
    return found


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AccountConfigEntry, device: dr.AnyDeviceEntry
) -> dict[str, Any]:
    """Return what is known of one list or pairing, or of the account where it is its device."""
    if device.config_subentry_id is None:
        return await async_get_config_entry_diagnostics(hass, entry)
    return {"entry": _entry(entry), "list": _list(entry, device.config_subentry_id)}


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
    runtime = entry.runtime_data
    coordinator = runtime.coordinator
    error = coordinator.last_exception
    found = {
        "reachable": coordinator.last_update_success,
        "error": getattr(error, "translation_key", None)
        or (type(error).__name__ if error else None),
        "state": async_redact_data(asdict(coordinator.data), WHOSE)
        if coordinator.data is not None
        else None,
    }
    if isinstance(runtime, PlexRuntime):
        following = runtime.following
        found["following"] = {
            "wanted": following.is_wanted,
            "connected": following.is_connected,
        }
    return found


def _list(entry: AccountConfigEntry, subentry_id: str) -> dict[str, Any]:
    """Return what is known of a list or pairing; its settings alone while it is not set up."""
    # The user of a list is a number on a server, and one of the reasons why things go wrong.
    data = async_redact_data(entry.subentries[subentry_id].data, TO_REDACT - {CONF_USER_ID})
    found: dict[str, Any] = {"subentry_id": subentry_id, "data": data}
    if entry.state is not ConfigEntryState.LOADED:
        return found
    job = jobs_of(entry.runtime_data).get(subentry_id)
    if job is not None:
        state = job.data
        found["schedule"] = {
            "due_at": state.due_at.isoformat() if state.due_at else None,
            "paused": state.paused,
            "running": state.running,
            "progress": state.progress,
        }
        found["report"] = _report(state.report) if state.report else None
    return found


def _report(report: Report) -> dict[str, Any]:
    return {
        # A first plan may be thousands of rows long, private entries among them.
        **answers.of_report(replace(report, decisions=())),
        "problems": [
            async_redact_data(
                answers.of_problem(problem),
                {"list", "detail"} if problem.key in NAMING else {"list"},
            )
            for problem in report.problems
        ],
    }


async def _mappings(hass: HomeAssistant) -> list[JsonObjectType] | dict[str, str]:
    """Return how it stands with the tables of which anime is which season."""
    try:
        found = await standing((await async_get_shared(hass)).store)
    except StoreUnusable as error:
        return {"error": error.reason}
    return [of_table(table, {}) for table in found.tables]


async def _store(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is known of the database. That it cannot be opened may be what is asked about."""
    try:
        shared = await async_get_shared(hass)
    except StoreUnusable as error:
        return {"error": error.reason}
    except StoreTooNew:
        return {"error": "too_new"}
    except KeyFileProblem as error:
        return {"error": f"key_file_{error.reason}"}
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
