"""Taking back ratings, the watchlist and dropped shows: what was there before is there again (W12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import journal
from custom_components.media_list_sync.engine.watching.policy import Direction
from simulators.faults import Failure, Fault
from simulators.trakt import Entry
from simulators.trakt.lists import Listed
from simulators.trakt.ratings import Rating

from .house import OLD, film, tmdb
from .test_both_ways import watch
from .test_doubts import Meanwhile
from .test_restored import restored
from .test_undo import marked_now, outcomes


class Side:
    """What a pairing writes beside episodes for one show: how it stands, and what a person does."""

    policy: dict
    entry: dict
    written: object = True
    former: object = False

    def __init__(self, house, on):
        self.house = house
        self.on = on

    async def fill(self, **values):
        self.house.policy = dict(self.policy)
        self.house.watchlist = True
        await self.house.restart()
        await self.house.simple(1, **(self.entry | values))

    def fail(self, failure):
        """Let the next write go wrong."""
        service = self.house.trakt
        if self.on == "plex":
            is_rated = isinstance(self, Rated)
            service = self.house.plex.server if is_rated else self.house.plex
        method = "PUT" if self.on == "plex" else "POST"
        return service.faults.add(Fault(failure, method, times=1))

    @property
    def later(self):
        return datetime.now(UTC) + timedelta(hours=2)

    @property
    def _title(self):
        return self.house.trakt.state.titles.find("show", "tmdb", 1).title

    @property
    def _viewer(self):
        return self.house.trakt.user("viewer")


class Rated(Side):
    """A score of what is in step otherwise, where the person had given another one before."""

    policy = {"scores": True}  # noqa: RUF012
    entry = {"score": 80}  # noqa: RUF012
    written = 8
    former: int | None = 5
    other = 3

    async def fill(self, **values):
        await super().fill(**values)
        watch(self.house, self.on, 1, 1, range(1, 13), OLD)
        self.give(self.former)

    def give(self, rating):
        if self.on == "plex":
            house = self.house
            house.plex.state.views.rated(house.owner, house.shows[1], rating, OLD)
            return
        now = self.house.trakt.state.clock.stamp()
        if rating is None:
            self._viewer.ratings.pop(Entry(self._title), None)
        else:
            self._viewer.ratings[Entry(self._title)] = Rating(rating, now)
        self._viewer.activities.changed(now, "rated_at", ["shows"])

    def now(self):
        house = self.house
        return house.plex_rating(1) if self.on == "plex" else house.trakt_ratings().get(1)

    def change(self):
        self.give(self.other)

    def remove(self):
        self.give(None)


class NewlyRated(Rated):
    """A score, where there was none before."""

    former = None


class OnWatchlist(Side):
    """A planned show."""

    policy = {"watchlist": True}  # noqa: RUF012
    entry = {"status": "PLANNING"}  # noqa: RUF012
    other = True

    def now(self):
        if self.on == "plex":
            return self.house.plex.watchlist() == ["Show 1"]
        return [listed.entry.title.tmdb for listed in self._viewer.watchlist] == [1]

    def change(self):
        """The person takes it off, and puts it there again."""
        if self.on == "plex":
            (key,) = self.house.owner.watchlist
            self.house.owner.watchlist[key] = int(self.later.timestamp())
        else:
            self._viewer.watchlist[:] = [Listed(7, self.later, Entry(self._title))]

    def remove(self):
        self.house.owner.watchlist.clear()
        self._viewer.watchlist.clear()

    def list_before(self):
        if self.on == "plex":
            self.house.plex.add_to_watchlist(self.house.shows[1])
        else:
            self.house.trakt.add_to_watchlist([self._title])


class DroppedThere(Side):
    """A show that was dropped."""

    policy = {"dropped": True}  # noqa: RUF012
    entry = {"status": "DROPPED"}  # noqa: RUF012
    other = True

    def now(self):
        return self.house.trakt_dropped() == {1}

    def change(self):
        self._viewer.dropped[self._title] = self.later

    def remove(self):
        self._viewer.dropped.clear()


SIDES = [
    (Rated, "plex"),
    (Rated, "trakt"),
    (NewlyRated, "plex"),
    (NewlyRated, "trakt"),
    (OnWatchlist, "plex"),
    (OnWatchlist, "trakt"),
    (DroppedThere, "trakt"),
]
EACH = pytest.mark.parametrize(
    ("kind", "on"), SIDES, ids=[f"{kind.__name__}-{on}" for kind, on in SIDES]
)
RATED = pytest.mark.parametrize(
    ("kind", "on"), SIDES[:4], ids=[f"{kind.__name__}-{on}" for kind, on in SIDES[:4]]
)


def beside(report):
    """What became of what is not episodes."""
    return [str(one.outcome) for one in report.decisions if one.action != "mark"]


async def written(house, kind, on, **values):
    """Have the pairing write it."""
    side = kind(house, on)
    await side.fill(**values)
    assert side.now() == side.former
    await marked_now(house, on)
    assert side.now() == side.written
    return side


async def undo(house, after=timedelta(minutes=5), **asked):
    return await house.sync(undo=True, after=after, **asked)


async def assert_left_alone(side):
    """See that no sync writes it again."""
    stands = side.now()
    for hours in (1, 2, 40):
        report = await side.house.sync(after=timedelta(hours=hours), full=hours > 1)
        assert (report.status, report.counts["new"]) == (JobStatus.COMPLETED, 0)
        assert side.now() == stands


@EACH
async def test_w12_what_was_there_before_is_there_again_and_it_stays_so(house, kind, on):
    side = await written(house, kind, on)
    dry = await undo(house, dry_run=True)
    assert beside(dry) == ["undone"]
    assert side.now() == side.written
    report = await undo(house)
    assert (report.status, beside(report)) == (JobStatus.COMPLETED, ["undone"])
    assert side.now() == side.former
    (told,) = [one.as_dict() for one in report.decisions if one.action != "mark"]
    assert told["rating"] == (side.former or None)
    assert [one.data["action"] for one in house.events if one.kind == "undone"][-1:] == [
        told["action"]
    ]
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_was_changed_since_is_left(house, kind, on):
    side = await written(house, kind, on)
    side.change()
    for is_dry in (True, False):
        report = await undo(house, after=timedelta(hours=2), dry_run=is_dry)
        assert beside(report) == ["changed"]
        assert side.now() == side.other
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_is_gone_is_no_error(house, kind, on):
    side = await written(house, kind, on)
    side.remove()
    for is_dry in (True, False):
        assert beside(await undo(house, dry_run=is_dry)) == ["gone"]
    assert not side.now()
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_was_there_before_is_not_known_of_older_syncs(house, kind, on):
    """They put down what they wrote alone."""
    side = await written(house, kind, on)
    await house.store.run(
        lambda connection: connection.execute(
            "UPDATE journal SET action = json_remove(CAST(action AS TEXT), '$.former')"
        )
    )
    for is_dry in (True, False):
        assert beside(await undo(house, dry_run=is_dry)) == ["kept"]
    assert side.now() == side.written
    assert (await undo(house)).decisions == ()


@pytest.mark.parametrize("on", ["plex", "trakt"])
async def test_what_was_on_the_watchlist_before_stays_there(house, on):
    """Although the last reading did not have it."""
    side = OnWatchlist(house, on)
    await side.fill()
    listing = Meanwhile(house.plex_tracker if on == "plex" else house.trakt_tracker, None)
    refresh = listing.tracker.refresh

    async def and_then(*, whole):
        await refresh(whole=whole)
        side.list_before()

    vars(listing).update(refresh=and_then, what=lambda: None)
    house.wrap = lambda _: listing
    await marked_now(house, on)
    assert beside(await undo(house)) == ["kept"]
    assert side.now()


@EACH
async def test_an_answer_that_is_lost_takes_nothing_back_twice(house, kind, on):
    """Neither before the undo that is called again, nor after it, is anything written."""
    side = await written(house, kind, on)
    side.fail(Failure.CUT_AFTER)
    report = await undo(house)
    assert report.status is JobStatus.DEFERRED
    assert side.now() == side.former
    await assert_left_alone(side)
    report = await undo(house)
    assert beside(report) == ["gone"]
    await assert_left_alone(side)
    assert (await undo(house)).decisions == ()


@EACH
async def test_what_was_not_carried_out_is_taken_back_by_the_next_undo(house, kind, on):
    side = await written(house, kind, on)
    side.fail(Failure.CUT)
    assert (await undo(house)).status is JobStatus.DEFERRED
    await assert_left_alone(side)
    assert side.now() == side.written
    assert beside(await undo(house)) == ["undone"]
    assert side.now() == side.former
    await assert_left_alone(side)


@EACH
async def test_what_was_written_without_an_answer_can_be_taken_back(house, kind, on):
    """The reading that finds it knows what was there before."""
    side = kind(house, on)
    await side.fill()
    fault = side.fail(Failure.CUT_AFTER)
    await marked_now(house, on)
    assert fault.seen
    assert side.now() == side.written
    await house.sync(after=timedelta(minutes=10))
    assert await house.store.run(journal.open_entries) == ()
    assert side.now() == side.written
    assert beside(await undo(house)) == ["undone"]
    assert side.now() == side.former
    await assert_left_alone(side)


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


@EACH
@pytest.mark.parametrize("direction", [Direction.TO_TRACKER, Direction.BOTH])
async def test_a_backup_from_before_an_undo(house, kind, on, direction):
    """What was taken back since is not written again, and a former rating is no new one."""
    side = kind(house, on)
    await side.fill()
    house.policy["direction"] = direction
    await marked_now(house, on)
    async with restored(house):
        assert beside(await undo(house)) == ["undone"]
    await assert_left_alone(side)
    assert side.now() == side.former
    assert house.anilist.user("viewer").entries[1].score == side.entry.get("score", 0)


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


async def test_many_of_all_kinds_go_back_in_few_requests(house):
    """On Trakt: a reading of each kind, and a write of each."""
    house.policy = {"scores": True, "watchlist": True, "dropped": True}
    kinds: list[dict[str, Any]] = [{"score": 80}, {"status": "PLANNING"}, {"status": "DROPPED"}]
    for number, values in zip(range(1, 31), kinds * 10, strict=True):
        await house.simple(number, **values)
    await marked_now(house, "trakt")
    assert len(house.trakt_ratings()) == len(house.trakt_dropped()) == 10
    house.requests()
    report = await undo(house)
    assert beside(report) == ["undone"] * 30
    assert (house.trakt_ratings(), house.trakt_dropped()) == ({}, set())
    assert not house.trakt.user("viewer").watchlist
    assert (await house.sync(full=True)).counts["new"] == 0
    assert outcomes(await undo(house)) == {}
