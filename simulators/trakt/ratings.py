"""Scores from 1 to 10, of films, shows, seasons and episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from . import bodies
from .clock import iso
from .demands import viewer_of
from .paging import paged

if TYPE_CHECKING:
    from datetime import datetime

    from .accounts import Account
    from .entries import Entry
    from .state import State

KINDS = frozenset({"movie", "show", "season", "episode"})


@dataclass(frozen=True, slots=True)
class Rating:
    """A score, and when it was given."""

    rating: int
    rated_at: datetime


def ratings_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    ratings = Ratings(state)
    return [
        *(
            web.get(f"/sync/ratings{tail}", ratings.read)
            for tail in ("", "/{type:all|movies|shows|seasons|episodes}", "/{type}/{rating}")
        ),
        web.post("/sync/ratings", ratings.add),
        web.post("/sync/ratings/remove", ratings.remove),
    ]


class Ratings:
    """Answers each route from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def read(self, request: web.Request) -> web.Response:
        """Return a page of the ratings, the newest first; of one type, of some scores."""
        kind = request.match_info.get("type", "all").removesuffix("s")
        if kind not in KINDS | {"all"}:
            raise web.HTTPNotFound
        scores = request.match_info.get("rating", "1,2,3,4,5,6,7,8,9,10").split(",")
        found = [
            (entry, rating)
            for entry, rating in viewer_of(request).ratings.items()
            if kind in ("all", entry.kind) and str(rating.rating) in scores
        ]
        found.sort(key=lambda pair: pair[1].rated_at, reverse=True)
        return paged(request, found, lambda pair: _row(*pair))

    async def add(self, request: web.Request) -> web.Response:
        """Rate what is named. A new score takes the place of an old one."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, KINDS)
        now = self._state.clock.stamp()
        coming = {}
        for entry, rows in wanted.found:
            score = rows[0].get("rating")
            if type(score) is not int or not 1 <= score <= 10:
                raise web.HTTPUnprocessableEntity
            given = rows[0].get("rated_at")
            coming[entry] = Rating(score, now if given is None else bodies.moment(given))
        viewer.ratings |= coming
        counts = counted(viewer, list(coming), now, "rated_at")
        return web.json_response({"added": counts, "not_found": wanted.not_found}, status=201)

    async def remove(self, request: web.Request) -> web.Response:
        """Take ratings away. One that was not there is not counted."""
        viewer = viewer_of(request)
        body = await bodies.read_body(request)
        wanted = bodies.wanted(body, self._state.titles, KINDS)
        gone = [entry for entry, _ in wanted.found if viewer.ratings.pop(entry, None)]
        counts = counted(viewer, gone, self._state.clock.stamp(), "rated_at")
        return web.json_response({"deleted": counts, "not_found": wanted.not_found})


def counted(viewer: Account, entries: list[Entry], now: datetime, key: str) -> dict[str, int]:
    """Count entries by kind, and note that there were some."""
    counts = {f"{kind}s": 0 for kind in ("movie", "show", "season", "episode")}
    for entry in entries:
        counts[f"{entry.kind}s"] += 1
    viewer.activities.changed(now, key, [name for name in counts if counts[name]])
    return counts


def _row(entry: Entry, rating: Rating) -> dict[str, object]:
    return {
        "rated_at": iso(rating.rated_at),
        "rating": rating.rating,
        "type": entry.kind,
        **entry.fields,
    }
