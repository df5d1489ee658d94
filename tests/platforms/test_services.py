"""The actions, and what they say when they cannot do what was asked."""

from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
import voluptuous as vol

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from simulators.faults import Failure, Fault
from simulators.plex.state import VERSION

from .conftest import (
    ANILIST_ID,
    FILMS,
    FILMS_ID,
    GODFATHER,
    MATRIX,
    PLEX_ID,
    SEERR_ID,
    SHAWSHANK,
    SHOWS_ID,
    TRAKT_ID,
    House,
    films,
    shows,
)


async def call(house: House, service: str, /, *, context: Any = None, **data: Any) -> Any:
    return await house.hass.services.async_call(
        DOMAIN, service, data, blocking=True, return_response=True, context=context
    )


async def set_up(house: House, *, paused: bool = True) -> None:
    """Set up two lists that nothing syncs by itself."""
    entry = await house.seerr_entry(films(paused=paused), shows(paused=paused))
    await house.set_up(entry, synced=not paused)


def synced(answer: dict[str, Any]) -> list[str]:
    return [row["list"] for row in answer["lists"]]


async def test_sync_all(house: House) -> None:
    await set_up(house)
    answer = await call(house, "sync")
    assert synced(answer) == ["Films", "Shows"]
    [row, _] = answer["lists"]
    assert row["status"] == "completed"
    assert row["subentry_id"] == FILMS_ID
    assert row["config_entry_id"] == SEERR_ID
    assert row["counts"]["titles"] == row["counts"]["new"] == 3
    assert row["new_titles"][0] == "The Shawshank Redemption (1994)"
    assert row["problems"] == []
    assert "plan" not in row


async def test_sync_one_of_two(house: House) -> None:
    """A list is named by its device, any of its entities, its area or its id."""
    await set_up(house)
    area = ar.async_get(house.hass).async_create("Cinema")
    device = house.device(FILMS_ID)
    dr.async_get(house.hass).async_update_device(device.id, area_id=area.id)
    entity_id = house.entity_id("sensor", f"{FILMS_ID}_last_sync")
    for target in (
        {"device_id": device.id},
        {"device_id": [device.id]},
        {"entity_id": entity_id},
        {"area_id": area.id},
        {"subentry_id": FILMS_ID},
    ):
        assert synced(await call(house, "sync", **target)) == ["Films"]
    assert house.seerr.requested_titles() == {(False, 278), (False, 238), (False, 603)}


async def test_sync_list_without_entities(house: House) -> None:
    """The device stands for its list also where all of its entities are disabled."""
    await set_up(house)
    registry = er.async_get(house.hass)
    device = house.device(FILMS_ID)
    for entity in er.async_entries_for_device(registry, device.id):
        registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    assert synced(await call(house, "sync", device_id=device.id)) == ["Films"]


async def test_sync_account(house: House) -> None:
    await set_up(house)
    for target in ({"config_entry_id": SEERR_ID}, {"device_id": house.device(SEERR_ID).id}):
        assert synced(await call(house, "sync", **target)) == ["Films", "Shows"]


async def test_sync_without_waiting(house: House) -> None:
    await set_up(house)
    house.seerr.post_seconds = 0.1
    answer = await call(house, "sync", wait=False, subentry_id=FILMS_ID)
    assert synced(answer) == ["Films"]
    assert "counts" not in answer["lists"][0]
    await house.report(FILMS_ID)
    assert house.seerr.requested_titles() == {(False, 278), (False, 238), (False, 603)}


async def test_sync_without_answer(house: House) -> None:
    """An automation that asks for no answer gets none, and the sync is done."""
    await set_up(house)
    await house.hass.services.async_call(DOMAIN, "sync", {}, blocking=True)
    assert len(house.seerr.requests) == 4


async def test_dry_run_requests_nothing(house: House) -> None:
    """The plan comes whole, with reasons; nothing is requested, and no report changes."""
    await set_up(house)
    answer = await call(house, "sync", dry_run=True, wait=False)
    assert not house.seerr.requests
    [row, show] = answer["lists"]
    assert row["dry_run"] is True
    assert [(line["title"], line["outcome"], line["reason"]) for line in row["plan"]] == [
        ("The Shawshank Redemption", "request", "missing"),
        ("The Godfather", "request", "missing"),
        ("The Matrix", "request", "missing"),
    ]
    assert row["plan"][0] | {"title": ""} == {
        "title": "",
        "year": 1994,
        "media_type": "movie",
        "imdb_id": SHAWSHANK,
        "tmdb_id": 278,
        "tvdb_id": None,
        "quality": "hd",
        "seasons": [],
        "outcome": "request",
        "reason": "missing",
        "detail": "",
    }
    assert show["plan"][0]["seasons"] == [1, 2, 3, 4, 5]
    assert house.state("sensor", f"{FILMS_ID}_titles").state == "unknown"


