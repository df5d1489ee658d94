"""Sealed credentials, by whose they are. Owner is the id of a config entry."""

from __future__ import annotations

from dataclasses import dataclass, field
import sqlite3


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential as it is stored: sealed."""

    owner: str
    name: str
    sealed: str = field(repr=False)


def put(connection: sqlite3.Connection, owner: str, name: str, sealed: str) -> None:
    """Store a credential, in place of the one of this name."""
    connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?, ?)", (owner, name, sealed))


def get(connection: sqlite3.Connection, owner: str, name: str) -> str | None:
    """Return a credential, sealed."""
    row = connection.execute(
        "SELECT sealed FROM secret WHERE owner = ? AND name = ?", (owner, name)
    ).fetchone()
    return None if row is None else str(row[0])


def remove_owner(connection: sqlite3.Connection, owner: str) -> None:
    """Forget all credentials of an entry."""
    connection.execute("DELETE FROM secret WHERE owner = ?", (owner,))


def every(connection: sqlite3.Connection) -> tuple[Secret, ...]:
    """Return all there are: when the key is changed, each has to be sealed anew."""
    rows = connection.execute("SELECT owner, name, sealed FROM secret ORDER BY owner, name")
    return tuple(Secret(*row) for row in rows)
