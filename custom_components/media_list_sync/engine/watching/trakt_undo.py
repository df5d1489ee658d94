"""Taking plays back on Trakt: by their own ids, and only those that are surely ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched

from ..clients.trakt import TraktTracker as TraktWatching
from ..clients.trakt.history import Play
from ..clients.trakt.targets import BATCH, Film, Show
from ..placement import FILM, Spot
from ..store import tracked
from ..store.database import Store
from .taking_back import Marked, TakenBack


@dataclass(slots=True)
class TraktUndoing:
    """Takes plays of one person back. The fields are as TraktTracker has them."""

    trakt: TraktWatching
    store: Store
    account_id: str
    reread: Callable[[Collection[str]], Awaitable[None]]

    async def take_back(self, marked: Sequence[Marked], *, is_dry: bool) -> tuple[TakenBack, ...]:
        """Read the plays of what was marked, and take back those that are as they were written.

        Of an episode with two plays that could be ours, neither is: nothing tells them apart.
        """
        results = []
        for one in marked:
            unit = await self._unit(one)
            plays = await self._plays(unit)
            ids: dict[Spot, int] = {}
            gone, kept, still = set[Spot](), set[Spot](), set[Spot]()
            for spot in one.spots:
                here = [play for play in plays if _is_of(play, spot, one.items.get(spot))]
                ours = [play for play in here if play.watched_at == _written(one, spot)]
                if len(ours) == 1:
                    ids[spot] = ours[0].id
                    still |= {spot} if len(here) > 1 else set()
                elif here:
                    kept.add(spot)
                else:
                    gone.add(spot)
            if not is_dry:
                await self._remove(ids.values())
                for known in {one.unit, unit}:
                    await self.store.run(tracked.unmark, self.account_id, known, ids.keys() - still)
            results.append(
                TakenBack(
                    done=frozenset(ids),
                    still=frozenset(still),
                    gone=frozenset(gone),
                    kept=frozenset(kept),
                )
            )
        return tuple(results)

    async def _unit(self, marked: Marked) -> str:
        """Return what was marked as Trakt knows it: a film may have been marked by another id."""
        if not marked.unit.startswith("f:"):
            return marked.unit
        known = await self.store.run(tracked.by_target, self.account_id)
        if known.get(marked.target, marked.unit) == marked.unit:  # nothing was read since
            await self.reread({marked.unit})
            known = await self.store.run(tracked.by_target, self.account_id)
        return known.get(marked.target, marked.unit)

    async def _plays(self, unit: str) -> tuple[Play, ...]:
        if not unit[1:].isdecimal():
            return ()
        number = int(unit[1:])
        return await self.trakt.history.of(Film(number) if unit.startswith("m") else Show(number))

    async def _remove(self, ids: Iterable[int]) -> None:
        for some in batched(ids, BATCH, strict=False):
            await self.trakt.history.remove(some)


def _is_of(play: Play, spot: Spot, item: str | None) -> bool:
    """Say whether a play is of an episode: by its id, for its number may be another by now."""
    if spot == FILM:
        return isinstance(play.what, Film)
    if item:
        return str(play.what.id) == item
    return (play.season, play.number) == spot


def _written(marked: Marked, spot: Spot) -> datetime | None:
    """Return when Trakt was told that it was watched, as it keeps it: to the minute."""
    text = marked.dates.get(spot)
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(UTC).replace(second=0, microsecond=0)
