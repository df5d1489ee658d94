"""Listening to a Plex server, and listening again."""

import asyncio
from datetime import timedelta
import random
from typing import Any

import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    LibraryChange,
    Playing,
    PlayState,
    PlexSection,
)
from custom_components.media_list_sync.engine.http import CredentialsRejected, Limited, Unreachable
from custom_components.media_list_sync.engine.http.doorway import utcnow
from custom_components.media_list_sync.engine.model import MediaType
from custom_components.media_list_sync.engine.watching.follower import (
    LONGEST,
    SHORTEST,
    STEADY,
    Follower,
)

SERIES = PlexSection("1", MediaType.SHOW, uuid="series")
FILMS = PlexSection("2", MediaType.MOVIE, uuid="films")
STOPPED = Playing("7", PlayState.STOPPED, 0)


class Clock:
    """Stands in for the loop's, as far as the follower looks at it."""

    def __init__(self):
        self.now = 1000.0


class Server:
    """Opens as often as it is told to, says what it has to say, and ends as it is told to."""

    def __init__(self, clock):
        self.clock = clock
        self.says = []
        self.refuses = None
        self.breaks = None
        self.asked = 0
        self.holds = 0.0

    async def sections(self):
        self.asked += 1
        if self.refuses is not None:
            raise self.refuses
        return (SERIES, FILMS)

    async def notifications(self, opened):
        opened()
        for told in self.says:
            yield told
        self.clock.now += self.holds
        if self.breaks is not None:
            raise self.breaks


class Enough(Exception):
    """The test has seen what it wanted to see."""


class House:
    """A follower whose pauses pass at once, and are counted."""

    def __init__(self, monkeypatch):
        self.clock = Clock()
        self.server: Any = Server(self.clock)
        self.libraries = {"series"}
        self.pauses: list[float] = []
        self.tries = 3
        self.hints = 0
        self.connected: list[bool] = []
        self.after = lambda: None
        self.follower = Follower(
            lambda: self.server,
            lambda: frozenset(self.libraries),
            ask=lambda: None,
            changed=lambda: self.connected.append(self.follower.is_connected),
            sleep=self.sleep,
        )
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.clock.now)
        monkeypatch.setattr(self.follower._hints, "hint", self.hint)

    def hint(self):
        self.hints += 1

    async def sleep(self, seconds):
        self.pauses.append(seconds)
        self.after()
        if len(self.pauses) == self.tries:
            raise Enough

    async def run(self, tries=1):
        self.pauses.clear()
        self.tries = tries
        with pytest.raises(Enough):
            await self.follower.run()


@pytest.fixture
async def house(monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda _least, most: most)
    return House(monkeypatch)


async def test_a_connection_is_worth_a_look(house):
    """What happened before it, nobody heard of."""
    await house.run()
    assert house.hints == 1
    assert house.connected == [True, False]


async def test_a_play_that_ends_is_worth_a_look(house):
    house.server.says = [Playing("7", state, 0) for state in PlayState]
    await house.run()
    assert house.hints == 1 + 1


@pytest.mark.parametrize(
    ("change", "hints"),
    [
        (LibraryChange("7", "1", is_gone=False), 1),
        (LibraryChange("7", "1", is_gone=True), 0),
        (LibraryChange("7", "2", is_gone=False), 0),
        (LibraryChange("7", "99", is_gone=False), 0),
    ],
)
async def test_a_change_in_a_library_that_takes_part(house, change, hints):
    house.server.says = [change]
    await house.run()
    assert house.hints == 1 + hints


async def test_a_library_that_is_newer_than_the_connection(house):
    """Its number is not known yet: it may be the one that was chosen meanwhile."""
    house.libraries.add("new")
    house.server.says = [LibraryChange("7", "99", is_gone=False)]
    await house.run()
    assert house.hints == 2


async def test_a_server_that_is_down_is_left_in_peace_for_longer_and_longer(house):
    house.server.refuses = Unreachable("plex", reason="connect")
    await house.run(tries=12)
    assert house.pauses[:4] == [SHORTEST, SHORTEST * 2, SHORTEST * 4, SHORTEST * 8]
    assert house.pauses[-1] == LONGEST
    assert (house.hints, house.connected) == (0, [])


async def test_pauses_differ_by_chance(house, monkeypatch):
    asked = []

    def uniform(*span):
        asked.append(span)
        return 0.75

    monkeypatch.setattr(random, "uniform", uniform)
    house.server.refuses = Unreachable("plex", reason="connect")
    await house.run(tries=2)
    assert asked == [(0.5, 1.0)] * 2
    assert house.pauses == [SHORTEST * 0.75, SHORTEST * 1.5]


async def test_a_server_that_hangs_up_at_once_is_down(house):
    await house.run(tries=4)
    assert house.pauses == [SHORTEST, SHORTEST * 2, SHORTEST * 4, SHORTEST * 8]


async def test_after_a_good_connection_it_is_tried_at_once(house):
    house.server.breaks = Unreachable("plex", reason="cut")
    await house.run(tries=4)
    house.server.holds = STEADY + 1
    await house.run(tries=2)
    assert house.pauses == [SHORTEST, SHORTEST]


async def test_a_server_that_does_not_answer_for_long_has_not_been_connected(house):
    """The time that a try takes is not one in which there was a connection."""
    house.server.refuses = Unreachable("plex", reason="timeout")
    house.after = lambda: setattr(house.clock, "now", house.clock.now + STEADY * 2)
    await house.run(tries=3)
    assert house.pauses == [SHORTEST, SHORTEST * 2, SHORTEST * 4]


async def test_a_limit_is_obeyed(house):
    house.server.refuses = Limited("plex", until=utcnow() + timedelta(hours=1))
    await house.run()
    assert 3500 < house.pauses[0] <= 3600


async def test_a_rejected_token_is_not_tried_again(house):
    house.server.refuses = CredentialsRejected("plex")
    await house.run(tries=5)
    assert house.server.asked == 1
    assert house.pauses == [LONGEST] * 5


async def test_another_token_is(house):
    """As plex.tv gives out, or as the server has where it went to."""
    house.server.refuses = CredentialsRejected("plex")
    old = house.server

    def replace_server():
        house.server = Server(house.clock)

    house.after = replace_server
    await house.run(tries=2)
    assert (old.asked, house.server.asked) == (1, 0)
    assert house.connected == [True, False]


async def test_nothing_is_asked_for_without_a_connection(house):
    house.follower.hint()
    assert not house.hints


async def test_what_was_hinted_at_ends_with_it(house, monkeypatch):
    dropped = []
    monkeypatch.setattr(house.follower._hints, "drop", lambda: dropped.append(True))
    await house.run()
    assert dropped
