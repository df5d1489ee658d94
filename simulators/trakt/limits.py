"""What holds a client back: how many reads it has, and what its account may not do."""

from __future__ import annotations

from dataclasses import dataclass
import json
import math
import re
from typing import TYPE_CHECKING

from aiohttp import web

from simulators.faults import HTML_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .accounts import Account
    from .clock import Clock

# A client that waits for exactly a second may arrive a moment early by another clock.
SLACK = 0.05

UPGRADE = {"X-Upgrade-URL": "https://trakt.tv/vip"}


@dataclass(frozen=True, slots=True)
class GetLimit:
    """So many reads in so many seconds, for each person, and for all without a token together.

    With `at_the_edge` the answer to one too many is a page of the network in front of Trakt, which
    knows no JSON and asks to wait for five minutes.
    """

    count: int = 10_000
    seconds: float = 300.0
    at_the_edge: bool = False


class Bucket:
    """Counts the reads in windows of time."""

    def __init__(self, clock: Clock, limit: GetLimit) -> None:
        self.limit = limit
        self._clock = clock
        self._windows: dict[str | None, tuple[float, int]] = {}

    def take(self, viewer: Account | None) -> web.Response | None:
        """Count a read; return the refusal if it is one too many."""
        now, key = self._clock.now(), viewer.slug if viewer else None
        began, count = self._windows.get(key, (now, 0))
        if now - began >= self.limit.seconds:
            began, count = now, 0
        self._windows[key] = (began, count + 1)
        if count < self.limit.count:
            return None
        if self.limit.at_the_edge:
            return web.Response(
                text=HTML_PAGE,
                status=429,
                content_type="text/html",
                headers={"Retry-After": "300"},
            )
        wait = math.ceil(began + self.limit.seconds - now)
        told = {
            "name": f"{'AUTHED' if viewer else 'UNAUTHED'}_API_GET_LIMIT",
            "period": int(self.limit.seconds),
            "limit": self.limit.count,
            "remaining": 0,
        }
        return web.Response(
            status=429, headers={"Retry-After": str(wait), "X-Ratelimit": json.dumps(told)}
        )


class WriteLimit:
    """Lets each person write once in so many seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._last: dict[str, float] = {}

    def take(self, viewer: Account) -> web.Response | None:
        """Count a write; return the refusal if it comes too soon."""
        now = self._clock.now()
        wait = self._last.get(viewer.slug, now - self._seconds) + self._seconds - now
        if wait <= SLACK:
            self._last[viewer.slug] = now
            return None
        told = {
            "name": "AUTHED_API_POST_LIMIT",
            "period": math.ceil(self._seconds),
            "limit": 1,
            "remaining": 0,
        }
        headers = {"Retry-After": str(math.ceil(wait)), "X-Ratelimit": json.dumps(told)}
        return web.Response(status=429, headers=headers)


@dataclass(frozen=True, slots=True)
class Wall:
    """A refusal for whoever is signed in, on paths in which the pattern is found."""

    path: str
    status: int
    headers: Mapping[str, str]
    spares_vip: bool = False

    def stops(self, request: web.Request, viewer: Account) -> bool:
        """Return whether this request gets no further."""
        if self.spares_vip and viewer.vip:
            return False
        return re.search(self.path, request.raw_path) is not None

    def refusal(self, viewer: Account) -> web.Response:
        """Return the answer to who is stopped."""
        told = {"X-VIP-User": "true" if viewer.vip else "false"}
        return web.Response(status=self.status, headers={**UPGRADE, **self.headers, **told})


def limit_reached(viewer: Account, limit: int) -> web.Response:
    """Return what somebody gets who has as much of something as the account may have."""
    return Wall("", 420, {"X-Account-Limit": str(limit)}).refusal(viewer)


def locked_out() -> web.Response:
    """Return what a locked account gets, whatever it asks."""
    return web.Response(
        status=423, headers={"X-Account-Locked": "true", "X-Account-Deactivated": "false"}
    )
