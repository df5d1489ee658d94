"""Where the titles of a list come from, with the accounts and files as they are when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import sqlite3

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .account_trakt import TraktRuntime
from .engine.clients.imdb import ImdbClient
from .engine.clients.trakt import TraktClient
from .engine.http import Doorway, Pace
from .engine.lists import ListClients, ListSpec, build
from .engine.lists.errors import FileMissing, FileNotAllowed, TraktMissing
from .engine.lists.files import read_bounded
from .engine.model import ListContents
from .engine.store import uploads
from .shared import Shared


@dataclass(frozen=True, slots=True)
class ListReader:
    """Reads one list.

    Its Trakt account is looked up at each reading: it may have been reloaded since, or be gone.
    """

    hass: HomeAssistant
    shared: Shared
    imdb: ImdbClient
    spec: ListSpec
    trakt_account: str | None = None

    async def read(self, known: str | None) -> ListContents | None:
        """Read the list; None where nothing changed. Raises the family of ServiceError."""
        clients = ListClients(
            imdb=self.imdb,
            trakt=self._trakt(),
            read_file=self._read_file,
            uploaded=self._uploaded,
        )
        return await build(self.spec, clients).read(known)

    def _trakt(self) -> TraktClient | None:
        if self.trakt_account is None:
            return None
        entry = self.hass.config_entries.async_get_entry(self.trakt_account)
        if entry is None:
            raise TraktMissing("trakt", self.trakt_account, "removed")
        if entry.state is not ConfigEntryState.LOADED:
            raise TraktMissing("trakt", self.trakt_account, f"{entry.title}: {entry.state.value}")
        runtime: TraktRuntime = entry.runtime_data
        return runtime.client

    async def _read_file(self, path: str) -> bytes:
        return await self.hass.async_add_executor_job(_read_allowed, self.hass, path)

    async def _uploaded(self, upload_id: str) -> ListContents:
        return await self.shared.store.run(_stored_upload, upload_id)


def imdb_client(hass: HomeAssistant, shared: Shared, account: str) -> ImdbClient:
    """Return a client for IMDb, which is asked without haste."""
    doorway = Doorway(
        async_get_clientsession(hass),
        service="imdb",
        account=account,
        pace=Pace(interval=0.2, at_once=2),
    )
    return ImdbClient(doorway, shared.endpoints.imdb)


def allowed_file(hass: HomeAssistant, path: str) -> Path:
    """Return the file that a path means, its links followed. Blocks: for a worker thread.

    It may lie in the configuration folder, from which a relative path is meant, but not in a hidden
    folder there, such as that of everybody's credentials; and where Home Assistant lets files be
    read: in its media folders and those of `allowlist_external_dirs`. Raises FileNotAllowed for any
    other.
    """
    root = Path(hass.config.config_dir).resolve()
    try:
        file = (root / path).resolve()
        if file.is_relative_to(root):
            is_allowed = not any(part.startswith(".") for part in file.relative_to(root).parts)
        else:
            is_allowed = hass.config.is_allowed_path(str(file))
    except ValueError, OSError, RuntimeError:  # no path at all, or links in a circle
        raise FileMissing(path) from None
    if not is_allowed:
        raise FileNotAllowed(path)
    return file


def kept_path(hass: HomeAssistant, path: str) -> str:
    """Return a path as it is kept: in the configuration folder as seen from there, for it may move.

    Blocks, and raises, as `allowed_file` does.
    """
    file = allowed_file(hass, path)
    root = Path(hass.config.config_dir).resolve()
    return (file.relative_to(root) if file.is_relative_to(root) else file).as_posix()


def _read_allowed(hass: HomeAssistant, path: str) -> bytes:
    return read_bounded(allowed_file(hass, path))


def _stored_upload(connection: sqlite3.Connection, upload_id: str) -> ListContents:
    contents = uploads.get(connection, upload_id)
    if contents is None:
        raise FileMissing("upload")
    return contents
