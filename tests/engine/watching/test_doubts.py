"""Writes of which nobody knows what became of them, and readings that cannot be believed."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.placement import FILM
from custom_components.media_list_sync.engine.store import (
    bases as stored,
    journal,
    tracked,
    tracked_aside,
)
from custom_components.media_list_sync.engine.store.tracked_rows import EpisodeRow, UnitRow
from custom_components.media_list_sync.engine.watching import bases
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.faults import Failure, Fault
from simulators.trakt import Entry

from .house import START, film, tmdb
from .test_rules import BOTH, episodes, reasons, watched

WRITES = {"plex": ("PUT", "scrobble"), "trakt": ("POST", "/sync/history")}


def fault(house, on, failure, **values):
    service = house.plex.server if on == "plex" else house.trakt
    method, path = WRITES[on]
    service.faults.add(Fault(failure, method, path, **values))
    return service.faults


async def bases_of(house, on):
    rows = await house.store.run(stored.load, f"pairing_{on}")
    return {anilist: bases.from_json(text) for (anilist, _), text in rows.items()}


async def outcomes(house):
    rows = await house.store.run(lambda c: c.execute("SELECT outcome FROM journal").fetchall())
    return [outcome for (outcome,) in rows]


class Meanwhile:
    """A tracker, with somebody who comes between our reading and our writing."""

    def __init__(self, tracker, what):
        self.tracker = tracker
        self.what = what

    def __getattr__(self, name):
        return getattr(self.tracker, name)

    async def write(self, batch):
        self.what()
        return await self.tracker.write(batch)


@BOTH
async def test_what_was_done_without_an_answer_is_ours(house, on):
    """It is known what it would take to take it back, and that a person may have done so."""
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, on, Failure.CUT_AFTER)
    report = await house.sync(on)
    assert report.status is JobStatus.DEFERRED
    faults.clear()
    while (await house.sync()).counts["new"]:
        pass
    assert watched(house, on, 1) == episodes(1, 1, 3)
    found = (await bases_of(house, on))[1]
    assert len(found.marked) == 3
    assert all(found.marked.values()), "by the tracker's own names (W10)"
    assert None not in await outcomes(house)


@BOTH
async def test_what_was_not_done_is_done_again(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    faults = fault(house, on, Failure.CUT)
    await house.sync(on)
    faults.clear()
    assert (await house.sync()).counts["episodes"] == 3
    assert watched(house, on, 1) == episodes(1, 1, 3)


@pytest.mark.parametrize("status", [401, 403, 429, 400])
async def test_one_call_refused_says_nothing_of_those_before(house, status):
    await house.simple(1, status="CURRENT", progress=6)
    faults = fault(house, "plex", Failure.STATUS, status=status, after=4)
    report = await house.sync("plex")
    assert report.status in (JobStatus.DEFERRED, JobStatus.FAILED)
    assert len(house.on_plex(1)) == 4
    faults.clear()
    await house.sync()
    assert house.on_plex(1) == episodes(1, 1, 6)
    assert len((await bases_of(house, "plex"))[1].marked) == 6


@pytest.mark.parametrize("failure", [Failure.CUT_AFTER, Failure.TRUNCATE])
async def test_a_film_without_an_answer(house, failure):
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(1, film(77), "-1:1>1")
    faults = fault(house, "trakt", failure)
    await house.sync("trakt")
    faults.clear()
    await house.sync()
    assert house.on_trakt() == {(77, None): 1}
    assert len((await bases_of(house, "trakt"))[1].marked) == 1


async def test_a_film_that_somebody_else_marks_just_before(house):
    """W8, also for a film of which Trakt had nothing to tell before."""
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(1, film(77), "-1:1>1")
    seen = Entry(house.trakt.state.titles.find("movie", "tmdb", 77).title)
    house.wrap = lambda tracker: Meanwhile(tracker, lambda: house.trakt.watch([seen], START))
    await house.sync("trakt")
    assert house.on_trakt() == {(77, None): 1}


async def test_a_season_that_got_an_episode_since_it_was_read(house):
    """W14: the new one is another entry's, and nobody has watched it."""
    house.add_anime(1, episodes=12, status="CURRENT", progress=0)
    show = house.add_show(1, {1: 13})
    await house.place(1, tmdb(1), "1:1-12>1-12")
    late = show.seasons[1].episodes.pop(13)
    await house.sync("plex")
    show.seasons[1].episodes[13] = late
    house.change(1, status="COMPLETED", progress=12)
    await house.sync()
    assert house.on_plex(1) == episodes(1, 1, 12)


