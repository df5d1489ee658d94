"""The time at AniList, which tests can move."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch: the real time, or a time that stands still until it is moved."""

    def __init__(self, stands_at: float | None = None) -> None:
        self._stands_at = stands_at
        self._moved = 0.0

    def now(self) -> float:
        """Return the time."""
        return (time.time() if self._stands_at is None else self._stands_at) + self._moved

    def stamp(self) -> int:
        """Return the time as AniList puts it down: in whole seconds, so that two changes share one."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._moved += seconds
