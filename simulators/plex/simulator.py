"""Plex as a whole: plex.tv, discover and one media server, each on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from simulators.base import LOOPBACK, Simulator
from simulators.trakt import Clock

from .account import OPEN_PATH, Account
from .discover import Discover, OnlineTitle
from .doorman import account_doorman
from .items import MOVIE, SHOW, own_guid
from .pins import Pins
from .server import PlexServerSimulator
from .state import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    import ssl

    from .items import Movie, Show
    from .people import Person


class PlexSimulator(Simulator):
    """plex.tv at `url`, discover at `discover_url`, the media server at `server.url`.

    Requests and faults of plex.tv and discover are kept together, those of the server apart, at
    `server`. The owner lives here from the start.
    """

    name = "Plex"

    def __init__(
        self, *, owner: str = "Owner", server: str = "Living Room", clock: Clock | None = None
    ) -> None:
        super().__init__()
        started = clock or Clock()
        self.go_on(State(started, Pins(started), server))
        self.add_user(owner)
        self.discover_url = ""
        self.tokens_in_addresses: list[str] = []
        """Paths of requests that carried a token in the address, where logs would keep it."""
        self._discover_runner: web.AppRunner | None = None

    def go_on(self, state: State) -> None:
        """Go on from a state, such as another simulator had. This one must not run yet."""
        self.state = state
        self.clock = state.clock
        self.server = PlexServerSimulator(state)
        self.account = Account(state, self.server)

    @property
    def owner(self) -> Person:
        """Return who owns the server."""
        return self.state.people.owner

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of plex.tv."""
        return self.account.routes()

    def application(self) -> web.Application:
        """Return the application of plex.tv."""
        app = super().application()
        app.middlewares.append(
            account_doorman(
                self.state.people.of_account, self.tokens_in_addresses.append, open_path=OPEN_PATH
            )
        )
        return app

    def discover_application(self) -> web.Application:
        """Return the application of the discover host."""
        doorman = account_doorman(self.state.people.of_account, self.tokens_in_addresses.append)
        app = web.Application(middlewares=[self._middleware(), doorman])
        app.add_routes(Discover(self.state).routes())
        return app

    async def start(
        self,
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
        *,
        server_port: int = 0,
        discover_port: int = 0,
    ) -> str:
        """Serve all three (0: on free ports) and return the address of plex.tv."""
        await super().start(port, ssl_context)
        await self.server.start(server_port, ssl_context)
        self._discover_runner = web.AppRunner(
            self.discover_application(), access_log=None, shutdown_timeout=1
        )
        await self._discover_runner.setup()
        site = web.TCPSite(self._discover_runner, LOOPBACK, discover_port, ssl_context=ssl_context)
        await site.start()
        scheme = "https" if ssl_context else "http"
        self.discover_url = f"{scheme}://{LOOPBACK}:{self._discover_runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Stop serving all three."""
        await self.server.stop()
        await super().stop()
        if self._discover_runner is not None:
            await self._discover_runner.cleanup()
            self._discover_runner = None

    # People.

    @property
    def secrets(self) -> frozenset[str]:
        """Return all tokens and codes that there ever were, and the PINs of the home."""
        return frozenset(self.state.people.secrets | self.state.pins.issued)

    def add_user(self, title: str, *, restricted: bool = False, pin: str | None = None) -> Person:
        """Let somebody into the home: managed, where `restricted`; with a PIN of four digits."""
        return self.state.people.add(title, restricted=restricted, pin=pin)

    def sign_in(self, person: Person | None = None) -> str:
        """Return a token of an account (None: the owner's), without the way through a code."""
        return (person or self.owner).sign_in()

    def link(self, code: str, person: Person | None = None) -> None:
        """Link the device that waits with this code, as this person (None: the owner)."""
        self.state.pins.link(code, person or self.owner)

    def expire_codes(self) -> None:
        """Let the time of all codes run out."""
        self.state.pins.expire()

    def revoke(self, person: Person | None = None) -> None:
        """End all tokens of a person (None: the owner), at plex.tv and at the server."""
        (person or self.owner).revoke()

    # Discover.

    def know(
        self, title: str, kind: str, *, guids: Iterable[str] = (), year: int = 2015
    ) -> OnlineTitle:
        """Let discover know a film or show that is in no library."""
        ids = tuple(guids)
        key = own_guid(kind, ids, title).rsplit("/", 1)[-1]
        found = OnlineTitle(key, MOVIE if kind == "movie" else SHOW, title, year, ids)
        self.state.online[key] = found
        return found

    def watchlist(self, person: Person | None = None) -> list[str]:
        """Return the titles on somebody's watchlist, in the order in which they came."""
        return [self.state.online[key].title for key in (person or self.owner).watchlist]

    def add_to_watchlist(
        self, item: OnlineTitle | Movie | Show, person: Person | None = None
    ) -> None:
        """Put a title on somebody's watchlist."""
        key = item.guid.rsplit("/", 1)[-1]
        (person or self.owner).watchlist.setdefault(self.state.online[key].key, self.state.now())
