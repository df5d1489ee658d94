"""What Plex has beside episodes: ratings on the server, and the watchlist of its person's account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..clients.plex import PlexServer, PlexWatchlist, WatchlistItem
from ..http import NotFound, Refused
from ..model import MediaType
from ..placement import Provider, TargetId
from ..store import tracked
from ..store.database import Store
from ..together import together
from .numbering import film_targets, show_targets
from .plan import Action, ActionKind
from .readings import Readings
from .tracker import Shown, Written

AT_ONCE = 4
"""Calls that are under way at the same time."""

_SCHEMES = {
    Provider.TVDB_SHOW: "tvdb",
    Provider.TMDB_SHOW: "tmdb",
    Provider.TMDB_MOVIE: "tmdb",
    Provider.IMDB_MOVIE: "imdb",
}


@dataclass(slots=True)
class PlexBeside:
    """Reads, writes and puts back. The fields are as PlexTracker has them."""

    reach: Callable[[], PlexServer]
    watchlist: PlexWatchlist | None
    store: Store
    account_id: str

    async def shown(
        self, actions: Sequence[Action], readings: Readings
    ) -> tuple[Shown | None, ...]:
        """Return what there is now: in one request for these ratings, and by the whole watchlist.

        An item that is not there (any more) is not rated.
        """
        keys = [await self._key(action) for action in actions]
        wanted = {key for key in keys if key is not None}
        ratings = await self.reach().ratings(wanted) if wanted else {}
        listed = await readings.get("watchlist", self._listed) if _is_listing(actions) else {}
        found: list[Shown | None] = []
        for action, key in zip(actions, keys, strict=True):
            if action.kind is not ActionKind.RATE:
                item = listed.get(action.target)
                shown = Shown(0) if item is None else Shown(1, item.listed_at)
                found.append(None if self.watchlist is None else shown)
            else:
                found.append(None if key is None else Shown(ratings.get(key) or 0))
        return tuple(found)

    async def write(self, action: Action, gate: asyncio.Semaphore) -> Written:
        """Rate an item, or put a title on the watchlist."""
        if action.kind is ActionKind.RATE:
            return await self._rate(action, action.rating, gate)
        return await self._list(action)

    async def put_back(self, actions: Sequence[Action]) -> tuple[Written, ...]:
        """Rate as before, or not at all; take from the watchlist. A call each."""
        gate = asyncio.Semaphore(AT_ONCE)
        listed = await self._listed() if _is_listing(actions) else {}

        async def one(action: Action) -> Written:
            if action.kind is ActionKind.RATE:
                return await self._rate(action, action.former_rating, gate)
            item = listed.get(action.target)
            if item is not None and self.watchlist is not None:
                async with gate:
                    await self.watchlist.remove(item.key)
            return Written(action)

        return await together(map(one, actions))

    async def _rate(self, action: Action, rating: float | None, gate: asyncio.Semaphore) -> Written:
        key = await self._key(action)
        if key is None:
            return Written(action, is_refused=True, detail="no such season")
        async with gate:
            try:
                await self.reach().rate(key, rating)
            except (NotFound, Refused) as error:
                return Written(action, is_refused=True, detail=error.detail)
        return Written(action)

    async def _key(self, action: Action) -> str | None:
        """Return the item that a rating is for; None for a season that is not on record."""
        if action.kind is not ActionKind.RATE:
            return None
        if action.season is None:
            return action.unit
        seasons = await self.store.run(tracked.season_items, self.account_id, action.unit)
        return seasons.get(action.season)

    async def _list(self, action: Action) -> Written:
        """Put a title on the watchlist of the person's Plex account."""
        if self.watchlist is None:
            return Written(action, is_refused=True, detail="no watchlist")
        provider, number = action.target
        kind = MediaType.MOVIE if provider.is_film else MediaType.SHOW
        scheme = _SCHEMES.get(provider)
        found = await self.watchlist.find(kind, f"{scheme}://{number}") if scheme else None
        if found is None:
            return Written(action, is_refused=True, detail="not on Discover")
        await self.watchlist.add(found.key)
        return Written(action)

    async def _listed(self) -> dict[TargetId, WatchlistItem]:
        """Return what stands on the watchlist, by each of its ids."""
        if self.watchlist is None:
            return {}
        return {
            target: item for item in await self.watchlist.items() for target in targets_of(item)
        }


def _is_listing(actions: Sequence[Action]) -> bool:
    """Say whether any of some actions is about the watchlist."""
    return any(action.kind is not ActionKind.RATE for action in actions)


def targets_of(item: WatchlistItem) -> tuple[TargetId, ...]:
    """Return the ids under which a title of the watchlist can be looked for."""
    targets = film_targets if item.media_type is MediaType.MOVIE else show_targets
    return targets(item.ids)