async def test_a_season_that_somebody_watches_meanwhile(house):
    show = await house.simple(1, status="CURRENT", progress=0)
    await house.sync("plex")
    house.change(1, status="COMPLETED", progress=12)
    watch = [show.seasons[1].episodes[n] for n in (3, 4)]

    def somebody():
        while watch:
            house.plex.server.watch(house.owner, watch.pop())

    house.wrap = lambda tracker: Meanwhile(tracker, somebody)
    await house.sync()
    assert house.on_plex(1) == episodes(1, 1, 12)


async def test_a_show_in_doubt_that_is_gone(house):
    """Its library is not taken for one of films, nor the rest of it for gone."""
    for number in (1, 2):
        await house.simple(number, status="CURRENT", progress=3)
    await house.sync("plex")
    house.change(1, progress=5)
    faults = fault(house, "plex", Failure.CUT)
    await house.sync()
    faults.clear()
    house.plex.server.remove(house.shows[1])
    house.change(2, progress=6)
    report = await house.sync()
    assert house.on_plex(2) == episodes(1, 1, 6)
    assert report.counts[WatchOutcome.NOT_THERE] == 1
    assert await reasons(house) == {}


async def test_a_doubt_whose_answer_is_cut_short(house):
    for number in (1, 2):
        await house.simple(number, status="CURRENT", progress=3)
    fault(house, "plex", Failure.CUT)
    await house.sync("plex")
    house.plex.server.faults.clear()
    house.plex.server.faults.add(Fault(Failure.TRUNCATE, "GET", "allLeaves"))
    report = await house.sync()
    assert report.status is JobStatus.DEFERRED
    house.plex.server.faults.clear()
    assert (await house.sync()).counts["episodes"] == 6
    assert await house.store.run(journal.open_entries, "anilist") == ()


async def test_a_library_that_reads_empty_once(house):
    for number in range(1, 4):
        await house.simple(number, episodes=12)
    await house.sync("plex")
    await house.sync(full=True)
    shows = dict(house.anime_library.items)
    house.anime_library.items.clear()
    house.plex.state.changed(house.anime_library)
    report = await house.sync(full=True)
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["invalid_answer"]
    house.anime_library.items.update(shows)
    house.plex.state.changed(house.anime_library)
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.IN_STEP] == 3
    assert report.counts["new"] == 0


async def test_a_small_library_that_reads_empty_for_a_day(house):
    """Too small to be doubted: nothing is concluded from it all the same."""
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    shows = dict(house.anime_library.items)
    house.anime_library.items.clear()
    house.plex.state.changed(house.anime_library)
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.NOT_THERE] == 1
    house.anime_library.items.update(shows)
    house.plex.state.changed(house.anime_library)
    house.change(1, progress=4)
    await house.sync(full=True)
    assert house.on_plex(1) == episodes(1, 1, 4)


async def test_a_library_in_which_nothing_was_watched_once(house):
    """As a server answers that has lost its users for a moment."""
    for number in range(1, 4):
        await house.simple(number, episodes=12)
    await house.sync("plex")
    await house.sync(full=True)
    views = house.plex.state.views.of(house.owner)
    kept = dict(views)
    views.clear()
    report = await house.sync(full=True)
    assert report.status is JobStatus.DEFERRED
    views.update(kept)
    report = await house.sync(full=True)
    assert report.counts[WatchOutcome.IN_STEP] == 3
    assert all(house.on_plex(number) == episodes(1, 1, 12) for number in range(1, 4))


