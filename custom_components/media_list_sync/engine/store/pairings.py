"""Whether a person has seen a plan of a pairing and said yes (W12), and whether it was done."""

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
    """Record that a person said yes: to what is planned now, and not yet fulfilled."""
    connection.execute(
        "INSERT OR REPLACE INTO pairing (job_id, approved_at) VALUES (?,?)", (job_id, to_text(now))
    )


def withdraw(connection: sqlite3.Connection, job_id: str) -> None:
    """Record that a person has to say yes again."""
    connection.execute("UPDATE pairing SET approved_at = NULL WHERE job_id = ?", (job_id,))


def is_fulfilled(connection: sqlite3.Connection, job_id: str) -> bool:
    """Say whether all that a person last said yes to was done."""
    row = connection.execute(
        "SELECT 1 FROM pairing WHERE job_id = ? AND fulfilled_at IS NOT NULL", (job_id,)
    ).fetchone()
    return row is not None


def fulfil(connection: sqlite3.Connection, job_id: str, now: datetime) -> None:
    """Record that a sync came to its end: what comes next is something else."""
    connection.execute(
        "UPDATE pairing SET fulfilled_at = ? WHERE job_id = ? AND fulfilled_at IS NULL",
        (to_text(now), job_id),
    )


def ask_again(connection: sqlite3.Connection) -> None:
    """Have every pairing show its next plan, and wait for a yes."""
    connection.execute("UPDATE pairing SET approved_at = NULL")


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget a pairing, with all that it was in step on."""
    for table in ("pairing", "base", "review", "standing"):
        connection.execute(f"DELETE FROM {table} WHERE job_id = ?", (job_id,))
