"""The rules of watching, one after the other, through whole syncs against simulated services."""

from datetime import UTC, date, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.placement import Provider, TargetId
from custom_components.media_list_sync.engine.store import reviews
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.trakt import Entry

from .house import START, film, tmdb

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])


def watched(house, on, number):
    """How often each episode was watched, wherever."""
    if on == "plex":
        return house.on_plex(number)
    return {place: count for (title, place), count in house.on_trakt().items() if title == number}


def episodes(season, first, last):
    return {(season, number): 1 for number in range(first, last + 1)}


async def reasons(house):
    rows = await house.store.run(reviews.load, [house.job.id], 100)
    return {row.anilist: row.reason for row in rows}


async def in_the_way(house):
    """Which other entries each is for review because of, by number and title."""
    rows = await house.store.run(reviews.load, [house.job.id], 100)
    return {row.anilist: [tuple(other) for other in row.others] for row in rows}


@BOTH
async def test_what_was_watched_becomes_watched(house, on):
    await house.simple(1, episodes=12, status="CURRENT", progress=5)
    report = await house.sync(on)
    assert report.status is JobStatus.COMPLETED
    assert (report.counts["new"], report.counts["episodes"]) == (1, 5)
    assert watched(house, on, 1) == episodes(1, 1, 5)
    report = await house.sync()
    assert report.counts["new"] == 0
    assert report.counts[WatchOutcome.IN_STEP] == 1
    house.requests()
    assert not (await house.sync()).changed
    expected = {"anilist": 1, "plex": 2} if on == "plex" else {"anilist": 1, "trakt": 1}
    assert house.requests() == expected


@BOTH
async def test_cours_and_seasons(house, on):
    """Two entries of one season, and one over two seasons."""
    house.add_show(
        1, {1: 24, 2: 10, 3: 10}, aired={1: "2015-01-05", 2: "2016-01-04", 3: "2017-01-09"}
    )
    for number, segments, began in (
        (11, "1:1-12>1-12", (2015, 1, 5)),
        (12, "1:1-12>13-24", (2015, 3, 30)),
    ):
        house.add_anime(number, media={"start": began}, status="CURRENT", progress=3)
        await house.place(number, tmdb(1), segments)
    media = {"start": (2016, 1, 4), "end": (2017, 3, 13)}
    house.add_anime(13, episodes=20, media=media, status="CURRENT", progress=14)
    await house.place(13, tmdb(1), "2:1-10>1-10 3:11-20>1-10")
    report = await house.sync(on)
    assert report.counts["episodes"] == 20
    assert watched(house, on, 1) == (
        episodes(1, 1, 3) | episodes(1, 13, 15) | episodes(2, 1, 10) | episodes(3, 1, 4)
    )


async def test_w2_what_plex_lacks_is_not_there(house):
    house.add_anime(1, status="COMPLETED", progress=12)
    house.add_show(1, {1: [1, 2, 3, 4, 9, 10]})
    await house.place(1, tmdb(1), "1:1-12>1-12")
    report = await house.sync("plex")
    assert set(house.on_plex(1)) == {(1, n) for n in (1, 2, 3, 4, 9, 10)}
    assert (report.counts["new"], report.counts[WatchOutcome.UPDATE]) == (1, 0)
    assert report.counts[WatchOutcome.NOT_THERE] == 1, "the rest of it is not"
    report = await house.sync()
    assert report.counts[WatchOutcome.NOT_THERE] == 1
    # They come later, and are marked then.
    house.plex.server.remove(house.shows[1])
    house.add_show(1, {1: 12})
    await house.sync(full=True)
    assert house.on_plex(1) == episodes(1, 1, 12)


@BOTH
async def test_w2_nothing_is_unwatched(house, on):
    await house.simple(1, status="CURRENT", progress=8)
    await house.sync(on)
    house.change(1, progress=2)
    report = await house.sync()
    assert report.counts["new"] == 0
    assert watched(house, on, 1) == episodes(1, 1, 8)


