"""What was watched on a tracker becomes AniList's, and both ways: rule by rule, in whole syncs."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import reviews
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from custom_components.media_list_sync.engine.watching.policy import Conflict, Direction

from .house import OLD, film, tmdb

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])
LATE = int(datetime(2026, 10, 1, 18, tzinfo=UTC).timestamp())
DAY = 86_400


def listed(house, number):
    """An entry on AniList: status, progress, repeat."""
    entry = house.anilist.user("viewer").entries[number]
    return entry.status, entry.progress, entry.repeat


def watch(house, on, show, season, numbers, at=LATE):
    """Let the person watch some episodes there, a minute after each other."""
    for minute, number in enumerate(numbers):
        if on == "plex":
            leaf = house.shows[show].seasons[season].episodes[number]
            house.plex.server.watch(house.owner, leaf, at + 60 * minute)
        else:
            when = datetime.fromtimestamp(at + 60 * minute, UTC)
            house.trakt.watch([house.trakt_episode(show, season, number)], when)


def watched(house, on, show):
    if on == "plex":
        return {place: n for place, n in house.on_plex(show).items() if n}
    return {place: count for (title, place), count in house.on_trakt().items() if title == show}


def episodes(season, first, last):
    return {(season, number): 1 for number in range(first, last + 1)}


@pytest.fixture
def both(house):
    house.policy = {"direction": Direction.BOTH}
    return house


@pytest.fixture
def back(house):
    house.policy = {"direction": Direction.TO_ANILIST}
    return house


@BOTH
async def test_what_was_watched_there_is_on_anilist(back, on):
    await back.simple(1, status="CURRENT", progress=2)
    watch(back, on, 1, 1, range(1, 6))
    report = await back.sync(on)
    assert report.status is JobStatus.COMPLETED
    assert (report.counts["saved"], report.counts["episodes"]) == (1, 0)
    assert listed(back, 1) == ("CURRENT", 5, 0)
    report = await back.sync()
    assert (report.counts["saved"], report.counts["new"]) == (0, 0)
    assert report.counts[WatchOutcome.IN_STEP] == 1
    back.requests()
    assert not (await back.sync()).changed
    assert sum(back.requests().values()) <= 3


@BOTH
async def test_w12_a_first_sync_both_ways_is_the_union(both, on):
    await both.simple(1, status="CURRENT", progress=2)
    await both.simple(2, status="CURRENT", progress=6)
    watch(both, on, 1, 1, range(1, 6))
    watch(both, on, 2, 1, range(1, 4))
    report = await both.sync(on, approved=False)
    assert report.status is JobStatus.APPROVAL
    assert (listed(both, 1), listed(both, 2)) == (("CURRENT", 2, 0), ("CURRENT", 6, 0))
    report = await both.sync(approve=True, approved=False)
    assert listed(both, 1) == ("CURRENT", 5, 0)
    assert listed(both, 2) == ("CURRENT", 6, 0)
    assert watched(both, on, 1) == episodes(1, 1, 5)
    assert watched(both, on, 2) == episodes(1, 1, 6)
    assert (await both.sync()).counts["new"] == 0


@BOTH
async def test_w1_the_side_that_changed_is_followed(both, on):
    await both.simple(1, status="CURRENT", progress=4)
    await both.sync(on)
    watch(both, on, 1, 1, [5, 6])
    await both.sync(full=True)
    assert listed(both, 1) == ("CURRENT", 6, 0)
    both.change(1, progress=8, at=OLD + 5000)
    await both.sync(full=True)
    assert watched(both, on, 1) == episodes(1, 1, 8)
    assert (await both.sync(full=True)).counts["new"] == 0


@BOTH
async def test_w1_what_was_lowered_on_purpose_stays_so(both, on):
    await both.simple(1, status="CURRENT", progress=8)
    await both.sync(on)
    both.change(1, progress=3)
    for _ in range(2):
        report = await both.sync(full=True)
        assert report.counts["new"] == 0
    assert listed(both, 1) == ("CURRENT", 3, 0)
    assert watched(both, on, 1) == episodes(1, 1, 8)


@pytest.mark.parametrize(
    ("conflict", "progress", "there"),
    [
        (Conflict.FURTHER, 9, 9),
        (Conflict.ANILIST, 6, 9),
        (Conflict.TRACKER, 9, 9),
    ],
)
async def test_w1_a_conflict_in_which_the_tracker_is_further(both, conflict, progress, there):
    both.policy["conflict"] = conflict
    await both.simple(1, status="CURRENT", progress=4)
    await both.sync("plex")
    both.change(1, progress=6)
    watch(both, "plex", 1, 1, range(5, 10))
    await both.sync(full=True)
    assert listed(both, 1) == ("CURRENT", progress, 0)
    assert watched(both, "plex", 1) == episodes(1, 1, there)
    assert (await both.sync(full=True)).counts["new"] == 0


@pytest.mark.parametrize(
    ("conflict", "progress", "there"),
    [
        (Conflict.FURTHER, 9, 9),
        (Conflict.ANILIST, 9, 9),
        (Conflict.TRACKER, 9, 5),
    ],
)
async def test_w1_a_conflict_in_which_anilist_is_further(both, conflict, progress, there):
    """Nothing is lowered, whoever counts: then the other one just does not follow."""
    both.policy["conflict"] = conflict
    await both.simple(1, status="CURRENT", progress=4)
    await both.sync("plex")
    both.change(1, progress=9)
    watch(both, "plex", 1, 1, [5])
    for _ in range(2):
        await both.sync(full=True)
    assert listed(both, 1) == ("CURRENT", progress, 0)
    assert watched(both, "plex", 1) == episodes(1, 1, there)


@pytest.mark.parametrize(("prefer", "progress"), [("anilist", 6), ("tracker", 9), ("further", 9)])
async def test_w1_a_person_is_asked_in_a_conflict(both, prefer, progress):
    both.policy["conflict"] = Conflict.ASK
    await both.simple(1, status="CURRENT", progress=4)
    await both.sync("plex")
    both.change(1, progress=6)
    watch(both, "plex", 1, 1, range(5, 10))
    report = await both.sync(full=True)
    assert report.counts[WatchOutcome.REVIEW] == 1
    (row,) = await both.store.run(reviews.load, [both.job.id], 100)
    assert (row.reason, row.detail) == ("conflict", "6/9")
    assert listed(both, 1) == ("CURRENT", 6, 0)
    await both.sync(anilist=1, prefer=prefer)
    assert listed(both, 1) == ("CURRENT", progress, 0)
    report = await both.sync(full=True)
    assert report.counts[WatchOutcome.REVIEW] == 0
    assert listed(both, 1) == ("CURRENT", progress, 0)


@BOTH
async def test_w5_paused_goes_on_and_dropped_stays_dropped(back, on):
    await back.simple(1, status="PAUSED", progress=2)
    await back.simple(2, status="DROPPED", progress=2)
    await back.simple(3, status="PLANNING")
    await back.simple(4, status="PLANNING")
    await back.sync(on)
    for number, last in ((1, 4), (2, 5), (3, 1)):
        watch(back, on, number, 1, range(1, last + 1))
    await back.sync(full=True)
    assert listed(back, 1) == ("CURRENT", 4, 0)
    assert listed(back, 2) == ("DROPPED", 5, 0)
    assert listed(back, 3) == ("CURRENT", 1, 0)
    assert listed(back, 4) == ("PLANNING", 0, 0)


@BOTH
async def test_w6_completed_when_it_is_finished(back, on):
    """The last episode comes before AniList says that it was the last."""
    await back.simple(1, status="CURRENT", progress=11)
    media = back.anilist.user("viewer").entries[1].media
    media.status = "RELEASING"
    watch(back, on, 1, 1, range(1, 13))
    await back.sync(on)
    assert listed(back, 1) == ("CURRENT", 12, 0)
    media.status = "FINISHED"
    await back.sync(after=timedelta(days=2))
    assert listed(back, 1) == ("COMPLETED", 12, 0)


async def test_w6_completed_by_the_placement_alone_is_not_enough(back):
    """Of 24 episodes only half are placed anywhere."""
    back.add_anime(1, episodes=24, status="CURRENT", progress=3)
    back.add_show(1, {1: 12})
    await back.place(1, tmdb(1), "1:1-12>1-12")
    watch(back, "plex", 1, 1, range(1, 13))
    await back.sync("plex")
    assert listed(back, 1) == ("CURRENT", 12, 0)


async def test_w6_what_a_person_takes_back_is_not_completed_again(back):
    await back.simple(1, status="CURRENT", progress=3)
    watch(back, "plex", 1, 1, range(1, 13))
    await back.sync("plex")
    assert listed(back, 1) == ("COMPLETED", 12, 0)
    back.change(1, status="CURRENT", at=LATE + 50)
    for _ in range(2):
        await back.sync(full=True)
    assert listed(back, 1) == ("CURRENT", 12, 0)


async def test_w2_what_the_library_lacks_below_anilists_progress_is_passed_over(back):
    back.add_anime(1, status="CURRENT", progress=4)
    back.add_anime(2, status="CURRENT", progress=2)
    back.add_show(1, {1: [1, 2, 4, 5, 6]})
    back.add_show(2, {1: [1, 2, 4, 5, 6]})
    for number in (1, 2):
        await back.place(number, tmdb(number), "1:1-12>1-12")
        watch(back, "plex", number, 1, [1, 2, 4, 5, 6])
    await back.sync("plex")
    assert listed(back, 1) == ("CURRENT", 6, 0)
    assert listed(back, 2) == ("CURRENT", 2, 0)
    back.policy["skip_missing"] = True
    watch(back, "plex", 2, 1, [6], LATE + DAY)
    await back.store.run(lambda c: c.execute("DELETE FROM base"))
    await back.sync(full=True)
    assert listed(back, 2) == ("CURRENT", 6, 0)


@BOTH
async def test_w4_a_rewatch_advances_by_what_was_played_since_it_began(back, on):
    await back.simple(1, status="COMPLETED")
    watch(back, on, 1, 1, range(1, 13), LATE - 90 * DAY)
    await back.sync(on)
    back.change(1, status="REPEATING", progress=0, at=LATE)
    await back.sync(full=True)
    assert listed(back, 1) == ("REPEATING", 0, 0)
    watch(back, on, 1, 1, [1, 2, 3], LATE + DAY)
    await back.sync(full=True)
    assert listed(back, 1) == ("REPEATING", 3, 0)
    watch(back, on, 1, 1, range(4, 13), LATE + 2 * DAY)
    await back.sync(full=True)
    assert listed(back, 1) == ("COMPLETED", 12, 1)
    assert (await back.sync(full=True)).counts["new"] == 0


@pytest.mark.parametrize("conflict", ["anilist", "tracker", "ask"])
async def test_w4_what_was_played_since_it_began_is_no_conflict(back, conflict):
    """Both changed since the last sync, and say the same: AniList that it begins, the plays how far."""
    back.policy |= {"conflict": Conflict(conflict)}
    await back.simple(1, status="COMPLETED")
    watch(back, "trakt", 1, 1, range(1, 13), LATE - 90 * DAY)
    await back.sync("trakt")
    back.change(1, status="REPEATING", progress=0, at=LATE)
    watch(back, "trakt", 1, 1, [1, 2, 3], LATE + DAY)
    await back.sync(full=True)
    assert listed(back, 1) == ("REPEATING", 3, 0)
    assert (await back.sync(full=True)).counts["new"] == 0


async def test_w4_what_we_marked_is_no_rewatch(both):
    await both.simple(1, status="REPEATING", progress=2, updated_at=LATE)
    await both.sync("plex")
    assert watched(both, "plex", 1) == episodes(1, 1, 12)
    await both.sync(full=True)
    assert listed(both, 1) == ("REPEATING", 2, 0)


@BOTH
async def test_w4_what_an_earlier_pairing_marked_is_no_rewatch(both, on):
    """Removed and added again, a pairing knows nothing of its own marks any more."""
    await both.simple(1, status="REPEATING", progress=5, updated_at=LATE)
    both.clock.time = datetime.now(UTC)  # by which the server puts down when it was asked to mark
    await both.sync(on, after=timedelta())
    assert watched(both, on, 1) == episodes(1, 1, 12)
    await both.store.run(lambda c: c.execute("DELETE FROM base"))
    for _ in range(2):
        await both.sync(full=True)
        assert listed(both, 1) == ("REPEATING", 5, 0)


@BOTH
async def test_w14_a_repeat_needs_a_full_dated_second_run(back, on):
    await back.simple(1, status="COMPLETED")
    now = int(back.clock().timestamp())
    watch(back, on, 1, 1, range(1, 13), LATE)
    await back.sync(on)
    watch(back, on, 1, 1, range(1, 12), now + 10 * DAY)
    await back.sync(after=timedelta(days=20))
    assert listed(back, 1) == ("COMPLETED", 12, 0)
    watch(back, on, 1, 1, [12], now + 21 * DAY)
    await back.sync(after=timedelta(days=5))
    assert listed(back, 1) == ("COMPLETED", 12, 1)
    assert (await back.sync(full=True)).counts["new"] == 0
    assert listed(back, 1) == ("COMPLETED", 12, 1)


async def test_w14_plays_of_the_same_day_are_one(back):
    await back.simple(1, status="COMPLETED")
    now = int(back.clock().timestamp())
    watch(back, "plex", 1, 1, range(1, 13), now)
    await back.sync("plex", after=timedelta(hours=1))
    watch(back, "plex", 1, 1, range(1, 13), now + 7200)
    await back.sync(full=True)
    assert listed(back, 1) == ("COMPLETED", 12, 0)


async def test_w9_dates_come_from_plays_and_only_move_earlier(back):
    """At half past midnight in Berlin it is still the day before in UTC."""
    at = int(datetime(2026, 10, 3, 22, 30, tzinfo=UTC).timestamp())
    await back.simple(1, status="CURRENT")
    await back.simple(2, status="CURRENT", started=(2020, 5, 1), completed=(2030, 1, 1))
    await back.simple(3, status="CURRENT", started=(2026, None, None))
    for number in (1, 2, 3):
        watch(back, "plex", number, 1, range(1, 13), at)
    await back.sync("plex")
    entries = back.anilist.user("viewer").entries
    assert (entries[1].started, entries[1].completed) == ((2026, 10, 4), (2026, 10, 4))
    assert (entries[2].started, entries[2].completed) == ((2020, 5, 1), (2026, 10, 4))
    assert entries[3].started == (2026, None, None)


async def test_w9_our_own_marks_and_replays_move_no_date(both):
    await both.simple(1, status="CURRENT", progress=11)
    await both.sync("plex")
    watch(both, "plex", 1, 1, [12], LATE)
    await both.sync(full=True)
    entry = both.anilist.user("viewer").entries[1]
    assert listed(both, 1) == ("COMPLETED", 12, 0)
    assert entry.started == (None, None, None)
    assert entry.completed == (2026, 10, 1)


async def test_w7_what_is_gone_comes_back_on_a_new_play_alone(back):
    back.policy["add"] = True
    await back.simple(1, status="CURRENT", progress=2)
    watch(back, "plex", 1, 1, [1, 2])
    await back.sync("plex")
    back.anilist.remove_entry("viewer", 1)
    for _ in range(2):
        await back.sync(full=True)
    assert 1 not in back.anilist.user("viewer").entries
    watch(back, "plex", 1, 1, [3], LATE + DAY)
    await back.sync(full=True)
    assert listed(back, 1) == ("CURRENT", 3, 0)


async def test_w7_what_was_deleted_a_moment_ago_is_not_made_anew(back):
    """Deletions show only when the list is read whole: a save means the entry that was read."""
    await back.simple(1, status="PLANNING")
    await back.simple(2, status="CURRENT", progress=1)
    await back.sync("plex")
    back.anilist.remove_entry("viewer", 1)
    for number in (1, 2):
        watch(back, "plex", number, 1, [1, 2])
    report = await back.sync()
    assert report.counts["failed"] == 1
    assert listed(back, 2) == ("CURRENT", 2, 0)
    assert 1 not in back.anilist.user("viewer").entries
    report = await back.sync()
    assert (report.status, report.counts["entries"]) == (JobStatus.COMPLETED, 1)
    assert 1 not in back.anilist.user("viewer").entries


@BOTH
@pytest.mark.parametrize("add", [True, False])
async def test_a_show_that_was_begun_is_added_if_that_is_wanted(back, on, add):
    back.policy["add"] = add
    await back.simple(1, status="CURRENT", progress=1)
    for number, last in ((2, 3), (3, 12), (4, 0)):
        back.add_anime(number)
        back.add_show(number, {1: 12})
        await back.place(number, tmdb(number), "1:1-12>1-12")
        watch(back, on, number, 1, range(1, last + 1))
    await back.sync(on)
    there = back.anilist.user("viewer").entries
    assert there.keys() == ({1, 2, 3} if add else {1})
    if add:
        assert listed(back, 2) == ("CURRENT", 3, 0)
        assert listed(back, 3) == ("COMPLETED", 12, 0)
    assert (await back.sync(full=True)).counts["new"] == 0


async def test_w8_an_entry_that_changes_meanwhile_is_left_for_the_next_sync(back):
    await back.simple(1, status="CURRENT", progress=2)
    watch(back, "plex", 1, 1, range(1, 6))
    reread = back.account.reread

    async def meanwhile():
        back.change(1, progress=9, at=int(back.clock.time.timestamp()))
        back.clock.advance(minutes=2)
        await reread()

    type(back.account).reread, kept = lambda self: meanwhile(), type(back.account).reread
    try:
        await back.sync("plex")
    finally:
        type(back.account).reread = kept
    assert listed(back, 1) == ("CURRENT", 9, 0)
    await back.sync(full=True)
    assert listed(back, 1) == ("CURRENT", 9, 0)


@BOTH
async def test_scores_go_both_ways_without_an_echo(both, on):
    both.policy["scores"] = True
    await both.simple(1, progress=12, score=85)
    await both.sync(on)
    rating = both.plex_rating if on == "plex" else lambda n: both.trakt_ratings().get(n)
    assert rating(1) == 9
    await both.sync(full=True)
    entry = both.anilist.user("viewer").entries[1]
    assert entry.score == 85
    if on == "plex":
        both.plex.state.views.rated(both.owner, both.shows[1], 6, LATE)
    else:
        both.rate_on_trakt(1, 6)
    await both.sync(full=True)
    assert entry.score == 60
    assert (await both.sync(full=True)).counts["new"] == 0
    assert (entry.score, rating(1)) == (60, 6)


async def test_a_film_both_ways(both):
    both.add_anime(1, episodes=1, status="CURRENT", media={"format": "MOVIE"})
    both.add_film(1)
    await both.place(1, film(1), "-1:1>1")
    both.plex.server.watch(both.owner, both.shows[1], LATE)
    await both.sync("plex")
    assert listed(both, 1) == ("COMPLETED", 1, 0)


@BOTH
async def test_w8_two_pairings_of_one_account_make_no_echo(both, on):
    """What is watched on one tracker comes to the other by AniList, and nothing comes back."""
    other = "trakt" if on == "plex" else "plex"
    await both.simple(1, status="CURRENT", progress=2)
    for where in (on, other):
        await both.sync(where)
    watch(both, on, 1, 1, [3, 4])
    await both.sync(on, full=True)
    assert listed(both, 1) == ("CURRENT", 4, 0)
    both.change(1, at=OLD + 2000)  # and not just now, which would be left to scrobblers
    await both.sync(other, full=True)
    assert watched(both, other, 1) == episodes(1, 1, 4)
    for where in (on, other, on, other):
        assert (await both.sync(where, full=True)).counts["new"] == 0
