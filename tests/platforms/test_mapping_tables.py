"""The tables: fetched in the background, refreshed, gone, old; and who is told."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync.atlas_keeper import atlas_keeper
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.identity.refreshing import Atlas, Refreshing, standing
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import atlas
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from simulators.faults import Failure, Fault

from .anime import AnimeHouse, anime_house
from .conftest import PAIRING_ID, PLEX_ID, House, pairing


@pytest.fixture
async def anime(house: House) -> AsyncIterator[AnimeHouse]:
    async with anime_house(house) as found:
        yield found


async def standing_of(anime: AnimeHouse) -> Atlas:
    return await standing((await anime.house.shared()).store)


async def until(anime: AnimeHouse, is_so: Callable[[Atlas], bool]) -> Atlas:
    """Wait until it stands so with the tables."""
    found = await standing_of(anime)
    while not is_so(found):
        await anime.house.until(lambda: True)
        found = await standing_of(anime)
    await anime.house.hass.async_block_till_done()
    return found


async def account(anime: AnimeHouse) -> None:
    """Set an AniList account up, which needs the tables."""
    anime.entry = await anime.house.anilist_entry()
    await anime.house.set_up(anime.entry)


async def change(anime: AnimeHouse, **values: Any) -> None:
    """Have it stand otherwise with all tables."""
    store = (await anime.house.shared()).store
    for table in (await standing_of(anime)).tables:
        await store.run(atlas.save_state, replace(table, **values))


async def settled(anime: AnimeHouse) -> None:
    """Wait for a refresh that has begun: only one is under way at a time."""
    await anime.house.hass.async_block_till_done()
    await atlas_keeper(anime.house.hass, await anime.house.shared()).refresh()


def gone(anime: AnimeHouse) -> None:
    anime.tables.faults.add(Fault(Failure.STATUS, status=404))


def issue(anime: AnimeHouse, key: str) -> ir.IssueEntry | None:
    return ir.async_get(anime.house.hass).async_get_issue(DOMAIN, key)


async def test_nobody_asks_without_an_anilist_account(anime: AnimeHouse) -> None:
    await anime.house.set_up(await anime.house.plex_entry())
    assert not anime.tables.exchanges


async def test_first_start_without_the_network(anime: AnimeHouse) -> None:
    """A pairing says that it waits; once there are tables, it goes on by itself."""
    house = anime.house
    gone(anime)
    libraries = [library.uuid for library in house.plex.state.libraries.values()]
    plex = await house.plex_entry()
    anime.entry = await house.anilist_entry(pairing(PLEX_ID, *libraries))
    await house.set_up(plex, anime.entry, synced=False)
    report = await house.report(PAIRING_ID, anime.entry)
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["no_mappings"]
    assert house.state("sensor", f"{PAIRING_ID}_status").state == "deferred"
    found = await until(anime, lambda found: all(table.error for table in found.tables))
    assert not found.is_usable
    assert found.due_at is not None
    assert found.due_at - dt_util.utcnow() < timedelta(minutes=16)
    # It is said for days only where it goes on for days.
    assert issue(anime, "mappings_missing") is None
    anime.tables.faults.clear()
    await change(anime, due_at=dt_util.utcnow() - timedelta(seconds=1))
    async_fire_time_changed(house.hass, dt_util.utcnow() + timedelta(minutes=17))
    report = await house.report(
        PAIRING_ID, anime.entry, lambda report: report.status is JobStatus.APPROVAL
    )
    assert [problem.key for problem in report.problems] == ["first_plan"]


async def test_what_is_there_is_asked_for_weekly(anime: AnimeHouse) -> None:
    await account(anime)
    await until(anime, lambda found: found.is_usable and all(one.rows for one in found.tables))
    anime.tables.forget_requests()
    async_fire_time_changed(anime.house.hass, dt_util.utcnow() + timedelta(days=6))
    await settled(anime)
    assert not anime.tables.exchanges
    before = dt_util.utcnow()
    await change(anime, due_at=before)
    async_fire_time_changed(anime.house.hass, before + timedelta(days=8))
    await until(anime, lambda found: all(one.checked_at > before for one in found.tables))  # type: ignore[operator]
    assert [one.status for one in anime.tables.exchanges if one.status != 302] == [304] * 3


async def test_after_a_restart_nothing_is_asked_that_is_not_due(anime: AnimeHouse) -> None:
    await account(anime)
    await until(anime, lambda found: all(one.rows for one in found.tables))
    anime.tables.forget_requests()
    assert anime.entry is not None
    await anime.house.hass.config_entries.async_reload(anime.entry.entry_id)
    await settled(anime)
    assert not anime.tables.exchanges


async def test_refresh_says_what_came_of_it(anime: AnimeHouse) -> None:
    answer = await anime.call("refresh_mappings")
    assert answer["usable"] is True
    assert [(one["table"], one["outcome"]) for one in answer["tables"]] == [
        ("anibridge", "new"),
        ("anime_lists", "new"),
        ("fribb", "new"),
    ]
    assert all(one["rows"] and one["bytes"] and one["fetched_at"] for one in answer["tables"])
    answer = await anime.call("refresh_mappings")
    assert [one["outcome"] for one in answer["tables"]] == ["unchanged"] * 3
    anime.tables.truncate("anibridge")
    anime.tables.show_page("anime_lists")
    anime.tables.replace("fribb", b"[]")
    answer = await anime.call("refresh_mappings")
    assert [one["outcome"] for one in answer["tables"]] == ["failed"] * 3
    assert all(one["error"] and one["message"].endswith(".") for one in answer["tables"])
    assert answer["usable"] is True
    rows = {one["table"]: one["rows"] for one in answer["tables"]}
    assert all(rows.values())


async def test_tables_that_were_never_there_are_told_after_days(anime: AnimeHouse) -> None:
    gone(anime)
    anime.entry = await anime.house.anilist_entry()
    object.__setattr__(anime.entry, "created_at", dt_util.utcnow() - timedelta(days=3))
    await anime.house.set_up(anime.entry)
    await until(anime, lambda _: issue(anime, "mappings_missing") is not None)
    raised = issue(anime, "mappings_missing")
    assert raised is not None
    assert raised.is_fixable
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["tables"] == (
        "- AniBridge: It is not where it was.\n"
        "- Anime-Lists: It is not where it was.\n"
        "- Fribb: It is not where it was."
    )
    await anime.house.hass.config_entries.async_unload(anime.entry.entry_id)
    assert issue(anime, "mappings_missing") is None


async def test_old_tables_are_told_and_mended(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(anime.house.hass, REPAIRS, {})
    await account(anime)
    await until(anime, lambda found: all(one.rows for one in found.tables))
    gone(anime)
    await change(anime, checked_at=dt_util.utcnow() - timedelta(days=31))
    await anime.call("refresh_mappings")
    raised = issue(anime, "mappings_old")
    assert raised is not None
    assert raised.translation_placeholders is not None
    assert "AniBridge: It is not where it was." in raised.translation_placeholders["tables"]
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": "mappings_old"}
    )
    flow = await begun.json()
    assert (flow["type"], flow["step_id"]) == ("form", "refresh")
    assert flow["description_placeholders"] == raised.translation_placeholders
    path = f"/api/repairs/issues/fix/{flow['flow_id']}"
    answer = await (await client.post(path, json={})).json()
    assert answer["errors"] == {"base": "still_there"}
    anime.tables.faults.clear()
    answer = await (await client.post(path, json={})).json()
    assert answer["type"] == "create_entry"
    assert issue(anime, "mappings_old") is None


async def test_mending_while_the_database_is_in_the_way(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(anime.house.hass, REPAIRS, {})
    await account(anime)
    await until(anime, lambda found: all(one.rows for one in found.tables))
    gone(anime)
    await change(anime, checked_at=dt_util.utcnow() - timedelta(days=31))
    await anime.call("refresh_mappings")
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": "mappings_old"}
    )
    flow = await begun.json()
    with patch.object(Refreshing, "refresh", side_effect=StoreUnusable("full")):
        path = f"/api/repairs/issues/fix/{flow['flow_id']}"
        answer = await (await client.post(path, json={})).json()
    assert (answer["type"], answer["reason"]) == ("abort", "store_unusable")


async def test_database_in_the_way_is_tried_again(
    anime: AnimeHouse, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(Refreshing, "refresh", side_effect=StoreUnusable("full")):
        await account(anime)
        await anime.house.until(lambda: "could not be put on record" in caplog.text)
    assert not anime.tables.exchanges
    async_fire_time_changed(anime.house.hass, dt_util.utcnow() + timedelta(hours=2))
    await until(anime, lambda found: all(one.rows for one in found.tables))


async def test_how_they_stand_is_shown(
    anime: AnimeHouse, hass_client: ClientSessionGenerator
) -> None:
    house = anime.house
    assert await async_setup_component(house.hass, "system_health", {})
    assert await async_setup_component(house.hass, "diagnostics", {})
    anime.tables.faults.add(Fault(Failure.STATUS, status=404, path="Fribb"))
    await account(anime)
    await until(anime, lambda found: found.tables[2].error is not None)
    info = await get_system_health_info(house.hass, DOMAIN)
    today = dt_util.now().date().isoformat()
    rows = (await standing_of(anime)).tables[0].rows
    assert info["mappings_anibridge"] == f"{today} · 0.0 MB · {rows}"
    assert info["mappings_anime_lists"].startswith(today)
    assert info["mappings_fribb"] == {"type": "failed", "error": "gone"}
    assert anime.entry is not None
    found: Any = await get_diagnostics_for_config_entry(house.hass, hass_client, anime.entry)
    assert [(one["table"], one["error"]) for one in found["mappings"]] == [
        ("anibridge", None),
        ("anime_lists", None),
        ("fribb", "gone"),
    ]
    assert found["mappings"][0]["rows"] == rows
    for value in info.values():
        if hasattr(value, "close"):
            value.close()
