"""When each tracker was last read, and from where its next reading goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
import sqlite3

from .times import from_text, to_text


@dataclass(frozen=True, slots=True)
class TrackerState:
    """What is on record of a tracker as a whole; `cursor` is what its next reading goes on from."""

    cursor: Mapping[str, str]
    read_at: datetime | None
    whole_at: datetime | None


def state(connection: sqlite3.Connection, account: str) -> TrackerState:
    """Return what is on record of a tracker; nothing where it was never read."""
    row = connection.execute(
        "SELECT cursor, read_at, whole_at FROM tracker WHERE account = ?", (account,)
    ).fetchone()
    if row is None:
        return TrackerState({}, None, None)
    return TrackerState(json.loads(row[0]), from_text(row[1]), from_text(row[2]))


def put_state(
    connection: sqlite3.Connection,
    account: str,
    cursor: Mapping[str, str],
    now: datetime,
    *,
    whole: bool,
) -> None:
    """Record from where the next reading goes on."""
    connection.execute(
        "INSERT INTO tracker (account, cursor, read_at, whole_at) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (account) DO UPDATE SET cursor = ?2, read_at = ?3,"
        " whole_at = COALESCE(?4, whole_at)",
        (account, json.dumps(dict(cursor)), to_text(now), to_text(now) if whole else None),
    )


def distrust(connection: sqlite3.Connection) -> None:
    """Have every tracker read whole: what was unmarked since a backup shows only then."""
    connection.execute("UPDATE tracker SET whole_at = NULL")


def unsettle(connection: sqlite3.Connection, account: str) -> None:
    """Have everything read anew next time: what is on record does not hold any more."""
    connection.execute("UPDATE tracker SET whole_at = NULL WHERE account = ?", (account,))


def version(connection: sqlite3.Connection, account: str) -> str:
    """Return what changes when anything on record of a tracker does."""
    row = connection.execute(
        "SELECT cursor, whole_at FROM tracker WHERE account = ?", (account,)
    ).fetchone()
    return repr(row)
