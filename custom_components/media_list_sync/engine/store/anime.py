"""Anime that were seen on somebody's list, as AniList had them: for searching, and for candidates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
import json
import sqlite3
from typing import Any
import unicodedata

from ..watch import Airing, Anime, Format, FuzzyDate
from .times import to_text

_MOST_WORDS = 2_000


def folded(text: str) -> str:
    """Return a text as it is compared: NFKC, and without regard to case."""
    return unicodedata.normalize("NFKC", text).casefold()


def save(connection: sqlite3.Connection, anime: Iterable[Anime], now: datetime) -> None:
    """Put down what AniList says of anime."""
    connection.executemany(
        "INSERT OR REPLACE INTO anime (anilist, title, words, anime, seen_at) VALUES (?,?,?,?,?)",
        (
            (
                one.id,
                one.title,
                folded("\n".join(one.titles))[:_MOST_WORDS],
                json.dumps(asdict(one), ensure_ascii=False),
                to_text(now),
            )
            for one in anime
        ),
    )


def load(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Anime]:
    """Return what is known of anime, however many."""
    rows = connection.execute(
        "SELECT anilist, anime FROM anime WHERE anilist IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(ids))),),
    )
    return {anilist: _read(json.loads(text)) for anilist, text in rows}


def remove_unseen(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget anime that were on nobody's list since a time."""
    connection.execute("DELETE FROM anime WHERE seen_at < ?", (to_text(before),))


def _read(values: dict[str, Any]) -> Anime:
    return Anime(
        **{
            **values,
            "titles": tuple(values["titles"]),
            "format": Format(values["format"]),
            "airing": Airing(values["airing"]),
            "started": FuzzyDate(*values["started"]),
            "ended": FuzzyDate(*values["ended"]),
        }
    )
