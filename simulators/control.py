"""What a person does to the services, by HTTP: for the demo, and for whoever plays with it.

- `GET /state`: all that the services know, and what they were asked
- `POST /trakt/approve` `{"code": "1A2B3C4D"}`: allow a device in
- `POST /seerr/available` `{}`: all that is on its way arrives; `{"imdb": "tt…", "seasons": [1]}`
- `POST /seerr/approve` `{"request": 7}`, and likewise `/seerr/decline`
- `POST /seerr/delete` `{"imdb": "tt…"}`: somebody deletes a title from the library
- `POST /lists` `{"list": "film_night", "add": ["tt…"], "remove": ["tt…"]}`; the lists are
  film_night, kids, evenings, reference, watchlist
- `POST /plex/link` `{"code": "AB12"}`: link a device
- `POST /plex/watch` `{"title": "Toradora!", "season": 1, "episode": 3}`: play it to its end, and
  likewise `/plex/mark` and `/plex/unmark`, by hand; a film is season 0, episode 0
- `POST /anilist/watch` `{"anime": 154587, "progress": 21}`: change the list
- `POST /anilist/approve` `{}`: let the app in when it asks, and from then on; as somebody else:
  `{"user": "viewer"}`
- `POST /anilist/revoke` `{}`: end all sign-ins, as a person does in the settings of AniList
- `POST /fail` `{"service": "seerr", "failure": "status", "status": 503}`; `{}`: all is well
"""

from __future__ import annotations

from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import household as home
from .base import LOOPBACK
from .faults import Failure, Fault
from .seerr import MediaStatus
from .state import of_world
from .titles import title_by_imdb
from .watching import ANILIST_USER
from .world import TRAKT_USER, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.typedefs import Handler

type Body = dict[str, Any]


class Control:
    """The endpoint, on a port of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Serve (0: on a free port), and return the address."""
        app = web.Application(middlewares=[_told_plainly])
        app.add_routes(
            [
                web.get("/state", self._state),
                *(web.post(path, _taking(do)) for path, do in self._deeds().items()),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, port).start()
        return f"http://{LOOPBACK}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _deeds(self) -> Mapping[str, Callable[[Body], None]]:
        watching = self._world.watching
        return {
            "/trakt/approve": self._approve_device,
            "/seerr/available": self._make_available,
            "/seerr/approve": lambda body: self._world.seerr.approve(body["request"]),
            "/seerr/decline": lambda body: self._world.seerr.decline(body["request"]),
            "/seerr/delete": self._delete,
            "/lists": self._change_list,
            "/plex/link": lambda body: watching.plex.link(body["code"]),
            "/plex/watch": lambda body: watching.watch_on_plex(*_episode(body)),
            "/plex/mark": lambda body: watching.mark_on_plex(*_episode(body)),
            "/plex/unmark": lambda body: watching.unmark_on_plex(*_episode(body)),
            "/anilist/watch": lambda body: watching.watch_on_anilist(
                body["anime"], body["progress"]
            ),
            "/anilist/approve": lambda body: watching.anilist.approve(
                body.get("user", ANILIST_USER)
            ),
            "/anilist/revoke": lambda _body: watching.anilist.revoke_all(),
            "/fail": self._fail,
        }

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response(of_world(self._world))

    def _approve_device(self, body: Body) -> None:
        self._world.trakt.approve(body["code"], body.get("user", TRAKT_USER))

    def _make_available(self, body: Body) -> None:
        seerr = self._world.seerr
        if "imdb" in body:
            title = title_by_imdb(body["imdb"])
            seerr.make_available(title.tmdb, title.is_show, body.get("seasons"))
            return
        for request in seerr.requests:
            row = seerr.media_of(request.tmdb, request.is_show)
            if row is not None and row.state(request.is4k) == MediaStatus.PROCESSING:
                seasons = request.season_numbers or None
                seerr.make_available(request.tmdb, request.is_show, seasons, request.is4k)

    def _delete(self, body: Body) -> None:
        title = title_by_imdb(body["imdb"])
        self._world.seerr.delete_media(title.tmdb, title.is_show)

    def _change_list(self, body: Body) -> None:
        name, additions, removals = body["list"], body.get("add", ()), body.get("remove", ())
        imdb, trakt = self._world.imdb, self._world.trakt
        if name in ("film_night", "kids"):
            kids = imdb.watchlist_of(home.KIDS_WATCHLIST).list_id
            list_id = home.FILM_NIGHT if name == "film_night" else kids
            imdb.add_titles(list_id, additions)
            for removal in removals:
                imdb.remove_title(list_id, removal)
            return
        coming = [title_by_imdb(imdb_id) for imdb_id in additions]
        going = [title_by_imdb(imdb_id) for imdb_id in removals]
        if name == "watchlist":
            trakt.add_to_watchlist(coming, TRAKT_USER)
            trakt.remove_from_watchlist(going, TRAKT_USER)
            return
        changed = self._world.trakt_list(
            {"evenings": home.EVENINGS, "reference": home.REFERENCE}[name]
        )
        trakt.add_items(changed, coming)
        trakt.remove_items(changed, going)

    def _fail(self, body: Body) -> None:
        services = self._world.services
        if not body:
            for service in services.values():
                service.faults.clear()
            return
        told = dict(body)
        faults = services[told.pop("service")].faults
        faults.add(Fault(Failure(told.pop("failure")), **told))


def _episode(body: Body) -> tuple[str, int, int]:
    return body["title"], body["season"], body["episode"]


def _taking(do: Callable[[Body], None]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        do(body)
        return web.json_response({"done": True})

    return handle


@web.middleware
async def _told_plainly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a mistake in what was asked with what the mistake is."""
    try:
        return await handler(request)
    except (KeyError, LookupError, ValueError, TypeError, JSONDecodeError) as error:
        words = f"{type(error).__name__}: {error}"
        return web.json_response({"error": words}, status=400)
