"""Entries that need a person, as the last plan of each pairing left them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
import json
import sqlite3
from typing import Any

from ..watch import Named
from .times import to_text


@dataclass(frozen=True, slots=True)
class Review:
    """An entry that waits for a person; `reason` is a translation key, `since` an ISO time.

    `others` are entries of the list that are in its way.
    """

    job_id: str
    anilist: int
    title: str
    reason: str
    target: str
    detail: str
    since: str
    others: tuple[Named, ...] = ()


def replace(
    connection: sqlite3.Connection, job_id: str, rows: Iterable[Review], now: datetime
) -> int:
    """Store what a whole plan found; return how many are new. Those that stay keep their time."""
    known = {
        (anilist, reason): since
        for anilist, reason, since in connection.execute(
            "SELECT anilist, reason, since FROM review WHERE job_id = ?", (job_id,)
        )
    }
    stamp = to_text(now)
    found = {(row.anilist, row.reason): row for row in rows}
    connection.execute("DELETE FROM review WHERE job_id = ?", (job_id,))
    connection.executemany(
        "INSERT INTO review (job_id, anilist, title, reason, target, detail, since, others)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            (
                job_id,
                row.anilist,
                row.title,
                row.reason,
                row.target,
                row.detail,
                known.get(key, stamp),
                json.dumps(row.others, ensure_ascii=False, separators=(",", ":")),
            )
            for key, row in found.items()
        ),
    )
    return len(found.keys() - known.keys())


def replace_of(
    connection: sqlite3.Connection,
    job_id: str,
    anilist: int,
    rows: Iterable[Review],
    now: datetime,
) -> int:
    """Store what a plan of one entry alone found; return how many are new."""
    others = connection.execute(f"{_SELECT} WHERE job_id = ? AND anilist <> ?", (job_id, anilist))
    kept = [_review(row) for row in others]
    return replace(connection, job_id, (*kept, *rows), now)


def answer(connection: sqlite3.Connection, anilist: int) -> None:
    """Take an entry out everywhere: a person has said what is meant. Plans may see it otherwise."""
    connection.execute("DELETE FROM review WHERE anilist = ?", (anilist,))


def load(
    connection: sqlite3.Connection, job_ids: Iterable[str], limit: int, offset: int = 0
) -> tuple[Review, ...]:
    """Return entries of some pairings, the newest first."""
    jobs = tuple(job_ids)
    rows = connection.execute(
        f"{_SELECT} WHERE job_id IN ({', '.join('?' * len(jobs))})"
        " ORDER BY since DESC, title LIMIT ? OFFSET ?",
        (*jobs, limit, offset),
    )
    return tuple(_review(row) for row in rows)


def count(connection: sqlite3.Connection, job_ids: Iterable[str]) -> int:
    """Return how many entries of some pairings wait."""
    jobs = tuple(job_ids)
    ((found,),) = connection.execute(
        f"SELECT COUNT(*) FROM review WHERE job_id IN ({', '.join('?' * len(jobs))})", jobs
    )
    return int(found)


_SELECT = "SELECT job_id, anilist, title, reason, target, detail, since, others FROM review"


def _review(row: tuple[Any, ...]) -> Review:
    job_id, anilist, title, reason, target, detail, since, others = row
    named = tuple(Named(*other) for other in json.loads(others))
    return Review(job_id, anilist, title, reason, target, detail, since, named)
