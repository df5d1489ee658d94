"""What is put on record before and after each request: ledger, journal and log in one go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
import sqlite3

from ..ledger import WHOLE, LedgerKey, LedgerRow
from ..model import MediaType
from ..store import events, journal, ledger as ledgers
from ..store.events import Event
from .plan import RequestAction


@dataclass(frozen=True, slots=True)
class Run:
    """Which run of which list it is that puts something on record."""

    run_id: str
    job_id: str
    account_id: str
    server: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended, for the record. `accepted`: it is on the server now."""

    outcome: str
    accepted: bool
    request_id: int | None = None
    detail: str = ""
    event: str | None = None
    """The kind of event that the log shows, where it is one."""


def begin(connection: sqlite3.Connection, run: Run, action: RequestAction, now: datetime) -> int:
    """Write the intent of a request, and return its number in the journal."""
    keys = _keys(action)
    known = ledgers.get_many(connection, run.server, keys)
    ledgers.save(
        connection,
        run.server,
        {
            key: replace(
                known.get(key, LedgerRow()),
                intent_at=now,
                user_id=action.user_id,
                job_id=run.job_id,
                title=action.title,
            )
            for key in keys
        },
    )
    return journal.begin(connection, run.run_id, run.job_id, run.account_id, _described(action))


def finish(
    connection: sqlite3.Connection,
    run: Run,
    entry: int,
    action: RequestAction,
    answer: Answer,
    now: datetime,
) -> Event | None:
    """Write how a request ended, and return its event where it is one.

    What the server accepted is requested from now on, also after it was once taken back (R2).
    """
    keys = _keys(action)
    known = ledgers.get_many(connection, run.server, keys)
    ledgers.save(connection, run.server, {key: _ended(known[key], answer, now) for key in known})
    journal.finish(
        connection,
        entry,
        answer.outcome,
        {"request_id": answer.request_id, "detail": answer.detail},
    )
    if answer.event is None:
        return None
    return events.add(
        connection,
        at=now,
        account=run.account_id,
        job_id=run.job_id,
        kind=answer.event,
        title=action.title,
        data={**_described(action), "detail": answer.detail},
    )


def put_off(
    connection: sqlite3.Connection,
    run: Run,
    action: RequestAction,
    until: datetime,
    now: datetime,
) -> Event:
    """Log that a title has to wait for its user's quota."""
    return events.add(
        connection,
        at=now,
        account=run.account_id,
        job_id=run.job_id,
        kind="deferred",
        title=action.title,
        data={**_described(action), "until": until.isoformat()},
    )


def _ended(row: LedgerRow, answer: Answer, now: datetime) -> LedgerRow:
    if not answer.accepted:
        return replace(row, intent_at=None)
    return replace(
        row,
        intent_at=None,
        requested_at=now,
        request_id=answer.request_id,
        taken_back_at=None,
    )


def _keys(action: RequestAction) -> tuple[LedgerKey, ...]:
    whole = LedgerKey(action.key, WHOLE, action.quality)
    if action.key.media_type is MediaType.MOVIE:
        return (whole,)
    return (whole, *(LedgerKey(action.key, n, action.quality) for n in action.seasons))


def _described(action: RequestAction) -> dict[str, object]:
    return {
        "media_type": str(action.key.media_type),
        "tmdb_id": action.key.tmdb,
        "imdb_id": action.item.ids.imdb,
        "year": action.item.year,
        "quality": str(action.quality),
        "seasons": list(action.seasons),
        "user_id": action.user_id,
    }
