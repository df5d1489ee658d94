"""The ledger on disk, one for each Seerr server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
import sqlite3
import sys
from typing import Any

from ..ledger import Ledger, LedgerKey, LedgerRow
from ..model import MediaStatus, MediaType, Quality, TitleKey
from .times import to_text

_COLUMNS = (
    "media_type, tmdb, season, quality, seen, seen_at, intent_at, requested_at, request_id,"
    " user_id, job_id, title, taken_back_at"
)


def load(connection: sqlite3.Connection, server: str) -> Ledger:
    """Return all that was ever seen or done on a server.

    A ledger has tens of thousands of rows: what is the same in many of them is there once.
    """
    rows = connection.execute(f"SELECT {_COLUMNS} FROM ledger WHERE server = ?", (server,))
    reader = _Reader()
    return dict(map(reader.read, rows))


def in_doubt(connection: sqlite3.Connection, server: str) -> Ledger:
    """Return the rows whose request was begun and never heard the end of."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ledger WHERE server = ? AND intent_at IS NOT NULL", (server,)
    )
    return dict(map(_Reader().read, rows))


def save(connection: sqlite3.Connection, server: str, rows: Mapping[LedgerKey, LedgerRow]) -> None:
    """Write rows over what was there."""
    connection.executemany(
        f"INSERT OR REPLACE INTO ledger (server, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (_write(server, key, row) for key, row in rows.items()),
    )


def hold_doubts(connection: sqlite3.Connection, now: datetime) -> None:
    """Take requests in doubt for taken back, unless the server has them: the database is a copy.

    They were made after the copy was, most likely, and what the server does not have of them was
    deleted since. Such a title comes back as any other that a person took back (R2).
    """
    connection.execute(
        "UPDATE ledger SET taken_back_at = ? WHERE intent_at IS NOT NULL", (to_text(now),)
    )


def get_many(connection: sqlite3.Connection, server: str, keys: Iterable[LedgerKey]) -> Ledger:
    """Return the rows of some keys; those without one are left out."""
    found: Ledger = {}
    for key in keys:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM ledger WHERE server = ? AND media_type = ? AND tmdb = ?"
            " AND season = ? AND quality = ?",
            (server, key.title.media_type, key.title.tmdb, key.season, key.quality),
        ).fetchone()
        if row is not None:
            found.update((_Reader().read(row),))
    return found


class _Reader:
    """Makes rows into values, sharing titles and times between them."""

    def __init__(self) -> None:
        self._titles: dict[tuple[str, int], TitleKey] = {}
        self._times: dict[str, datetime] = {}

    def read(self, row: tuple[Any, ...]) -> tuple[LedgerKey, LedgerRow]:
        media_type, tmdb, season, quality, seen, seen_at, intent_at, requested_at, *rest = row
        request_id, user_id, job_id, title, taken_back_at = rest
        key = LedgerKey(self._title(media_type, tmdb), season, Quality(quality))
        return key, LedgerRow(
            seen=MediaStatus.read(seen),
            seen_at=self._time(seen_at),
            intent_at=self._time(intent_at),
            requested_at=self._time(requested_at),
            request_id=request_id,
            user_id=user_id,
            job_id=sys.intern(job_id) if job_id else job_id,
            title=title,
            taken_back_at=self._time(taken_back_at),
        )

    def _title(self, media_type: str, tmdb: int) -> TitleKey:
        key = self._titles.get((media_type, tmdb))
        if key is None:
            key = self._titles[(media_type, tmdb)] = TitleKey(MediaType(media_type), tmdb)
        return key

    def _time(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        moment = self._times.get(text)
        if moment is None:
            moment = self._times[text] = datetime.fromisoformat(text)
        return moment


def _write(server: str, key: LedgerKey, row: LedgerRow) -> tuple[object, ...]:
    return (
        server,
        key.title.media_type,
        key.title.tmdb,
        key.season,
        key.quality,
        int(row.seen),
        to_text(row.seen_at),
        to_text(row.intent_at),
        to_text(row.requested_at),
        row.request_id,
        row.user_id,
        row.job_id,
        row.title,
        to_text(row.taken_back_at),
    )
