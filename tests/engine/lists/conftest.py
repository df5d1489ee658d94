"""Services on sockets, and what lists are read with."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from custom_components.media_list_sync.engine.clients.imdb import ImdbClient
from custom_components.media_list_sync.engine.clients.trakt import TraktClient
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.lists import FileMissing, ListClients
from custom_components.media_list_sync.engine.model import ListContents
from simulators.imdb import ImdbSimulator
from simulators.titles import real_titles
from simulators.trakt import TraktSimulator


@pytest.fixture
async def imdb(socket_enabled: None) -> AsyncIterator[ImdbSimulator]:
    async with ImdbSimulator(real_titles()) as service:
        yield service


@pytest.fixture
async def trakt(socket_enabled: None) -> AsyncIterator[TraktSimulator]:
    async with TraktSimulator(real_titles()) as service:
        yield service


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Shelf:
    """The files and uploads that there are."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, ListContents] = {}

    async def read_file(self, path: str) -> bytes:
        if path not in self.files:
            raise FileMissing(path)
        return self.files[path]

    async def uploaded(self, upload_id: str) -> ListContents:
        if upload_id not in self.uploads:
            raise FileMissing("upload")
        return self.uploads[upload_id]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def _nowhere(_: TokenPair) -> None:
    """Keep a pair nowhere."""


def _trakt_client(
    session: aiohttp.ClientSession, trakt: TraktSimulator, *, signed_in: bool
) -> TraktClient:
    door = Doorway(session, service="trakt", account="trakt-entry", patience=0.1)
    app = trakt.app
    keeper = None
    if signed_in:
        auth = TraktAuth(door, trakt.auth_url, app.client_id, app.client_secret)
        given, now = trakt.sign_in(), datetime.now(UTC)
        pair = TokenPair(given.access_token, given.refresh_token, now, now + timedelta(days=7))
        keeper = TokenKeeper(auth, pair, save=_nowhere)
    return TraktClient(door, trakt.api_url, app.client_id, keeper)


def _clients(
    session: aiohttp.ClientSession, imdb: ImdbSimulator, shelf: Shelf, trakt: TraktClient | None
) -> ListClients:
    door = Doorway(session, service="imdb", patience=0.1)
    return ListClients(ImdbClient(door, imdb.url), trakt, shelf.read_file, shelf.uploaded)


@pytest.fixture
def clients(
    session: aiohttp.ClientSession, imdb: ImdbSimulator, trakt: TraktSimulator, shelf: Shelf
) -> ListClients:
    """Return what lists are read with, signed in to Trakt as "viewer"."""
    return _clients(session, imdb, shelf, _trakt_client(session, trakt, signed_in=True))


@pytest.fixture
def strangers(
    session: aiohttp.ClientSession, imdb: ImdbSimulator, trakt: TraktSimulator, shelf: Shelf
) -> ListClients:
    """Return the same with a Trakt client id alone."""
    return _clients(session, imdb, shelf, _trakt_client(session, trakt, signed_in=False))


@pytest.fixture
def without_trakt(session: aiohttp.ClientSession, imdb: ImdbSimulator, shelf: Shelf) -> ListClients:
    """Return the same without a Trakt account."""
    return _clients(session, imdb, shelf, None)
