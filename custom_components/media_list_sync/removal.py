"""Forgetting lists and accounts that a person removed: their rows, keys, issues and sign-ins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
import logging
import sqlite3

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .account_trakt import async_revoke
from .const import CONF_LIST, CONF_SERVICE, DOMAIN, SERVICE_TRAKT, SUBENTRY_LIST
from .engine.store import (
    entries,
    events,
    exclusions,
    journal,
    pairings,
    reports,
    schedule,
    secrets,
    snapshots,
    tracked,
    uploads,
)
from .engine.store.problems import StoreUnusable
from .issues import issue_book
from .opening import key_holder, open_shared
from .shared import Shared

_LOGGER = logging.getLogger(__name__)

UPLOAD_STAYS = timedelta(days=1)
"""How long an uploaded file waits for its flow to be finished."""


async def async_forget_removed_lists(
    hass: HomeAssistant, entry: ConfigEntry, shared: Shared
) -> None:
    """Forget the lists that were removed since the entry was last set up, and lost uploads."""
    used: set[str] = set().union(*map(uploads_of, hass.config_entries.async_entries(DOMAIN)))
    await shared.store.run(uploads.remove_unused, used, dt_util.utcnow() - UPLOAD_STAYS)
    for job_id in await shared.store.run(_forget_all_but, entry.entry_id, set(entry.subentries)):
        issue_book(hass).tell(job_id)


async def async_forget_uploads(hass: HomeAssistant, upload_ids: Iterable[str]) -> None:
    """Forget uploaded files whose list was removed, or reads something else now."""
    shared = await open_shared(hass)
    for upload_id in upload_ids:
        await shared.store.run(uploads.remove, upload_id)


def uploads_of(entry: ConfigEntry) -> set[str]:
    """Return the uploads that the lists of an entry are read from."""
    lists = entry.get_subentries_of_type(SUBENTRY_LIST)
    refs = (subentry.data[CONF_LIST]["ref"] for subentry in lists)
    return {ref["upload"] for ref in refs if "upload" in ref}


async def async_forget_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget an account. The sign-in is revoked where that can be done; nothing depends on it.

    What was done for titles stays with the server's ledger: added again, the server is known.
    """
    try:
        shared = await open_shared(hass)
        if entry.data[CONF_SERVICE] == SERVICE_TRAKT:
            await async_revoke(hass, entry, shared)
        forgotten = await shared.store.run(_forget_account, entry.entry_id)
        await async_forget_uploads(hass, uploads_of(entry))
    except (HomeAssistantError, StoreUnusable) as error:
        _LOGGER.warning("What is stored of %s could not be removed: %s", entry.title, error)
        forgotten = ()
    for job_id in forgotten:
        issue_book(hass).tell(job_id)
    forget_issues(hass, entry)


@callback
def forget_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take away what an account and its lists complain of: it is removed, or switched off."""
    for holder in (*entry.subentries, entry.entry_id, key_holder(entry.entry_id)):
        issue_book(hass).tell(holder)


def _forget_all_but(
    connection: sqlite3.Connection, account: str, kept: set[str]
) -> tuple[str, ...]:
    """Forget the lists of an account that are not kept, and return their ids."""
    gone = tuple(
        row.job_id for row in schedule.of_account(connection, account) if row.job_id not in kept
    )
    for job_id in gone:
        for part in (events, journal, pairings, reports, schedule, snapshots):
            part.remove(connection, job_id)
    return gone


def _forget_account(connection: sqlite3.Connection, account: str) -> tuple[str, ...]:
    gone = _forget_all_but(connection, account, set())
    for part in (entries, events, exclusions, journal, schedule, tracked):
        part.remove_account(connection, account)
    secrets.remove_owner(connection, account)
    return gone
