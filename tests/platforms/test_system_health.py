"""What Home Assistant's system information says."""

from typing import Any

from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.media_list_sync.const import DOMAIN
from simulators.faults import Failure, Fault

from .conftest import House, films, shows


async def info(house: House) -> dict[str, Any]:
    """Return what is told, with what has to be tried tried."""
    assert await async_setup_component(house.hass, "system_health", {})
    await house.hass.async_block_till_done()
    found = await get_system_health_info(house.hass, DOMAIN)
    return {
        key: await value if hasattr(value, "__await__") else value for key, value in found.items()
    }


async def test_all_is_well(house: House) -> None:
    trakt = await house.trakt_entry()
    anilist, plex = await house.anilist_entry(), await house.plex_entry()
    entry = await house.seerr_entry(films(), shows())
    await house.set_up(trakt, anilist, plex, entry)
    found = await info(house)
    assert found.pop("database_size").endswith(" MB")
    # Those of the tables are tried where there are tables.
    assert {key for key in found if key.startswith("mappings_")} == {
        "mappings_anibridge",
        "mappings_anime_lists",
        "mappings_fribb",
    }
    assert {key: value for key, value in found.items() if not key.startswith("mappings_")} == {
        "lists": 2,
        "key_file": True,
        "reach_seerr": "ok",
        "reach_imdb": "ok",
        "reach_trakt": "ok",
        "reach_anilist": "ok",
        "reach_plex": "ok",
        "reach_plex_tv": "ok",
    }


async def test_services_are_down(house: House) -> None:
    entry = await house.seerr_entry()
    await house.set_up(entry)
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    await entry.runtime_data.coordinator.async_refresh()
    await house.imdb.stop()
    found = await info(house)
    assert found["reach_seerr"] == {"type": "failed", "error": "0 of 1"}
    assert found["reach_imdb"] == {"type": "failed", "error": "unreachable"}
    # Nobody is asked who is not used.
    assert not {"reach_trakt", "reach_anilist", "reach_plex", "reach_plex_tv"} & set(found)
    assert not house.trakt.counts
    assert not house.anilist.counts
    assert not house.plex.counts


async def test_key_file_is_gone(house: House) -> None:
    """It still works until the next start, which is the time to hear of it."""
    entry = await house.seerr_entry()
    await house.set_up(entry)
    shared = await house.shared()
    await house.hass.async_add_executor_job(shared.vault.path.unlink)
    assert (await info(house))["key_file"] is False


async def test_before_an_account_is_set_up(house: House) -> None:
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    entry = await house.seerr_entry()
    await house.set_up(entry, synced=False)
    assert (await info(house))["reach_seerr"] == {"type": "failed", "error": "0 of 1"}
