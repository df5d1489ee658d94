"""When episodes were first shown: one a week from when their season began, or as it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.catalog import CatalogTitle, Season

RUNTIME = timedelta(minutes=24)
_WEEK = timedelta(days=7)


def first_aired(season: Season, number: int) -> datetime | None:
    """Return when an episode was (or will be) first shown; None where no date is set."""
    if season.air_dates:
        return _midnight(season.air_dates[number - season.first])
    if season.air_date is None:
        return None
    return _midnight(season.air_date) + _WEEK * (number - season.first)


def aired_count(season: Season, now: datetime) -> int:
    """Return how many episodes of a season were shown by now."""
    moments = (first_aired(season, number) for number in season.numbers)
    return sum(moment is not None and moment <= now for moment in moments)


def aired_episodes(title: CatalogTitle, now: datetime) -> int:
    """Return how many episodes of a show were shown by now, specials apart."""
    return sum(aired_count(season, now) for season in title.seasons if season.number)


def released(title: CatalogTitle, season: int | None, number: int | None) -> datetime | None:
    """Return when somebody who watched at once had seen it; None where no date is known."""
    if season is None or number is None:
        return datetime(title.year, 1, 1, tzinfo=UTC) if title.year else None
    found = next(found for found in title.seasons if found.number == season)
    began = first_aired(found, number)
    return None if began is None else began + RUNTIME


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
