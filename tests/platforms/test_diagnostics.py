"""What may be attached to a report of a mistake."""

import json
from typing import Any
from unittest.mock import patch

from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from simulators.faults import Failure, Fault

from .conftest import FILMS, FILMS_ID, SEERR_ID, SERVER_ID, TRAKT_ID, House, films, shows, watchlist


async def test_server(house: House, hass_client: ClientSessionGenerator) -> None:
    assert await async_setup_component(house.hass, "diagnostics", {})
    entry = await house.seerr_entry(films(), shows(interval=3600))
    await house.set_up(entry)
    house.imdb.delete_list(FILMS)
    await house.call_failing("button", f"{FILMS_ID}_sync_now")
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    assert found["entry"]["data"]["api_key"] == "**REDACTED**"
    assert found["entry"]["data"]["url"].startswith("http://redacted.invalid:")
    assert found["account"]["reachable"] is True
    assert found["account"]["state"]["settings"]["flavour"] == "seerr"
    gone, series = found["lists"]
    assert gone["report"]["status"] == "failed"
    assert gone["report"]["problems"][0]["problem"] == "list_gone"
    assert gone["data"]["list"] == {"kind": "imdb_list", "ref": "**REDACTED**"}
    assert series["report"]["counts"]["requested"] == 1
    assert series["schedule"]["due_at"]
    assert series["schedule"]["paused"] is False
    assert found["store"]["rows"]["report"] == 2
    assert found["store"]["size"] > 0
    assert found["store"]["from_backup"] is False


async def test_server_that_is_down(house: House, hass_client: ClientSessionGenerator) -> None:
    assert await async_setup_component(house.hass, "diagnostics", {})
    entry = await house.seerr_entry()
    await house.set_up(entry)
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    await entry.runtime_data.coordinator.async_refresh()
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    assert found["account"]["reachable"] is False
    assert found["account"]["error"] == "unreachable_server_error"


async def test_server_that_is_not_set_up(house: House, hass_client: ClientSessionGenerator) -> None:
    """Which is when one asks for them."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    entry = await house.seerr_entry(films())
    await house.set_up(entry, synced=False)
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    assert found["entry"]["state"] == "setup_retry"
    assert found["entry"]["error"] == "unreachable_server_error"
    assert found["store"]["schema"] == 1


async def test_database_that_cannot_be_used(
    house: House, hass_client: ClientSessionGenerator
) -> None:
    """What is known without it is told all the same."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    with patch.object(Store, "run", side_effect=StoreUnusable("damaged")):
        found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    assert found["store"]["error"] == "damaged"
    assert found["lists"][0]["report"]["counts"]["titles"] == 3


async def test_list(house: House, hass_client: ClientSessionGenerator) -> None:
    """A list's own diagnostics hold nothing of its neighbours."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(entry)
    device = house.device(FILMS_ID)
    found: Any = await get_diagnostics_for_device(house.hass, hass_client, entry, device)
    assert found["list"]["subentry_id"] == FILMS_ID
    assert found["list"]["report"]["counts"]["titles"] == 3
    account: Any = await get_diagnostics_for_device(
        house.hass, hass_client, entry, house.device(SEERR_ID)
    )
    assert len(account["lists"]) == 2


async def test_no_secrets(house: House, hass_client: ClientSessionGenerator) -> None:
    """Neither keys nor tokens, sealed or not, nor whose accounts and lists they are."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(trakt, entry)
    text = json.dumps(
        [
            await get_diagnostics_for_config_entry(house.hass, hass_client, entry),
            await get_diagnostics_for_config_entry(house.hass, hass_client, trakt),
            await get_diagnostics_for_device(
                house.hass, hass_client, trakt, house.device(TRAKT_ID, TRAKT_ID)
            ),
        ]
    )
    secrets = house.secrets() | {
        entry.data["api_key"],
        trakt.data["client_secret"],
        "127.0.0.1",
        SERVER_ID,
        FILMS,
        "viewer",
        trakt.runtime_data.coordinator.data.id,
    }
    for secret in secrets:
        assert secret not in text


async def test_trakt(house: House, hass_client: ClientSessionGenerator) -> None:
    assert await async_setup_component(house.hass, "diagnostics", {})
    trakt = await house.trakt_entry()
    entry = await house.seerr_entry(watchlist())
    await house.set_up(trakt, entry)
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, trakt)
    assert found["lists"] == []
    assert found["account"]["reachable"] is True
    assert found["store"]["rows"]["secret"] == 1
