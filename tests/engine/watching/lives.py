"""A person's anime on AniList, Plex and Trakt, with a pairing for each tracker, on one clock."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
import shutil

import aiohttp

from custom_components.media_list_sync.engine.model import SyncRequest
from custom_components.media_list_sync.engine.store import pairings, reports
from simulators.anilist import AniListMedia, AniListSimulator, RateLimit
from simulators.anilist.clock import Clock as AniListClock
from simulators.plex import PlexSimulator
from simulators.plex.items import Episode, child_guid
from simulators.plex.views import Views
from simulators.trakt import Clock as TraktClock, Entry, GetLimit, TraktSimulator
from simulators.trakt.activities import Activities
from simulators.trakt.plays import Plays

from .house import START, ZONE, Clock, House, film, tmdb
from .titles import AIRING, BEGUN, FILM, FILMED, SHOWS, TITLES, Listed, Seen, known_to_trakt
from .troubles import CrashError, MortalStore, Troubles, is_write


class _OnOneClock:
    """A service whose time is that of the engine."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def now(self):
        return self.clock.time.timestamp()


class _OnAniList(_OnOneClock, AniListClock):
    """AniList's time."""


class _OnTrackers(_OnOneClock, TraktClock):
    """The time of the trackers."""

    def forget(self):
        self._last = datetime.fromtimestamp(0, UTC)


