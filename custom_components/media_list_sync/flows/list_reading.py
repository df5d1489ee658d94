"""Reading a list once, before it is added, and saying precisely why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass, replace
import math
from typing import NoReturn

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..const import CONF_SERVICE, DOMAIN, SERVICE_TRAKT
from ..engine.clients.imdb import ImdbRefuses
from ..engine.clients.trakt import ME, AccountLocked, AppDeleted, TraktClient, VipNeeded
from ..engine.http import CredentialsRejected, InvalidAnswer, Limited, ServiceError, Unreachable
from ..engine.lists import (
    KINDS,
    FileInvalid,
    FileMissing,
    FileNotAllowed,
    ListClients,
    ListGone,
    ListPrivate,
    ListSpec,
    NotAList,
    TraktMissing,
    parse,
    read_bounded,
    settle,
)
from ..engine.model import ListContents
from ..sources import ListReader, imdb_client, kept_path
from .base import async_shared
from .problem import FlowProblem

CSV = "imdb_csv"

# The first that fits counts: particular errors stand before their families.
_KEYS: tuple[tuple[type[ServiceError], str], ...] = (
    (ListGone, "list_gone"),
    (ListPrivate, "list_private"),
    (NotAList, "not_a_list"),
    (FileNotAllowed, "file_not_allowed"),
    (FileMissing, "file_missing"),
    (TraktMissing, "trakt_not_signed_in"),
    (ImdbRefuses, "imdb_refused"),
    (AppDeleted, "trakt_app_deleted"),
    (VipNeeded, "trakt_vip"),
    (AccountLocked, "trakt_locked"),
    (CredentialsRejected, "trakt_signed_out"),
    (Unreachable, "list_unreachable"),
    (InvalidAnswer, "list_unreadable"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A list that was read: how it is named in configuration, and what is on it."""

    spec: ListSpec
    contents: ListContents
    trakt_account: str | None = None


def charts() -> dict[str, ListSpec]:
    """Return the charts there are, by what they are called in the form and its translations."""
    found = {
        f"{kind.kind}_{choice}": ListSpec(kind.kind, {"chart": choice})
        for kind in KINDS.values()
        for choice in kind.choices
    }
    return {**found, "imdb_box_office": ListSpec("imdb_box_office", {})}


def trakt_accounts(hass: HomeAssistant) -> list[ConfigEntry]:
    """Return the Trakt accounts, loaded or not."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.data[CONF_SERVICE] == SERVICE_TRAKT
    ]


def usable_trakt_accounts(hass: HomeAssistant, field: str) -> list[ConfigEntry]:
    """Return the Trakt accounts that can be used now. FlowProblem where there is none."""
    entries = trakt_accounts(hass)
    if not entries:
        raise FlowProblem("trakt_missing", field)
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    if not loaded:
        raise FlowProblem("trakt_not_loaded", field, account=entries[0].title)
    return loaded


async def read_list(
    hass: HomeAssistant, spec: ListSpec, *, account: str, trakt_account: str | None, field: str
) -> Draft:
    """Return a list with what is on it, in the way in which its syncs will read it.

    `account` is the entry that it is for. Raises a FlowProblem in `field`.
    """
    shared = await async_shared(hass)
    imdb = imdb_client(hass, shared, account)
    try:
        if "path" in spec.ref:
            path = await hass.async_add_executor_job(kept_path, hass, spec.ref["path"])
            spec = ListSpec(spec.kind, {"path": path})
        clients = ListClients(imdb, _trakt(hass, trakt_account, field), _no_file, _no_file)
        spec = await settle(spec, clients)
        contents = await ListReader(hass, shared, imdb, spec, trakt_account).read(None)
    except ServiceError as error:
        raise _problem(hass, error, spec, trakt_account, field) from None
    assert contents is not None  # nothing is known of it yet
    _check_contents(contents, field)
    return Draft(spec, _named(hass, spec, contents, trakt_account), trakt_account)


async def read_upload(hass: HomeAssistant, file_id: str, field: str) -> Draft:
    """Return the list in an uploaded file, which is gone afterwards.

    Its rows are to be stored under the id in the draft's spec.
    """
    spec = ListSpec(CSV, {"upload": ulid_now()})
    try:
        contents = await hass.async_add_executor_job(_read_upload, hass, file_id)
    except ServiceError as error:
        raise _problem(hass, error, spec, None, field) from None
    except ValueError:
        raise FlowProblem("upload_gone", field) from None
    _check_contents(contents, field)
    return Draft(spec, contents)


def _read_upload(hass: HomeAssistant, file_id: str) -> ListContents:
    with process_uploaded_file(hass, file_id) as path:
        return parse(read_bounded(path), path.stem)


def _named(
    hass: HomeAssistant, spec: ListSpec, contents: ListContents, trakt_account: str | None
) -> ListContents:
    """Return the list with the name of its person, where the list itself does not tell it."""
    entry = hass.config_entries.async_get_entry(trakt_account) if trakt_account else None
    is_own = spec.kind == "trakt_watchlist" and spec.ref["user"] == ME
    if entry is None or not is_own or CONF_USERNAME not in entry.data:
        return contents
    return replace(contents, name=f"{contents.name} ({entry.data[CONF_USERNAME]})")


def _check_contents(contents: ListContents, field: str) -> None:
    if not contents.total:
        raise FlowProblem("list_empty", field)
    if not contents.items:
        raise FlowProblem("nothing_requestable", field, count=str(contents.total))


def _trakt(hass: HomeAssistant, entry_id: str | None, field: str) -> TraktClient | None:
    """Return the client of an account, whose tokens only the account itself may renew."""
    entry = hass.config_entries.async_get_entry(entry_id) if entry_id else None
    if entry is None:
        return None
    if entry.state is not ConfigEntryState.LOADED:
        raise FlowProblem("trakt_not_loaded", field, account=entry.title)
    client: TraktClient = entry.runtime_data.client
    return client


def _problem(
    hass: HomeAssistant,
    error: ServiceError,
    spec: ListSpec,
    trakt_account: str | None,
    field: str,
) -> FlowProblem:
    """Return what an error means for who wants to add the list."""
    service = {"imdb": "IMDb", "trakt": "Trakt"}.get(error.service, error.service)
    said = {"service": service, "detail": error.detail or type(error).__name__}
    match error:
        case Limited():
            wait = (error.until - dt_util.utcnow()).total_seconds() / 60
            return FlowProblem("rate_limited", field, minutes=str(max(math.ceil(wait), 1)), **said)
        case FileInvalid():
            return FlowProblem(f"file_{error.reason}", field, **said)
        case CredentialsRejected() if trakt_account is not None:
            entry = hass.config_entries.async_get_entry(trakt_account)
            if entry is not None:
                entry.async_start_reauth_if_available(hass)
    key = next((key for kind, key in _KEYS if isinstance(error, kind)), "list_refused")
    if spec.kind.endswith("watchlist"):
        key = {"list_gone": "watchlist_gone", "list_private": "watchlist_private"}.get(key, key)
    return FlowProblem(key, field, **said)


async def _no_file(name: str) -> NoReturn:
    """To find out what a list is called by its service, no file is read."""
    raise FileMissing(name)
