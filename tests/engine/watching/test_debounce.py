"""Many hints, and one look for all of them; the clock is moved by hand."""

import asyncio

import pytest

from custom_components.media_list_sync.engine.watching.debounce import Debounce


class Loop:
    """The event loop's clock and timers."""

    def __init__(self):
        self.now = 1000.0
        self.timers = []

    def time(self):
        return self.now

    def call_at(self, when, call):
        timer = Timer(when, call)
        self.timers.append(timer)
        return timer

    def go_to(self, when):
        """Let the time pass, second by second."""
        while self.now < 1000 + when:
            self.now += 1
            for timer in [one for one in self.timers if one.when <= self.now]:
                self.timers.remove(timer)
                if not timer.is_cancelled:
                    timer.call()


class Timer:
    def __init__(self, when, call):
        self.when, self.call, self.is_cancelled = when, call, False

    def cancel(self):
        self.is_cancelled = True


@pytest.fixture
def loop(monkeypatch):
    made = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: made)
    return made


def hinted(loop, *seconds, until=200):
    """Hint at these seconds, and return those at which it then called."""
    calls = []
    hints = Debounce(lambda: calls.append(round(loop.now - 1000)), quiet=10, most=30)
    for second in seconds:
        loop.go_to(second)
        hints.hint()
    loop.go_to(until)
    return calls


def test_one_hint(loop):
    assert hinted(loop, 5) == [15]


def test_several_are_one(loop):
    assert hinted(loop, 0, 4, 8) == [18]


def test_hints_without_end_do_not_put_it_off_for_ever(loop):
    assert hinted(loop, *range(0, 70, 5), until=120) == [30, 60, 90]


def test_not_more_often_than_that(loop):
    assert hinted(loop, 0, 11) == [10, 40]


def test_what_was_dropped_is_not_looked_at(loop):
    calls = []
    hints = Debounce(lambda: calls.append(1), quiet=10, most=30)
    hints.hint()
    hints.drop()
    loop.go_to(60)
    assert not calls
