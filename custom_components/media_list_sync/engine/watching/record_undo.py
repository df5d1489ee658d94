"""What is put on record when something is taken back: it is not written again (W12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
import sqlite3

from ..clients.anilist import Saved
from ..placement import Spot
from ..store import anime as animes, bases as stored, entries as listing, events, journal
from ..store.events import Event
from ..watch import ListStatus
from . import bases, spot_text
from .bases import Side
from .record_saves import save_of, saying


def unmarked(
    connection: sqlite3.Connection,
    job_id: str,
    entry: journal.Entry,
    spots: frozenset[Spot],
    now: datetime,
) -> Event:
    """Write that marks were taken back: they count as declined by the person."""
    key = (int(entry.action["anilist"]), str(entry.action["target"]))
    text = stored.get(connection, job_id, key)
    if text is not None:
        base = bases.from_json(text)
        kept = {spot: item for spot, item in base.marked.items() if spot not in spots}
        base = replace(base, marked=kept, declined=base.declined | spots)
        stored.save(connection, job_id, {key: bases.to_json(base)})
    result = {**(entry.result or {}), "undone": spot_text.to_text(spots)}
    journal.undone(connection, entry.id, result, now)
    names = [f"S{s.season:02}E{s.number:02}" for s in sorted(spots) if s.season >= 0]
    return _event(connection, entry, {"episodes": names}, now)


def save_undone(
    connection: sqlite3.Connection,
    job_id: str,
    account: str,
    entry: journal.Entry,
    saved: Saved,
    now: datetime,
) -> Event:
    """Write that AniList says again what it said before; nothing is new on the tracker by that."""
    anilist = int(entry.action["anilist"])
    side = Side(saved.status, saved.progress, saved.repeat, saved.score)
    was_completed = save_of(entry.action["save"]).status is ListStatus.COMPLETED
    changed = {}
    for target in entry.action["after"]:
        text = stored.get(connection, job_id, (anilist, target))
        if text is not None:
            base = bases.from_json(text)
            base = replace(base, anilist=side, saved=False, reopened=base.reopened or was_completed)
            changed[anilist, target] = bases.to_json(base)
    stored.save(connection, job_id, changed)
    anime = animes.load(connection, {anilist})
    for listed in tuple(listing.load(connection, account, anime)):
        listing.put(connection, account, saying(listed, saved))
    journal.undone(connection, entry.id, entry.result or {}, now)
    return _event(connection, entry, {"anilist": dict(entry.action["before"])}, now)


def left(connection: sqlite3.Connection, entries: Iterable[journal.Entry], now: datetime) -> None:
    """Write of what an undo has to leave as it is that it is no matter of the next one."""
    for entry in entries:
        journal.undone(connection, entry.id, entry.result or {}, now)


def _event(
    connection: sqlite3.Connection,
    entry: journal.Entry,
    data: Mapping[str, object],
    now: datetime,
) -> Event:
    return events.add(
        connection,
        at=now,
        account=entry.account,
        job_id=entry.job_id,
        kind="undone",
        title=entry.action["title"],
        data={"anilist_id": entry.action["anilist"], **data},
    )