async def test_a_history_that_reads_empty_once(house):
    for number in range(1, 4):
        await house.simple(number, episodes=12)
    await house.sync("trakt")
    await house.sync(full=True)
    plays = house.trakt.user("viewer").plays
    house.trakt.user("viewer").plays = type(plays)()
    report = await house.sync(full=True)
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["invalid_answer"]
    house.trakt.user("viewer").plays = plays
    report = await house.sync(full=True)
    assert report.counts["new"] == 0
    assert sum(house.on_trakt().values()) == 36


async def test_a_list_that_reads_empty_once(house):
    """Also where it is short; and nothing is un-watched even if it is believed."""
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    kept = dict(house.anilist.user().entries)
    house.anilist.user().entries.clear()
    report = await house.sync(full=True)
    assert report.status is JobStatus.DEFERRED
    assert report.counts["entries"] == 1
    assert house.on_plex(1) == episodes(1, 1, 3)
    house.anilist.user().entries.update(kept)
    report = await house.sync(full=True)
    assert (report.status, report.counts["new"]) == (JobStatus.COMPLETED, 0)


async def test_a_library_that_is_gone_is_not_looked_for_by_reading_all_others(house):
    other = house.plex.server.add_library("More anime")
    house.libraries.append(other)
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    del house.plex.state.libraries[other.number]
    await house.sync(full=True)
    house.requests()
    await house.sync()
    assert house.requests() == {"anilist": 1, "plex": 3}
    house.plex.state.libraries[other.number] = other
    house.plex.server.add_show(other, "Show 2", {1: 12}, guids=["tmdb://2"])
    house.add_anime(2, status="CURRENT", progress=2, updated_at=1_700_001_000)
    await house.place(2, tmdb(2), "1:1-12>1-12")
    assert (await house.sync()).counts["episodes"] == 2


async def test_a_server_that_says_it_has_no_libraries_at_all(house):
    """As one does that has just started."""
    await house.simple(1, status="CURRENT", progress=3)
    kept = dict(house.plex.state.libraries)
    house.plex.state.libraries.clear()
    report = await house.sync("plex")
    assert report.status is JobStatus.DEFERRED
    house.plex.state.libraries.update(kept)
    assert (await house.sync(after=timedelta(minutes=15))).counts["episodes"] == 3


async def test_two_accounts_that_are_read_at_once(house):
    """Each takes over what is its own, in whatever order the pages come."""

    def row(account):
        return [UnitRow(f"unit of {account}", "films", "", ())]

    run = house.store.run
    for account in ("one", "two"):
        await run(tracked_aside.begin_reading, account)
        await run(tracked_aside.put_aside, account, row(account))
    await run(tracked_aside.adopt_section, "one", "films")
    await run(tracked_aside.put_aside, "two", [], [EpisodeRow("unit of two", FILM, watched_at=1)])
    assert await run(tracked.keys, "two") == set()
    assert await run(tracked_aside.watched_aside, "two") == 1
    await run(tracked_aside.adopt_section, "two", "films")
    for account in ("one", "two"):
        assert await run(tracked.keys, account) == {f"unit of {account}"}


async def test_a_reading_that_is_not_whole_any_more(house):
    """Trakt's quick reading is whole one day and cut the next: what was read by it is forgotten."""
    for number in (1, 2, 3):
        await house.simple(number, status="CURRENT", progress=3)
    await house.sync("trakt")
    await house.sync(full=True)
    house.trakt.cut_least(1)
    house.trakt.watch([house.trakt_episode(1, 1, 4)], START)
    house.change(1, progress=5)
    await house.sync(after=timedelta(days=8))  # for which the seasons are read anew
    assert watched(house, "trakt", 1) == episodes(1, 1, 5)
