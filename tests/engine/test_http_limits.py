"""What a service has said of when it may be asked again, for all whom it counts as one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.http import Doorway, Lane, Limited, Pace
from simulators.base import Simulator
from simulators.faults import Failure, Fault

pytestmark = pytest.mark.usefixtures("socket_enabled")

START = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
LONG = timedelta(minutes=10)


class Things(Simulator):
    """A service with nothing to tell."""

    def routes(self) -> list[web.RouteDef]:
        return [web.route(method, "/", self._answer) for method in ("GET", "POST")]

    async def _answer(self, _: web.Request) -> web.Response:
        return web.json_response({})

    def limit(self, seconds: float | None, times: int | None = None) -> None:
        after = None if seconds is None else f"{seconds:.0f}"
        self.faults.add(Fault(Failure.STATUS, status=429, retry_after=after, times=times))


class Time:
    """The time, which passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = START
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds))
        self.now += timedelta(seconds=seconds)


class Town:
    """Doorways to one service."""

    def __init__(self, session: aiohttp.ClientSession, things: Things) -> None:
        self.session = session
        self.things = things
        self.time = Time()

    def lane(self, pace: Pace) -> Lane:
        """Return a lane with one pace for reads and writes."""
        return Lane(pace, None, sleep=self.time.sleep)

    def door(
        self, account: str = "one", lane: Lane | None = None, patience: float = 30.0
    ) -> Doorway:
        return Doorway(
            self.session,
            service="thing",
            account=account,
            lane=lane,
            patience=patience,
            now=self.time,
            sleep=self.time.sleep,
        )

    async def ask(self, door: Doorway) -> int:
        return (await door.get(URL(self.things.url), headers={})).status

    async def write(self, door: Doorway) -> int:
        return (await door.send("POST", URL(self.things.url), headers={}, json={})).status

    async def until(self, asking: object) -> tuple[str | None, datetime]:
        """Return for whom something is limited, and until when."""
        with pytest.raises(Limited) as caught:
            await asking  # type: ignore[misc]
        return caught.value.account, caught.value.until

    def asked(self) -> int:
        count = len(self.things.exchanges)
        self.things.forget_requests()
        return count


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with aiohttp.ClientSession() as session, Things() as things:
        yield Town(session, things)


async def test_nothing_is_asked_before_the_time(town: Town) -> None:
    door = town.door()
    town.things.limit(LONG.total_seconds())
    assert await town.until(town.ask(door)) == ("one", START + LONG)
    town.things.faults.clear()
    assert town.asked() == 1
    town.time.now += timedelta(minutes=9)
    for asking in (town.ask(door), town.write(door), anext(door.listen(_url(town), headers={}))):
        assert await town.until(asking) == ("one", START + LONG)
    assert town.asked() == 0
    assert town.time.waits == []
    town.time.now += timedelta(minutes=1)
    assert await town.ask(door) == 200


async def test_a_write_that_is_refused_tells_those_that_read(town: Town) -> None:
    door = town.door()
    town.things.limit(LONG.total_seconds(), times=1)
    await town.until(town.write(door))
    assert await town.until(town.ask(door)) == ("one", START + LONG)
    assert town.asked() == 1


async def test_the_end_is_waited_for_by_who_has_the_patience(town: Town) -> None:
    door = town.door()
    town.things.limit(LONG.total_seconds(), times=1)
    await town.until(town.ask(door))
    town.time.now += LONG - timedelta(seconds=20)
    assert await town.ask(door) == 200
    assert town.time.waits == [20]


async def test_a_later_time_counts(town: Town) -> None:
    door = town.door(patience=0)
    town.things.limit(60, times=1)
    town.things.limit(600, times=1)
    await town.until(town.ask(door))
    town.time.now += timedelta(seconds=60)
    late = START + timedelta(seconds=660)
    assert await town.until(town.ask(door)) == ("one", late)
    assert await town.until(town.ask(door)) == ("one", late)
    assert town.asked() == 2


async def test_what_was_not_said_is_tried(town: Town) -> None:
    """Five minutes are our own guess: a device code is polled again after ten seconds."""
    door = town.door()
    town.things.limit(None, times=1)
    await town.until(town.ask(door))
    assert await town.ask(door) == 200


async def test_accounts_that_share_a_lane_are_held_up_together(town: Town) -> None:
    """And each is told as itself."""
    lane = town.lane(Pace())
    one, two, other = town.door("one", lane), town.door("two", lane), town.door("other")
    town.things.limit(LONG.total_seconds(), times=1)
    assert (await town.until(town.ask(one)))[0] == "one"
    assert await town.until(town.ask(two)) == ("two", START + LONG)
    assert await town.ask(other) == 200
    assert town.asked() == 2


async def test_accounts_that_share_a_lane_keep_one_pace(town: Town) -> None:
    lane = town.lane(Pace(interval=20, at_once=1))
    one, two = town.door("one", lane), town.door("two", lane)
    for asking in (town.ask(one), town.ask(two), town.write(two), town.ask(one)):
        assert await asking == 200
    assert town.time.waits == [20, 40, 60]  # by a clock that stands still


async def test_who_has_no_patience_does_not_wait_for_others(town: Town) -> None:
    """A person in a dialog is told, while a sync waits."""
    lane = town.lane(Pace())
    sync, dialog = town.door("one", lane), town.door("dialog", lane, patience=3)
    town.things.limit(20, times=1)
    waiting = asyncio.Event()
    go = asyncio.Event()

    async def wait(_: float) -> None:
        waiting.set()
        await go.wait()
        town.time.now += timedelta(seconds=20)

    lane.reads._sleep = wait
    syncing = asyncio.create_task(town.ask(sync))
    await waiting.wait()
    assert await town.until(town.ask(dialog)) == ("dialog", START + timedelta(seconds=20))
    go.set()
    assert await syncing == 200
    assert await town.ask(dialog) == 200


async def test_who_waits_for_a_place_hears_of_it(town: Town) -> None:
    lane = town.lane(Pace(at_once=1))
    town.things.limit(LONG.total_seconds(), times=1)
    asking = [asyncio.create_task(town.ask(town.door(name, lane))) for name in ("one", "two")]
    for task, name in zip(asking, ("one", "two"), strict=True):
        assert await town.until(task) == (name, START + LONG)
    assert town.asked() == 1


def _url(town: Town) -> URL:
    return URL(town.things.url)
