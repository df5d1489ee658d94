"""plex.tv: linking a device, who one is, which servers there are, who lives in the home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .doorman import CLIENT, NO_CLIENT, NO_CODE, NO_PIN, NO_USER, VIEWER, refusal
from .markup import account_answer, container
from .profiles import member_fields, user_fields
from .resources import RELAY, player_fields, server_fields

if TYPE_CHECKING:
    from .people import Person
    from .server import PlexServerSimulator
    from .state import State

OPEN_PATH = "/api/v2/pins"


class Account:
    """Answers on plex.tv (and clients.plex.tv, which is the same)."""

    def __init__(self, state: State, server: PlexServerSimulator) -> None:
        self._state = state
        self._server = server
        self.old_speaks_json = False
        """Whether `/api/home/users` heeds `Accept`. As far as is known it answers XML to all."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post(OPEN_PATH, self.new_pin),
            web.put(f"{OPEN_PATH}/link", self.link_pin),
            web.get(rf"{OPEN_PATH}/{{number:\d+}}", self.pin),
            web.get("/api/v2/user", self.user),
            web.get("/api/v2/resources", self.resources),
            web.get(r"/api/home/users{end:/?}", self.home),
            web.post("/api/home/users/{user}/switch", self.switch),
            web.get(r"/api/v2/home/users{end:/?}", self.home),
            web.post("/api/v2/home/users/{user}/switch", self.switch),
        ]

    async def new_pin(self, request: web.Request) -> web.Response:
        """Give out a code to a client that names itself."""
        client = _header(request, CLIENT)
        if not client:
            return refusal(request, NO_CLIENT)
        strong = request.query.get("strong", "").lower() in ("true", "1")
        product = _header(request, "X-Plex-Product") or "0"
        pin = self._state.pins.new(client, product, strong=strong)
        return account_answer(request, "pin", pin.fields(self._state.clock.now()), 201)

    async def pin(self, request: web.Request) -> web.Response:
        """Tell how it stands with a code, to the client that it was given to."""
        client = _header(request, CLIENT)
        if not client:
            return refusal(request, NO_CLIENT)
        pin = self._state.pins.of(int(request.match_info["number"]), client)
        if pin is None:
            return refusal(request, NO_CODE)
        return account_answer(request, "pin", pin.fields(self._state.clock.now()))

    async def link_pin(self, request: web.Request) -> web.Response:
        """Link a device, as plex.tv/link does for who is signed in there."""
        viewer: Person | None = request.get(VIEWER)
        if viewer is None:
            return refusal(request, NO_USER)
        form = await request.post()
        try:
            self._state.pins.link(str(form.get("code", "")), viewer)
        except KeyError:
            return refusal(request, NO_CODE)
        return web.Response(status=204)

    async def user(self, request: web.Request) -> web.Response:
        """Tell who asks."""
        if not _header(request, CLIENT):
            return refusal(request, NO_CLIENT)
        return account_answer(
            request, "user", user_fields(request[VIEWER], _token(request), len(self._state.people))
        )

    async def resources(self, request: web.Request) -> web.Response:
        """List the servers and players of who asks, with the ways to each."""
        if not _header(request, CLIENT):
            return refusal(request, NO_CLIENT)
        person = request[VIEWER]
        ways = dict(self._server.ways)
        if request.query.get("includeRelay") != "1":
            ways.pop(RELAY, None)
        server = server_fields(self._state, person, ways, present=bool(self._server.ways))
        return account_answer(request, "resources", [player_fields(person), server])

    async def home(self, request: web.Request) -> web.Response:
        """List who lives in the home."""
        people = self._state.people
        owner = people.owner
        if request.path.startswith("/api/v2/"):
            body = {
                "id": 1,
                "name": f"{owner.title}'s home",
                "guestUserID": None,
                "guestUserUUID": "",
                "guestEnabled": False,
                "subscription": True,
                "users": [member_fields(one) for one in people],
            }
            return account_answer(request, "home", body)
        rows = [
            {key: "" if value is None else value for key, value in member_fields(one).items()}
            for one in people
        ]
        tree = {
            "friendlyName": "myPlex",
            "identifier": "com.plexapp.plugins.myplex",
            "machineIdentifier": self._state.machine,
            "totalSize": len(rows),
            "size": len(rows),
            "User": rows,
        }
        return container(self._as_old(request), tree)

    async def switch(self, request: web.Request) -> web.Response:
        """Sign in as somebody else of the home, with their PIN where they have one."""
        if not _header(request, CLIENT):
            return refusal(request, NO_CLIENT)
        wanted = request.match_info["user"]
        new = request.path.startswith("/api/v2/")
        person = next(
            (
                one
                for one in self._state.people
                if wanted == str(one.id) or (new and wanted == one.uuid)
            ),
            None,
        )
        if person is None:
            raise web.HTTPNotFound
        if person.pin is not None and request.query.get("pin") != person.pin:
            return refusal(self._as_old(request) if not new else request, NO_PIN)
        token = person.sign_in()
        body = user_fields(person, token, len(self._state.people))
        if new:
            return account_answer(request, "user", body, 201)
        old = {**body, "authenticationToken": token}
        return account_answer(self._as_old(request), "user", old, 201)

    def _as_old(self, request: web.Request) -> web.Request:
        if self.old_speaks_json:
            return request
        return request.clone(headers={**request.headers, "Accept": "application/xml"})


def _header(request: web.Request, name: str) -> str:
    return request.headers.get(name) or request.query.get(name, "")


def _token(request: web.Request) -> str:
    return _header(request, "X-Plex-Token")
