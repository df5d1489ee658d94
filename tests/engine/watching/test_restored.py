"""A database from a backup: nothing is done for what it does not know of."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import bases as stored, journal, standings
from custom_components.media_list_sync.engine.watching import bases, held
from custom_components.media_list_sync.engine.watching.plan import ActionKind, WatchOutcome
from simulators.faults import Failure, Fault

from ..backups import back_up, put_back
from .house import OLD, tmdb
from .test_rules import BOTH, episodes, reasons, watched

WRITES = {"plex": ("PUT", "/:/scrobble"), "trakt": ("POST", "/sync/history")}


@asynccontextmanager
async def restored(house):
    """Back up, let the world go on, and restore."""
    copy = await back_up(house.store, house.path)
    yield
    await house.store.close()
    put_back(house.path, copy)
    house.open()


async def unmark(house, on, number, *numbers):
    """Let a person take episodes back."""
    if on == "plex":
        for one in numbers:
            house.plex.server.unmark(house.owner, house.shows[number].seasons[1].episodes[one])
        return
    plays = [
        play.number
        for play in house.trakt.user("viewer").plays.newest_first()
        if play.entry.title.tmdb == number and play.entry.episode in numbers
    ]
    await house.trakt_tracker.trakt.history.remove(plays)


async def in_doubt(house, on, **values):
    """Begin an anime whose first three episodes are being marked without an answer."""
    await house.simple(1, status="CURRENT", progress=3, **values)
    service = house.plex.server if on == "plex" else house.trakt
    method, path = WRITES[on]
    service.faults.add(Fault(Failure.CUT_AFTER, method, path))
    assert (await house.sync(on)).status is JobStatus.DEFERRED
    service.faults.clear()


async def approve(house):
    """Say yes to the plan, and sync as often as there is something left."""
    report = await house.sync(approved=False, approve=True)
    while report.counts["new"]:
        report = await house.sync(approved=False)
    return report


@BOTH
async def test_w12_the_next_plan_waits_for_a_yes(house, on):
    """And it is about what there is now: what was marked since the backup is not marked again."""
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync(on)
    async with restored(house):
        house.change(1, progress=5)
        await house.sync()
    house.change(1, progress=6, at=OLD + 2000)
    report = await house.sync(approved=False)
    assert report.status is JobStatus.APPROVAL
    assert report.problems[0].placeholders == {"entries": "1", "episodes": "1"}
    assert watched(house, on, 1) == episodes(1, 1, 5)
    await approve(house)
    assert watched(house, on, 1) == episodes(1, 1, 6)


@BOTH
async def test_where_there_is_nothing_to_do_nothing_is_asked(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync(on)
    async with restored(house):
        pass
    report = await house.sync(approved=False)
    assert report.status is JobStatus.COMPLETED
    assert report.changed, "the last result is not told once more"
    assert report.counts[WatchOutcome.IN_STEP] == 1
    assert (await bases_of(house))[1].is_pair


@BOTH
async def test_w3_what_was_unmarked_since_the_backup_stays_so(house, on):
    """Also what was unmarked before, and a yes to the plan is none to that."""
    await house.simple(1, status="CURRENT", progress=6)
    await house.sync(on)
    await unmark(house, on, 1, 5)
    await house.sync(full=True)
    async with restored(house):
        await unmark(house, on, 1, 2)
    house.change(1, progress=7)
    report = await house.sync(approved=False)
    assert report.problems[0].placeholders == {"entries": "1", "episodes": "1"}
    report = await approve(house)
    assert report.counts[WatchOutcome.TAKEN_BACK] == 1
    assert set(watched(house, on, 1)) == {(1, number) for number in (1, 3, 4, 6, 7)}


@BOTH
async def test_w10_what_was_marked_and_would_lie_elsewhere_is_asked_about(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    house.add_show(2, {1: 12})
    await house.sync(on)
    async with restored(house):
        pass
    await house.place(1, tmdb(1), "-")
    await house.place(1, tmdb(2), "1:1-12>1-12")
    await house.sync(approved=False, full=True)
    assert await reasons(house) == {1: "placement_changed"}
    assert not watched(house, on, 2)


async def test_w9_no_day_is_made_up_from_what_was_known_then(house):
    """The last change on AniList may be long after the watching."""
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("trakt")
    async with restored(house):
        house.change(1, progress=5, at=int(datetime(2026, 11, 20, 20, tzinfo=UTC).timestamp()))
    await house.sync(approved=False, approve=True)
    plays = house.trakt.user("viewer").plays.newest_first()
    assert {play.entry.episode: play.watched_at.year for play in plays} == dict.fromkeys(
        range(1, 6), 1970
    )


async def test_both_sides_are_read_whole(house):
    """What went from the list since is not acted on because the backup has it."""
    await house.simple(1, status="CURRENT", progress=3)
    house.add_anime(2, status="CURRENT", progress=3)
    await house.place(2, tmdb(2), "1:1-12>1-12")
    await house.sync("plex")
    async with restored(house):
        house.anilist.remove_entry("viewer", 2)
        house.add_show(2, {1: 12})
    house.requests()
    await approve(house)
    assert not house.on_plex(2)
    assert house.requests()["plex"] > 3


@BOTH
async def test_what_was_being_marked_is_neither_ours_nor_marked_again(house, on):
    """It was done after the copy was made; a person unmarked some of it since."""
    await in_doubt(house, on)
    async with restored(house):
        await house.sync()
        await unmark(house, on, 1, 2)
    assert await house.store.run(journal.open_entries) == ()
    assert await outcomes(house) == {"held"}
    left = {(1, 1): 1, (1, 3): 1}
    report = await house.sync(approved=False)
    assert report.counts[WatchOutcome.REVIEW] == 1
    await approve(house)
    assert watched(house, on, 1) == left
    assert await reasons(house) == {1: "in_doubt"}
    found = (await bases_of(house))[1]
    assert not found.marked
    assert {spot.number for spot in found.doubtful} == {2}
    # It holds up nothing else.
    house.change(1, progress=4)
    await house.sync(approved=False)
    assert watched(house, on, 1) == left | {(1, 4): 1}
    await house.sync(approved=False)
    assert await reasons(house) == {1: "in_doubt"}


@pytest.mark.parametrize("mark", [True, False])
@BOTH
async def test_what_a_person_says_of_it_counts(house, on, mark):
    await in_doubt(house, on)
    async with restored(house):
        await house.sync()
        await unmark(house, on, 1, 2)
    await approve(house)
    await house.store.run(held.answer, house.job.id, 1, mark=mark)
    assert await reasons(house) == {}
    report = await approve(house)
    assert report.counts[WatchOutcome.IN_STEP if mark else WatchOutcome.TAKEN_BACK] == 1
    assert watched(house, on, 1) == {(1, n): 1 for n in ((1, 2, 3) if mark else (1, 3))}
    assert await reasons(house) == {}


@BOTH
async def test_what_is_watched_is_in_doubt_no_more(house, on):
    await in_doubt(house, on)
    async with restored(house):
        await house.sync()
    report = await approve(house)
    assert report.counts[WatchOutcome.IN_STEP] == 1
    assert await reasons(house) == {}
    assert not (await bases_of(house))[1].doubtful


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (ActionKind.RATE, {"status": "CURRENT", "score": 80}),
        (ActionKind.LIST, {"status": "PLANNING"}),
        (ActionKind.DROP, {"status": "DROPPED"}),
    ],
)
async def test_what_else_was_being_carried_over_is_not_again(house, kind, values):
    """A person may have given another rating, or taken it off the watchlist."""
    house.policy = {"scores": True, "watchlist": True, "dropped": True}
    await house.simple(1, **values)
    plan = await house.sync("trakt", dry_run=True)
    assert plan.counts[WatchOutcome.UPDATE] == 1

    def under_way(connection):
        action = {"kind": str(kind), "rating": 8, "season": None, **ACTION}
        journal.begin(connection, "run", house.job.id, "anilist", action)
        # And a request of a list, which is none of a pairing's.
        journal.begin(connection, "run", "list", "seerr", {"media_type": "movie", "tmdb_id": 1})

    await house.store.run(under_way)
    async with restored(house):
        pass
    assert await house.store.run(journal.open_entries) == ()
    report = await house.sync("trakt", dry_run=True)
    assert report.counts[WatchOutcome.UPDATE] == 0


ACTION = {"anilist": 1, "title": "", "unit": "s500001", "target": "tmdb_show:1", "spots": ""}


async def test_all_of_it_is_done_once_though_killed_in_between(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    async with restored(house):
        house.change(1, progress=5)

    class CrashError(BaseException):
        """The process is gone."""

    answer, calls = house.store._on_restore, []

    def die(connection, now):
        calls.append(now)
        answer(connection, now)
        raise CrashError

    house.store._on_restore = die
    with pytest.raises(CrashError):
        await house.store.open()
    await house.store.close()
    house.open()
    assert (await house.sync(approved=False)).status is JobStatus.APPROVAL
    assert house.store.from_backup
    await approve(house)
    assert house.on_plex(1) == episodes(1, 1, 5)
    await house.restart()
    house.store._on_restore = die
    house.change(1, progress=6, at=OLD + 2000)
    report = await house.sync(approved=False)
    assert (report.status, report.counts["episodes"]) == (JobStatus.COMPLETED, 1)
    assert not house.store.from_backup
    assert len(calls) == 1


async def test_no_result_stands(house):
    await house.store.run(standings.put, "pairing_plex", "inputs", None)
    async with restored(house):
        pass
    now = house.clock.utc()
    assert not await house.store.run(standings.holds, "pairing_plex", "inputs", now)


async def bases_of(house):
    rows = await house.store.run(stored.load, house.job.id)
    return {anilist: bases.from_json(text) for (anilist, _), text in rows.items()}


async def outcomes(house):
    rows = await house.store.run(lambda c: c.execute("SELECT outcome FROM journal").fetchall())
    return {outcome for (outcome,) in rows}
