"""W10: what was synced, and would lie elsewhere by now."""

from datetime import date

from custom_components.media_list_sync.engine.placement import Provider, TargetId
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome

from .house import film, tmdb
from .test_rules import BOTH, episodes, in_the_way, reasons, watched

TVDB = TargetId(Provider.TVDB_SHOW, "9001")


async def with_two_copies(house):
    """A show that is there twice, by the numbers of TMDB and of TVDB."""
    other = house.plex.server.add_library("More anime", ordering="aired")
    house.libraries.append(other)
    await house.simple(1, status="CURRENT", progress=3)
    await house.place(1, TVDB, "2:1-12>1-12")
    aired = {(2, number): date(2015, 1, 5) for number in range(1, 13)}
    copy = house.plex.server.add_show(
        other, "Show by TVDB", {1: 5, 2: 12}, guids=["tvdb://9001"], aired=aired
    )
    await house.sync("plex")
    assert house.plex.server.watched(house.owner, copy) == episodes(2, 1, 3)
    return copy


async def test_a_copy_that_was_deleted_is_nothing_to_ask_about(house):
    copy = await with_two_copies(house)
    house.plex.server.remove(copy)
    house.change(1, progress=5)
    await house.sync(full=True)
    assert await reasons(house) == {}
    assert house.on_plex(1) == episodes(1, 1, 5)


async def test_a_copy_that_is_numbered_otherwise_by_now_is(house):
    copy = await with_two_copies(house)
    copy.ordering = "dvd"
    house.change(1, progress=5)
    await house.sync(full=True)
    assert await reasons(house) == {1: "placement_changed"}
    assert house.on_plex(1) == episodes(1, 1, 3)


@BOTH
async def test_a_table_that_shifts_what_was_synced(house, on):
    """Also where all that we marked is among what is placed now."""
    house.add_anime(1, episodes=6, status="CURRENT", progress=6)
    show = house.add_show(1, {1: 24})
    await house.place(1, tmdb(1), "1:1-6>5-10")
    if on == "plex":
        for number in range(5, 9):
            house.plex.server.watch(house.owner, show.seasons[1].episodes[number])
    else:
        house.trakt.watch([house.trakt_episode(1, 1, number) for number in range(5, 9)])
    await house.sync(on)
    before = watched(house, on, 1)
    assert set(before) == {(1, number) for number in range(5, 11)}
    await house.place(1, tmdb(1), "1:1-6>6-11")
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {1: "placement_changed"}
    assert watched(house, on, 1) == before


@BOTH
async def test_more_of_an_anime_that_is_placed_is_no_change(house, on):
    house.add_anime(1, episodes=24, status="CURRENT", progress=3)
    house.add_show(1, {1: 24})
    await house.place(1, tmdb(1), "1:1-12>1-12")
    await house.sync(on)
    await house.place(1, tmdb(1), "1:1-24>1-24")
    house.change(1, progress=14)
    await house.sync(full=True)
    assert await reasons(house) == {}
    assert watched(house, on, 1) == episodes(1, 1, 14)


async def test_a_film_that_two_entries_claim_by_different_ids(house):
    film_there = house.add_film(77)
    film_there.ids = (*film_there.ids, "imdb://tt0000077")
    for number, target in ((1, film(77)), (2, TargetId(Provider.IMDB_MOVIE, "tt0000077"))):
        media = {"format": "MOVIE"}
        house.add_anime(number, episodes=1, media=media, status="COMPLETED", progress=1)
        await house.place(number, target, "-1:1>1")
    await house.sync("plex")
    assert await reasons(house) == {1: "claimed_twice", 2: "claimed_twice"}
    assert await in_the_way(house) == {1: [(2, "Anime 2")], 2: [(1, "Anime 1")]}
    assert not house.on_plex(77)
