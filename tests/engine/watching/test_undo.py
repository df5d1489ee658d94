"""Taking a sync back: what it wrote, and only that, and not to be written again (W12)."""

from datetime import UTC, datetime, timedelta

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault, Faults

from .house import OLD, film, tmdb
from .test_both_ways import LATE, episodes, listed, watch, watched

DAY = 86_400
BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])


@pytest.fixture
def both(house):
    house.policy = {"direction": Direction.BOTH}
    return house


def outcomes(report):
    return {one.anilist: str(one.outcome) for one in report.decisions}


async def marked_now(house, on):
    """Sync at the simulators' own time: a server puts down when it was asked to mark."""
    house.clock.time = datetime.now(UTC)
    return await house.sync(on, after=timedelta())


@BOTH
async def test_w12_undo_takes_back_what_was_marked_and_it_stays_so(house, on):
    await house.simple(1, status="CURRENT", progress=2)
    watch(house, on, 1, 1, [1])
    await house.simple(2)
    await marked_now(house, on)
    assert watched(house, on, 1) == episodes(1, 1, 2)
    dry = await house.sync(undo=True, dry_run=True, after=timedelta())
    assert outcomes(dry) == {1: "undone", 2: "undone"}
    assert watched(house, on, 2) == episodes(1, 1, 12)
    report = await house.sync(undo=True, after=timedelta())
    assert report.status is JobStatus.COMPLETED
    assert (report.counts["undone"], report.counts["episodes"]) == (2, 13)
    assert watched(house, on, 1) == episodes(1, 1, 1)
    assert watched(house, on, 2) == {}
    report = await house.sync(full=True)
    assert report.counts["new"] == 0
    assert report.counts[WatchOutcome.TAKEN_BACK] == 2
    assert watched(house, on, 2) == {}
    # It was undone, and once.
    again = await house.sync(undo=True)
    assert again.decisions == ()


@BOTH
@pytest.mark.parametrize(("last", "after"), [(3, ("REPEATING", 3, 0)), (12, ("COMPLETED", 12, 1))])
async def test_w12_an_undone_rewatch_stays_undone(both, on, last, after):
    """What was played of it by then does not count; what is played from then on does (W4)."""
    await both.simple(1)
    watch(both, on, 1, 1, range(1, 13), LATE - 90 * DAY)
    await both.sync(on)
    both.change(1, status="REPEATING", progress=0, at=LATE)
    watch(both, on, 1, 1, range(1, last + 1), LATE + DAY)
    both.clock.time = datetime.fromtimestamp(LATE + 2 * DAY, UTC)
    await both.sync(full=True)
    assert listed(both, 1) == after
    await both.sync(undo=True)
    for _ in range(2):
        assert (await both.sync(full=True)).counts["new"] == 0
        assert listed(both, 1) == ("REPEATING", 0, 0)
    watch(both, on, 1, 1, [1, 2], LATE + 9 * DAY)
    await both.sync(full=True)
    assert listed(both, 1) == ("REPEATING", 2, 0)


@BOTH
async def test_what_was_watched_since_is_not_taken_back(house, on):
    await house.simple(1, status="CURRENT", progress=3)
    await marked_now(house, on)
    watch(house, on, 1, 1, [2], int(datetime.now(UTC).timestamp()) + 7200)
    report = await house.sync(undo=True, after=timedelta(hours=3))
    left = {(1, 2): 2} if on == "plex" else {(1, 2): 1}
    assert watched(house, on, 1) == left
    assert report.counts["episodes"] == (2 if on == "plex" else 3)


@pytest.mark.parametrize("is_read", [False, True])
async def test_a_film_that_trakt_had_nothing_of_before(house, is_read):
    """It was marked by an id of another service; whether it was read since or not."""
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    house.add_film(77)
    await house.place(1, film(77), "-1:1>1")
    await marked_now(house, "trakt")
    if is_read:
        await house.sync(full=True, after=timedelta(minutes=1))
    report = await house.sync(undo=True, after=timedelta(minutes=1))
    assert outcomes(report) == {1: "undone"}
    assert not house.on_trakt()
    assert (await house.sync(full=True)).counts["new"] == 0
    assert not house.on_trakt()


