"""Titles that an account is never to request, on a person's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
import sqlite3

from ..model import Ids, MediaType
from .times import to_text


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A title never to request: it is meant by any of the ids that are given."""

    media_type: MediaType
    ids: Ids
    title: str
    excluded_at: str


def add(
    connection: sqlite3.Connection,
    account: str,
    media_type: MediaType,
    ids: Ids,
    title: str,
    now: datetime,
) -> None:
    """Never request a title again."""
    connection.execute(
        "INSERT OR REPLACE INTO exclusion"
        " (account, media_type, tmdb, imdb, tvdb, title, excluded_at) VALUES (?,?,?,?,?,?,?)",
        (account, media_type, ids.tmdb or 0, ids.imdb or "", ids.tvdb or 0, title, to_text(now)),
    )


def remove(connection: sqlite3.Connection, account: str, media_type: MediaType, ids: Ids) -> bool:
    """Allow a title again, whichever of its ids is given; False where it was not excluded."""
    cursor = connection.execute(
        "DELETE FROM exclusion WHERE account = ? AND media_type = ?"
        " AND (tmdb <> 0 AND tmdb = ? OR imdb <> '' AND imdb = ? OR tvdb <> 0 AND tvdb = ?)",
        (account, media_type, ids.tmdb or 0, ids.imdb or "", ids.tvdb or 0),
    )
    return cursor.rowcount > 0


def load(connection: sqlite3.Connection, account: str) -> tuple[Exclusion, ...]:
    """Return the titles that an account is never to request, newest first."""
    rows = connection.execute(
        "SELECT media_type, tmdb, imdb, tvdb, title, excluded_at FROM exclusion"
        " WHERE account = ? ORDER BY excluded_at DESC, title",
        (account,),
    )
    return tuple(
        Exclusion(MediaType(media_type), Ids(imdb or None, tmdb or None, tvdb or None), title, when)
        for media_type, tmdb, imdb, tvdb, title, when in rows
    )


def remove_account(connection: sqlite3.Connection, account: str) -> None:
    """Forget an account's exclusions."""
    connection.execute("DELETE FROM exclusion WHERE account = ?", (account,))
