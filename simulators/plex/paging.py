"""Pages by `X-Plex-Container-Start` and `-Size`, in headers or in the query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .queries import whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

START = "X-Plex-Container-Start"
SIZE = "X-Plex-Container-Size"


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some of what there is. `offset` is None where the whole was asked for and given."""

    items: Sequence[T]
    total: int
    offset: int | None

    @property
    def fields(self) -> dict[str, int]:
        """Return what the container says of it."""
        if self.offset is None:
            return {"size": len(self.items)}
        return {"size": len(self.items), "totalSize": self.total, "offset": self.offset}

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that say the same."""
        if self.offset is None:
            return {}
        return {START: str(self.offset), "X-Plex-Container-Total-Size": str(self.total)}


def page_of[T](request: web.Request, items: Sequence[T], largest: int | None = None) -> Page[T]:
    """Return the page that was asked for: never more than `largest` rows, if that is given."""
    start, size = _asked(request, START), _asked(request, SIZE)
    if start is None and size is None and (largest is None or len(items) <= largest):
        return Page(items, len(items), None)
    start = start or 0
    end = len(items) if size is None else start + size
    if largest is not None:
        end = min(end, start + largest)
    return Page(items[start:end], len(items), start)


def _asked(request: web.Request, name: str) -> int | None:
    text = request.headers.get(name) or request.query.get(name)
    return None if text is None else whole_number(text, name)
