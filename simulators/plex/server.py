"""The media server, on a port of its own, and what tests and the demo do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from simulators.base import LOOPBACK, Simulator

from .about import about_routes
from .browsing import Browsing
from .doorman import server_doorman
from .filling import new_movie, new_show
from .history import History
from .items import NEW_AGENTS, Library, Movie, Season, Show
from .marking import Marking
from .notifications import DELETED, PROCESSED, Listeners
from .resources import LOCAL, RELAY, REMOTE
from .state import Play, Session, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    import ssl

    from simulators.catalog import CatalogTitle

    from .items import Item, Leaf
    from .people import Person


class PlexServerSimulator(Simulator):
    """A Plex Media Server with three ways to it: `url` in the house, one from outside, a relay."""

    name = "Plex Media Server"

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self.listeners = Listeners()
        self.browsing = Browsing(state)
        self.marking = Marking(state, self.listeners)
        self.ways: dict[str, str] = {}
        """Addresses by local, remote and relay; only of those that are open."""
        self.tokens_in_addresses: list[str] = []
        """Paths of requests that carried a token in the address, where logs would keep it."""
        self._sites: dict[str, web.BaseSite] = {}

    # The service.

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the server."""
        return [
            *about_routes(self.state),
            *self.browsing.routes(),
            *self.marking.routes(),
            *History(self.state).routes(),
            *self.listeners.routes(),
        ]

    def application(self) -> web.Application:
        """Return the application of the server."""
        app = super().application()
        doorman = server_doorman(self.state.people.of_server, self.tokens_in_addresses.append)
        app.middlewares.append(doorman)
        return app

    async def start(self, port: int = 0, ssl_context: ssl.SSLContext | None = None) -> str:
        """Serve (0: on a free port), and return the address in the house."""
        await super().start(port, ssl_context)
        assert self._runner is not None
        self._sites = {LOCAL: next(iter(self._runner.sites))}
        self.ways = {LOCAL: self.url}
        for way in (REMOTE, RELAY):
            await self._open(way, 0, ssl_context)
        return self.url

    async def stop(self) -> None:
        """Stop serving."""
        self.listeners.hang_up()
        await super().stop()
        self.ways = {}

    async def move(self, port: int = 0) -> str:
        """Go to another port, and return the new address. It stays the same server."""
        await self.stop()
        return await self.start(port)

    async def close_way(self, way: str) -> None:
        """Let nobody in by this way; plex.tv still tells of it."""
        await self._sites.pop(way).stop()

    async def _open(self, way: str, port: int, ssl_context: ssl.SSLContext | None) -> None:
        assert self._runner is not None
        site = web.TCPSite(self._runner, LOOPBACK, port, ssl_context=ssl_context)
        await site.start()
        self._sites[way] = site
        scheme = "https" if ssl_context else "http"
        self.ways[way] = f"{scheme}://{LOOPBACK}:{self._runner.addresses[-1][1]}"

    # What is there.

    def add_library(
        self,
        title: str,
        kind: str = "show",
        *,
        agent: str | None = None,
        ordering: str = "tmdbAiring",
    ) -> Library:
        """Make a library of kind show or movie. An `agent` that is not of the new kind is legacy."""
        number = max(self.state.libraries, default=0) + 1
        made = Library(number, title, kind, agent or NEW_AGENTS[kind], ordering, self.state.now())
        self.state.libraries[number] = made
        return made

    def add_show(
        self,
        library: Library,
        title: str,
        seasons: Mapping[int, int | Iterable[int]],
        *,
        guids: Iterable[str] = (),
        guid: str | None = None,
        ordering: str | None = None,
        year: int = 2015,
        aired: Mapping[tuple[int, int], date] | None = None,
    ) -> Show:
        """Put a show into a library.

        `seasons` has for each number how many episodes there are, or which. `guids` are ids such
        as "tvdb://81797"; a legacy library has `guid` instead, such as
        "com.plexapp.agents.hama://anidb-69?lang=en". `aired` sets days by season and episode.
        """
        made = new_show(
            self.state, library, title, seasons, guids=guids, guid=guid, year=year, aired=aired
        )
        made.ordering = ordering
        return self._came(made)

    def add_movie(
        self,
        library: Library,
        title: str,
        *,
        guids: Iterable[str] = (),
        guid: str | None = None,
        year: int = 2015,
    ) -> Movie:
        """Put a film into a library, with ids as a show has them."""
        return self._came(new_movie(self.state, library, title, guids=guids, guid=guid, year=year))

    def add_titles(self, library: Library, titles: Iterable[CatalogTitle]) -> None:
        """Put in those titles of a catalogue that the library is for."""
        for title in titles:
            if title.is_show != (library.type == "show"):
                continue
            ids = [("imdb", title.imdb), ("tmdb", title.tmdb), ("tvdb", title.tvdb)]
            guids = [f"{name}://{number}" for name, number in ids if number is not None]
            year = title.year or 2000
            if title.is_show:
                seasons = {one.number: one.numbers for one in title.seasons}
                self.add_show(library, title.title, seasons, guids=guids, year=year)
            else:
                self.add_movie(library, title.title, guids=guids, year=year)

    def remove(self, item: Item) -> None:
        """Delete an item with all that is in it. Views and history outlive it."""
        library = item.library
        gone: list[Item] = [item, *item.leaves()]
        if isinstance(item, Show):
            gone += item.seasons.values()
        if isinstance(item, Show | Movie):
            del library.items[item.key]
        elif isinstance(item, Season):
            del item.show.seasons[item.number]
        else:
            del item.season.episodes[item.number]
        for one in gone:
            self.state.items.pop(one.key, None)
        self.state.changed(library)
        self.listeners.timeline(item, self.state.now(), DELETED)

    def refresh(self, item: Item) -> None:
        """Let the server read an item's metadata again."""
        item.updated_at = self.state.now()
        self.listeners.refreshed(item)

    def _came[T: Show | Movie](self, item: T) -> T:
        self.state.changed(item.library)
        self.listeners.timeline(item, self.state.now(), PROCESSED)
        return item

    # What people do.

    def watch(self, person: Person, leaf: Leaf, at: int | None = None) -> None:
        """Play something to its end, at an epoch second (None: now)."""
        self.end(self.begin(person, leaf), at)

    def begin(self, person: Person, leaf: Leaf, offset: int = 0) -> Session:
        """Begin to play something, or go on from an offset in milliseconds."""
        self.state.last_session += 1
        session = Session(self.state.last_session, person, leaf, offset)
        self.state.sessions[session.key] = session
        self.listeners.playing(session, "playing")
        return session

    def end(self, session: Session, at: int | None = None, *, watched: bool = True) -> None:
        """Stop playing: at the end, or, not `watched`, early, at the session's offset."""
        moment = self.state.now() if at is None else at
        del self.state.sessions[session.key]
        if watched:
            self.state.views.watched(session.person, session.leaf, moment)
            number = len(self.state.history) + 1
            self.state.history.append(Play(number, session.person, session.leaf, moment))
        else:
            self.state.views.begun(session.person, session.leaf, moment, session.offset)
        self.listeners.playing(session, "stopped")

    def mark(self, person: Person, item: Item, at: int | None = None) -> None:
        """Mark something watched by hand, or a whole season or show."""
        self.marking.mark(person, item, at)

    def unmark(self, person: Person, item: Item) -> None:
        """Mark something unwatched by hand."""
        self.marking.unmark(person, item)

    def watched(self, person: Person, item: Item) -> dict[tuple[int, int], int]:
        """Return how often somebody has watched each episode, by season and number.

        Only those that were watched. A film is (0, 0).
        """
        views = self.state.views.of(person)
        out = {}
        for leaf in item.leaves():
            if (view := views.get(leaf.guid)) and view.count:
                place = (0, 0) if isinstance(leaf, Movie) else (leaf.season.number, leaf.number)
                out[place] = view.count
        return out
