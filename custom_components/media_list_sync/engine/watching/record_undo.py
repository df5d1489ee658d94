"""What is put on record when something is taken back: it is not written again (W12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
import sqlite3

from ..clients.anilist import Saved
from ..store import anime as animes, bases as stored, entries as listing, events, journal
from ..store.events import Event
from ..watch import ListStatus
from . import bases, spot_text
from .bases import Base, Side
from .plan import Action, ActionKind
from .record import key_of, note_rating
from .record_saves import SAVE, save_of, saying
from .taking_back import TakenBack

ADD = "add"
"""What a save is called that has put an anime on the list."""


def kind_of(entry: journal.Entry) -> str:
    """Return what an action is called in what people are told: its kind, or `ADD`."""
    kind = str(entry.action["kind"])
    return ADD if kind == SAVE and not entry.action["before"] else kind


def unmarked(
    connection: sqlite3.Connection,
    job_id: str,
    entry: journal.Entry,
    taken_back: TakenBack,
    now: datetime,
) -> Event:
    """Write that marks were taken back: what is not watched any more counts as declined.

    Of those that said that something was watched once more, it is watched as before.
    """
    spots = taken_back.done | taken_back.gone

    def declining(base: Base) -> Base:
        kept = {spot: item for spot, item in base.marked.items() if spot not in spots}
        return replace(base, marked=kept, declined=base.declined | (spots - taken_back.still))

    def not_retelling(base: Base) -> Base:
        kept = {spot: at for spot, at in base.retold.items() if spot not in spots}
        return replace(base, retold=kept)

    key = (int(entry.action["anilist"]), str(entry.action["target"]))
    is_retold = bool(entry.action.get("since"))
    _change(connection, job_id, [key], not_retelling if is_retold else declining)
    result = {**(entry.result or {}), "undone": spot_text.to_text(spots)}
    journal.undone(connection, entry.id, result, now)
    return _event(connection, entry, {"episodes": spot_text.names(sorted(spots))}, now)


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

    def former(base: Base) -> Base:
        return replace(
            base,
            anilist=side,
            saved=False,
            reopened=base.reopened or was_completed,
            # What was played of a rewatch by now is no reason to go on in it (W4).
            since=int(now.timestamp()) if side.status is ListStatus.REPEATING else base.since,
        )

    _change(connection, job_id, _saved_keys(entry), former)
    anime = animes.load(connection, {anilist})
    for listed in tuple(listing.load(connection, account, anime)):
        listing.put(connection, account, saying(listed, saved, now))
    journal.undone(connection, entry.id, entry.result or {}, now)
    return _event(connection, entry, {"anilist": dict(entry.action["before"])}, now)


def declined(
    connection: sqlite3.Connection, job_id: str, tracker: str, actions: Iterable[Action]
) -> None:
    """Write that ratings are about to be as they were before: they are not to be given again.

    What stands on a watchlist, or is dropped, is known as written once, and not written again.
    """
    for action in actions:
        if action.kind is not ActionKind.RATE:
            continue
        former = round(action.former or 0) or None
        note_rating(connection, tracker, action, former)
        _change(
            connection,
            job_id,
            [key_of(action)],
            partial(_unrated, given=action.rating, former=former),
        )


def _unrated(base: Base, *, given: int | None, former: int | None) -> Base:
    if former is None and base.unrated == given:
        former = base.rated  # that of another copy, which is the one that is seen
    # What AniList's score calls for is the last that was given, however far this goes back.
    return replace(base, rated=former, unrated=given if base.unrated is None else base.unrated)


def put_back(
    connection: sqlite3.Connection, entry: journal.Entry, action: Action, now: datetime
) -> Event:
    """Write that a tracker shows again what it showed before."""
    journal.undone(connection, entry.id, entry.result or {}, now)
    return _event(connection, entry, {"rating": action.former_rating}, now)


def deleted(
    connection: sqlite3.Connection, job_id: str, account: str, entry: journal.Entry, now: datetime
) -> Event:
    """Write that what we put on the list is not there any more.

    What was watched by then stays on record: only a newer play puts it there again (W7).
    """
    _change(connection, job_id, _saved_keys(entry), lambda base: replace(base, saved=False))
    listing.remove(connection, account, int(entry.action["anilist"]))
    journal.undone(connection, entry.id, entry.result or {}, now)
    return _event(connection, entry, {}, now)


def left(connection: sqlite3.Connection, entries: Iterable[journal.Entry], now: datetime) -> None:
    """Write of what an undo has to leave as it is that it is no matter of the next one."""
    for entry in entries:
        journal.undone(connection, entry.id, entry.result or {}, now)


def _saved_keys(entry: journal.Entry) -> list[stored.Key]:
    """Return the bases that a save moved."""
    anilist = int(entry.action["anilist"])
    return [(anilist, target) for target in entry.action["after"]]


def _change(
    connection: sqlite3.Connection,
    job_id: str,
    keys: Iterable[stored.Key],
    change: Callable[[Base], Base],
) -> None:
    """Change bases, as far as there are any."""
    for key in keys:
        text = stored.get(connection, job_id, key)
        if text is not None:
            changed = change(bases.from_json(text))
            stored.save(connection, job_id, {key: bases.to_json(changed)})


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
        data={"anilist_id": entry.action["anilist"], "action": kind_of(entry), **data},
    )
