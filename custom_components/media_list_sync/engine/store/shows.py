"""The seasons of shows, as a server told them, and when to look again (R7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
import sqlite3
from typing import Any

from ..model import ShowDetails, ShowSeason
from .times import to_text


@dataclass(frozen=True, slots=True)
class StoredShow:
    """A show as it was last read. `details` is None where only its first look is planned."""

    details: ShowDetails | None
    again_at: datetime


def load(connection: sqlite3.Connection, server: str) -> dict[int, StoredShow]:
    """Return all shows on record for a server, by TMDB number."""
    rows = connection.execute(
        "SELECT tmdb, title, tvdb, ended, seasons, read_at, again_at FROM show WHERE server = ?",
        (server,),
    )
    return {row[0]: _read(row) for row in rows}


def save(
    connection: sqlite3.Connection,
    server: str,
    details: ShowDetails,
    now: datetime,
    again_at: datetime,
) -> None:
    """Remember a show's seasons until `again_at`."""
    connection.execute(
        "INSERT OR REPLACE INTO show (server, tmdb, title, tvdb, ended, seasons, read_at, again_at)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            server,
            details.tmdb,
            details.title,
            details.tvdb,
            details.ended,
            " ".join(f"{s.number}:{s.episodes}:{s.air_date or ''}" for s in details.seasons),
            to_text(now),
            to_text(again_at),
        ),
    )


def plan_first_look(
    connection: sqlite3.Connection, server: str, when: Mapping[int, datetime]
) -> None:
    """Plan the first look at shows that have none yet; others keep theirs."""
    connection.executemany(
        "INSERT OR IGNORE INTO show (server, tmdb, title, ended, seasons, read_at, again_at)"
        " VALUES (?,?,'',0,'','',?)",
        ((server, tmdb, to_text(moment)) for tmdb, moment in when.items()),
    )


def put_off(
    connection: sqlite3.Connection, server: str, shows: Iterable[int], until: datetime
) -> None:
    """Look again later at shows that could not be read just now."""
    connection.executemany(
        "UPDATE show SET again_at = ? WHERE server = ? AND tmdb = ?",
        ((to_text(until), server, tmdb) for tmdb in shows),
    )


def baselines(connection: sqlite3.Connection) -> dict[tuple[str, int], int]:
    """Return the newest season of each show when a list first saw it (rule NEW)."""
    rows = connection.execute("SELECT job_id, tmdb, season FROM baseline")
    return {(job_id, tmdb): season for job_id, tmdb, season in rows}


def set_baselines(connection: sqlite3.Connection, rows: Mapping[tuple[str, int], int]) -> None:
    """Record baselines; one that stands is never moved."""
    connection.executemany(
        "INSERT OR IGNORE INTO baseline (job_id, tmdb, season) VALUES (?,?,?)",
        ((job_id, tmdb, season) for (job_id, tmdb), season in rows.items()),
    )


def _read(row: tuple[Any, ...]) -> StoredShow:
    tmdb, title, tvdb, ended, seasons, read_at, again_at = row
    moment = datetime.fromisoformat(again_at)
    if not read_at:
        return StoredShow(None, moment)
    return StoredShow(
        ShowDetails(
            tmdb=tmdb,
            title=title,
            seasons=tuple(_season(text) for text in seasons.split()),
            ended=bool(ended),
            tvdb=tvdb,
        ),
        moment,
    )


def _season(text: str) -> ShowSeason:
    number, episodes, air_date = text.split(":")
    return ShowSeason(int(number), int(episodes), air_date or None)
