"""Writing to a Plex server: what was watched, and in batches with it what is beside that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..clients.plex import PlexServer
from ..http import NotFound, ServiceError
from ..placement import Spot
from ..store import tracked, tracked_state
from ..store.database import Store
from ..together import together
from .ages import is_recent
from .plan import Action, ActionKind
from .plex_beside import AT_ONCE, PlexBeside
from .plex_reading import PlexReading
from .tracker import InDoubt, Written

CALLS = 20
"""Calls that are put on record together."""

SEASONS_LAST = timedelta(minutes=10)
"""How long it is believed that a season has no other episodes than those that were read."""


@dataclass(slots=True)
class PlexWriting:
    """Writes what was planned, an item a call. The fields are as PlexTracker has them."""

    reach: Callable[[], PlexServer]
    store: Store
    account_id: str
    now: Callable[[], datetime]
    reading: PlexReading
    beside: PlexBeside

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, a few calls at a time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(action: Action) -> Written:
            if action.kind is ActionKind.MARK:
                return await self._mark(action, gate)
            return await self.beside.write(action, gate)

        try:
            return await together(map(one, batch))
        except ServiceError as error:
            if sum(map(_calls, batch)) > 1:
                # That one call was refused says nothing of those before it, and beside it.
                raise InDoubt(error) from None
            raise

    async def _mark(self, action: Action, gate: asyncio.Semaphore) -> Written:
        names = await self.store.run(
            tracked.items, self.account_id, action.unit, frozenset(action.spots)
        )
        seasons, watched = await self._whole_seasons(action, gate)
        calls: dict[str, tuple[Spot, ...]] = {
            item: tuple(spot for spot in action.spots if spot.season == number)
            for number, item in seasons.items()
        }
        in_seasons = {spot for spots in calls.values() for spot in spots}
        calls |= {
            names[spot]: (spot,)
            for spot in action.spots
            if spot not in in_seasons and spot not in watched and spot in names
        }
        missing: set[Spot] = set(action.spots) - in_seasons - names.keys() - watched

        async def call(key: str, spots: tuple[Spot, ...]) -> None:
            async with gate:
                try:
                    await self.reach().mark_watched(key)
                except NotFound:
                    missing.update(spots)

        await together(call(key, spots) for key, spots in calls.items())
        if missing:  # it may be there under another key by now
            await self.store.run(tracked_state.unsettle, self.account_id)
        done = frozenset(set(action.spots) - missing - watched)
        items = {spot: names[spot] for spot in done if spot in names}
        return Written(action, done, frozenset(missing), items=items)

    async def _whole_seasons(
        self, action: Action, gate: asyncio.Semaphore
    ) -> tuple[dict[int, str], frozenset[Spot]]:
        """Return the seasons that one call may mark, by number, and what was watched by now.

        A season that was read a while ago may have got an episode since which is not the entry's.
        """
        if not action.seasons:
            return {}, frozenset()
        state = await self.store.run(tracked_state.state, self.account_id)
        is_new = is_recent(state.whole_at, self.now(), SEASONS_LAST)
        watched: frozenset[Spot] = frozenset()
        safe = set(action.seasons)
        if not is_new:
            async with gate:
                rows = await self.reading.reread_show(action.unit)
            watched = frozenset(row.spot for row in rows if row.watched_at is not None)
            there = {row.spot for row in rows if row.spot.season in safe}
            safe -= {spot.season for spot in there ^ set(action.spots) if spot.season in safe}
            safe -= {spot.season for spot in watched}
        items = await self.store.run(tracked.season_items, self.account_id, action.unit)
        found = {number: item for number, item in items.items() if number in safe}
        return found, watched & frozenset(action.spots)


def batches(actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
    """Cut actions so that about `CALLS` calls go together."""
    batch: list[Action] = []
    calls = 0
    for action in actions:
        for part in _parts(action):
            needed = _calls(part)
            if batch and calls + needed > CALLS:
                yield tuple(batch)
                batch, calls = [], 0
            batch.append(part)
            calls += needed
    if batch:
        yield tuple(batch)


def _calls(action: Action) -> int:
    in_seasons = sum(spot.season in action.seasons for spot in action.spots)
    return max(len(action.seasons) + len(action.spots) - in_seasons, 1)


def _parts(action: Action) -> Iterator[Action]:
    """Cut a long action into such as fit into a batch."""
    if _calls(action) <= CALLS:
        yield action
        return
    whole = tuple(spot for spot in action.spots if spot.season in action.seasons)
    if whole:
        yield replace(action, spots=whole)
    single = [spot for spot in action.spots if spot.season not in action.seasons]
    for start in range(0, len(single), CALLS):
        yield replace(action, spots=tuple(single[start : start + CALLS]), seasons=())
