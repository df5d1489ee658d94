"""What the last whole sync of a list depended on, so that an unchanged one can be told early."""

from __future__ import annotations

from datetime import datetime
import sqlite3

from .times import from_text, to_text


def holds(connection: sqlite3.Connection, job_id: str, inputs: str, now: datetime) -> bool:
    """Say whether the result of the last sync still stands: same inputs, and not yet its time."""
    row = connection.execute(
        "SELECT inputs, until FROM standing WHERE job_id = ?", (job_id,)
    ).fetchone()
    if row is None or row[0] != inputs:
        return False
    until = from_text(row[1])
    return until is None or until > now


def put(connection: sqlite3.Connection, job_id: str, inputs: str, until: datetime | None) -> None:
    """Record what a finished sync depended on."""
    connection.execute(
        "INSERT OR REPLACE INTO standing (job_id, inputs, until) VALUES (?,?,?)",
        (job_id, inputs, to_text(until)),
    )


def forget(connection: sqlite3.Connection, job_id: str) -> None:
    """Let the next sync plan anew."""
    connection.execute("DELETE FROM standing WHERE job_id = ?", (job_id,))


def forget_all(connection: sqlite3.Connection) -> None:
    """Let every list and pairing plan anew."""
    connection.execute("DELETE FROM standing")
