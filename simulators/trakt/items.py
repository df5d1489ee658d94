"""What is on a list or watchlist: of which types, in which order, in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .entries import Person
from .paging import paged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .lists import Listed

TYPES = frozenset({"movie", "show", "season", "episode", "person"})
_SINGULAR = {"movies": "movie", "shows": "show", "seasons": "season", "episodes": "episode"}


def items_response(request: web.Request, items: Sequence[Listed], *, plurals: bool) -> web.Response:
    """Return a page of the items.

    The path may name types, joined by commas (on a watchlist also in the plural), and an order.
    Other parameters, `extended` among them, are passed over.
    """
    wanted = _types(request.match_info.get("types"), plurals=plurals)
    ranked = [(rank, item) for rank, item in enumerate(items, start=1) if item.entry.kind in wanted]
    sort_by = request.match_info.get("sort_by") or request.query.get("sort_by") or "rank"
    sort_how = request.match_info.get("sort_how") or request.query.get("sort_how") or "asc"
    ordered = _ordered(ranked, sort_by)
    if sort_how == "desc":
        ordered.reverse()
    headers = {
        "X-Sort-By": "rank",
        "X-Sort-How": "asc",
        "X-Applied-Sort-By": sort_by,
        "X-Applied-Sort-How": sort_how,
    }
    return paged(request, ordered, lambda ranked: ranked[1].fields(ranked[0]), headers)


def _types(text: str | None, *, plurals: bool) -> frozenset[str]:
    if text is None:
        return TYPES
    names = [_SINGULAR.get(name, name) if plurals else name for name in text.split(",")]
    if not TYPES.issuperset(names):
        raise web.HTTPNotFound
    return frozenset(names)


def _ordered(ranked: list[tuple[int, Listed]], sort_by: str) -> list[tuple[int, Listed]]:
    match sort_by:
        case "added":
            return sorted(ranked, key=lambda pair: pair[1].listed_at)
        case "title":
            return sorted(ranked, key=lambda pair: _name(pair[1]))
        case _:
            return ranked


def _name(item: Listed) -> str:
    entry = item.entry
    return entry.name if isinstance(entry, Person) else entry.title.title
