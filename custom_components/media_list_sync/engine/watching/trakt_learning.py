"""Learning of titles on Trakt that nobody has watched there: whether they are, and their seasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..clients.trakt import TraktTracker as TraktWatching
from ..clients.trakt.titles import Source, TraktSeason
from ..http import NotFound
from ..model import MediaType
from ..placement import Provider, Spot, TargetId
from ..store import tracked, tracked_seen
from ..store.database import Store
from ..store.tracked_rows import EpisodeRow, UnitRow
from .plan import Action
from .trakt_units import MISSING, missing_key, show_key, show_number, show_targets, unseen_key

_SOURCES: dict[Provider, Source] = {
    Provider.TMDB_SHOW: "tmdb",
    Provider.TVDB_SHOW: "tvdb",
}


@dataclass(slots=True)
class TraktLearning:
    """Looks titles up, and puts down what Trakt knows of them."""

    trakt: TraktWatching
    store: Store
    account_id: str
    now: Callable[[], datetime]

    async def learn(self, targets: Collection[TargetId]) -> None:
        """Look up shows, and read their seasons: one request each, two for those never watched."""
        known = dict(await self.store.run(tracked.by_target, self.account_id))
        read: set[str] = set()
        for target in targets:
            if target.provider.is_film:
                await self._learn_film(target, known)
            else:
                await self._learn_show(target, known, read)

    async def _learn_film(self, target: TargetId, known: dict[TargetId, str]) -> None:
        """Make room for a film that was not watched: it can be written by that id as it is."""
        if not known.get(target, "?").startswith("?"):
            return
        await self.store.run(tracked.remove_unit, self.account_id, missing_key(target))
        unit = UnitRow(unseen_key(target), tracked.UNSEEN, target.id, (target,))
        await self.store.run(tracked.put_units, self.account_id, (unit,))

    async def _learn_show(
        self, target: TargetId, known: dict[TargetId, str], read: set[str]
    ) -> None:
        """Learn of a show. One that was `read` already goes by several ids.

        It is searched for first, also where an IMDb id would do to read its seasons: what was
        watched, rated and dropped is told by Trakt's own number, which those do not tell.
        """
        key = known.get(target)
        if key is None or not key.startswith("s"):
            found = await self.trakt.titles.find(
                _SOURCES[target.provider], target.id, MediaType.SHOW
            )
            first = next((one for one in found if one.ids.trakt is not None), None)
            if first is None or first.ids.trakt is None:
                await self._note_missing(target)
                return
            key = show_key(first.ids.trakt)
            targets = dict.fromkeys((*show_targets(first.ids), target))
            unit = UnitRow(
                key,
                "shows",
                first.title,
                tuple(targets),
                (Provider.TMDB_SHOW,),
                year=first.year,
            )
            await self.store.run(tracked.put_units, self.account_id, (unit,))
            known |= dict.fromkeys(targets, key)
        if key in read:
            return
        read.add(key)
        try:
            seasons = await self.trakt.titles.seasons(show_number(key))
        except NotFound:
            await self._note_missing(target)
            return
        await self.store.run(tracked.remove_unit, self.account_id, missing_key(target))
        await self.store.run(
            tracked_seen.put_numbering,
            self.account_id,
            key,
            tuple(_numbered(key, seasons)),
            self.now(),
        )

    async def forget(self, actions: Iterable[Action]) -> None:
        """Have what Trakt does not know any more looked up again, before it is planned again."""
        for action in actions:
            if action.target.provider.is_film:
                await self.store.run(tracked.remove_unit, self.account_id, action.unit)
                await self._note_missing(action.target)
            else:
                await self.store.run(tracked_seen.unsize, self.account_id, action.unit)

    async def _note_missing(self, target: TargetId) -> None:
        key = missing_key(target)
        unit = UnitRow(key, MISSING, target.id, (target,), sized_at=self.now())
        await self.store.run(tracked.put_units, self.account_id, (unit,))


def _numbered(key: str, seasons: Sequence[TraktSeason]) -> Iterator[EpisodeRow]:
    for season in seasons:
        for episode in season.episodes:
            yield EpisodeRow(
                unit=key,
                spot=Spot(episode.season, episode.number),
                item=str(episode.trakt),
                season_item=str(season.trakt),
                aired=episode.first_aired.date().isoformat() if episode.first_aired else None,
            )
