"""An AniList account with a pairing, as the engine sees it: simulators, store, trackers, job."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp

from custom_components.media_list_sync.engine.clients.anilist import AniListClient
from custom_components.media_list_sync.engine.clients.plex import PlexServer, PlexWatchlist
from custom_components.media_list_sync.engine.clients.trakt import (
    TraktApi,
    TraktTracker as TraktWatching,
)
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.model import SyncRequest
from custom_components.media_list_sync.engine.placement import Origin, Placement, Provider, TargetId
from custom_components.media_list_sync.engine.restoring import answer_restore
from custom_components.media_list_sync.engine.segments import from_text as segments_of
from custom_components.media_list_sync.engine.store import atlas, manual, pairings, reports
from custom_components.media_list_sync.engine.store.atlas import TableState
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.watching.anilist import AniListAccount
from custom_components.media_list_sync.engine.watching.job import PairingJob
from custom_components.media_list_sync.engine.watching.plan import ActionKind
from custom_components.media_list_sync.engine.watching.plex import PlexTracker
from custom_components.media_list_sync.engine.watching.policy import PairingPolicy
from custom_components.media_list_sync.engine.watching.trakt import TraktTracker
from simulators.anilist import AniListMedia, AniListSimulator, RateLimit
from simulators.catalog import CatalogTitle, Season
from simulators.plex import PlexSimulator
from simulators.trakt import Entry, TraktSimulator
from simulators.trakt.ratings import Rating

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
OLD = 1_700_000_000
"""When entries were last changed, unless a test says otherwise: long ago."""


class Clock:
    """The time, which stands still until it is moved: it passes, or somebody sets the clock."""

    def __init__(self):
        self.time = START
        self.set_by = timedelta()

    def __call__(self):
        self.time += timedelta(milliseconds=1)
        return self.time.astimezone(ZONE)

    def utc(self):
        return self().astimezone(UTC)

    def advance(self, **span):
        self.time += timedelta(**span)

    def jump(self, span):
        """Be put forward or back, without any time passing."""
        self.time += span
        self.set_by += span

    def steady(self):
        """Seconds that have passed, whatever the clock was set to."""
        return (self.time - self.set_by - START).total_seconds()


class House:
    """Everything of one AniList account with one pairing.

    `timeout`: of requests, `watchlist`: whether that of the Plex account is used, from `open` on.
    """

    timeout = 30.0
    watchlist = False

    def __init__(self, path, session, anilist, plex, trakt, clock=None):
        self.path = path
        self.session = session
        self.anilist = anilist
        self.plex = plex
        self.trakt = trakt
        self.clock = clock or Clock()
        self.events = []
        self.policy = {}
        self.on = "plex"
        self.wrap = lambda tracker: tracker
        self.anime_library = plex.server.add_library("Anime", ordering="tmdbAiring")
        self.film_library = plex.server.add_library("Films", "movie")
        self.libraries = [self.anime_library, self.film_library]
        self.owner = self.person = plex.owner
        self.shows = {}
        self.open()

    def open(self, make=Store):
        self.store = make(
            self.path, now=self.clock.utc, steady=self.clock.steady, on_restore=answer_restore
        )
        doorway = self.doorway("anilist")
        client = AniListClient(doorway, f"{self.anilist.url}/", self.anilist.sign_in())
        self.account = AniListAccount(
            client, self.store, "anilist", self.anilist.user("viewer").id, self.clock
        )
        plex_token = self.person.server_token
        plex_doorway = self.doorway("plex")
        watchlist = PlexWatchlist(
            plex_doorway, self.plex.discover_url, "tests", self.plex.sign_in(self.person)
        )
        self.plex_tracker = PlexTracker(
            lambda: PlexServer(plex_doorway, self.plex.server.url, "tests", plex_token),
            watchlist if self.watchlist else None,
            self.store,
            "plex",
            lambda: frozenset(library.uuid for library in self.libraries),
            self.clock.utc,
        )
        trakt_doorway = self.doorway("trakt")
        app = self.trakt.app
        given = self.trakt.sign_in()
        pair = TokenPair(
            given.access_token,
            given.refresh_token,
            datetime.now(UTC),
            datetime.now(UTC) + timedelta(days=7),
        )
        auth = TraktAuth(trakt_doorway, self.trakt.auth_url, app.client_id, app.client_secret)

        async def nowhere(_):
            """Keep a pair nowhere."""

        keeper = TokenKeeper(auth, pair, save=nowhere)
        api = TraktApi(trakt_doorway, self.trakt.api_url, app.client_id, keeper)
        self.trakt_tracker = TraktTracker(
            TraktWatching(api),
            self.store,
            "trakt",
            lambda: frozenset(ActionKind),
            self.clock.utc,
        )

    def doorway(self, service):
        return Doorway(
            self.session,
            service=service,
            account=service,
            patience=0.1,
            timeout=self.timeout,
            now=self.clock.utc,
        )

    @property
    def job(self):
        tracker = self.wrap(self.plex_tracker if self.on == "plex" else self.trakt_tracker)
        return PairingJob(
            anilist=self.account,
            id=f"pairing_{self.on}",
            title=f"AniList and {self.on}",
            tracker=lambda: tracker,
            policy=PairingPolicy(**self.policy),
            sections=None,
            tell=self.events.append,
            now=self.clock,
        )

    async def sync(self, on=None, after=timedelta(hours=6), *, approved=True, **asked):
        """Sync as at its interval, some time after the last one, with a first plan approved."""
        self.on = on or self.on
        self.clock.time += after
        if approved:
            await self.store.run(pairings.approve, self.job.id, self.clock.utc())
        report = await self.job.run(SyncRequest(**asked), lambda _done: None)
        if not report.dry_run:
            await self.store.run(_save, report)
        return report

    async def restart(self):
        await self.store.close()
        self.open()

    async def be(self, person):
        """Use the Plex server as somebody else of the home."""
        self.person = person
        await self.restart()

    # What there is.

    def add_anime(self, number, *, episodes=12, media=None, **entry):
        """An anime on AniList, and on the viewer's list where a status is given."""
        self.anilist.add_media(
            AniListMedia(
                number,
                f"Anime {number}",
                episodes=episodes,
                **{"start": (2015, 1, 5), "end": (2015, 3, 30), **(media or {})},
            )
        )
        if entry:
            values = {"updated_at": OLD, **entry}
            status = values.pop("status")
            self.anilist.add_entry("viewer", number, status, **values)

    def change(self, number, *, at=OLD + 1000, **values):
        entry = self.anilist.change_entry("viewer", number, **values)
        entry.updated_at = at

    async def have_tables(self):
        """Let the tables have been fetched."""
        state = TableState(Origin.ANIBRIDGE, fetched_at=self.clock.utc(), rows=1)
        await self.store.run(atlas.save_state, state)

    async def lose_tables(self):
        """Let none ever have been fetched."""
        await self.store.run(atlas.save_state, TableState(Origin.ANIBRIDGE))

    async def place(self, anilist, target, segments, origin=Origin.ANIBRIDGE):
        """Let a table say where an anime lies."""
        await self.store.run(_place, anilist, target, segments, origin)

    def add_show(self, tmdb, seasons, *, tvdb=None, title=None, aired="2015-01-05", library=None):
        """A show, on the Plex server and known to Trakt, numbered alike.

        Seasons begin on the day `aired`, or each on its own where that is a mapping.
        """
        title = title or f"Show {tmdb}"
        guids = [f"tmdb://{tmdb}"] + ([f"tvdb://{tvdb}"] if tvdb else [])
        there = dict.fromkeys(seasons, 0) and dict(seasons)
        self.shows[tmdb] = self.plex.server.add_show(
            library or self.anime_library, title, there, guids=guids
        )
        self.trakt.state.titles.add(
            CatalogTitle(
                is_show=True,
                tmdb=tmdb,
                imdb=f"tt{tmdb:07d}",
                tvdb=tvdb,
                trakt=tmdb + 500_000,
                title=title,
                year=2015,
                seasons=tuple(
                    Season(
                        number,
                        count if isinstance(count, int) else max(count),
                        aired if isinstance(aired, str) else aired[number],
                    )
                    for number, count in seasons.items()
                ),
                imdb_type="tvSeries",
            )
        )
        return self.shows[tmdb]

    def add_film(self, tmdb, title=None):
        title = title or f"Film {tmdb}"
        self.shows[tmdb] = self.plex.server.add_movie(
            self.film_library, title, guids=[f"tmdb://{tmdb}"]
        )
        self.trakt.state.titles.add(
            CatalogTitle(
                is_show=False,
                tmdb=tmdb,
                imdb=f"tt{tmdb:07d}",
                tvdb=None,
                trakt=tmdb + 600_000,
                title=title,
                year=2015,
            )
        )
        return self.shows[tmdb]

    async def map(self, anilist, target, segments):
        """Let a person say where an anime lies."""
        placement = Placement(anilist, target, segments_of(segments), Origin.MANUAL)
        await self.store.run(
            manual.put, manual.ManualMapping(anilist, placement, "", self.clock.utc())
        )

    async def simple(self, number=1, *, episodes=12, status="COMPLETED", **values):
        """An anime that is a whole show of one season."""
        values.setdefault("progress", episodes if status == "COMPLETED" else 0)
        self.add_anime(number, episodes=episodes, status=status, **values)
        self.add_show(number, {1: episodes})
        await self.place(number, tmdb(number), f"1:1-{episodes}>1-{episodes}")
        return self.shows[number]

    # What came of it.

    def on_plex(self, tmdb):
        """How often each episode was watched there, by season and number."""
        return self.plex.server.watched(self.person, self.shows[tmdb])

    def on_trakt(self):
        """How often each thing was watched there: by show (or film) and place."""
        found: Counter = Counter()
        for play in self.trakt.user("viewer").plays.newest_first():
            title = play.entry.title
            place = (play.entry.season, play.entry.episode) if title.is_show else None
            found[title.tmdb, place] += 1
        return found

    def on_trakt_by_title(self):
        """How often each thing was watched there, as the world of anime names it."""
        found: dict[str, Counter] = {}
        for play in self.trakt.user("viewer").plays.newest_first():
            title = play.entry.title
            place = (play.entry.season, play.entry.episode) if title.is_show else None
            name = f"{'show' if title.is_show else 'film'} {title.title}"
            found.setdefault(name, Counter())[place] += 1
        return found

    def trakt_episode(self, tmdb, season, number):
        title = self.trakt.state.titles.find("show", "tmdb", tmdb).title
        return Entry(title, season, number)

    def trakt_ratings(self):
        """The viewer's scores of shows there."""
        return {
            entry.title.tmdb: score.rating
            for entry, score in self.trakt.user("viewer").ratings.items()
        }

    def rate_on_trakt(self, tmdb, rating):
        """Let the viewer rate a show there."""
        viewer = self.trakt.user("viewer")
        entry = Entry(self.trakt.state.titles.find("show", "tmdb", tmdb).title)
        now = self.trakt.state.clock.stamp()
        viewer.ratings[entry] = Rating(rating, now)
        viewer.activities.changed(now, "rated_at", ["shows"])

    def trakt_dropped(self):
        return {title.tmdb for title in self.trakt.user("viewer").dropped}

    def plex_rating(self, tmdb):
        view = self.plex.state.views.of(self.person).get(self.shows[tmdb].guid)
        return None if view is None else view.rating

    def requests(self):
        """How many requests each service got since the last question."""
        counted = {
            "anilist": sum(self.anilist.counts.values()),
            "plex": sum(self.plex.server.counts.values()),
            "trakt": sum(self.trakt.counts.values()),
        }
        for service in (self.anilist, self.plex.server, self.trakt):
            service.forget_requests()
        return {name: count for name, count in counted.items() if count}


def tmdb(number):
    return TargetId(Provider.TMDB_SHOW, str(number))


def film(number):
    return TargetId(Provider.TMDB_MOVIE, str(number))


def _save(connection, report):
    reports.save(connection, report)


def _place(connection, anilist, target, segments, origin):
    connection.execute(
        "INSERT OR REPLACE INTO atlas VALUES ('anilist', ?, ?, ?, ?, ?)",
        (anilist, target.provider, target.id, origin, segments),
    )


async def start(path):
    anilist = AniListSimulator(limit=RateLimit(10_000))
    await anilist.start()
    plex = PlexSimulator()
    await plex.start()
    trakt = TraktSimulator()
    await trakt.start()
    trakt.limit_writes(0)
    session = aiohttp.ClientSession()
    return House(path / "store.db", session, anilist, plex, trakt)


async def stop(house):
    await house.store.close()
    await house.session.close()
    for service in (house.anilist, house.plex, house.trakt):
        await service.stop()