@BOTH
async def test_what_is_gone_already_is_no_error(house, on):
    await house.simple(1, status="CURRENT", progress=1)
    await marked_now(house, on)
    if on == "plex":
        house.plex.server.unmark(house.owner, house.shows[1].seasons[1].episodes[1])
    else:
        (play,) = house.trakt.user("viewer").plays.newest_first()
        house.trakt.user("viewer").plays.remove(play.number)
    report = await house.sync(undo=True, after=timedelta())
    assert outcomes(report) == {1: "gone"}
    assert (await house.sync(full=True)).counts["new"] == 0


@BOTH
async def test_undo_gives_anilist_back_its_former_values(both, on):
    await both.simple(1, status="PAUSED", progress=2, started=(2030, 1, 1))
    await both.sync(on)
    watch(both, on, 1, 1, range(1, 13))
    await both.sync(full=True)
    entry = both.anilist.user("viewer").entries[1]
    assert listed(both, 1) == ("COMPLETED", 12, 0)
    report = await both.sync(undo=True)
    assert outcomes(report) == {1: "undone"}
    assert listed(both, 1) == ("PAUSED", 2, 0)
    assert entry.started == (2030, 1, 1)
    assert entry.completed == (None, None, None)
    for _ in range(2):
        assert (await both.sync(full=True)).counts["new"] == 0
    assert listed(both, 1) == ("PAUSED", 2, 0)


async def test_undo_of_a_completion_is_not_completed_again(both):
    await both.simple(1, status="CURRENT", progress=12)
    watch(both, "plex", 1, 1, range(1, 13))
    await both.sync("plex")
    assert listed(both, 1) == ("COMPLETED", 12, 0)
    await both.sync(undo=True)
    for _ in range(2):
        await both.sync(full=True)
    assert listed(both, 1) == ("CURRENT", 12, 0)


async def test_w6_an_undo_leaves_no_new_play_where_a_person_has_played_too(both):
    """What is left is what was there before: no reason to complete what was taken back."""
    await both.simple(1)
    await both.sync("trakt")
    watch(both, "trakt", 1, 1, range(1, 13), LATE)
    await both.sync(full=True)
    both.change(1, status="CURRENT", at=LATE + DAY)
    await both.sync(full=True)
    await both.sync(undo=True)
    assert watched(both, "trakt", 1) == episodes(1, 1, 12)
    for _ in range(2):
        await both.sync(full=True)
        assert listed(both, 1)[0] == "CURRENT"


async def test_an_entry_that_was_changed_since_keeps_what_it_says(both):
    await both.simple(1, status="CURRENT", progress=2)
    await both.simple(2, status="CURRENT", progress=2)
    await both.sync("plex")
    for number in (1, 2):
        watch(both, "plex", number, 1, [3, 4])
    await both.sync(full=True)
    both.change(1, progress=7, at=LATE + 500)
    both.change(2, progress=2, at=LATE + 501)
    report = await both.sync(undo=True)
    assert outcomes(report) == {1: "changed", 2: "gone"}
    assert listed(both, 1) == ("CURRENT", 7, 0)


async def test_a_second_undo_goes_one_sync_further_back(both):
    """Also where something of the last one had to be left as it is."""
    both.policy |= {"add": True, "scores": True}
    await both.simple(1, status="CURRENT", progress=1)
    await both.simple(2, status="CURRENT", progress=2)
    await both.sync("plex")
    watch(both, "plex", 1, 1, [2, 3])
    await both.sync(full=True)
    both.add_anime(9)
    both.add_show(9, {1: 12})
    await both.place(9, tmdb(9), "1:1-12>1-12")
    watch(both, "plex", 9, 1, [1])
    watch(both, "plex", 2, 1, [3])
    both.change(1, score=80)
    await both.sync(full=True)
    both.change(2, progress=4, at=LATE + 500)
    for is_dry in (True, False):
        report = await both.sync(undo=True, dry_run=is_dry, after=timedelta(minutes=10))
        assert outcomes(report) == {1: "undone", 2: "changed", 9: "undone"}
    assert outcomes(await both.sync(undo=True, after=timedelta(minutes=10))) == {1: "undone"}
    assert listed(both, 1) == ("CURRENT", 1, 0)


