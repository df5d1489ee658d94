"""What both sides of a pairing showed after the last sync, entry by entry (W1)."""

from __future__ import annotations

from collections.abc import Mapping
import sqlite3

type BaseText = str
"""A base as JSON; `watching.bases` reads it."""


type Key = tuple[int, str]
"""An AniList id, and the target on the tracker as "provider:id"."""


def load(connection: sqlite3.Connection, job_id: str) -> dict[Key, BaseText]:
    """Return the bases of a pairing."""
    rows = connection.execute("SELECT anilist, target, base FROM base WHERE job_id = ?", (job_id,))
    return {(anilist, target): base for anilist, target, base in rows}


def get(connection: sqlite3.Connection, job_id: str, key: Key) -> BaseText | None:
    """Return one base."""
    row = connection.execute(
        "SELECT base FROM base WHERE job_id = ? AND anilist = ? AND target = ?", (job_id, *key)
    ).fetchone()
    return None if row is None else str(row[0])


def save(connection: sqlite3.Connection, job_id: str, bases: Mapping[Key, BaseText]) -> None:
    """Write bases over what was there."""
    connection.executemany(
        "INSERT OR REPLACE INTO base (job_id, anilist, target, base) VALUES (?,?,?,?)",
        ((job_id, *key, base) for key, base in bases.items()),
    )


def forget(connection: sqlite3.Connection, job_id: str, anilist: int) -> None:
    """Forget an entry's bases: it is synced as if for the first time."""
    connection.execute("DELETE FROM base WHERE job_id = ? AND anilist = ?", (job_id, anilist))


def distrust(connection: sqlite3.Connection) -> None:
    """Let no base say any more how both sides stand: the database came from a backup.

    Without its fingerprint a base is none to compare with. What was watched, marked or taken back
    by then stays on record, as a reason not to write: what was watched then and is not any more
    was unmarked since.
    """
    connection.execute("UPDATE base SET base = json_remove(base, '$.fingerprint')")
