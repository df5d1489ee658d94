"""I3, I4: a library whose numbering a person may not see, as everybody but its server's owner."""

from datetime import date, timedelta

import pytest

from custom_components.media_list_sync.engine.placement import Provider, TargetId
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome

from .house import tmdb
from .test_rules import episodes, reasons

TVDB = TargetId(Provider.TVDB_SHOW, "9001")


WEEK = timedelta(days=7)
BEGAN = {1: date(2015, 1, 5), 2: date(2015, 3, 30)}


def add_show(house, library, **more):
    """A show of which every episode that may be meant is there, each aired in its week."""
    aired = {
        (season, number): day + WEEK * (number - 1)
        for season, day in BEGAN.items()
        for number in range(1, 25)
    }
    seasons = {1: 24, 2: 12}
    ids = ["tmdb://1", "tvdb://9001"]
    return house.plex.server.add_show(library, "Show", seasons, guids=ids, aired=aired, **more)


async def with_a_guest(house, *, tables=True):
    """Two cours that are one season by TMDB and two by TVDB, in the library of somebody else.

    The library has TVDB's numbers, which its guest is not told.
    """
    library = house.plex.server.add_library("More anime", ordering="aired")
    house.libraries.append(library)
    for number, began in ((11, (2015, 1, 5)), (12, (2015, 3, 30))):
        house.add_anime(number, media={"start": began}, status="CURRENT", progress=3)
    await house.place(11, tmdb(1), "1:1-12>1-12")
    await house.place(12, tmdb(1), "1:1-12>13-24")
    if tables:
        await house.place(11, TVDB, "1:1-12>1-12")
        await house.place(12, TVDB, "2:1-12>1-12")
    await house.be(house.plex.add_user("Guest"))
    house.shows[1] = add_show(house, library)
    return house.shows[1]


async def test_i4_what_is_the_same_in_both_numberings_is_marked(house):
    """The rest is not: the first cour lies where it lies by either, the second does not."""
    await with_a_guest(house)
    report = await house.sync("plex")
    assert house.on_plex(1) == episodes(1, 1, 3)
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {12: "ordering_unknown"}
    assert (await house.sync(full=True)).counts["new"] == 0


async def test_i4_the_owner_is_told(house):
    await with_a_guest(house)
    await house.be(house.owner)
    await house.sync("plex")
    assert house.on_plex(1) == episodes(1, 1, 3) | episodes(2, 1, 3)
    assert await reasons(house) == {}


@pytest.mark.parametrize(
    ("ordering", "marked"),
    [
        ("tmdbAiring", episodes(1, 1, 3) | episodes(1, 13, 15)),
        ("tvdbAiring", episodes(1, 1, 3) | episodes(2, 1, 3)),
        ("dvd", {}),
    ],
)
async def test_i4_a_show_that_says_itself_how_it_is_numbered(house, ordering, marked):
    show = await with_a_guest(house)
    show.ordering = ordering
    await house.sync("plex")
    assert house.on_plex(1) == marked
    assert set((await reasons(house)).values()) == (set() if marked else {"ordering"})


async def test_i4_what_is_known_by_one_numbering_alone_is_for_review(house):
    await with_a_guest(house, tables=False)
    await house.sync("plex")
    assert not house.on_plex(1)
    assert await reasons(house) == {11: "ordering_unknown", 12: "ordering_unknown"}


@pytest.mark.parametrize(
    ("ordering", "second"), [("tmdbAiring", episodes(1, 13, 15)), ("aired", episodes(2, 1, 3))]
)
async def test_i4_a_copy_that_says_it_is_marked_all_the_same(house, ordering, second):
    """And the one beside it waits, as far as it may be numbered otherwise."""
    hidden = await with_a_guest(house)
    sure = add_show(house, house.anime_library, guid="plex://show/2", ordering=ordering)
    for on in ("plex", None):
        report = await house.sync(on)
        assert report.counts[WatchOutcome.REVIEW] == 1
        assert await reasons(house) == {12: "ordering_unknown"}
    both = episodes(1, 1, 3)
    assert house.plex.server.watched(house.person, sure) == both | second
    assert house.plex.server.watched(house.person, hidden) == both


async def test_i3_what_aired_at_another_time_is_not_marked(house):
    """Also where both numberings say the same: it may be ordered as on discs."""
    library = house.plex.server.add_library("More anime", ordering="dvd")
    house.libraries.append(library)
    await house.be(house.plex.add_user("Guest"))
    await house.simple(1, status="CURRENT", progress=3)
    await house.place(1, TVDB, "1:1-12>1-12")
    house.plex.server.remove(house.shows[1])
    house.shows[1] = house.plex.server.add_show(
        library,
        "Show 1",
        {1: 12},
        guids=["tmdb://1", "tvdb://9001"],
        aired={(1, number): date(2011, 1, 5) for number in range(1, 13)},
    )
    await house.sync("plex")
    assert not house.on_plex(1)
    assert await reasons(house) == {1: "dates"}


@pytest.mark.parametrize(
    ("ordering", "second"), [("tmdbAiring", episodes(1, 13, 16)), ("aired", episodes(2, 1, 4))]
)
async def test_w10_an_ordering_that_is_told_later(house, ordering, second):
    """What was marked before it was known lies where it lay, and what was taken back stays so."""
    show = await with_a_guest(house)
    await house.sync("plex")
    house.plex.server.unmark(house.person, show.seasons[1].episodes[2])
    show.ordering = ordering
    for number in (11, 12):
        house.change(number, progress=4)
    report = await house.sync(full=True)
    assert report.counts["episodes"] == 5
    for full in (False, True):
        report = await house.sync(full=full)
        assert report.counts[WatchOutcome.TAKEN_BACK] == 1
        assert report.counts["new"] == 0
    assert house.on_plex(1) == episodes(1, 1, 1) | episodes(1, 3, 4) | second
    assert await reasons(house) == {}


async def test_w10_a_copy_that_came_in_place_of_another_is_another(house):
    """What was marked was the one that is gone; in the new one nothing was taken back."""
    other = house.plex.server.add_library("More anime", ordering="aired")
    house.libraries.append(other)
    house.add_anime(11, status="CURRENT", progress=3)
    for target in (tmdb(1), TVDB):
        await house.place(11, target, "1:1-12>1-12")
    gone = add_show(house, house.anime_library, guid="plex://show/1")
    await house.sync("plex")
    house.plex.server.remove(gone)
    house.shows[1] = add_show(house, other, guid="plex://show/2")
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.TAKEN_BACK] == 0
    assert await reasons(house) == {11: "placement_changed"}
    assert not house.on_plex(1)
