"""What Trakt has beside plays: ratings, the watchlist, dropped shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ..clients.trakt import TraktTracker as TraktWatching
from ..clients.trakt.targets import Film, Key, Season, Show, Target, key, keys
from ..model import MediaType
from ..store import tracked
from ..store.database import Store
from .plan import Action, ActionKind
from .readings import Readings
from .tracker import Shown, Written
from .trakt_learning import TraktLearning
from .trakt_units import title_of

_NOTHING = Shown(0)


@dataclass(slots=True)
class TraktBeside:
    """Reads, writes and puts back. The fields are as TraktTracker has them."""

    trakt: TraktWatching
    store: Store
    account_id: str
    learning: TraktLearning

    async def shown(
        self, actions: Sequence[Action], readings: Readings
    ) -> tuple[Shown | None, ...]:
        """Return what there is now, by readings of all that there is of each kind."""
        return await _by_kind(actions, partial(self._shown, readings))

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, which is of one kind, in one request."""
        if batch[0].kind is ActionKind.RATE:
            return await self._rate(batch, [action.rating or 0 for action in batch])
        titles = [title_of(action) for action in batch]
        if batch[0].kind is ActionKind.LIST:
            not_found = (await self.trakt.watchlist.add(titles)).not_found
            await self.learning.forget(
                action for action, title in zip(batch, titles, strict=True) if title in not_found
            )
            return _judged(batch, titles, not_found)
        dropped = await self.trakt.dropped.add([one for one in titles if isinstance(one, Show)])
        return _judged(batch, titles, dropped.not_found)

    async def put_back(self, actions: Sequence[Action]) -> tuple[Written, ...]:
        """Rate as before, or not at all; take from the watchlist, and up again what was dropped."""
        return await _by_kind(actions, self._put_back)

    async def _put_back(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        if batch[0].kind is ActionKind.RATE:
            return await self._rate(batch, [int(action.former or 0) for action in batch])
        titles = [title_of(action) for action in batch]
        if batch[0].kind is ActionKind.LIST:
            removed = await self.trakt.watchlist.remove(titles)
            return _judged(batch, titles, removed.not_found)
        taken_up = await self.trakt.dropped.remove([one for one in titles if isinstance(one, Show)])
        return _judged(batch, titles, taken_up.not_found)

    async def _shown(
        self, readings: Readings, actions: Sequence[Action]
    ) -> tuple[Shown | None, ...]:
        what = [await self._what(action) for action in actions]
        found: dict[Key, Shown] = {}
        match actions[0].kind:
            case ActionKind.RATE:
                for title in {type(one) for one in what if one is not None}:
                    found |= await readings.get(title, partial(self._rated, title))
            case ActionKind.LIST:
                found = await readings.get(ActionKind.LIST, self._listed)
            case _:
                found = await readings.get(ActionKind.DROP, self._dropped)
        return tuple(None if one is None else found.get(key(one), _NOTHING) for one in what)

    async def _rated(self, title: type[Film | Show | Season]) -> dict[Key, Shown]:
        found: dict[Key, Shown] = {}
        for rating in await self.trakt.ratings.read(title):
            found |= dict.fromkeys(keys(title, rating.ids), Shown(rating.rating))
        return found

    async def _listed(self) -> dict[Key, Shown]:
        found: dict[Key, Shown] = {}
        for item in await self.trakt.watchlist.read():
            title = Film if item.media_type is MediaType.MOVIE else Show
            found |= dict.fromkeys(keys(title, item.ids), Shown(1, _stamp(item.listed_at)))
        return found

    async def _dropped(self) -> dict[Key, Shown]:
        found: dict[Key, Shown] = {}
        for show in await self.trakt.dropped.read():
            found |= dict.fromkeys(keys(Show, show.ids), Shown(1, _stamp(show.dropped_at)))
        return found

    async def _rate(self, batch: Sequence[Action], ratings: Sequence[int]) -> tuple[Written, ...]:
        """Give ratings, or take them away: 0."""
        what = [await self._what(action) for action in batch]
        known = {one: rating for one, rating in zip(what, ratings, strict=True) if one is not None}
        given: dict[Target, int] = {one: rating for one, rating in known.items() if rating}
        missing: set[Target | None] = {None}
        if given:
            missing |= set((await self.trakt.ratings.give(given)).not_found)
        taken = [one for one in known if one not in given]
        if taken:
            missing |= set((await self.trakt.ratings.remove(taken)).not_found)
        return _judged(batch, what, missing)

    async def _what(self, action: Action) -> Film | Show | Season | None:
        """Return what an action is about; None for a season that Trakt does not have."""
        if action.season is None:
            return title_of(action)
        seasons = await self.store.run(tracked.season_items, self.account_id, action.unit)
        item = seasons.get(action.season)
        return Season(int(item)) if item else None


async def _by_kind[T](
    actions: Sequence[Action], call: Callable[[Sequence[Action]], Awaitable[Sequence[T]]]
) -> tuple[T, ...]:
    """Call with the actions of each kind, and return what comes of each in their own order."""
    found: dict[int, T] = {}
    for kind in dict.fromkeys(action.kind for action in actions):
        some = {at: action for at, action in enumerate(actions) if action.kind is kind}
        found |= zip(some, await call(tuple(some.values())), strict=True)
    return tuple(found[at] for at in range(len(actions)))


def _stamp(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _judged(
    batch: Sequence[Action], what: Sequence[object], not_found: Collection[object]
) -> tuple[Written, ...]:
    """Say of each action whether what it was about is there."""
    return tuple(
        Written(action, is_refused=one in not_found, detail="not found" if one in not_found else "")
        for action, one in zip(batch, what, strict=True)
    )
