"""Lists that a person uploaded as a file, as they were read from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
import hashlib
import sqlite3
from typing import Any

import orjson

from ..model import Ids, ListContents, ListItem, MediaType, Part
from .times import from_text, to_text


def put(
    connection: sqlite3.Connection,
    upload_id: str,
    name: str,
    items: Iterable[ListItem],
    left_out: Mapping[str, int] | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Store an uploaded list, in place of the one of this id."""
    rows = orjson.dumps([_to_row(item) for item in items])
    others = orjson.dumps(dict(left_out or {}), option=orjson.OPT_SORT_KEYS)
    fingerprint = hashlib.sha256(b"\n".join((name.encode(), rows, others))).hexdigest()[:32]
    connection.execute(
        "INSERT OR REPLACE INTO upload VALUES (?, ?, ?, ?, ?, ?)",
        (upload_id, name, rows, others, fingerprint, to_text(at or datetime.now(UTC))),
    )


def get(connection: sqlite3.Connection, upload_id: str) -> ListContents | None:
    """Return an uploaded list. Its fingerprint changes with its contents only."""
    row = connection.execute(
        "SELECT name, items, left_out, fingerprint FROM upload WHERE upload_id = ?", (upload_id,)
    ).fetchone()
    if row is None:
        return None
    name, items, left_out, fingerprint = row
    return ListContents(
        name,
        tuple(_from_row(item) for item in orjson.loads(items)),
        orjson.loads(left_out),
        fingerprint,
    )


def remove(connection: sqlite3.Connection, upload_id: str) -> None:
    """Forget an uploaded list."""
    connection.execute("DELETE FROM upload WHERE upload_id = ?", (upload_id,))


def remove_unused(connection: sqlite3.Connection, used: Collection[str], before: datetime) -> None:
    """Forget what was uploaded before a time and belongs to no list: a flow that was left."""
    rows = connection.execute(
        "SELECT upload_id FROM upload WHERE uploaded_at < ?", (to_text(before),)
    ).fetchall()
    for (upload_id,) in rows:
        if upload_id not in used:
            remove(connection, upload_id)


def _to_row(item: ListItem) -> list[Any]:
    ids = item.ids
    return [
        item.media_type,
        ids.imdb,
        ids.tmdb,
        ids.tvdb,
        ids.trakt,
        item.title,
        item.year,
        item.part,
        item.season,
        to_text(item.listed_at),
    ]


def _from_row(row: list[Any]) -> ListItem:
    media_type, imdb, tmdb, tvdb, trakt, title, year, part, season, listed_at = row
    return ListItem(
        MediaType(media_type),
        Ids(imdb, tmdb, tvdb, trakt),
        title,
        year,
        Part(part),
        season,
        from_text(listed_at),
    )
