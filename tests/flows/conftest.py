"""A fresh Home Assistant, and the services around it."""

from collections.abc import AsyncIterator
from pathlib import Path
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.flows import plex_sign_in
from simulators.anilist import AniListSimulator
from simulators.imdb import ImdbSimulator
from simulators.plex import PlexSimulator
from simulators.seerr import SeerrSimulator
from simulators.titles import real_titles
from simulators.trakt import TraktSimulator

from .dialog import Dialog


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give every test a config folder, and so a database and a key, of its own."""
    (Path(hass_tmp_config_dir) / ".storage").mkdir(exist_ok=True)
    return hass_tmp_config_dir


class Names(AbstractResolver):
    """The only name there is: `homeserver`, which is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host != "homeserver":
            raise OSError(None, "Domain name not found")
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing is open."""

    real_close = close
    """By which the harness calls it."""


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Home Assistant names to look up, without asking a network."""
    monkeypatch.setattr(
        "homeassistant.helpers.aiohttp_client._async_make_resolver", lambda hass: Names()
    )


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for what became of a Plex code more often than is polite; Trakt says itself how often."""
    monkeypatch.setattr(plex_sign_in, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(plex_sign_in, "_PATIENCE", 0.0)


@pytest.fixture(autouse=True)
async def nothing_left_behind(
    hass: HomeAssistant,
    socket_enabled: None,
    seerr: SeerrSimulator,
    imdb: ImdbSimulator,
    trakt: TraktSimulator,
    anilist: AniListSimulator,
    plex: PlexSimulator,
) -> AsyncIterator[None]:
    """Unload all accounts while the services still answer."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
async def seerr() -> AsyncIterator[SeerrSimulator]:
    async with SeerrSimulator(catalog=real_titles()) as simulator:
        yield simulator


@pytest.fixture
async def imdb() -> AsyncIterator[ImdbSimulator]:
    async with ImdbSimulator(real_titles()) as simulator:
        yield simulator


@pytest.fixture
async def trakt() -> AsyncIterator[TraktSimulator]:
    async with TraktSimulator(real_titles(), interval=0) as simulator:
        yield simulator


@pytest.fixture
async def anilist() -> AsyncIterator[AniListSimulator]:
    async with AniListSimulator() as simulator:
        yield simulator


@pytest.fixture
async def plex() -> AsyncIterator[PlexSimulator]:
    async with PlexSimulator() as simulator:
        simulator.server.add_library("Series")
        yield simulator


@pytest.fixture
async def services(
    hass: HomeAssistant,
    imdb: ImdbSimulator,
    trakt: TraktSimulator,
    anilist: AniListSimulator,
    plex: PlexSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let the integration find the services here. (Without it: a fresh install.)"""
    monkeypatch.setattr(account_anilist, "PACE", Pace(interval=0.001, at_once=1))
    endpoints = {
        "anilist": anilist.url,
        "anilist_auth": anilist.auth_url,
        "plex_tv": plex.url,
        "plex_clients": plex.url,
        "plex_discover": plex.discover_url,
        # Nobody listens there: tests of what the tables say have their own.
        **dict.fromkeys(("anibridge", "anime_lists", "fribb"), "http://127.0.0.1:1/"),
        "imdb": f"{imdb.url}/",
        "trakt_api": trakt.api_url,
        "trakt_auth": trakt.auth_url,
    }
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: {"endpoints": endpoints}})


@pytest.fixture
async def server(hass: HomeAssistant, services: None, seerr: SeerrSimulator) -> ConfigEntry:
    """Add the Seerr server, and close the dialog that offers the first list."""
    dialog = await (await Dialog.add(hass)).choose("seerr")
    await dialog.submit(url=seerr.url, api_key=seerr.api_key)
    hass.config_entries.subentries.async_abort(dialog.result["next_flow"][1])
    await hass.async_block_till_done()
    entry: ConfigEntry = dialog.result["result"]
    return entry


@pytest.fixture
async def viewer(hass: HomeAssistant, services: None, trakt: TraktSimulator) -> ConfigEntry:
    """Add a Trakt account that is signed in."""
    dialog = await (await Dialog.add(hass)).choose("trakt")
    await dialog.submit(client_id=trakt.app.client_id, client_secret=trakt.app.client_secret)
    trakt.approve(dialog.placeholders["code"])
    await dialog.wait()
    await hass.async_block_till_done()
    entry: ConfigEntry = dialog.result["result"]
    return entry
