"""A code that waits for its person at another site, while a dialog shows how long it holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
import asyncio
import math

from homeassistant.core import HomeAssistant

from ..const import DOMAIN

MINUTE = 60


class CodeWait[T](ABC):
    """Waits in the background, for as long as the code holds."""

    def __init__(self, hass: HomeAssistant, service: str, expires_in: float) -> None:
        """Begin to wait. `expires_in` is in seconds."""
        self._hass = hass
        self._name = f"{DOMAIN} sign-in to {service}"
        self._ends_at = hass.loop.time() + expires_in
        self._tick: asyncio.Task[None] | None = None
        self._task = hass.async_create_background_task(self._wait(), self._name, eager_start=False)
        # Nobody may be left to ask for it: the dialog can be closed at any time.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    @abstractmethod
    async def _wait(self) -> T:
        """Return what comes of it once the person has decided."""

    @property
    def is_over(self) -> bool:
        """Whether the person has decided, or the time ran out."""
        return self._task.done()

    @property
    def minutes(self) -> str:
        """How many minutes are left, begun ones included."""
        return str(math.ceil(self._left / MINUTE))

    @property
    def _left(self) -> float:
        return max(self._ends_at - self._hass.loop.time(), 0.0)

    def tick(self) -> asyncio.Task[None]:
        """Return a task that ends when it is over, or when another minute has passed."""
        if self._tick is None or self._tick.done():
            self._tick = self._hass.async_create_background_task(
                self._next_minute(), f"{self._name}, a minute"
            )
        return self._tick

    def result(self) -> T:
        """Return what came of it, or raise what kept it from coming."""
        return self._task.result()

    def cancel(self) -> None:
        """Stop waiting."""
        self._task.cancel()
        if self._tick is not None:
            self._tick.cancel()

    async def _next_minute(self) -> None:
        await asyncio.wait({self._task}, timeout=self._left % MINUTE or MINUTE)