async def test_w3_what_a_person_unmarked_is_not_marked_again(house):
    show = await house.simple(1, status="CURRENT", progress=6)
    await house.sync("plex")
    season = show.seasons[1]
    house.plex.server.unmark(house.owner, season.episodes[4])
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.TAKEN_BACK] == 1
    assert (1, 4) not in house.on_plex(1)
    house.change(1, progress=8)
    report = await house.sync(full=True)
    assert (report.counts["episodes"], report.counts[WatchOutcome.TAKEN_BACK]) == (2, 1)
    assert house.on_plex(1) == episodes(1, 1, 3) | episodes(1, 5, 8)
    # Watched again by the person, it counts as anything else.
    house.plex.server.watch(house.owner, season.episodes[4])
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.IN_STEP] == 1


async def test_w3_on_trakt(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("trakt")
    (number,) = [
        play.number
        for play in house.trakt.user("viewer").plays.newest_first()
        if play.entry.episode == 2
    ]
    await house.trakt_tracker.trakt.history.remove([number])
    report = await house.sync()
    assert report.counts[WatchOutcome.TAKEN_BACK] == 1
    assert watched(house, "trakt", 1) == {(1, 1): 1, (1, 3): 1}


async def test_w3_a_film_on_trakt(house):
    house.add_anime(3, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(3, film(77), "-1:1>1")
    await house.sync("trakt")
    (play,) = house.trakt.user("viewer").plays.newest_first()
    await house.trakt_tracker.trakt.history.remove([play.number])
    for _ in range(2):
        report = await house.sync(full=True)
        assert report.counts[WatchOutcome.TAKEN_BACK] == 1
        assert house.on_trakt() == {}


@BOTH
async def test_w4_a_rewatch_counts_the_run_before(house, on):
    await house.simple(1, status="REPEATING", progress=2, repeat=0)
    await house.sync(on)
    assert watched(house, on, 1) == episodes(1, 1, 12)
    house.change(1, status="COMPLETED", progress=12, repeat=1)
    report = await house.sync()
    assert report.counts["new"] == 0
    assert watched(house, on, 1) == episodes(1, 1, 12)


async def test_w8_a_young_change_is_left_to_scrobblers(house):
    now = int(START.timestamp()) + 6 * 3600
    await house.simple(1, status="CURRENT", progress=3, updated_at=now - 600)
    report = await house.sync("trakt")
    assert report.counts[WatchOutcome.WAITING] == 1
    assert report.status is JobStatus.COMPLETED
    assert report.deferred_until == datetime.fromtimestamp(now + 1200, UTC)
    assert not house.on_trakt()
    # The scrobbler did it in the meantime: nothing is written.
    house.trakt.watch([house.trakt_episode(1, 1, n) for n in (1, 2)], START)
    await house.sync(after=timedelta(minutes=25))
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)


async def test_w8_trakt_is_read_again_before_it_is_written(house):
    """Somebody else marks the same episodes between our reading and our writing."""
    await house.simple(1, status="CURRENT", progress=3)
    house.wrap = somebody_first(house, [house.trakt_episode(1, 1, n) for n in (1, 2)])
    await house.sync("trakt")
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)


async def test_w8_films_on_trakt_are_read_again_before_they_are_written(house):
    """Also where no more had to be proven of the last reading than what episodes there are."""
    await house.simple(1)
    house.add_anime(3, episodes=1, media={"format": "MOVIE"}, status="PLANNING")
    house.add_film(77)
    await house.place(3, film(77), "-1:1>1")
    await house.sync("trakt")
    await house.sync()
    house.trakt.watch([house.trakt_episode(1, 1, 1)], START)
    house.change(3, status="COMPLETED", progress=1)
    seen = Entry(house.trakt.state.titles.find("movie", "tmdb", 77).title)
    house.wrap = somebody_first(house, [seen])
    await house.sync()
    assert house.on_trakt()[77, None] == 1


