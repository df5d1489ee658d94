"""A fresh Home Assistant among services whose secrets are as long and as odd as real ones."""

from collections.abc import AsyncIterator
import secrets
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist, account_trakt
from custom_components.media_list_sync.engine.http import Doorway, Pace
from custom_components.media_list_sync.flows import plex_sign_in
from simulators.anilist import AniListSimulator, App as AniListApp, RateLimit
from simulators.imdb import ImdbSimulator
from simulators.plex import PlexSimulator
from simulators.seerr import SeerrSimulator
from simulators.titles import real_titles
from simulators.trakt import App as TraktApp, TraktSimulator
from tests.flows.conftest import hass_config_dir, imdb, names, nothing_left_behind, plex, services
from tests.flows.test_anilist import Browser
from tests.platforms.conftest import BREAKING_BAD, FILMS, GODFATHER, MATRIX, SHAWSHANK, House

from .event_loop import only_in_threads
from .keys import CHOSEN_KEY
from .people import PIN, Household

__all__ = [
    "hass_config_dir",
    "imdb",
    "names",
    "nothing_left_behind",
    "only_in_threads",
    "plex",
    "services",
]


@pytest.fixture
async def seerr() -> AsyncIterator[SeerrSimulator]:
    async with SeerrSimulator(catalog=real_titles(), api_key=CHOSEN_KEY) as simulator:
        yield simulator


@pytest.fixture
async def trakt() -> AsyncIterator[TraktSimulator]:
    app = TraktApp(secrets.token_hex(32), secrets.token_hex(32))
    async with TraktSimulator(real_titles(), app=app, interval=0) as simulator:
        yield simulator


@pytest.fixture
async def anilist() -> AsyncIterator[AniListSimulator]:
    app = AniListApp(client_secret=secrets.token_urlsafe(30))
    async with AniListSimulator(app=app, limit=RateLimit(count=100_000)) as simulator:
        yield simulator


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait: what fails is told at once, and not tried again."""
    make = Doorway.__init__

    def impatient(self: Doorway, *args: Any, **options: Any) -> None:
        make(self, *args, **{**options, "patience": 0.0})

    monkeypatch.setattr(Doorway, "__init__", impatient)
    monkeypatch.setattr(account_anilist, "PACE", Pace())
    monkeypatch.setattr(account_trakt, "Pace", lambda **_: Pace(at_once=1))
    monkeypatch.setattr(plex_sign_in, "POLL_SECONDS", 0.02)


@pytest.fixture
async def household(
    hass: HomeAssistant,
    services: None,
    seerr: SeerrSimulator,
    imdb: ImdbSimulator,
    trakt: TraktSimulator,
    anilist: AniListSimulator,
    plex: PlexSimulator,
    hass_client_no_auth: ClientSessionGenerator,
) -> Household:
    """People, lists, a library; no account yet."""
    # They cannot be set up any more once a browser was there.
    for component in ("diagnostics", "repairs", "system_health"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    hass.config.components.add("my")
    plex.add_user("Child", pin=PIN)
    imdb.add_list(FILMS, "Film night", [SHAWSHANK, GODFATHER, MATRIX])
    trakt.add_to_watchlist(title for title in real_titles() if title.imdb == BREAKING_BAD)
    house = House(hass, seerr, imdb, trakt, anilist, plex, real_titles())
    await house.have_anime()
    browser = Browser(hass, anilist, hass_client_no_auth)
    await browser.enter_client()
    return Household(house, browser)
