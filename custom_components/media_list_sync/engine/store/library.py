"""The last whole reading of each Seerr server's library, page by page (R6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
import sqlite3
from typing import Any

from ..model import LibraryRow, MediaStatus, MediaType, SeasonRow, TitleKey
from .times import from_text, to_text


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it was last read: where it began, its ETag, the library's size it told."""

    skip: int
    etag: str
    total: int


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is on record of a server as a whole."""

    history_read_at: datetime | None = None
    library_read_at: datetime | None = None


def server_state(connection: sqlite3.Connection, server: str) -> ServerState:
    """Return when a server's past requests and its library were last read."""
    row = connection.execute(
        "SELECT history_read_at, library_read_at FROM servers WHERE server = ?", (server,)
    ).fetchone()
    return ServerState(*map(from_text, row)) if row else ServerState()


def mark_history_read(connection: sqlite3.Connection, server: str, now: datetime) -> None:
    """Remember that the past requests of a server are on record (R10)."""
    connection.execute(
        "INSERT INTO servers (server, history_read_at) VALUES (?, ?)"
        " ON CONFLICT (server) DO UPDATE SET history_read_at = excluded.history_read_at",
        (server, to_text(now)),
    )


def pages(connection: sqlite3.Connection, server: str) -> dict[int, StoredPage]:
    """Return the pages of the last reading by where they begin."""
    rows = connection.execute(
        "SELECT skip, etag, total FROM library_page WHERE server = ? ORDER BY skip", (server,)
    )
    return {row[0]: StoredPage(*row) for row in rows}


def begin_reading(connection: sqlite3.Connection) -> None:
    """Make room for pages that are put aside until all of them have been read."""
    connection.execute("DROP TABLE IF EXISTS temp.page_read")
    connection.execute("DROP TABLE IF EXISTS temp.row_read")
    connection.execute("CREATE TEMP TABLE page_read (skip INTEGER PRIMARY KEY, etag, total)")
    connection.execute(
        "CREATE TEMP TABLE row_read"
        " (skip, media_type, tmdb, status, status_4k, tvdb, imdb, seasons)"
    )


def put_aside(connection: sqlite3.Connection, page: StoredPage, rows: Iterable[LibraryRow]) -> None:
    """Put a page aside that differs from the one on record."""
    connection.execute(
        "INSERT INTO temp.page_read VALUES (?,?,?)", (page.skip, page.etag, page.total)
    )
    connection.executemany(
        "INSERT INTO temp.row_read VALUES (?,?,?,?,?,?,?,?)",
        (_write(page.skip, row) for row in rows),
    )


def adopt(connection: sqlite3.Connection, server: str, end: int, now: datetime) -> None:
    """Take the pages that were put aside for the library, and forget those from `end` on.

    A title that moved from one page to another is written by the page that has it now: rows of
    changed pages are removed first, all of them.
    """
    for table in ("library", "library_page"):
        connection.execute(
            f"DELETE FROM {table} WHERE server = ?"
            " AND (skip >= ? OR skip IN (SELECT skip FROM temp.page_read))",
            (server, end),
        )
    connection.execute(
        "INSERT INTO library_page (server, skip, etag, total)"
        " SELECT ?, skip, etag, total FROM temp.page_read",
        (server,),
    )
    connection.execute(_INSERT, (server,))
    connection.execute("DROP TABLE temp.page_read")
    connection.execute("DROP TABLE temp.row_read")
    connection.execute(
        "INSERT INTO servers (server, library_read_at) VALUES (?, ?)"
        " ON CONFLICT (server) DO UPDATE SET library_read_at = excluded.library_read_at",
        (server, to_text(now)),
    )


# Two rows of one title (two clients that asked for it at once): the one that is further counts.
_INSERT = (
    "INSERT INTO library (server, skip, media_type, tmdb, status, status_4k, tvdb, imdb, seasons)"
    " SELECT ?, skip, media_type, tmdb, status, status_4k, tvdb, imdb, seasons"
    " FROM temp.row_read WHERE true"
    " ON CONFLICT (server, media_type, tmdb) DO UPDATE SET skip = excluded.skip,"
    " status = excluded.status, status_4k = excluded.status_4k, tvdb = excluded.tvdb,"
    " imdb = excluded.imdb, seasons = excluded.seasons"
    " WHERE excluded.status BETWEEN 2 AND 5 AND library.status NOT BETWEEN 2 AND 5"
    " OR excluded.status_4k BETWEEN 2 AND 5 AND library.status_4k NOT BETWEEN 2 AND 5"
)


def load(connection: sqlite3.Connection, server: str) -> dict[TitleKey, LibraryRow]:
    """Return the library as it was last read."""
    rows = connection.execute(
        "SELECT media_type, tmdb, status, status_4k, tvdb, imdb, seasons FROM library"
        " WHERE server = ?",
        (server,),
    )
    library = map(_read, rows)
    return {row.key: row for row in library}


def distrust(connection: sqlite3.Connection) -> None:
    """Have everything read anew: the database came from a backup, and the world went on.

    Past requests are read again, so that what was declined or deleted since does not come back.
    """
    connection.execute("DELETE FROM library")
    connection.execute("DELETE FROM library_page")
    connection.execute("UPDATE servers SET history_read_at = NULL")


def size(connection: sqlite3.Connection, server: str) -> int:
    """Return how many titles the library has."""
    row = connection.execute("SELECT COUNT(*) FROM library WHERE server = ?", (server,)).fetchone()
    return int(row[0])


def _write(skip: int, row: LibraryRow) -> tuple[object, ...]:
    return (
        skip,
        row.key.media_type,
        row.key.tmdb,
        int(row.status),
        int(row.status_4k),
        row.tvdb,
        row.imdb,
        " ".join(f"{s.number}:{s.status:d}:{s.status_4k:d}" for s in row.seasons),
    )


def _read(row: tuple[Any, ...]) -> LibraryRow:
    media_type, tmdb, status, status_4k, tvdb, imdb, seasons = row
    return LibraryRow(
        key=TitleKey(MediaType(media_type), tmdb),
        status=MediaStatus.read(status),
        status_4k=MediaStatus.read(status_4k),
        tvdb=tvdb,
        imdb=imdb,
        seasons=tuple(_season(text) for text in seasons.split()),
    )


def _season(text: str) -> SeasonRow:
    number, status, status_4k = text.split(":")
    return SeasonRow(int(number), MediaStatus.read(int(status)), MediaStatus.read(int(status_4k)))
