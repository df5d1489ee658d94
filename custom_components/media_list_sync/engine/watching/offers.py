"""What an entry that nobody could place may be, of all that a tracker has."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
import sqlite3
from typing import NamedTuple

from ..identity.candidates import Candidate, Candidates, Offered
from ..store import anime as animes
from ..store.database import Store
from ..store.items import Item
from ..store.tracked_rows import providers_of
from .loading import target_of

PAGE = 250
"""Titles that are taken up at once: 2 or 3 ms of work, for which the event loop may have to wait."""


async def likely(
    store: Store,
    account: str,
    sections: Collection[str] | None,
    anime: Iterable[int],
    limit: int,
) -> dict[int, tuple[Candidate, ...]]:
    """Return what each of some anime may be on a tracker, the likeliest first.

    `account` is the tracker's; `sections`: the libraries that take part. It is done bit by bit:
    a thread that works on and on makes the event loop wait for its turn at every step.
    """
    known = await store.run(animes.load, tuple(anime))
    there = Candidates()
    after: str | None = ""
    while after is not None:
        offered, after = await store.run(_page, account, sections, after)
        await asyncio.to_thread(there.add, offered)
    return {
        anilist: await asyncio.to_thread(there.of, one, limit) for anilist, one in known.items()
    }


class _Page(NamedTuple):
    offered: tuple[Offered, ...]
    last: str | None
    """After what to read on; None: that was all."""


def _page(
    connection: sqlite3.Connection, account: str, sections: Collection[str] | None, after: str
) -> _Page:
    """Return some of the shows and films of a tracker as it was last read, each by one id.

    A show's is the one whose numbers its episodes have: by that a person counts them there.
    Shows whose numbers nobody knows are left out.
    """
    units = connection.execute(
        "SELECT unit, section, title, ids, numbering, year FROM tracked_unit"
        " WHERE account = ? AND unit > ? AND section NOT IN ('missing', 'unseen')"
        " ORDER BY unit LIMIT ?",
        (account, after, PAGE),
    ).fetchall()
    if not units:
        return _Page((), None)
    last = units[-1][0]
    years: defaultdict[str, set[int]] = defaultdict(set)
    lengths: defaultdict[str, list[int]] = defaultdict(list)
    for unit, count, began in connection.execute(
        "SELECT unit, COUNT(*), MIN(aired) FROM tracked_episode"
        " WHERE account = ? AND unit > ? AND unit <= ? AND season > 0 GROUP BY unit, season",
        (account, after, last),
    ):
        lengths[unit].append(count)
        if began:
            years[unit].add(int(began[:4]))
    found: list[Offered] = []
    for unit, section, title, ids, numbering, year in units:
        targets = tuple(target_of(text) for text in ids.split())
        target = Item(title, targets, providers_of(numbering)).target
        if target is None or (sections is not None and section not in sections):
            continue
        # Where not every season has its dates, they cannot speak for all of the show.
        whole = years[unit] if len(years[unit]) == len(lengths[unit]) else set()
        found.append(Offered(target, (title,), year, frozenset(whole), tuple(lengths[unit])))
    return _Page(tuple(found), last)
