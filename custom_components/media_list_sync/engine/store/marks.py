"""Small things that the database knows about itself."""

from __future__ import annotations

from datetime import datetime
import sqlite3

from .times import to_text

_IN_BACKUP = "in_backup"
"""Stands in the file only while it is backed up, and so in every copy in a backup."""


def get(connection: sqlite3.Connection, name: str) -> str | None:
    """Return what is noted under a name."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Note something under a name."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def remove(connection: sqlite3.Connection, name: str) -> None:
    """Forget what is noted under a name."""
    connection.execute("DELETE FROM meta WHERE name = ?", (name,))


def begin_backup(connection: sqlite3.Connection, now: datetime) -> None:
    """Mark the file: whatever is copied from now on is a backup."""
    put(connection, _IN_BACKUP, to_text(now) or "")


def end_backup(connection: sqlite3.Connection) -> None:
    """Take the mark away."""
    remove(connection, _IN_BACKUP)


def is_copy(connection: sqlite3.Connection) -> bool:
    """Say whether this file is a backup's copy.

    One whose backup was broken off by a power cut cannot be told from a copy, and counts as one:
    acting on old knowledge is worse than looking again.
    """
    return get(connection, _IN_BACKUP) is not None
