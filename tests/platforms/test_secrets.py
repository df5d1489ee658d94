"""A whole run at debug level: no secret is left anywhere, and no file blocks the event loop."""

import asyncio
from collections.abc import Callable
import json
import logging
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.const import MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from simulators.faults import Failure, Fault

from .conftest import (
    FILMS_ID,
    PLEX_ID,
    SHAWSHANK,
    SHOWS_ID,
    House,
    films,
    list_data,
    pairing,
    shows,
    watchlist,
)

WATCHLIST_ID = "01WATCHLIST000000000000000"


@pytest.fixture(autouse=True)
def only_in_threads(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite fail on the event loop's thread: Home Assistant itself does not notice."""
    connect = sqlite3.connect

    def guarded(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        _not_on_the_loop()
        return connect(*args, factory=_Guarded, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", guarded)


def _not_on_the_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise AssertionError("SQLite was used on the event loop")


class _Guarded(sqlite3.Connection):
    def execute(self, *args: Any) -> sqlite3.Cursor:
        _not_on_the_loop()
        return super().execute(*args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        _not_on_the_loop()
        return super().executemany(*args)


async def test_no_secret_anywhere_in_a_whole_run(
    house: House,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Syncs, faults of every kind, a renewed sign-in, a refused key, an unload: then all is read."""
    hass = house.hass
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(account_anilist, "PACE", Pace(interval=0.001, at_once=1))
    heard: list[str] = []
    hass.bus.async_listen(MATCH_ALL, _hear(heard))
    assert await async_setup_component(hass, "diagnostics", {})
    trakt = await house.trakt_entry()
    data = watchlist()
    data["subentry_id"] = WATCHLIST_ID  # type: ignore[typeddict-unknown-key]
    entry = await house.seerr_entry(films(), shows(), data)
    show = await house.have_anime()
    library = next(iter(house.plex.state.libraries.values())).uuid
    anilist = await house.anilist_entry(pairing(PLEX_ID, library, scores=True, watchlist=True))
    plex = await house.plex_entry()
    trackers = (anilist, plex)
    await house.set_up(trakt, plex, anilist, entry)
    await hass.services.async_call(DOMAIN, "sync", {"approve": True}, blocking=True)
    assert house.plex.server.watched(house.plex.owner, show), "there was something to write"

    for failure in Failure:
        house.seerr.faults.add(Fault(failure, status=503, seconds=0.01, times=2))
        house.trakt.faults.add(Fault(failure, status=401, seconds=0.01, times=1))
        for tracked in (house.anilist, house.plex, house.plex.server):
            tracked.faults.add(Fault(failure, status=401, seconds=0.01, times=1))
        await _sync_all(hass)
        for tracker in trackers:
            await tracker.runtime_data.coordinator.async_refresh()
        for service in (house.seerr, house.trakt, house.anilist, house.plex, house.plex.server):
            service.faults.clear()
    secrets = house.secrets()
    house.trakt.expire_tokens()
    await _sync_all(hass)
    assert house.secrets() - secrets, "the sign-in was renewed"
    house.seerr.settings.api_key = "another"
    await _sync_all(hass)
    await house.plex.server.move()
    await plex.runtime_data.coordinator.async_refresh()
    assert house.plex.counts["GET /api/v2/resources"], "the server was looked for"
    secrets |= house.secrets()
    house.anilist.revoke_all()
    house.plex.revoke()
    for tracker in trackers:
        await tracker.runtime_data.coordinator.async_refresh()

    # The client id is no secret: it goes out with every request, and stands in the entry.
    secrets.discard(house.trakt.app.client_id)
    accounts = (entry, trakt, *trackers)
    diagnostics = json.dumps(
        [await get_diagnostics_for_config_entry(hass, hass_client, one) for one in accounts]
    )
    states = json.dumps([state.as_dict() for state in hass.states.async_all()], default=str)
    stored = json.dumps([dict(one.as_dict()) for one in accounts], default=str)
    for one in accounts:
        assert await hass.config_entries.async_unload(one.entry_id)
    await (await house.shared()).store.close()
    places = {
        "log": caplog.text,
        "events": "\n".join(heard),
        "states": states,
        "config entries": stored,
        "diagnostics": diagnostics,
        **_files(Path(hass.config.path(".storage"))),
    }
    assert len(secrets) == 9, "an API key, a client secret, two pairs of tokens, three tokens"
    for place, text in places.items():
        for secret in secrets:
            assert secret not in text, f"a secret stands in the {place}"
    assert SHAWSHANK in places["media_list_sync.db"], "the search can find what is there"
    assert "Film night" in caplog.text or "requested" in caplog.text


async def _sync_all(hass: HomeAssistant) -> None:
    await hass.services.async_call(DOMAIN, "sync", {}, blocking=True, return_response=True)
    await hass.async_block_till_done()


def _hear(heard: list[str]) -> Callable[[Event], None]:
    @callback
    def hear(event: Event) -> None:
        heard.append(json.dumps(event.as_dict(), default=str))

    return hear


def _files(folder: Path) -> dict[str, str]:
    """Return everything that is stored, but for the key itself."""
    return {
        file.name: file.read_bytes().decode("latin-1")
        for file in folder.iterdir()
        if file.is_file() and not file.name.endswith(".key")
    }


async def test_a_key_never_opens_what_another_sealed(house: House) -> None:
    """What stands in the entry is of no use without the key file."""
    entry = await house.seerr_entry(list_data("ls000000001"))
    sealed = entry.data["api_key"]
    assert house.seerr.api_key not in sealed
    vault = (await house.shared()).vault
    status = await house.hass.async_add_executor_job(vault.path.stat)
    assert status.st_mode & 0o777 == 0o600
    assert FILMS_ID in entry.subentries
    assert SHOWS_ID not in entry.subentries
