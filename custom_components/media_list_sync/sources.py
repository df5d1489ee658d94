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
from .engine.lists.errors import FileMissing, TraktMissing
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
        return await self.hass.async_add_executor_job(
            _read_inside, Path(self.hass.config.config_dir), path
        )

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


def _read_inside(folder: Path, path: str) -> bytes:
    """Return a file of the configuration folder, and of nowhere else."""
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise FileMissing(path)
    return read_bounded(file)


def _stored_upload(connection: sqlite3.Connection, upload_id: str) -> ListContents:
    contents = uploads.get(connection, upload_id)
    if contents is None:
        raise FileMissing("upload")
    return contents
