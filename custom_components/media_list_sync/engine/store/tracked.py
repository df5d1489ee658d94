"""The last reading of each tracker: its shows and films, and which episodes were watched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
import json
import sqlite3

from ..placement import FILM, Provider, Spot, TargetId
from .times import from_text, to_text

UNSEEN = "unseen"
"""The section of films that a tracker was never asked for, each known by one of its ids alone."""


@dataclass(frozen=True, slots=True)
class TrackerState:
    """What is on record of a tracker as a whole; `cursor` is what its next reading goes on from."""

    cursor: Mapping[str, str]
    read_at: datetime | None
    whole_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A show or film. `section` is the library that it is in; `sized_at`: its seasons are known."""

    key: str
    section: str
    title: str
    ids: tuple[TargetId, ...]
    numbering: Provider | None = None
    rating: int | None = None
    is_dropped: bool = False
    sized_at: datetime | None = None
    twin: str = ""
    """Units with the same one share what was watched."""
    year: int | None = None
    """When it began, or came out."""


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode, or the one spot of a film.

    `item` and `season_item` are what the tracker calls it and its season. `watched_at`: seconds
    since 1970, 0 for a day unknown, None for not watched. `aired` is an ISO day.
    """

    unit: str
    spot: Spot
    item: str = ""
    season_item: str = ""
    watched_at: int | None = None
    plays: int = 0
    aired: str | None = None


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


def put_units(connection: sqlite3.Connection, account: str, rows: Iterable[UnitRow]) -> None:
    """Store units, over what was known of them."""
    connection.executemany(
        f"INSERT OR REPLACE INTO tracked_unit VALUES ({_UNIT_VALUES})",
        (_write_unit(account, row) for row in rows),
    )


def remove_unit(connection: sqlite3.Connection, account: str, unit: str) -> None:
    """Forget a unit, with its episodes."""
    for table in ("tracked_unit", "tracked_episode"):
        connection.execute(f"DELETE FROM {table} WHERE account = ? AND unit = ?", (account, unit))


def put_episodes(connection: sqlite3.Connection, account: str, rows: Iterable[EpisodeRow]) -> None:
    """Store episodes, over what was known of them."""
    connection.executemany(
        f"INSERT OR REPLACE INTO tracked_episode VALUES ({_EPISODE_VALUES})",
        (_write_episode(account, row) for row in rows),
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
        f"INSERT INTO temp.read_unit VALUES ({_UNIT_VALUES})",
        (_write_unit(account, row) for row in units),
    )
    connection.executemany(
        f"INSERT INTO temp.read_episode VALUES ({_EPISODE_VALUES})",
        (_write_episode(account, row) for row in episodes),
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


def update_watched(
    connection: sqlite3.Connection, account: str, rows: Iterable[EpisodeRow]
) -> None:
    """Note what was watched of episodes that are on record; others wait for a whole reading."""
    connection.executemany(
        "UPDATE tracked_episode SET watched_at = ?, plays = ?"
        " WHERE account = ? AND unit = ? AND season = ? AND number = ?",
        (
            (row.watched_at, row.plays, account, row.unit, row.spot.season, row.spot.number)
            for row in rows
        ),
    )


def keys(connection: sqlite3.Connection, account: str) -> frozenset[str]:
    """Return the units on record."""
    rows = connection.execute("SELECT unit FROM tracked_unit WHERE account = ?", (account,))
    return frozenset(unit for (unit,) in rows)


def by_target(connection: sqlite3.Connection, account: str) -> dict[TargetId, str]:
    """Return the units on record by each of their ids."""
    rows = connection.execute("SELECT unit, ids FROM tracked_unit WHERE account = ?", (account,))
    found: dict[TargetId, str] = {}
    for unit, ids in rows:
        for text in ids.split():
            provider, _, number = text.partition(":")
            found.setdefault(TargetId(Provider(provider), number), unit)
    return found


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
    put_episodes(connection, account, rows)
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


def unsize(connection: sqlite3.Connection, account: str, unit: str) -> None:
    """Take the seasons of a show for unknown, as they were before they were first read."""
    connection.execute(
        "UPDATE tracked_unit SET sized_at = NULL WHERE account = ? AND unit = ?", (account, unit)
    )


def set_dropped(connection: sqlite3.Connection, account: str, units: Collection[str]) -> None:
    """Store which shows were given up."""
    connection.execute(
        "UPDATE tracked_unit SET dropped = unit IN (SELECT value FROM json_each(?))"
        " WHERE account = ?",
        (json.dumps(sorted(units)), account),
    )


def set_ratings(connection: sqlite3.Connection, account: str, ratings: Mapping[str, int]) -> None:
    """Store the ratings of shows and films, in place of those before."""
    connection.execute("UPDATE tracked_unit SET rating = NULL WHERE account = ?", (account,))
    connection.executemany(
        "UPDATE tracked_unit SET rating = ? WHERE account = ? AND unit = ?",
        ((rating, account, unit) for unit, rating in ratings.items()),
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


def version(connection: sqlite3.Connection, account: str) -> str:
    """Return what changes when anything on record of a tracker does."""
    row = connection.execute(
        "SELECT cursor, whole_at FROM tracker WHERE account = ?", (account,)
    ).fetchone()
    return repr(row)


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
    for table in ("tracker", "tracked_unit", "tracked_episode", "tracked_listed", "tracked_seen"):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))


_UNIT_VALUES = "?,?,?,?,?,?,?,?,?,?,?"
_EPISODE_VALUES = "?,?,?,?,?,?,?,?,?"


def _write_unit(account: str, row: UnitRow) -> tuple[object, ...]:
    return (
        account,
        row.key,
        row.section,
        row.title,
        " ".join(f"{target.provider}:{target.id}" for target in row.ids),
        row.numbering,
        row.rating,
        row.is_dropped,
        to_text(row.sized_at),
        row.twin,
        row.year,
    )


def _write_episode(account: str, row: EpisodeRow) -> tuple[object, ...]:
    return (
        account,
        row.unit,
        row.spot.season,
        row.spot.number,
        row.item,
        row.season_item,
        row.watched_at,
        row.plays,
        row.aired,
    )
