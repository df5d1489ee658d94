"""Pages of an answer: everything comes in pages, whether a client asks for them or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 250


def paged[T](
    request: web.Request,
    rows: Sequence[T],
    shape: Callable[[T], object],
    headers: Mapping[str, str] | None = None,
    *,
    largest: int = LARGEST_LIMIT,
) -> web.Response:
    """Return the page of the rows that `page` and `limit` ask for.

    A limit above `largest` is cut without a word, and so is `all`; what is no number counts as not sent. A
    page after the last one is empty.
    """
    limit = _limit(request.query.get("limit", ""), largest)
    page = _number(request.query.get("page", "")) or 1
    start = (page - 1) * limit
    pages = -(-len(rows) // limit)
    return web.json_response(
        [shape(row) for row in rows[start : start + limit]],
        headers={
            **(headers or {}),
            "X-Pagination-Page": str(page),
            "X-Pagination-Limit": str(limit),
            "X-Pagination-Page-Count": str(pages),
            "X-Pagination-Item-Count": str(len(rows)),
        },
    )


def _limit(text: str, largest: int) -> int:
    if text == "all":
        return largest
    return min(_number(text) or DEFAULT_LIMIT, largest)


def _number(text: str) -> int | None:
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 10 else None
