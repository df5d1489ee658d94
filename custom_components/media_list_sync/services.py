"""The actions: sync, exclude_title, get_log, verify, rotate_key. Each answers with what it found."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
import sqlite3
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from . import answers
from .accounts import AccountConfigEntry
from .const import DOMAIN
from .coordinator import JobCoordinator, ListCoordinator, PairingCoordinator
from .engine.model import Ids, MediaType, SyncRequest
from .engine.requests.account import Verification
from .engine.store import events, exclusions
from .engine.store.events import Event
from .errors import key_file_needed, store_needed
from .excluding import allow, exclude
from .rotation import async_rotate_key
from .services_mapping import async_setup_mapping_services
from .services_undo import async_setup_undo_service
from .shared import async_get_shared
from .syncing import raise_if_not_done, sync
from .targets import ATTR_CONFIG_ENTRY_ID, ATTR_SUBENTRY_ID, accounts, seerr_entry, targeted_jobs

SERVICE_SYNC = "sync"
SERVICE_EXCLUDE_TITLE = "exclude_title"
SERVICE_GET_LOG = "get_log"
SERVICE_VERIFY = "verify"
SERVICE_ROTATE_KEY = "rotate_key"

ATTR_ANILIST_ID = "anilist_id"
ATTR_APPROVE = "approve"
ATTR_DRY_RUN = "dry_run"
ATTR_FULL = "full"
ATTR_IMDB_ID = "imdb_id"
ATTR_KINDS = "kinds"
ATTR_LIMIT = "limit"
ATTR_MEDIA_TYPE = "media_type"
ATTR_PREFER = "prefer"
ATTR_REMOVE = "remove"
ATTR_TMDB_ID = "tmdb_id"
ATTR_TVDB_ID = "tvdb_id"
ATTR_WAIT = "wait"

EVENT_KINDS = (
    "requested",
    "available",
    "failed",
    "deferred",
    "marked",
    "saved",
    "undone",
    "review_needed",
    "sync_finished",
    "sync_failed",
    "sync_deferred",
)
PREFERENCES = ("further", "anilist", "tracker")
MAX_LOG = 500

_NUMBER = vol.All(vol.Coerce(int), vol.Range(min=1))
_TITLE_FIELDS = {
    vol.Exclusive(ATTR_IMDB_ID, "id"): vol.All(cv.string, vol.Match(r"^tt\d{7,10}$")),
    vol.Exclusive(ATTR_TMDB_ID, "id"): _NUMBER,
    vol.Exclusive(ATTR_TVDB_ID, "id"): _NUMBER,
}
_LIST_FIELDS = {
    **cv.TARGET_SERVICE_FIELDS,
    vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
    vol.Optional(ATTR_SUBENTRY_ID): vol.All(cv.ensure_list, [cv.string]),
}
SYNC_SCHEMA = vol.Schema(
    {
        **_LIST_FIELDS,
        **_TITLE_FIELDS,
        vol.Optional(ATTR_FULL, default=False): cv.boolean,
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
        vol.Optional(ATTR_WAIT, default=True): cv.boolean,
        vol.Exclusive(ATTR_ANILIST_ID, "id"): _NUMBER,
        vol.Optional(ATTR_APPROVE, default=False): cv.boolean,
        vol.Optional(ATTR_PREFER): vol.In(PREFERENCES),
    }
)
EXCLUDE_TITLE_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string,
        **_TITLE_FIELDS,
        vol.Optional(ATTR_MEDIA_TYPE): vol.Coerce(MediaType),
        vol.Optional(ATTR_REMOVE, default=False): cv.boolean,
    }
)
GET_LOG_SCHEMA = vol.Schema(
    {
        **_LIST_FIELDS,
        vol.Optional(ATTR_LIMIT, default=50): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MAX_LOG)
        ),
        vol.Optional(ATTR_KINDS): vol.All(cv.ensure_list, [vol.In(EVENT_KINDS)]),
    }
)
ROTATE_KEY_SCHEMA = vol.Schema({})
VERIFY_SCHEMA = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions. All read from accounts or write to them, and so are an admin's.

    Automations act in nobody's name, and may use them all.
    """
    for name, handler, schema, answers_are in (
        (SERVICE_SYNC, _sync, SYNC_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_EXCLUDE_TITLE, _exclude_title, EXCLUDE_TITLE_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_GET_LOG, _get_log, GET_LOG_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_VERIFY, _verify, VERIFY_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_ROTATE_KEY, _rotate_key, ROTATE_KEY_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        async_register_admin_service(hass, DOMAIN, name, handler, schema, answers_are)
    async_setup_mapping_services(hass)
    async_setup_undo_service(hass)


def _title(data: Mapping[str, Any]) -> Ids | None:
    """Return the id of the one title that a call is about."""
    ids = Ids(imdb=data.get(ATTR_IMDB_ID), tmdb=data.get(ATTR_TMDB_ID), tvdb=data.get(ATTR_TVDB_ID))
    return None if ids == Ids() else ids


async def _sync(call: ServiceCall) -> ServiceResponse:
    """Sync lists and pairings. One that fails does not keep the others from being synced."""
    title, anilist = _title(call.data), call.data.get(ATTR_ANILIST_ID)
    if call.data[ATTR_APPROVE] and (title is not None or anilist is not None):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="approves_all")
    if ATTR_PREFER in call.data and anilist is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="prefer_of_what")
    lists = _meant(targeted_jobs(call.hass, call.data), call.data)
    request = SyncRequest(
        reason="action",
        full=call.data[ATTR_FULL],
        dry_run=call.data[ATTR_DRY_RUN],
        title=title,
        anilist=anilist,
        approve=call.data[ATTR_APPROVE],
        prefer=call.data.get(ATTR_PREFER),
    )
    if not (call.data[ATTR_WAIT] or request.dry_run):
        for coordinator in lists:
            coordinator.runner.request(coordinator.job_id, request)
        return {"lists": [answers.of_list(coordinator) for coordinator in lists]}
    reports = await asyncio.gather(*(sync(coordinator, request) for coordinator in lists))
    if len(lists) == 1:
        raise_if_not_done(reports[0], lists[0])
    return {
        "lists": [
            answers.of_list(coordinator) | answers.of_report(report)
            for coordinator, report in zip(lists, reports, strict=True)
        ]
    }


