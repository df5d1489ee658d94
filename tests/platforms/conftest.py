"""A household for the tests: simulated services, and accounts of them in Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
import sqlite3
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.media_list_sync.accounts import jobs_of
from custom_components.media_list_sync.const import (
    CONF_LIBRARIES,
    CONF_LIST,
    CONF_SERVER_ID,
    CONF_SERVICE,
    CONF_TRACKER,
    CONF_TRAKT_ACCOUNT,
    DOMAIN,
    SECRET_TOKEN,
    SERVICE_ANILIST,
    SERVICE_PLEX,
    SERVICE_SEERR,
    SERVICE_TRAKT,
    SUBENTRY_LIST,
    SUBENTRY_PAIRING,
)
from custom_components.media_list_sync.coordinator import JobCoordinator
from custom_components.media_list_sync.engine.clients.plex import PlexKeys
from custom_components.media_list_sync.engine.clients.trakt_auth import TokenPair
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.lists import recognise
from custom_components.media_list_sync.engine.model import Report
from custom_components.media_list_sync.engine.placement import Origin
from custom_components.media_list_sync.engine.store import atlas, secrets
from custom_components.media_list_sync.engine.store.atlas import TableState
from custom_components.media_list_sync.shared import Shared, async_get_shared
from simulators.anilist import VIEWER, AniListMedia, AniListSimulator
from simulators.catalog import CatalogTitle
from simulators.imdb import ImdbSimulator
from simulators.plex import PlexSimulator, Show
from simulators.seerr import API_KEY, SeerrSimulator
from simulators.titles import real_titles
from simulators.trakt import TraktSimulator

SERVER_ID = "BServerOfTheTests"
SEERR_ID = "01SEERR0000000000000000000"
TRAKT_ID = "01TRAKT0000000000000000000"
ANILIST_ID = "01ANILIST00000000000000000"
PLEX_ID = "01PLEX00000000000000000000"
FILMS_ID = "01FILMS0000000000000000000"
SHOWS_ID = "01SHOWS0000000000000000000"
PAIRING_ID = "01PAIRING00000000000000000"

FILMS = "ls000000001"
SHOWS = "ls000000002"
SHAWSHANK, GODFATHER, MATRIX = "tt0111161", "tt0068646", "tt0133093"
BREAKING_BAD = "tt0903747"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give every test a config folder, and so a database, of its own."""
    (Path(hass_tmp_config_dir) / ".storage").mkdir(exist_ok=True)
    return hass_tmp_config_dir


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Leave out of snapshots what differs from run to run, as Home Assistant's own tests do."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@dataclass
class House:
    """Home Assistant, and the services that it talks to."""

    hass: HomeAssistant
    seerr: SeerrSimulator
    imdb: ImdbSimulator
    trakt: TraktSimulator
    anilist: AniListSimulator
    plex: PlexSimulator
    catalog: tuple[CatalogTitle, ...]

    async def shared(self) -> Shared:
        return await async_get_shared(self.hass)

    async def seal(self, secret: Any) -> str:
        shared = await self.shared()
        return await self.hass.async_add_executor_job(shared.vault.seal, secret)

    async def seerr_entry(
        self, *lists: ConfigSubentryData, api_key: str = API_KEY, **data: Any
    ) -> MockConfigEntry:
        """Return an entry of the Seerr server, added but not set up."""
        entry = MockConfigEntry(
            domain=DOMAIN,
            entry_id=SEERR_ID,
            title="Seerr",
            unique_id=f"seerr:{SERVER_ID}",
            data={
                CONF_SERVICE: SERVICE_SEERR,
                "url": self.seerr.url,
                "verify_ssl": True,
                "api_key": await self.seal(api_key),
                CONF_SERVER_ID: SERVER_ID,
                **data,
            },
            subentries_data=lists,
        )
        entry.add_to_hass(self.hass)
        return entry

    async def trakt_entry(self, *, signed_in: bool = True) -> MockConfigEntry:
        """Return an entry of the Trakt account, added but not set up."""
        data: dict[str, Any] = {
            CONF_SERVICE: SERVICE_TRAKT,
            "client_id": self.trakt.app.client_id,
        }
        if signed_in:
            data["client_secret"] = await self.seal(self.trakt.app.client_secret)
            data["username"] = "viewer"
            await self.give_token()
        entry = MockConfigEntry(
            domain=DOMAIN,
            entry_id=TRAKT_ID,
            title="Trakt (viewer)",
            unique_id="trakt:viewer",
            data=data,
        )
        entry.add_to_hass(self.hass)
        return entry

    async def anilist_entry(
        self,
        *pairings: ConfigSubentryData,
        signed_in: bool = True,
        lifetime: timedelta = timedelta(days=365),
    ) -> MockConfigEntry:
        """Return an entry of the AniList account, added but not set up."""
        data: dict[str, Any] = {
            CONF_SERVICE: SERVICE_ANILIST,
            "username": "viewer",
            "user_id": self.anilist.user().id,
        }
        if signed_in:
            data["auth_implementation"] = "media_list_sync_12345"
            await self.give_anilist_token(lifetime)
        entry = MockConfigEntry(
            domain=DOMAIN,
            entry_id=ANILIST_ID,
            title="AniList (viewer)",
            unique_id=f"anilist:{self.anilist.user().id}",
            data=data,
            subentries_data=pairings,
        )
        entry.add_to_hass(self.hass)
        return entry

    async def give_anilist_token(self, lifetime: timedelta = timedelta(days=365)) -> None:
        """Sign in at AniList, and store the token as a flow does."""
        self.anilist._tokens.lifetime = int(lifetime.total_seconds())
        await self._store(ANILIST_ID, {"access_token": self.anilist.sign_in()})

    async def plex_entry(self, *, with_account: bool = True) -> MockConfigEntry:
        """Return an entry of the Plex server, added but not set up."""
        await self.give_plex_tokens(with_account=with_account)
        entry = MockConfigEntry(
            domain=DOMAIN,
            entry_id=PLEX_ID,
            title="Plex (Living Room, Owner)",
            unique_id=f"plex:{self.plex.state.machine}:{self.plex.owner.uuid}",
            data={
                CONF_SERVICE: SERVICE_PLEX,
                CONF_SERVER_ID: self.plex.state.machine,
                "server_name": "Living Room",
                "url": self.plex.server.url,
                "verify_ssl": True,
                "username": "Owner",
                "user_id": self.plex.owner.uuid,
            },
        )
        entry.add_to_hass(self.hass)
        return entry

    async def give_plex_tokens(self, *, with_account: bool = True) -> None:
        """Sign in to Plex, and store the tokens as a flow does."""
        keys = PlexKeys(self.plex.owner.server_token, self.plex.sign_in() if with_account else None)
        await self._store(PLEX_ID, keys.as_data())

    async def _store(self, entry_id: str, tokens: Any) -> None:
        sealed = await self.seal(tokens)
        shared = await self.shared()
        await shared.store.run(secrets.put, entry_id, SECRET_TOKEN, sealed)

    def secrets(self) -> set[str]:
        """Return all that must not be seen anywhere."""
        app = self.trakt.app
        tokens = self.trakt.state.tokens
        people = [person for person in self.plex.state.people if person.tokens]
        return {
            *self.anilist._tokens._owners,
            *(token for person in people for token in (*person.tokens, person.server_token)),
            API_KEY,
            app.client_id,
            app.client_secret,
            *tokens._by_access,
            *tokens._by_refresh,
        }

    async def give_token(self) -> None:
        """Sign in at Trakt, and store the tokens as a flow does."""
        issued = self.trakt.sign_in()
        now = dt_util.utcnow()
        ends = now + timedelta(seconds=issued.expires_in)
        pair = TokenPair(issued.access_token, issued.refresh_token, now, ends)
        sealed = await self.seal(pair.as_data())
        shared = await self.shared()
        await shared.store.run(secrets.put, TRAKT_ID, SECRET_TOKEN, sealed)

    async def have_anime(self) -> Show:
        """Put an anime on AniList's list and into the Plex library; let a table know where it is."""
        self.anilist.add_media(AniListMedia(101, "Anime", episodes=12, start=(2015, 1, 5)))
        self.anilist.add_entry(VIEWER, 101, "CURRENT", progress=3, updated_at=1_700_000_000)
        shared = await self.shared()
        await shared.store.run(_place, dt_util.utcnow())
        library = next(iter(self.plex.state.libraries.values()))
        return self.plex.server.add_show(library, "Anime", {1: 12}, guids=["tmdb://7"])

    async def set_up(self, *entries: ConfigEntry, synced: bool = True) -> None:
        """Set entries up, and wait for the first sync of their lists."""
        for entry in entries:
            await self.hass.config_entries.async_setup(entry.entry_id)
        await self.hass.async_block_till_done()
        if synced:
            for entry in entries:
                for job_id in entry.subentries:
                    await self.report(job_id, entry)

    @staticmethod
    def subentry(data: ConfigSubentryData) -> ConfigSubentry:
        """Return a list as it is added to an entry that is set up."""
        parts: dict[str, Any] = {**data, "data": MappingProxyType(dict(data["data"]))}
        return ConfigSubentry(**parts)

    def list_of(self, job_id: str, entry: ConfigEntry | None = None) -> JobCoordinator:
        """Return the coordinator of a list, or of a pairing."""
        if entry is None:
            entry = self.hass.config_entries.async_get_entry(SEERR_ID)
        assert entry is not None
        return jobs_of(entry.runtime_data)[job_id]

    async def report(
        self,
        job_id: str,
        entry: ConfigEntry | None = None,
        fits: Callable[[Report], bool] = lambda _: True,
    ) -> Report:
        """Wait until a list is at rest with a report, and return it."""
        coordinator = self.list_of(job_id, entry)
        changed = asyncio.Event()
        stop = coordinator.async_add_listener(changed.set)
        try:
            async with asyncio.timeout(20):
                while True:
                    state = coordinator.data
                    if not state.running and state.report is not None and fits(state.report):
                        break
                    changed.clear()
                    await changed.wait()
        finally:
            stop()
        await self.hass.async_block_till_done()
        return state.report

    async def until(self, is_so: Callable[[], Any]) -> None:
        """Let the services answer until something is so."""
        async with asyncio.timeout(20):
            while not is_so():
                await asyncio.sleep(0.02)

    async def press(self, job_id: str, key: str = "sync_now") -> None:
        """Press a button of a list, which waits for the sync."""
        await self.hass.services.async_call(
            "button",
            "press",
            {"entity_id": self.entity_id("button", f"{job_id}_{key}")},
            blocking=True,
        )
        await self.hass.async_block_till_done()

    async def call_failing(self, domain: str, unique_id: str) -> HomeAssistantError:
        """Press a button, and return the error that a person sees."""
        with pytest.raises(HomeAssistantError) as caught:
            await self.hass.services.async_call(
                domain, "press", {"entity_id": self.entity_id(domain, unique_id)}, blocking=True
            )
        await self.hass.async_block_till_done()
        return caught.value

    def entity_id(self, platform: str, unique_id: str) -> str:
        entity_id = er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None, unique_id
        return entity_id

    def state(self, platform: str, unique_id: str) -> State:
        state = self.hass.states.get(self.entity_id(platform, unique_id))
        assert state is not None, unique_id
        return state

    def device(self, name: str, entry_id: str = SEERR_ID) -> dr.DeviceEntry:
        device = dr.async_get(self.hass).async_get_device_by_identifier((DOMAIN, name), entry_id)
        assert device is not None, name
        return device


