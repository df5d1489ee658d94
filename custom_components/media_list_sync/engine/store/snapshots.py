"""The last whole reading of each list, and when a title came back to it (R2, R4, R9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
import json
import sqlite3
from typing import Any

from ..model import Ids, ListContents, ListItem, MediaType, Part
from .times import from_text, to_text


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is on record of a list: its name, size, and what the next read is compared with.

    `doubted_total` is the size of a read that the shrink guard did not believe yet.
    """

    name: str
    fingerprint: str | None
    total: int
    left_out: dict[str, int]
    read_at: datetime | None
    doubted_total: int | None = None


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A row of a list, and when it came back after having left."""

    item: ListItem
    returned_at: datetime | None


def get(connection: sqlite3.Connection, job_id: str) -> Snapshot | None:
    """Return what is on record of a list, without its titles."""
    row = connection.execute(
        "SELECT name, fingerprint, total, left_out, read_at, doubted_total FROM list_snapshot"
        " WHERE job_id = ?",
        (job_id,),
    ).fetchone()
    if row is None:
        return None
    name, fingerprint, total, left_out, read_at, doubted = row
    return Snapshot(name, fingerprint, total, json.loads(left_out), from_text(read_at), doubted)


def versions(connection: sqlite3.Connection, account: str) -> tuple[tuple[str, str], ...]:
    """Return, of each list of an account, when it was last read anew."""
    rows = connection.execute(
        "SELECT job_id, read_at FROM list_snapshot WHERE account = ? ORDER BY job_id", (account,)
    )
    return tuple((job_id, read_at) for job_id, read_at in rows)


def doubt(connection: sqlite3.Connection, job_id: str, total: int, now: datetime) -> None:
    """Remember a read that was suspiciously small; the snapshot stays as it was."""
    connection.execute(
        "UPDATE list_snapshot SET doubted_total = ?, doubted_at = ? WHERE job_id = ?",
        (total, to_text(now), job_id),
    )


def save(
    connection: sqlite3.Connection,
    job_id: str,
    account: str,
    contents: ListContents,
    *,
    curated: bool,
    now: datetime,
) -> None:
    """Store a whole reading of a list.

    A title that is no longer there is kept as having left. One that comes back, or whose
    listed-at date is newer than before, has returned, if a person curates the list.
    """
    stamp = to_text(now)
    connection.execute(
        "INSERT OR REPLACE INTO list_snapshot"
        " (job_id, account, name, fingerprint, total, left_out, read_at) VALUES (?,?,?,?,?,?,?)",
        (
            job_id,
            account,
            contents.name,
            contents.fingerprint,
            contents.total,
            json.dumps(dict(contents.left_out)),
            stamp,
        ),
    )
    # Everything is marked as gone, and unmarked by what was read: positions stay below zero only
    # for rows that this reading did not have.
    connection.execute("UPDATE list_item SET position = -1 WHERE job_id = ?", (job_id,))
    connection.executemany(
        _UPSERT.format(returned=_RETURNED if curated else "returned_at"),
        ({"job": job_id, "now": stamp, **row} for row in _write(_only_first(contents.items))),
    )
    connection.execute(
        "UPDATE list_item SET left_at = ? WHERE job_id = ? AND position < 0 AND left_at IS NULL",
        (stamp, job_id),
    )


_RETURNED = (
    "CASE WHEN left_at IS NOT NULL OR excluded.listed_at > listed_at THEN :now ELSE returned_at END"
)
_UPSERT = (
    "INSERT INTO list_item (job_id, identity, position, media_type, imdb, tmdb, tvdb, trakt,"
    " title, year, part, season, listed_at)"
    " VALUES (:job, :identity, :position, :media_type, :imdb, :tmdb, :tvdb, :trakt,"
    " :title, :year, :part, :season, :listed_at)"
    " ON CONFLICT (job_id, identity) DO UPDATE SET position = excluded.position,"
    " media_type = excluded.media_type, imdb = excluded.imdb, tmdb = excluded.tmdb,"
    " tvdb = excluded.tvdb, trakt = excluded.trakt, title = excluded.title,"
    " year = excluded.year, returned_at = {returned}, left_at = NULL,"
    " listed_at = excluded.listed_at"
)


def items(connection: sqlite3.Connection, job_id: str) -> Iterator[StoredItem]:
    """Yield the titles that are on a list, in its order, without their listed-at dates."""
    rows = connection.execute(
        "SELECT media_type, imdb, tmdb, tvdb, trakt, title, year, part, season, returned_at"
        " FROM list_item WHERE job_id = ? AND left_at IS NULL ORDER BY position",
        (job_id,),
    )
    return map(_read, rows)


def unknown_imdb_ids(
    connection: sqlite3.Connection, job_id: str, server: str, now: datetime
) -> tuple[str, ...]:
    """Return the IMDb ids on a list of which nobody knows what they lead to, in its order."""
    rows = connection.execute(
        "SELECT DISTINCT imdb FROM list_item WHERE job_id = ? AND left_at IS NULL"
        " AND tmdb IS NULL AND imdb IS NOT NULL"
        " AND imdb NOT IN (SELECT imdb FROM library WHERE server = ? AND imdb IS NOT NULL)"
        " AND imdb NOT IN (SELECT value FROM identity WHERE source = 'imdb'"
        " AND (again_at IS NULL OR again_at > ?)) ORDER BY position",
        (job_id, server, to_text(now)),
    )
    return tuple(imdb for (imdb,) in rows)


def unread_shows(connection: sqlite3.Connection, job_id: str, server: str) -> tuple[int, ...]:
    """Return the shows on a list, by TMDB number, of which nothing at all is on record.

    Only those whose number is plain: given by the list, or the one title that an IMDb id led to.
    """
    rows = connection.execute(
        "SELECT DISTINCT number FROM ("
        " SELECT tmdb AS number FROM list_item WHERE job_id = :job AND left_at IS NULL"
        " AND media_type = 'show' AND tmdb IS NOT NULL AND part = 'whole'"
        " UNION ALL"
        " SELECT CAST(substr(found, 6) AS INTEGER) FROM list_item"
        " JOIN identity ON source = 'imdb' AND value = imdb"
        " WHERE job_id = :job AND left_at IS NULL AND list_item.tmdb IS NULL AND part = 'whole'"
        " AND found LIKE 'show:%' AND found NOT LIKE '% %')"
        " WHERE number NOT IN (SELECT tmdb FROM show WHERE server = :server)"
        " AND number NOT IN"
        " (SELECT tmdb FROM library WHERE server = :server AND media_type = 'show')"
        " AND number NOT IN"
        " (SELECT tmdb FROM ledger WHERE server = :server AND media_type = 'show')"
        " ORDER BY number",
        {"job": job_id, "server": server},
    )
    return tuple(number for (number,) in rows)


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget a list. What was done for its titles stays in the server's ledger."""
    for table in ("list_snapshot", "list_item", "baseline", "standing"):
        connection.execute(f"DELETE FROM {table} WHERE job_id = ?", (job_id,))


