"""An AniList account as the jobs of its pairings see it: one list, read for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import sqlite3

from ..clients.anilist import AniListClient
from ..http import InvalidAnswer
from ..store import anime as animes, entries
from ..store.database import Store
from ..watch import Entry
from .ages import is_recent

WHOLE_EVERY = timedelta(days=1)
"""How often the list is read whole: what was deleted there shows only then."""

FRESH = timedelta(seconds=10)
"""How old a reading may be that something is written by."""

SMALL = 10
"""A list this short may lose what it will; only an empty reading of it is doubted."""


@dataclass(slots=True)
class AniListAccount:
    """One AniList user, shared by the jobs of all pairings."""

    client: AniListClient
    store: Store
    account_id: str
    user_id: int
    now: Callable[[], datetime]
    _read_at: datetime | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, not_before: datetime, *, whole: bool) -> None:
        """Bring the stored list up to date: one request where nothing changed.

        One that was read at `not_before` or later is up to date. Raises the client's errors, and
        InvalidAnswer for a list that is suddenly far shorter: it is believed when it is read so
        twice.
        """
        async with self._lock:
            begun = self.now()
            if not whole and is_recent(self._read_at, begun, begun - not_before):
                return
            known = await self.store.run(entries.state, self.account_id)
            changed: tuple[Entry, ...] | None = None
            if known is not None and not whole and is_recent(known.whole_at, begun, WHOLE_EVERY):
                changed = await self._changed(known.changed_at)
            if changed is None:
                await self._read_whole(known, begun)
            else:
                await self.store.run(_update, self.account_id, changed, begun)
            self._read_at = begun

    async def reread(self) -> None:
        """Bring the list up to date for a write: what was read a moment ago still is (W8)."""
        await self.refresh(self.now() - FRESH, whole=False)

    async def learn(self, ids: Collection[int]) -> None:
        """Ask for anime that are not on the list, and put down what is known of them."""
        found = await self.client.media(ids)
        await self.store.run(animes.save, found, self.now())

    async def _changed(self, since: int) -> tuple[Entry, ...] | None:
        """Return what changed since; None where that is more than is worth reading so."""
        changes = await self.client.changed_since(self.user_id, since)
        return changes.entries if changes.reached else None

    async def _read_whole(self, known: entries.ListState | None, begun: datetime) -> None:
        found = await self.client.whole_list(self.user_id)
        if known is not None and _shrank(known.total, len(found)) and known.doubted != len(found):
            await self.store.run(entries.doubt, self.account_id, len(found))
            raise InvalidAnswer(
                "anilist",
                self.account_id,
                f"{len(found)} entries on the list, {known.total} before",
            )
        await self.store.run(_replace, self.account_id, found, begun)


def _shrank(before: int, total: int) -> bool:
    if total == 0:
        return before > 0
    return before > SMALL and total * 2 < before


def _replace(
    connection: sqlite3.Connection, account: str, found: Iterable[Entry], now: datetime
) -> None:
    rows = tuple(found)
    animes.save(connection, (entry.anime for entry in rows), now)
    entries.replace(connection, account, rows, now)


def _update(
    connection: sqlite3.Connection, account: str, found: Iterable[Entry], now: datetime
) -> None:
    rows = tuple(found)
    animes.save(connection, (entry.anime for entry in rows), now)
    entries.update(connection, account, rows, now)
