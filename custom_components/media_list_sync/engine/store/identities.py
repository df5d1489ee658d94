"""Which title an outside id leads to, as a server once told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
import sqlite3

from ..model import MediaType, TitleKey
from .times import to_text


@dataclass(frozen=True, slots=True)
class Identity:
    """The titles that an id leads to: none, one, or several. `source` is imdb or tvdb."""

    source: str
    value: str
    found: tuple[TitleKey, ...]


class Identities:
    """What is known of ids. Thousands of answers are kept as text, and read when one is looked at."""

    def __init__(self, found: Mapping[str, Mapping[str, str]]) -> None:
        self._found = found

    def get(self, source: str, value: str) -> tuple[TitleKey, ...] | None:
        """Return the titles that an id leads to; None: it was never looked up, or long ago."""
        found = self._found.get(source, {}).get(value)
        return None if found is None else _read(found)


def load(connection: sqlite3.Connection, now: datetime) -> Identities:
    """Return all that is known, without what is to be looked up again."""
    rows = connection.execute(
        "SELECT source, value, found FROM identity WHERE again_at IS NULL OR again_at > ?",
        (to_text(now),),
    )
    found: dict[str, dict[str, str]] = {}
    for source, value, titles in rows:
        found.setdefault(source, {})[value] = titles
    return Identities(found)


def save(
    connection: sqlite3.Connection,
    identities: Iterable[Identity],
    now: datetime,
    again_at: datetime,
) -> None:
    """Remember what ids lead to. Those that lead nowhere are looked up again at `again_at`."""
    connection.executemany(
        "INSERT OR REPLACE INTO identity (source, value, found, looked_up_at, again_at)"
        " VALUES (?,?,?,?,?)",
        (
            (
                one.source,
                one.value,
                " ".join(f"{key.media_type}:{key.tmdb}" for key in one.found),
                to_text(now),
                None if one.found else to_text(again_at),
            )
            for one in identities
        ),
    )


def _read(found: str) -> tuple[TitleKey, ...]:
    parts = (text.split(":") for text in found.split())
    return tuple(TitleKey(MediaType(media_type), int(tmdb)) for media_type, tmdb in parts)
