"""Changing a list."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentry,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.store import schedule, uploads
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from custom_components.media_list_sync.shared import async_get_shared
from simulators.faults import Failure, Fault
from simulators.imdb import ImdbSimulator
from simulators.seerr import ArrServer, Permission, SeerrSimulator, SeerrUser
from simulators.trakt import TraktSimulator

from .dialog import Dialog, state_of
from .test_list_naming import CSV, name, public_account, saved, title_of, upload

LIST = "ls000000001"
MATRIX, BREAKING_BAD = "tt0133093", "tt0903747"


@pytest.fixture(autouse=True)
def lists(imdb: ImdbSimulator) -> None:
    imdb.add_list(LIST, "Film night", [MATRIX, BREAKING_BAD])


async def add(hass: HomeAssistant, server: ConfigEntry, **policy: Any) -> ConfigSubentry:
    """Add the list, paused: nothing runs while the test looks."""
    dialog = await name(hass, server, "address", address=LIST)
    await dialog.submit(**{"pace": {"paused": True}} | policy)
    await hass.async_block_till_done()
    return list(server.subentries.values())[-1]


async def reconfigure(hass: HomeAssistant, server: ConfigEntry, subentry: ConfigSubentry) -> Dialog:
    return await Dialog.list(
        hass, server.entry_id, source=SOURCE_RECONFIGURE, subentry_id=subentry.subentry_id
    )


async def test_everything_is_shown(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.radarr = [ArrServer(0, "Radarr")]
    dialog = await name(hass, server, "address", address=LIST)
    entered = {
        "media_types": ["movie"],
        "seasons": "first_n",
        "user_id": "2",
        "choose_destinations": True,
        "details": {"first_seasons": 3, "include_episodes": True, "approval": "at_once"},
        "pace": {
            "interval": {"days": 2, "hours": 3, "minutes": 45, "seconds": 0},
            "max_requests": 5,
            "order": 7,
            "paused": True,
        },
    }
    await dialog.submit(**entered)
    await dialog.submit(movie_hd="0")
    await dialog.submit(profile="4")
    await hass.async_block_till_done()
    (subentry,) = server.subentries.values()
    data = dict(subentry.data)

    dialog = await reconfigure(hass, server, subentry)
    assert dialog.step == "reconfigure"
    assert dialog.placeholders["name"] == "Film night"
    assert dialog.shown == entered
    await dialog.submit()
    assert dialog.shown == {"movie_hd": "0"}
    await dialog.submit()
    assert dialog.shown == {"profile": "4"}
    await dialog.submit()
    assert dialog.reason == "reconfigure_successful"
    assert dict(subentry.data) == data


async def test_nothing_changed_reloads_nothing(hass: HomeAssistant, server: ConfigEntry) -> None:
    subentry = await add(hass, server)
    runtime = server.runtime_data
    dialog = await (await reconfigure(hass, server, subentry)).submit()
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert server.runtime_data is runtime


async def test_change_policy(hass: HomeAssistant, server: ConfigEntry) -> None:
    subentry = await add(hass, server, seasons="latest")
    before = server.runtime_data
    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit(seasons="new", pace={"max_requests": 3, "interval": {"minutes": 5}})
    assert dialog.errors == {"pace": "interval_too_short"}
    assert dialog.open_sections == {"pace"}
    assert dialog.shown["seasons"] == "new"
    await dialog.submit(pace={"interval": {"hours": 1}})
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert subentry.data["seasons"] == "new"
    assert subentry.data["interval"] == 3600
    assert subentry.data["max_requests"] == 3
    assert server.runtime_data is not before
    assert state_of(server) is ConfigEntryState.LOADED

    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit(pace={"max_requests": None})
    assert "max_requests" not in subentry.data


async def test_paused_is_the_switch(hass: HomeAssistant, server: ConfigEntry) -> None:
    """The form shows what the switch shows, and sets it, without a reload."""
    subentry = await add(hass, server)
    runtime = server.runtime_data
    runner = runtime.runner
    job_id = subentry.subentry_id
    assert runner.state(job_id).paused

    await runner.set_paused(job_id, paused=False)
    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown["pace"]["paused"] is False
    for paused in (True, False):
        dialog = await reconfigure(hass, server, subentry)
        await dialog.submit(pace={"paused": paused})
        await hass.async_block_till_done()
        assert runner.state(job_id).paused is paused
        assert server.runtime_data is runtime


async def test_paused_while_the_server_is_not_loaded(
    hass: HomeAssistant, server: ConfigEntry
) -> None:
    subentry = await add(hass, server)
    await hass.config_entries.async_unload(server.entry_id)
    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown["pace"]["paused"] is True
    await dialog.submit(pace={"paused": False})
    shared = await async_get_shared(hass)
    row = await shared.store.run(schedule.get, subentry.subentry_id)
    assert row is not None
    assert row.paused is False


async def test_user_is_gone(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """Nobody else is chosen in their place without a word."""
    seerr.add_user(SeerrUser(5, "kid", Permission.REQUEST))
    subentry = await add(hass, server, user_id="5")
    del seerr.core.tables.users[5]
    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown["user_id"] == "5"
    assert dialog.options("user_id")["5"] == "#5"
    await dialog.submit()
    assert dialog.errors == {"user_id": "user_gone"}
    await dialog.submit(user_id="2")
    assert dialog.reason == "reconfigure_successful"
    assert subentry.data["user_id"] == 2


async def test_4k_is_gone(hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator) -> None:
    """The choice is still there to be taken back."""
    seerr.settings.radarr = [ArrServer(1, "Radarr 4K", is4k=True)]
    subentry = await add(hass, server, quality="both")
    seerr.settings.radarr = []
    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown["quality"] == "both"
    await dialog.submit()
    assert dialog.errors == {"quality": "no_4k"}
    await dialog.submit(quality="hd")
    assert dialog.reason == "reconfigure_successful"
    assert "quality" not in (await reconfigure(hass, server, subentry)).fields


async def test_destinations_change(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    """Of another server nothing is taken over; what is gone there is not shown."""
    one = ArrServer(0, "One", tags=((1, "kids"), (2, "lists")), root_folders=("/a", "/b"))
    seerr.settings.radarr = [one, ArrServer(2, "Two", is_default=False)]
    dialog = await name(hass, server, "address", address=LIST)
    await dialog.submit(choose_destinations=True, pace={"paused": True})
    await dialog.submit(movie_hd="0")
    await dialog.submit(profile="6", root_folder="/b", tags=["1", "2"])
    await hass.async_block_till_done()
    (subentry,) = server.subentries.values()

    seerr.settings.radarr[0] = ArrServer(0, "One", profiles=((1, "Any"),), tags=((1, "kids"),))
    dialog = await (await reconfigure(hass, server, subentry)).submit()
    await dialog.submit()
    assert dialog.shown == {"tags": ["1"]}
    await dialog.submit(tags=[])
    assert subentry.data["destinations"] == {"movie_hd": {"server": 0}}

    dialog = await (await reconfigure(hass, server, subentry)).submit()
    await dialog.submit(movie_hd="2")
    assert dialog.shown == {}
    await dialog.submit(profile="1")
    assert subentry.data["destinations"] == {"movie_hd": {"server": 2, "profile": 1}}

    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit(choose_destinations=False)
    assert dialog.reason == "reconfigure_successful"
    assert "destinations" not in subentry.data


async def test_server_of_a_destination_is_gone(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator
) -> None:
    seerr.settings.radarr = [ArrServer(0, "One"), ArrServer(2, "Two", is_default=False)]
    dialog = await name(hass, server, "address", address=LIST)
    await dialog.submit(choose_destinations=True, pace={"paused": True})
    await dialog.submit(movie_hd="2")
    await dialog.submit()
    await hass.async_block_till_done()
    (subentry,) = server.subentries.values()
    del seerr.settings.radarr[1]
    dialog = await (await reconfigure(hass, server, subentry)).submit()
    assert dialog.step == "servers"
    assert dialog.shown == {}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(Failure.CUT), "server_unreachable"),
        (Fault(Failure.HTML, status=200), "server_refused"),
        (Fault(Failure.STATUS, status=401), "server_key_rejected"),
    ],
)
async def test_server_does_not_do_its_part(
    hass: HomeAssistant, server: ConfigEntry, seerr: SeerrSimulator, fault: Fault, reason: str
) -> None:
    """Without it there is nothing to choose from: the dialog says so, and ends."""
    subentry = await add(hass, server)
    seerr.faults.add(fault)
    assert (await reconfigure(hass, server, subentry)).reason == reason


async def test_key_file_was_lost(hass: HomeAssistant, server: ConfigEntry) -> None:
    subentry = await add(hass, server)
    hass.config_entries.async_update_entry(server, data={**server.data, "api_key": "gAAAAABlost"})
    assert (await reconfigure(hass, server, subentry)).reason == "key_lost"


async def test_database_cannot_be_used(
    hass: HomeAssistant, server: ConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """Whether at the beginning, or when all is to be saved: the dialog says so, and ends."""
    subentry = await add(hass, server)
    begun = await reconfigure(hass, server, subentry)
    adding = await name(hass, server, "upload", file=await upload(hass_client, CSV))
    data = dict(subentry.data)
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        assert (await reconfigure(hass, server, subentry)).reason == "store_unusable"
        assert (await begun.submit(pace={"paused": False})).reason == "store_unusable"
        assert (await adding.submit()).reason == "store_unusable"
    assert dict(subentry.data) == data
    assert list(server.subentries) == [subentry.subentry_id]


# Files.


async def test_new_upload(
    hass: HomeAssistant, server: ConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """It takes the place of the old rows, and the list is due at once."""
    dialog = await name(hass, server, "upload", file=await upload(hass_client, CSV))
    await dialog.submit(pace={"paused": True})
    await hass.async_block_till_done()
    (subentry,) = server.subentries.values()
    old = subentry.data["list"]["ref"]["upload"]
    shared = await async_get_shared(hass)
    later = dt_util.utcnow() + timedelta(hours=5)
    await shared.store.run(schedule.set_due, subentry.subentry_id, server.entry_id, later)

    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown.keys() & {"file", "path"} == set()
    film_only = "".join(CSV.splitlines(keepends=True)[:2])
    await dialog.submit(
        file=await upload(hass_client, film_only), pace={"interval": {"minutes": 1}}
    )
    assert dialog.errors == {"pace": "interval_too_short"}
    assert dialog.open_sections == {"pace"}
    # The file was read already: it need not be chosen again.
    await dialog.submit(pace={"interval": {"hours": 6}})
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()

    new = subentry.data["list"]["ref"]["upload"]
    assert new != old
    assert subentry.unique_id == f"imdb_csv:{new}"
    contents = await shared.store.run(uploads.get, new)
    assert contents is not None
    assert [item.title for item in contents.items] == ["The Shawshank Redemption"]
    assert await shared.store.run(uploads.get, old) is None
    due_at = server.runtime_data.runner.state(subentry.subentry_id).due_at
    assert due_at <= dt_util.utcnow()


async def test_new_upload_that_fits_nothing(
    hass: HomeAssistant, server: ConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """As when a list is added: it would never request anything."""
    dialog = await name(hass, server, "upload", file=await upload(hass_client, CSV))
    await dialog.submit(media_types=["show"], pace={"paused": True})
    await hass.async_block_till_done()
    (subentry,) = server.subentries.values()
    dialog = await reconfigure(hass, server, subentry)
    film_only = "".join(CSV.splitlines(keepends=True)[:2])
    await dialog.submit(file=await upload(hass_client, film_only))
    assert dialog.errors == {"media_types": "nothing_fits"}
    await dialog.submit(media_types=["movie", "show"])
    assert dialog.reason == "reconfigure_successful"


async def test_unfit_upload(
    hass: HomeAssistant, server: ConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    dialog = await name(hass, server, "upload", file=await upload(hass_client, CSV))
    subentry = await saved(hass, dialog, server)
    data = dict(subentry.data)
    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit(file=await upload(hass_client, "a,b\n1,2\n"), seasons="first")
    assert dialog.errors == {"file": "file_not_imdb"}
    assert dialog.shown["seasons"] == "first"
    await dialog.submit(seasons="all")
    assert dialog.reason == "reconfigure_successful"
    assert dict(subentry.data) == data


async def test_other_path(hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str) -> None:
    folder = Path(hass_config_dir)
    (folder / "one.csv").write_text(CSV)
    (folder / "two.csv").write_text(CSV)
    subentry = await saved(hass, await name(hass, server, "file", path="one.csv"), server)
    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown["path"] == "one.csv"
    await dialog.submit(path="three.csv")
    assert dialog.errors == {"path": "file_missing"}
    assert dialog.shown["path"] == "three.csv"
    await dialog.submit(path="two.csv")
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert subentry.data["list"] == {"kind": "imdb_csv", "ref": {"path": "two.csv"}}
    assert subentry.unique_id == "imdb_csv:two.csv"


async def test_path_of_another_list(
    hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str
) -> None:
    folder = Path(hass_config_dir)
    (folder / "one.csv").write_text(CSV)
    (folder / "two.csv").write_text(CSV)
    one = await saved(hass, await name(hass, server, "file", path="one.csv"), server)
    await saved(hass, await name(hass, server, "file", path="two.csv"), server)
    dialog = await (await reconfigure(hass, server, one)).submit(path="two.csv")
    assert dialog.reason == "already_configured"


# Trakt accounts.


async def test_other_trakt_account(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    """A public list can be read with any account."""
    made = trakt.add_list("viewer", "Best", [title_of(MATRIX)])
    address = f"https://trakt.tv/users/viewer/lists/{made.slug}"
    subentry = await saved(hass, await name(hass, server, "address", address=address), server)
    public = await public_account(hass, trakt)
    dialog = await reconfigure(hass, server, subentry)
    assert dialog.shown["trakt_account"] == viewer.entry_id
    await dialog.submit(trakt_account=public.entry_id)
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert subentry.data["trakt_account"] == public.entry_id
    assert subentry.unique_id == f"trakt_list:{made.number}"


async def test_other_trakt_account_is_not_loaded(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    made = trakt.add_list("viewer", "Best", [title_of(MATRIX)])
    address = f"https://trakt.tv/users/viewer/lists/{made.slug}"
    subentry = await saved(hass, await name(hass, server, "address", address=address), server)
    public = await public_account(hass, trakt)
    await hass.config_entries.async_unload(public.entry_id)
    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit(trakt_account=public.entry_id)
    assert dialog.errors == {"trakt_account": "trakt_not_loaded"}


async def test_watchlist_of_somebody_else(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    """One's own watchlist, read with another account, would be another person's."""
    trakt.add_user("other")
    for user in ("viewer", "other"):
        trakt.add_to_watchlist([title_of(MATRIX)], user)
    address = "https://trakt.tv/watchlist"
    subentry = await saved(hass, await name(hass, server, "address", address=address), server)
    dialog = await (await Dialog.add(hass)).choose("trakt")
    await dialog.submit(client_id=trakt.app.client_id, client_secret=trakt.app.client_secret)
    trakt.approve(dialog.placeholders["code"], "other")
    other = (await dialog.wait()).result["result"]
    await hass.async_block_till_done()

    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit(trakt_account=other.entry_id)
    assert dialog.errors == {"trakt_account": "trakt_other_list"}
    await dialog.submit(trakt_account=viewer.entry_id)
    assert dialog.reason == "reconfigure_successful"


async def test_trakt_account_was_removed(
    hass: HomeAssistant, server: ConfigEntry, viewer: ConfigEntry, trakt: TraktSimulator
) -> None:
    """Added anew, the account is another entry: the list is given to it."""
    made = trakt.add_list("viewer", "Best", [title_of(MATRIX)])
    address = f"https://trakt.tv/users/viewer/lists/{made.slug}"
    subentry = await saved(hass, await name(hass, server, "address", address=address), server)
    await hass.config_entries.async_remove(viewer.entry_id)
    dialog = await reconfigure(hass, server, subentry)
    assert "trakt_account" not in dialog.fields
    await dialog.submit()
    assert dialog.reason == "reconfigure_successful"

    public = await public_account(hass, trakt)
    dialog = await reconfigure(hass, server, subentry)
    await dialog.submit()
    assert dialog.reason == "reconfigure_successful"
    assert subentry.data["trakt_account"] == public.entry_id


async def test_after_a_restart(
    hass: HomeAssistant, server: ConfigEntry, hass_config_dir: str
) -> None:
    """What the flows sealed and stored is opened and read by who comes after them."""
    subentry = await add(hass, server)
    shared = await async_get_shared(hass)
    await hass.config_entries.async_unload(server.entry_id)
    await shared.store.close()
    hass.data.pop(DOMAIN)
    again = await async_get_shared(hass)
    assert again is not shared
    await hass.config_entries.async_setup(server.entry_id)
    await hass.async_block_till_done()
    assert state_of(server) is ConfigEntryState.LOADED
    assert (await reconfigure(hass, server, subentry)).shown["pace"]["paused"] is True