@pytest.mark.parametrize("title", [{"imdb_id": GODFATHER}, {"tmdb_id": 238}], ids=["imdb", "tmdb"])
async def test_sync_one_title(house: House, title: dict[str, Any]) -> None:
    await set_up(house)
    answer = await call(house, "sync", subentry_id=FILMS_ID, **title)
    assert house.seerr.requested_titles() == {(False, 238)}
    [line] = answer["lists"][0]["plan"]
    assert (line["title"], line["outcome"]) == ("The Godfather", "requested")


async def test_sync_full(house: House) -> None:
    await set_up(house)
    await call(house, "sync", subentry_id=FILMS_ID)
    house.imdb.forget_requests()
    answer = await call(house, "sync", subentry_id=FILMS_ID, full=True)
    assert answer["lists"][0]["changed"] is True
    assert house.imdb.counts


async def test_failing_list_does_not_stop_the_others(house: House) -> None:
    await set_up(house)
    house.imdb.delete_list(FILMS)
    answer = await call(house, "sync")
    assert [row["status"] for row in answer["lists"]] == ["failed", "completed"]
    assert [row["problem"] for row in answer["lists"][0]["problems"]] == ["list_gone"]
    assert house.seerr.requested_titles() == {(True, 1396)}


async def test_one_failing_list_is_an_error(house: House) -> None:
    await set_up(house)
    house.imdb.delete_list(FILMS)
    with pytest.raises(HomeAssistantError) as caught:
        await call(house, "sync", subentry_id=FILMS_ID)
    assert caught.value.translation_key == "sync_list_gone"
    assert str(caught.value).startswith("Films: ")


async def test_sync_stopped_in_the_middle(house: House) -> None:
    """Who waits for a sync that is stopped is told so."""
    await set_up(house)
    house.seerr.post_seconds = 0.2
    waiting = house.hass.async_create_task(call(house, "sync", subentry_id=FILMS_ID))
    await house.until(house.seerr.requested_titles)
    await house.hass.config_entries.async_unload(SEERR_ID)
    with pytest.raises(HomeAssistantError) as caught:
        await waiting
    assert caught.value.translation_key == "sync_stopped"