def _meant(jobs: list[JobCoordinator], data: Mapping[str, Any]) -> list[JobCoordinator]:
    """Return those of which one title can be synced alone: lists by their ids, pairings by AniList's."""
    if ATTR_ANILIST_ID in data or data[ATTR_APPROVE]:
        kind: type[JobCoordinator] = PairingCoordinator
    elif _title(data) is not None:
        kind = ListCoordinator
    else:
        return jobs
    found = [job for job in jobs if isinstance(job, kind)]
    if not found:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_that_kind")
    return found


async def _exclude_title(call: ServiceCall) -> ServiceResponse:
    """Never request a title, or allow it again; without a title only list what is excluded."""
    entry = seerr_entry(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    ids = _title(call.data)
    with store_needed():
        store = (await async_get_shared(call.hass)).store
        if ids is not None:
            change = allow if call.data[ATTR_REMOVE] else exclude
            await change(store, entry, ids, call.data.get(ATTR_MEDIA_TYPE))
        excluded = await store.run(exclusions.load, entry.entry_id)
    return {"excluded": [answers.of_exclusion(one) for one in excluded]}


async def _get_log(call: ServiceCall) -> ServiceResponse:
    """Return the last events, newest first, of the lists that the call names."""
    lists = {one.job_id: one.subentry.title for one in targeted_jobs(call.hass, call.data)}
    with store_needed():
        store = (await async_get_shared(call.hass)).store
        found = await store.run(
            _recent, tuple(lists), call.data[ATTR_LIMIT], call.data.get(ATTR_KINDS)
        )
    return {"events": [answers.of_event(event, lists) for event in found]}


def _recent(
    connection: sqlite3.Connection, job_ids: tuple[str, ...], limit: int, kinds: list[str] | None
) -> list[Event]:
    found = (
        event
        for job_id in job_ids
        for event in events.recent(connection, limit, job_id=job_id, kinds=kinds)
    )
    return sorted(found, key=lambda event: event.id, reverse=True)[:limit]


async def _verify(call: ServiceCall) -> ServiceResponse:
    """Try every account: reachable, signed in, permitted, how fast."""
    entries = accounts(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    with store_needed():
        return {"accounts": list(await asyncio.gather(*(_try(entry) for entry in entries)))}


async def _try(entry: AccountConfigEntry) -> JsonObjectType:
    """Try one account. One that could not be set up says why, in the words of its entry."""
    if entry.state is not ConfigEntryState.LOADED:
        detail = entry.reason or entry.state.value
        result = Verification(reachable=False, signed_in=False, permitted=False)
        return answers.of_account(entry) | answers.of_verification(result) | {"detail": detail}
    return answers.of_account(entry) | answers.of_verification(await entry.runtime_data.verify())


async def _rotate_key(call: ServiceCall) -> ServiceResponse:
    """Seal every credential with a new key."""
    with store_needed(), key_file_needed():
        return {"resealed": await async_rotate_key(call.hass)}
