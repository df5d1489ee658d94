"""How many requests AniList takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from .errors import RefusedError

if TYPE_CHECKING:
    from .clock import Clock


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests in so many seconds. `told`: the number that its headers speak of.

    For years now it has taken fewer than it says.
    """

    count: int = 30
    seconds: int = 60
    told: int = 90


class Bucket:
    """Counts the requests of everybody: all of a test come from one address."""

    def __init__(self, clock: Clock, limit: RateLimit) -> None:
        self._clock = clock
        self._limit = limit
        self._began = 0.0
        self._count = 0
        self._locked_until = 0.0

    def take(self) -> web.Response | None:
        """Count a request; return the refusal if it is one too many, which locks for the time."""
        now = self._clock.now()
        if now < self._locked_until:
            return self._refusal(now)
        if now - self._began >= self._limit.seconds:
            self._began, self._count = now, 0
        self._count += 1
        if self._count <= self._limit.count:
            return None
        self._locked_until = now + self._limit.seconds
        self._began, self._count = 0.0, 0
        return self._refusal(now)

    @property
    def headers(self) -> dict[str, str]:
        """Return what every answer says of the limit."""
        left = max(self._limit.told - self._count, 0)
        return {"X-RateLimit-Limit": str(self._limit.told), "X-RateLimit-Remaining": str(left)}

    def _refusal(self, now: float) -> web.Response:
        return web.json_response(
            {"data": None, "errors": [RefusedError(429, "Too Many Requests.").as_error()]},
            status=429,
            headers={
                "Retry-After": str(int(self._locked_until - now) + 1),
                "X-RateLimit-Limit": str(self._limit.told),
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": str(int(self._locked_until) + 1),
            },
        )
