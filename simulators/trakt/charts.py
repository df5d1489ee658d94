"""Charts of films and of shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from . import shapes
from .paging import paged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.catalog import CatalogTitle

    from .state import State

MEDIA = ("movies", "shows")
PERIODS = frozenset({"daily", "weekly", "monthly", "yearly", "all"})
BOX_OFFICE = 10

# What a row says of its title. Popular says nothing: there the title is the row itself.
_COUNTS: Mapping[str, tuple[str, ...]] = {
    "trending": ("watchers",),
    "popular": (),
    "anticipated": ("list_count",),
    "boxoffice": ("revenue",),
    "watched": ("watcher_count", "play_count", "collected_count"),
    "played": ("watcher_count", "play_count", "collected_count"),
    "collected": ("watcher_count", "play_count", "collected_count"),
    "favorited": ("user_count",),
}
_WITH_PERIOD = ("watched", "played", "collected", "favorited")


def default_charts(catalog: Iterable[CatalogTitle]) -> dict[tuple[str, str], list[CatalogTitle]]:
    """Return charts of all titles of the catalogue, in its order."""
    titles = list(catalog)
    films = [title for title in titles if not title.is_show]
    shows = [title for title in titles if title.is_show]
    charts = {
        (media, chart): list(films if media == "movies" else shows)
        for media in MEDIA
        for chart in _COUNTS
        if chart != "boxoffice"
    }
    return {**charts, ("movies", "boxoffice"): films[:BOX_OFFICE]}


def chart_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    charts = Charts(state)
    media = f"/{{media:{'|'.join(MEDIA)}}}"
    bare = "|".join(name for name in _COUNTS if name != "boxoffice")
    return [
        web.get("/movies/boxoffice", charts.box_office),
        web.get(f"{media}/{{chart:{bare}}}", charts.chart),
        web.get(f"{media}/{{chart:{'|'.join(_WITH_PERIOD)}}}/{{period}}", charts.chart),
    ]


class Charts:
    """Answers each chart from the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def box_office(self, _request: web.Request) -> web.Response:
        """Return the box office of a weekend, which has no pages."""
        titles = self._state.charts["movies", "boxoffice"]
        return web.json_response([_row("boxoffice", *pair) for pair in enumerate(titles, start=1)])

    async def chart(self, request: web.Request) -> web.Response:
        """Return a page of a chart. All periods show the same."""
        if request.match_info.get("period", "weekly") not in PERIODS:
            raise web.HTTPNotFound
        chart = request.match_info["chart"]
        titles = self._state.charts[request.match_info["media"], chart]
        ranked = list(enumerate(titles, start=1))
        return paged(request, ranked, lambda pair: _row(chart, *pair))


def _row(chart: str, rank: int, title: CatalogTitle) -> dict[str, object]:
    shown = shapes.show(title) if title.is_show else shapes.movie(title)
    names = _COUNTS[chart]
    if not names:
        return shown
    if title.is_show and "collected_count" in names:
        names = (*names, "collector_count")
    counts = dict.fromkeys(names, 1_000_000 // rank)
    return {**counts, "show" if title.is_show else "movie": shown}
