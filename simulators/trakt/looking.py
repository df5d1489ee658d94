"""Looking titles up: by an id of whatever kind, and a show's seasons and episodes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from . import airing, shapes
from .clock import iso
from .paging import paged

if TYPE_CHECKING:
    from simulators.catalog import CatalogTitle, Season

    from .state import State

_KINDS = ("movie", "show", "episode")


def looking_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    looking = Looking(state)
    return [
        web.get("/search/{source:trakt|imdb|tmdb|tvdb}/{id}", looking.find),
        # Written like the charts, which would otherwise be looked at after these.
        web.get("/{media:shows}/{id}", looking.show),
        web.get("/{media:shows}/{id}/seasons", looking.seasons),
        web.get("/{media:movies}/{id}", looking.film),
    ]


class Looking:
    """Answers each route from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def find(self, request: web.Request) -> web.Response:
        """Return everything that has this id, of the types that are asked for.

        Numbers are given for each type apart: without `type` a show's number finds an episode too.
        """
        source, text = request.match_info["source"], request.match_info["id"]
        kinds = request.query.get("type", ",".join(_KINDS)).split(",")
        if not set(kinds) <= {*_KINDS, "person", "list"}:
            raise web.HTTPBadRequest
        value: int | str = int(text) if text.isascii() and text.isdigit() else text
        found = [
            entry
            for kind in _KINDS
            if kind in kinds and (entry := self._state.titles.find(kind, source, value))
        ]
        return paged(
            request, found, lambda entry: {"type": entry.kind, "score": 1000, **entry.fields}
        )

    async def show(self, request: web.Request) -> web.Response:
        """Return a show."""
        title = self._title("show", request)
        out = shapes.show(title)
        if _is_full(request):
            aired = airing.aired_episodes(title, self._now())
            status = "returning series" if title.returning else "ended"
            out |= {"aired_episodes": aired, "status": status}
        return web.json_response(out)

    async def film(self, request: web.Request) -> web.Response:
        """Return a film."""
        title = self._title("movie", request)
        released = {"released": f"{title.year}-01-01" if title.year else None}
        return web.json_response(shapes.movie(title) | (released if _is_full(request) else {}))

    async def seasons(self, request: web.Request) -> web.Response:
        """Return all seasons of a show, with `extended=full` dates, with `episodes` those too."""
        title = self._title("show", request)
        extended = request.query.get("extended", "").split(",")
        out = []
        for season in title.seasons:
            row = shapes.season(title, season.number)
            if _is_full(request):
                row |= self._season_dates(season)
            if "episodes" in extended:
                row["episodes"] = [
                    self._episode(title, season, number, full=_is_full(request))
                    for number in season.numbers
                ]
            out.append(row)
        return web.json_response(out)

    def _season_dates(self, season: Season) -> dict[str, object]:
        first = airing.first_aired(season, season.first)
        return {
            "title": f"Season {season.number}" if season.number else "Specials",
            "overview": None,
            "rating": 8.0,
            "votes": 100,
            "episode_count": season.episodes,
            "aired_episodes": airing.aired_count(season, self._now()),
            "network": None,
            **({} if first is None else {"first_aired": iso(first)}),
        }

    def _episode(
        self, title: CatalogTitle, season: Season, number: int, *, full: bool
    ) -> dict[str, object]:
        out = shapes.episode(title, season.number, number)
        if full:
            aired = airing.first_aired(season, number)
            out |= {
                "number_abs": None,
                "overview": None,
                "rating": 8.0,
                "votes": 100,
                "first_aired": None if aired is None else iso(aired),
                "updated_at": "2024-01-01T00:00:00.000Z",
                "available_translations": ["en"],
                "runtime": airing.RUNTIME.seconds // 60,
            }
        return out

    def _title(self, kind: str, request: web.Request) -> CatalogTitle:
        title = self._state.titles.slug_or_number(kind, request.match_info["id"])
        if title is None:
            raise web.HTTPNotFound
        return title

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._state.clock.now(), UTC)


def _is_full(request: web.Request) -> bool:
    return "full" in request.query.get("extended", "").split(",")
