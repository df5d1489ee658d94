"""Whether a reading of a list can be believed (R9): pure."""

from __future__ import annotations

from ..store.snapshots import Snapshot

SMALL = 10
"""A list this short may lose what it will; only an empty reading of it is doubted."""


def is_doubtful(before: Snapshot | None, total: int) -> bool:
    """Say whether a reading is suspiciously small beside the one before.

    Judged over all rows, before any filter. A second reading in a row that is as small is
    believed: then it was a person.
    """
    if before is None or not _shrank(before.total, total):
        return False
    confirmed = before.doubted_total is not None and _is_like(before.doubted_total, total)
    return not confirmed


def _shrank(before: int, total: int) -> bool:
    if total == 0:
        return before > 0
    return before > SMALL and total * 2 < before


def _is_like(doubted: int, total: int) -> bool:
    return abs(doubted - total) * 5 <= max(doubted, total)
