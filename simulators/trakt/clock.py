"""The time at Trakt, which tests can move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
import time


class Clock:
    """Seconds since the epoch: the real time, or a time that stands still until it is moved."""

    def __init__(self, stands_at: float | None = None) -> None:
        self._stands_at = stands_at
        self._moved = 0.0
        self._last = datetime.fromtimestamp(0, UTC)

    def now(self) -> float:
        """Return the time."""
        return (time.time() if self._stands_at is None else self._stands_at) + self._moved

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._moved += seconds

    def stamp(self) -> datetime:
        """Return the time for a change, later than that of every change before."""
        now = datetime.fromtimestamp(self.now(), UTC)
        self._last = max(now, self._last + timedelta(milliseconds=1))
        return self._last


def iso(moment: datetime) -> str:
    """Return a time as Trakt writes it, with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
