"""The service itself, on two hosts, and what tests and the demo do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from simulators.base import LOOPBACK, Simulator

from .accounts import Account
from .app import App
from .charts import chart_routes, default_charts
from .clock import Clock
from .demands import api_demands, signin_demands
from .devices import Devices
from .history import history_routes
from .limits import Bucket, GetLimit, Wall, WriteLimit
from .lists import TraktList, free_slug
from .looking import looking_routes
from .progress import progress_routes
from .ratings import ratings_routes
from .reading import reading_routes
from .signin import signin_routes
from .state import State
from .titles import Titles
from .tokens import Tokens
from .viewing import VIEWER, Viewing
from .wanting import wanting_routes
from .watched import watched_routes

if TYPE_CHECKING:
    from collections.abc import Iterable
    import ssl

    from simulators.catalog import CatalogTitle

    from .state import Listable
    from .tokens import TokenPair


class TraktSimulator(Viewing, Simulator):
    """Trakt's API at `api_url` and its sign-in at `auth_url`, each on a port of its own.

    As with the real hosts, neither answers the calls of the other. One account, "viewer", is there
    from the start. Times are in seconds.
    """

    name = "Trakt"

    def __init__(
        self,
        catalog: Iterable[CatalogTitle] = (),
        *,
        app: App | None = None,
        token_lifetime: int = 7 * 24 * 3600,
        code_lifetime: int = 600,
        interval: int = 5,
        get_limit: GetLimit | None = None,
        write_interval: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        titles = list(catalog)
        self.app = app or App()
        self.clock = clock or Clock()
        self.auth_url = ""
        self.state = State(
            app=self.app,
            clock=self.clock,
            tokens=Tokens(self.clock, token_lifetime),
            devices=Devices(self.clock, code_lifetime, interval),
            bucket=Bucket(self.clock, get_limit or GetLimit()),
            writes=WriteLimit(self.clock, write_interval),
            titles=Titles(titles),
            charts=default_charts(titles),
        )
        self._auth_runner: web.AppRunner | None = None
        self.add_user(VIEWER)

    @property
    def api_url(self) -> str:
        """Return the address of the API, which is `url` too."""
        return self.url

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the API host."""
        makers = (
            reading_routes,
            chart_routes,
            history_routes,
            progress_routes,
            watched_routes,
            ratings_routes,
            wanting_routes,
            looking_routes,
        )
        return [route for make in makers for route in make(self.state)]

    def application(self) -> web.Application:
        """Return the application of the API host."""
        app = super().application()
        app.middlewares.append(api_demands(self.state))
        return app

    def signin_application(self) -> web.Application:
        """Return the application of the sign-in host. Requests and faults are kept with the API's."""
        app = web.Application(middlewares=[self._middleware(), signin_demands()])
        app.add_routes(signin_routes(self.state))
        return app

    async def start(
        self, port: int = 0, ssl_context: ssl.SSLContext | None = None, *, auth_port: int = 0
    ) -> str:
        """Serve both hosts (0: on free ports) and return the address of the API."""
        await super().start(port, ssl_context)
        self._auth_runner = web.AppRunner(
            self.signin_application(), access_log=None, shutdown_timeout=1
        )
        await self._auth_runner.setup()
        await web.TCPSite(self._auth_runner, LOOPBACK, auth_port, ssl_context=ssl_context).start()
        scheme = "https" if ssl_context else "http"
        self.auth_url = f"{scheme}://{LOOPBACK}:{self._auth_runner.addresses[0][1]}"
        return self.api_url

    async def stop(self) -> None:
        """Stop serving both."""
        await super().stop()
        if self._auth_runner is not None:
            await self._auth_runner.cleanup()
            self._auth_runner = None

    # Accounts and signing in.

    @property
    def secrets(self) -> frozenset[str]:
        """Return the app's secret, and all tokens and codes that there ever were."""
        state = self.state
        return frozenset({self.app.client_secret, *state.tokens.issued, *state.devices.issued})

    def add_user(
        self, slug: str, *, username: str | None = None, private: bool = False, vip: bool = False
    ) -> Account:
        """Make an account. A private one shows nothing of itself to others."""
        number = len(self.state.accounts) + 1
        account = Account(slug, number, username or slug, private=private, vip=vip)
        self.state.accounts[slug] = account
        return account

    def sign_in(self, user: str = VIEWER) -> TokenPair:
        """Return tokens of an account, without the way through a device code."""
        return self.state.tokens.issue(self.user(user))

    def approve(self, user_code: str, user: str = VIEWER) -> None:
        """Allow a device in, as this person."""
        self.state.devices.approve(user_code, self.user(user))

    def deny(self, user_code: str) -> None:
        """Refuse a device."""
        self.state.devices.deny(user_code)

    def expire_codes(self) -> None:
        """Let the time of all device codes run out."""
        self.state.devices.expire()

    def expire_tokens(self) -> None:
        """Let all access tokens run out; refresh tokens still work."""
        self.state.tokens.expire()

    def revoke_all(self) -> None:
        """End all access and refresh tokens."""
        self.state.tokens.revoke_all()

    def delete_app(self) -> None:
        """Delete the app, as Trakt did with those of free accounts: everything is refused."""
        self.state.app = None

    # Refusals.

    def lock(self, user: str = VIEWER) -> None:
        """Lock an account: 423, whatever it asks."""
        self.user(user).locked = True

    def require_vip(self, path: str = "") -> None:
        """Answer 426 to who is signed in without VIP, on paths in which this pattern is found."""
        self.state.walls.append(Wall(path, 426, {"X-VIP-Only": "true"}, spares_vip=True))

    def reach_account_limit(self, path: str = "", limit: int = 250) -> None:
        """Answer 420 to who is signed in, on paths in which this pattern is found."""
        self.state.walls.append(Wall(path, 420, {"X-Account-Limit": str(limit)}))

    def lift_refusals(self) -> None:
        """Undo `require_vip` and `reach_account_limit`."""
        self.state.walls.clear()

    def limit_reads(self, limit: GetLimit) -> None:
        """Set how many reads are allowed from now on, and begin counting anew."""
        self.state.bucket = Bucket(self.clock, limit)

    def limit_writes(self, seconds: float) -> None:
        """Set how long a person has to wait between two writes; 0: not at all."""
        self.state.writes = WriteLimit(self.clock, seconds)

    # Lists.

    def add_list(
        self,
        user: str,
        name: str,
        items: Iterable[Listable] = (),
        *,
        privacy: str = "public",
    ) -> TraktList:
        """Make a list. Items are titles, or `Entry` and `Person`; none stands on a list twice."""
        owner = self.user(user)
        number = next(self.state.list_numbers)
        taken = {found.slug for found in self.state.lists_of(owner)}
        moment = self.clock.stamp()
        made = TraktList(
            number, name, free_slug(name, number, taken), owner, moment, moment, privacy
        )
        self.state.lists[number] = made
        self.state.extend(made.items, items)
        self._changed(made)
        return made

    def add_items(self, changed: TraktList, items: Iterable[Listable]) -> None:
        """Put items at the end of a list."""
        self.state.extend(changed.items, items)
        self._changed(changed)

    def remove_items(self, changed: TraktList, items: Iterable[Listable]) -> None:
        """Take items from a list."""
        self.state.reduce(changed.items, items)
        self._changed(changed)

    def rename_list(self, changed: TraktList, name: str) -> None:
        """Give a list another name, and with it another slug. Its number stays."""
        taken = {found.slug for found in self.state.lists_of(changed.owner) if found is not changed}
        changed.name = name
        changed.slug = free_slug(name, changed.number, taken)
        self._changed(changed)

    def set_privacy(self, changed: TraktList, privacy: str) -> None:
        """Make a list public, or private, or for friends, or for who has its link."""
        changed.privacy = privacy
        self._changed(changed)

    def delete_list(self, deleted: TraktList) -> None:
        """Delete a list."""
        del self.state.lists[deleted.number]
        deleted.owner.activities.list_changed(self.clock.stamp())

    def read_empty_once(self, shown: TraktList) -> None:
        """Answer the next read of a list's items with none, without an error and for no reason."""
        shown.reads_empty += 1

    def add_to_watchlist(self, items: Iterable[Listable], user: str = VIEWER) -> None:
        """Put items at the end of a person's watchlist."""
        account = self.user(user)
        kinds = self.state.extend(account.watchlist, items)
        account.activities.watchlist_changed(self.clock.stamp(), kinds)

    def remove_from_watchlist(self, items: Iterable[Listable], user: str = VIEWER) -> None:
        """Take items from a person's watchlist."""
        account = self.user(user)
        kinds = self.state.reduce(account.watchlist, items)
        account.activities.watchlist_changed(self.clock.stamp(), kinds)

    def set_chart(self, media: str, chart: str, titles: Iterable[CatalogTitle]) -> None:
        """Set what is on a chart, such as ("shows", "trending"), for all its periods."""
        if (media, chart) not in self.state.charts:
            raise ValueError(f"there is no chart {media}/{chart}")
        self.state.charts[media, chart] = list(titles)

    def _changed(self, changed: TraktList) -> None:
        changed.updated = self.clock.stamp()
        changed.owner.activities.list_changed(changed.updated)
