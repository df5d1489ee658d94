"""Taking marks back on Plex: only those of which there is one single view, at our own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
import sqlite3

from ..clients.plex import PlexServer
from ..http import NotFound
from ..placement import Spot
from ..store import tracked
from ..store.database import Store
from ..store.tracked_rows import EpisodeRow
from ..together import together
from .plex_beside import AT_ONCE
from .plex_reading import PlexReading
from .taking_back import Marked, TakenBack

CLOCKS = timedelta(minutes=10)
"""By how much the server's clock may differ from ours, and a mark take."""


@dataclass(slots=True)
class PlexUndoing:
    """Takes marks of one person back. The fields are as PlexTracker has them."""

    reach: Callable[[], PlexServer]
    store: Store
    account_id: str
    reading: PlexReading

    async def take_back(self, marked: Sequence[Marked], *, is_dry: bool) -> tuple[TakenBack, ...]:
        """Read again what was marked, and take back what still is as it was written."""
        units = {one.unit for one in marked}
        await self.reading.reread(units)
        rows = await self.store.run(_rows, self.account_id, units)
        gate = asyncio.Semaphore(AT_ONCE)
        results = []
        for one in marked:
            found = rows.get(one.unit, {})
            watched = {
                spot for spot in one.spots if spot in found and found[spot].watched_at is not None
            }
            ours = {spot for spot in watched if _is_ours(found[spot], one)}
            if not is_dry:
                ours = await self._unmark({spot: found[spot].item for spot in ours}, gate)
                await self.store.run(tracked.unmark, self.account_id, one.unit, ours)
            results.append(
                TakenBack(
                    done=frozenset(ours), gone=one.spots - watched, kept=frozenset(watched - ours)
                )
            )
        return tuple(results)

    async def _unmark(self, items: Mapping[Spot, str], gate: asyncio.Semaphore) -> set[Spot]:
        done: set[Spot] = set()

        async def one(spot: Spot, item: str) -> None:
            async with gate:
                try:
                    await self.reach().mark_unwatched(item)
                except NotFound:
                    return
            done.add(spot)

        await together(one(spot, item) for spot, item in items.items())
        return done


def _is_ours(row: EpisodeRow, marked: Marked) -> bool:
    if not row.item or row.plays > 1 or not row.watched_at:
        return False
    return abs(row.watched_at - marked.at.timestamp()) <= CLOCKS.total_seconds()


def _rows(
    connection: sqlite3.Connection, account: str, units: set[str]
) -> dict[str, dict[Spot, EpisodeRow]]:
    return {unit: tracked.episodes(connection, account, unit) for unit in units}
