"""Taking back ratings: to the former one, on either tracker, without an echo (W1, W12, W13)."""

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault

from .beside import RATED, Rated, assert_left_alone, beside, undo, written
from .house import OLD, film, tmdb
from .test_undo import marked_now


@RATED
async def test_w12_both_ways_the_former_rating_does_not_come_to_anilist(house, kind, on):
    side = kind(house, on)
    await side.fill()
    house.policy["direction"] = Direction.BOTH
    await marked_now(house, on)
    assert side.now() == 8
    entry = house.anilist.user("viewer").entries[1]
    assert beside(await undo(house)) == ["undone"]
    assert side.now() == side.former
    await assert_left_alone(side)
    assert entry.score == 80
    # Nor in the other direction, from then on.
    house.policy["direction"] = Direction.TO_TRACKER
    await assert_left_alone(side)
    house.policy["direction"] = Direction.BOTH
    # What the person rates from then on does.
    side.give(2)
    await house.sync(full=True)
    assert entry.score == 20


@RATED
async def test_both_ways_an_old_reading_of_a_rating_is_no_news(house, kind, on):
    """What we wrote is known before a library is read whole again."""
    side = kind(house, on)
    await side.fill()
    house.policy["direction"] = Direction.BOTH
    await house.sync(on)
    assert side.now() == 8
    await house.sync()
    assert house.anilist.user("viewer").entries[1].score == 80
    assert side.now() == 8


@RATED
async def test_another_score_is_given_after_an_undo(house, kind, on):
    side = await written(house, kind, on)
    await undo(house)
    house.change(1, score=90)
    await house.sync(full=True)
    assert side.now() == 9
    house.change(1, score=80, at=OLD + 3000)
    await house.sync(full=True)
    assert side.now() == 8
    # One sync after the other is taken back, to what was there at last.
    for rating in (9, side.former):
        assert beside(await undo(house)) == ["undone"]
        assert side.now() == rating
    await assert_left_alone(side)


@pytest.mark.parametrize("on", ["plex", "trakt"])
async def test_the_rating_of_a_season(house, on):
    house.policy = {"scores": True}
    house.add_show(1, {1: 12, 2: 12}, aired={1: "2015-01-05", 2: "2016-01-05"})
    for number, start in ((1, (2015, 1, 5)), (2, (2016, 1, 5))):
        house.add_anime(
            number, status="COMPLETED", progress=12, score=60 + number * 10, media={"start": start}
        )
        await house.place(number, tmdb(1), f"{number}:1-12>1-12")

    def ratings():
        if on == "plex":
            views = house.plex.state.views.of(house.owner)
            found = {n: views.get(house.shows[1].seasons[n].guid) for n in (1, 2)}
            return {n: view.rating for n, view in found.items() if view and view.rating}
        return {
            entry.season: score.rating
            for entry, score in house.trakt.user("viewer").ratings.items()
        }

    if on == "plex":
        house.plex.state.views.rated(house.owner, house.shows[1].seasons[2], 7.5, OLD)
    await marked_now(house, on)
    assert ratings() == {1: 7, 2: 8}
    await undo(house)
    assert ratings() == ({2: 7.5} if on == "plex" else {})
    for _ in range(2):
        assert (await house.sync(full=True)).counts["new"] == 0
    assert ratings() == ({2: 7.5} if on == "plex" else {})


async def test_the_rating_of_a_film_that_trakt_had_nothing_of_before(house):
    """It is known by an id of another service."""
    house.policy = {"scores": True}
    house.add_anime(
        1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1, score=80
    )
    house.add_film(77)
    await house.place(1, film(77), "-1:1>1")
    await marked_now(house, "trakt")
    assert house.trakt_ratings() == {77: 8}
    report = await undo(house)
    assert [str(one.outcome) for one in report.decisions] == ["undone", "undone"]
    assert house.trakt_ratings() == {}
    assert (await house.sync(full=True)).counts["new"] == 0
    assert house.trakt_ratings() == {}


async def test_of_two_copies_each_gets_its_own_rating_back(house):
    """Both ways, neither is taken for a new one."""
    house.policy = {"scores": True, "direction": Direction.BOTH}
    await house.simple(1, score=80)
    other = house.plex.server.add_show(
        house.anime_library, "Show 1 again", {1: 12}, guids=["tmdb://1", "tvdb://1"]
    )
    views = house.plex.state.views
    assert other.guid != house.shows[1].guid
    views.rated(house.owner, other, 4, OLD)
    await marked_now(house, "plex")
    mine = views.of(house.owner)
    assert [mine[show.guid].rating for show in (house.shows[1], other)] == [8, 8]
    assert beside(await undo(house)) == ["undone", "undone"]
    for _ in range(3):
        assert [mine[show.guid].rating for show in (house.shows[1], other)] == [None, 4]
        assert (await house.sync(full=True)).counts["new"] == 0
    assert house.anilist.user("viewer").entries[1].score == 80


async def test_what_the_server_refuses_is_tried_again(house):
    side = await written(house, Rated, "plex")
    house.plex.server.faults.add(Fault(Failure.STATUS, "PUT", "/:/rate", status=400))
    report = await undo(house)
    assert (report.status, beside(report)) == (JobStatus.PARTIAL, ["failed"])
    house.plex.server.faults.clear()
    report = await undo(house)
    assert (report.status, beside(report)) == (JobStatus.COMPLETED, ["undone"])
    assert side.now() == 5
