"""How fast a service may be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Pace:
    """`interval`: seconds between the starts of two requests. `at_once`: how many in flight."""

    interval: float = 0.0
    at_once: int = 8


class Gate:
    """Lets requests through at a pace. Used with `async with`, around one request."""

    def __init__(
        self,
        pace: Pace,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._interval = pace.interval
        self._places = asyncio.Semaphore(pace.at_once)
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def hold(self, seconds: float) -> None:
        """Let nothing new through for this long."""
        self._next = max(self._next, self._clock() + seconds)

    async def __aenter__(self) -> None:
        """Wait for a place, and for its time."""
        await self._places.acquire()
        now = self._clock()
        start = max(now, self._next)
        self._next = start + self._interval
        if start > now:
            try:
                await self._sleep(start - now)
            except BaseException:
                self._places.release()
                raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the place to the next."""
        self._places.release()
