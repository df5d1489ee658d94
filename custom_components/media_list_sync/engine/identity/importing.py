"""From a downloaded table to rows in the database: runs in an interpreter of its own.

The last good copy stands until a new one was read whole and found sound, and is then replaced in
one transaction. (Everything here uses the standard library alone.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
import sqlite3
from typing import Literal

from ..placement import Origin
from ..store import atlas
from . import anibridge, anime_lists, fribb
from .row import Row
from .streaming import NotTheShape

type Refusal = Literal["empty", "shape", "smaller", "fewer_rows"]
"""Why a file is not taken: nothing in it, not what it should be, half the size, half the rows."""

MOST_ROWS = 500_000
"""How many rows a table may have; the longest has some 30,000."""

_WAIT_SECONDS = 10.0
"""How long a write of the store's own may keep this one waiting."""


@dataclass(frozen=True, slots=True)
class _Table:
    rows: Callable[[Path], Iterator[Row]]
    source: atlas.Source


_TABLES: Mapping[Origin, _Table] = {
    Origin.ANIBRIDGE: _Table(anibridge.rows, "anilist"),
    Origin.ANIME_LISTS: _Table(anime_lists.rows, "anidb"),
    Origin.FRIBB: _Table(fribb.rows, "anilist"),
}
ORIGINS = tuple(_TABLES)
"""The tables, the most trusted first (I1)."""


class TableRefused(Exception):
    """A downloaded table is not believed; the last good copy stays."""

    def __init__(self, origin: Origin, reason: Refusal, detail: str = "") -> None:
        super().__init__(origin, reason, detail)
        self.origin = origin
        self.reason: Refusal = reason
        self.detail = detail

    def __str__(self) -> str:
        """Say which table, and why."""
        return f"{self.origin}: {self.reason}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file to be imported, with what the next request for it has to say."""

    origin: Origin
    path: str
    etag: str | None
    fetched_at: datetime
    due_at: datetime


def import_table(database: str, file: Downloaded) -> atlas.TableState:
    """Import a table into the database at a path, and return how it stands with it now.

    Raises TableRefused, and sqlite3.Error where the database is in the way; the last good copy
    then stands as it was.
    """
    table = _TABLES[file.origin]
    path = Path(file.path)
    size = path.stat().st_size
    with closing(sqlite3.connect(database, timeout=_WAIT_SECONDS, isolation_level=None)) as found:
        found.execute("PRAGMA temp_store = MEMORY")
        found.execute("PRAGMA cache_size = -4000")
        before = atlas.state(found, file.origin)
        if size == 0:
            raise TableRefused(file.origin, "empty")
        if size * 2 < before.bytes:
            raise TableRefused(file.origin, "smaller", f"{size} of {before.bytes} bytes")
        try:
            count = atlas.collect(found, _bounded(table.rows(path)))
        except NotTheShape as error:
            raise TableRefused(file.origin, "shape", str(error)) from None
        except (ValueError, TypeError) as error:  # values of another kind than they ever were
            raise TableRefused(file.origin, "shape", type(error).__name__) from error
        if count == 0:
            raise TableRefused(file.origin, "empty")
        if count * 2 < before.rows:
            raise TableRefused(file.origin, "fewer_rows", f"{count} of {before.rows}")
        state = replace(
            before,
            etag=file.etag,
            bytes=size,
            rows=count,
            fetched_at=file.fetched_at,
            checked_at=file.fetched_at,
            due_at=file.due_at,
            error=None,
        )
        found.execute("BEGIN IMMEDIATE")
        atlas.take_over(found, file.origin, table.source)
        atlas.save_state(found, state)
        found.execute("COMMIT")
    return state


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for count, one in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise NotTheShape("more rows than any table has")
        yield one
