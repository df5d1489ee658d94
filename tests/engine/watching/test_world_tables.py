"""The whole world with other tables than it came with, and what travels beside its episodes."""

from compression import zstd

import pytest

from custom_components.media_list_sync.engine.endpoints import Endpoints
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.identity.refreshing import Refreshing
from custom_components.media_list_sync.engine.store import reviews
from simulators.anime import expected
from simulators.anime.filling import fill_anilist, fill_plex, fill_trakt
from simulators.anime.places import FILM
from simulators.tables import TablesSimulator

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])


@pytest.fixture
async def world(house):
    """A list, libraries and an account; no tables yet."""
    fill_anilist(house.anilist)
    fill_plex(house.plex)
    fill_trakt(house.trakt)
    house.libraries[:] = house.plex.state.libraries.values()
    return house


@pytest.fixture
async def tables(socket_enabled):
    async with TablesSimulator() as running:
        yield running


async def import_tables(house, tables):
    doorways = {origin: Doorway(house.session, service="tables", patience=5) for origin in ORIGINS}
    endpoints = Endpoints(**tables.addresses)
    refreshing = Refreshing(house.store, doorways, endpoints, now=house.clock.utc)
    found = await refreshing.refresh(force=True)
    assert [table.error for table in found.tables] == [None, None, None]


def watched(house, on):
    """What is watched, as `expected` has it."""
    if on == "trakt":
        return {
            title: frozenset(spot or FILM for spot in spots)
            for title, spots in house.on_trakt_by_title().items()
        }
    return {
        (library.title, item.title): frozenset(spots)
        for library in house.libraries
        for item in library.items.values()
        if (spots := house.plex.server.watched(house.owner, item))
    }


def wanted(on):
    return expected.on_plex() if on == "plex" else expected.on_trakt()


@BOTH
async def test_fribbs_lists_of_before_2026_come_to_the_same(world, tables, on):
    tables.show_old_fribb()
    await import_tables(world, tables)
    await world.sync(on)
    assert watched(world, on) == wanted(on)


@BOTH
async def test_by_the_public_tables_nothing_is_marked_wrongly(world, tables, contracts_dir, on):
    """They disagree among themselves more than the simulated ones; then nothing is marked."""
    folder = contracts_dir / "data"
    if not folder.is_dir():
        pytest.skip(f"no tables in {folder}")
    packed = zstd.compress((folder / "anibridge-mappings.json").read_bytes())
    tables.replace("anibridge", packed)
    tables.replace("anime_lists", (folder / "anime-list-master.xml").read_bytes())
    tables.replace("fribb", (folder / "fribb-anime-list-full.json").read_bytes())
    await import_tables(world, tables)
    await world.sync(on)
    found = watched(world, on)
    # Of these two the simulated tables are made to know less, and other things, than the public ones.
    for title in ("Hyouka", "Digimon: Digital Monsters"):
        for where in [where for where in found if title in (where[1], where[5:])]:
            del found[where]
    wrong = {where: spots - wanted(on).get(where, frozenset()) for where, spots in found.items()}
    assert {where: spots for where, spots in wrong.items() if spots} == {}
    total = sum(map(len, wanted(on).values()))
    assert sum(map(len, found.values())) > 0.8 * total


async def test_a_person_is_told_why_on_trakt(world, tables):
    await import_tables(world, tables)
    await world.sync("trakt")
    rows = await world.store.run(reviews.load, [world.job.id], 100)
    assert {row.anilist: row.reason for row in rows} == expected.review_on_trakt()


async def test_plans_and_dropped_shows_go_to_trakt_where_an_entry_is_all_of_it(world, tables):
    await import_tables(world, tables)
    world.policy = {"watchlist": True, "dropped": True}
    await world.sync("trakt")
    viewer = world.trakt.user("viewer")
    entries = [item.entry for item in viewer.watchlist]
    kinds = {"movie": "film", "show": "show"}
    assert {f"{kinds[one.kind]} {one.title.title}" for one in entries} == expected.planned()
    assert {f"show {title.title}" for title in viewer.dropped} == expected.dropped()
