"""What users of a server may still request, where the server has said that it is limited (R5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import sqlite3

from ..model import MediaType
from .times import to_text

type Who = tuple[int | None, MediaType]
"""A user (None: the owner of the key), and what is requested."""

_OWNER = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a user may still request: `remaining` films or seasons, perhaps more from `until` on."""

    remaining: int
    until: datetime


def load(connection: sqlite3.Connection, server: str) -> dict[Who, Allowance]:
    """Return what is on record of a server."""
    rows = connection.execute(
        "SELECT user_id, media_type, remaining, until FROM allowance WHERE server = ?", (server,)
    )
    return {
        (user_id or None, MediaType(media_type)): Allowance(
            remaining, datetime.fromisoformat(until)
        )
        for user_id, media_type, remaining, until in rows
    }


def replace(
    connection: sqlite3.Connection, server: str, allowances: Mapping[Who, Allowance]
) -> None:
    """Put all that is known of a server on record, in place of what was."""
    connection.execute("DELETE FROM allowance WHERE server = ?", (server,))
    connection.executemany(
        "INSERT INTO allowance (server, user_id, media_type, remaining, until) VALUES (?,?,?,?,?)",
        (
            (server, user_id or _OWNER, media_type, left.remaining, to_text(left.until))
            for (user_id, media_type), left in allowances.items()
        ),
    )
