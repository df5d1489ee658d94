"""Setting accounts up, unloading and reloading them."""

import asyncio
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
import sqlite3
from typing import Any
from unittest.mock import patch

from freezegun import freeze_time
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import orjson
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.media_list_sync import PLATFORMS, running
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.clients.trakt_auth import TokenPair
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.runner import Runner
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from custom_components.media_list_sync.shared import _KEEPER, DATABASE_FILE, KEY_FILE
from simulators.faults import Failure, Fault

from .conftest import FILMS, FILMS_ID, SEERR_ID, SHOWS_ID, TRAKT_ID, House, films, shows, watchlist

ALL_TITLES = {(False, 278), (False, 238), (False, 603), (True, 1396)}
COUNT = "/request/count"


def reauth_flows(house: House, entry_id: str) -> int:
    return sum(
        flow["context"].get("entry_id") == entry_id and flow["context"]["source"] == "reauth"
        for flow in house.hass.config_entries.flow.async_progress()
    )


async def test_first_sync_requests_what_is_missing(house: House) -> None:
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert house.seerr.requested_titles() == ALL_TITLES
    assert house.state("sensor", f"{FILMS_ID}_status").state == "completed"


async def test_start_does_not_wait_for_a_sync(house: House) -> None:
    """The lists are there when Home Assistant starts; they are synced when it has started."""
    house.hass.set_state(CoreState.starting)
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.LOADED
    assert house.state("sensor", f"{FILMS_ID}_status").state == "never"
    assert not house.imdb.counts

    house.hass.set_state(CoreState.running)
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house.report(FILMS_ID)
    assert house.seerr.requested_titles() == {(False, 278), (False, 238), (False, 603)}


async def test_set_up_takes_three_requests(house: House) -> None:
    entry = await house.seerr_entry()
    await house.set_up(entry)
    assert house.seerr.counts == {
        "GET /api/v1/request/count": 1,
        "GET /api/v1/settings/public": 1,
        "GET /api/v1/status": 1,
    }


async def test_unreachable_server_is_tried_again(house: House) -> None:
    house.seerr.faults.add(Fault(Failure.STATUS, status=503, path=COUNT))
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable_server_error"
    assert not reauth_flows(house, SEERR_ID)


async def test_wrong_key_asks_for_another(house: House) -> None:
    entry = await house.seerr_entry(films(), api_key="not-the-key")
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "credentials_rejected"
    assert reauth_flows(house, SEERR_ID) == 1


async def test_key_that_stops_working_asks_for_another(house: House) -> None:
    """The checks go on, so that the account recovers also where the server is what changed."""
    entry = await house.seerr_entry()
    await house.set_up(entry)
    coordinator = entry.runtime_data.coordinator
    key, house.seerr.settings.api_key = house.seerr.settings.api_key, "changed-by-somebody"
    await coordinator.async_refresh()
    await house.hass.async_block_till_done()
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "off"
    assert house.state("sensor", f"{SEERR_ID}_pending_requests").state == "unavailable"
    assert reauth_flows(house, SEERR_ID) == 1

    house.seerr.settings.api_key = key
    async_fire_time_changed(house.hass, dt_util.utcnow() + coordinator.update_interval * 2)
    await house.until(lambda: house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "on")


async def test_lost_key_file(house: House) -> None:
    """A sealed key that no key opens: the person is asked anew, and told why."""
    entry = await house.seerr_entry(films())
    sealed = entry.data["api_key"]
    house.hass.config_entries.async_update_entry(
        entry, data={**entry.data, "api_key": sealed[:-4] + "AAA="}
    )
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "key_lost"
    assert reauth_flows(house, SEERR_ID) == 1
    issues = ir.async_get(house.hass)
    assert issues.async_get_issue(DOMAIN, "key_lost")

    house.hass.config_entries.async_update_entry(entry, data={**entry.data, "api_key": sealed})
    assert await house.hass.config_entries.async_reload(entry.entry_id)
    assert issues.async_get_issue(DOMAIN, "key_lost") is None


def _database(house: House) -> Path:
    return Path(house.hass.config.path(DATABASE_FILE))


async def test_invalid_key_file(house: House) -> None:
    entry = await house.seerr_entry()
    shared = await house.shared()
    await _forget_shared(house)
    shared.vault.path.write_text("no key at all")
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "key_file_invalid"


