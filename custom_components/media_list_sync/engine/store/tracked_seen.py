"""What was watched on Trakt: by its names for episodes, which get their numbers when a show is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
import sqlite3

from ..placement import FILM
from . import tracked
from .times import to_text
from .tracked_rows import EpisodeRow


def replace_seen(
    connection: sqlite3.Connection, account: str, seen: Iterable[tuple[str, str, int, int]]
) -> None:
    """Store what was watched by the tracker's names: unit, episode, when, how often.

    It shows at the episodes whose names are known; at the others as soon as they are.
    """
    connection.execute("DELETE FROM tracked_seen WHERE account = ?", (account,))
    connection.executemany(
        "INSERT OR REPLACE INTO tracked_seen VALUES (?,?,?,?,?)",
        ((account, *row) for row in seen),
    )
    _show_seen(connection, account)


def holds(
    connection: sqlite3.Connection, account: str, plays_of: Callable[[str, str], int]
) -> bool:
    """Say whether all plays that were known, by unit and episode, are still told of.

    It is asked one by one: thirty thousand rows at once are a collection of garbage, which stops
    everything.
    """
    known = connection.execute(
        "SELECT unit, episode, plays FROM tracked_seen WHERE account = ?", (account,)
    )
    is_any = False
    for unit, episode, plays in known:
        is_any = True
        if plays_of(unit, episode) < plays:
            return False
    return is_any


def totals(connection: sqlite3.Connection, account: str) -> tuple[tuple[int, int, int], int, int]:
    """Return how many shows, episodes and plays were seen by name; and films, and plays of them."""
    episodes = connection.execute(
        "SELECT COUNT(DISTINCT unit), COUNT(*), COALESCE(SUM(plays), 0) FROM tracked_seen"
        " WHERE account = ?",
        (account,),
    ).fetchone()
    films = connection.execute(
        "SELECT COUNT(*), COALESCE(SUM(plays), 0) FROM tracked_episode"
        " WHERE account = ? AND season = ? AND watched_at IS NOT NULL",
        (account, FILM.season),
    ).fetchone()
    return (*episodes,), *films


def replace_watched(
    connection: sqlite3.Connection, account: str, rows: Iterable[EpisodeRow]
) -> None:
    """Store what was watched by season and number, for all shows of an account."""
    # What was read by names before is older than this.
    connection.execute("DELETE FROM tracked_seen WHERE account = ?", (account,))
    connection.execute(
        "UPDATE tracked_episode SET watched_at = NULL, plays = 0 WHERE account = ? AND season >= 0",
        (account,),
    )
    connection.executemany(
        "INSERT INTO tracked_episode (account, unit, season, number, watched_at, plays)"
        " VALUES (?,?,?,?,?,?) ON CONFLICT (account, unit, season, number)"
        " DO UPDATE SET watched_at = excluded.watched_at, plays = excluded.plays",
        (
            (account, row.unit, row.spot.season, row.spot.number, row.watched_at, row.plays)
            for row in rows
        ),
    )


def put_numbering(
    connection: sqlite3.Connection,
    account: str,
    unit: str,
    rows: Iterable[EpisodeRow],
    now: datetime,
) -> None:
    """Store all episodes that a show has, in place of those that were known."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS watched_before AS SELECT * FROM tracked_episode WHERE false"
    )
    connection.execute("DELETE FROM temp.watched_before")
    connection.execute(
        "INSERT INTO temp.watched_before SELECT * FROM tracked_episode"
        " WHERE account = ? AND unit = ? AND watched_at IS NOT NULL",
        (account, unit),
    )
    connection.execute(
        "DELETE FROM tracked_episode WHERE account = ? AND unit = ?", (account, unit)
    )
    tracked.put_episodes(connection, account, rows)
    connection.execute(
        "UPDATE tracked_episode SET watched_at = before.watched_at, plays = before.plays"
        " FROM temp.watched_before AS before"
        " WHERE tracked_episode.account = before.account AND tracked_episode.unit = before.unit"
        " AND tracked_episode.season = before.season AND tracked_episode.number = before.number"
    )
    _show_seen(connection, account, unit)
    connection.execute(
        "UPDATE tracked_unit SET sized_at = ? WHERE account = ? AND unit = ?",
        (to_text(now), account, unit),
    )


def set_begun_anew(
    connection: sqlite3.Connection, account: str, begun: Mapping[str, datetime]
) -> None:
    """Store when units were begun anew, in place of what was known of that."""
    connection.execute("DELETE FROM tracked_begun_anew WHERE account = ?", (account,))
    connection.executemany(
        "INSERT INTO tracked_begun_anew VALUES (?,?,?)",
        ((account, unit, int(at.timestamp())) for unit, at in begun.items()),
    )


def begun_anew(connection: sqlite3.Connection, account: str) -> dict[str, int]:
    """Return when units were begun anew, in seconds since 1970."""
    rows = connection.execute(
        "SELECT unit, begun_at FROM tracked_begun_anew WHERE account = ?", (account,)
    )
    return dict(rows.fetchall())


def unsize(connection: sqlite3.Connection, account: str, unit: str) -> None:
    """Take the seasons of a show for unknown, as they were before they were first read."""
    connection.execute(
        "UPDATE tracked_unit SET sized_at = NULL WHERE account = ? AND unit = ?", (account, unit)
    )


def _show_seen(connection: sqlite3.Connection, account: str, unit: str | None = None) -> None:
    """Carry what was watched by name over to the episodes that have the name."""
    of_unit = "" if unit is None else " AND unit = :unit"
    values = {"account": account, "unit": unit}
    ((known,),) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM tracked_seen WHERE account = :account)", values
    )
    if not known and unit is not None:
        return
    connection.execute(
        "UPDATE tracked_episode SET watched_at = NULL, plays = 0"
        f" WHERE account = :account AND item <> '' AND season >= 0{of_unit}",
        values,
    )
    connection.execute(
        "UPDATE tracked_episode SET watched_at = seen.watched_at, plays = seen.plays"
        " FROM tracked_seen AS seen WHERE seen.account = :account"
        " AND tracked_episode.account = seen.account AND tracked_episode.unit = seen.unit"
        " AND tracked_episode.item = seen.episode"
        + ("" if unit is None else " AND tracked_episode.unit = :unit"),
        values,
    )
