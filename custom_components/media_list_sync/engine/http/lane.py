"""What a service counts together: requests that keep one pace, and that one limit holds up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
import time
from typing import Final

from .pace import Gate, Pace

READ_PACE: Final = Pace()
WRITE_PACE: Final = Pace(at_once=1)


class Lane:
    """The way to a service for whom it counts as one: an account, or all that share an address.

    Reads and writes have a pace each; with None for that of writes, one for both.
    """

    def __init__(
        self,
        pace: Pace = READ_PACE,
        write_pace: Pace | None = WRITE_PACE,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.reads = Gate(pace, time.monotonic, sleep)
        self.writes = self.reads if write_pace is None else Gate(write_pace, time.monotonic, sleep)
        self.closed_until: datetime | None = None
        """Before when the service has said that it wants to hear nothing; aware."""

    def close(self, until: datetime) -> None:
        """Remember what the service has said."""
        self.closed_until = max(self.closed_until or until, until)

    def hold(self, seconds: float) -> None:
        """Let nothing new through for this long."""
        self.reads.hold(seconds)
        self.writes.hold(seconds)
