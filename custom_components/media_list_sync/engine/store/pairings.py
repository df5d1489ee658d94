"""Whether a person has seen a pairing's first plan and said yes (W12)."""

from __future__ import annotations

from datetime import datetime
import sqlite3

from .times import from_text, to_text


def approved_at(connection: sqlite3.Connection, job_id: str) -> datetime | None:
    """Return when a person said yes; None: they have not."""
    row = connection.execute(
        "SELECT approved_at FROM pairing WHERE job_id = ?", (job_id,)
    ).fetchone()
    return None if row is None else from_text(row[0])


def approve(connection: sqlite3.Connection, job_id: str, now: datetime) -> None:
    """Record that a person said yes."""
    connection.execute(
        "INSERT OR REPLACE INTO pairing (job_id, approved_at) VALUES (?,?)", (job_id, to_text(now))
    )


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget a pairing, with all that it was in step on."""
    for table in ("pairing", "base", "review", "standing"):
        connection.execute(f"DELETE FROM {table} WHERE job_id = ?", (job_id,))
