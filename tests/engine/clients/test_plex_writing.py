"""Marking and rating on a Plex media server."""

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.plex import PlexServer
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)
from simulators.faults import Failure, Fault

from .plex_stub import CLIENT, NOT_FOUND, TOKEN, UNAUTHORIZED, PlexStub, page

type Write = Callable[[PlexServer], Awaitable[None]]

LIBRARY = "identifier=com.plexapp.plugins.library"
WRITES: list[tuple[Write, str]] = [
    (lambda client: client.mark_watched("90"), f"/:/scrobble?{LIBRARY}&key=90"),
    (lambda client: client.mark_unwatched("90"), f"/:/unscrobble?{LIBRARY}&key=90"),
    (lambda client: client.rate("90", 8.5), f"/:/rate?{LIBRARY}&key=90&rating=8.5"),
    (lambda client: client.rate("90", 10), f"/:/rate?{LIBRARY}&key=90&rating=10"),
    (lambda client: client.rate("90", 0), f"/:/rate?{LIBRARY}&key=90&rating=0"),
    (lambda client: client.rate("90", None), f"/:/rate?{LIBRARY}&key=90&rating=-1"),
]
PATHS = ("PUT /:/scrobble", "PUT /:/unscrobble", "PUT /:/rate")


@pytest.fixture
async def plex(socket_enabled: None) -> AsyncIterator[PlexStub]:
    async with PlexStub() as service:
        service.answers = dict.fromkeys(PATHS, lambda _: page(""))
        yield service


@pytest.fixture
def client(plex: PlexStub, doorway: Callable) -> PlexServer:
    return PlexServer(doorway("plex"), plex.url, CLIENT, TOKEN)


@pytest.mark.parametrize(("write", "path"), WRITES)
async def test_writes(plex, client, write, path) -> None:
    await write(client)
    (sent,) = plex.exchanges
    assert (sent.method, sent.path, sent.body) == ("PUT", path, b"")
    assert sent.headers["X-Plex-Token"] == TOKEN


async def test_a_key_that_is_no_number(plex, client) -> None:
    await client.mark_watched("a/b&c")
    assert plex.exchanges[0].path.endswith("&key=a%2Fb%26c")


@pytest.mark.parametrize("rating", [-1, 10.1, float("nan")])
async def test_a_rating_out_of_range_is_never_sent(plex, client, rating) -> None:
    with pytest.raises(ValueError, match="from 0 to 10"):
        await client.rate("90", rating)
    assert plex.exchanges == []


@pytest.mark.parametrize(("write", "path"), WRITES[:3])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: page(UNAUTHORIZED, 401), CredentialsRejected),
        (lambda _: page("<title>Forbidden</title>", 403), Forbidden),
        (lambda _: page(NOT_FOUND, 404), NotFound),
        (lambda _: page("<title>Bad Request</title>", 400), Refused),
        (lambda _: page("<title>Internal Server Error</title>", 500), Unreachable),
        (lambda _: page("<title>Sign in</title>"), InvalidAnswer),
        (lambda _: web.Response(status=302), InvalidAnswer),
    ],
)
async def test_refusals(plex, client, write, path, answer, error) -> None:
    plex.answers = dict.fromkeys(PATHS, answer)
    with pytest.raises(ServiceError) as raised:
        await write(client)
    assert type(raised.value) is error


@pytest.mark.parametrize(("write", "path"), WRITES[:3])
@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER])
async def test_nothing_is_written_twice(plex, client, write, path, failure) -> None:
    plex.faults.add(Fault(failure, times=1))
    with pytest.raises(Unreachable) as error:
        await write(client)
    assert error.value.sent
    assert len(plex.exchanges) == 1


async def test_a_limit_is_not_waited_out(plex, client) -> None:
    plex.faults.add(Fault(Failure.STATUS, status=503, times=1))
    with pytest.raises(Unreachable):
        await client.mark_watched("90")
    assert len(plex.exchanges) == 1
