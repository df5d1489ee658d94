"""What was read from a service in one run, and is not read again for each write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from .ages import is_recent

LASTS = timedelta(minutes=2)
"""How long a reading is used again."""


class Readings:
    """The readings of one run, each by what was read."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._made: dict[object, tuple[datetime, Any]] = {}

    async def get[T](self, what: object, read: Callable[[], Awaitable[T]]) -> T:
        """Return what was read a moment ago; else read it."""
        now = self._now()
        made = self._made.get(what)
        if made is None or not is_recent(made[0], now, LASTS):
            made = self._made[what] = (now, await read())
        found: T = made[1]
        return found
