"""Opening what all accounts share, and the keys that people entered, at set-up."""

from __future__ import annotations

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .engine.store.database import Store
from .engine.store.problems import StoreTooNew
from .engine.vault import KeyLost
from .errors import key_file_needed, store_needed
from .issues import Issue, issue_book
from .shared import Shared, async_get_shared

STORE_DAMAGED = "store_damaged"
STORE_RESTORED = "store_restored"
KEY_LOST = "key_lost"


async def open_shared(hass: HomeAssistant) -> Shared:
    """Return what all accounts share.

    What may pass (a full disk, a lock, a file's permissions) is tried again by Home Assistant.
    """
    try:
        with store_needed(ConfigEntryNotReady), key_file_needed(ConfigEntryNotReady):
            shared = await async_get_shared(hass)
    except StoreTooNew as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="store_too_new"
        ) from error
    _tell_of_store(hass, shared)
    return shared


@callback
def _tell_of_store(hass: HomeAssistant, shared: Shared) -> None:
    """Say so where the database is not the one that was left: it was damaged, or restored.

    Persistently: after the next start nothing else would tell.
    """
    issue_book(hass).tell_once("store", notices(shared.store))


def notices(store: Store) -> list[Issue]:
    """Return what there is to tell of a database that was opened."""
    found = []
    if store.set_aside is not None:
        found.append(_notice(STORE_DAMAGED, file=store.set_aside.name))
    if store.from_backup:
        found.append(_notice(STORE_RESTORED))
    return found


def _notice(key: str, **placeholders: str) -> Issue:
    return Issue(
        key,
        key,
        severity=ir.IssueSeverity.WARNING,
        fixable=True,
        persistent=True,
        placeholders=placeholders,
    )


def key_holder(entry_id: str) -> str:
    """Return the name under which an account complains of a lost key."""
    return f"key_{entry_id}"


async def open_secret(hass: HomeAssistant, entry: ConfigEntry, shared: Shared, sealed: str) -> str:
    """Return what a person entered for an account; where its key is lost, they are asked anew."""
    holder = key_holder(entry.entry_id)
    try:
        secret = await hass.async_add_executor_job(shared.vault.open, sealed)
    except KeyLost as error:
        issue_book(hass).tell(holder, [Issue(KEY_LOST, KEY_LOST)])
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key="key_lost",
            translation_placeholders={"account": entry.title},
        ) from error
    issue_book(hass).tell(holder)
    return secret
