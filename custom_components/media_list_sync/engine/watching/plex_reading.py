"""Reading a Plex server's libraries: whole once a day, and what was watched since in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..clients.plex import ChangedWhileRead, PlexSection, PlexServer, PlexWatchlist
from ..http import InvalidAnswer, NotFound
from ..model import MediaType
from ..store import tracked, tracked_aside, tracked_state
from ..store.database import Store
from ..store.tracked_rows import EpisodeRow
from .ages import is_recent
from .plex_beside import targets_of
from .plex_rows import episode_rows, film_row, film_unit, section_id, show_unit

WHOLE_EVERY = timedelta(days=1)
"""How often libraries are read whole: what was unmarked, added or removed shows only then."""

ATTEMPTS = 3
"""How often a library is read that changes while it is read."""

SMALL = 20
"""So few watched episodes may be gone without being doubted."""

OVERLAP = 120
"""Seconds that are read again, in which the server's clock may differ from the last row's."""


@dataclass(slots=True)
class PlexReading:
    """The snapshot of one person's libraries. The fields are as PlexTracker has them."""

    reach: Callable[[], PlexServer]
    watchlist: PlexWatchlist | None
    store: Store
    account_id: str
    sections: Callable[[], frozenset[str]]
    now: Callable[[], datetime]
    _doubted: dict[str, int] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request a library where nothing changed."""
        async with self._lock:
            state = await self.store.run(tracked_state.state, self.account_id)
            begun = self.now()
            is_old = not is_recent(state.whole_at, begun, WHOLE_EVERY)
            cursor = {name: state.cursor[name] for name in self.sections() if name in state.cursor}
            if whole or is_old or cursor.keys() != self.sections() or await self._is_back(cursor):
                await self._read_whole(begun)
                return
            for name in sorted(name for name in cursor if cursor[name]):
                section = _section(name, cursor[name])
                cursor[name] = await self._read_changes(section, cursor[name])
            await self.store.run(
                tracked_state.put_state, self.account_id, cursor, begun, whole=False
            )

    async def reread(self, units: Collection[str]) -> None:
        """Read the episodes of some shows again, or the libraries of some films."""
        async with self._lock:
            where = await self.store.run(tracked.sections_of, self.account_id, units)
            state = await self.store.run(tracked_state.state, self.account_id)
            films: dict[str, PlexSection] = {}
            for unit, name in where.items():
                section = _section(name, state.cursor[name]) if state.cursor.get(name) else None
                if section is not None and section.media_type is MediaType.MOVIE:
                    films[name] = section
                else:
                    await self.reread_show(unit)
            for section in films.values():
                await self._read_films(section)

    async def reread_show(self, unit: str) -> tuple[EpisodeRow, ...]:
        """Read the episodes of a show again; one that is gone is forgotten, and has none."""
        try:
            rows = tuple(episode_rows(await self.reach().leaves(unit)))
        except NotFound:
            rows = ()
            await self.store.run(tracked.remove_unit, self.account_id, unit)
        await self.store.run(tracked.put_episodes, self.account_id, rows)
        return rows

    async def _is_back(self, cursor: Mapping[str, str]) -> bool:
        """Say whether a library that was gone is there again."""
        gone = {name for name in cursor if not cursor[name]}
        return bool(gone) and any(
            section_id(section) in gone for section in await self.reach().sections()
        )

    async def _read_whole(self, begun: datetime) -> None:
        """Read all libraries that take part. What is known of one that is gone stays as it was."""
        cursor = dict.fromkeys(self.sections(), "")
        for section in await self.reach().sections():
            if section_id(section) not in cursor:
                continue
            newest = await self._read_section(section)
            cursor[section_id(section)] = _cursor(section, newest)
        if cursor and not any(cursor.values()):
            raise InvalidAnswer("plex", self.account_id, "none of the libraries is there")
        await self._read_watchlist()
        await self.store.run(tracked_state.put_state, self.account_id, cursor, begun, whole=True)

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
        shows = await self.reach().shows(section)
        default = await self.reach().default_ordering(section)
        await self.store.run(tracked_aside.begin_reading, self.account_id)
        await self.store.run(
            tracked_aside.put_aside,
            self.account_id,
            tuple(show_unit(show, section, default) for show in shows),
        )
        newest = 0
        async with aclosing(self.reach().episodes(section)) as pages:
            async for rows in pages:
                newest = max(newest, *(row.last_viewed_at or 0 for row in rows))
                found = tuple(episode_rows(rows))
                await self.store.run(tracked_aside.put_aside, self.account_id, (), found)
        await self._adopt(section)
        return newest

    async def _read_films(self, section: PlexSection) -> int:
        films = await self.reach().movies(section)
        await self.store.run(tracked_aside.begin_reading, self.account_id)
        units = tuple(film_unit(film, section) for film in films)
        rows = tuple(film_row(film) for film in films)
        await self.store.run(tracked_aside.put_aside, self.account_id, units, rows)
        await self._adopt(section)
        return max((film.last_viewed_at or 0 for film in films), default=0)

    async def _adopt(self, section: PlexSection) -> None:
        """Take a whole reading over, unless far less was watched than before: then twice."""
        name = section_id(section)
        before = await self.store.run(tracked.watched_count, self.account_id, name)
        now = await self.store.run(tracked_aside.watched_aside, self.account_id)
        if before > SMALL and now * 2 < before and self._doubted.get(name) != now:
            self._doubted[name] = now
            detail = f"{section.title}: {now} watched, {before} before"
            raise InvalidAnswer("plex", self.account_id, detail)
        self._doubted.pop(name, None)
        await self.store.run(tracked_aside.adopt_section, self.account_id, name)

    async def _read_changes(self, section: PlexSection, cursor: str) -> str:
        """Read what was watched since; return from where the next reading goes on."""
        since = int(cursor.split()[2])
        # Never from 0 on: what was never watched has no time, and is most of many libraries.
        changes = await self.reach().changed_since(section, max(since - OVERLAP, 1))
        rows = (*episode_rows(changes.episodes), *(film_row(film) for film in changes.movies))
        if rows:
            await self._read_new(section, rows)
            await self.store.run(tracked.update_watched, self.account_id, rows)
        times = [row.watched_at or 0 for row in rows]
        return _cursor(section, max(since, *times) if times else since)

    async def _read_new(self, section: PlexSection, rows: Sequence[EpisodeRow]) -> None:
        """Read what was watched and is newer than the last whole reading: its show, or its library.

        What is watched at once is mostly what has just come.
        """
        new = await self.store.run(tracked.not_on_record, self.account_id, rows)
        if not new:
            return
        if new <= await self.store.run(tracked.keys, self.account_id):
            for unit in new:
                await self.reread_show(unit)
        else:
            await self._read_section(section)

    async def _read_watchlist(self) -> None:
        if self.watchlist is None:
            return
        listed = {
            target: item.key for item in await self.watchlist.items() for target in targets_of(item)
        }
        await self.store.run(tracked.put_listed, self.account_id, listed)


def _cursor(section: PlexSection, newest: int) -> str:
    return f"{section.key} {section.media_type} {newest}"


def _section(name: str, cursor: str) -> PlexSection:
    key, media_type, _ = cursor.split()
    return PlexSection(key=key, media_type=MediaType(media_type), uuid=name)