def _only_first(items: Iterable[ListItem]) -> Iterator[tuple[str, ListItem]]:
    seen: set[str] = set()
    for item in items:
        identity = _identity(item)
        if identity not in seen:
            seen.add(identity)
            yield identity, item


def _identity(item: ListItem) -> str:
    """Return what makes a row of a list the same row in the next reading."""
    ids = item.ids
    if ids.trakt is not None:
        name = f"trakt:{item.media_type}:{ids.trakt}"
    elif ids.imdb is not None:
        name = f"imdb:{ids.imdb}"
    elif ids.tmdb is not None:
        name = f"tmdb:{item.media_type}:{ids.tmdb}"
    elif ids.tvdb is not None:
        name = f"tvdb:{item.media_type}:{ids.tvdb}"
    else:
        name = f"title:{item.media_type}:{item.year}:{item.title}"
    match item.part:
        case Part.WHOLE:
            return name
        case Part.SEASON:
            return f"{name}:season:{item.season}"
        case Part.EPISODE:
            return f"{name}:episodes"


def _write(rows: Iterable[tuple[str, ListItem]]) -> Iterator[dict[str, object]]:
    for position, (identity, item) in enumerate(rows):
        yield {
            "identity": identity,
            "position": position,
            "media_type": item.media_type,
            "imdb": item.ids.imdb,
            "tmdb": item.ids.tmdb,
            "tvdb": item.ids.tvdb,
            "trakt": item.ids.trakt,
            "title": item.title,
            "year": item.year,
            "part": item.part,
            "season": -1 if item.season is None else item.season,
            "listed_at": to_text(item.listed_at),
        }


def _read(row: tuple[Any, ...]) -> StoredItem:
    media_type, imdb, tmdb, tvdb, trakt, title, year, part, season, returned_at = row
    return StoredItem(
        ListItem(
            media_type=MediaType(media_type),
            ids=Ids(imdb, tmdb, tvdb, trakt),
            title=title,
            year=year,
            part=Part(part),
            season=None if season < 0 else season,
        ),
        from_text(returned_at),
    )
