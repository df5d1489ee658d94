"""Reading the libraries of a Plex media server."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    ChangedWhileRead,
    CutShort,
    PlexEpisode,
    PlexIdentity,
    PlexIds,
    PlexMovie,
    PlexSeason,
    PlexSection,
    PlexServer,
    PlexShow,
)
from custom_components.media_list_sync.engine.clients.plex.server import FIRST, MOST
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)
from custom_components.media_list_sync.engine.model import MediaType
from simulators.faults import Failure, Fault

from .plex_stub import (
    ALL_MOVIES,
    ALL_SHOWS,
    CLIENT,
    MOVIES,
    NOT_FOUND,
    SHOWS,
    TOKEN,
    UNAUTHORIZED,
    PlexStub,
    container,
    episode,
    in_pages,
    one_after_the_other,
    page,
)


@pytest.fixture
async def plex(socket_enabled: None) -> AsyncIterator[PlexStub]:
    async with PlexStub() as service:
        yield service


@pytest.fixture
def client(plex: PlexStub, doorway: Callable) -> PlexServer:
    return PlexServer(doorway("plex"), f"{plex.url}/", CLIENT, TOKEN)


async def all_episodes(client: PlexServer) -> list[PlexEpisode]:
    return [row async for rows in client.episodes(SHOWS) for row in rows]


async def test_which_server_it_is(plex, client) -> None:
    plex.answers["GET /identity"] = container(machineIdentifier="ab12", version="1.43.0")
    assert await client.identity() == PlexIdentity("ab12", "1.43.0")


async def test_libraries(plex, client) -> None:
    rows = [
        {"key": "1", "type": "movie", "title": "Films", "uuid": "u-1", "language": "de-DE"},
        {"key": 2, "type": "show", "title": "Anime", "agent": "com.plexapp.agents.hama"},
        {"key": "3", "type": "artist", "title": "Music"},
    ]
    plex.answers["GET /library/sections"] = container(size=3, Directory=rows)

    assert await client.sections() == (
        PlexSection("1", MediaType.MOVIE, "Films", "u-1", "", "de-DE"),
        PlexSection("2", MediaType.SHOW, "Anime", None, "com.plexapp.agents.hama", ""),
    )
    sent = plex.exchanges[0].headers
    assert sent["X-Plex-Token"] == TOKEN
    assert sent["Accept"] == "application/json"
    assert TOKEN not in plex.exchanges[0].path


async def test_no_libraries(plex, client) -> None:
    plex.answers["GET /library/sections"] = container(size=0)
    assert await client.sections() == ()
    plex.answers["GET /library/sections"] = container(size=2)
    with pytest.raises(InvalidAnswer, match="fewer libraries"):
        await client.sections()


async def test_shows(plex, client) -> None:
    row = {
        "ratingKey": "22",
        "guid": "plex://show/5e16",
        "type": "show",
        "title": "A Show",
        "year": 2014,
        "leafCount": 18,
        "viewedLeafCount": 3,
        "userRating": 8,
        "showOrdering": "tvdbAiring",
        "Guid": [{"id": "tvdb://268592"}, {"id": "imdb://tt2661044"}],
    }
    bare = {"ratingKey": "23", "title": "Another"}
    plex.answers[ALL_SHOWS] = in_pages([row, bare])

    ids = PlexIds("plex", plex="5e16", tvdb=268592, imdb="tt2661044")
    assert await client.shows(SHOWS) == (
        PlexShow("22", "A Show", 2014, ids, "tvdbAiring", 18, 3, 8.0),
        PlexShow("23", "Another", None, PlexIds(), None, 0, 0, None),
    )
    asked = parse_qs(plex.query())
    assert asked["type"] == ["2"]
    assert asked["includeGuids"] == ["1"]
    assert "Role" in asked["excludeElements"][0].split(",")
    assert "Guid" not in asked["excludeElements"][0].split(",")
    assert not {"guid", "title", "year"} & set(asked["excludeFields"][0].split(","))


async def test_films(plex, client) -> None:
    row = {
        "ratingKey": "55",
        "guid": "com.plexapp.agents.imdb://tt1254207?lang=en",
        "title": "Big Buck Bunny",
        "year": 2008,
        "viewCount": 2,
        "lastViewedAt": 1633889060,
        "updatedAt": 1579514152,
        "userRating": 7.5,
    }
    plex.answers[ALL_MOVIES] = in_pages([row])
    ids = PlexIds("imdb", imdb="tt1254207")
    assert await client.movies(MOVIES) == (
        PlexMovie("55", "Big Buck Bunny", 2008, ids, 2, 1633889060, 1579514152, 7.5),
    )
    assert parse_qs(plex.query())["type"] == ["1"]


async def test_episodes(plex, client) -> None:
    seen = episode(0, viewCount=1, lastViewedAt=1633889060, updatedAt=1, userRating=9.0)
    dated = {"ratingKey": "9", "grandparentRatingKey": "7"}
    plex.answers[ALL_SHOWS] = in_pages([seen, episode(25), dated])

    assert await all_episodes(client) == [
        PlexEpisode("10000", "1", "5000", 1, 1, 1, 1633889060, 1, 9.0),
        PlexEpisode("10025", "1", "5002", 3, 6, 0, None, None, None),
        PlexEpisode("9", "7", None, None, None, 0, None, None, None),
    ]
    asked = parse_qs(plex.query())
    assert asked["type"] == ["4"]
    assert "includeGuids" not in asked
    left_out = set(asked["excludeFields"][0].split(","))
    assert {"summary", "title", "guid", "grandparentTitle"} <= left_out
    needed = {"ratingKey", "parentRatingKey", "grandparentRatingKey", "parentIndex", "index"}
    assert not (needed | {"viewCount", "lastViewedAt", "updatedAt", "userRating"}) & left_out


async def test_an_empty_library(plex, client) -> None:
    plex.answers[ALL_SHOWS] = in_pages([])
    assert await all_episodes(client) == []
    assert await client.shows(SHOWS) == ()


async def test_pages_grow_and_shrink_to_1_mb(plex, client) -> None:
    """The first page tells how large a row is."""
    plex.answers[ALL_SHOWS] = in_pages([episode(n) for n in range(12_000)])

    rows = await all_episodes(client)

    assert len(rows) == len(set(rows)) == 12_000
    sizes = [int(one.headers["X-Plex-Container-Size"]) for one in plex.exchanges]
    assert sizes == [FIRST, *[MOST] * 6]
    fat = [episode(n, summary="x" * 4000) for n in range(1000)]
    plex.answers[ALL_SHOWS] = in_pages(fat)
    plex.forget_requests()
    await all_episodes(client)
    assert 230 < int(plex.exchanges[1].headers["X-Plex-Container-Size"]) < 250


async def test_a_server_that_gives_fewer_rows_than_asked_for(plex, client) -> None:
    plex.answers[ALL_SHOWS] = in_pages([episode(n) for n in range(250)], largest=100)
    assert len(await all_episodes(client)) == 250
    assert len(plex.exchanges) == 3


async def test_one_show(plex, client) -> None:
    plex.answers["GET /library/metadata/1/allLeaves"] = in_pages([episode(n) for n in range(30)])
    assert [row.key for row in await client.leaves("1")] == [str(10_000 + n) for n in range(30)]


async def test_seasons(plex, client) -> None:
    rows = [
        {"ratingKey": "89", "index": 0, "leafCount": 2},
        {"ratingKey": "90", "index": 1, "leafCount": 9, "viewedLeafCount": 9},
    ]
    # As recorded: no page, and with a row in front for all episodes, which is counted.
    every = {"key": "/library/metadata/22/allLeaves", "title": "All episodes"}
    plex.answers["GET /library/metadata/22/children"] = container(
        size=3, Directory=[every], Metadata=rows
    )
    seasons = (PlexSeason("89", 0, 2, 0), PlexSeason("90", 1, 9, 9))
    assert await client.seasons("22") == seasons
    assert plex.query() == "excludeAllLeaves=1"
    plex.answers["GET /library/metadata/22/children"] = container(
        size=3, totalSize=3, offset=0, Directory=[every], Metadata=rows
    )
    assert await client.seasons("22") == seasons
    plex.answers["GET /library/metadata/22/children"] = in_pages(rows)
    assert await client.seasons("22") == seasons


@pytest.mark.parametrize(
    ("answer", "ordering"),
    [
        (container(Setting=[{"id": "x"}, {"id": "showOrdering", "value": "aired"}]), "aired"),
        (container(Setting=[{"id": "showOrdering", "value": "", "default": "tmdb"}]), "tmdb"),
        (container(Setting=[{"id": "hidden", "value": "0"}]), None),
        (container(size=0), None),
        (lambda _: page(UNAUTHORIZED, 401), None),
        (lambda _: page("", 403), None),
        (lambda _: page(NOT_FOUND, 404), None),
    ],
)
async def test_the_ordering_of_a_library(plex, client, answer, ordering) -> None:
    plex.answers["GET /library/sections/2/prefs"] = answer
    assert await client.default_ordering(SHOWS) == ordering


async def test_an_ordering_that_cannot_be_read_is_not_none(plex, client) -> None:
    plex.answers["GET /library/sections/2/prefs"] = lambda _: page("", 500)
    with pytest.raises(Unreachable):
        await client.default_ordering(SHOWS)


def window(start: int, *numbers: int, total: int, **more: Any) -> dict[str, Any]:
    """Return a page of episodes that the server says are there from `start` on."""
    rows = [episode(n) for n in numbers]
    fields = {"size": len(rows), "totalSize": total, "offset": start, "Metadata": rows, **more}
    return container(**{name: value for name, value in fields.items() if value is not None})


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ([window(0, 1, 2, total=3, size=3)], CutShort, "2 rows of 3"),
        ([window(0, total=2, size=2, Metadata=None)], CutShort, "0 rows of 2"),
        ([window(0, 1, total=2), window(1, total=2)], CutShort, "1 of 2 rows"),
        ([window(0, *range(500), total=500, totalSize=None)], CutShort, "without the number"),
        ([window(0, 1, total=2), window(1, 2, total=3)], ChangedWhileRead, "2 rows became 3"),
        ([window(0, 1, total=2), window(1, 1, total=2)], ChangedWhileRead, "1 of 2 rows"),
        ([window(0, 1, 2, 3, total=2)], ChangedWhileRead, "3 of 2 rows"),
        ([window(0, 1, total=2), window(0, 2, total=2)], InvalidAnswer, "rows from 0 on"),
        ([window(0, 1, total=1, size=None)], InvalidAnswer, "size is no number"),
        ([container(size=1, totalSize=1, Metadata=[{}])], InvalidAnswer, "ratingKey is no key"),
        ([window(0, 1, total=1, Metadata={})], InvalidAnswer, "Metadata is no array"),
    ],
)
async def test_a_read_with_holes(plex, client, answers, error, words) -> None:
    plex.answers[ALL_SHOWS] = one_after_the_other(*answers)
    with pytest.raises(InvalidAnswer, match=words) as raised:
        await all_episodes(client)
    assert type(raised.value) is error
    assert raised.value.account == "entry-of-the-account"


@pytest.mark.parametrize("field", ["index", "parentIndex", "viewCount", "lastViewedAt"])
@pytest.mark.parametrize("value", ["1", True, 1.5, []])
async def test_a_row_of_another_shape(plex, client, field, value) -> None:
    plex.answers[ALL_SHOWS] = in_pages([episode(1, **{field: value})])
    with pytest.raises(InvalidAnswer, match=f"{field} is no number"):
        await all_episodes(client)


@pytest.mark.parametrize("value", ["9", False])
async def test_a_rating_of_another_shape(plex, client, value) -> None:
    plex.answers[ALL_SHOWS] = in_pages([episode(1, userRating=value)])
    with pytest.raises(InvalidAnswer, match="userRating is no number"):
        await all_episodes(client)


async def test_the_total_may_stand_in_the_header_alone(plex, client) -> None:
    def answer(_: web.Request) -> web.Response:
        body = window(0, 1, total=1, totalSize=None)
        return web.json_response(body, headers={"X-Plex-Container-Total-Size": "1"})

    plex.answers[ALL_SHOWS] = answer
    assert len(await all_episodes(client)) == 1


async def test_a_server_that_knows_no_pages(plex, client) -> None:
    plex.answers[ALL_SHOWS] = window(0, *range(700), total=700, totalSize=None, offset=None)
    assert len(await all_episodes(client)) == 700


async def test_what_changed_while_it_was_read_is_read_anew(plex, client) -> None:
    shows = [{"ratingKey": str(n), "title": f"Show {n}"} for n in range(3)]

    def window_of(start: int, end: int, total: int) -> dict[str, Any]:
        some = shows[start:end]
        return container(size=len(some), totalSize=total, offset=start, Metadata=some)

    again = [window_of(0, 1, 2), window_of(1, 2, 3), window_of(0, 3, 3)]
    plex.answers[ALL_SHOWS] = one_after_the_other(*again)
    assert [show.key for show in await client.shows(SHOWS)] == ["0", "1", "2"]
    plex.answers[ALL_SHOWS] = one_after_the_other(*again[:2] * 3)
    plex.forget_requests()
    with pytest.raises(ChangedWhileRead):
        await client.shows(SHOWS)
    assert len(plex.exchanges) == 6


READS: list[Callable[[PlexServer], Any]] = [
    lambda client: client.sections(),
    lambda client: client.shows(SHOWS),
    lambda client: client.movies(MOVIES),
    all_episodes,
    lambda client: client.leaves("1"),
    lambda client: client.seasons("1"),
    lambda client: client.changed_since(SHOWS, 1),
    lambda client: client.updated_since(MOVIES, 1),
]


@pytest.mark.parametrize("read", READS)
async def test_refusals_are_told_apart(plex, client, read) -> None:
    """A media server's own refusals are web pages; a page with 200 is somebody else's."""
    for answer, error in (
        (page(UNAUTHORIZED, 401), CredentialsRejected),
        (page(NOT_FOUND, 404), NotFound),
        (page("<title>Forbidden</title>", 403), Forbidden),
        (page("<title>Bad Request</title>", 400), Refused),
        (page("<title>Internal Server Error</title>", 500), Unreachable),
        (page("<title>Sign in</title>", 200), InvalidAnswer),
    ):
        plex.answers = _Everything(answer)
        with pytest.raises(ServiceError) as raised:
            await read(client)
        assert type(raised.value) is error


class _Everything(dict[str, Any]):
    """The same answer to everything."""

    def __init__(self, answer: web.Response) -> None:
        self._answer = answer

    def get(self, key: str, default: object = None) -> Any:
        given = self._answer
        return lambda _: page(given.text or "", given.status)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Failure.CUT), Unreachable),
        (Fault(Failure.STATUS, status=503), Unreachable),
        (Fault(Failure.STATUS, status=429, retry_after="600"), Limited),
        (Fault(Failure.TRUNCATE), InvalidAnswer),
        (Fault(Failure.HTML, status=200), InvalidAnswer),
    ],
)
async def test_faults(plex, client, read, fault, error) -> None:
    plex.answers |= {
        ALL_SHOWS: in_pages([]),
        ALL_MOVIES: in_pages([]),
        "GET /library/sections": container(size=0),
        "GET /library/metadata/1/allLeaves": in_pages([]),
        "GET /library/metadata/1/children": in_pages([]),
    }
    plex.faults.add(fault)
    with pytest.raises(error):
        await read(client)


async def test_reads_are_repeated(plex, client) -> None:
    plex.answers[ALL_SHOWS] = in_pages([episode(n) for n in range(600)])
    plex.faults.add(Fault(Failure.CUT, after=1, times=1))
    assert len(await all_episodes(client)) == 600
    assert len(plex.exchanges) == 3


async def test_a_page_that_is_cut_short_for_good(plex, client) -> None:
    """What was yielded before does not count: the error comes instead of an end."""
    plex.answers[ALL_SHOWS] = in_pages([episode(n) for n in range(600)])
    plex.faults.add(Fault(Failure.TRUNCATE, after=1))
    pages = client.episodes(SHOWS)
    assert len(await anext(pages)) == 500
    with pytest.raises(InvalidAnswer, match="not JSON"):
        await anext(pages)
