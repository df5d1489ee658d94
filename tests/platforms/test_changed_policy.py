"""What a person wants of a list or pairing is changed in its dialog, and done at once."""

import asyncio
from datetime import datetime
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.util import dt as dt_util

from custom_components.media_list_sync.engine.store import pairings
from tests.flows.dialog import Dialog

from .conftest import (
    ANILIST_ID,
    FILMS_ID,
    MATRIX,
    PAIRING_ID,
    PLEX_ID,
    SEERR_ID,
    House,
    list_data,
    pairing,
)

MIXED = "ls000000009"
BREAKING_BAD = "tt0903747"


def due(house: House, job_id: str, entry: ConfigEntry) -> datetime:
    """Return when it is synced by itself next."""
    due_at = house.list_of(job_id, entry).data.due_at
    assert due_at is not None
    return due_at


async def change_list(house: House, **entered: Any) -> None:
    dialog = await Dialog.list(
        house.hass, SEERR_ID, source=SOURCE_RECONFIGURE, subentry_id=FILMS_ID
    )
    await dialog.submit(**entered)
    assert dialog.reason == "reconfigure_successful"
    await house.hass.async_block_till_done()


async def films_of_a_mixed_list(house: House) -> ConfigEntry:
    """Set up a list of a film and a show, of which only the film is wanted, and sync it."""
    house.imdb.add_list(MIXED, "Mixed", [MATRIX, BREAKING_BAD])
    entry = await house.seerr_entry(list_data(MIXED, media_types=["movie"]))
    await house.set_up(entry)
    assert len(house.seerr.requests) == 1
    return entry


async def test_list(house: House) -> None:
    entry = await films_of_a_mixed_list(house)
    await change_list(house, media_types=["movie", "show"])
    await house.until(lambda: len(house.seerr.requests) == 2)
    await house.until(lambda: due(house, FILMS_ID, entry) > dt_util.utcnow())


async def test_list_of_which_nothing_else_is_wanted(house: House) -> None:
    """How often it is synced says nothing of what; a shorter interval has its own rule."""
    entry = await films_of_a_mixed_list(house)
    before = due(house, FILMS_ID, entry)
    house.imdb.forget_requests()
    await change_list(house, pace={"interval": {"days": 2}})
    assert due(house, FILMS_ID, entry) == before
    assert not house.imdb.exchanges


async def test_paused_list_waits_until_it_goes_on(house: House) -> None:
    entry = await films_of_a_mixed_list(house)
    await change_list(house, media_types=["movie", "show"], pace={"paused": True})
    await asyncio.sleep(0.2)
    assert len(house.seerr.requests) == 1
    assert house.list_of(FILMS_ID, entry).data.paused
    await house.list_of(FILMS_ID, entry).runner.set_paused(FILMS_ID, paused=False)
    await house.until(lambda: len(house.seerr.requests) == 2)


async def test_pairing(house: House) -> None:
    show = await house.have_anime()
    shared = await house.shared()
    await shared.store.run(pairings.approve, PAIRING_ID, dt_util.utcnow())
    library = next(iter(house.plex.state.libraries.values()))
    plex = await house.plex_entry()
    entry = await house.anilist_entry(pairing(PLEX_ID, library.uuid, statuses=["COMPLETED"]))
    await house.set_up(plex, entry)
    assert not house.plex.server.watched(house.plex.owner, show)

    dialog = await Dialog.subentry(
        house.hass, ANILIST_ID, "pairing", source=SOURCE_RECONFIGURE, subentry_id=PAIRING_ID
    )
    await dialog.submit(statuses=["current"])
    assert dialog.reason == "reconfigure_successful"
    await house.until(lambda: len(house.plex.server.watched(house.plex.owner, show)) == 3)
