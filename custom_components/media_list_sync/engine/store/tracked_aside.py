"""A library that is being read: put aside page by page, and taken over once all of it is there."""

from __future__ import annotations

from collections.abc import Iterable
import sqlite3

from .tracked_rows import (
    EPISODE_VALUES,
    UNIT_VALUES,
    EpisodeRow,
    UnitRow,
    episode_values,
    unit_values,
)


def begin_reading(connection: sqlite3.Connection, account: str) -> None:
    """Make room for what is put aside until all of a library has been read.

    Several accounts may be read at the same time, but of each one library after another.
    """
    for table in ("unit", "episode"):
        connection.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS read_{table}"
            f" AS SELECT * FROM tracked_{table} WHERE false"
        )
        connection.execute(f"DELETE FROM temp.read_{table} WHERE account = ?", (account,))


def put_aside(
    connection: sqlite3.Connection,
    account: str,
    units: Iterable[UnitRow] = (),
    episodes: Iterable[EpisodeRow] = (),
) -> None:
    """Put aside what was read of it so far."""
    connection.executemany(
        f"INSERT INTO temp.read_unit VALUES ({UNIT_VALUES})",
        (unit_values(account, row) for row in units),
    )
    connection.executemany(
        f"INSERT INTO temp.read_episode VALUES ({EPISODE_VALUES})",
        (episode_values(account, row) for row in episodes),
    )


def watched_aside(connection: sqlite3.Connection, account: str) -> int:
    """Return how much of what was put aside was watched."""
    ((count,),) = connection.execute(
        "SELECT COUNT(*) FROM temp.read_episode WHERE account = ? AND watched_at IS NOT NULL",
        (account,),
    )
    return int(count)


def adopt_section(connection: sqlite3.Connection, account: str, section: str) -> None:
    """Take what was put aside for what there is in a library now."""
    of_section = "unit IN (SELECT unit FROM tracked_unit WHERE account = ? AND section = ?)"
    connection.execute(
        f"DELETE FROM tracked_episode WHERE account = ? AND {of_section}",
        (account, account, section),
    )
    connection.execute(
        "DELETE FROM tracked_unit WHERE account = ? AND section = ?", (account, section)
    )
    for table in ("unit", "episode"):
        connection.execute(
            f"INSERT OR REPLACE INTO tracked_{table}"
            f" SELECT * FROM temp.read_{table} WHERE account = ?",
            (account,),
        )
        connection.execute(f"DELETE FROM temp.read_{table} WHERE account = ?", (account,))
