"""What a person asks for of mappings and of what is for review, out of a full database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
import random
import sqlite3
import tempfile

from custom_components.media_list_sync.const import CONF_TRACKER
from custom_components.media_list_sync.engine.placement import Origin
from custom_components.media_list_sync.engine.store import anime as animes, reviews
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.mappings import MappingKind
from custom_components.media_list_sync.engine.store.reviews import Review
from custom_components.media_list_sync.engine.watch import Anime, FuzzyDate
from custom_components.media_list_sync.mapping import async_candidates
from custom_components.media_list_sync.mapping_pages import PAGE, async_mappings, async_review

from .meter import typical
from .table import row

KNOWN = 20_000
"""Anime in the tables: as many as the real ones have."""
EPISODES = 12

_PAIRING, _TRACKER = "pairing", "plex"
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_WORDS = (
    *("academia", "attack", "ball", "bear", "castle", "cat", "demon", "dragon", "girl", "hero"),
    *("knight", "love", "magic", "moon", "night", "online", "princess", "school", "sky", "slayer"),
    *("spice", "star", "story", "sword", "titan", "wolf", "world", "2nd season", "season 3", "ii"),
)


async def measure(entries: int) -> list[dict[str, object]]:
    """Ask for pages where so many entries are for review, and the tracker has as many titles."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.db")
        await store.run(_fill, entries)
        data = {CONF_TRACKER: _TRACKER}

        async def page(search: str) -> int:
            answer = await async_mappings(
                store, search=search, kind=MappingKind.ALL, limit=PAGE, offset=0
            )
            return len(answer["mappings"])  # type: ignore[arg-type]

        async def review() -> int:
            answer = await async_review(
                store, {_PAIRING: ("", data)}, {}, limit=PAGE, offset=0, with_candidates=True
            )
            return len(answer["review"])  # type: ignore[arg-type]

        async def one() -> int:
            return len(await async_candidates(store, data, (1,)))

        asked: dict[str, Callable[[], Awaitable[int]]] = {
            f"{PAGE} mappings": lambda: page(""),
            "mappings, searched": lambda: page("titan"),
            f"{PAGE} for review, what each may be": review,
            "what one entry may be": one,
        }
        rows = []
        for name, work in asked.items():
            cost, answered = await typical(work)
            rows.append(row(entries, name, cost, {}, new=answered))
        await store.close()
    return rows


def _fill(connection: sqlite3.Connection, entries: int) -> None:
    chance = random.Random(1)

    def title() -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(2, 5)))

    connection.executemany(
        "INSERT INTO atlas VALUES ('anilist', ?, ?, ?, ?, ?)",
        (
            (number, provider, str(number), origin, f"1:1-{EPISODES}>1-{EPISODES}")
            for number in range(1, KNOWN + 1)
            for provider, origin in (
                ("tvdb_show", Origin.ANIBRIDGE),
                ("tmdb_show", Origin.ANIBRIDGE),
                ("tvdb_show", Origin.FRIBB),
            )
        ),
    )
    listed = [
        Anime(
            number,
            (title(), title(), title()),
            episodes=EPISODES,
            started=FuzzyDate(chance.randint(1995, 2026), 4, 1),
        )
        for number in range(1, entries + 1)
    ]
    animes.save(connection, listed, _NOW)
    reviews.replace(
        connection,
        _PAIRING,
        (Review(_PAIRING, one.id, one.title, "unknown", "", "", "") for one in listed),
        _NOW,
    )
    for number in range(1, entries + 1):
        _track(connection, f"show {number}", title(), number, chance.randint(1995, 2026))


def _track(connection: sqlite3.Connection, unit: str, title: str, number: int, year: int) -> None:
    connection.execute(
        "INSERT INTO tracked_unit (account, unit, section, title, ids, numbering, year)"
        " VALUES (?, ?, '', ?, ?, 'tvdb_show', ?)",
        (_TRACKER, unit, title, f"tvdb_show:{number}", year),
    )
    connection.executemany(
        "INSERT INTO tracked_episode (account, unit, season, number, aired) VALUES (?, ?, ?, ?, ?)",
        (
            (_TRACKER, unit, season, episode, f"{year + season - 1}-04-{episode:02}")
            for season in (1, 2)
            for episode in range(1, EPISODES + 1)
        ),
    )
