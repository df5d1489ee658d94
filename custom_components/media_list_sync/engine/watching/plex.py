"""A Plex server as a tracker: its libraries, and marking what was watched there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..clients.plex import PlexEpisode, PlexMovie, PlexSection, PlexServer, PlexWatchlist
from ..http import InvalidAnswer, NotFound, Refused
from ..model import MediaType
from ..placement import FILM, Provider, Spot, TargetId
from ..store import tracked
from ..store.database import Store
from ..store.tracked import EpisodeRow, UnitRow
from .numbering import film_targets, numbering_of, show_targets
from .plan import Action, ActionKind
from .tracker import Written

WHOLE_EVERY = timedelta(days=1)
"""How often libraries are read whole: what was unmarked, added or removed shows only then."""

CALLS = 20
"""Calls that are put on record together."""
AT_ONCE = 4
"""Calls that are under way at the same time."""

SMALL = 20
"""So few watched episodes may be gone without being doubted."""

OVERLAP = 120
"""Seconds that are read again, in which the server's clock may differ from the last row's."""


@dataclass(slots=True)
class PlexTracker:
    """One person on one server. `sections`: the libraries (uuid, or key) that pairings use."""

    server: PlexServer
    watchlist: PlexWatchlist | None
    store: Store
    account_id: str
    sections: Callable[[], frozenset[str]]
    now: Callable[[], datetime]
    is_trakt: bool = False
    _doubted: dict[str, int] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request a library where nothing changed."""
        async with self._lock:
            state = await self.store.run(tracked.state, self.account_id)
            begun = self.now()
            is_old = state.whole_at is None or begun - state.whole_at > WHOLE_EVERY
            known = frozenset(key for key in state.cursor if key in self.sections())
            if whole or is_old or known != self.sections():
                await self._read_whole(begun)
                return
            cursor = dict(state.cursor)
            for name in sorted(known):
                section = _section(name, cursor[name])
                cursor[name] = await self._read_changes(section, cursor[name])
            await self.store.run(tracked.put_state, self.account_id, cursor, begun, whole=False)

    async def version(self) -> str:
        """Return what changes when the stored snapshot does."""
        return await self.store.run(tracked.version, self.account_id)

    async def learn(self, targets: Collection[TargetId]) -> None:
        """There is nothing to be learned: what a library does not have cannot be marked."""

    async def reread(self, units: Collection[str]) -> None:
        """Read the episodes of some shows again, or the libraries of some films."""
        where = await self.store.run(tracked.sections_of, self.account_id, units)
        films: set[str] = set()
        for unit in units:
            if unit not in where:
                continue
            try:
                rows = await self.server.leaves(unit)
            except NotFound, Refused, InvalidAnswer:
                films.add(where[unit])
                continue
            await self.store.run(tracked.put_episodes, self.account_id, tuple(_episodes(rows)))
        state = await self.store.run(tracked.state, self.account_id)
        for name in films:
            if name in state.cursor:
                await self._read_films(_section(name, state.cursor[name]))

    async def _read_whole(self, begun: datetime) -> None:
        cursor: dict[str, str] = {}
        for section in await self.server.sections():
            if section_id(section) not in self.sections():
                continue
            newest = await self._read_section(section)
            cursor[section_id(section)] = _cursor(section, newest)
        await self._read_watchlist()
        await self.store.run(tracked.put_state, self.account_id, cursor, begun, whole=True)

    async def _read_section(self, section: PlexSection) -> int:
        """Read a library whole; return the time of its newest play."""
        if section.media_type is MediaType.MOVIE:
            return await self._read_films(section)
        shows = await self.server.shows(section)
        default = await self.server.default_ordering(section)
        await self.store.run(tracked.begin_reading)
        await self.store.run(
            tracked.put_aside,
            self.account_id,
            tuple(
                UnitRow(
                    key=show.key,
                    section=section_id(section),
                    title=show.title,
                    ids=show_targets(show.ids),
                    numbering=numbering_of(show.ids, show.ordering, default),
                    rating=_rating(show.user_rating),
                    twin=show.ids.plex or "",
                )
                for show in shows
            ),
        )
        newest = 0
        async with aclosing(self.server.episodes(section)) as pages:
            async for rows in pages:
                newest = max(newest, *(row.last_viewed_at or 0 for row in rows))
                await self.store.run(tracked.put_aside, self.account_id, (), tuple(_episodes(rows)))
        await self._adopt(section)
        return newest

    async def _read_films(self, section: PlexSection) -> int:
        films = await self.server.movies(section)
        await self.store.run(tracked.begin_reading)
        units = tuple(
            UnitRow(
                key=film.key,
                section=section_id(section),
                title=film.title,
                ids=film_targets(film.ids),
                rating=_rating(film.user_rating),
                twin=film.ids.plex or "",
            )
            for film in films
        )
        rows = tuple(_film(film) for film in films)
        await self.store.run(tracked.put_aside, self.account_id, units, rows)
        await self._adopt(section)
        return max((film.last_viewed_at or 0 for film in films), default=0)

    async def _adopt(self, section: PlexSection) -> None:
        """Take a whole reading over, unless far less was watched than before: then twice."""
        name = section_id(section)
        before = await self.store.run(tracked.watched_count, self.account_id, name)
        now = await self.store.run(tracked.watched_aside)
        if before > SMALL and now * 2 < before and self._doubted.get(name) != now:
            self._doubted[name] = now
            detail = f"{section.title}: {now} watched, {before} before"
            raise InvalidAnswer("plex", self.account_id, detail)
        self._doubted.pop(name, None)
        await self.store.run(tracked.adopt_section, self.account_id, name)

    async def _read_changes(self, section: PlexSection, cursor: str) -> str:
        """Read what was watched since; return from where the next reading goes on."""
        since = int(cursor.split()[2])
        changes = await self.server.changed_since(section, max(since - OVERLAP, 0))
        rows = (*_episodes(changes.episodes), *(_film(film) for film in changes.movies))
        if rows:
            await self.store.run(tracked.update_watched, self.account_id, rows)
        times = [row.watched_at or 0 for row in rows]
        return _cursor(section, max(since, *times) if times else since)

    async def _read_watchlist(self) -> None:
        if self.watchlist is None:
            return
        items = await self.watchlist.items()
        listed: dict[TargetId, str] = {}
        for item in items:
            targets = film_targets if item.media_type is MediaType.MOVIE else show_targets
            listed.update(dict.fromkeys(targets(item.ids), item.key))
        await self.store.run(tracked.put_listed, self.account_id, listed)

    def batches(self, actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
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

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, a few calls at a time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(action: Action) -> Written:
            match action.kind:
                case ActionKind.MARK:
                    return await self._mark(action, gate)
                case ActionKind.RATE:
                    return await self._rate(action, gate)
                case _:
                    return await self._list(action)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(action)) for action in batch]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return tuple(task.result() for task in tasks)

    async def _mark(self, action: Action, gate: asyncio.Semaphore) -> Written:
        names = await self.store.run(
            tracked.items, self.account_id, action.unit, frozenset(action.spots)
        )
        seasons = {}
        if action.seasons:
            seasons = await self.store.run(tracked.season_items, self.account_id, action.unit)
        calls: dict[str, tuple[Spot, ...]] = {
            seasons[number]: tuple(spot for spot in action.spots if spot.season == number)
            for number in action.seasons
            if number in seasons
        }
        in_seasons = {spot for spots in calls.values() for spot in spots}
        calls |= {
            names[spot]: (spot,)
            for spot in action.spots
            if spot not in in_seasons and spot in names
        }
        missing: set[Spot] = set(action.spots) - in_seasons - names.keys()

        async def call(key: str, spots: tuple[Spot, ...]) -> None:
            async with gate:
                try:
                    await self.server.mark_watched(key)
                except NotFound:
                    missing.update(spots)

        try:
            async with asyncio.TaskGroup() as group:
                for key, spots in calls.items():
                    group.create_task(call(key, spots))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        done = frozenset(set(action.spots) - missing)
        items = {spot: names[spot] for spot in done if spot in names}
        return Written(action, done, frozenset(missing), items=items)

    async def _rate(self, action: Action, gate: asyncio.Semaphore) -> Written:
        assert action.rating is not None
        key: str | None = action.unit
        if action.season is not None:
            seasons = await self.store.run(tracked.season_items, self.account_id, action.unit)
            key = seasons.get(action.season)
        if key is None:
            return Written(action, is_refused=True, detail="no such season")
        async with gate:
            try:
                await self.server.rate(key, action.rating)
            except (NotFound, Refused) as error:
                return Written(action, is_refused=True, detail=error.detail)
        return Written(action)

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


