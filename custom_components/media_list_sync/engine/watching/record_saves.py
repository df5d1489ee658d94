"""What is put on record before and after AniList is told something."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
import sqlite3
from typing import Any

from ..clients.anilist import Saved
from ..http import ServiceError
from ..store import anime as animes, bases as stored, entries, events, journal
from ..store.events import Event
from ..watch import Entry, FuzzyDate, ListStatus
from . import bases
from .bases import Base, Side
from .plan import BaseKey
from .record import Run
from .saving import Save, Saving

SAVE = "save"
"""The kind of these actions in the journal."""


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What became of one save: what AniList says now, or its error; neither: not tried.

    It is not tried where the entry was changed since it was planned.
    """

    saving: Saving
    saved: Saved | None = None
    error: ServiceError | None = None


def begin(
    connection: sqlite3.Connection,
    run: Run,
    savings: Sequence[Saving],
    after: Mapping[BaseKey, Base],
    now: datetime,
) -> tuple[int, ...]:
    """Write the intent of some saves, and return their numbers in the journal."""
    return tuple(
        journal.begin(
            connection, run.run_id, run.job_id, run.account_id, described(saving, after), at=now
        )
        for saving in savings
    )


def described(saving: Saving, after: Mapping[BaseKey, Base]) -> dict[str, object]:
    """Return a save as the journal keeps it: with what the entry said before, and the bases after."""
    return {
        "kind": SAVE,
        "anilist": saving.anilist,
        "title": saving.entry.anime.title,
        "save": _kept(saving.save),
        "before": {} if saving.is_new else _kept(values_of(saving.entry)),
        "after": {
            f"{target.provider}:{target.id}": bases.to_json(after[saving.anilist, target])
            for target in saving.targets
        },
    }


def _kept(save: Save) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, FuzzyDate) else value
        for name, value in save.items()
        if value is not None
    }


def values_of(entry: Entry) -> Save:
    """Return all that an entry says."""
    return Save(
        entry.status, entry.progress, entry.repeat, entry.score, entry.started, entry.completed
    )


def save_of(kept: Mapping[str, Any]) -> Save:
    """Return a save that was put into the journal."""
    status = kept.get("status")
    started, completed = kept.get("started"), kept.get("completed")
    return Save(
        status=None if status is None else ListStatus(status),
        progress=kept.get("progress"),
        repeat=kept.get("repeat"),
        score=kept.get("score"),
        started=None if started is None else FuzzyDate(*started),
        completed=None if completed is None else FuzzyDate(*completed),
    )


def finish(
    connection: sqlite3.Connection, run: Run, results: Mapping[int, SaveResult], now: datetime
) -> tuple[Event, ...]:
    """Write how saves ended. What AniList says now is what the bases hold from now on."""
    told: list[Event] = []
    for entry_id, result in results.items():
        saved, saving = result.saved, result.saving
        if saved is None:
            detail = result.error.detail if result.error is not None else ""
            journal.finish(connection, entry_id, "refused", {"detail": detail}, at=now)
            told.append(_event(connection, run, saving, "failed", detail, now))
            continue
        said = _kept(values_of(saying(saving.entry, saved, now)))
        journal.finish(connection, entry_id, "done", {"id": saved.id, "said": said}, at=now)
        side = Side(saved.status, saved.progress, saved.repeat, saved.score)
        _hold(connection, run, entry_id, saving.anilist, side)
        _note(connection, run.account_id, saving.entry, saved, now)
        told.append(_event(connection, run, saving, "saved", "", now))
    return tuple(told)


def settle(
    connection: sqlite3.Connection,
    run: Run,
    doubts: Iterable[journal.Entry],
    over: Collection[int],
    now: datetime,
) -> frozenset[int]:
    """Say of a pairing's saves in doubt whether AniList has them, from a reading after them.

    What it does not say once its time is `over` was not saved, or was changed since: either is
    planned anew. Returns those of which it is known.
    """
    kept = {int(one.action["anilist"]): one for one in doubts if one.job_id == run.job_id}
    settled: set[int] = set()
    anime = animes.load(connection, kept)
    now_there = {entry.anime.id: entry for entry in entries.load(connection, run.account_id, anime)}
    for anilist, doubt in kept.items():
        entry = now_there.get(anilist)
        is_done = entry is not None and save_of(doubt.action["save"]).is_said_by(entry)
        if not is_done and doubt.id not in over:
            continue
        settled.add(doubt.id)
        journal.finish(
            connection, doubt.id, "done" if is_done else "not_done", {"doubtful": True}, at=now
        )
        if entry is not None and is_done:
            _hold(connection, run, doubt.id, anilist, Side.of(entry))
    return frozenset(settled)


def _hold(
    connection: sqlite3.Connection, run: Run, entry_id: int, anilist: int, side: Side
) -> None:
    """Put the bases down that hold once a save was carried out."""
    kept = journal.get(connection, entry_id)
    if kept is None:
        return
    stored.save(
        connection,
        run.job_id,
        {
            (anilist, target): bases.to_json(replace(bases.from_json(text), anilist=side))
            for target, text in kept.action["after"].items()
        },
    )


def _note(
    connection: sqlite3.Connection, account: str, entry: Entry, saved: Saved, now: datetime
) -> None:
    """Have the list on record say what AniList says now."""
    animes.save(connection, (entry.anime,), now)
    entries.put(connection, account, saying(entry, saved, now))


def saying(entry: Entry, saved: Saved, now: datetime) -> Entry:
    """Return an entry as AniList says that it is now; when it changed, about, until it is read."""
    return replace(
        entry,
        id=saved.id,
        status=saved.status,
        progress=saved.progress,
        repeat=saved.repeat,
        score=saved.score,
        started=saved.started,
        completed=saved.completed,
        updated_at=int(now.timestamp()),
    )


def _event(
    connection: sqlite3.Connection, run: Run, saving: Saving, kind: str, detail: str, now: datetime
) -> Event:
    return events.add(
        connection,
        at=now,
        account=run.account_id,
        job_id=run.job_id,
        kind=kind,
        title=saving.entry.anime.title,
        data={"anilist_id": saving.anilist, "anilist": saving.save.as_dict(), "detail": detail},
    )
