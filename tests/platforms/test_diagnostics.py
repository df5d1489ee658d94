"""What may be attached to a report of a mistake."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.engine.store import schema
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreTooNew, StoreUnusable
from custom_components.media_list_sync.engine.vault import KeyFileProblem
from custom_components.media_list_sync.shared import _KEEPER
from simulators.faults import Failure, Fault
from simulators.plex.state import VERSION

from .conftest import (
    FILMS,
    FILMS_ID,
    SEERR_ID,
    SERVER_ID,
    SHOWS,
    SHOWS_ID,
    TRAKT_ID,
    House,
    films,
    list_data,
    shows,
    watchlist,
)


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
    assert found["store"]["schema"] == len(schema.MIGRATIONS)


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
        trakt.runtime_data.coordinator.data.user.id,
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


async def test_anilist_and_plex(house: House, hass_client: ClientSessionGenerator) -> None:
    """What is on the list is counted; who it is, where the server is, and the tokens stay away."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    anilist, plex = await house.anilist_entry(), await house.plex_entry()
    await house.set_up(anilist, plex)
    found: Any = [
        await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
        for entry in (anilist, plex)
    ]
    assert found[0]["account"]["state"]["score_format"] == "POINT_100"
    assert found[0]["account"]["state"]["counts"] == {}
    assert found[1]["account"]["state"] == {"version": VERSION, "libraries": 1}
    assert found[1]["entry"]["data"]["verify_ssl"] is True
    text = json.dumps(found)
    whose = {
        "viewer",
        "12345",
        "127.0.0.1",
        "Owner",
        "Living Room",
        str(house.anilist.user().id),
        house.plex.owner.uuid,
        house.plex.state.machine,
    }
    for secret in house.secrets() | whose:
        assert secret not in text


async def test_list_of_a_server_that_is_not_set_up(
    house: House, hass_client: ClientSessionGenerator
) -> None:
    """Its device is still there, and is looked at just then."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    entry = await house.seerr_entry(films())
    await house.set_up(entry)
    device = house.device(FILMS_ID)
    await house.hass.config_entries.async_unload(SEERR_ID)
    found: Any = await get_diagnostics_for_device(house.hass, hass_client, entry, device)
    assert found["entry"]["state"] == "not_loaded"
    assert found["list"]["data"]["list"]["kind"] == "imdb_list"
    assert "report" not in found["list"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StoreUnusable("permission"), "permission"),
        (StoreTooNew(9, 1), "too_new"),
        (KeyFileProblem("missing", Path("of-a-person/secret.key")), "key_file_missing"),
    ],
)
async def test_database_that_cannot_be_opened(
    house: House, hass_client: ClientSessionGenerator, error: Exception, told: str
) -> None:
    """That nothing could be set up without it is what the diagnostics are asked for."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    entry = await house.seerr_entry(films())
    await (await house.shared()).store.close()
    house.hass.data[_KEEPER].opened = None
    with patch.object(Store, "open", side_effect=error):
        await house.set_up(entry, synced=False)
        found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    assert found["entry"]["error"]
    assert found["store"] == {"error": told}
    assert found["lists"][0]["data"]["list"]["kind"] == "imdb_list"


async def test_problems_name_nobody(house: House, hass_client: ClientSessionGenerator) -> None:
    """What a problem is about (a person's account, a file, a list's own name) is left out."""
    assert await async_setup_component(house.hass, "diagnostics", {})
    await house.trakt_entry()
    on_disk = {"list": {"kind": "imdb_csv", "ref": {"path": "of-a-person/films.csv"}}}
    file = list_data(SHOWS, job_id=SHOWS_ID)
    file["data"] = on_disk
    unfit = list_data(FILMS, job_id="01UNFIT0000000000000000000", media_types=["show"])
    entry = await house.seerr_entry(watchlist(), file, unfit)
    await house.set_up(entry)
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, entry)
    told = [problem for lst in found["lists"] for problem in lst["report"]["problems"]]
    assert [problem["problem"] for problem in told] == [
        "trakt_missing",
        "file_missing",
        "nothing_fits",
    ]
    text = json.dumps(told)
    for name in ("viewer", "of-a-person", "Film night"):
        assert name not in text