async def test_an_undo_that_breaks_off_goes_on_where_it_was(both):
    for number in range(1, 16):
        await both.simple(number, status="CURRENT", progress=1)
    await both.sync("plex")
    for number in range(1, 16):
        watch(both, "plex", number, 1, [2, 3])
    await both.sync(full=True)
    both.anilist.faults.add(Fault(Failure.STATUS, status=500, after=2))
    report = await both.sync(undo=True, after=timedelta(minutes=10))
    assert report.status is JobStatus.DEFERRED
    assert report.counts["undone"] == 10
    both.anilist.faults.clear()
    report = await both.sync(undo=True, after=timedelta(minutes=10))
    assert report.counts["undone"] == 5
    assert report.status is JobStatus.COMPLETED
    assert {listed(both, number) for number in range(1, 16)} == {("CURRENT", 1, 0)}


class Refusing(Faults):
    """An AniList that takes no change to one entry."""

    def __init__(self, entry):
        super().__init__()
        self.entry = entry

    async def answer(self, request, handler):
        if self.entry.id not in (await request.json())["variables"].values():
            return await handler(request)
        error = {"message": "validation", "status": 400, "validation": {"progress": ["no"]}}
        return web.json_response({"errors": [error], "data": None}, status=400)


async def test_an_entry_that_was_deleted_is_not_put_on_the_list_again(both):
    await both.simple(1, status="PAUSED", progress=1)
    await both.simple(2, status="CURRENT", progress=1)
    await both.sync("plex")
    watch(both, "plex", 1, 1, [2, 3])
    await both.sync(full=True)
    both.anilist.remove_entry("viewer", 1)
    report = await both.sync(undo=True, after=timedelta(minutes=10))
    assert outcomes(report) == {1: "gone"}
    assert 1 not in both.anilist.user("viewer").entries


async def test_what_anilist_refuses_does_not_keep_the_rest(both):
    for number in (1001, 1002, 1003):
        await both.simple(number, status="CURRENT", progress=1)
    await both.sync("plex")
    for number in (1001, 1002, 1003):
        watch(both, "plex", number, 1, [2, 3])
    await both.sync(full=True)
    refused = both.anilist.user("viewer").entries[1002]
    usual, both.anilist.faults = both.anilist.faults, Refusing(refused)
    report = await both.sync(undo=True, after=timedelta(minutes=10))
    assert report.status is JobStatus.PARTIAL
    assert outcomes(report) == {1001: "undone", 1002: "failed", 1003: "undone"}
    both.anilist.faults = usual
    report = await both.sync(undo=True, after=timedelta(minutes=10))
    assert report.status is JobStatus.COMPLETED
    assert outcomes(report) == {1002: "undone"}
    assert {listed(both, number) for number in (1001, 1002, 1003)} == {("CURRENT", 1, 0)}


@pytest.mark.parametrize(("share", "is_braked"), [(20, True), (100, False)])
async def test_a_plan_that_touches_too_much_waits_for_a_yes(both, share, is_braked):
    both.policy["brake"] = share
    for number in range(1, 61):
        await both.simple(number, episodes=3, status="CURRENT", progress=1)
    await both.sync("plex")
    assert watched(both, "plex", 60) == episodes(1, 1, 1)
    for number in range(1, 61):
        both.change(number, progress=2, at=OLD + 1000 + number)
    report = await both.sync(approved=False)
    assert (report.status is JobStatus.APPROVAL) is is_braked
    if is_braked:
        assert [(one.key, one.placeholders["entries"]) for one in report.problems] == [
            ("large_plan", "60")
        ]
        assert watched(both, "plex", 1) == episodes(1, 1, 1)
        report = await both.sync(approve=True, approved=False)
    assert report.counts["episodes"] == 60
    assert watched(both, "plex", 60) == episodes(1, 1, 2)
