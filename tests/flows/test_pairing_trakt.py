"""Pairing AniList with Trakt, and what is offered to be paired at all."""

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.media_list_sync.const import SUBENTRY_PAIRING
from simulators.anilist import AniListSimulator
from simulators.plex import PlexSimulator
from simulators.trakt import TraktSimulator

from .dialog import Dialog
from .test_pairing import add_anilist, add_plex, pair
from .test_trakt import added, added_public

pytestmark = pytest.mark.usefixtures("services")


async def test_a_pairing_with_trakt(
    hass: HomeAssistant, anilist: AniListSimulator, trakt: TraktSimulator
) -> None:
    anilist_id = await add_anilist(hass)
    account = await added(hass, trakt)
    dialog = await pair(hass, anilist_id)
    assert dialog.options("tracker") == {account.entry_id: "Trakt (viewer)"}
    await dialog.submit()
    assert "libraries" not in dialog.shown
    assert "follow" not in dialog.shown["pace"]
    await dialog.submit(what={"dropped": True, "watchlist": True}, pace={"paused": True})
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert dialog.result["title"] == "AniList (viewer) → Trakt (viewer)"
    await hass.async_block_till_done()
    entry = hass.config_entries.async_get_entry(anilist_id)
    assert entry is not None
    (subentry,) = entry.subentries.values()
    assert subentry.unique_id == account.entry_id
    assert subentry.data["dropped"] is True
    assert subentry.data["statuses"] == ["CURRENT", "COMPLETED", "PAUSED", "DROPPED", "REPEATING"]
    assert not {"libraries", "follow"} & set(subentry.data)
    assert entry.runtime_data.pairings[subentry.subentry_id].data.paused

    dialog = await pair(
        hass, anilist_id, source=SOURCE_RECONFIGURE, subentry_id=subentry.subentry_id
    )
    assert dialog.shown["pace"]["paused"] is True
    await dialog.submit(what={"dropped": False, "adult": True}, pace={"paused": False})
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    (subentry,) = entry.subentries.values()
    assert (subentry.data["dropped"], subentry.data["adult"]) == (False, True)
    assert not entry.runtime_data.pairings[subentry.subentry_id].data.paused


async def test_trakt_without_a_sign_in_knows_of_nobody(
    hass: HomeAssistant, anilist: AniListSimulator, trakt: TraktSimulator
) -> None:
    await added_public(hass)
    assert (await pair(hass, await add_anilist(hass))).reason == "no_trackers"


async def test_the_first_pairing_is_offered(
    hass: HomeAssistant, anilist: AniListSimulator, plex: PlexSimulator
) -> None:
    """After an AniList account its first pairing, where there is something to pair it with."""
    await add_plex(hass, plex)
    dialog = await Dialog.add(hass)
    await dialog.choose("anilist")
    await dialog.choose("anilist_user")
    await dialog.submit(username="viewer")
    _, flow_id = dialog.result["next_flow"]
    entry_id = dialog.result["result"].entry_id
    (flow,) = hass.config_entries.subentries.async_progress()
    assert (flow["flow_id"], flow["handler"]) == (flow_id, (entry_id, SUBENTRY_PAIRING))
    hass.config_entries.subentries.async_abort(flow_id)


async def test_many_libraries_are_for_a_person_to_choose_from(
    hass: HomeAssistant, anilist: AniListSimulator, plex: PlexSimulator
) -> None:
    """Of two, both take part unless a person says otherwise; of three, nobody guesses which."""
    plex.server.add_library("Films", "movie")
    anilist_id = await add_anilist(hass)
    await add_plex(hass, plex)
    dialog = await (await pair(hass, anilist_id)).submit()
    assert sorted(dialog.shown["libraries"]) == sorted(dialog.options("libraries"))

    plex.server.add_library("Anime")
    dialog = await (await pair(hass, anilist_id)).submit()
    assert len(dialog.options("libraries")) == 3
    assert dialog.shown["libraries"] == []
    await dialog.submit()
    assert dialog.errors == {"libraries": "no_libraries"}


async def test_the_server_is_not_there_when_a_pairing_is_changed(
    hass: HomeAssistant, anilist: AniListSimulator, plex: PlexSimulator
) -> None:
    anilist_id, plex_id = await add_anilist(hass), await add_plex(hass, plex)
    dialog = await (await pair(hass, anilist_id)).submit()
    await dialog.submit()
    entry = hass.config_entries.async_get_entry(anilist_id)
    assert entry is not None
    (subentry_id,) = entry.subentries
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(plex_id)
    dialog = await pair(hass, anilist_id, source=SOURCE_RECONFIGURE, subentry_id=subentry_id)
    assert dialog.reason == "tracker_not_loaded"
    await hass.config_entries.async_remove(plex_id)
    dialog = await pair(hass, anilist_id, source=SOURCE_RECONFIGURE, subentry_id=subentry_id)
    assert dialog.reason == "tracker_gone"