async def test_database_of_a_newer_version(house: House) -> None:
    entry = await house.seerr_entry()
    await _forget_shared(house)
    with sqlite3.connect(_database(house)) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "store_too_new"


async def test_database_that_cannot_be_written(house: House) -> None:
    entry = await house.seerr_entry()
    await _forget_shared(house)
    await house.hass.async_add_executor_job(_database(house).unlink)
    await house.hass.async_add_executor_job(_database(house).mkdir)
    await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "store_unusable"


async def _forget_shared(house: House) -> None:
    """Close what accounts share, as at the end of Home Assistant."""
    await (await house.shared()).store.close()
    house.hass.data[_KEEPER].opened = None


async def test_database_that_cannot_be_used_any_more(house: House) -> None:
    """It was opened for another account; then the disk filled up."""
    entry = await house.seerr_entry(films())
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        await house.set_up(entry, synced=False)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "store_unusable"


async def test_files_are_where_they_belong(house: House) -> None:
    await house.set_up(await house.seerr_entry())
    for name in (DATABASE_FILE, KEY_FILE):
        file = Path(house.hass.config.path(name))
        status = await house.hass.async_add_executor_job(file.stat)
        assert status.st_mode & 0o077 == 0


async def test_unload_in_the_middle(house: House) -> None:
    """Nothing runs on after unloading, and the next set-up goes on where this one stopped."""
    house.seerr.post_seconds = 0.2
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    await house.until(house.seerr.requested_titles)
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    done = len(house.seerr.requests)
    assert done < 3
    house.seerr.post_seconds = 0
    await asyncio.sleep(0.1)
    assert len(house.seerr.requests) == done

    await house.set_up(entry)
    assert len(house.seerr.requests) == len(house.seerr.requested_titles()) == 3


async def test_shutdown_in_the_middle(house: House) -> None:
    """The sync is stopped between two requests, before Home Assistant cancels anything."""
    house.seerr.post_seconds = 0.2
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    await house.until(house.seerr.requested_titles)
    runner = entry.runtime_data.runner
    await house.hass.async_stop(force=True)
    assert not runner.state(FILMS_ID).running
    # What the server has is on record, too: nothing is in doubt.
    with sqlite3.connect(_database(house)) as connection:
        requested, doubtful = connection.execute(
            "SELECT count(requested_at), count(intent_at) FROM ledger"
        ).fetchone()
    connection.close()
    assert (requested, doubtful) == (len(house.seerr.requests), 0)


async def test_reload_only_when_configuration_changed(house: House) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    runtime = entry.runtime_data
    update = house.hass.config_entries.async_update_entry
    update(entry, pref_disable_new_entities=True)
    await house.hass.async_block_till_done()
    assert entry.runtime_data is runtime

    update(entry, data={**entry.data, "verify_ssl": False})
    await house.hass.async_block_till_done()
    assert entry.runtime_data is not runtime

    runtime = entry.runtime_data
    subentry = entry.subentries[FILMS_ID]
    house.hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "max_requests": 1}
    )
    await house.hass.async_block_till_done()
    assert entry.runtime_data is not runtime
    assert entry.state is ConfigEntryState.LOADED


async def test_a_list_that_is_added_is_synced(house: House) -> None:
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    house.hass.config_entries.async_add_subentry(entry, house.subentry(shows()))
    await house.hass.async_block_till_done()
    await house.report(SHOWS_ID)
    assert house.seerr.requested_titles() == ALL_TITLES
    assert house.device(SHOWS_ID).name == "Shows"


async def test_a_list_that_is_added_while_the_account_is_set_up_is_synced(house: House) -> None:
    entry = await house.seerr_entry(films())
    forward = house.hass.config_entries.async_forward_entry_setups

    async def meanwhile(*given: Any) -> None:
        if len(entry.subentries) == 1:
            house.hass.config_entries.async_add_subentry(entry, house.subentry(shows()))
        await forward(*given)

    with patch.object(house.hass.config_entries, "async_forward_entry_setups", meanwhile):
        await house.set_up(entry)
    await house.report(SHOWS_ID)
    assert house.seerr.requested_titles() == ALL_TITLES
    assert entry.state is ConfigEntryState.LOADED


