"""How much of Trakt is read, and how far a reading is believed that may not be all."""

from datetime import UTC, datetime, timedelta
import time

import pytest

from custom_components.media_list_sync.engine.watching.policy import Conflict, Direction
from simulators.trakt import Entry
from simulators.trakt.ratings import Rating

from .house import START, film
from .test_both_ways import DAY, LATE, listed, watch
from .test_rules import episodes, watched

STATS = "GET /users/me/stats"
HOUR = timedelta(hours=1)


def soon():
    """A time after everything that AniList was told."""
    return int(time.time()) + 60


async def three(house, **policy):
    """Three shows of which three episodes were watched, in step with Trakt."""
    house.clock.time = datetime.now(UTC)  # by which AniList says when it was told something
    house.policy = {"direction": Direction.BOTH, **policy}
    for number in (1, 2, 3):
        await house.simple(number, status="CURRENT", progress=3)
        watch(house, "trakt", number, 1, [1, 2, 3], LATE)
    await house.sync("trakt")
    await house.sync()
    house.requests()


async def test_an_episode_watched_takes_four_requests_either_way(house):
    await three(house)
    watch(house, "trakt", 1, 1, [4], LATE + DAY)
    await house.sync(after=HOUR)
    assert listed(house, 1) == ("CURRENT", 4, 0)
    assert house.requests() == {"anilist": 2, "trakt": 2}
    await house.sync(after=HOUR)
    assert house.requests() == {"anilist": 1, "trakt": 1}
    for progress in (4, 5):  # before the first of them Trakt proves what was read before
        house.change(2, progress=progress, at=soon() + progress)
        await house.sync(after=HOUR)
        assert house.requests() == {"anilist": 1, "trakt": 3}
        assert watched(house, "trakt", 2) == episodes(1, 1, progress)
        await house.sync(after=HOUR)
        assert house.requests() == {"anilist": 1, "trakt": 2}  # what we wrote shows as a change


async def test_before_a_write_all_is_proven_and_up_to_date(house):
    await three(house)
    watch(house, "trakt", 1, 1, [4], LATE + DAY)
    await house.sync(after=HOUR)
    house.change(2, progress=5, at=soon())
    write = house.trakt_tracker.write

    async def late(batch):
        """Let a scrobbler be quicker by a moment."""
        watch(house, "trakt", 2, 1, [4], LATE + DAY)
        return await write(batch)

    house.trakt_tracker.write = late
    await house.sync(after=HOUR)
    assert watched(house, "trakt", 2) == episodes(1, 1, 5)


async def test_nothing_is_taken_for_gone_unless_trakt_proves_it(house):
    await three(house)
    house.trakt.cut_least(2)
    watch(house, "trakt", 1, 1, [4], LATE + DAY)
    await house.sync()
    assert house.trakt.counts[STATS] == 1
    assert listed(house, 1) == ("CURRENT", 4, 0)
    house.change(3, progress=5)  # what was cut off is known all the same
    await house.sync()
    assert watched(house, "trakt", 3) == episodes(1, 1, 5)


async def test_what_a_reading_left_out_is_not_written_once_more(house):
    """A show that was new, and the first to be left out: it is looked for before each write."""
    await three(house)
    await house.simple(4, status="CURRENT", progress=0)
    watch(house, "trakt", 4, 1, [1, 2], LATE - 10 * DAY)
    house.trakt.cut_least(3)
    await house.sync()
    assert STATS not in house.trakt.counts  # all that was known is there
    house.change(4, progress=2)
    await house.sync()
    assert watched(house, "trakt", 4) == episodes(1, 1, 2)
    assert listed(house, 4) == ("CURRENT", 2, 0)


async def test_what_a_reading_left_out_is_seen_within_a_day(house):
    await three(house)
    await house.simple(4, status="CURRENT", progress=0)
    watch(house, "trakt", 4, 1, [1, 2], LATE - 10 * DAY)
    house.trakt.cut_least(3)
    await house.sync()
    assert listed(house, 4) == ("CURRENT", 0, 0)
    await house.sync(after=timedelta(hours=20))
    assert listed(house, 4) == ("CURRENT", 2, 0)


async def test_what_was_taken_back_is_proven(house):
    await three(house)
    plays = house.trakt.user("viewer").plays
    gone = next(one for one in plays.newest_first() if one.entry.title.tmdb == 1)
    plays.remove(gone.number)
    watch(house, "trakt", 2, 1, [4], int(START.timestamp()) - DAY)
    await house.sync()
    assert house.trakt.counts[STATS] >= 1
    assert sum(watched(house, "trakt", 1).values()) == 2  # and is not written again (W3)


async def film_and_another(house, **entry):
    house.policy = {"direction": Direction.BOTH, "scores": True, "conflict": Conflict.TRACKER}
    for number, title in ((3, 77), (4, 78)):
        values = {"media": {"format": "MOVIE"}, "progress": 0, **entry}
        house.add_anime(number, episodes=1, status="CURRENT", **values)
        house.add_film(title)
        await house.place(number, film(title), "-1:1>1")


def film_on_trakt(house, number):
    return Entry(house.trakt.state.titles.find("movie", "tmdb", number).title)


async def test_what_a_film_was_rated_is_known_after_another_one_was_watched(house):
    """A score that was taken away does not come back from there."""
    await film_and_another(house, score=80)
    house.trakt.watch([film_on_trakt(house, 77)], START)
    await house.sync("trakt")
    assert house.trakt_ratings() == {77: 8}
    house.change(3, score=0)
    await house.sync()
    house.trakt.watch([film_on_trakt(house, 78)], START)
    for _ in range(3):
        await house.sync(after=timedelta(hours=20))
    assert house.anilist.user("viewer").entries[3].score == 0
    assert house.trakt_ratings() == {77: 8, 78: 8}


@pytest.mark.parametrize("is_film", [True, False])
async def test_what_was_rated_without_being_watched_is_not_written_over(house, is_film):
    """Where the tracker's rating counts, it does so from the first sync on."""
    await film_and_another(house, score=80)
    await house.simple(1, status="CURRENT", score=80)
    if is_film:
        viewer = house.trakt.user("viewer")
        now = house.trakt.state.clock.stamp()
        viewer.ratings[film_on_trakt(house, 77)] = Rating(3, now)
        viewer.activities.changed(now, "rated_at", ["movies"])
    else:
        house.rate_on_trakt(1, 3)
    for _ in range(2):
        await house.sync("trakt")
        assert house.trakt_ratings()[77 if is_film else 1] == 3
        assert house.anilist.user("viewer").entries[3 if is_film else 1].score == 30
