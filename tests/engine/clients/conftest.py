"""Services on sockets, and clients of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.clients.anilist import AniListClient
from custom_components.media_list_sync.engine.clients.imdb import ImdbClient
from custom_components.media_list_sync.engine.clients.seerr import SeerrClient
from custom_components.media_list_sync.engine.clients.trakt import TraktApi, TraktTracker
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import Doorway
from simulators.anilist import AniListSimulator, RateLimit
from simulators.imdb import ImdbSimulator
from simulators.plex import PlexSimulator
from simulators.seerr import Flavour, SeerrSimulator
from simulators.titles import real_titles
from simulators.trakt import TraktSimulator

type StartSeerr = Callable[..., Awaitable[SeerrSimulator]]

ENTRY = "entry-of-the-account"


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def doorway(session: aiohttp.ClientSession) -> Callable[[str], Doorway]:
    """Return what makes a doorway to a service that is not patient with tests."""

    async def no_time(_: float) -> None:
        """Wait for nothing."""

    return lambda service: Doorway(
        session, service=service, account=ENTRY, timeout=5, patience=5, sleep=no_time
    )


@pytest.fixture
def seerr_client(doorway: Callable[[str], Doorway]) -> Callable[[SeerrSimulator], SeerrClient]:
    """Return what makes a client of a server."""
    return lambda server: SeerrClient(doorway("seerr"), URL(server.url), server.api_key)


@pytest.fixture
async def start_seerr(socket_enabled: None) -> AsyncIterator[StartSeerr]:
    """Return what starts a server of a flavour, which knows the real titles."""
    running: list[SeerrSimulator] = []

    async def start(flavour: Flavour, **options: Any) -> SeerrSimulator:
        server = SeerrSimulator(flavour, catalog=real_titles(), **options)
        await server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        await server.stop()


@pytest.fixture
async def imdb(socket_enabled: None) -> AsyncIterator[ImdbSimulator]:
    async with ImdbSimulator(real_titles()) as service:
        yield service


@pytest.fixture
def imdb_client(imdb: ImdbSimulator, doorway: Callable[[str], Doorway]) -> ImdbClient:
    return ImdbClient(doorway("imdb"), f"{imdb.url}/")


@pytest.fixture
async def trakt(socket_enabled: None) -> AsyncIterator[TraktSimulator]:
    async with TraktSimulator(real_titles()) as service:
        yield service


@pytest.fixture
async def anilist(socket_enabled: None) -> AsyncIterator[AniListSimulator]:
    async with AniListSimulator(limit=RateLimit(10_000)) as service:
        yield service


@pytest.fixture
def anilist_client(
    anilist: AniListSimulator, doorway: Callable[[str], Doorway]
) -> Callable[..., AniListClient]:
    """Return what makes a client, signed in as the viewer, or with another token or none."""

    def make(**options: Any) -> AniListClient:
        token = options.pop("token", None) or anilist.sign_in()
        if options.pop("public", False):
            token = None
        return AniListClient(doorway("anilist"), f"{anilist.url}/", token, **options)

    return make


@pytest.fixture
def trakt_api(trakt: TraktSimulator, doorway: Callable[[str], Doorway]) -> TraktApi:
    """Return what asks as "viewer", who may write as fast as tests do."""
    trakt.limit_writes(0)
    given, app, now = trakt.sign_in(), trakt.app, datetime.now(UTC)
    auth = TraktAuth(doorway("trakt"), trakt.auth_url, app.client_id, app.client_secret)
    pair = TokenPair(given.access_token, given.refresh_token, now, now + timedelta(days=7))

    async def nowhere(_: TokenPair) -> None:
        """Keep a pair nowhere."""

    keeper = TokenKeeper(auth, pair, save=nowhere)
    return TraktApi(doorway("trakt"), trakt.api_url, app.client_id, keeper)


@pytest.fixture
def tracker(trakt_api: TraktApi) -> TraktTracker:
    return TraktTracker(trakt_api)


@pytest.fixture
async def plex(socket_enabled: None) -> AsyncIterator[PlexSimulator]:
    async with PlexSimulator() as service:
        yield service
