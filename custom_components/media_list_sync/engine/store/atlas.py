"""Where anime lie in other numberings, as the tables say, and when those were fetched.

Uses the standard library alone: tables are written from an interpreter of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
import json
import sqlite3
from typing import Any, Literal, NamedTuple

from ..placement import Origin, Provider, TargetId
from .times import from_text, to_text

type Source = Literal["anilist", "anidb"]
"""Whose number an anime is known by."""


class AtlasRow(NamedTuple):
    """What one table says of one anime and one title. `segments` as in `engine.segments`."""

    id: int
    target: TargetId
    origin: Origin
    segments: str


@dataclass(frozen=True, slots=True)
class TableState:
    """The last good copy of a table, and the last try to get a newer one.

    `fetched_at` is None where there never was one; `error` says why the last try failed.
    """

    origin: Origin
    etag: str | None = None
    bytes: int = 0
    rows: int = 0
    fetched_at: datetime | None = None
    checked_at: datetime | None = None
    due_at: datetime | None = None
    error: str | None = None


def of_anime(
    connection: sqlite3.Connection, ids: Collection[int], source: Source = "anilist"
) -> Iterator[AtlasRow]:
    """Yield what all tables say of some anime, however many, ordered by id."""
    rows = connection.execute(
        "SELECT id, provider, target, origin, segments FROM atlas"
        " WHERE source = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (source, _json(ids)),
    )
    return map(_row, rows)


def of_targets(connection: sqlite3.Connection, targets: Collection[TargetId]) -> Iterator[AtlasRow]:
    """Yield what all tables place in some shows or films; `id` is AniDB's in rows of Anime-Lists."""
    rows = connection.execute(
        "SELECT atlas.id, provider, target, origin, segments FROM json_each(?) AS wanted"
        " JOIN atlas ON provider = wanted.value ->> 0 AND target = wanted.value ->> 1"
        " WHERE segments NOT IN ('', '-') ORDER BY provider, target, atlas.id",
        (json.dumps(sorted(targets)),),
    )
    return map(_row, rows)


def collect(connection: sqlite3.Connection, rows: Iterable[tuple[int, str, str, str]]) -> int:
    """Collect the new rows of a table beside the database; return how many there are.

    `rows` are (id, provider, target, segments). Nobody waits for this, however long it takes.
    """
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS incoming (id INTEGER NOT NULL, provider TEXT NOT NULL,"
        " target TEXT NOT NULL, segments TEXT NOT NULL, PRIMARY KEY (id, provider, target))"
        " WITHOUT ROWID"
    )
    connection.execute("DELETE FROM temp.incoming")
    connection.executemany("INSERT OR REPLACE INTO temp.incoming VALUES (?,?,?,?)", rows)
    return int(connection.execute("SELECT count(*) FROM temp.incoming").fetchone()[0])


def take_over(connection: sqlite3.Connection, origin: Origin, source: Source) -> None:
    """Put what was collected in the place of what was. Only what differs is written."""
    connection.execute(
        "DELETE FROM atlas WHERE origin = ? AND source = ? AND NOT EXISTS (SELECT 1"
        " FROM temp.incoming AS new WHERE new.id = atlas.id AND new.provider = atlas.provider"
        " AND new.target = atlas.target)",
        (origin, source),
    )
    connection.execute(
        "INSERT INTO atlas (source, id, provider, target, origin, segments)"
        " SELECT ?, id, provider, target, ?, segments FROM temp.incoming WHERE true"
        " ON CONFLICT DO UPDATE SET segments = excluded.segments"
        " WHERE segments <> excluded.segments",
        (source, origin),
    )


def states(connection: sqlite3.Connection) -> dict[Origin, TableState]:
    """Return what is on record of the tables."""
    rows = connection.execute(
        "SELECT origin, etag, bytes, rows, fetched_at, checked_at, due_at, error FROM atlas_source"
    )
    return {state.origin: state for state in map(_state, rows)}


def state(connection: sqlite3.Connection, origin: Origin) -> TableState:
    """Return what is on record of a table."""
    return states(connection).get(origin, TableState(origin))


def save_state(connection: sqlite3.Connection, state: TableState) -> None:
    """Put on record how it stands with a table."""
    connection.execute(
        "INSERT OR REPLACE INTO atlas_source"
        " (origin, etag, bytes, rows, fetched_at, checked_at, due_at, error)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            state.origin,
            state.etag,
            state.bytes,
            state.rows,
            to_text(state.fetched_at),
            to_text(state.checked_at),
            to_text(state.due_at),
            state.error,
        ),
    )


def _json(ids: Iterable[int]) -> str:
    return json.dumps(sorted(set(ids)))


def _row(row: Iterable[Any]) -> AtlasRow:
    id_, provider, target, origin, segments = row
    return AtlasRow(id_, TargetId(Provider(provider), target), Origin(origin), segments)


def _state(row: tuple[Any, ...]) -> TableState:
    origin, etag, bytes_, rows, fetched_at, checked_at, due_at, error = row
    return TableState(
        Origin(origin),
        etag,
        bytes_,
        rows,
        from_text(fetched_at),
        from_text(checked_at),
        from_text(due_at),
        error,
    )


def is_usable(connection: sqlite3.Connection) -> bool:
    """Whether anything can be placed: the most trusted table was there once."""
    return state(connection, Origin.ANIBRIDGE).fetched_at is not None


def version(connection: sqlite3.Connection) -> str:
    """Return what changes when a table or a person says something new."""
    tables = connection.execute("SELECT origin, fetched_at FROM atlas_source ORDER BY origin")
    said = connection.execute("SELECT COUNT(*), MAX(mapped_at) FROM manual_mapping")
    return repr((tables.fetchall(), said.fetchall()))
