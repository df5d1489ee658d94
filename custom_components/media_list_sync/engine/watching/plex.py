"""A Plex server as a tracker: its libraries, and marking what was watched there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..clients.plex import (
    ChangedWhileRead,
    PlexEpisode,
    PlexMovie,
    PlexSection,
    PlexServer,
    PlexWatchlist,
)
from ..http import InvalidAnswer, NotFound, Refused, ServiceError
from ..model import MediaType
from ..placement import FILM, Provider, Spot, TargetId
from ..store import tracked
from ..store.database import Store
from ..store.tracked import EpisodeRow, UnitRow
from .numbering import film_targets, numbering_of, show_targets
from .plan import Action, ActionKind
from .tracker import InDoubt, Written

WHOLE_EVERY = timedelta(days=1)
"""How often libraries are read whole: what was unmarked, added or removed shows only then."""

ATTEMPTS = 3
"""How often a library is read that changes while it is read."""

CALLS = 20
"""Calls that are put on record together."""
AT_ONCE = 4
"""Calls that are under way at the same time."""

SEASONS_LAST = timedelta(minutes=10)
"""How long it is believed that a season has no other episodes than those that were read."""

SMALL = 20
"""So few watched episodes may be gone without being doubted."""

OVERLAP = 120
"""Seconds that are read again, in which the server's clock may differ from the last row's."""


@dataclass(slots=True)
class PlexTracker:
    """One person on one server. `sections`: the libraries (uuid, or key) that pairings use."""

    reach: Callable[[], PlexServer]
    """Returns the server where it is now."""
    watchlist: PlexWatchlist | None
    store: Store
    account_id: str
    sections: Callable[[], frozenset[str]]
    now: Callable[[], datetime]
    is_trakt: bool = False
    _doubted: dict[str, int] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def server(self) -> PlexServer:
        """Return the server, as its person; another one after it has moved."""
        return self.reach()

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request a library where nothing changed."""
        async with self._lock:
            state = await self.store.run(tracked.state, self.account_id)
            begun = self.now()
            is_old = state.whole_at is None or begun - state.whole_at > WHOLE_EVERY
            cursor = {name: state.cursor[name] for name in self.sections() if name in state.cursor}
            if whole or is_old or cursor.keys() != self.sections() or await self._is_back(cursor):
                await self._read_whole(begun)
                return
            for name in sorted(name for name in cursor if cursor[name]):
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
        async with self._lock:
            where = await self.store.run(tracked.sections_of, self.account_id, units)
            state = await self.store.run(tracked.state, self.account_id)
            films: dict[str, PlexSection] = {}
            for unit, name in where.items():
                section = _section(name, state.cursor[name]) if state.cursor.get(name) else None
                if section is not None and section.media_type is MediaType.MOVIE:
                    films[name] = section
                else:
                    await self._reread_show(unit)
            for section in films.values():
                await self._read_films(section)

    async def _reread_show(self, unit: str) -> tuple[EpisodeRow, ...]:
        try:
            rows = tuple(_episodes(await self.server.leaves(unit)))
        except NotFound:
            rows = ()
            await self.store.run(tracked.remove_unit, self.account_id, unit)
        await self.store.run(tracked.put_episodes, self.account_id, rows)
        return rows

    async def _is_back(self, cursor: Mapping[str, str]) -> bool:
        """Say whether a library that was gone is there again."""
        gone = {name for name in cursor if not cursor[name]}
        return bool(gone) and any(
            section_id(section) in gone for section in await self.server.sections()
        )

    async def _read_whole(self, begun: datetime) -> None:
        """Read all libraries that take part. What is known of one that is gone stays as it was."""
        cursor = dict.fromkeys(self.sections(), "")
        for section in await self.server.sections():
            if section_id(section) not in cursor:
                continue
            newest = await self._read_section(section)
            cursor[section_id(section)] = _cursor(section, newest)
        if cursor and not any(cursor.values()):
            raise InvalidAnswer("plex", self.account_id, "none of the libraries is there")
        await self._read_watchlist()
        await self.store.run(tracked.put_state, self.account_id, cursor, begun, whole=True)

    async def _read_section(self, section: PlexSection) -> int:
        """Read a library whole, anew where it changed meanwhile; return its newest play's time."""
        if section.media_type is MediaType.MOVIE:
            return await self._read_films(section)
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._read_shows(section)
            except ChangedWhileRead:
                continue
        return await self._read_shows(section)

    async def _read_shows(self, section: PlexSection) -> int:
        shows = await self.server.shows(section)
        default = await self.server.default_ordering(section)
        await self.store.run(tracked.begin_reading, self.account_id)
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
                    year=show.year,
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
        await self.store.run(tracked.begin_reading, self.account_id)
        units = tuple(
            UnitRow(
                key=film.key,
                section=section_id(section),
                title=film.title,
                ids=film_targets(film.ids),
                rating=_rating(film.user_rating),
                twin=film.ids.plex or "",
                year=film.year,
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
        now = await self.store.run(tracked.watched_aside, self.account_id)
        if before > SMALL and now * 2 < before and self._doubted.get(name) != now:
            self._doubted[name] = now
            detail = f"{section.title}: {now} watched, {before} before"
            raise InvalidAnswer("plex", self.account_id, detail)
        self._doubted.pop(name, None)
        await self.store.run(tracked.adopt_section, self.account_id, name)

    async def _read_changes(self, section: PlexSection, cursor: str) -> str:
        """Read what was watched since; return from where the next reading goes on."""
        since = int(cursor.split()[2])
        # Never from 0 on: what was never watched has no time, and is most of many libraries.
        changes = await self.server.changed_since(section, max(since - OVERLAP, 1))
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
            error = errors.exceptions[0]
            if isinstance(error, ServiceError) and sum(map(_calls, batch)) > 1:
                # That one call was refused says nothing of those before it, and beside it.
                raise InDoubt(error) from None
            raise error from None
        return tuple(task.result() for task in tasks)

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
                    await self.server.mark_watched(key)
                except NotFound:
                    missing.update(spots)

        try:
            async with asyncio.TaskGroup() as group:
                for key, spots in calls.items():
                    group.create_task(call(key, spots))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
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
        state = await self.store.run(tracked.state, self.account_id)
        is_new = state.whole_at is not None and self.now() - state.whole_at < SEASONS_LAST
        watched: frozenset[Spot] = frozenset()
        safe = set(action.seasons)
        if not is_new:
            async with gate:
                rows = await self._reread_show(action.unit)
            watched = frozenset(row.spot for row in rows if row.watched_at is not None)
            there = {row.spot for row in rows if row.spot.season in safe}
            safe -= {spot.season for spot in there ^ set(action.spots) if spot.season in safe}
            safe -= {spot.season for spot in watched}
        items = await self.store.run(tracked.season_items, self.account_id, action.unit)
        found = {number: item for number, item in items.items() if number in safe}
        return found, watched & frozenset(action.spots)

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
                aired=row.aired,
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
