"""What a tracker has, as candidates for an entry that nobody could place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
import sqlite3

from ..identity.candidates import Offered
from ..placement import Provider, TargetId
from ..store.items import Item
from .loading import target_of


def offered(
    connection: sqlite3.Connection, account: str, sections: Collection[str] | None
) -> tuple[Offered, ...]:
    """Return the shows and films of a tracker as it was last read, each by one id.

    A show's is the one whose numbers its episodes have: by that a person counts them there.
    Shows whose numbers nobody knows are left out. `sections`: the libraries that take part.
    """
    years: defaultdict[str, set[int]] = defaultdict(set)
    lengths: defaultdict[str, list[int]] = defaultdict(list)
    for unit, count, began in connection.execute(
        "SELECT unit, COUNT(*), MIN(aired) FROM tracked_episode"
        " WHERE account = ? AND season > 0 GROUP BY unit, season",
        (account,),
    ):
        lengths[unit].append(count)
        if began:
            years[unit].add(int(began[:4]))
    found: dict[TargetId, Offered] = {}
    for unit, section, title, ids, numbering, year in connection.execute(
        "SELECT unit, section, title, ids, numbering, year FROM tracked_unit"
        " WHERE account = ? AND section NOT IN ('missing', 'unseen') ORDER BY unit",
        (account,),
    ):
        targets = tuple(target_of(text) for text in ids.split())
        target = Item(title, targets, Provider(numbering) if numbering else None).target
        if target is None or (sections is not None and section not in sections):
            continue
        # Where not every season has its dates, they cannot speak for all of the show.
        whole = years[unit] if len(years[unit]) == len(lengths[unit]) else set()
        found.setdefault(
            target,
            Offered(target, (title,), year, frozenset(whole), tuple(lengths[unit])),
        )
    return tuple(found.values())
