"""Pairing AniList with Plex or Trakt, and changing that."""

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.media_list_sync.const import DOMAIN, SERVICE_PLEX
from simulators.anilist import AniListSimulator
from simulators.faults import Failure, Fault
from simulators.plex import PlexSimulator

from .dialog import Dialog

pytestmark = pytest.mark.usefixtures("services")


async def add_anilist(hass: HomeAssistant) -> str:
    dialog = await Dialog.add(hass)
    await dialog.choose("anilist")
    await dialog.choose("anilist_user")
    await dialog.submit(username="viewer")
    entry_id: str = dialog.result["result"].entry_id
    return entry_id


async def add_plex(hass: HomeAssistant, plex: PlexSimulator) -> str:
    dialog = await Dialog.add(hass)
    await dialog.choose(SERVICE_PLEX)
    await dialog.choose("plex_manual")
    await dialog.submit(url=plex.server.url, token=plex.owner.server_token)
    entry_id: str = dialog.result["result"].entry_id
    return entry_id


async def pair(hass: HomeAssistant, entry_id: str, **context: str) -> Dialog:
    return await Dialog.subentry(hass, entry_id, "pairing", **context)


async def test_nothing_to_pair_with(hass: HomeAssistant, anilist: AniListSimulator) -> None:
    dialog = await pair(hass, await add_anilist(hass))
    assert dialog.reason == "no_trackers"


async def test_a_pairing_with_plex(
    hass: HomeAssistant, anilist: AniListSimulator, plex: PlexSimulator
) -> None:
    plex.server.add_library("Films", "movie")
    anilist_id, plex_id = await add_anilist(hass), await add_plex(hass, plex)
    dialog = await pair(hass, anilist_id)
    assert list(dialog.options("tracker")) == [plex_id]
    await dialog.submit()
    libraries = dialog.options("libraries")
    assert sorted(libraries.values()) == ["Films", "Series"]
    await dialog.submit(libraries=[])
    assert dialog.errors == {"libraries": "no_libraries"}
    await dialog.submit(libraries=list(libraries), statuses=[])
    assert dialog.errors == {"statuses": "no_statuses"}
    await dialog.submit(statuses=["completed"], pace={"interval": {"minutes": 0}})
    assert dialog.errors == {"pace": "interval_too_short"}
    assert dialog.open_sections == {"pace"}
    await dialog.submit(what={"scores": True}, pace={"interval": {"hours": 2}})
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    # The plan that waits can be looked at from here (W12).
    assert dialog.result["description_placeholders"] == {"repairs_url": "/config/repairs"}
    entry = hass.config_entries.async_get_entry(anilist_id)
    assert entry is not None
    (subentry,) = entry.subentries.values()
    assert dict(subentry.data) == {
        "tracker": plex_id,
        "direction": "to_tracker",
        "conflict": "further",
        "add": False,
        "skip_missing": False,
        "brake": 20,
        "libraries": list(libraries),
        "statuses": ["COMPLETED"],
        "scores": True,
        "watchlist": False,
        "private": False,
        "adult": False,
        "follow": True,
        "interval": 7200,
        "paused": False,
    }
    assert (await pair(hass, anilist_id)).reason == "all_paired"

    dialog = await pair(
        hass, anilist_id, source=SOURCE_RECONFIGURE, subentry_id=subentry.subentry_id
    )
    assert dialog.shown["statuses"] == ["completed"]
    assert dialog.shown["pace"]["follow"] is True
    await dialog.submit(
        statuses=["current", "completed"],
        pace={"follow": False, "interval": {"minutes": 1}, "paused": True},
    )
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    (subentry,) = entry.subentries.values()
    assert (subentry.data["follow"], subentry.data["interval"]) == (False, 60)
    assert subentry.data["statuses"] == ["CURRENT", "COMPLETED"]
    assert subentry.data["scores"] is True


async def test_anilist_follows_only_where_somebody_is_signed_in(
    hass: HomeAssistant, anilist: AniListSimulator, plex: PlexSimulator
) -> None:
    anilist_id = await add_anilist(hass)
    await add_plex(hass, plex)
    dialog = await pair(hass, anilist_id)
    await dialog.submit()
    for direction in ("to_anilist", "both"):
        await dialog.submit(libraries=list(dialog.options("libraries")), direction=direction)
        assert dialog.errors == {"direction": "direction_needs_sign_in"}
    await dialog.submit(direction="to_tracker")
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_plex_that_does_not_answer(
    hass: HomeAssistant, anilist: AniListSimulator, plex: PlexSimulator
) -> None:
    anilist_id = await add_anilist(hass)
    await add_plex(hass, plex)
    dialog = await pair(hass, anilist_id)
    plex.server.faults.add(Fault(Failure.STATUS, path="/library/sections", status=404))
    await dialog.submit()
    assert dialog.errors == {"tracker": "tracker_unreachable"}
    plex.server.faults.clear()
    await dialog.submit()
    assert dialog.step == "policy"
    assert hass.config_entries.async_entries(DOMAIN)