async def test_restart_keeps_reports_and_due_times(house: House) -> None:
    """After a restart the last report is shown at once, and nothing is synced before its time."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    before = house.list_of(FILMS_ID).data
    await house.hass.config_entries.async_unload(entry.entry_id)
    house.imdb.forget_requests()
    await house.set_up(entry)
    after = house.list_of(FILMS_ID).data
    assert after.report == before.report
    assert after.due_at == before.due_at
    assert house.state("sensor", f"{FILMS_ID}_titles").state == "3"
    assert not house.imdb.counts


async def test_list_is_synced_when_it_is_due(house: House) -> None:
    """At its interval, by Home Assistant's clock; a paused one is not."""
    entry = await house.seerr_entry(films(interval=3600), shows(interval=3600, paused=True))
    await house.set_up(entry, synced=False)
    await house.report(FILMS_ID)
    due = house.list_of(FILMS_ID).data.due_at
    assert due is not None
    assert timedelta(minutes=55) < due - dt_util.utcnow() <= timedelta(hours=1)
    house.imdb.forget_requests()
    house.imdb.add_titles(FILMS, ["tt0110912"])

    def later(minutes: int) -> AbstractContextManager[Any]:
        moment = dt_util.utcnow() + timedelta(minutes=minutes)
        return freeze_time(moment, tick=True, real_asyncio=True)

    with later(50):
        async_fire_time_changed(house.hass)
        await asyncio.sleep(0.1)
        assert not house.imdb.counts
    with later(65):
        async_fire_time_changed(house.hass)
        await house.until(lambda: (False, 680) in house.seerr.requested_titles())
        await house.until(lambda: not house.list_of(FILMS_ID).data.running)
    assert (True, 1396) not in house.seerr.requested_titles()
    following = house.list_of(FILMS_ID).data.due_at
    assert following is not None
    assert following - due > timedelta(hours=1)


