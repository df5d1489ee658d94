"""What the database is, for people who look for a mistake: sizes and numbers, no contents."""

from __future__ import annotations

from dataclasses import dataclass
import sqlite3


@dataclass(frozen=True, slots=True)
class Facts:
    """Size in bytes, the schema's version, and how many rows each table has."""

    size: int
    schema: int
    rows: dict[str, int]


def facts(connection: sqlite3.Connection) -> Facts:
    """Return what the database is."""
    pages = _number(connection, "PRAGMA page_count")
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return Facts(
        size=pages * _number(connection, "PRAGMA page_size"),
        schema=_number(connection, "PRAGMA user_version"),
        rows={name: _number(connection, f"SELECT count(*) FROM {name}") for (name,) in names},
    )


def _number(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])