class Life(House):
    """The world, made anew in place by `begin`: servers and connections stay as they are."""

    def open(self, make=MortalStore):
        super().open(make)

    async def begin(self, policies):
        """Let nothing have happened yet. `policies`: of the pairing with each tracker."""
        await self.store.close()
        self.troubles = Troubles()
        for service in (self.anilist, self.plex.server, self.trakt):
            service.faults = self.troubles
            service.forget_requests()
        self.clock.time = START
        self.policies = policies
        self.events = []
        self.aired = BEGUN
        self.lost = set()
        self.own = set()
        self._forget_anilist()
        self._forget_plex()
        self._forget_trakt()
        for name in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)
        await asyncio.to_thread(shutil.copyfile, self.path.with_suffix(".made"), self.path)
        self.path.chmod(0o600)
        self.open()

    async def make_store(self):
        """Make a database in which the tables say where everything lies."""
        await self.have_tables()
        for title in TITLES.values():
            target = film(title.tmdb) if title.is_film else tmdb(title.tmdb)
            await self.place(title.anime, target, title.segments)
        await self.store.close()
        shutil.copyfile(self.path, self.path.with_suffix(".made"))

    def _forget_anilist(self):
        self.anilist.state.media.clear()
        self.anilist.writes.clear()
        self.anilist.user("viewer").entries.clear()
        self.anilist.limit_requests(RateLimit(10**9))
        for title in TITLES.values():
            is_airing = title.anime == AIRING
            ends = title.began + timedelta(weeks=title.total - 1)
            self.anilist.add_media(
                AniListMedia(
                    title.anime,
                    f"Anime {title.anime}",
                    format="MOVIE" if title.is_film else "TV",
                    episodes=title.total,
                    status="RELEASING" if is_airing else "FINISHED",
                    next_airing=(BEGUN + 1, int(START.timestamp()) + 86_400) if is_airing else None,
                    start=_day(title.began),
                    end=_day(None if is_airing else ends),
                )
            )

    def _forget_plex(self):
        state = self.plex.state
        for kept in (state.libraries, state.items, state.history, state.sessions, state._ordered):
            kept.clear()
        state.views, state.last_key = Views(), 0
        server = self.plex.server
        self.anime_library = server.add_library("Anime", ordering="tmdbAiring")
        self.film_library = server.add_library("Films", "movie")
        self.libraries = [self.anime_library, self.film_library]
        for number, (seasons, began) in SHOWS.items():
            aired = {
                (season, one): began + timedelta(weeks=one - 1, days=365 * (season - 1))
                for season, count in seasons.items()
                for one in range(1, count + 1)
            }
            self.shows[number] = server.add_show(
                self.anime_library,
                f"Show {number}",
                {1: BEGUN} if number == TITLES[AIRING].tmdb else seasons,
                guids=[f"tmdb://{number}"],
                aired=aired,
            )
        number = TITLES[FILMED].tmdb
        self.shows[number] = server.add_movie(
            self.film_library, f"Film {number}", guids=[f"tmdb://{number}"]
        )

    def _forget_trakt(self):
        viewer = self.trakt.user("viewer")
        viewer.plays, viewer.activities = Plays(), Activities()
        viewer.ratings.clear()
        viewer.dropped.clear()
        self.trakt.clock.forget()
        self.trakt.limit_reads(GetLimit(10**9))
        self.trakt.limit_writes(0)

    # What syncs do.

    async def keep(self, on, trouble=None, interruption=None, **asked):
        """Sync a pairing, which may meet trouble; return its report, None where it was broken off."""
        self.on, self.policy = on, self.policies[on]
        await self.store.run(pairings.approve, self.job.id, self.clock.utc())
        task = asyncio.ensure_future(self.job.run(SyncRequest(**asked), lambda _done: None))
        self.troubles.expect(trouble, interruption, self.store, task)
        try:
            report = await task
        except CrashError, BaseExceptionGroup, asyncio.CancelledError:
            report = None
        self.troubles.end()
        if report is None or self.store.dead:
            await self.restart()
            return None
        self.store.at = None
        await self.store.run(_save, report)
        return report

    async def catch_up(self):
        """Have services carry out what they were asked for a while ago."""
        await self.troubles.catch_up()

    # What there is.

    def title_of(self, anime):
        """The film or show of an anime, on Plex."""
        return self.shows[TITLES[anime].tmdb]

    def leaf(self, anime, place):
        """An episode (or film) on Plex; None where there is no file of it."""
        top = self.title_of(anime)
        if place == FILM:
            return top if top.key in self.plex.state.items else None
        return top.seasons[place[0]].episodes.get(place[1])

    def on_trakt_as(self, anime, place=None):
        """An episode, or the whole title without a place, on Trakt."""
        title = TITLES[anime]
        kind = "movie" if title.is_film else "show"
        found = self.trakt.state.titles.find(kind, "tmdb", title.tmdb).title
        return Entry(found) if place in (None, FILM) else Entry(found, *place)

    def there(self, where, anime):
        """Which episodes can be marked there, by their index."""
        title = TITLES[anime]
        if where == "trakt":
            return set(range(title.total))
        return {at for at, place in enumerate(title.places) if self.leaf(anime, place) is not None}

    def entry(self, anime):
        return self.anilist.user("viewer").entries.get(anime)

    def seen(self, anime):
        """Everything of an anime as it is now."""
        title = TITLES[anime]
        entry = self.entry(anime)
        top = self.title_of(anime)
        views = self.plex.state.views.of(self.owner)
        viewer = self.trakt.user("viewer")
        rated = viewer.ratings.get(self.on_trakt_as(anime))
        on_plex = views.get(top.guid)
        return Seen(
            None
            if entry is None
            else Listed(
                entry.status,
                entry.progress,
                entry.repeat,
                entry.score,
                entry.started,
                entry.completed,
            ),
            tuple(
                view.count if (view := views.get(self.guid(anime, place))) else 0
                for place in title.places
            ),
            tuple(len(viewer.plays.of(self.on_trakt_as(anime, place))) for place in title.places),
            (
                None if on_plex is None or on_plex.rating is None else round(on_plex.rating),
                None if rated is None else rated.rating,
            ),
            self.on_trakt_as(anime).title in viewer.dropped,
        )

    def play(self, where, anime, at, *, is_dated):
        """Let the person watch an episode."""
        place = TITLES[anime].places[at]
        if where == "plex":
            self.plex.server.watch(self.owner, self.leaf(anime, place))
            return
        when = datetime.fromtimestamp(self.stamp(), UTC) if is_dated else None
        self.trakt.watch([self.on_trakt_as(anime, place)], when)
        self.own.add(self._on_trakt(anime, at)[-1].number)

    def unmark(self, where, anime, at):
        """Let the person take back that an episode was watched; on Trakt, its last play."""
        title = TITLES[anime]
        if where == "plex":
            self.plex.server.unmark(self.owner, self.leaf(anime, title.places[at]))
            return
        viewer = self.trakt.user("viewer")
        viewer.plays.remove(self._on_trakt(anime, at)[-1].number)
        sections = ["movies" if title.is_film else "episodes"]
        viewer.activities.changed(self.trakt.clock.stamp(), "watched_at", sections)

    def stamp(self):
        return int(self.clock.time.timestamp())

    def own_on_trakt(self):
        """Return which plays there are the person's, by number."""
        return self.own & {play.number for play in self.trakt.user("viewer").plays.newest_first()}

    def is_theirs(self, told, where, anime, at):
        """Say whether an episode was watched by the person, and not just marked by us."""
        if where == "plex":
            return at in told.on_plex
        return any(play.number in self.own for play in self._on_trakt(anime, at))

    def days_on_trakt(self, anime, at):
        """On which days an episode was watched, as Trakt has it, by when it was told."""
        return [play.watched_at.astimezone(ZONE).date() for play in self._on_trakt(anime, at)]

    def _on_trakt(self, anime, at):
        plays = self.trakt.user("viewer").plays
        return plays.of(self.on_trakt_as(anime, TITLES[anime].places[at]))

    def guid(self, anime, place):
        """By what Plex keeps views, also of what has no file."""
        top = self.title_of(anime)
        return top.guid if place == FILM else child_guid("episode", top.guid, *place)

    def all_seen(self):
        return {anime: self.seen(anime) for anime in TITLES}

    def writes(self):
        """How many requests that change something each service has got."""
        found: defaultdict[str, int] = defaultdict(int)
        for name, service in (
            ("anilist", self.anilist),
            ("plex", self.plex.server),
            ("trakt", self.trakt),
        ):
            found[name] += sum(
                is_write(one.method, one.path.partition("?")[0], one.body)
                for one in service.exchanges
            )
        return dict(found)

    def forget_requests(self):
        for service in (self.anilist, self.plex.server, self.trakt):
            service.forget_requests()

    # What the person's library and the world do.

    def lose_file(self, anime, place):
        leaf = self.leaf(anime, place)
        self.plex.server.remove(leaf)
        self.lost.add((anime, place))

    def gain_file(self, anime, place):
        """Put a file of an episode (or film) there: again, or for the first time."""
        state, top = self.plex.state, self.title_of(anime)
        key, now = state.next_key(), state.now()
        if place == FILM:
            top.key = key
            self.film_library.items[key] = state.items[key] = top
        else:
            season, number = top.seasons[place[0]], place[1]
            aired = TITLES[anime].began + timedelta(weeks=number - 1)
            made = Episode(key, season, number, self.guid(anime, place), now, now, aired)
            season.episodes[number] = state.items[key] = made
            season.episodes = dict(sorted(season.episodes.items()))
        state.changed(top.library)
        self.lost.discard((anime, place))

    def air(self):
        """Let the next episode air, of which there is a file at once; or, at last, the show end."""
        media = self.anilist.state.media[AIRING]
        total = TITLES[AIRING].total
        if self.aired == total:
            media.status = "FINISHED"
            media.end = _day(self.clock.time.date())
            return
        self.aired += 1
        self.gain_file(AIRING, TITLES[AIRING].places[self.aired - 1])
        coming = int(self.clock.time.timestamp()) + 7 * 86_400
        media.next_airing = None if self.aired == total else (self.aired + 1, coming)


async def start(path):
    """Start the services, and return a life of which nothing has been lived."""
    clock = Clock()
    anilist = AniListSimulator(clock=_OnAniList(clock))
    plex = PlexSimulator(clock=_OnTrackers(clock))
    trakt = TraktSimulator(
        known_to_trakt(), clock=_OnTrackers(clock), token_lifetime=10 * 365 * 86_400
    )
    for service in (anilist, plex, trakt):
        await service.start()
    session = aiohttp.ClientSession()
    life = Life(path / "store.db", session, anilist, plex, trakt, clock)
    await life.make_store()
    return life


async def stop(life):
    await life.store.close()
    await life.session.close()
    for service in (life.anilist, life.plex, life.trakt):
        await service.stop()


def _save(connection, report):
    reports.save(connection, report)


def _day(day):
    return (None, None, None) if day is None else (day.year, day.month, day.day)
