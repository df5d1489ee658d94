"""The last reading of each AniList account's list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
import sqlite3
from typing import Any

from ..watch import NO_DATE, Anime, Entry, FuzzyDate, ListStatus
from .times import from_text, to_text


@dataclass(frozen=True, slots=True)
class ListState:
    """What is on record of a list as a whole.

    `changed_at` is the newest change that was read, in AniList's seconds: from there the next
    reading goes on. `doubted` is the size of a reading that was not believed.
    """

    changed_at: int
    total: int
    read_at: datetime | None
    whole_at: datetime | None
    """When the list was last read whole: deletions show only then."""
    doubted: int | None = None


def state(connection: sqlite3.Connection, account: str) -> ListState | None:
    """Return what is on record of an account's list; None: it was never read."""
    row = connection.execute(
        "SELECT changed_at, total, read_at, whole_at, doubted FROM anilist_list WHERE account = ?",
        (account,),
    ).fetchone()
    if row is None:
        return None
    changed_at, total, read_at, whole_at, doubted = row
    return ListState(changed_at, total, from_text(read_at), from_text(whole_at), doubted)


def replace(
    connection: sqlite3.Connection, account: str, entries: Iterable[Entry], now: datetime
) -> int:
    """Store a list that was read whole; return how many entries are gone since."""
    rows = [_write(account, entry) for entry in entries]
    ((before,),) = connection.execute(
        "SELECT COUNT(*) FROM anilist_entry WHERE account = ?", (account,)
    )
    connection.execute("DELETE FROM anilist_entry WHERE account = ?", (account,))
    connection.executemany(_INSERT, rows)
    connection.execute(
        "INSERT OR REPLACE INTO anilist_list (account, changed_at, total, read_at, whole_at)"
        " VALUES (?, COALESCE((SELECT MAX(updated_at) FROM anilist_entry WHERE account = ?), 0),"
        " ?, ?, ?)",
        (account, account, len(rows), to_text(now), to_text(now)),
    )
    return max(int(before) - len(rows), 0)


def update(
    connection: sqlite3.Connection, account: str, entries: Iterable[Entry], now: datetime
) -> None:
    """Store entries that changed since the last reading.

    From where reading goes on is what was read, and no change of our own that is on record: what a
    person changed a moment before that would never be read.
    """
    read = tuple(entries)
    connection.executemany(_INSERT, [_write(account, entry) for entry in read])
    connection.execute(
        "UPDATE anilist_list SET read_at = :now, changed_at = MAX(changed_at, :newest),"
        " total = (SELECT COUNT(*) FROM anilist_entry WHERE account = :account)"
        " WHERE account = :account",
        {
            "now": to_text(now),
            "newest": max((entry.updated_at for entry in read), default=0),
            "account": account,
        },
    )


def put(connection: sqlite3.Connection, account: str, entry: Entry) -> None:
    """Store what an entry says after it was saved; from where reading goes on stays as it is."""
    connection.execute(_INSERT, _write(account, entry))


def newest(connection: sqlite3.Connection, account: str) -> int:
    """Return when an entry last changed, be it by us; 0 where there is none."""
    ((found,),) = connection.execute(
        "SELECT MAX(updated_at) FROM anilist_entry WHERE account = ?", (account,)
    )
    return int(found or 0)


def remove(connection: sqlite3.Connection, account: str, anilist: int) -> None:
    """Forget an entry that was deleted. The list is shorter by it, and not suddenly."""
    connection.execute(
        "DELETE FROM anilist_entry WHERE account = ? AND anilist = ?", (account, anilist)
    )
    connection.execute(
        "UPDATE anilist_list SET total = (SELECT COUNT(*) FROM anilist_entry WHERE account = :account)"
        " WHERE account = :account",
        {"account": account},
    )


def doubt(connection: sqlite3.Connection, account: str, total: int) -> None:
    """Remember a whole reading that was suspiciously small; the list stays as it was."""
    connection.execute("UPDATE anilist_list SET doubted = ? WHERE account = ?", (total, account))


def distrust(connection: sqlite3.Connection) -> None:
    """Have every list read whole: what was deleted since a backup shows only then."""
    connection.execute("UPDATE anilist_list SET whole_at = NULL")


def load(connection: sqlite3.Connection, account: str, anime: dict[int, Anime]) -> Iterator[Entry]:
    """Yield the entries of an account; `anime` has what AniList told of each."""
    rows = connection.execute(
        "SELECT anilist, entry_id, status, progress, repeat, score, started, completed, private,"
        " updated_at FROM anilist_entry WHERE account = ? ORDER BY anilist",
        (account,),
    )
    for row in rows:
        if row[0] in anime:
            yield _read(row, anime[row[0]])


def ids(connection: sqlite3.Connection, account: str) -> tuple[int, ...]:
    """Return the AniList ids on an account's list."""
    rows = connection.execute(
        "SELECT anilist FROM anilist_entry WHERE account = ? ORDER BY anilist", (account,)
    )
    return tuple(number for (number,) in rows)


def counts(connection: sqlite3.Connection, account: str) -> dict[ListStatus, int]:
    """Return how many entries have which status."""
    rows = connection.execute(
        "SELECT status, COUNT(*) FROM anilist_entry WHERE account = ? GROUP BY status", (account,)
    )
    found = {ListStatus(status): count for status, count in rows}
    return {status: found.get(status, 0) for status in ListStatus}


def remove_account(connection: sqlite3.Connection, account: str) -> None:
    """Forget an account's list."""
    connection.execute("DELETE FROM anilist_entry WHERE account = ?", (account,))
    connection.execute("DELETE FROM anilist_list WHERE account = ?", (account,))


_INSERT = "INSERT OR REPLACE INTO anilist_entry VALUES (?,?,?,?,?,?,?,?,?,?,?)"


def _write(account: str, entry: Entry) -> tuple[object, ...]:
    return (
        account,
        entry.anime.id,
        entry.id,
        str(entry.status),
        entry.progress,
        entry.repeat,
        entry.score,
        _date_text(entry.started),
        _date_text(entry.completed),
        entry.is_private,
        entry.updated_at,
    )


def _read(row: tuple[Any, ...], anime: Anime) -> Entry:
    _, entry_id, status, progress, repeat, score, started, completed, private, updated_at = row
    return Entry(
        id=entry_id,
        anime=anime,
        status=ListStatus(status),
        progress=progress,
        repeat=repeat,
        score=score,
        started=_date(started),
        completed=_date(completed),
        is_private=bool(private),
        updated_at=updated_at,
    )


def _date_text(day: FuzzyDate) -> str:
    return "-".join("" if part is None else str(part) for part in day) if any(day) else ""


def _date(text: str) -> FuzzyDate:
    if not text:
        return NO_DATE
    return FuzzyDate(*(int(part) if part else None for part in text.split("-")))