def _place(connection: sqlite3.Connection, now: datetime) -> None:
    state = TableState(
        Origin.ANIBRIDGE,
        fetched_at=now,
        checked_at=now,
        due_at=now + timedelta(days=7),
        rows=1,
    )
    for origin in ORIGINS:
        atlas.save_state(connection, replace(state, origin=origin))
    connection.execute(
        "INSERT INTO atlas VALUES ('anilist', 101, 'tmdb_show', '7', 'anibridge', '1:1-12>1-12')"
    )


def list_data(
    address: str, *, job_id: str = FILMS_ID, title: str = "Films", **policy: Any
) -> ConfigSubentryData:
    """Return the subentry of a list, as the flow makes it."""
    spec = recognise(address)
    assert spec is not None, address
    return {
        "data": {CONF_LIST: spec.as_data(), **policy},
        "subentry_id": job_id,
        "subentry_type": SUBENTRY_LIST,
        "title": title,
        "unique_id": spec.unique_id,
    }  # type: ignore[typeddict-unknown-key]


def films(**policy: Any) -> ConfigSubentryData:
    return list_data(FILMS, job_id=FILMS_ID, title="Films", **policy)


def shows(**policy: Any) -> ConfigSubentryData:
    return list_data(SHOWS, job_id=SHOWS_ID, title="Shows", **policy)