_SCHEMES = {
    Provider.TVDB_SHOW: "tvdb",
    Provider.TMDB_SHOW: "tmdb",
    Provider.TMDB_MOVIE: "tmdb",
    Provider.IMDB_MOVIE: "imdb",
}


def section_id(section: PlexSection) -> str:
    """Return what a library is known by: its uuid, which never changes, else its number."""
    return section.uuid or section.key


def _cursor(section: PlexSection, newest: int) -> str:
    return f"{section.key} {section.media_type} {newest}"


def _section(name: str, cursor: str) -> PlexSection:
    key, media_type, _ = cursor.split()
    return PlexSection(key=key, media_type=MediaType(media_type), uuid=name)


def _episodes(rows: Sequence[PlexEpisode]) -> Iterator[EpisodeRow]:
    """Yield what is on record of episodes; one that has only a date cannot be placed."""
    for row in rows:
        if row.season is not None and row.number is not None:
            yield EpisodeRow(
                unit=row.show,
                spot=Spot(row.season, row.number),
                item=row.key,
                season_item=row.season_key or "",
                watched_at=(row.last_viewed_at or 0) if row.view_count else None,
                plays=row.view_count,
            )


def _film(film: PlexMovie) -> EpisodeRow:
    return EpisodeRow(
        unit=film.key,
        spot=FILM,
        item=film.key,
        watched_at=(film.last_viewed_at or 0) if film.view_count else None,
        plays=film.view_count,
    )


def _rating(value: float | None) -> int | None:
    return None if value is None else round(value)


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