def somebody_first(house, seen):
    """A tracker on which somebody watches something right before we write."""

    class Tracker:
        def __init__(self, tracker):
            self.tracker = tracker

        def __getattr__(self, name):
            return getattr(self.tracker, name)

        async def write(self, batch):
            house.trakt.watch(seen, START)
            return await self.tracker.write(batch)

    return Tracker


async def test_w9_dates_are_the_persons_days(house):
    await house.simple(
        1,
        episodes=4,
        started=(2024, 7, 1),
        completed=(2024, 7, 9),
    )
    await house.sync("trakt")
    dates = {
        play.entry.episode: play.watched_at
        for play in house.trakt.user("viewer").plays.newest_first()
    }
    # Noon in Berlin, in summer.
    assert dates[1] == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert dates[4] == datetime(2024, 7, 9, 10, tzinfo=UTC)
    assert dates[2].year == dates[3].year == 1970  # unknown, as Trakt keeps it


async def test_w9_an_incomplete_date_is_unknown(house):
    await house.simple(1, episodes=1, started=(2024, 7, None), completed=(2024, None, None))
    await house.sync("trakt")
    (play,) = house.trakt.user("viewer").plays.newest_first()
    assert play.watched_at.year == 1970


async def test_w9_what_came_since_is_dated_by_the_change(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("trakt")
    changed = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    house.change(1, progress=4, at=int(changed.timestamp()))
    await house.sync()
    newest = house.trakt.user("viewer").plays.newest_first()[0]
    assert newest.entry.episode == 4
    assert newest.watched_at == datetime(2026, 11, 20, 11, tzinfo=UTC)


async def test_w10_another_ordering_asks_first(house):
    show = await house.simple(1, status="CURRENT", progress=3)
    await house.place(1, TargetId(Provider.TVDB_SHOW, "9001"), "2:1-12>1-12")
    show.ids = (*show.ids, "tvdb://9001")
    await house.sync("plex")
    show.ordering = "aired"
    house.change(1, progress=5)
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {1: "placement_changed"}
    assert house.on_plex(1) == episodes(1, 1, 3)


@BOTH
async def test_w10_an_episode_belongs_to_one_entry(house, on):
    house.add_show(1, {1: 24})
    for number in (11, 12):
        house.add_anime(number, episodes=12, status="COMPLETED", progress=12)
        await house.place(number, tmdb(1), "1:1-12>1-12")
    report = await house.sync(on)
    assert report.counts[WatchOutcome.REVIEW] == 2
    assert await reasons(house) == {11: "claimed_twice", 12: "claimed_twice"}
    assert await in_the_way(house) == {11: [(12, "Anime 12")], 12: [(11, "Anime 11")]}
    assert not watched(house, on, 1)
    plan = await house.sync(dry_run=True)
    (first, _) = [decision.as_dict() for decision in plan.decisions]
    assert first["others"] == [{"anilist_id": 12, "title": "Anime 12"}]


@BOTH
async def test_w10_one_that_begins_where_another_goes_on_is_named(house, on):
    house.add_show(1, {1: 24})
    late = {"start": (2015, 3, 30), "end": (2015, 6, 15)}
    for number, count, segments in ((11, 24, "1:1->1-"), (12, 12, "1:1-12>13-24")):
        media = late if number == 12 else None
        house.add_anime(number, episodes=count, media=media, status="CURRENT", progress=2)
        await house.place(number, tmdb(1), segments)
    await house.sync(on)
    assert await reasons(house) == {11: "cut_short"}
    assert await in_the_way(house) == {11: [(12, "Anime 12")]}


@BOTH
async def test_w10_of_many_in_the_way_some_are_named(house, on):
    """All of one season, on a list that somebody filled by hand."""
    house.add_show(1, {1: 12})
    for number in range(11, 31):
        house.add_anime(number, episodes=12, status="COMPLETED", progress=12)
        await house.place(number, tmdb(1), "1:1-12>1-12")
    await house.sync(on)
    found = await in_the_way(house)
    assert [number for number, _ in found[11]] == [12, 13, 14, 15, 16]
    assert all(found.values())


@BOTH
async def test_w11_an_open_end_stops_at_what_aired(house, on):
    media = {"status": "RELEASING", "next_airing": (6, 2_000_000_000)}
    house.add_anime(1, episodes=None, media=media, status="CURRENT", progress=5)
    house.add_show(1, {1: 12})
    await house.place(1, tmdb(1), "1:1->1-")
    await house.sync(on)
    assert watched(house, on, 1) == episodes(1, 1, 5)


@BOTH
async def test_w12_the_first_plan_waits_for_a_yes(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    report = await house.sync(on, approved=False)
    assert report.status is JobStatus.APPROVAL
    assert [problem.key for problem in report.problems] == ["first_plan"]
    assert dict(report.problems[0].placeholders) == {"entries": "1", "episodes": "3"}
    assert not watched(house, on, 1)
    assert (await house.sync(approved=False)).status is JobStatus.APPROVAL
    report = await house.sync(approved=False, approve=True)
    assert report.status is JobStatus.COMPLETED
    assert watched(house, on, 1) == episodes(1, 1, 3)
    house.change(1, progress=4)
    assert (await house.sync(approved=False)).counts["episodes"] == 1


@BOTH
async def test_w13_scores_travel_where_the_entry_fills_the_show(house, on):
    house.policy = {"scores": True}
    await house.simple(1, score=85)
    house.add_show(2, {1: 24})
    house.add_anime(3, episodes=12, status="COMPLETED", progress=12, score=70)
    await house.place(3, tmdb(2), "1:1-12>1-12")
    await house.place(4, tmdb(2), "1:1-12>13-24")
    await house.sync(on)
    if on == "trakt":
        assert house.trakt_ratings() == {1: 9}
    else:
        assert (house.plex_rating(1), house.plex_rating(2)) == (9, None)
    report = await house.sync()
    assert report.counts["new"] == 0


@BOTH
async def test_w13_private_and_adult_entries_stay_home(house, on):
    await house.simple(1, status="CURRENT", progress=3, private=True)
    await house.simple(2, status="CURRENT", progress=3)
    house.anilist.state.media[2].is_adult = True
    report = await house.sync(on)
    assert report.counts[WatchOutcome.FILTERED] == 2
    assert not watched(house, on, 1)
    assert not watched(house, on, 2)
    house.policy = {"private": True, "adult": True}
    await house.sync()
    assert watched(house, on, 1) == watched(house, on, 2) == episodes(1, 1, 3)


async def test_w13_planning_and_dropped_on_trakt(house):
    house.policy = {"watchlist": True, "dropped": True}
    await house.simple(1, status="PLANNING")
    await house.simple(2, status="DROPPED", progress=2)
    await house.sync("trakt")
    account = house.trakt.user("viewer")
    assert [listed.entry.title.tmdb for listed in account.watchlist] == [1]
    assert house.trakt_dropped() == {2}
    assert (await house.sync()).counts["new"] == 0


async def test_w14_a_whole_season_is_one_call(house):
    await house.simple(1, episodes=12)
    await house.sync("plex")
    assert house.plex.server.counts["PUT /:/scrobble"] == 1
    assert house.on_plex(1) == episodes(1, 1, 12)


async def test_w14_not_where_something_of_it_was_watched(house):
    """A season that is marked whole would count what was watched once more."""
    show = await house.simple(1, episodes=12)
    house.plex.server.watch(house.owner, show.seasons[1].episodes[3])
    await house.sync("plex")
    assert house.plex.server.counts["PUT /:/scrobble"] == 11
    assert house.on_plex(1) == episodes(1, 1, 12)


async def test_w14_not_where_the_entry_is_not_over(house):
    media = {"status": "RELEASING", "next_airing": (13, 2_000_000_000)}
    house.add_anime(1, episodes=24, media=media, status="CURRENT", progress=12)
    house.add_show(1, {1: 12})
    await house.place(1, tmdb(1), "1:1-24>1-24")
    await house.sync("plex")
    assert house.plex.server.counts["PUT /:/scrobble"] == 12


async def test_w14_not_where_an_episode_of_it_is_not_the_entrys(house):
    house.add_anime(1, episodes=12, status="COMPLETED", progress=12)
    house.add_show(1, {1: 13})
    await house.place(1, tmdb(1), "1:1-12>1-12")
    await house.sync("plex")
    assert house.plex.server.counts["PUT /:/scrobble"] == 12
    assert house.on_plex(1) == episodes(1, 1, 12)


async def test_i5_all_copies_are_written(house):
    other = house.plex.server.add_library("More anime", ordering="tmdbAiring")
    house.libraries.append(other)
    await house.simple(1, status="CURRENT", progress=3)
    copy = house.plex.server.add_show(other, "Show 1", {1: 12}, guids=["tmdb://1", "imdb://tt1"])
    await house.sync("plex")
    assert house.on_plex(1) == episodes(1, 1, 3)
    assert house.plex.server.watched(house.owner, copy) == episodes(1, 1, 3)


async def test_i5_copies_by_other_numbers_are_written_each_by_its_own(house):
    other = house.plex.server.add_library("More anime", ordering="aired")
    house.libraries.append(other)
    await house.simple(1, status="CURRENT", progress=3)
    await house.place(1, TargetId(Provider.TVDB_SHOW, "9001"), "2:1-12>1-12")
    aired = {(2, number): date(2015, 1, 5) for number in range(1, 13)}
    copy = house.plex.server.add_show(
        other, "Show by TVDB", {1: 5, 2: 12}, guids=["tvdb://9001"], aired=aired
    )
    await house.sync("plex")
    assert house.on_plex(1) == episodes(1, 1, 3)
    assert house.plex.server.watched(house.owner, copy) == episodes(2, 1, 3)


async def test_i3_a_copy_that_aired_at_another_time_is_for_review(house):
    """One copy is written; where the entry lies in the other is for a person to say."""
    other = house.plex.server.add_library("More anime", ordering="aired")
    house.libraries.append(other)
    await house.simple(1, status="CURRENT", progress=3)
    await house.place(1, TargetId(Provider.TVDB_SHOW, "9001"), "2:1-12>1-12")
    aired = {(2, number): date(2011, 1, 5) for number in range(1, 13)}
    copy = house.plex.server.add_show(
        other, "Show by TVDB", {1: 5, 2: 12}, guids=["tvdb://9001"], aired=aired
    )
    await house.sync("plex")
    report = await house.sync()
    assert house.on_plex(1) == episodes(1, 1, 3)
    assert not house.plex.server.watched(house.owner, copy)
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {1: "dates"}


async def test_i5_a_numbering_that_nobody_knows_is_for_review(house):
    show = await house.simple(1, status="CURRENT", progress=3)
    show.ordering = "dvd"
    report = await house.sync("plex")
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {1: "ordering"}


@BOTH
async def test_i6_a_film_that_is_a_special_is_written_once(house, on):
    media = {"format": "MOVIE"}
    house.add_anime(1, episodes=1, media=media, status="COMPLETED", progress=1)
    house.add_film(77)
    house.add_show(5, {0: 3, 1: 12})
    await house.place(1, film(77), "-1:1>1")
    await house.place(1, tmdb(5), "0:1>2")
    await house.sync(on)
    assert not watched(house, on, 5)
    if on == "plex":
        assert house.on_plex(77) == {(0, 0): 1}
    else:
        assert house.on_trakt() == {(77, None): 1}


async def test_i6_the_special_counts_as_watched(house):
    media = {"format": "MOVIE"}
    house.add_anime(1, episodes=1, media=media, status="COMPLETED", progress=1)
    house.add_film(77)
    show = house.add_show(5, {0: 3, 1: 12})
    await house.place(1, film(77), "-1:1>1")
    await house.place(1, tmdb(5), "0:1>2")
    house.plex.server.watch(house.owner, show.seasons[0].episodes[2])
    report = await house.sync("plex")
    assert report.counts["new"] == 0
    assert not house.on_plex(77)


async def film_that_is_a_special(house):
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    await house.place(1, film(77), "-1:1>1")
    await house.place(1, tmdb(5), "0:1>2")
    return house.add_show(5, {0: 3, 1: 12}).seasons[0].episodes[2]


@BOTH
async def test_w3_i6_a_special_that_was_taken_back_is_not_written_as_a_film(house, on):
    """Whoever had marked it."""
    special = await film_that_is_a_special(house)
    house.add_film(77)
    house.plex.server.watch(house.owner, special)
    plays = house.trakt.watch([house.trakt_episode(5, 0, 2)], START)
    assert (await house.sync(on)).counts[WatchOutcome.IN_STEP] == 1
    house.plex.server.unmark(house.owner, special)
    await house.trakt_tracker.trakt.history.remove(plays)
    for _ in range(2):
        house.change(1, score=10)
        report = await house.sync(full=True)
        assert report.counts[WatchOutcome.TAKEN_BACK] == 1
    assert not watched(house, on, 5)
    assert not watched(house, on, 77)


async def test_w3_i6_a_special_that_was_taken_back_before_the_film_was_there(house):
    special = await film_that_is_a_special(house)
    await house.sync("plex")
    assert house.on_plex(5) == {(0, 2): 1}
    house.plex.server.unmark(house.owner, special)
    assert (await house.sync(full=True)).counts[WatchOutcome.TAKEN_BACK] == 1
    house.add_film(77)
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.TAKEN_BACK] == 1
    assert not house.on_plex(77)


async def test_what_trakt_does_not_know_is_for_review(house):
    house.add_anime(1, status="COMPLETED", progress=12)
    await house.place(1, tmdb(404), "1:1-12>1-12")
    report = await house.sync("trakt")
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {1: "not_on_tracker"}


async def test_a_show_without_a_place_is_for_review(house):
    house.add_anime(1, status="COMPLETED", progress=12)
    report = await house.sync("trakt")
    assert await reasons(house) == {1: "unknown"}
    assert report.unmatched_titles == ("Anime 1",)


async def test_a_person_who_knows_better_wins(house):
    await house.simple(1, status="CURRENT", progress=3)
    house.add_show(2, {4: 12})
    await house.place(1, tmdb(1), "1:1-12>1-12")
    await house.map(1, tmdb(2), "4:1-12>1-12")
    await house.sync("plex")
    assert not house.on_plex(1)
    assert house.on_plex(2) == episodes(4, 1, 3)


async def test_one_title_alone(house):
    for number in (1, 2):
        await house.simple(number, status="CURRENT", progress=3)
    report = await house.sync("plex", anilist=1, dry_run=True)
    (decision,) = report.decisions
    assert decision.as_dict()["episodes"] == ["S01E01", "S01E02", "S01E03"]
    assert not house.on_plex(1)
    report = await house.sync("plex", anilist=1)
    assert house.on_plex(1) == episodes(1, 1, 3)
    assert not house.on_plex(2)


async def test_a_list_that_reads_far_shorter_is_not_believed(house):
    for number in range(1, 31):
        house.add_anime(number, status="PLANNING")
    await house.sync("plex")
    for number in range(2, 31):
        house.anilist.remove_entry("viewer", number)
    report = await house.sync(full=True)
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["invalid_answer"]
    # Read so once more, it was a person.
    report = await house.sync(full=True)
    assert report.counts["entries"] == 1


async def test_without_tables_it_waits(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.lose_tables()
    house.requests()
    report = await house.sync("plex")
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["no_mappings"]
    assert not house.requests()
    await house.have_tables()
    assert (await house.sync()).counts["episodes"] == 3
