"""What past requests on the server say of the ledger (R10), and of requests in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
import sqlite3

from ..clients.seerr import RequestRow
from ..ledger import WHOLE, Ledger, LedgerKey, LedgerRow
from ..model import MediaStatus, MediaType, Quality
from ..store import ledger as ledgers, library

DECLINED = 3
"""RequestStatus: a person said no."""

_NOT_THERE = frozenset({MediaStatus.UNKNOWN, MediaStatus.DELETED})


def past_requests(
    connection: sqlite3.Connection, server: str, rows: Iterable[RequestRow], now: datetime
) -> None:
    """Record what was declined, or requested and later removed, before our time."""
    found = taken_back(rows, now)
    known = ledgers.load(connection, server)
    ledgers.save(connection, server, {key: row for key, row in found.items() if key not in known})
    library.mark_history_read(connection, server, now)


def taken_back(rows: Iterable[RequestRow], now: datetime) -> Ledger:
    """Return what past requests say a person took back: pure.

    A request whose title is not on the server any more stands for the whole title; a declined one
    beside others stands for its seasons.
    """
    found: Ledger = {}
    row_now = LedgerRow(taken_back_at=now)
    for row in rows:
        quality = Quality.UHD if row.is_4k else Quality.HD
        is_gone = row.media_status in _NOT_THERE
        if row.status != DECLINED and not is_gone:
            continue
        if is_gone or row.key.media_type is MediaType.MOVIE:
            found[LedgerKey(row.key, WHOLE, quality)] = row_now
        for season in row.seasons:
            found[LedgerKey(row.key, season, quality)] = row_now
    return found


def settled(
    doubts: Mapping[LedgerKey, LedgerRow], requests: Iterable[RequestRow], now: datetime
) -> Ledger:
    """Return the rows of one title in doubt as the server's own requests settle them: pure.

    A request that is not there was never made: its intent goes, and it will be planned again.
    """
    rows = tuple(requests)
    result: Ledger = {}
    for key, row in doubts.items():
        quality_rows = [one for one in rows if one.is_4k == (key.quality is Quality.UHD)]
        # Those that we know were made before cannot be what was sent last.
        holding = [
            one for one in quality_rows if _holds(one, key) and one.id > (row.request_id or 0)
        ]
        if not holding:
            result[key] = replace(row, intent_at=None)
            continue
        newest = max(holding, key=lambda one: one.id)
        is_declined = all(one.status == DECLINED for one in holding)
        result[key] = replace(
            row,
            intent_at=None,
            requested_at=row.intent_at,
            request_id=newest.id,
            taken_back_at=now if is_declined else None,
        )
    return result


def _holds(request: RequestRow, key: LedgerKey) -> bool:
    return key.season == WHOLE or key.season in request.seasons
