"""How old something on record is: by a clock that may have been wrong when it was put down."""

from __future__ import annotations

from datetime import datetime, timedelta


def is_recent(at: datetime | None, now: datetime, lasts: timedelta) -> bool:
    """Whether something happened, and not longer ago than it lasts; what is still to come did not."""
    return at is not None and timedelta() <= now - at <= lasts
