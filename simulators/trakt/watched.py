"""What was watched, summed up: by film, by show, and in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from . import airing, numbers, shapes
from .clock import iso
from .demands import viewer_of
from .paging import LARGEST_LIMIT, paged
from .plays import last

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.catalog import CatalogTitle

    from .accounts import Account
    from .plays import Play
    from .state import State

LARGEST_WITH_PROGRESS = 100
"""A page with seasons is shorter than another, whatever is asked for."""

type Shown = tuple[CatalogTitle, list[list[Play]]]
"""A show, and the plays of each of its episodes."""


def watched_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    watched = Watched(state)
    return [
        web.get("/users/me/stats", watched.stats),
        *(
            route
            for base in ("/sync/watched", "/users/me/watched")
            for route in (
                web.get(f"{base}/movies", watched.films),
                web.get(f"{base}/shows", watched.shows),
            )
        ),
    ]


class Watched:
    """Answers each route from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def films(self, request: web.Request) -> web.Response:
        """Return a page of the films, the one watched last first."""
        found = list(viewer_of(request).plays.watched(films=True))
        found.sort(key=last, reverse=True)
        return paged(request, found, _film)

    async def shows(self, request: web.Request) -> web.Response:
        """Return a page of the shows; with `extended=min` all of them, as numbers and dates."""
        viewer = viewer_of(request)
        extended = request.query.get("extended", "").split(",")
        shows = shown_by(viewer)
        if "min" in extended:
            return self._least(request, shows)
        now = datetime.fromtimestamp(self._state.clock.now(), UTC)
        progress = "progress" in extended

        def row(shown: Shown) -> dict[str, object]:
            return _show(shown, viewer.resets, now, progress=progress)

        largest = LARGEST_WITH_PROGRESS if progress else LARGEST_LIMIT
        return paged(request, shows, row, largest=largest)

    def _least(self, request: web.Request, shows: list[Shown]) -> web.Response:
        numbered = request.query.get("season_numbers") == "true"
        specials = request.query.get("specials") == "true"
        if self._state.least_cut is not None:
            shows = shows[: self._state.least_cut]
        out: dict[str, dict[str, dict[str, list[str]]]] = {}
        for title, episodes in shows:
            seasons: dict[str, dict[str, list[str]]] = {}
            for plays in episodes:
                season, number = _place(plays)
                if season == 0 and not specials:
                    continue
                key = str(numbers.season_id(title, season))
                dates = seasons.setdefault(f"{key}|{season}" if numbered else key, {})
                dates[str(numbers.episode_id(title, season, number))] = [
                    iso(play.watched_at) for play in plays
                ]
            if seasons:
                out[str(title.trakt)] = seasons
        return web.json_response(out)

    async def stats(self, request: web.Request) -> web.Response:
        """Return how much of everything there is."""
        viewer = viewer_of(request)
        films = list(viewer.plays.watched(films=True))
        episodes = list(viewer.plays.watched(films=False))
        rated = Counter(entry.kind for entry in viewer.ratings)
        given = Counter(rating.rating for rating in viewer.ratings.values())
        minutes = airing.RUNTIME.seconds // 60
        plays = {
            "movies": sum(map(len, films)),
            "episodes": sum(map(len, episodes)),
        }
        return web.json_response(
            {
                "movies": {
                    "plays": plays["movies"],
                    "watched": len(films),
                    "minutes": plays["movies"] * 100,
                    "collected": 0,
                    "ratings": rated["movie"],
                    "comments": 0,
                },
                "shows": {
                    "watched": len(shown_by(viewer)),
                    "collected": 0,
                    "ratings": rated["show"],
                    "comments": 0,
                },
                "seasons": {"ratings": rated["season"], "comments": 0},
                "episodes": {
                    "plays": plays["episodes"],
                    "watched": len(episodes),
                    "minutes": plays["episodes"] * minutes,
                    "collected": 0,
                    "ratings": rated["episode"],
                    "comments": 0,
                },
                "network": {"friends": 0, "followers": 0, "following": 0},
                "ratings": {
                    "total": sum(given.values()),
                    "distribution": {str(number): given[number] for number in range(1, 11)},
                },
            }
        )


def shown_by(viewer: Account) -> list[Shown]:
    """Return the shows, the one watched last first."""
    by_show: dict[int, Shown] = {}
    for plays in viewer.plays.watched(films=False):
        title = plays[0].entry.title
        by_show.setdefault(title.trakt, (title, []))[1].append(plays)
    return sorted(by_show.values(), key=lambda shown: max(map(last, shown[1])), reverse=True)


def _film(plays: list[Play]) -> dict[str, object]:
    return {
        "plays": len(plays),
        "last_watched_at": iso(last(plays)),
        "last_updated_at": iso(max(play.added_at for play in plays)),
        "movie": shapes.movie(plays[0].entry.title),
    }


def _show(
    shown: Shown, resets: Mapping[int, datetime], now: datetime, *, progress: bool
) -> dict[str, object]:
    title, episodes = shown
    reset = resets.get(title.trakt)
    out: dict[str, object] = {
        "plays": sum(map(len, episodes)),
        "last_watched_at": iso(max(map(last, episodes))),
        "last_updated_at": iso(max(play.added_at for plays in episodes for play in plays)),
        "reset_at": None if reset is None else iso(reset),
        "show": {**shapes.show(title), "aired_episodes": airing.aired_episodes(title, now)},
    }
    if progress:
        seasons: dict[int, list[dict[str, object]]] = {}
        for plays in sorted(episodes, key=_place):
            season, number = _place(plays)
            seasons.setdefault(season, []).append(
                {"number": number, "plays": len(plays), "last_watched_at": iso(last(plays))}
            )
        out["seasons"] = [
            {"number": number, "episodes": watched} for number, watched in seasons.items()
        ]
    return out


def _place(plays: list[Play]) -> tuple[int, int]:
    entry = plays[0].entry
    return entry.season or 0, entry.episode or 0
