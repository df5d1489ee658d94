"""A whole run at debug level, in which everything goes wrong: no secret is left anywhere."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.platforms.conftest import House

from .people import Household
from .searching import leaks
from .story import Story
from .traces import KEY_FILE, Traces

IN_PLAIN_TEXT = "stored: application_credentials"
"""Where Home Assistant itself keeps the secret of the API client at AniList, and says so."""


@pytest.fixture
def every_word(caplog: pytest.LogCaptureFixture) -> None:
    """Log everything there is to log."""
    # As in Home Assistant: it would log the addresses that browsers ask it for.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    for name in ("", "aiohttp", "asyncio", "homeassistant", "custom_components"):
        caplog.set_level(logging.DEBUG, name)


async def test_no_secret_is_left_anywhere(
    household: Household,
    hurry: None,
    every_word: None,
    only_in_threads: None,
    hass_client: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in what is logged, raised, shown, answered, told to others, or stored."""
    hass, traces = household.hass, Traces(household.hass, hass_client)
    story = Story(household, traces)

    async def look() -> None:
        await traces.look()
        hass.bus.async_fire_internal(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await hass.async_block_till_done()
        await traces.look_into_files(hass_storage)

    with traces.kept():
        for chapter in (story.begin, story.fail, story.sign_in_again, story.change, story.ask):
            await chapter()
            await look()
        key_file = Path(hass.config.path(".storage")) / KEY_FILE
        keys = (await asyncio.to_thread(key_file.read_text)).split()
        await story.end()
        await look()
    traces.note("log", caplog.text)

    places = traces.places
    for place, word in THERE.items():
        assert word in places[place], f"nothing was seen of the {place}"
    secrets = household.secrets | set(keys)
    assert len(secrets) > 40
    kept_by_home_assistant = (household.house.anilist.app.client_secret, IN_PLAIN_TEXT)
    assert leaks(secrets, places) == {kept_by_home_assistant}
    assert not told_to_others(household.house)


def told_to_others(house: House) -> set[tuple[str, str]]:
    """Return the secrets of each service that another one was told, and tokens in addresses."""
    services = {
        "seerr": (house.seerr,),
        "trakt": (house.trakt,),
        "anilist": (house.anilist,),
        "plex": (house.plex, house.plex.server),
        "imdb": (house.imdb,),
    }
    asked = {
        name: "\n".join(
            f"{one.path} {dict(one.headers)} {one.body.decode()}"
            for service in some
            for one in service.exchanges
        )
        for name, some in services.items()
    }
    assert "/away" in asked["imdb"], "somebody was led there"
    assert house.seerr.api_key in asked["seerr"]
    found = {("a token", path) for path in house.plex.tokens_in_addresses}
    found |= {("a token", path) for path in house.plex.server.tokens_in_addresses}
    for name, (service, *_) in services.items():
        elsewhere = {place: text for place, text in asked.items() if place != name}
        found |= leaks(service.secrets, elsewhere)
    return found


THERE = {
    "log": "seerr: GET /api/v1/media",
    "exceptions": "CredentialsRejected",
    "events": "state_changed",
    "states": "sensor.film_night_status",
    "issues": "media_list_sync",
    "notifications": "[",
    "entries": "SeerrRuntime",
    "diagnostics": "key_fingerprint",
    "system health": "database_size",
    "dialogs": "seerr_reauth",
    "answers": "milliseconds",
    "stored: core.config_entries": "api_key",
    "stored: core.device_registry": "Living Room",
    "file: media_list_sync.db": "SQLite format 3",
    "file: media_list_sync.db-wal": "Anime",
}
"""A word of each place: where nothing was looked at, no secret was found either."""
