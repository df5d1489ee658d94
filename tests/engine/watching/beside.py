"""What a pairing writes beside episodes, as tests of undoing have it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from simulators.faults import Fault
from simulators.trakt import Entry
from simulators.trakt.lists import Listed
from simulators.trakt.ratings import Rating

from .house import OLD
from .test_both_ways import watch
from .test_undo import marked_now


class Side:
    """What a pairing writes beside episodes for one show: how it stands, and what a person does."""

    policy: dict[str, Any]
    entry: dict[str, Any]
    written: Any = True
    former: Any = False

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
    former: Any = 5
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


async def filled(house, kind, on, direction):
    """Have it to be written, by a pairing of that direction."""
    side = kind(house, on)
    await side.fill()
    house.policy["direction"] = direction
    return side


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
