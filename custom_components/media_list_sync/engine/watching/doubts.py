"""Writes whose answer was never heard: found out about once they can be, and let alone until then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
import sqlite3

from ..setbacks import LATE
from ..store import journal, tracked
from ..store.database import Store
from ..store.elapsed import Elapsed
from .anilist import AniListAccount
from .beside import carried_out
from .plan import NO_DOUBTS, Doubts
from .readings import Readings
from .record import Run, action_of, settle
from .record_saves import SAVE, settle as settle_with
from .tracker import Tracker


async def settle_doubts(
    store: Store, tracker: Tracker, run: Run, now: Callable[[], datetime]
) -> Doubts:
    """Find out what became of a pairing's writes, and return those that may still be carried out.

    Among them are those of other pairings, which may be with the same tracker: only the units
    count of them.
    """
    at = now()
    entries = await store.run(_writes, at)
    ends = {entry.id: _end(entry, store.elapsed, at) for entry in entries}
    late = [entry for entry in entries if ends[entry.id] > at]
    old = [entry for entry in entries if entry.job_id == run.job_id and ends[entry.id] <= at]
    if old:
        units = {action_of(entry.action).unit for entry in old}
        await tracker.reread(units - {""})
        await store.run(_settle, run, old, await carried_out(tracker, old, Readings(now)), now())
        store.elapsed.forget(entry.id for entry in old)
    if not late:
        return NO_DOUBTS
    own = [entry for entry in late if entry.job_id == run.job_id]
    return Doubts(
        units=frozenset(action_of(entry.action).unit for entry in late) - {""},
        entries=frozenset(action_of(entry.action).anilist for entry in own),
        until=max(ends[entry.id] for entry in late),
    )


async def settle_saves(anilist: AniListAccount, run: Run, now: Callable[[], datetime]) -> Doubts:
    """Find out which of a pairing's saves AniList has, and return those that it may get later.

    Among them are those of the account's other pairings: an old save would be the last word.
    """
    store, at = anilist.store, now()
    saves = await store.run(_saves, anilist.account_id, at)
    if not saves:
        return NO_DOUBTS
    await anilist.refresh(at, whole=False)
    ends = {entry.id: _end(entry, store.elapsed, at) for entry in saves}
    over = frozenset(number for number, end in ends.items() if end <= at)
    settled = await store.run(settle_with, run, saves, over, now())
    store.elapsed.forget(settled)
    late = [entry for entry in saves if entry.id not in settled and entry.id not in over]
    return Doubts(
        entries=frozenset(int(entry.action["anilist"]) for entry in late),
        until=max((ends[entry.id] for entry in late), default=None),
    )


def _end(entry: journal.Entry, elapsed: Elapsed, now: datetime) -> datetime:
    """Return until when a write may still be carried out.

    By both clocks: the one that shows the time may have been put forward since, and the other one
    knows nothing of what was before this process.
    """
    return max(entry.doubtful_since, now - elapsed.of(entry.id)) + LATE


def _writes(connection: sqlite3.Connection, now: datetime) -> tuple[journal.Entry, ...]:
    """Return what is open of all pairings; what is requested for lists has no unit."""
    return tuple(entry for entry in _open(connection, now) if "unit" in entry.action)


def _saves(
    connection: sqlite3.Connection, account: str, now: datetime
) -> tuple[journal.Entry, ...]:
    """Return the saves of an account that are open."""
    found = _open(connection, now, account)
    return tuple(entry for entry in found if entry.action.get("kind") == SAVE)


def _open(
    connection: sqlite3.Connection, now: datetime, account: str | None = None
) -> tuple[journal.Entry, ...]:
    """Return what is open.

    What was put down by a clock that was ahead begins to wait now: its time may never come.
    """
    found = journal.open_entries(connection, account)
    if ahead := [entry.id for entry in found if entry.doubtful_since > now]:
        journal.doubt(connection, ahead, now)
        found = journal.open_entries(connection, account)
    return found


def _settle(
    connection: sqlite3.Connection,
    run: Run,
    open_ones: Iterable[journal.Entry],
    shown: frozenset[int],
    now: datetime,
) -> None:
    watched = tracked.watched(
        connection, run.tracker, {action_of(entry.action).unit for entry in open_ones}
    )
    settle(connection, run, open_ones, watched, shown, now)
