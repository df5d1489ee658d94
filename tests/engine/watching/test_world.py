"""A whole list, kept in step with both trackers, against what the world itself says."""

from datetime import timedelta

import aiohttp
import pytest

from custom_components.media_list_sync.engine.endpoints import Endpoints
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.identity.refreshing import Refreshing
from custom_components.media_list_sync.engine.store import reviews
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.anime import expected, followed
from simulators.anime.filling import fill_anilist, fill_plex, fill_trakt
from simulators.anime.places import FILM
from simulators.tables import TablesSimulator

from .house import House


@pytest.fixture
async def world(house: House):
    fill_anilist(house.anilist)
    fill_plex(house.plex)
    fill_trakt(house.trakt)
    house.libraries[:] = house.plex.state.libraries.values()
    async with TablesSimulator() as tables, aiohttp.ClientSession() as session:
        doorways = {origin: Doorway(session, service="tables") for origin in ORIGINS}
        addresses = Endpoints(**tables.addresses)
        found = await Refreshing(house.store, doorways, addresses).refresh(force=True)
        assert [table.error for table in found.tables] == [None, None, None]
    return house


def on_plex(house):
    found = {}
    for library in house.plex.state.libraries.values():
        for item in library.items.values():
            watched = house.plex.server.watched(house.owner, item)
            if watched:
                found[library.title, item.title] = watched
    return found


async def test_plex(world):
    report = await world.sync("plex")
    found = on_plex(world)
    wanted = {
        where: {(0, 0) if spot == FILM else tuple(spot) for spot in spots}
        for where, spots in expected.on_plex().items()
    }
    assert {where: set(spots) for where, spots in found.items()} == wanted
    assert all(count == 1 for spots in found.values() for count in spots.values())
    rows = await world.store.run(reviews.load, [world.job.id], 100)
    assert {row.anilist for row in rows} == expected.review_on_plex().keys()
    assert report.counts["failed"] == 0
    assert (await world.sync(full=True)).counts["new"] == 0


async def test_plex_both_ways_and_on_to_trakt(world):
    """W1: neither side loses anything, and what AniList gained goes on."""
    world.policy = {"direction": Direction.BOTH}
    report = await world.sync("plex")
    listed = {
        number: (entry.status, entry.progress)
        for number, entry in world.anilist.user().entries.items()
    }
    assert listed == {
        number: (entry.status, entry.progress) for number, entry in followed.listed().items()
    }
    assert report.counts["saved"] == len(followed.ahead())
    found = on_plex(world)
    assert {where: {*map(tuple, spots)} for where, spots in found.items()} == {
        where: {*map(tuple, spots)} for where, spots in expected.on_plex().items()
    }
    assert (await world.sync(full=True)).counts["new"] == 0
    world.policy = {}
    await world.sync("trakt")
    for number in followed.ahead():  # which has only just changed (W8)
        await world.sync("trakt", anilist=number)
    assert {title: set(spots) for title, spots in world.on_trakt_by_title().items()} == {
        title: {None if spot == FILM else tuple(spot) for spot in spots}
        for title, spots in expected.on_trakt(followed.listed()).items()
    }


async def test_trakt(world):
    await world.sync("trakt")
    read = [one.path for one in world.trakt.exchanges if "/seasons" in one.path]
    assert len(read) == len(set(read)), "a show goes by several ids, and is read once"
    found = world.on_trakt_by_title()
    wanted = {
        title: {None if spot == FILM else tuple(spot) for spot in spots}
        for title, spots in expected.on_trakt().items()
    }
    assert {title: set(spots) for title, spots in found.items()} == wanted
    assert all(count == 1 for spots in found.values() for count in spots.values())
    rows = await world.store.run(reviews.load, [world.job.id], 100)
    for_review = expected.review_on_trakt().keys() | expected.not_on_trakt()
    assert {row.anilist for row in rows} == for_review
    assert (await world.sync(after=timedelta(days=2), full=True)).counts["new"] == 0
