"""What a person removes leaves nothing behind."""

from datetime import timedelta
import sqlite3
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.model import Ids, ListItem, MediaType
from custom_components.media_list_sync.engine.store import exclusions, secrets, uploads
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable

from .conftest import (
    ANILIST_ID,
    FILMS,
    FILMS_ID,
    PLEX_ID,
    SEERR_ID,
    SHOWS,
    SHOWS_ID,
    TRAKT_ID,
    House,
    films,
    shows,
)


def _rows(connection: sqlite3.Connection, column: str, value: str) -> set[str]:
    """Return the tables that hold rows with a value."""
    tables = {
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    return {
        table
        for table in tables
        if column in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        and (value,) in connection.execute(f"SELECT {column} FROM {table}")  # noqa: S608
    }


async def rows(house: House, column: str, value: str) -> set[str]:
    shared = await house.shared()
    return await shared.store.run(_rows, column, value)


async def test_removed_list(house: House) -> None:
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(entry)
    house.imdb.delete_list(SHOWS)
    await house.call_failing("button", f"{SHOWS_ID}_sync_now")
    issues = ir.async_get(house.hass)
    assert issues.async_get_issue(DOMAIN, f"list_gone_{SHOWS_ID}")
    assert await rows(house, "job_id", SHOWS_ID) > {"job", "report", "list_item"}

    house.hass.config_entries.async_remove_subentry(entry, SHOWS_ID)
    await house.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    # The ledger is the server's: what was requested stays known.
    assert await rows(house, "job_id", SHOWS_ID) == {"ledger"}
    assert await rows(house, "job_id", FILMS_ID) >= {"job", "report", "list_item"}
    assert issues.async_get_issue(DOMAIN, f"list_gone_{SHOWS_ID}") is None
    devices = dr.async_get(house.hass)
    assert devices.async_get_device_by_identifier((DOMAIN, SHOWS_ID), SEERR_ID) is None
    assert devices.async_get_device_by_identifier((DOMAIN, FILMS_ID), SEERR_ID)
    left = er.async_entries_for_config_entry(er.async_get(house.hass), SEERR_ID)
    assert not [entity for entity in left if entity.config_subentry_id == SHOWS_ID]


async def test_removed_list_that_is_being_synced(house: House) -> None:
    house.seerr.post_seconds = 0.2
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    await house.until(house.seerr.requested_titles)
    house.hass.config_entries.async_remove_subentry(entry, FILMS_ID)
    await house.hass.async_block_till_done()
    assert await rows(house, "job_id", FILMS_ID) == {"ledger"}


def _uploaded(upload_id: str) -> dict[str, object]:
    data = films()
    return {
        **data,
        "data": {"list": {"kind": "imdb_csv", "ref": {"upload": upload_id}}},
    }


async def _upload(house: House, upload_id: str) -> None:
    item = ListItem(MediaType.MOVIE, Ids(imdb="tt0111161"), "The Shawshank Redemption", 1994)
    shared = await house.shared()
    await shared.store.run(uploads.put, upload_id, "Export", [item])


async def test_upload_of_a_removed_list(house: House) -> None:
    await _upload(house, "one")
    await _upload(house, "another")
    entry = await house.seerr_entry(_uploaded("one"))  # type: ignore[arg-type]
    await house.set_up(entry)
    assert house.seerr.requested_titles() == {(False, 278)}
    house.hass.config_entries.async_remove_subentry(entry, FILMS_ID)
    await house.hass.async_block_till_done()
    shared = await house.shared()
    assert await shared.store.run(uploads.get, "one") is None
    assert await shared.store.run(uploads.get, "another")


async def test_removed_server(house: House) -> None:
    await _upload(house, "one")
    entry = await house.seerr_entry(_uploaded("one"), shows())  # type: ignore[arg-type]
    await house.set_up(entry)
    shared = await house.shared()
    await shared.store.run(
        exclusions.add, SEERR_ID, MediaType.MOVIE, Ids(tmdb=11), "Star Wars", dt_util.utcnow()
    )
    house.imdb.delete_list(SHOWS)
    await house.call_failing("button", f"{SHOWS_ID}_sync_now")
    assert await rows(house, "account", SEERR_ID)

    await house.hass.config_entries.async_remove(SEERR_ID)
    await house.hass.async_block_till_done()
    assert not await rows(house, "account", SEERR_ID)
    assert await rows(house, "job_id", FILMS_ID) == {"ledger"}
    assert await shared.store.run(uploads.get, "one") is None
    assert not [key for key in ir.async_get(house.hass).issues if key[0] == DOMAIN]
    assert not dr.async_entries_for_config_entry(dr.async_get(house.hass), SEERR_ID)


async def test_server_that_is_added_again_is_known(house: House) -> None:
    """What a person deleted in the meantime is not requested again (R1)."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await house.hass.config_entries.async_remove(SEERR_ID)
    house.seerr.make_available(278, is_show=False)
    house.seerr.delete_media(278, is_show=False)
    house.seerr.clear_media(238, is_show=False)

    again = await house.seerr_entry(films())
    await house.set_up(again)
    assert house.state("sensor", f"{FILMS_ID}_new").state == "0"
    assert not house.seerr.requests_of(238, is_show=False)


async def test_removed_trakt_account_is_signed_out(house: House) -> None:
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    await house.hass.config_entries.async_remove(TRAKT_ID)
    await house.hass.async_block_till_done()
    shared = await house.shared()
    assert not await shared.store.run(secrets.every)
    assert house.trakt.counts["POST /oauth/revoke"] == 1


async def test_trakt_account_is_removed_while_trakt_is_down(house: House) -> None:
    """What Trakt does not hear of is forgotten here all the same."""
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    await house.trakt.stop()
    await house.hass.config_entries.async_remove(TRAKT_ID)
    await house.hass.async_block_till_done()
    shared = await house.shared()
    assert not await shared.store.run(secrets.every)


async def test_removed_anilist_and_plex_accounts(house: House) -> None:
    """Their tokens are forgotten; nobody is signed out anywhere else."""
    anilist, plex = await house.anilist_entry(), await house.plex_entry()
    await house.set_up(anilist, plex)
    for service in (house.anilist, house.plex, house.plex.server):
        service.forget_requests()
    for entry_id in (ANILIST_ID, PLEX_ID):
        await house.hass.config_entries.async_remove(entry_id)
    await house.hass.async_block_till_done()
    shared = await house.shared()
    assert not await shared.store.run(secrets.every)
    for service in (house.anilist, house.plex, house.plex.server):
        assert not service.exchanges


async def test_account_is_removed_while_the_database_cannot_be_used(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The account goes; what could not be removed is said."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.imdb.make_private(FILMS)
    await house.call_failing("button", f"{FILMS_ID}_sync_now")
    await house.hass.config_entries.async_unload(SEERR_ID)
    with patch.object(Store, "run", side_effect=StoreUnusable("read_only")):
        await house.hass.config_entries.async_remove(SEERR_ID)
    assert "could not be removed: database: read_only" in caplog.text
    assert house.hass.config_entries.async_get_entry(SEERR_ID) is None
    assert not [key for key in ir.async_get(house.hass).issues if key[0] == DOMAIN]


async def test_live_devices_stay(house: House, hass_ws_client: WebSocketGenerator) -> None:
    """A person removes a list by its subentry, not by its device; what is left over may go."""
    assert await async_setup_component(house.hass, "config", {})
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    client = await hass_ws_client(house.hass)
    stale = dr.async_get(house.hass).async_get_or_create(
        config_entry_id=SEERR_ID, identifiers={(DOMAIN, "gone")}
    )
    for name in (SEERR_ID, FILMS_ID):
        answer = await client.remove_device(house.device(name).id)
        assert not answer["success"]
    answer = await client.remove_device(stale.id)
    assert answer["success"]


async def test_an_upload_that_belongs_to_no_list_is_forgotten_after_a_day(house: House) -> None:
    shared = await house.shared()
    now = dt_util.utcnow()
    for name, age in (("left", 25), ("fresh", 1)):
        await shared.store.run(
            uploads.put, name, "watchlist.csv", (), at=now - timedelta(hours=age)
        )
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    assert await shared.store.run(uploads.get, "left") is None
    assert await shared.store.run(uploads.get, "fresh") is not None
