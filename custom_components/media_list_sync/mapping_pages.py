"""Pages of mappings and of what is for review, put together bit by bit.

A thread that works on and on makes the event loop wait for its turn at every step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import batched
import sqlite3
from typing import Any

from homeassistant.util.json import JsonObjectType, JsonValueType

from . import answers_mapping as answers
from .answers_mapping import Words
from .engine.identity import atlas
from .engine.store import manual, mappings, reviews
from .engine.store.database import Store
from .engine.store.mappings import MappedAnime, MappingKind
from .mapping import async_candidates

PAGE = 500
"""How much of the mappings, or of what is for review, an answer holds at most."""
AT_ONCE = 50
"""Mappings that are read at once, which takes some 3 ms."""


async def async_mappings(
    store: Store, *, search: str, kind: MappingKind, limit: int, offset: int
) -> JsonObjectType:
    """Return a page of what is known of anime, searched by title or id."""
    found = await store.run(mappings.page, search=search, kind=kind, skip=offset, limit=limit)
    shown: list[JsonValueType] = []
    for some in batched(found.anime, AT_ONCE, strict=False):
        shown += await store.run(_known, some)
    return {"total": found.total, "offset": offset, "mappings": shown}


def _known(connection: sqlite3.Connection, anime: Sequence[MappedAnime]) -> list[JsonObjectType]:
    ids = [one.anilist for one in anime]
    known = atlas.load(connection, ids)
    notes: defaultdict[int, list[str]] = defaultdict(list)
    for said in manual.of_anime(connection, ids):
        notes[said.anilist].append(said.note)
    return [answers.of_known(known[one.anilist], one.title, notes[one.anilist]) for one in anime]


async def async_review(
    store: Store,
    pairings: Mapping[str, tuple[str, Mapping[str, Any]]],
    words: Words,
    *,
    limit: int,
    offset: int,
    with_candidates: bool,
) -> JsonObjectType:
    """Return a page of what needs a person, the newest first.

    `pairings`: titles and data of subentries, by their ids.
    """
    total = await store.run(reviews.count, pairings)
    rows = await store.run(reviews.load, pairings, limit, offset)
    shown = [answers.of_review(row, pairings[row.job_id][0], words) for row in rows]
    if with_candidates:
        for job_id, (_, data) in pairings.items():
            wanted = [row.anilist for row in rows if row.job_id == job_id]
            found = await async_candidates(store, data, wanted)
            for row, answer in zip(rows, shown, strict=True):
                if row.job_id == job_id:
                    offered = found.get(row.anilist, ())
                    answer["candidates"] = [answers.of_candidate(one) for one in offered]
    return {"total": total, "offset": offset, "review": list(shown)}
