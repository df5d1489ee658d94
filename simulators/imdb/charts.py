"""IMDb's charts: the best and most popular titles, and the weekend's box office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cursors import page_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .titles import ImdbTitle

TOP_RATED = 250
MOST_POPULAR = 100
BOX_OFFICE = 10

_FILMS = {"movie"}
_SERIES = {"tvSeries", "tvMiniSeries"}


def default_charts(titles: Iterable[ImdbTitle]) -> dict[str, list[ImdbTitle]]:
    """Return charts made from titles, in their order, as long as the real ones can be."""
    titles = list(titles)
    films = [title for title in titles if title.kind in _FILMS]
    series = [title for title in titles if title.kind in _SERIES]
    return {
        "TOP_RATED_MOVIES": films[:TOP_RATED],
        "TOP_RATED_TV_SHOWS": series[:TOP_RATED],
        "MOST_POPULAR_MOVIES": films[::-1][:MOST_POPULAR],
        "MOST_POPULAR_TV_SHOWS": series[::-1][:MOST_POPULAR],
        "BOX_OFFICE": films[::-1][:BOX_OFFICE],
    }


def chart_page(
    chart: str, titles: Sequence[ImdbTitle], arguments: Mapping[str, object]
) -> dict[str, object]:
    """Return one page of a chart."""
    page = page_bounds(arguments, len(titles), chart)
    ranked = enumerate(titles[page.start : page.stop], start=page.start + 1)
    return {
        "total": len(titles),
        "pageInfo": page.info,
        "edges": [{"currentRank": rank, "node": title.fields} for rank, title in ranked],
    }


def box_office(titles: Sequence[ImdbTitle], limit: int) -> dict[str, object]:
    """Return the box office of a weekend."""
    return {
        "weekendStartDate": "2026-11-13",
        "weekendEndDate": "2026-11-15",
        "entries": [{"title": title.fields} for title in titles[:limit]],
    }
