"""What the server's library says about the ledger (R1, R3): pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..ledger import WHOLE, Ledger, LedgerKey, LedgerRow
from ..model import LibraryRow, MediaStatus, Quality, TitleKey

_TAKEN_BACK = frozenset({MediaStatus.UNKNOWN, MediaStatus.DELETED})
_WATCHABLE = frozenset({MediaStatus.PARTIALLY_AVAILABLE, MediaStatus.AVAILABLE})
_EMPTY = LedgerRow()


@dataclass(frozen=True, slots=True)
class Observation:
    """Ledger rows that changed, and titles that can be watched since."""

    changes: Ledger
    became_available: tuple[LedgerKey, ...]


def observe(
    ledger: Mapping[LedgerKey, LedgerRow],
    library: Mapping[TitleKey, LibraryRow],
    now: datetime,
) -> Observation:
    """Compare the ledger with a library that was read whole, and say what has to be recorded.

    Rows with an open intent are left alone: what became of a request in doubt is asked of the
    server by itself.
    """
    changes: Ledger = {}
    available: list[LedgerKey] = []
    for row in library.values():
        for key, status in _statuses(row):
            before = ledger.get(key, _EMPTY)
            after = _see(before, status, now)
            if after is not before:
                changes[key] = after
                if status in _WATCHABLE and _was_awaited(before):
                    available.append(key)
    for key, before in ledger.items():
        if _is_gone(key, before, library):
            changes[key] = replace(before, taken_back_at=now)
    _carry_to_seasons(ledger, library, changes, now)
    return Observation(changes, tuple(available))


def _statuses(row: LibraryRow) -> Iterator[tuple[LedgerKey, MediaStatus]]:
    yield LedgerKey(row.key, WHOLE, Quality.HD), row.status
    yield LedgerKey(row.key, WHOLE, Quality.UHD), row.status_4k
    for season in row.seasons:
        yield LedgerKey(row.key, season.number, Quality.HD), season.status
        yield LedgerKey(row.key, season.number, Quality.UHD), season.status_4k


def _see(before: LedgerRow, status: MediaStatus, now: datetime) -> LedgerRow:
    if status.is_present:
        if before.seen is status and before.taken_back_at is None:
            return before
        return replace(before, seen=status, seen_at=now, taken_back_at=None)
    if before.intent_at is not None or before.taken_back_at is not None:
        return before
    # Deleted is said of what was once there, even where it was before our time.
    if status is MediaStatus.DELETED or (status in _TAKEN_BACK and before.is_known):
        return replace(before, taken_back_at=now)
    return before


def _was_awaited(before: LedgerRow) -> bool:
    if before.taken_back_at is not None or before.seen in _WATCHABLE:
        return False
    return before.is_known


def _is_gone(key: LedgerKey, row: LedgerRow, library: Mapping[TitleKey, LibraryRow]) -> bool:
    if not row.is_known or row.intent_at is not None or row.taken_back_at is not None:
        return False
    in_library = library.get(key.title)
    if in_library is None:
        return True
    if key.season == WHOLE or not row.seen.is_present:
        # A season that was only asked for does not show before it is scanned.
        return False
    return bool(in_library.seasons) and all(
        season.number != key.season for season in in_library.seasons
    )


def _carry_to_seasons(
    ledger: Mapping[LedgerKey, LedgerRow],
    library: Mapping[TitleKey, LibraryRow],
    changes: Ledger,
    now: datetime,
) -> None:
    """Take back the seasons of a title that was taken back, or they would count as asked for.

    A season that is there all the same stays.
    """
    titles = {
        (key.title, key.quality)
        for key, row in changes.items()
        if key.season == WHOLE and row.taken_back_at == now
    }
    if not titles:
        return
    for key, before in ledger.items():
        if key.season == WHOLE or (key.title, key.quality) not in titles:
            continue
        row = changes.get(key, before)
        if row.is_known and row.taken_back_at is None and not _is_there(key, library):
            changes[key] = replace(row, taken_back_at=now)


def _is_there(key: LedgerKey, library: Mapping[TitleKey, LibraryRow]) -> bool:
    in_library = library.get(key.title)
    if in_library is None:
        return False
    return any(
        season.of(key.quality).is_present
        for season in in_library.seasons
        if season.number == key.season
    )
