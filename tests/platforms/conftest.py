"""A household for the tests: simulated services, and accounts of them in Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
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

from custom_components.media_list_sync.const import (
    CONF_LIST,
    CONF_SERVER_ID,
    CONF_SERVICE,
    CONF_TRAKT_ACCOUNT,
    DOMAIN,
    SECRET_TOKEN,
    SERVICE_SEERR,
    SERVICE_TRAKT,
    SUBENTRY_LIST,
)
from custom_components.media_list_sync.coordinator import ListCoordinator
from custom_components.media_list_sync.engine.clients.trakt_auth import TokenPair
from custom_components.media_list_sync.engine.lists import recognise
from custom_components.media_list_sync.engine.model import Report
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.shared import Shared, async_get_shared
from simulators.catalog import CatalogTitle
from simulators.imdb import ImdbSimulator
from simulators.seerr import API_KEY, SeerrSimulator
from simulators.titles import real_titles
from simulators.trakt import TraktSimulator

SERVER_ID = "BServerOfTheTests"
SEERR_ID = "01SEERR0000000000000000000"
TRAKT_ID = "01TRAKT0000000000000000000"
FILMS_ID = "01FILMS0000000000000000000"
SHOWS_ID = "01SHOWS0000000000000000000"

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

    def secrets(self) -> set[str]:
        """Return all that must not be seen anywhere."""
        app = self.trakt.app
        tokens = self.trakt.state.tokens
        return {
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

    def list_of(self, job_id: str, entry: ConfigEntry | None = None) -> ListCoordinator:
        """Return the coordinator of a list."""
        if entry is None:
            entry = self.hass.config_entries.async_get_entry(SEERR_ID)
        assert entry is not None
        lists: dict[str, ListCoordinator] = entry.runtime_data.lists
        return lists[job_id]

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
    ):
        imdb.add_list(FILMS, "Film night", [SHAWSHANK, GODFATHER, MATRIX])
        imdb.add_list(SHOWS, "Series", [BREAKING_BAD])
        trakt.add_to_watchlist(title for title in catalog if title.imdb == SHAWSHANK)
        endpoints = {
            "imdb": f"{imdb.url}/",
            "trakt_api": trakt.api_url,
            "trakt_auth": trakt.auth_url,
        }
        assert await async_setup_component(hass, DOMAIN, {DOMAIN: {"endpoints": endpoints}})
        yield House(hass, seerr, imdb, trakt, catalog)
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
