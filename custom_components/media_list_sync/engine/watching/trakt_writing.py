"""Writing to Trakt: plays, and in batches of one kind what is beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ..clients.trakt import TraktTracker as TraktWatching
from ..clients.trakt.history import NewPlay
from ..clients.trakt.targets import Episode, Film
from ..placement import FILM, Spot
from ..store import tracked
from ..store.database import Store
from .plan import Action, ActionKind
from .tracker import Written
from .trakt_beside import TraktBeside
from .trakt_learning import TraktLearning
from .trakt_units import title_of

PLAYS = 100
"""Plays in one write."""

_ORDER = tuple(ActionKind)


@dataclass(slots=True)
class TraktWriting:
    """Writes what was planned, a batch of one kind in one request.

    `refresh` reads once more what is watched, all of it: Trakt keeps every play that it is sent.
    """

    trakt: TraktWatching
    store: Store
    account_id: str
    refresh: Callable[[], Awaitable[None]]
    learning: TraktLearning
    beside: TraktBeside

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, which is of one kind, in one request."""
        if batch[0].kind is ActionKind.MARK:
            return await self._add_plays(batch)
        return await self.beside.write(batch)

    async def _add_plays(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Add plays of what is still not watched, by a reading made just before."""
        await self.refresh()
        watched = await self.store.run(
            tracked.watched, self.account_id, {action.unit for action in batch}
        )
        plays: dict[tuple[int, Spot], NewPlay] = {}
        names: dict[int, dict[Spot, str]] = {}
        for index, action in enumerate(batch):
            items = await self.store.run(
                tracked.items, self.account_id, action.unit, frozenset(action.spots)
            )
            names[index] = items
            played = watched.get(action.unit, frozenset())
            if action.since:
                played = await self.store.run(
                    tracked.played_since, self.account_id, action.unit, action.since
                )
            for spot in action.spots:
                what = _playable(action, spot, items)
                if what is not None and spot not in played:
                    plays[index, spot] = NewPlay(what, _moment(action.dates.get(spot)))
        not_found: set[object] = set()
        # The same episode for two entries is one play.
        unique = {play.what: play for play in plays.values()}
        if unique:
            result = await self.trakt.history.add(tuple(unique.values()))
            not_found = set(result.not_found)
        await self.learning.forget(
            batch[index] for index, spot in plays if plays[index, spot].what in not_found
        )
        return tuple(
            Written(
                action,
                done=frozenset(
                    spot
                    for spot in action.spots
                    if (index, spot) in plays and plays[index, spot].what not in not_found
                ),
                not_found=frozenset(
                    spot
                    for spot in action.spots
                    if (index, spot) in plays and plays[index, spot].what in not_found
                ),
                items=names[index],
            )
            for index, action in enumerate(batch)
        )


def batches(actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
    """Cut actions into writes of one kind, with at most `PLAYS` plays; plays come first."""
    batch: list[Action] = []
    plays = 0
    for action in sorted(actions, key=lambda action: _ORDER.index(action.kind)):
        for part in _parts(action):
            needed = max(len(part.spots), 1)
            if batch and (plays + needed > PLAYS or batch[0].kind is not part.kind):
                yield tuple(batch)
                batch, plays = [], 0
            batch.append(part)
            plays += needed
    if batch:
        yield tuple(batch)


def _parts(action: Action) -> Iterator[Action]:
    if len(action.spots) <= PLAYS:
        yield action
        return
    for start in range(0, len(action.spots), PLAYS):
        yield replace(action, spots=action.spots[start : start + PLAYS])


def _playable(action: Action, spot: Spot, items: dict[Spot, str]) -> Film | Episode | None:
    if spot == FILM:
        target = title_of(action)
        return target if isinstance(target, Film) else None
    item = items.get(spot)
    return Episode(int(item)) if item else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
