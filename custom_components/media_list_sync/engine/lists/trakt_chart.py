"""Trakt's charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..model import ListContents
from .charts import unless_known
from .errors import as_errors_of_a_list
from .source import ListClients

LIMIT: Final = 100
"""Titles that are read of a chart; most go on for thousands."""

CHARTS: Final = {
    "movies_trending": ("movies/trending", "Trakt Trending Movies"),
    "movies_popular": ("movies/popular", "Trakt Popular Movies"),
    "movies_anticipated": ("movies/anticipated", "Trakt Anticipated Movies"),
    "movies_watched": ("movies/watched/weekly", "Trakt Most Watched Movies"),
    "movies_favorited": ("movies/favorited/weekly", "Trakt Most Favorited Movies"),
    "movies_boxoffice": ("movies/boxoffice", "Trakt Box Office"),
    "shows_trending": ("shows/trending", "Trakt Trending Shows"),
    "shows_popular": ("shows/popular", "Trakt Popular Shows"),
    "shows_anticipated": ("shows/anticipated", "Trakt Anticipated Shows"),
    "shows_watched": ("shows/watched/weekly", "Trakt Most Watched Shows"),
    "shows_favorited": ("shows/favorited/weekly", "Trakt Most Favorited Shows"),
}
"""By the name in configuration: the path at Trakt, and what it is called. The last week counts."""


@dataclass(frozen=True, slots=True)
class TraktChartSource:
    """One of CHARTS."""

    clients: ListClients
    chart: str

    async def read(self, known: str | None) -> ListContents | None:
        """Read the chart, which takes one request."""
        path, name = CHARTS[self.chart]
        with as_errors_of_a_list():
            items = await self.clients.needed_trakt().chart(path, LIMIT)
        return unless_known(known, name, items, {})
