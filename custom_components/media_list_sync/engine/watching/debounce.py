"""Many hints in a short time, and one look for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Debounce:
    """Calls `then` once for several hints, `quiet` seconds after the last of them.

    It does not wait longer than `most` seconds after the first one, nor call more often than every
    `most` seconds. For use in the event loop.
    """

    def __init__(self, then: Callable[[], None], *, quiet: float, most: float) -> None:
        self._then = then
        self._quiet = quiet
        self._most = most
        self._first: float | None = None
        self._not_before = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def hint(self) -> None:
        """Say that there may be something to look at."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._first is None:
            self._first = now
        if self._timer is not None:
            self._timer.cancel()
        when = max(min(now + self._quiet, self._first + self._most), self._not_before)
        self._timer = loop.call_at(when, self._call)

    def drop(self) -> None:
        """Forget what was hinted at."""
        self._first = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _call(self) -> None:
        self.drop()
        self._not_before = asyncio.get_running_loop().time() + self._most
        self._then()
