"""Which entries a page holds, and the opaque cursor that leads to the next one."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
import hashlib
from typing import TYPE_CHECKING

from .errors import ErrorCode, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_LIMIT = 250


@dataclass(frozen=True, slots=True)
class Page:
    """The entries from `start` up to `stop`, and the `pageInfo` that belongs to them."""

    start: int
    stop: int
    info: Mapping[str, object]


def page_bounds(arguments: Mapping[str, object], total: int, scope: str) -> Page:
    """Return the page that `first` and `after` ask for.

    A cursor counts entries, so a list that is edited between two pages loses or repeats some, as a
    real one does. It holds for one list in one order (`scope` and `sort`) only.
    """
    first, after, sort = arguments["first"], arguments.get("after"), arguments.get("sort")
    if not isinstance(first, int) or not 0 < first <= PAGE_LIMIT:
        raise RefusedError(ErrorCode.BAD_USER_INPUT, f"first must be between 1 and {PAGE_LIMIT}")
    mark = hashlib.sha256(f"{scope} {sort}".encode()).hexdigest()[:12]
    start = _decoded(str(after), mark) if after is not None else 0
    stop = min(start + first, total)
    more = stop < total
    info = {
        "hasNextPage": more,
        "hasPreviousPage": start > 0,
        "endCursor": _encoded(stop, mark) if more else None,
    }
    return Page(start, stop, info)


def _encoded(position: int, mark: str) -> str:
    return base64.urlsafe_b64encode(f"{mark}:{position}".encode()).decode()


def _decoded(cursor: str, mark: str) -> int:
    try:
        given, _, position = base64.urlsafe_b64decode(cursor).decode().partition(":")
        if given == mark:
            return int(position)
    except binascii.Error, ValueError:
        pass
    raise RefusedError(ErrorCode.BAD_USER_INPUT, "Invalid cursor")
