"""Films on Trakt: it names those that were watched or rated; others are UNSEEN, by one id alone."""

from __future__ import annotations

from collections.abc import Iterable
import sqlite3

from . import tracked, tracked_aside
from .tracked_rows import UNIT_VALUES, UnitRow, unit_values

WATCHED = "films"
"""The section of films that were watched."""

RATED = "rated"
"""The section of films that were rated, and not watched."""


_RATE = (
    f"INSERT INTO tracked_unit VALUES ({UNIT_VALUES})"
    " ON CONFLICT (account, unit) DO UPDATE SET rating = excluded.rating"
)


def adopt_watched(connection: sqlite3.Connection, account: str) -> None:
    """Take the films that were put aside for all that were watched; ratings stay as they are."""
    rated = connection.execute(
        "SELECT * FROM tracked_unit WHERE account = ? AND section IN (?, ?) AND rating IS NOT NULL",
        (account, WATCHED, RATED),
    ).fetchall()
    tracked_aside.adopt_section(connection, account, WATCHED)
    connection.executemany(_RATE, ((*row[:2], RATED, *row[3:]) for row in rated))
    # What was marked before Trakt named it is read by its name by now, if it still is watched.
    connection.execute(
        "UPDATE tracked_episode SET watched_at = NULL, plays = 0 WHERE account = ?1 AND unit IN"
        " (SELECT unit FROM tracked_unit WHERE account = ?1 AND section = ?2)",
        (account, tracked.UNSEEN),
    )


def put_ratings(connection: sqlite3.Connection, account: str, rated: Iterable[UnitRow]) -> None:
    """Store what shows and films are rated, in place of what was known of that.

    Those that are not known yet are from now on: their ratings would be written over.
    """
    connection.execute("UPDATE tracked_unit SET rating = NULL WHERE account = ?", (account,))
    connection.execute(
        "DELETE FROM tracked_unit WHERE account = ? AND section = ?", (account, RATED)
    )
    connection.executemany(_RATE, (unit_values(account, row) for row in rated))
