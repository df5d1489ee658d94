"""The log: what happened, for people. It survives restarts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import sqlite3
from typing import Any

import orjson

from .times import to_text

KEPT = 2_000
"""Rows of all kinds that are kept."""
KEPT_SYNCS = 200
"""Rows that tell of a whole sync (`sync_…`) that are kept, however many titles came since."""
_PRUNED_EVERY = 100


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `id` grows with time; `job_id` is None for an account's own."""

    id: int
    at: datetime
    account: str
    job_id: str | None
    kind: str
    title: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON values."""


def add(
    connection: sqlite3.Connection,
    *,
    at: datetime,
    account: str,
    kind: str,
    job_id: str | None = None,
    title: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Write an event into the log, and return it with its id."""
    ((event_id,),) = connection.execute(
        "INSERT INTO event (at, account, job_id, kind, title, data) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (to_text(at), account, job_id, kind, title, orjson.dumps(dict(data or {}))),
    )
    if event_id % _PRUNED_EVERY == 0:
        prune(connection)
    return Event(event_id, at, account, job_id, kind, title, dict(data or {}))


def recent(
    connection: sqlite3.Connection,
    limit: int,
    job_id: str | None = None,
    account: str | None = None,
    kinds: Collection[str] | None = None,
    before_id: int | None = None,
) -> tuple[Event, ...]:
    """Return the newest events, newest first, that fit what is given; `before_id`: reads on."""
    conditions: list[str] = []
    values: list[str | int] = []
    for condition, value in (
        ("job_id = ?", job_id),
        ("account = ?", account),
        ("id < ?", before_id),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if kinds is not None:
        conditions.append(f"kind IN ({', '.join('?' * len(kinds))})")
        values.extend(kinds)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = connection.execute(
        f"{_SELECT} {where} ORDER BY id DESC LIMIT ?",
        (*values, max(limit, 0)),
    )
    return tuple(_event(row) for row in rows)


def prune(connection: sqlite3.Connection) -> None:
    """Drop what is too old. `add` does so itself, now and then."""
    connection.execute(
        "DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?)"
        " AND id NOT IN (SELECT id FROM event WHERE kind GLOB 'sync_*' ORDER BY id DESC LIMIT ?)",
        (KEPT, KEPT_SYNCS),
    )


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget what happened on a list or pairing."""
    connection.execute("DELETE FROM event WHERE job_id = ?", (job_id,))


def remove_account(connection: sqlite3.Connection, account: str) -> None:
    """Forget what happened on an account."""
    connection.execute("DELETE FROM event WHERE account = ?", (account,))


_SELECT = "SELECT id, at, account, job_id, kind, title, data FROM event"


def _event(row: tuple[Any, ...]) -> Event:
    event_id, at, account, job_id, kind, title, data = row
    return Event(
        event_id, datetime.fromisoformat(at), account, job_id, kind, title, orjson.loads(data)
    )
