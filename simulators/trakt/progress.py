"""How far shows were watched, since they were begun anew where a person did that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from . import airing, shapes
from .clock import iso
from .demands import viewer_of
from .paging import paged
from .plays import UNKNOWN
from .watched import shown_by

if TYPE_CHECKING:
    from simulators.catalog import CatalogTitle

    from .state import State
    from .watched import Shown


def progress_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    return [web.get("/sync/progress/watched", Progress(state).watched)]


class Progress:
    """Answers the route from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def watched(self, request: web.Request) -> web.Response:
        """Return a page of the shows, or with `only_rewatching=true` of those begun anew."""
        viewer = viewer_of(request)
        shown = shown_by(viewer)
        if request.query.get("only_rewatching") == "true":
            shown = [one for one in shown if one[0].trakt in viewer.resets]
        now = datetime.fromtimestamp(self._state.clock.now(), UTC)
        return paged(request, shown, lambda one: _row(one, viewer.resets.get(one[0].trakt), now))


def _row(shown: Shown, reset: datetime | None, now: datetime) -> dict[str, object]:
    title, episodes = shown
    since = reset or UNKNOWN
    seen = {
        (plays[0].entry.season or 0, plays[0].entry.episode or 0): moment
        for plays in episodes
        if (moment := max(play.watched_at for play in plays)) >= since
    }
    aired = _aired(title, now)
    last = max(seen, key=seen.__getitem__, default=None)
    following = next((place for place in aired if place not in seen), None)
    return {
        "progress": {
            "aired": len(aired),
            "completed": sum(place in seen for place in aired),
            "last_watched_at": None if last is None else iso(seen[last]),
            "reset_at": None if reset is None else iso(reset),
            "next_episode": None if following is None else shapes.episode(title, *following),
            "last_episode": None if last is None else shapes.episode(title, *last),
        },
        "show": shapes.show(title),
    }


def _aired(title: CatalogTitle, now: datetime) -> list[tuple[int, int]]:
    return [
        (season.number, number)
        for season in title.seasons
        if season.number
        for number in season.numbers
        if (moment := airing.first_aired(season, number)) is not None and moment <= now
    ]