def pairing(tracker: str, *libraries: str, **policy: Any) -> ConfigSubentryData:
    """Return the subentry of a pairing, as the flow makes it."""
    data: dict[str, Any] = {CONF_TRACKER: tracker, "direction": "to_tracker", **policy}
    if libraries:
        data[CONF_LIBRARIES] = list(libraries)
    return {
        "data": data,
        "subentry_id": PAIRING_ID,
        "subentry_type": SUBENTRY_PAIRING,
        "title": "Anime",
        "unique_id": tracker,
    }  # type: ignore[typeddict-unknown-key]


def watchlist(**policy: Any) -> ConfigSubentryData:
    """Return the list that is the watchlist of who is signed in to Trakt."""
    data = list_data("https://trakt.tv/users/viewer/watchlist", title="Watchlist", **policy)
    data["data"] = {**data["data"], CONF_TRAKT_ACCOUNT: TRAKT_ID}
    return data


@asynccontextmanager
async def _house(hass: HomeAssistant) -> AsyncIterator[House]:
    catalog = real_titles()
    async with (
        SeerrSimulator(catalog=catalog, vapid_public=SERVER_ID) as seerr,
        ImdbSimulator(catalog) as imdb,
        TraktSimulator(catalog) as trakt,
        AniListSimulator() as anilist,
        PlexSimulator() as plex,
    ):
        plex.server.add_library("Series")
        imdb.add_list(FILMS, "Film night", [SHAWSHANK, GODFATHER, MATRIX])
        imdb.add_list(SHOWS, "Series", [BREAKING_BAD])
        trakt.add_to_watchlist(title for title in catalog if title.imdb == SHAWSHANK)
        endpoints = {
            "imdb": f"{imdb.url}/",
            "trakt_api": trakt.api_url,
            "trakt_auth": trakt.auth_url,
            "anilist": anilist.url,
            "anilist_auth": anilist.auth_url,
            "plex_tv": plex.url,
            "plex_clients": plex.url,
            # Nobody listens there: tests of what the tables say have their own.
            **dict.fromkeys(("anibridge", "anime_lists", "fribb"), "http://127.0.0.1:1/"),
            "plex_discover": plex.discover_url,
        }
        assert await async_setup_component(hass, DOMAIN, {DOMAIN: {"endpoints": endpoints}})
        yield House(hass, seerr, imdb, trakt, anilist, plex, catalog)
        await _unload(hass, hass.config_entries.async_entries(DOMAIN))


async def _unload(hass: HomeAssistant, entries: Iterable[ConfigEntry]) -> None:
    """Unload while the services still answer."""
    for entry in entries:
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
async def house(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[House]:
    """Home Assistant with the integration, beside its services; no account yet."""
    async with _house(hass) as found:
        yield found
