"""Measuring one piece of work inside this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import gc
from pathlib import Path
import time
from types import TracebackType
from typing import Self

RUNS = 5
"""How often short work is done of which the typical cost is wanted."""
_BEAT = 0.001
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work took: seconds, CPU seconds, MB of memory at its peak, ms of stall.

    `busy_ms` is the longest stall in which this process was at work: the rest of `stall_ms` is
    what other programs on the machine took.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    stall_ms: float
    busy_ms: float


class Meter:
    """Measures what runs inside `async with`.

    The stall is the longest time by which a timer of one millisecond came late; memory is the
    peak of the resident set over what it was at the start (Linux only, else 0).
    """

    cost: Cost

    async def __aenter__(self) -> Self:
        """Begin."""
        gc.collect()
        self._resident = _memory("VmRSS")
        _reset_peak()
        self._late = self._busy = 0.0
        self._beat = asyncio.create_task(self._listen())
        await asyncio.sleep(0.05)
        self._late = self._busy = 0.0
        self._cpu = time.process_time()
        self._begun = time.perf_counter()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, and put down the cost."""
        seconds = time.perf_counter() - self._begun
        cpu = time.process_time() - self._cpu
        peak = _memory("VmHWM") - self._resident
        self._beat.cancel()
        self.cost = Cost(seconds, cpu, max(peak, 0) / 1024, self._late * 1000, self._busy * 1000)

    async def _listen(self) -> None:
        while True:
            before, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(_BEAT)
            late = time.perf_counter() - before - _BEAT
            self._late = max(self._late, late)
            self._busy = max(self._busy, min(late, time.process_time() - worked))


async def typical[T](work: Callable[[], Awaitable[T]]) -> tuple[Cost, T]:
    """Do short work `RUNS` times; return what it gave, and the cost that is in the middle.

    The middle by `busy_ms`: once is no measure on a machine that does other things, too.
    """
    runs: list[tuple[Cost, T]] = []
    for _ in range(RUNS):
        async with Meter() as meter:
            result = await work()
        runs.append((meter.cost, result))
    return sorted(runs, key=lambda run: run[0].busy_ms)[RUNS // 2]


def _memory(name: str) -> int:
    """Return a figure of this process in kB."""
    if not _STATUS.exists():
        return 0
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def _reset_peak() -> None:
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return
