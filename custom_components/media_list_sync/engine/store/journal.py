"""The journal: what a sync did, action by action, and what came of it.

An entry is begun before an action and finished after it. One that is still open after a crash
names an action that may or may not have been carried out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import sqlite3
from typing import Any

import orjson

from .times import from_text, to_text

KEPT_FOR = timedelta(days=90)
KEPT = 50_000
"""Finished entries; those that are open are kept."""
_PRUNED_EVERY = 500
_GIVEN_UP = "given_up_at"


@dataclass(frozen=True, slots=True)
class Entry:
    """An action on record. `outcome` is None while it is open, and `result` until it is doubted."""

    id: int
    run_id: str
    job_id: str
    account: str
    action: Mapping[str, Any]
    begun_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None
    result: Mapping[str, Any] | None = None

    @property
    def is_open(self) -> bool:
        """Whether what came of it is not on record."""
        return self.finished_at is None

    @property
    def doubtful_since(self) -> datetime:
        """When its answer was given up; of one that a crash left open, when it was begun."""
        given_up = (self.result or {}).get(_GIVEN_UP)
        return self.begun_at if given_up is None else datetime.fromisoformat(given_up)


def begin(
    connection: sqlite3.Connection,
    run_id: str,
    job_id: str,
    account: str,
    action: Mapping[str, Any],
    *,
    at: datetime | None = None,
) -> int:
    """Put on record that an action is about to be carried out, and return the entry's id."""
    now = at or datetime.now(UTC)
    ((entry_id,),) = connection.execute(
        "INSERT INTO journal (run_id, job_id, account, action, begun_at) VALUES (?, ?, ?, ?, ?)"
        " RETURNING id",
        (run_id, job_id, account, orjson.dumps(dict(action)), to_text(now)),
    )
    if entry_id % _PRUNED_EVERY == 0:
        prune(connection, now)
    return int(entry_id)


def finish(
    connection: sqlite3.Connection,
    entry_id: int,
    outcome: str,
    result: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Put on record what came of an action, with what undoes it. Once: later calls change nothing."""
    connection.execute(
        "UPDATE journal SET finished_at = ?, outcome = ?, result = ?"
        " WHERE id = ? AND finished_at IS NULL",
        (to_text(at or datetime.now(UTC)), outcome, orjson.dumps(dict(result or {})), entry_id),
    )


def doubt(connection: sqlite3.Connection, entry_ids: Iterable[int], at: datetime) -> None:
    """Put on record that nobody waits any more for the answers to some actions, which stay open."""
    result = orjson.dumps({_GIVEN_UP: to_text(at)})
    connection.executemany(
        "UPDATE journal SET result = ? WHERE id = ? AND finished_at IS NULL",
        ((result, entry_id) for entry_id in entry_ids),
    )


def open_entries(connection: sqlite3.Connection, account: str | None = None) -> tuple[Entry, ...]:
    """Return the actions (of an account) of which nothing is known, oldest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE finished_at IS NULL AND account = ifnull(?, account) ORDER BY id",
        (account,),
    )
    return tuple(_entry(row) for row in rows)


def get(connection: sqlite3.Connection, entry_id: int) -> Entry | None:
    """Return one action."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None else _entry(row)


def of_run(connection: sqlite3.Connection, run_id: str) -> tuple[Entry, ...]:
    """Return what one sync did, in order."""
    rows = connection.execute(f"{_SELECT} WHERE run_id = ? ORDER BY id", (run_id,))
    return tuple(_entry(row) for row in rows)


def last_run(connection: sqlite3.Connection, job_id: str) -> str | None:
    """Return the last sync of a list or pairing that did anything which was not undone."""
    row = connection.execute(
        "SELECT run_id FROM journal WHERE job_id = ? AND outcome = 'done' ORDER BY id DESC LIMIT 1",
        (job_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def undone(
    connection: sqlite3.Connection, entry_id: int, result: Mapping[str, Any], at: datetime
) -> None:
    """Put on record that an action was taken back, as far as it could be."""
    connection.execute(
        "UPDATE journal SET outcome = 'undone', result = ? WHERE id = ?",
        (orjson.dumps({**result, "undone_at": to_text(at)}), entry_id),
    )


def prune(connection: sqlite3.Connection, now: datetime) -> None:
    """Drop finished entries that are too old or too many. `begin` does so itself, now and then."""
    connection.execute(
        "DELETE FROM journal WHERE finished_at IS NOT NULL AND (finished_at < ? OR id <="
        " (SELECT id FROM journal WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?))",
        (to_text(now - KEPT_FOR), KEPT),
    )


def remove(connection: sqlite3.Connection, job_id: str) -> None:
    """Forget what was done for a list or pairing."""
    connection.execute("DELETE FROM journal WHERE job_id = ?", (job_id,))


def remove_account(connection: sqlite3.Connection, account: str) -> None:
    """Forget what was done for an account."""
    connection.execute("DELETE FROM journal WHERE account = ?", (account,))


_SELECT = "SELECT id, run_id, job_id, account, action, begun_at, finished_at, outcome, result FROM journal"


def _entry(row: tuple[Any, ...]) -> Entry:
    entry_id, run_id, job_id, account, action, begun_at, finished_at, outcome, result = row
    return Entry(
        entry_id,
        run_id,
        job_id,
        account,
        orjson.loads(action),
        datetime.fromisoformat(begun_at),
        from_text(finished_at),
        outcome,
        None if result is None else orjson.loads(result),
    )
