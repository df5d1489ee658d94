"""The watchlist of a Plex account."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    CutShort,
    PlexIds,
    PlexWatchlist,
    WatchlistItem,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    InvalidAnswer,
    NotFound,
    Unreachable,
)
from custom_components.media_list_sync.engine.model import MediaType
from simulators.faults import Failure, Fault

from .plex_stub import CLIENT, TOKEN, PlexStub, container, in_pages, page

LIST = "GET /library/sections/watchlist/all"
MATCHES = "GET /library/metadata/matches"
ADD, REMOVE = "PUT /actions/addToWatchlist", "PUT /actions/removeFromWatchlist"


@pytest.fixture
async def discover(socket_enabled: None) -> AsyncIterator[PlexStub]:
    async with PlexStub() as service:
        service.answers |= {ADD: container(size=0), REMOVE: container(size=0)}
        yield service


@pytest.fixture
def client(discover: PlexStub, doorway: Callable) -> PlexWatchlist:
    return PlexWatchlist(doorway("plex"), discover.url, CLIENT, TOKEN)


def title(number: int, kind: str = "show", **more: Any) -> dict[str, Any]:
    key = f"5e16{number:08x}"
    return {
        "ratingKey": key,
        "guid": f"plex://{kind}/{key}",
        "type": kind,
        "title": f"Title {number}",
        **more,
    }


async def test_what_is_on_it(discover, client) -> None:
    film = title(1, "movie", year=1999, Guid=[{"id": "imdb://tt0133093"}, {"id": "tmdb://603"}])
    discover.answers[LIST] = in_pages([film, title(2, watchlistedAt=1_700_000_000)])

    assert await client.items() == (
        WatchlistItem(
            "5e1600000001",
            MediaType.MOVIE,
            "Title 1",
            1999,
            PlexIds("plex", plex="5e1600000001", imdb="tt0133093", tmdb=603),
        ),
        WatchlistItem(
            "5e1600000002",
            MediaType.SHOW,
            "Title 2",
            None,
            PlexIds("plex", plex="5e1600000002"),
            listed_at=1_700_000_000,
        ),
    )
    asked = parse_qs(discover.query())
    assert asked == {"includeGuids": ["1"], "sort": ["watchlistedAt:desc"]}
    assert discover.exchanges[0].headers["X-Plex-Token"] == TOKEN


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (100, 1), (101, 2), (250, 3)])
async def test_reads_all_pages(discover, client, count, requests) -> None:
    discover.answers[LIST] = in_pages([title(n) for n in range(count)])
    assert len(await client.items()) == count
    assert len(discover.exchanges) == requests
    assert {one.headers["X-Plex-Container-Size"] for one in discover.exchanges} == {"100"}


async def test_holes(discover, client) -> None:
    discover.answers[LIST] = container(size=2, totalSize=2, offset=0, Metadata=[title(1)])
    with pytest.raises(CutShort):
        await client.items()
    discover.answers[LIST] = in_pages([title(1, "artist")])
    with pytest.raises(InvalidAnswer, match="neither film nor show"):
        await client.items()


async def test_finds_a_title(discover, client) -> None:
    discover.answers[MATCHES] = container(size=2, Metadata=[title(1, "movie"), title(2)])

    found = await client.find(MediaType.SHOW, "tvdb://268592")

    assert found is not None
    assert found.key == "5e1600000002"
    asked = parse_qs(discover.query())
    assert asked == {"type": ["2"], "guid": ["tvdb://268592"], "includeGuids": ["1"]}
    discover.answers[MATCHES] = container(size=0)
    assert await client.find(MediaType.MOVIE, "tmdb://603") is None
    assert parse_qs(discover.query())["type"] == ["1"]


async def test_puts_on_it_and_takes_from_it(discover, client) -> None:
    await client.add("5e16")
    await client.remove("5e16")
    assert [(one.method, one.path) for one in discover.exchanges] == [
        ("PUT", "/actions/addToWatchlist?ratingKey=5e16"),
        ("PUT", "/actions/removeFromWatchlist?ratingKey=5e16"),
    ]


async def test_refusals(discover, client) -> None:
    for status, error in ((401, CredentialsRejected), (404, NotFound), (500, Unreachable)):

        def refuse(_: web.Request, status: int = status) -> web.Response:
            return web.json_response({"Error": {"message": "no"}}, status=status)

        discover.answers = dict.fromkeys((LIST, MATCHES, ADD, REMOVE), refuse)
        for call in (
            client.items(),
            client.find(MediaType.SHOW, "tvdb://1"),
            client.add("5e16"),
            client.remove("5e16"),
        ):
            with pytest.raises(error):
                await call
    discover.answers = dict.fromkeys((LIST, MATCHES, ADD), lambda _: page("<title>Hi</title>"))
    for call in (client.items(), client.find(MediaType.SHOW, "tvdb://1"), client.add("5e16")):
        with pytest.raises(InvalidAnswer, match="Hi"):
            await call


async def test_faults(discover, client) -> None:
    discover.answers[LIST] = in_pages([title(1)])
    discover.faults.add(Fault(Failure.CUT, times=1))
    assert len(await client.items()) == 1
    discover.faults.add(Fault(Failure.CUT_AFTER, times=1))
    with pytest.raises(Unreachable):
        await client.add("5e16")
    assert [one.method for one in discover.exchanges] == ["GET", "GET", "PUT"]
    discover.faults.add(Fault(Failure.TRUNCATE))
    with pytest.raises(InvalidAnswer):
        await client.items()
