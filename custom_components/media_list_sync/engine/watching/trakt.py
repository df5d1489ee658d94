"""A Trakt account as a tracker: what was watched there, and adding plays.

Trakt keeps every play that it is sent. So what is watched is read again before each write, and
nothing is written of which that reading is not whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ..clients.trakt import TraktTracker as TraktWatching
from ..clients.trakt.account import Activities
from ..clients.trakt.history import NewPlay
from ..clients.trakt.targets import Episode, Film, Season, Show, Target
from ..clients.trakt.titles import Source, TraktSeason
from ..clients.trakt.watched import Seen, WatchedShows, WatchedTitle
from ..http import InvalidAnswer, NotFound
from ..model import Ids, MediaType
from ..placement import FILM, Provider, Spot, TargetId
from ..store import tracked
from ..store.database import Store
from ..store.tracked import EpisodeRow, UnitRow
from .plan import Action, ActionKind
from .tracker import Written

WHOLE_EVERY = timedelta(days=1)
"""How often all is read again, also what Trakt says has not changed."""

PLAYS = 100
"""Plays in one write."""

SMALL = 20
"""So few watched episodes may be gone without being doubted."""

MISSING = "missing"
"""The section of units that Trakt does not know."""

_ORDER = tuple(ActionKind)

_SOURCES: dict[Provider, Source] = {
    Provider.TMDB_SHOW: "tmdb",
    Provider.TVDB_SHOW: "tvdb",
    Provider.TMDB_MOVIE: "tmdb",
    Provider.IMDB_MOVIE: "imdb",
}


@dataclass(slots=True)
class TraktTracker:
    """One person on Trakt. `wants` says what pairings use beside plays: rate, list, drop."""

    trakt: TraktWatching
    store: Store
    account_id: str
    wants: Callable[[], frozenset[ActionKind]]
    now: Callable[[], datetime]
    is_trakt: bool = True
    _doubted: int | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request where nothing changed."""
        async with self._lock:
            state = await self.store.run(tracked.state, self.account_id)
            begun = self.now()
            is_old = state.whole_at is None or begun - state.whole_at > WHOLE_EVERY
            known = {} if whole or is_old else dict(state.cursor)
            # Before everything else: what changes while it is read is read again next time.
            told = _stamps(await self.trakt.own.activities())
            await self._read(known, told)
            if known != told:
                await self.store.run(
                    tracked.put_state, self.account_id, told, begun, whole=whole or is_old
                )

    async def version(self) -> str:
        """Return what changes when the stored snapshot does."""
        return await self.store.run(tracked.version, self.account_id)

    async def _read(self, known: dict[str, str], told: dict[str, str]) -> None:
        def moved(*names: str) -> bool:
            return any(known.get(name) != told[name] for name in names)

        if moved("episodes_watched", "hidden"):
            await self._read_episodes()
        if moved("films_watched"):
            await self._read_films()
        wants = self.wants()
        if ActionKind.RATE in wants and moved("films_rated", "shows_rated"):
            await self._read_ratings()
        if ActionKind.DROP in wants and moved("dropped"):
            dropped = await self.trakt.dropped.read()
            keys = {_show_key(show.ids.trakt) for show in dropped if show.ids.trakt}
            await self.store.run(tracked.set_dropped, self.account_id, keys)

    async def _read_episodes(self) -> None:
        """Read all watched episodes. Shows that were not known before are read by name, too."""
        seen = await self.trakt.watched.episodes()
        count = sum(map(len, seen.by_id.values())) + sum(map(len, seen.by_place.values()))
        await self._believe(count)
        known = await self.store.run(tracked.keys, self.account_id)
        shows = seen.by_id.keys() | seen.by_place.keys()
        titles = seen.titles
        if not titles and any(_show_key(show) not in known for show in shows):
            titles = await self.trakt.watched.shows()
        units = tuple(
            UnitRow(
                key=_show_key(title.ids.trakt),
                section="shows",
                title=title.title,
                ids=_show_targets(title.ids),
                numbering=Provider.TMDB_SHOW,
                year=title.year,
            )
            for title in titles
            if title.ids.trakt is not None and _show_key(title.ids.trakt) not in known
        )
        await self.store.run(tracked.put_units, self.account_id, units)
        if seen.by_place:
            await self.store.run(tracked.replace_watched, self.account_id, _by_place(seen))
        else:
            await self.store.run(tracked.replace_seen, self.account_id, _by_id(seen))

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
        await self.store.run(tracked.begin_reading, self.account_id)
        await self.store.run(
            tracked.put_aside,
            self.account_id,
            tuple(
                UnitRow(
                    key=_film_key(film.ids.trakt),
                    section="films",
                    title=film.title,
                    ids=_film_targets(film.ids),
                    year=film.year,
                )
                for film in films
            ),
            tuple(_film_row(film) for film in films),
        )
        await self.store.run(tracked.adopt_section, self.account_id, "films")

    async def _read_ratings(self) -> None:
        ratings = [
            *await self.trakt.ratings.read(Show),
            *await self.trakt.ratings.read(Film),
        ]
        found = {
            _show_key(one.what.id) if isinstance(one.what, Show) else _film_key(one.what.id): (
                one.rating
            )
            for one in ratings
            if isinstance(one.what, Show | Film)
        }
        await self.store.run(tracked.set_ratings, self.account_id, found)

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
        await self.store.run(tracked.remove_unit, self.account_id, _missing_key(target))
        unit = UnitRow(_unseen_key(target), tracked.UNSEEN, target.id, (target,))
        await self.store.run(tracked.put_units, self.account_id, (unit,))

    async def _learn_show(
        self, target: TargetId, known: dict[TargetId, str], read: set[str]
    ) -> None:
        """Learn of a show. One that was `read` already goes by several ids."""
        key = known.get(target)
        if key is None or not key.startswith("s"):
            found = await self.trakt.titles.find(
                _SOURCES[target.provider], target.id, MediaType.SHOW
            )
            first = next((one for one in found if one.ids.trakt is not None), None)
            if first is None or first.ids.trakt is None:
                await self._note_missing(target)
                return
            key = _show_key(first.ids.trakt)
            targets = dict.fromkeys((*_show_targets(first.ids), target))
            unit = UnitRow(
                key,
                "shows",
                first.title,
                tuple(targets),
                Provider.TMDB_SHOW,
                year=first.year,
            )
            await self.store.run(tracked.put_units, self.account_id, (unit,))
            known |= dict.fromkeys(targets, key)
        if key in read:
            return
        read.add(key)
        try:
            seasons = await self.trakt.titles.seasons(int(key[1:]))
        except NotFound:
            await self._note_missing(target)
            return
        await self.store.run(tracked.remove_unit, self.account_id, _missing_key(target))
        await self.store.run(
            tracked.put_numbering,
            self.account_id,
            key,
            tuple(_numbered(key, seasons)),
            self.now(),
        )

    async def _note_missing(self, target: TargetId) -> None:
        key = _missing_key(target)
        unit = UnitRow(key, MISSING, target.id, (target,), sized_at=self.now())
        await self.store.run(tracked.put_units, self.account_id, (unit,))

    async def reread(self, units: Collection[str]) -> None:
        """Read all that was watched again: two requests, whatever it is about."""
        async with self._lock:
            await self._read_episodes()
            if any(not unit.startswith("s") for unit in units):
                await self._read_films()

    def batches(self, actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
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

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, which is of one kind, in one request."""
        match batch[0].kind:
            case ActionKind.MARK:
                return await self._add_plays(batch)
            case ActionKind.RATE:
                return await self._rate(batch)
            case ActionKind.LIST:
                titles = [_title_target(action) for action in batch]
                listed = await self.trakt.watchlist.add(titles)
                return _judged(batch, titles, listed.not_found)
            case ActionKind.DROP:
                shows = [Show(int(action.unit[1:])) for action in batch]
                dropped = await self.trakt.dropped.add(shows)
                return _judged(batch, shows, dropped.not_found)

    async def _add_plays(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Add plays of what is still not watched, by a reading made just before."""
        await self.refresh(whole=False)
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
            for spot in action.spots:
                what = _playable(action, spot, items)
                if what is not None and spot not in watched.get(action.unit, ()):
                    plays[index, spot] = NewPlay(what, _moment(action.dates.get(spot)))
        not_found: set[object] = set()
        # The same episode for two entries is one play.
        unique = {play.what: play for play in plays.values()}
        if unique:
            result = await self.trakt.history.add(tuple(unique.values()))
            not_found = set(result.not_found)
        await self._forget(
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

    async def _forget(self, actions: Iterable[Action]) -> None:
        """Have what Trakt does not know any more looked up again, before it is planned again."""
        for action in actions:
            if action.target.provider.is_film:
                await self.store.run(tracked.remove_unit, self.account_id, action.unit)
                await self._note_missing(action.target)
            else:
                await self.store.run(tracked.unsize, self.account_id, action.unit)

    async def _rate(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        scores: dict[Target, int] = {}
        targets: dict[int, Target | None] = {}
        for index, action in enumerate(batch):
            what: Target | None = _title_target(action)
            if action.season is not None:
                seasons = await self.store.run(tracked.season_items, self.account_id, action.unit)
                item = seasons.get(action.season)
                what = Season(int(item)) if item else None
            targets[index] = what
            if what is not None and action.rating is not None:
                scores[what] = action.rating
        missing: set[object] = {None}
        if scores:
            missing |= set((await self.trakt.ratings.give(scores)).not_found)
        return tuple(
            Written(action, is_refused=targets[index] in missing)
            for index, action in enumerate(batch)
        )


def _judged(
    batch: Sequence[Action], what: Sequence[object], not_found: Collection[object]
) -> tuple[Written, ...]:
    """Say of each action whether what it was about is there."""
    return tuple(
        Written(action, is_refused=one in not_found, detail="not found" if one in not_found else "")
        for action, one in zip(batch, what, strict=True)
    )


def _stamps(told: Activities) -> dict[str, str]:
    return {name: getattr(told, name) for name in Activities.__dataclass_fields__}


def _show_key(trakt: object) -> str:
    return f"s{trakt}"


def _missing_key(target: TargetId) -> str:
    return f"?:{target.provider}:{target.id}"


def _unseen_key(target: TargetId) -> str:
    return f"f:{target.provider}:{target.id}"


def _film_key(trakt: object) -> str:
    return f"m{trakt}"


def _show_targets(ids: Ids) -> tuple[TargetId, ...]:
    pairs = ((Provider.TMDB_SHOW, ids.tmdb), (Provider.TVDB_SHOW, ids.tvdb))
    return tuple(TargetId(provider, str(number)) for provider, number in pairs if number)


def _film_targets(ids: Ids) -> tuple[TargetId, ...]:
    pairs = ((Provider.TMDB_MOVIE, ids.tmdb), (Provider.IMDB_MOVIE, ids.imdb))
    return tuple(TargetId(provider, str(number)) for provider, number in pairs if number)


def _film_row(film: WatchedTitle) -> EpisodeRow:
    return EpisodeRow(
        unit=_film_key(film.ids.trakt),
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
            yield _show_key(show), str(episode), _when(one), one.plays


def _by_place(seen: WatchedShows) -> Iterator[EpisodeRow]:
    for show, places in seen.by_place.items():
        for (season, number), one in places.items():
            yield EpisodeRow(
                _show_key(show), Spot(season, number), watched_at=_when(one), plays=one.plays
            )


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


def _parts(action: Action) -> Iterator[Action]:
    if len(action.spots) <= PLAYS:
        yield action
        return
    for start in range(0, len(action.spots), PLAYS):
        yield replace(action, spots=action.spots[start : start + PLAYS])


def _playable(action: Action, spot: Spot, items: dict[Spot, str]) -> Film | Episode | None:
    if spot == FILM:
        target = _title_target(action)
        return target if isinstance(target, Film) else None
    item = items.get(spot)
    return Episode(int(item)) if item else None


def _title_target(action: Action) -> Film | Show:
    """Return the film or show of an action, by Trakt's own id where it is known."""
    key, target = action.unit, action.target
    number: int | str = int(target.id) if target.id.isdecimal() else target.id
    if target.provider.is_film:
        if key.startswith("m"):
            return Film(int(key[1:]))
        return Film(number, "imdb" if target.provider is Provider.IMDB_MOVIE else "tmdb")
    if key.startswith("s"):
        return Show(int(key[1:]))
    return Show(number, "tvdb" if target.provider is Provider.TVDB_SHOW else "tmdb")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
