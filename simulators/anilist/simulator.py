"""AniList, running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import json
from typing import TYPE_CHECKING, Any

from aiohttp import hdrs, web

from simulators.base import LOOPBACK, Simulator
from simulators.faults import HTML_PAGE

from .answers import Resolver, answer
from .clock import Clock
from .collection import collection
from .entries import Account, ListEntry
from .errors import RefusedError, not_found, unauthorized
from .limits import Bucket, RateLimit
from .media import AniListMedia
from .pages import Page, matching, media_fields
from .saving import Saving
from .signin import SignIn
from .state import State, Write
from .tokens import App, Tokens

if TYPE_CHECKING:
    import ssl

VIEWER = "viewer"

_CLOSED = "The AniList API has been temporarily disabled due to severe stability issues."


class AniListSimulator(Simulator):
    """AniList's GraphQL at `url` (`POST /`) and its site at `auth_url`, each on a port of its own.

    One account, "viewer", is there from the start. Times are in seconds.
    """

    name = "AniList"

    def __init__(
        self,
        media: Iterable[AniListMedia] = (),
        *,
        app: App | None = None,
        limit: RateLimit | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self.app = app or App()
        self.clock = clock or Clock()
        self.state = State(self.clock, media={each.id: each for each in media})
        self.auth_url = ""
        self.is_closed = False
        """Whether the API is shut, for everybody: as it is now and then for hours."""
        self.errors_in_200 = False
        """Whether what is refused is refused with HTTP 200."""
        self.keeps_the_rest = False
        """Whether what else a request asked for is answered beside what is refused."""
        self._tokens = Tokens(self.clock)
        self._signin = SignIn(self.app, self._tokens)
        self._bucket = Bucket(self.clock, limit or RateLimit())
        self._auth_runner: web.AppRunner | None = None
        self.add_user(VIEWER)

    def routes(self) -> list[web.RouteDef]:
        """Return the only route of the API's host."""
        return [web.post("/", self._graphql)]

    async def start(
        self, port: int = 0, ssl_context: ssl.SSLContext | None = None, *, auth_port: int = 0
    ) -> str:
        """Serve both hosts (0: on free ports) and return the address of the API."""
        await super().start(port, ssl_context)
        site = web.Application(middlewares=[self._middleware()])
        site.add_routes(self._signin.routes())
        self._auth_runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
        await self._auth_runner.setup()
        await web.TCPSite(self._auth_runner, LOOPBACK, auth_port, ssl_context=ssl_context).start()
        scheme = "https" if ssl_context else "http"
        self.auth_url = f"{scheme}://{LOOPBACK}:{self._auth_runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Stop serving both."""
        await super().stop()
        if self._auth_runner is not None:
            await self._auth_runner.cleanup()
            self._auth_runner = None

    # What tests and the demo do.

    @property
    def secrets(self) -> frozenset[str]:
        """Return the app's secret, and all tokens and codes that there ever were."""
        return frozenset({self.app.client_secret, *self._tokens.issued})

    @property
    def writes(self) -> list[Write]:
        """Return what was written over the API, the oldest first."""
        return self.state.writes

    @property
    def kept(self) -> tuple[State, Tokens]:
        """Return all that outlives a restart."""
        return self.state, self._tokens

    def go_on(self, kept: tuple[State, Tokens]) -> None:
        """Go on where another simulator was. This one must not run yet."""
        self.state, self._tokens = kept
        self.clock = self.state.clock
        self._signin = SignIn(self.app, self._tokens)

    def limit_requests(self, limit: RateLimit) -> None:
        """Set how many requests are taken from now on, and begin counting anew."""
        self._bucket = Bucket(self.clock, limit)

    def add_user(
        self,
        name: str,
        *,
        score_format: str = "POINT_100",
        private: bool = False,
        custom_lists: Iterable[str] = (),
    ) -> Account:
        """Make an account. A private one shows nothing of itself to others."""
        number = 5_000_001 + len(self.state.accounts)
        made = Account(number, name, score_format, private, custom_lists=list(custom_lists))
        self.state.accounts[number] = made
        return made

    def user(self, name: str = VIEWER) -> Account:
        """Return an account; its fields may be changed."""
        return next(each for each in self.state.accounts.values() if each.name == name)

    def delete_user(self, name: str) -> None:
        """Delete an account."""
        del self.state.accounts[self.user(name).id]

    def add_media(self, *media: AniListMedia) -> None:
        """Let anime exist, or be as they are now."""
        self.state.media.update((each.id, each) for each in media)

    def add_entry(
        self, user: str, media_id: int, status: str = "CURRENT", **values: Any
    ) -> ListEntry:
        """Put an anime on a list. `values` are fields of `ListEntry`."""
        owner = self.user(user)
        entry = self.state.new_entry(owner, self.state.media[media_id], status)
        return self._set(entry, values)

    def change_entry(self, user: str, media_id: int, **values: Any) -> ListEntry:
        """Change an entry, as the person does on the site."""
        entry = self.user(user).entries[media_id]
        entry.updated_at = self.clock.stamp()
        return self._set(entry, values)

    def remove_entry(self, user: str, media_id: int) -> None:
        """Take an anime from a list."""
        del self.user(user).entries[media_id]

    def sign_in(self, user: str = VIEWER) -> str:
        """Return a token of an account, without the way over the site."""
        return self._tokens.issue(self.user(user), self.app)

    def approve(self, user: str = VIEWER) -> None:
        """Let the app in, as this person, whenever it asks from now on."""
        self._signin.decision = self.user(user)

    def deny(self) -> None:
        """Refuse the app, whenever it asks from now on."""
        self._signin.decision = False

    def revoke_all(self) -> None:
        """End all tokens."""
        self._tokens.revoke_all()

    @staticmethod
    def _set(entry: ListEntry, values: Mapping[str, Any]) -> ListEntry:
        for name, value in values.items():
            setattr(entry, name, value)
        return entry

    # What the service does.

    async def _graphql(self, request: web.Request) -> web.Response:
        if refusal := self._bucket.take():
            return refusal
        try:
            self._let_in(request)
            viewer = self._viewer(request)
        except RefusedError as refused:
            return self._told(refused.status, refused.as_body())
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        saving = Saving(self.state, viewer)
        status, told = answer(
            body,
            self._queries(viewer),
            {
                "SaveMediaListEntry": saving.save,
                "UpdateMediaListEntries": saving.update,
                "DeleteMediaListEntry": saving.delete,
            },
            keeps_the_rest=self.keeps_the_rest,
        )
        return self._told(status, told)

    def _let_in(self, request: web.Request) -> None:
        # Without a Referer it speaks of stability, whatever the API's state.
        if self.is_closed or not request.headers.get(hdrs.REFERER):
            raise RefusedError(403, _CLOSED)
        if not request.headers.get(hdrs.USER_AGENT):
            raise web.HTTPForbidden(text=HTML_PAGE, content_type="text/html")
        if request.content_type != "application/json":
            raise RefusedError(400, "No query or mutation provided.")

    def _viewer(self, request: web.Request) -> Account | None:
        given = request.headers.get(hdrs.AUTHORIZATION)
        if given is None:
            return None
        scheme, _, token = given.partition(" ")
        owner = self._tokens.owner(token) if scheme == "Bearer" else None
        # Refused even where none is needed.
        if owner is None or owner.id not in self.state.accounts:
            raise RefusedError(400, "Invalid token")
        return owner

    def _told(self, status: int, body: object) -> web.Response:
        return web.Response(
            text=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            status=200 if self.errors_in_200 else status,
            content_type="application/json",
            headers=self._bucket.headers,
        )

    def _queries(self, viewer: Account | None) -> dict[str, Resolver]:
        state = self.state

        def owner(arguments: Mapping[str, Any], of: str, name: str) -> Account:
            return state.account(viewer, arguments.get(of), arguments.get(name))

        def own(_: Mapping[str, Any]) -> object:
            if viewer is None:
                raise unauthorized()
            return viewer.fields(viewer)

        def media(arguments: Mapping[str, Any]) -> object:
            found = list(state.media.values())
            if (words := arguments.get("search")) is not None:
                found = matching(found, words)
            for each in found:
                if arguments.get("id") in (None, each.id) and arguments.get("idMal") in (
                    None,
                    each.mal,
                ):
                    return media_fields(state, each, viewer)
            raise not_found()

        return {
            "Viewer": own,
            "User": lambda given: owner(given, "id", "name").fields(viewer),
            "Media": media,
            "MediaListCollection": lambda given: collection(
                state, owner(given, "userId", "userName"), viewer, given
            ),
            "Page": lambda given: Page(state, viewer, given).fields(),
        }
