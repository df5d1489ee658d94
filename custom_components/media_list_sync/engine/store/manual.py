"""Where anime lie as a person said, and which are to be ignored. No refresh touches these."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
import json
import sqlite3
from typing import Any

from ..placement import Origin, Placement, Provider, TargetId
from ..segments import from_text, to_text
from .times import from_text as time_from_text, to_text as time_to_text

_IGNORED = ("", "")


@dataclass(frozen=True, slots=True)
class ManualMapping:
    """What a person said of an anime: where it lies; None: ignore it. `note` says who, or why."""

    anilist: int
    placement: Placement | None
    note: str
    mapped_at: datetime


def put(connection: sqlite3.Connection, mapping: ManualMapping) -> None:
    """Put a mapping on record; whoever calls this has validated it.

    It takes the place of what was said of the same kind of title: of shows, or of films. Ignoring
    an anime and placing it exclude each other.
    """
    placement = mapping.placement
    if placement is None:
        remove(connection, mapping.anilist)
        provider, target, segments = *_IGNORED, ""
    else:
        provider, target = placement.target
        segments = to_text(placement.segments)
        connection.execute(
            "DELETE FROM manual_mapping WHERE anilist = ? AND provider IN ('', ?)",
            (mapping.anilist, provider),
        )
    connection.execute(
        "INSERT INTO manual_mapping (anilist, provider, target, segments, note, mapped_at)"
        " VALUES (?,?,?,?,?,?)",
        (mapping.anilist, provider, target, segments, mapping.note, _time(mapping.mapped_at)),
    )


def remove(connection: sqlite3.Connection, anilist: int) -> bool:
    """Forget all that a person said of an anime; say whether there was anything."""
    done = connection.execute("DELETE FROM manual_mapping WHERE anilist = ?", (anilist,))
    return done.rowcount > 0


def of_anime(connection: sqlite3.Connection, ids: Collection[int]) -> Iterator[ManualMapping]:
    """Yield what was said of some anime, however many."""
    rows = connection.execute(
        f"{_SELECT} WHERE anilist IN (SELECT value FROM json_each(?)) ORDER BY anilist, provider",
        (json.dumps(sorted(set(ids))),),
    )
    return map(_read, rows)


def every(connection: sqlite3.Connection) -> Iterator[ManualMapping]:
    """Yield all that was said, by AniList id."""
    return map(_read, connection.execute(f"{_SELECT} ORDER BY anilist, provider"))


_SELECT = "SELECT anilist, provider, target, segments, note, mapped_at FROM manual_mapping"


def _read(row: tuple[Any, ...]) -> ManualMapping:
    anilist, provider, target, segments, note, mapped_at = row
    placement = None
    if provider:
        placement = Placement(
            anilist, TargetId(Provider(provider), target), from_text(segments), Origin.MANUAL
        )
    moment = time_from_text(mapped_at)
    assert moment is not None  # the column has no NULL
    return ManualMapping(anilist, placement, note, moment)


def _time(moment: datetime) -> str:
    return time_to_text(moment) or ""
