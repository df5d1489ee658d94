"""When each list or pairing is due, and whether a person paused it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
import sqlite3
from typing import Any

from .times import from_text, to_text


@dataclass(frozen=True, slots=True)
class JobRow:
    """What is on record of a job. Times are aware and in UTC."""

    job_id: str
    account: str
    due_at: datetime | None
    paused: bool


def take_up(
    connection: sqlite3.Connection,
    job_id: str,
    account: str,
    *,
    policy: str,
    paused: bool,
    now: datetime,
) -> JobRow:
    """Return how a job stands. One that is new, or of which something else is wanted, is due now.

    `policy` is a fingerprint of all that a person wants of it; `paused` holds for a new one.
    """
    connection.execute(
        "INSERT INTO job (job_id, account, due_at, paused, policy) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET policy = excluded.policy, due_at = CASE"
        " WHEN policy <> excluded.policy OR due_at IS NULL THEN excluded.due_at ELSE due_at END",
        (job_id, account, to_text(now), int(paused), policy),
    )
    row = connection.execute(f"{_SELECT} WHERE job_id = ?", (job_id,)).fetchone()
    return _job(row)


def get(connection: sqlite3.Connection, job_id: str) -> JobRow | None:
    """Return a job; None where nothing is on record yet."""
    row = connection.execute(f"{_SELECT} WHERE job_id = ?", (job_id,)).fetchone()
    return None if row is None else _job(row)


def of_account(connection: sqlite3.Connection, account: str) -> tuple[JobRow, ...]:
    """Return the jobs of an account, the one that is due first, first."""
    rows = connection.execute(
        f"{_SELECT} WHERE account = ? ORDER BY due_at IS NULL, due_at, job_id", (account,)
    )
    return tuple(_job(row) for row in rows)


def set_due(
    connection: sqlite3.Connection, job_id: str, account: str, due_at: datetime | None
) -> None:
    """Put on record when a job is due; None: never by itself."""
    _set(connection, job_id, account, "due_at", to_text(due_at))


def set_paused(connection: sqlite3.Connection, job_id: str, account: str, paused: bool) -> None:
    """Put on record whether a person paused a job."""
    _set(connection, job_id, account, "paused", int(paused))


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget a job."""
    connection.execute("DELETE FROM job WHERE job_id = ?", (job_id,))


def remove_account(connection: sqlite3.Connection, account: str) -> None:
    """Forget the jobs of an account."""
    connection.execute("DELETE FROM job WHERE account = ?", (account,))


_SELECT = "SELECT job_id, account, due_at, paused FROM job"


def _job(row: tuple[Any, ...]) -> JobRow:
    job_id, account, due_at, paused = row
    return JobRow(job_id, account, from_text(due_at), bool(paused))


def _set(
    connection: sqlite3.Connection, job_id: str, account: str, column: str, value: str | int | None
) -> None:
    statement = (
        f"INSERT INTO job (job_id, account, {column}) VALUES (?, ?, ?)"
        f" ON CONFLICT DO UPDATE SET account = excluded.account, {column} = excluded.{column}"
    )
    connection.execute(statement, (job_id, account, value))