async def test_sync_of_nothing(house: House) -> None:
    await set_up(house)
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    for target, key in (
        ({"subentry_id": "no-such-list"}, "no_lists"),
        ({"entity_id": "sensor.of_somebody_else"}, "no_lists"),
        ({"device_id": house.device(TRAKT_ID, TRAKT_ID).id}, "no_lists"),
        ({"config_entry_id": TRAKT_ID}, "nothing_to_sync"),
        ({"config_entry_id": "no-such-entry"}, "service_config_entry_not_found"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call(house, "sync", **target)
        assert caught.value.translation_key == key


async def test_sync_while_the_server_is_not_set_up(house: House) -> None:
    await set_up(house)
    await house.hass.config_entries.async_unload(SEERR_ID)
    for target, key in (
        ({}, "no_lists"),
        ({"config_entry_id": SEERR_ID}, "service_config_entry_not_loaded"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call(house, "sync", **target)
        assert caught.value.translation_key == key


@pytest.mark.parametrize(
    "data",
    [
        {"imdb_id": GODFATHER, "tmdb_id": 238},
        {"imdb_id": "0068646"},
        {"tmdb_id": 0},
        {"tmdb_id": "many"},
    ],
)
async def test_ids_that_are_none(house: House, data: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await call(house, "sync", **data)


async def test_excluded_title_is_not_requested(house: House) -> None:
    """Whichever id it was excluded by, and whichever list it is on; allowed again, it is."""
    await set_up(house)
    answer = await call(house, "exclude_title", config_entry_id=SEERR_ID, imdb_id=GODFATHER)
    [row] = answer["excluded"]
    assert (row["title"], row["media_type"]) == ("The Godfather", "movie")
    assert (row["imdb_id"], row["tmdb_id"]) == (GODFATHER, 238)
    answer = await call(house, "exclude_title", config_entry_id=SEERR_ID, tvdb_id=81189)
    assert [row["title"] for row in answer["excluded"]] == ["Breaking Bad", "The Godfather"]

    answer = await call(house, "sync")
    assert house.seerr.requested_titles() == {(False, 278), (False, 603)}
    assert [row["counts"]["excluded"] for row in answer["lists"]] == [1, 1]

    for title in ({"tmdb_id": 238}, {"tmdb_id": 1396, "media_type": "show"}):
        answer = await call(house, "exclude_title", config_entry_id=SEERR_ID, remove=True, **title)
    assert answer["excluded"] == []
    await call(house, "sync")
    assert len(house.seerr.requested_titles()) == 4


async def test_excluded_titles_are_listed(house: House) -> None:
    await set_up(house)
    assert await call(house, "exclude_title", config_entry_id=SEERR_ID) == {"excluded": []}


async def test_exclude_what_cannot_be_told(house: House) -> None:
    await set_up(house)
    for data, key in (
        ({"imdb_id": "tt99999999"}, "title_not_found"),
        # 1396 is a film and a show.
        ({"tmdb_id": 1396}, "title_ambiguous"),
        ({"imdb_id": GODFATHER, "remove": True}, "title_not_excluded"),
        ({"imdb_id": GODFATHER, "media_type": "show"}, "title_not_found"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call(house, "exclude_title", config_entry_id=SEERR_ID, **data)
        assert caught.value.translation_key == key
    answer = await call(house, "exclude_title", config_entry_id=SEERR_ID)
    assert answer["excluded"] == []


async def test_exclude_by_tmdb_id_while_tmdb_is_down(house: House) -> None:
    """A server without TMDB finds nothing, which is no proof; id and type are all that is needed."""
    await set_up(house)
    house.seerr.tmdb.failure = 500
    answer = await call(
        house, "exclude_title", config_entry_id=SEERR_ID, tmdb_id=238, media_type="movie"
    )
    assert [(row["title"], row["tmdb_id"]) for row in answer["excluded"]] == [("TMDB 238", 238)]
    with pytest.raises(HomeAssistantError) as caught:
        await call(house, "exclude_title", config_entry_id=SEERR_ID, imdb_id=GODFATHER)
    assert caught.value.translation_key == "refused"


async def test_exclude_on_what_is_no_server(house: House) -> None:
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    with pytest.raises(ServiceValidationError) as caught:
        await call(house, "exclude_title", config_entry_id=TRAKT_ID, imdb_id=GODFATHER)
    assert caught.value.translation_key == "not_a_seerr_account"


async def test_log(house: House) -> None:
    await set_up(house, paused=False)
    answer = await call(house, "get_log", kinds="requested")
    titles = [row["title"] for row in answer["events"]]
    assert sorted(titles) == [
        "Breaking Bad",
        "The Godfather",
        "The Matrix",
        "The Shawshank Redemption",
    ]
    times = [row["at"] for row in answer["events"]]
    assert times == sorted(times, reverse=True)
    answer = await call(house, "get_log", subentry_id=SHOWS_ID)
    assert [(row["list"], row["kind"], row["title"]) for row in answer["events"]] == [
        ("Shows", "sync_finished", ""),
        ("Shows", "requested", "Breaking Bad"),
    ]
    answer = await call(house, "get_log", limit=2, kinds=["requested", "failed"])
    assert [row["title"] for row in answer["events"]] == titles[:2]
    answer = await call(house, "get_log", kinds=["failed"])
    assert answer["events"] == []


async def test_log_of_a_failed_title(house: House) -> None:
    await set_up(house)
    house.seerr.faults.add(Fault(Failure.STATUS, method="POST", status=500, times=1))
    await call(house, "sync", subentry_id=FILMS_ID)
    answer = await call(house, "get_log", kinds="failed")
    assert [row["title"] for row in answer["events"]] == ["The Shawshank Redemption"]
    assert answer["events"][0]["data"]["tmdb_id"] == 278


@pytest.mark.parametrize("data", [{"limit": 0}, {"limit": 501}, {"kinds": "everything"}])
async def test_log_of_what_is_not_there(house: House, data: dict[str, Any]) -> None:
    await set_up(house)
    with pytest.raises(vol.Invalid):
        await call(house, "get_log", **data)


async def test_verify(house: House) -> None:
    trakt, anilist = await house.trakt_entry(), await house.anilist_entry()
    plex = await house.plex_entry()
    await set_up(house)
    await house.set_up(trakt, anilist, plex)
    answer = await call(house, "verify")
    rows = {row["config_entry_id"]: row for row in answer["accounts"]}
    assert rows.keys() == {SEERR_ID, TRAKT_ID, ANILIST_ID, PLEX_ID}
    for row in rows.values():
        assert (row["reachable"], row["signed_in"], row["permitted"]) == (True, True, True)
        assert row["milliseconds"] >= 0
        assert row["error"] is None
    assert rows[SEERR_ID]["version"] == "3.1.0"
    assert rows[PLEX_ID]["version"] == VERSION
    assert rows[ANILIST_ID]["version"] is None


async def test_verify_what_is_wrong(house: House) -> None:
    trakt = await house.trakt_entry()
    await set_up(house)
    await house.set_up(trakt)
    house.seerr.settings.api_key = "changed-by-somebody"
    house.trakt.lock()
    answer = await call(house, "verify")
    rows = {row["config_entry_id"]: row for row in answer["accounts"]}
    seerr, viewer = rows[SEERR_ID], rows[TRAKT_ID]
    assert (seerr["reachable"], seerr["signed_in"]) == (True, False)
    assert seerr["error"] == "credentials_rejected"
    assert (viewer["reachable"], viewer["signed_in"], viewer["permitted"]) == (True, True, False)
    assert viewer["error"] == "forbidden"

    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    [row] = (await call(house, "verify", config_entry_id=SEERR_ID))["accounts"]
    assert (row["reachable"], row["signed_in"], row["permitted"]) == (False, False, False)
    assert row["error"] == "unreachable_server_error"
    assert row["milliseconds"] is None


async def test_verify_trackers_of_which_something_is_wrong(house: House) -> None:
    anilist, plex = await house.anilist_entry(), await house.plex_entry()
    await house.set_up(anilist, plex)
    house.anilist.revoke_all()
    await house.plex.stop()
    rows = {row["config_entry_id"]: row for row in (await call(house, "verify"))["accounts"]}
    viewer, server = rows[ANILIST_ID], rows[PLEX_ID]
    assert (viewer["reachable"], viewer["signed_in"]) == (True, False)
    assert viewer["error"] == "credentials_rejected"
    assert (server["reachable"], server["signed_in"]) == (False, False)
    assert server["error"] == "unreachable_connect"
    assert server["version"] is None


async def test_verify_account_that_is_not_set_up(house: House) -> None:
    """Which is when one asks: what kept it from being set up is the answer."""
    house.seerr.faults.add(Fault(Failure.STATUS, status=503))
    await set_up_failing(house)
    [row] = (await call(house, "verify"))["accounts"]
    assert row["reachable"] is False
    assert "Seerr" in row["detail"]


async def set_up_failing(house: House) -> None:
    entry = await house.seerr_entry()
    await house.set_up(entry, synced=False)


async def test_verify_nothing(house: House) -> None:
    entry = await house.seerr_entry()
    await house.set_up(entry)
    await house.hass.config_entries.async_set_disabled_by(SEERR_ID, ConfigEntryDisabler.USER)
    for data in ({}, {"config_entry_id": "no-such-entry"}):
        with pytest.raises(ServiceValidationError) as caught:
            await call(house, "verify", **data)
        assert caught.value.translation_key == "no_accounts"


async def test_database_that_cannot_be_used(house: House) -> None:
    """Each action that needs it says so."""
    await set_up(house)
    switch = {"entity_id": house.entity_id("switch", f"{FILMS_ID}_automatic")}
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        for attempt in (
            lambda: call(house, "get_log"),
            lambda: call(house, "exclude_title", config_entry_id=SEERR_ID),
            lambda: call(
                house, "exclude_title", config_entry_id=SEERR_ID, tmdb_id=238, remove=True
            ),
            lambda: house.hass.services.async_call("switch", "turn_on", switch, blocking=True),
            lambda: call(house, "sync", subentry_id=FILMS_ID),
        ):
            with pytest.raises(HomeAssistantError) as caught:
                await attempt()
            key = str(caught.value.translation_key)
            assert key.removeprefix("sync_") == "store_unusable"
            assert "full" in str(caught.value)


async def test_new_tokens_that_cannot_be_stored(house: House) -> None:
    """They would be lost if they were used: the account says what is in the way."""
    trakt = await house.trakt_entry()
    await house.set_up(trakt)
    house.trakt.expire_tokens()
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        with pytest.raises(HomeAssistantError) as caught:
            await call(house, "verify")
        assert caught.value.translation_key == "store_unusable"
        coordinator = trakt.runtime_data.coordinator
        await coordinator.async_refresh()
    assert coordinator.last_exception.translation_key == "store_unusable"


async def test_no_answer_holds_a_secret(house: House) -> None:
    trakt = await house.trakt_entry()
    await set_up(house, paused=False)
    await house.set_up(trakt)
    answers = [
        await call(house, "sync", dry_run=True),
        await call(house, "get_log"),
        await call(house, "verify"),
        await call(house, "exclude_title", config_entry_id=SEERR_ID, imdb_id=MATRIX),
    ]
    for secret in house.secrets():
        assert secret not in str(answers)
