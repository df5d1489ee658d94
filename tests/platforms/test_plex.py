"""A Plex account in Home Assistant: set up, and found again when the server moves."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import orjson
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.media_list_sync.const import DOMAIN, SECRET_TOKEN
from custom_components.media_list_sync.engine.clients.plex import reach
from custom_components.media_list_sync.engine.store import secrets
from simulators.faults import Failure, Fault
from simulators.plex import LOCAL, REMOTE, PlexServerSimulator
from simulators.plex.state import VERSION, State

from .conftest import PLEX_ID, House

REACHABLE = f"{PLEX_ID}_reachable"


def issues(house: House) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(house.hass).issues if domain == DOMAIN}


def reauth_flows(house: House) -> int:
    return sum(
        flow["context"]["source"] == SOURCE_REAUTH
        for flow in house.hass.config_entries.flow.async_progress()
    )


async def refresh(house: House, entry: ConfigEntry) -> str:
    """Look at the server, and return what the sensor then says."""
    await entry.runtime_data.coordinator.async_refresh()
    await house.hass.async_block_till_done()
    return house.state("binary_sensor", REACHABLE).state


async def keys(house: House) -> dict[str, Any]:
    shared = await house.shared()
    sealed = await shared.store.run(secrets.get, PLEX_ID, SECRET_TOKEN)
    assert sealed is not None
    opened: dict[str, Any] = orjson.loads(
        await house.hass.async_add_executor_job(shared.vault.open, sealed)
    )
    return opened


async def test_set_up(house: House) -> None:
    """Two requests to the server, none to plex.tv."""
    entry = await house.plex_entry()
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert house.plex.server.counts == {"GET /identity": 1, "GET /library/sections{end}": 1}
    assert not house.plex.exchanges
    assert house.state("binary_sensor", REACHABLE).state == "on"
    device = house.device(PLEX_ID, PLEX_ID)
    assert (device.manufacturer, device.sw_version) == ("Plex", VERSION)
    assert device.configuration_url == f"{house.plex.server.url}/web"
    assert len(await entry.runtime_data.server.sections()) == 1
    assert (await entry.runtime_data.tv.account()).uuid == house.plex.owner.uuid


async def test_is_asked_every_five_minutes(house: House) -> None:
    await house.set_up(await house.plex_entry())
    house.plex.server.forget_requests()
    async_fire_time_changed(house.hass, dt_util.utcnow() + timedelta(minutes=5, seconds=30))
    await house.until(lambda: len(house.plex.server.exchanges) == 2)
    await house.hass.async_block_till_done()
    assert not house.plex.exchanges


async def test_server_moves(house: House) -> None:
    """plex.tv is asked, and the new address kept: in the store, not in the entry."""
    entry = await house.plex_entry()
    await house.set_up(entry)
    data = dict(entry.data)
    before = entry.runtime_data.server
    new = await house.plex.server.move()
    assert await refresh(house, entry) == "on"
    assert house.plex.counts == {"GET /api/v2/resources": 1}
    assert (await keys(house))["address"] == new
    assert dict(entry.data) == data
    assert entry.runtime_data.server is not before
    assert len(await entry.runtime_data.server.sections()) == 1

    # Known from now on, after a restart too.
    house.plex.forget_requests()
    await house.hass.config_entries.async_reload(PLEX_ID)
    assert entry.state is ConfigEntryState.LOADED
    assert house.state("binary_sensor", REACHABLE).state == "on"
    assert not house.plex.exchanges


async def test_server_moves_before_a_start(house: House) -> None:
    entry = await house.plex_entry()
    await house.plex.server.move()
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert house.device(PLEX_ID, PLEX_ID).configuration_url == f"{house.plex.server.url}/web"


async def test_server_moves_back(house: House) -> None:
    entry = await house.plex_entry()
    await house.set_up(entry)
    port = int(house.plex.server.url.rsplit(":", 1)[1])
    await house.plex.server.move()
    await refresh(house, entry)
    assert (await keys(house))["address"]
    await house.plex.server.move(port)
    assert await refresh(house, entry) == "on"
    assert (await keys(house))["address"] is None


async def test_another_server_has_the_address(house: House) -> None:
    """It gets no token."""
    entry = await house.plex_entry()
    await house.set_up(entry)
    port = int(house.plex.server.url.rsplit(":", 1)[1])
    new = await house.plex.server.move()
    other = PlexServerSimulator(State(house.plex.clock, house.plex.state.pins, "Cellar"))
    await other.start(port)
    assert await refresh(house, entry) == "on"
    assert (await keys(house))["address"] == new
    assert other.exchanges
    assert not any("X-Plex-Token" in one.headers for one in other.exchanges)
    await other.stop()


async def test_another_server_has_the_address_and_plex_does_not_know(house: House) -> None:
    """Without plex.tv, only a person can tell where the server is now."""
    entry = await house.plex_entry(with_account=False)
    await house.set_up(entry)
    assert entry.runtime_data.tv is None
    port = int(house.plex.server.url.rsplit(":", 1)[1])
    await house.plex.server.stop()
    assert await refresh(house, entry) == "off"
    assert not issues(house)
    other = PlexServerSimulator(State(house.plex.clock, house.plex.state.pins, "Cellar"))
    await other.start(port)
    await refresh(house, entry)
    assert issues(house) == {f"plex_gone_{PLEX_ID}"}
    await other.stop()
    await house.plex.server.start(port)
    assert await refresh(house, entry) == "on"
    assert not issues(house)
    assert not house.plex.exchanges


async def test_server_is_off(house: House) -> None:
    """It is looked for, and is back when it is back. A person need not do anything."""
    entry = await house.plex_entry()
    await house.set_up(entry)
    port = int(house.plex.server.url.rsplit(":", 1)[1])
    ways = dict(house.plex.server.ways)
    await house.plex.server.stop()
    house.plex.server.ways = ways
    assert await refresh(house, entry) == "off"
    assert entry.runtime_data.coordinator.last_exception.translation_key == "unreachable_connect"
    assert not issues(house)
    assert not reauth_flows(house)
    await house.plex.server.start(port)
    assert await refresh(house, entry) == "on"


async def test_server_that_does_not_answer_in_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await house.plex_entry()
    await house.set_up(entry)
    monkeypatch.setattr(reach, "WITHIN", 0.05)
    house.plex.server.faults.add(Fault(Failure.DELAY, path="identity", seconds=0.3, times=1))
    # It is found where it was.
    assert await refresh(house, entry) == "on"
    assert house.plex.counts == {"GET /api/v2/resources": 1}


async def test_server_that_does_not_answer_in_time_and_cannot_be_looked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await house.plex_entry(with_account=False)
    await house.set_up(entry)
    monkeypatch.setattr(reach, "WITHIN", 0.05)
    house.plex.server.faults.add(Fault(Failure.DELAY, path="identity", seconds=0.3, times=1))
    assert await refresh(house, entry) == "off"
    assert entry.runtime_data.coordinator.last_exception.translation_key == "unreachable_timeout"
    assert await refresh(house, entry) == "on"


async def test_plex_is_away_while_the_server_is_off(house: House) -> None:
    entry = await house.plex_entry()
    await house.set_up(entry)
    await house.plex.server.stop()
    house.plex.faults.add(Fault(Failure.STATUS, status=503))
    with patch("asyncio.sleep"):
        assert await refresh(house, entry) == "off"
    assert entry.runtime_data.coordinator.last_exception.translation_key == "unreachable_connect"


async def test_server_is_not_shared_any_more(house: House) -> None:
    entry = await house.plex_entry()
    await house.set_up(entry)
    token = house.plex.owner.server_token
    house.plex.owner.server_token = ""
    await house.plex.server.stop()
    assert await refresh(house, entry) == "off"
    assert issues(house) == {f"plex_gone_{PLEX_ID}"}
    house.plex.owner.server_token = token
    await house.plex.server.start()
    assert await refresh(house, entry) == "on"
    assert not issues(house)


async def test_server_has_a_new_token(house: House) -> None:
    """As long as plex.tv takes its own, nobody has to sign in."""
    entry = await house.plex_entry()
    await house.set_up(entry)
    house.plex.owner.server_token = "another-token"
    assert await refresh(house, entry) == "on"
    assert (await keys(house))["server_token"] == "another-token"
    assert (await keys(house))["address"] is None
    assert not reauth_flows(house)


@pytest.mark.parametrize("with_account", [True, False])
async def test_tokens_are_rejected(house: House, with_account: bool) -> None:
    entry = await house.plex_entry(with_account=with_account)
    await house.set_up(entry)
    house.plex.revoke()
    assert await refresh(house, entry) == "off"
    assert entry.state is ConfigEntryState.LOADED
    assert reauth_flows(house) == 1


async def test_tokens_are_rejected_at_set_up(house: House) -> None:
    entry = await house.plex_entry()
    house.plex.revoke()
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "credentials_rejected"
    assert reauth_flows(house) == 1


async def test_token_that_only_the_server_refuses(house: House) -> None:
    """plex.tv gives out the same one again: there is nothing to be had from it."""
    entry = await house.plex_entry()
    await house.set_up(entry)
    house.plex.server.faults.add(Fault(Failure.STATUS, path="sections", status=401))
    assert await refresh(house, entry) == "off"
    assert reauth_flows(house) == 1


async def test_without_its_tokens(house: House) -> None:
    """The database was lost, the entry not."""
    entry = await house.plex_entry()
    shared = await house.shared()
    await shared.store.run(secrets.remove_owner, PLEX_ID)
    await house.set_up(entry)
    assert entry.error_reason_translation_key == "not_signed_in"
    assert reauth_flows(house) == 1


async def test_server_is_off_at_set_up(house: House) -> None:
    entry = await house.plex_entry()
    await house.plex.server.stop()
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable_connect"


async def test_ways_from_outside_are_known(house: House) -> None:
    """The way at home is blocked: the next best one is taken."""
    entry = await house.plex_entry()
    await house.plex.server.close_way(LOCAL)
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert (await keys(house))["address"] == house.plex.server.ways[REMOTE]
