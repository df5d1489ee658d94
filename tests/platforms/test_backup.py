"""The database in a backup: whole, and never in the backup's way."""

import asyncio
from datetime import timedelta
from pathlib import Path
import sqlite3
from unittest.mock import patch

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.media_list_sync import backup
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from custom_components.media_list_sync.shared import DATABASE_FILE

from .conftest import FILMS_ID, House, films


async def test_nothing_is_synced_during_a_backup(house: House) -> None:
    """And what was asked for meanwhile is done afterwards."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await backup.async_pre_backup(house.hass)
    house.imdb.forget_requests()
    house.imdb.add_titles("ls000000001", ["tt0110912"])
    pressing = house.hass.async_create_task(house.press(FILMS_ID))
    await asyncio.sleep(0.1)
    assert not house.imdb.counts
    await backup.async_post_backup(house.hass)
    await pressing
    assert (False, 680) in house.seerr.requested_titles()


async def test_sync_that_runs_when_a_backup_begins(house: House) -> None:
    """It waits in its middle, with the file complete on the disk, and goes on afterwards."""
    house.seerr.post_seconds = 0.1
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    await house.until(house.seerr.requested_titles)
    await backup.async_pre_backup(house.hass)
    await asyncio.sleep(0.3)
    done = len(house.seerr.requests)
    assert done < 3
    copy = Path(house.hass.config.path("copy.db"))
    file = Path(house.hass.config.path(DATABASE_FILE))
    content = await house.hass.async_add_executor_job(file.read_bytes)
    await house.hass.async_add_executor_job(copy.write_bytes, content)
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM ledger").fetchone()[0] > 0
    connection.close()
    await backup.async_post_backup(house.hass)
    await house.report(FILMS_ID)
    assert len(house.seerr.requests) == len(house.seerr.requested_titles()) == 3


async def test_backup_does_not_fail_for_us(house: House, caplog: pytest.LogCaptureFixture) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    broken = StoreUnusable("full")
    with (
        patch.object(Store, "prepare_backup", side_effect=broken),
        patch.object(Store, "finish_backup", side_effect=broken),
    ):
        await backup.async_pre_backup(house.hass)
        await backup.async_post_backup(house.hass)
    assert "could not be made ready" in caplog.text
    await house.press(FILMS_ID)


async def test_backup_does_not_wait_for_us(house: House) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)

    async def hang(_store: Store) -> None:
        await asyncio.sleep(60)

    with patch.object(backup, "HOOK_SECONDS", 0.05), patch.object(Store, "prepare_backup", hang):
        async with asyncio.timeout(5):
            await backup.async_pre_backup(house.hass)
    await backup.async_post_backup(house.hass)
    await house.press(FILMS_ID)


async def test_post_without_pre(house: House) -> None:
    """Home Assistant calls it also where the first hook of somebody else failed."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await backup.async_post_backup(house.hass)
    await house.press(FILMS_ID)


async def test_backup_of_which_nobody_says_the_end(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    await backup.async_pre_backup(house.hass)
    pressing = house.hass.async_create_task(house.press(FILMS_ID))
    later = dt_util.utcnow() + timedelta(seconds=backup.LONGEST_BACKUP + 1)
    async_fire_time_changed(house.hass, later)
    await pressing
    assert "The backup takes very long" in caplog.text


async def test_without_an_account(house: House) -> None:
    await backup.async_pre_backup(house.hass)
    await backup.async_post_backup(house.hass)
