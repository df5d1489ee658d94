"""The last reading of each tracker: its shows and films, and which episodes were watched.

How it is read whole is in `tracked_aside`, what Trakt alone tells in `tracked_seen`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
import json
import sqlite3

from ..placement import FILM, Provider, Spot, TargetId
from .tracked_rows import (
    EPISODE_VALUES,
    UNIT_VALUES,
    EpisodeRow,
    UnitRow,
    episode_values,
    unit_values,
)

UNSEEN = "unseen"
"""The section of films that a tracker was never asked for, each known by one of its ids alone."""


def put_units(connection: sqlite3.Connection, account: str, rows: Iterable[UnitRow]) -> None:
    """Store units, over what was known of them."""
    connection.executemany(
        f"INSERT OR REPLACE INTO tracked_unit VALUES ({UNIT_VALUES})",
        (unit_values(account, row) for row in rows),
    )


def remove_unit(connection: sqlite3.Connection, account: str, unit: str) -> None:
    """Forget a unit, with its episodes."""
    for table in ("tracked_unit", "tracked_episode"):
        connection.execute(f"DELETE FROM {table} WHERE account = ? AND unit = ?", (account, unit))


def put_episodes(connection: sqlite3.Connection, account: str, rows: Iterable[EpisodeRow]) -> None:
    """Store episodes, over what was known of them."""
    connection.executemany(
        f"INSERT OR REPLACE INTO tracked_episode VALUES ({EPISODE_VALUES})",
        (episode_values(account, row) for row in rows),
    )


def sections(connection: sqlite3.Connection, account: str) -> frozenset[str]:
    """Return the libraries of which anything is on record."""
    rows = connection.execute(
        "SELECT DISTINCT section FROM tracked_unit WHERE account = ?", (account,)
    )
    return frozenset(section for (section,) in rows)


def sections_of(
    connection: sqlite3.Connection, account: str, units: Collection[str]
) -> dict[str, str]:
    """Return in which library some units are."""
    rows = connection.execute(
        "SELECT unit, section FROM tracked_unit WHERE account = ?"
        " AND unit IN (SELECT value FROM json_each(?))",
        (account, json.dumps(sorted(units))),
    )
    return dict(rows.fetchall())


def watched_count(connection: sqlite3.Connection, account: str, section: str | None = None) -> int:
    """Return how many episodes and films were watched, as last read."""
    in_section = (
        ""
        if section is None
        else " AND unit IN (SELECT unit FROM tracked_unit WHERE account = :account"
        " AND section = :section)"
    )
    ((count,),) = connection.execute(
        "SELECT COUNT(*) FROM tracked_episode WHERE account = :account AND watched_at IS NOT NULL"
        + in_section,
        {"account": account, "section": section},
    )
    return int(count)


def put_listed(
    connection: sqlite3.Connection, account: str, listed: Mapping[TargetId, str]
) -> None:
    """Store a watchlist that was read whole: by id, what the tracker calls it."""
    connection.execute("DELETE FROM tracked_listed WHERE account = ?", (account,))
    connection.executemany(
        "INSERT OR REPLACE INTO tracked_listed VALUES (?,?,?)",
        ((account, f"{target.provider}:{target.id}", key) for target, key in listed.items()),
    )


def mark(
    connection: sqlite3.Connection,
    account: str,
    unit: str,
    spots: Mapping[Spot, int],
) -> None:
    """Note that episodes are watched now: we marked them, or saw so."""
    connection.executemany(
        "INSERT INTO tracked_episode (account, unit, season, number, item, season_item, watched_at,"
        " plays) VALUES (?,?,?,?,'','',?,1) ON CONFLICT (account, unit, season, number)"
        " DO UPDATE SET watched_at = excluded.watched_at, plays = plays + 1",
        ((account, unit, spot.season, spot.number, when) for spot, when in spots.items()),
    )


def unmark(connection: sqlite3.Connection, account: str, unit: str, spots: Iterable[Spot]) -> None:
    """Note that episodes are not watched any more: we took that back."""
    connection.executemany(
        "UPDATE tracked_episode SET watched_at = NULL, plays = 0"
        " WHERE account = ? AND unit = ? AND season = ? AND number = ?",
        ((account, unit, *spot) for spot in spots),
    )


def update_watched(
    connection: sqlite3.Connection, account: str, rows: Iterable[EpisodeRow]
) -> None:
    """Note what was watched of episodes that are on record."""
    connection.executemany(
        "UPDATE tracked_episode SET watched_at = ?, plays = ?"
        " WHERE account = ? AND unit = ? AND season = ? AND number = ?",
        (
            (row.watched_at, row.plays, account, row.unit, row.spot.season, row.spot.number)
            for row in rows
        ),
    )


def not_on_record(
    connection: sqlite3.Connection, account: str, rows: Iterable[EpisodeRow]
) -> frozenset[str]:
    """Return the units of those episodes that are not on record."""
    known = (
        "SELECT 1 FROM tracked_episode WHERE account = ? AND unit = ? AND season = ? AND number = ?"
    )
    return frozenset(
        row.unit
        for row in rows
        if not connection.execute(
            known, (account, row.unit, row.spot.season, row.spot.number)
        ).fetchone()
    )


def keys(connection: sqlite3.Connection, account: str) -> frozenset[str]:
    """Return the units on record."""
    rows = connection.execute("SELECT unit FROM tracked_unit WHERE account = ?", (account,))
    return frozenset(unit for (unit,) in rows)


def by_target(connection: sqlite3.Connection, account: str) -> dict[TargetId, str]:
    """Return the units on record by each of their ids, those of UNSEEN where no other has it."""
    rows = connection.execute(
        "SELECT unit, ids FROM tracked_unit WHERE account = ? ORDER BY section = ?",
        (account, UNSEEN),
    )
    found: dict[TargetId, str] = {}
    for unit, ids in rows:
        for text in ids.split():
            provider, _, number = text.partition(":")
            found.setdefault(TargetId(Provider(provider), number), unit)
    return found


def set_dropped(connection: sqlite3.Connection, account: str, units: Collection[str]) -> None:
    """Store which shows were given up."""
    connection.execute(
        "UPDATE tracked_unit SET dropped = unit IN (SELECT value FROM json_each(?))"
        " WHERE account = ?",
        (json.dumps(sorted(units)), account),
    )


def rate(connection: sqlite3.Connection, account: str, unit: str, rating: int | None) -> None:
    """Note what a show or film is rated now: we wrote that."""
    connection.execute(
        "UPDATE tracked_unit SET rating = ? WHERE account = ? AND unit = ?", (rating, account, unit)
    )


def watched(
    connection: sqlite3.Connection, account: str, units: Collection[str]
) -> dict[str, frozenset[Spot]]:
    """Return what was watched of some units, as last read.

    A film of UNSEEN was watched, too, where another unit has its id, and was.
    """
    found: dict[str, frozenset[Spot]] = {}
    for unit in units:
        rows = connection.execute(
            "SELECT season, number FROM tracked_episode"
            " WHERE account = ? AND unit = ? AND watched_at IS NOT NULL",
            (account, unit),
        )
        found[unit] = frozenset(Spot(season, number) for season, number in rows)
    unseen = connection.execute(
        "SELECT unit, ids FROM tracked_unit WHERE account = ? AND section = ?"
        " AND unit IN (SELECT value FROM json_each(?))",
        (account, UNSEEN, json.dumps(sorted(units))),
    ).fetchall()
    if unseen:
        films = connection.execute(
            "SELECT ids FROM tracked_unit NATURAL JOIN tracked_episode"
            " WHERE account = ? AND season = ? AND watched_at IS NOT NULL",
            (account, FILM.season),
        )
        seen = {one for (ids,) in films for one in ids.split()}
        found |= {unit: frozenset({FILM}) for unit, ids in unseen if seen & set(ids.split())}
    return found


def played_since(
    connection: sqlite3.Connection, account: str, unit: str, since: int
) -> frozenset[Spot]:
    """Return what was played of a unit at a time (seconds since 1970) or later, as last read."""
    rows = connection.execute(
        "SELECT season, number FROM tracked_episode"
        " WHERE account = ? AND unit = ? AND watched_at >= ?",
        (account, unit, since),
    )
    return frozenset(Spot(season, number) for season, number in rows)


def items(
    connection: sqlite3.Connection, account: str, unit: str, spots: Collection[Spot]
) -> dict[Spot, str]:
    """Return what the tracker calls some episodes of a unit."""
    rows = connection.execute(
        "SELECT season, number, item FROM tracked_episode WHERE account = ? AND unit = ?",
        (account, unit),
    )
    wanted = set(spots)
    return {
        spot: item
        for season, number, item in rows
        if item and (spot := Spot(season, number)) in wanted
    }


def episodes(connection: sqlite3.Connection, account: str, unit: str) -> dict[Spot, EpisodeRow]:
    """Return all that is on record of the episodes of a unit."""
    rows = connection.execute(
        "SELECT season, number, item, season_item, watched_at, plays, aired FROM tracked_episode"
        " WHERE account = ? AND unit = ?",
        (account, unit),
    )
    return {
        Spot(season, number): EpisodeRow(unit, Spot(season, number), *values)
        for season, number, *values in rows
    }


def season_items(connection: sqlite3.Connection, account: str, unit: str) -> dict[int, str]:
    """Return what the tracker calls the seasons of a unit."""
    rows = connection.execute(
        "SELECT DISTINCT season, season_item FROM tracked_episode WHERE account = ? AND unit = ?"
        " AND season_item <> ''",
        (account, unit),
    )
    return dict(rows.fetchall())


def remove_account(connection: sqlite3.Connection, account: str) -> None:
    """Forget a tracker."""
    for table in (
        "tracker",
        "tracked_unit",
        "tracked_episode",
        "tracked_listed",
        "tracked_seen",
        "tracked_begun_anew",
    ):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
