"""W9: when an episode was watched, as far as AniList tells."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.media_list_sync.engine.watch import (
    NO_DATE,
    Anime,
    Entry,
    FuzzyDate,
    ListStatus,
)
from custom_components.media_list_sync.engine.watching.dates import dates_of

from .house import START

BERLIN = ZoneInfo("Europe/Berlin")
CHANGED = datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
THE_DAY = date(2024, 3, 10)
"""In Berlin, it is the next day."""


def days(status="CURRENT", *, progress=0, known=None, total=12, started=NO_DATE, completed=NO_DATE):
    anime = Anime(1, ("Anime",), episodes=total)
    entry = Entry(
        1,
        anime,
        ListStatus(status),
        progress,
        started=started,
        completed=completed,
        updated_at=int(CHANGED.timestamp()),
    )
    found = dates_of(entry, range(1, total + 1), known, BERLIN)
    assert all(moment.astimezone(BERLIN).hour == 12 for moment in found.values())
    return {number: moment.astimezone(BERLIN).date() for number, moment in found.items()}


def test_what_came_since_is_of_the_day_of_the_change():
    assert days(progress=5, known=3) == {4: THE_DAY, 5: THE_DAY}


def test_without_anything_known_nothing_is_made_up():
    assert days(progress=5) == {}


def test_more_than_a_days_worth_is_of_no_day():
    assert days(progress=24, known=3, total=24) == {}


def test_an_entry_that_was_completed_by_hand_is_all_of_it():
    assert days("COMPLETED", progress=0, known=0, total=2) == {1: THE_DAY, 2: THE_DAY}
    assert days("COMPLETED", progress=0, known=0, total=500) == {}


def test_a_rewatch_says_nothing_of_the_first_time():
    assert days("REPEATING", progress=1, known=0) == {}


def test_lowered_progress_is_no_news():
    assert days(progress=3, known=5) == {}


@pytest.mark.parametrize("day", [FuzzyDate(2024, 3), FuzzyDate(2024, 2, 30), NO_DATE])
def test_a_day_that_is_not_whole_is_none(day):
    assert days(progress=5, started=day, completed=day) == {}


def test_the_first_and_the_last_day():
    day, other = FuzzyDate(2024, 1, 1), FuzzyDate(2024, 1, 5)
    first, last = date(2024, 1, 1), date(2024, 1, 5)
    found = days("COMPLETED", progress=12, started=day, completed=other)
    assert found == {1: first, 12: last}
    assert days("COMPLETED", progress=3, total=3, started=day, completed=day) == dict.fromkeys(
        (1, 2, 3), first
    )


async def test_in_the_morning_it_is_now(house):
    """Noon is still to come, and Trakt takes no time to come; but the day is known."""
    house.clock.time = START.replace(hour=7)
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("trakt", after=timedelta())
    house.clock.time += timedelta(days=1)
    house.change(1, progress=4, at=int(house.clock.time.timestamp()) - 3600)
    await house.sync(after=timedelta())
    newest = house.trakt.user("viewer").plays.newest_first()[0]
    assert newest.entry.episode == 4
    assert newest.watched_at == house.clock.time.replace(second=0, microsecond=0)
