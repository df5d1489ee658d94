"""Rewatches on AniList become plays on Trakt, where a person wants that (W4), and never twice."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.watching import doubts
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault
from simulators.trakt import Entry

from .house import ZONE, film
from .test_both_ways import LATE, listed, watch, watched

DAY = 86_400


@pytest.fixture
async def rewatching(house):
    """An anime that was watched long ago, on both sides, and is in step."""
    house.policy = {"replays": True}
    await house.simple(1, episodes=6)
    watch(house, "trakt", 1, 1, range(1, 7), LATE - 200 * DAY)
    await house.sync("trakt")
    return house


def times(house, count):
    return {(1, number): count for number in range(1, 7)}


def noon(at):
    """Noon of the person's day."""
    day = datetime.fromtimestamp(at, UTC).astimezone(ZONE).date()
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).astimezone(UTC)


async def test_w4_a_rewatch_becomes_plays(rewatching):
    house = rewatching
    house.change(1, status="REPEATING", progress=2, at=LATE)
    report = await house.sync()
    assert report.counts["episodes"] == 2
    assert watched(house, "trakt", 1) == times(house, 1) | {(1, 1): 2, (1, 2): 2}
    newest = house.trakt.user("viewer").plays.newest_first()[:2]
    assert {play.watched_at for play in newest} == {noon(LATE)}
    house.change(1, status="REPEATING", progress=5, at=LATE + DAY)
    await house.sync()
    house.change(1, status="COMPLETED", progress=6, repeat=1, at=LATE + 2 * DAY)
    await house.sync()
    assert watched(house, "trakt", 1) == times(house, 2)
    for _ in range(2):
        assert (await house.sync(full=True)).counts["new"] == 0


async def test_w4_a_whole_rewatch_that_was_only_counted(rewatching):
    rewatching.change(1, repeat=1, at=LATE)
    await rewatching.sync()
    assert watched(rewatching, "trakt", 1) == times(rewatching, 2)


async def test_what_trakt_has_a_play_of_is_left_out(rewatching):
    """A scrobbler wrote the first one by itself, the evening before."""
    rewatching.change(1, status="REPEATING", progress=2, at=LATE)
    watch(rewatching, "trakt", 1, 1, [1], int(noon(LATE).timestamp()) - 20 * 3600)
    await rewatching.sync()
    assert watched(rewatching, "trakt", 1) == times(rewatching, 1) | {(1, 1): 2, (1, 2): 2}


async def test_not_unless_it_is_wanted_and_not_what_was_before(house):
    await house.simple(1, episodes=6, repeat=3)
    await house.simple(2, episodes=6)
    for number in (1, 2):
        watch(house, "trakt", number, 1, range(1, 7), LATE - 200 * DAY)
    house.policy = {"replays": True}
    await house.sync("trakt")
    assert watched(house, "trakt", 1) == times(house, 1)
    house.policy = {}
    house.change(2, repeat=1, at=LATE)
    await house.sync()
    assert watched(house, "trakt", 2) == times(house, 1)


@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER])
async def test_an_answer_that_never_came_is_no_second_rewatch(rewatching, failure, monkeypatch):
    monkeypatch.setattr(doubts, "LATE", timedelta())
    house = rewatching
    house.change(1, status="REPEATING", progress=3, at=LATE)
    house.trakt.faults.add(Fault(failure, "POST", "/sync/history$"))
    await house.sync()
    house.trakt.faults.clear()
    for _ in range(2):
        await house.sync()
    expected = times(house, 1) | {(1, number): 2 for number in (1, 2, 3)}
    assert watched(house, "trakt", 1) == expected


async def test_both_ways_our_own_plays_are_no_rewatch(rewatching):
    """W14: AniList counts what the person played, and nothing of what came from itself."""
    house = rewatching
    house.policy["direction"] = Direction.BOTH
    await house.sync()
    house.change(1, repeat=1, at=LATE)
    await house.sync()
    assert watched(house, "trakt", 1) == times(house, 2)
    for _ in range(3):
        await house.sync(after=timedelta(days=3), full=True)
    assert house.anilist.user("viewer").entries[1].repeat == 1
    assert watched(house, "trakt", 1) == times(house, 2)


async def test_a_rewatch_is_taken_back_as_anything_else(rewatching):
    house = rewatching
    house.change(1, status="REPEATING", progress=2, at=LATE)
    await house.sync()
    await house.sync(undo=True)
    assert watched(house, "trakt", 1) == times(house, 1)
    assert (await house.sync(full=True)).counts["new"] == 0
    assert watched(house, "trakt", 1) == times(house, 1)


@pytest.mark.parametrize("marked", [True, False])
async def test_w14_what_we_told_once_more_is_no_rewatch(house, marked):
    """Both ways: neither is a rewatch completed by it, nor counted once more."""
    house.policy = {"replays": True, "direction": Direction.BOTH}
    await house.simple(1, episodes=6)
    if not marked:
        watch(house, "trakt", 1, 1, range(1, 7), LATE - 200 * DAY)
    await house.sync("trakt")
    assert watched(house, "trakt", 1) == times(house, 1)
    house.clock.time = datetime.fromtimestamp(LATE + DAY, UTC)
    morning = int(noon(LATE).timestamp()) - 3 * 3600
    house.change(1, status="REPEATING", progress=6, at=morning)
    await house.sync()
    assert watched(house, "trakt", 1) == times(house, 2)
    for _ in range(2):
        await house.sync(full=True)
        assert listed(house, 1) == ("REPEATING", 6, 0)
    house.change(1, status="COMPLETED", repeat=1, at=LATE + 20 * DAY)
    for _ in range(3):
        await house.sync(after=timedelta(days=30), full=True)
        assert listed(house, 1) == ("COMPLETED", 6, 1)
    # Played by the person, it counts.
    watch(house, "trakt", 1, 1, range(1, 7), int(house.clock.time.timestamp()) - DAY)
    await house.sync(full=True)
    assert listed(house, 1) == ("COMPLETED", 6, 2)


async def test_what_a_scrobbler_told_of_a_film_that_we_marked_is_left_out(house):
    """By then Trakt has it under a name of its own, and knows of the later play."""
    house.policy = {"replays": True}
    house.add_anime(3, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(3, film(77), "-1:1>1")
    await house.sync("trakt")
    assert house.on_trakt() == {(77, None): 1}
    played = datetime.fromtimestamp(LATE + 100 * DAY, UTC)
    house.trakt.watch([Entry(house.trakt.state.titles.find("movie", "tmdb", 77).title)], played)
    house.clock.time = played + timedelta(hours=2)
    house.change(3, repeat=1, at=int(played.timestamp()) + 60)
    await house.sync()
    assert house.on_trakt() == {(77, None): 2}
    house.change(3, repeat=2, at=int(played.timestamp()) + 9 * DAY)
    await house.sync(after=timedelta(days=10))
    assert house.on_trakt() == {(77, None): 3}
