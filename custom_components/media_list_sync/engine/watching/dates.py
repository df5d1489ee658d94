"""When an episode was watched, as far as AniList tells (W9): pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo

from ..watch import Entry, ListStatus

NOON = time(12)

A_DAYS_WORTH = 12
"""So many episodes at once may well have been watched on the day they were entered."""


def dates_of(
    entry: Entry, episodes: range, known: int | None, zone: tzinfo
) -> Mapping[int, datetime]:
    """Return when episodes of an entry were watched, at noon of the person's day, in UTC.

    AniList dates the first and the last episode, and says when the entry was last changed. `known`
    is the progress that was on record before: what came since was watched on the day of that
    change, if it is one day's worth. Of the others nothing is known, and nothing is made up.
    """
    first, last = entry.started.whole(), entry.completed.whole()
    total = entry.anime.episodes
    found: dict[int, date] = {}
    is_whole = entry.status is ListStatus.COMPLETED
    reached = episodes.stop - 1 if is_whole else entry.progress
    if (
        known is not None
        and 0 <= reached - known <= A_DAYS_WORTH
        and entry.status is not ListStatus.REPEATING  # of which the first time was long before
    ):
        changed = datetime.fromtimestamp(entry.updated_at, UTC).astimezone(zone).date()
        found.update((number, changed) for number in episodes if known < number <= reached)
    if first is not None and first == last:
        found.update((number, first) for number in episodes)
    if first is not None and 1 in episodes:
        found[1] = first
    if last is not None and total is not None and total in episodes:
        found[total] = last
    return {
        number: datetime.combine(day, NOON, zone).astimezone(UTC) for number, day in found.items()
    }