async def test_sync_that_does_not_stop(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Unloading waits for seconds, not for ever."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)

    stop = Runner.stop

    async def hang(runner: Runner) -> None:
        await stop(runner)
        await asyncio.sleep(60)

    with patch.object(running, "STOP_SECONDS", 0.2), patch.object(Runner, "stop", hang):
        assert await house.hass.config_entries.async_unload(SEERR_ID)
    assert "did not come to rest" in caplog.text
    await house.set_up(entry)


async def test_entities_that_cannot_be_unloaded(house: House) -> None:
    """The account stays as it is, and its runner runs on."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    with patch.object(house.hass.config_entries, "async_unload_platforms", return_value=False):
        assert not await house.hass.config_entries.async_unload(SEERR_ID)
    await house.press(FILMS_ID)
    await house.hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    await entry.runtime_data.stop()


async def test_works_with_every_entity_disabled(house: House) -> None:
    entry = await house.seerr_entry(films())
    house.hass.config_entries.async_update_entry(entry, pref_disable_new_entities=True)
    await house.set_up(entry)
    entries = er.async_entries_for_config_entry(er.async_get(house.hass), SEERR_ID)
    assert entries
    assert all(entity.disabled for entity in entries)
    assert house.seerr.requested_titles() == {(False, 278), (False, 238), (False, 603)}
    # The checks go on as well.
    house.seerr.settings.api_key = "changed-by-somebody"
    coordinator = entry.runtime_data.coordinator
    async_fire_time_changed(house.hass, dt_util.utcnow() + coordinator.update_interval * 2)
    await house.until(lambda: reauth_flows(house, SEERR_ID) == 1)


async def test_key_rejected_in_a_sync(house: House) -> None:
    """A list that meets a dead key asks for another; with it, the list is synced at once."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    key, house.seerr.settings.api_key = house.seerr.settings.api_key, "changed-by-somebody"
    await house.call_failing("button", f"{FILMS_ID}_sync_now")
    assert house.list_of(FILMS_ID).status is JobStatus.FAILED
    assert reauth_flows(house, SEERR_ID) == 1

    house.seerr.settings.api_key = key
    await house.hass.config_entries.async_reload(entry.entry_id)
    report = await house.report(FILMS_ID, fits=lambda r: r.status is JobStatus.COMPLETED)
    assert not report.problems


async def test_trakt(house: House) -> None:
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(watchlist())
    await house.set_up(trakt, entry)
    assert trakt.state is ConfigEntryState.LOADED
    assert house.seerr.requested_titles() == {(False, 278)}
    assert house.state("binary_sensor", f"{TRAKT_ID}_reachable").state == "on"
    assert house.state("sensor", f"{TRAKT_ID}_sign_in_valid_until").state not in ("", "unknown")


async def test_trakt_by_client_id_alone(house: House) -> None:
    trakt = await house.trakt_entry(signed_in=False)
    await house.set_up(trakt)
    assert trakt.state is ConfigEntryState.LOADED
    registry = er.async_get(house.hass)
    assert not registry.async_get_entity_id("sensor", DOMAIN, f"{TRAKT_ID}_sign_in_valid_until")
    assert house.state("binary_sensor", f"{TRAKT_ID}_reachable").state == "on"


async def test_trakt_without_its_tokens(house: House) -> None:
    """The database was lost, the entry not: somebody has to sign in again."""
    trakt = await house.trakt_entry()
    shared = await house.shared()
    await shared.store.run(secrets.remove_owner, TRAKT_ID)
    await house.set_up(trakt, synced=False)
    assert trakt.error_reason_translation_key == "not_signed_in"
    assert reauth_flows(house, TRAKT_ID) == 1


async def test_trakt_tokens_are_stored_before_use(house: House) -> None:
    """Refresh tokens work once: after a restart the new ones are there."""
    trakt = await house.trakt_entry()
    house.trakt.expire_tokens()
    await house.set_up(trakt)
    assert trakt.state is ConfigEntryState.LOADED
    await house.hass.config_entries.async_unload(trakt.entry_id)
    house.trakt.expire_tokens()
    await house.set_up(trakt)
    assert trakt.state is ConfigEntryState.LOADED
    assert not reauth_flows(house, TRAKT_ID)


async def test_list_waits_for_its_trakt_account(house: House) -> None:
    """Without its account the list says so; when the account comes back, it is synced."""
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(watchlist())
    await house.hass.config_entries.async_set_disabled_by(TRAKT_ID, ConfigEntryDisabler.USER)
    await house.set_up(entry)
    report = await house.report(FILMS_ID)
    assert [problem.key for problem in report.problems] == ["trakt_missing"]
    issues = ir.async_get(house.hass)
    assert issues.async_get_issue(DOMAIN, f"trakt_missing_{FILMS_ID}")

    await house.hass.config_entries.async_set_disabled_by(TRAKT_ID, None)
    assert trakt.state is ConfigEntryState.LOADED
    await house.report(FILMS_ID, fits=lambda r: r.status is JobStatus.COMPLETED)
    assert house.seerr.requested_titles() == {(False, 278)}
    assert issues.async_get_issue(DOMAIN, f"trakt_missing_{FILMS_ID}") is None


async def test_dead_trakt_sign_in_is_the_trakt_accounts(house: House) -> None:
    """A list of a Seerr server that meets it has the Trakt account ask to sign in again."""
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(watchlist())
    await house.set_up(trakt, entry)
    house.trakt.revoke_all()
    await house.call_failing("button", f"{FILMS_ID}_sync_now")
    report = house.list_of(FILMS_ID).data.report
    assert report is not None
    assert [problem.key for problem in report.problems] == ["trakt_signed_out"]
    assert reauth_flows(house, TRAKT_ID) == 1
    assert not reauth_flows(house, SEERR_ID)

    await house.give_token()
    await house.hass.config_entries.async_reload(TRAKT_ID)
    await house.report(FILMS_ID, fits=lambda r: r.status is JobStatus.COMPLETED)


async def test_dead_trakt_sign_in_at_set_up(house: House) -> None:
    trakt = await house.trakt_entry()
    house.trakt.revoke_all()
    await house.set_up(trakt, synced=False)
    assert trakt.state is ConfigEntryState.SETUP_ERROR
    assert reauth_flows(house, TRAKT_ID) == 1


@pytest.mark.parametrize("field", ["access_token", "refresh_token"])
async def test_tokens_are_sealed(house: House, field: str) -> None:
    """Neither token stands anywhere in the database as it is."""
    await house.set_up(await house.trakt_entry())
    shared = await house.shared()
    [secret] = await shared.store.run(secrets.every)
    pair = TokenPair.from_data(orjson.loads(shared.vault.open(secret.sealed)))
    await _forget_shared(house)
    content = await house.hass.async_add_executor_job(_database(house).read_bytes)
    assert getattr(pair, field).encode() not in content


async def test_a_list_that_finds_the_server_down_has_the_account_say_so(house: House) -> None:
    """Not only at the next of the account's own checks, which come every five minutes."""
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    assert house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "on"
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    await house.call_failing("button", f"{FILMS_ID}_sync_now")
    await house.until(lambda: house.state("binary_sensor", f"{SEERR_ID}_reachable").state == "off")
