"""A Plex that answers what it is told to: for answers that a well-behaved one never gives."""

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from custom_components.media_list_sync.engine.clients.plex import PlexSection
from custom_components.media_list_sync.engine.model import MediaType
from simulators.base import Simulator

type Handler = Callable[[web.Request], web.StreamResponse]

CLIENT = "a-client-that-stays-the-same"
TOKEN = "t0ken-0f-s0mebody"
SHOWS = PlexSection("2", MediaType.SHOW)
MOVIES = PlexSection("1", MediaType.MOVIE)
ALL_SHOWS = "GET /library/sections/2/all"
ALL_MOVIES = "GET /library/sections/1/all"

UNAUTHORIZED = (
    "<html><head><title>Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>"
)
NOT_FOUND = "<html><head><title>Not Found</title></head><body><h1>404 Not Found</h1></body></html>"


class PlexStub(Simulator):
    """Answers by method and path, otherwise like a media server: with a page, 404."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Handler | object] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._answer)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        answer = self.answers.get(f"{request.method} {request.path}")
        if answer is None:
            return page(NOT_FOUND, 404)
        return answer(request) if callable(answer) else web.json_response(answer)

    def query(self, index: int = -1) -> str:
        """Return the query of a request that came, as it came."""
        return self.exchanges[index].path.partition("?")[2]


def page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


def container(**fields: Any) -> dict[str, Any]:
    return {"MediaContainer": fields}


def in_pages(rows: Sequence[dict[str, Any]], largest: int | None = None) -> Handler:
    """Return what answers with the window of the rows that is asked for."""

    def answer(request: web.Request) -> web.Response:
        start = int(request.headers["X-Plex-Container-Start"])
        size = int(request.headers["X-Plex-Container-Size"])
        some = list(rows[start : start + min(size, largest or size)])
        fields: dict[str, Any] = {"size": len(some), "totalSize": len(rows), "offset": start}
        return web.json_response(container(**fields, **({"Metadata": some} if some else {})))

    return answer


def one_after_the_other(*answers: Handler | object) -> Handler:
    """Return what gives these answers, one a request."""
    left = list(answers)

    def answer(request: web.Request) -> web.StreamResponse:
        now = left.pop(0)
        return now(request) if callable(now) else web.json_response(now)

    return answer


def episode(number: int, **more: Any) -> dict[str, Any]:
    """Return an episode as a server has it that trims nothing but what it can."""
    show = 1 + number // 100
    return {
        "ratingKey": str(10_000 + number),
        "parentRatingKey": str(5_000 + number // 10),
        "grandparentRatingKey": str(show),
        "type": "episode",
        "parentIndex": 1 + number // 10 % 10,
        "index": 1 + number % 10,
        **more,
    }
