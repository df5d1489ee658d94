"""Undoing what a sync had AniList say: the former values again, or no entry where there was none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
import sqlite3

from ..clients.anilist import PER_BATCH, Change, ListedEntry, Saved
from ..http import NotFound, Refused, ServiceError
from ..store import anime as animes, entries, journal
from ..watch import NO_DATE, Entry
from .record_saves import save_of, values_of
from .record_undo import deleted, save_undone
from .saving import Save
from .undone import Undoing, Undone


async def undo_saves(undoing: Undoing, saves: Sequence[journal.Entry]) -> None:
    """Have AniList say again what it said before, where it says what we saved."""
    if not saves:
        return
    # Whole: what was deleted shows only then, and would be put on the list again.
    await undoing.job.anilist.refresh(undoing.started_at, whole=True)
    there = await undoing.store.run(_listed, undoing.job.anilist.account_id, saves)
    going: list[tuple[journal.Entry, Save, int]] = []
    new: list[journal.Entry] = []
    for entry in saves:
        former, now = save_of(entry.action["before"]), there.get(entry.action["anilist"])
        if not former:
            new.append(entry)
            continue
        back = _back(save_of(entry.action["save"]), former)
        if now is not None and save_of(entry.action["save"]).is_said_by(now):
            going.append((entry, back, now.id))
        else:
            gone = now is None or back.is_said_by(now)
            undoing.leave(entry, Undone.GONE if gone else Undone.CHANGED)
    for some in batched(going, PER_BATCH, strict=False):
        await _restore(undoing, some)
    for some_new in batched(new, PER_BATCH, strict=False):
        await _delete(undoing, some_new)


async def _restore(undoing: Undoing, some: Sequence[tuple[journal.Entry, Save, int]]) -> None:
    if undoing.is_dry:
        for entry, back, _ in some:
            undoing.decide(entry, Undone.UNDONE, values=back.as_dict())
        return
    anilist = undoing.job.anilist
    changes = [
        Change(entry.action["anilist"], **dict(back.items()), entry=number)
        for entry, back, number in some
    ]
    outcomes = await anilist.client.save(changes)
    error: ServiceError | None = None
    for (entry, back, _), outcome in zip(some, outcomes, strict=True):
        if isinstance(outcome, Saved):
            now = undoing.job.now()
            event = await undoing.store.run(
                save_undone, undoing.job.id, anilist.account_id, entry, outcome, now
            )
            undoing.job.tell(event)
            undoing.decide(entry, Undone.UNDONE, values=back.as_dict())
        else:
            error = _failed(undoing, entry, outcome) or error
    if error is not None:
        raise error


async def _delete(undoing: Undoing, new: Sequence[journal.Entry]) -> None:
    """Delete what we put on the list, where nobody has put anything to it: read right before."""
    anilist = undoing.job.anilist
    listed = await anilist.client.listed(
        anilist.user_id, [entry.action["anilist"] for entry in new]
    )
    there = {one.entry.anime.id: one for one in listed}
    going: list[tuple[journal.Entry, int]] = []
    for entry in new:
        now = there.get(entry.action["anilist"])
        if now is None:
            undoing.leave(entry, Undone.GONE)
        elif not _is_as_made(entry, now):
            undoing.leave(entry, Undone.CHANGED)
        elif undoing.is_dry:
            undoing.decide(entry, Undone.UNDONE)
        else:
            going.append((entry, now.entry.id))
    outcomes = await anilist.client.delete([number for _, number in going])
    error: ServiceError | None = None
    for (entry, _), outcome in zip(going, outcomes, strict=True):
        if outcome is None:
            event = await undoing.store.run(
                deleted, undoing.job.id, anilist.account_id, entry, undoing.job.now()
            )
            undoing.job.tell(event)
            undoing.decide(entry, Undone.UNDONE)
        else:
            error = _failed(undoing, entry, outcome) or error
    if error is not None:
        raise error


def _failed(undoing: Undoing, entry: journal.Entry, error: ServiceError) -> ServiceError | None:
    """Take an error for that of one entry; return one that is about more."""
    if isinstance(error, Refused | NotFound):  # it says nothing of the others
        undoing.decide(entry, Undone.FAILED)
        return None
    return error


def _is_as_made(entry: journal.Entry, now: ListedEntry) -> bool:
    """Say whether an entry is the one that we made, and says what AniList answered then."""
    result = entry.result or {}
    made = save_of(result.get("said") or entry.action["save"])
    whole = Save(
        made.status,
        made.progress or 0,
        made.repeat or 0,
        made.score or 0,
        made.started or NO_DATE,
        made.completed or NO_DATE,
    )
    is_same = result.get("id") in (None, now.entry.id)
    return is_same and now.is_plain and values_of(now.entry) == whole


def _back(saved: Save, former: Save) -> Save:
    """Return what takes a save back: the former values of what it changed, and of nothing else."""
    before = dict(former.items())
    return Save(**{name: before[name] for name, value in saved.items() if value is not None})


def _listed(
    connection: sqlite3.Connection, account: str, saves: Sequence[journal.Entry]
) -> dict[int, Entry]:
    anime = animes.load(connection, {entry.action["anilist"] for entry in saves})
    return {entry.anime.id: entry for entry in entries.load(connection, account, anime)}
