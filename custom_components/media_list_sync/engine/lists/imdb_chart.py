"""IMDb's charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..clients.imdb import ImdbChart, ImdbClient
from ..model import ListContents
from .charts import unless_known
from .errors import as_errors_of_a_list
from .imdb_titles import collect

CHARTS: Final = {
    "top_movies": (ImdbChart.TOP_MOVIES, "IMDb Top 250 Movies"),
    "top_shows": (ImdbChart.TOP_SHOWS, "IMDb Top 250 TV Shows"),
    "popular_movies": (ImdbChart.POPULAR_MOVIES, "IMDb Most Popular Movies"),
    "popular_shows": (ImdbChart.POPULAR_SHOWS, "IMDb Most Popular TV Shows"),
}


@dataclass(frozen=True, slots=True)
class ImdbChartSource:
    """One of CHARTS."""

    imdb: ImdbClient
    chart: str

    async def read(self, known: str | None) -> ListContents | None:
        """Read the chart, which takes one request."""
        which, name = CHARTS[self.chart]
        with as_errors_of_a_list():
            collected = collect(await self.imdb.chart(which))
        return unless_known(known, name, collected.items.values(), collected.left_out)


@dataclass(frozen=True, slots=True)
class ImdbBoxOfficeSource:
    """The box office of the last weekend."""

    imdb: ImdbClient

    async def read(self, known: str | None) -> ListContents | None:
        """Read the chart, which takes one request."""
        with as_errors_of_a_list():
            collected = collect(await self.imdb.box_office())
        items = collected.items.values()
        return unless_known(known, "IMDb Box Office", items, collected.left_out)
