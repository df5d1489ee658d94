"""Reading what was watched on Trakt: as little as Trakt says has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..clients.trakt import Rating, TraktTracker as TraktWatching
from ..clients.trakt.account import Activities
from ..clients.trakt.errors import VipNeeded
from ..clients.trakt.targets import Film, Show
from ..clients.trakt.watched import Seen, WatchedShows, WatchedTitle
from ..http import InvalidAnswer, NotFound, Refused
from ..model import Ids
from ..placement import FILM, Provider, Spot
from ..store import tracked, tracked_aside, tracked_films, tracked_seen, tracked_state
from ..store.database import Store
from ..store.tracked_rows import EpisodeRow, UnitRow
from .ages import is_recent
from .plan import ActionKind
from .trakt_units import film_key, film_targets, show_key, show_number, show_targets

WHOLE_EVERY = timedelta(days=1)
"""How often all is read again, also what Trakt says has not changed."""

SMALL = 20
"""So few watched episodes may be gone without being doubted."""


_BESIDE = ("films_rated", "shows_rated", "dropped")
"""In the cursor: what there is beside plays."""

_PROOF, _PROVEN = "proof", "yes"
"""In the cursor: whether what was read of the episodes is proven to be all."""


@dataclass(slots=True)
class TraktReading:
    """The snapshot of one person's account. `wants` as TraktTracker has it."""

    trakt: TraktWatching
    store: Store
    account_id: str
    wants: Callable[[], frozenset[ActionKind]]
    now: Callable[[], datetime]
    _doubted: int | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request where nothing changed."""
        async with self._lock:
            await self._refresh(whole=whole)

    async def refresh_before_writing(self) -> None:
        """Bring the snapshot up to date, and have it proven to be all: Trakt keeps every play.

        One request where nothing was added since the last reading: its proof tells that, too.
        """
        async with self._lock:
            state = await self.store.run(tracked_state.state, self.account_id)
            if state.cursor.get(_PROOF) != _PROVEN and await self._is_all(with_films=True):
                await self._put_proof(state.cursor)
                return
            cursor = await self._refresh(whole=False, only_plays=True)
            if cursor[_PROOF] != _PROVEN:
                if not await self._is_all(with_films=False):
                    await self._read_episodes(proves=True)
                await self._put_proof(cursor)

    async def reread(self, units: Collection[str]) -> None:
        """Read all that was watched again: two requests, whatever it is about."""
        async with self._lock:
            await self._read_episodes(proves=True)
            if any(not unit.startswith("s") for unit in units):
                await self._read_films()

    async def _refresh(self, *, whole: bool, only_plays: bool = False) -> dict[str, str]:
        """Read what changed; return from where the next reading goes on."""
        state = await self.store.run(tracked_state.state, self.account_id)
        begun = self.now()
        is_old = not is_recent(state.whole_at, begun, WHOLE_EVERY)
        known = {} if whole or is_old else dict(state.cursor)
        # Before everything else: what changes while it is read is read again next time.
        told = _stamps(await self.trakt.own.activities())
        if only_plays:
            told |= {name: known[name] for name in _BESIDE if name in known}
        told[_PROOF] = await self._read(known, told)
        if known != told:
            await self.store.run(
                tracked_state.put_state, self.account_id, told, begun, whole=whole or is_old
            )
        return told

    async def _is_all(self, *, with_films: bool) -> bool:
        """Ask Trakt whether the episodes on record are all that there are, and maybe the films.

        Films are read in pages, and need no proof: it may be that Trakt counts them otherwise.
        """
        known = await self.store.run(tracked_seen.totals, self.account_id)
        told = await self.trakt.watched.stats()
        return known == told if with_films else known[0] == told.of_episodes

    async def _put_proof(self, cursor: Mapping[str, str]) -> None:
        proven = {**cursor, _PROOF: _PROVEN}
        await self.store.run(
            tracked_state.put_state, self.account_id, proven, self.now(), whole=False
        )

    async def _read(self, known: dict[str, str], told: dict[str, str]) -> str:
        """Read what changed; return whether the episodes on record are proven to be all."""

        def moved(*names: str) -> bool:
            return any(known.get(name) != told[name] for name in names)

        proof = known.get(_PROOF, "")
        if moved("episodes_watched", "hidden"):
            proof = await self._read_episodes(proves=not known)
        if moved("hidden"):
            await self._read_begun_anew()
        if moved("films_watched"):
            await self._read_films()
        wants = self.wants()
        if ActionKind.RATE in wants and moved("films_rated", "shows_rated"):
            await self._read_ratings()
        if ActionKind.DROP in wants and moved("dropped"):
            dropped = await self.trakt.dropped.read()
            keys = {show_key(show.ids.trakt) for show in dropped if show.ids.trakt}
            await self.store.run(tracked.set_dropped, self.account_id, keys)
        return proof

    async def _read_episodes(self, *, proves: bool) -> str:
        """Read all watched episodes; return whether they are proven to be all.

        Shows that were not known before are read by name, too.
        """
        seen = await self.trakt.watched.episodes(None if proves else self._holds)
        count = sum(map(len, seen.by_id.values())) + sum(map(len, seen.by_place.values()))
        await self._believe(count)
        known = await self.store.run(tracked.keys, self.account_id)
        shows = seen.by_id.keys() | seen.by_place.keys()
        titles = seen.titles
        if not titles and any(show_key(show) not in known for show in shows):
            titles = await self.trakt.watched.shows()
        units = tuple(
            replace(_show_unit(title.ids, title.title), year=title.year)
            for title in titles
            if title.ids.trakt is not None and show_key(title.ids.trakt) not in known
        )
        await self.store.run(tracked.put_units, self.account_id, units)
        if seen.by_place:
            await self.store.run(tracked_seen.replace_watched, self.account_id, _by_place(seen))
        else:
            await self.store.run(tracked_seen.replace_seen, self.account_id, _by_id(seen))
        return _PROVEN if seen.is_proven else ""

    async def _holds(self, seen: WatchedShows) -> bool:
        """Say whether a reading has all that was known.

        That is no proof that it is all. What was left out is seen later, at the latest with the
        next reading of everything; nothing is written, or taken for gone, without a proof.
        """

        def plays_of(unit: str, episode: str) -> int:
            one = seen.by_id.get(show_number(unit), {}).get(int(episode))
            return one.plays if one is not None else 0

        return await self.store.run(tracked_seen.holds, self.account_id, plays_of)

    async def _read_begun_anew(self) -> None:
        try:
            found = await self.trakt.watched.begun_anew()
        except Refused, NotFound, VipNeeded:
            return  # Then a rewatch begins when AniList says so.
        begun = {show_key(show): at for show, at in found.items()}
        await self.store.run(tracked_seen.set_begun_anew, self.account_id, begun)

    async def _believe(self, count: int) -> None:
        """Doubt a history of which more than half is suddenly gone, until it reads so again."""
        before = await self.store.run(tracked.watched_count, self.account_id)
        if before > SMALL and count * 2 < before and self._doubted != count:
            self._doubted = count
            raise InvalidAnswer(
                "trakt", self.account_id, f"{count} episodes watched, {before} before"
            )
        self._doubted = None

    async def _read_films(self) -> None:
        films = [film for film in await self.trakt.watched.films() if film.ids.trakt]
        await self.store.run(tracked_aside.begin_reading, self.account_id)
        await self.store.run(
            tracked_aside.put_aside,
            self.account_id,
            tuple(
                UnitRow(
                    key=film_key(film.ids.trakt),
                    section=tracked_films.WATCHED,
                    title=film.title,
                    ids=film_targets(film.ids),
                    year=film.year,
                )
                for film in films
            ),
            tuple(_film_row(film) for film in films),
        )
        await self.store.run(tracked_films.adopt_watched, self.account_id)

    async def _read_ratings(self) -> None:
        rated = [
            *await self.trakt.ratings.read(Show),
            *await self.trakt.ratings.read(Film),
        ]
        await self.store.run(tracked_films.put_ratings, self.account_id, map(_rated_unit, rated))


def _stamps(told: Activities) -> dict[str, str]:
    return {name: getattr(told, name) for name in Activities.__dataclass_fields__}


def _show_unit(ids: Ids, title: str) -> UnitRow:
    return UnitRow(
        show_key(ids.trakt), "shows", title, show_targets(ids), numbered_by=(Provider.TMDB_SHOW,)
    )


def _rated_unit(rating: Rating) -> UnitRow:
    if isinstance(rating.what, Show):
        unit = _show_unit(rating.ids, rating.title)
    else:
        key = film_key(rating.what.id)
        unit = UnitRow(key, tracked_films.RATED, rating.title, film_targets(rating.ids))
    return replace(unit, rating=rating.rating)


def _film_row(film: WatchedTitle) -> EpisodeRow:
    return EpisodeRow(
        unit=film_key(film.ids.trakt),
        spot=FILM,
        item=str(film.ids.trakt),
        watched_at=_when(film.seen),
        plays=film.seen.plays,
    )


def _when(seen: Seen) -> int:
    return int(max(seen.dates).timestamp()) if seen.dates else 0


def _by_id(seen: WatchedShows) -> Iterator[tuple[str, str, int, int]]:
    for show, episodes in seen.by_id.items():
        for episode, one in episodes.items():
            yield show_key(show), str(episode), _when(one), one.plays


def _by_place(seen: WatchedShows) -> Iterator[EpisodeRow]:
    for show, places in seen.by_place.items():
        for (season, number), one in places.items():
            yield EpisodeRow(
                show_key(show), Spot(season, number), watched_at=_when(one), plays=one.plays
            )
