"""Everything that the clients send, held to the services' own API descriptions.

IMDb has none in public; its simulator checks every query against a schema.
"""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
import json

from graphql import GraphQLSchema, build_schema, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values
import pytest

from custom_components.media_list_sync.engine.clients.anilist import Change
from custom_components.media_list_sync.engine.clients.imdb import queries
from custom_components.media_list_sync.engine.clients.plex import PlexServer
from custom_components.media_list_sync.engine.clients.seerr import RequestBody
from custom_components.media_list_sync.engine.clients.trakt import (
    ME,
    Episode,
    Film,
    NewPlay,
    Season,
    Show,
    Target,
    TraktApi,
    TraktClient,
    TraktTracker,
)
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import ServiceError
from custom_components.media_list_sync.engine.lists.trakt_chart import CHARTS
from custom_components.media_list_sync.engine.model import MediaType, Quality, TitleKey
from custom_components.media_list_sync.engine.watch import FuzzyDate, ListStatus
from simulators.anilist import generated as generated_anime
from simulators.base import Exchange
from simulators.catalog import generated
from simulators.seerr import OVERSEERR, SEERR, ArrServer
from simulators.titles import real_titles, title_by_imdb
from simulators.trakt import Entry, TraktSimulator

from .openapi import Description

MATRIX = TitleKey(MediaType.MOVIE, 603)
BREAKING_BAD = TitleKey(MediaType.SHOW, 1396)

FORGOTTEN = {"POST /api/v1/request: body: tags is not known"}
"""The servers take tags, and their descriptions do not say so."""


NOT_DESCRIBED = {
    # Announced and in use since the spring of 2026, but not described.
    "GET /sync/watched/movies?page=1&limit=250: ?page is not known",
    "GET /sync/watched/movies?page=1&limit=250: ?limit is not known",
    "GET /sync/watched/shows?page=1&limit=250: ?page is not known",
    "GET /sync/watched/shows?page=1&limit=250: ?limit is not known",
    "GET /sync/watched/shows?extended=progress&page=1&limit=250: ?page is not known",
    "GET /sync/watched/shows?extended=progress&page=1&limit=250: ?limit is not known",
    # Described with a rating at the end alone, and recorded without one.
    *(
        f"GET /sync/ratings/{kind}?page=1&limit=250: there is no GET /sync/ratings/{kind}"
        for kind in ("movies", "shows", "seasons", "episodes")
    ),
    # It knows `extended`, but none of its values.
    (
        "GET /sync/watched/shows?extended=progress&page=1&limit=250: "
        "?extended: 'progress' is not of type 'null'"
    ),
    (
        "GET /shows/1/seasons?extended=full%2Cepisodes: "
        "?extended: 'full,episodes' is not of type 'null'"
    ),
}
DESCRIBED_TWICE = " is valid under each of "
"""A show that is named by its ids fits a row with seasons as well as one without."""


def faults(description: Description, exchanges: list[Exchange]) -> set[str]:
    return {
        f"{exchange.method} {exchange.path}: {fault}"
        for exchange in exchanges
        for fault in description.faults(exchange)
    }


@pytest.mark.parametrize(
    ("flavour", "file"), [(SEERR, "seerr-api.yml"), (OVERSEERR, "overseerr-api.yml")]
)
async def test_seerr(contracts_dir, start_seerr, seerr_client, flavour, file) -> None:
    server = await start_seerr(flavour)
    client = seerr_client(server)
    server.settings.radarr.append(ArrServer(3, "Films", tags=((1, "list"), (2, "x"))))
    server.settings.sonarr.append(ArrServer(4, "Shows"))
    server.add_library(generated(5))

    await client.status()
    await client.public_settings()
    await client.me()
    await client.users()
    await client.quota(2)
    page = await client.media_page(0)
    await client.media_page(0, etag=page.etag)
    for source, value in (("imdb", "tt0133093"), ("tvdb", 81189), ("tmdb", 603)):
        await client.find(source, value)
    await client.find("imdb", "a:b c&d=e?f/g+h#i")
    await client.show(1396)
    for media_type, number in ((MediaType.MOVIE, 3), (MediaType.SHOW, 4)):
        assert await client.servers(media_type)
        await client.server(media_type, number)
    await client.request(RequestBody(MATRIX, Quality.HD))
    await client.request(RequestBody(MATRIX, Quality.UHD, (), 1, False, 3, 4, "/library", (1, 2)))
    await client.request(RequestBody(BREAKING_BAD, Quality.HD, (1, 2), user_id=2))
    await client.requests()
    await client.requests_of(MATRIX)
    await client.requests_of(BREAKING_BAD)
    await client.pending_requests()

    assert len(server.exchanges) == 23
    description = Description(contracts_dir / "contracts" / file, "/api/v1")
    assert faults(description, server.exchanges) == FORGOTTEN


async def test_trakt(contracts_dir, doorway, socket_enabled) -> None:
    async with TraktSimulator(real_titles(), interval=0) as trakt:
        app = trakt.app
        auth = TraktAuth(doorway("trakt"), trakt.auth_url, app.client_id, app.client_secret)
        code = await auth.device_code()
        assert await auth.poll(code) is None
        trakt.approve(code.user_code)
        pair = await auth.poll(code)
        assert pair is not None
        keeper = TokenKeeper(auth, _about_to_end(pair), save=_nowhere)
        client = TraktClient(doorway("trakt"), trakt.api_url, app.client_id, keeper)
        made = trakt.add_list("viewer", "A List", [title_by_imdb("tt0133093")])

        await client.me()
        await client.user("viewer")
        await client.list_info(made.number)
        await client.list_items(made.number)
        await client.list_info("a-list", ME)
        await client.list_items(made.number, "viewer")
        await client.watchlist()
        await client.watchlist("viewer")
        await client.watchlist_glance("viewer")
        await client.watchlist_changed()
        for path, _ in CHARTS.values():
            await client.chart(path, 100)
        await keeper.revoke()

    kinds = set(trakt.counts)
    assert {"POST /oauth/token", "POST /oauth/revoke", "GET /movies/boxoffice"} <= kinds
    description = Description(contracts_dir / "contracts" / "trakt-openapi.json")
    assert faults(description, trakt.exchanges) == set()


def graph_faults(schema: GraphQLSchema, exchange: Exchange) -> list[str]:
    """Return what a schema has against a query and its variables."""
    body = json.loads(exchange.body)
    document = parse(body["query"])
    if errors := validate(schema, document):
        return [error.message for error in errors]
    operation = get_operation_ast(document)
    assert operation is not None
    values = get_variable_values(schema, operation.variable_definitions, body["variables"])
    return [error.message for error in values] if isinstance(values, list) else []


async def test_anilist(contracts_dir, anilist, anilist_client) -> None:
    anilist.add_media(*generated_anime(60))
    for number in range(200_001, 200_061):
        anilist.add_entry("viewer", number)
    client = anilist_client()

    user = await client.viewer()
    await client.user(user.name)
    await client.user(user.id)
    await client.whole_list(user.id)
    await client.changed_since(user.id, 0)
    await client.media(range(200_001, 200_061))
    await client.search('a:b c&d=e "f"')
    day = FuzzyDate(2026, 11, None)
    full = [
        Change(200_000 + n, status, n, n, n * 10, day, FuzzyDate())
        for n, status in enumerate(ListStatus, 1)
    ]
    await client.save([*full, Change(200_010)])
    listed = await client.listed(user.id, [200_001, 200_002])
    await client.delete([one.entry.id for one in listed])

    assert len(anilist.exchanges) == 12
    assert len(anilist.writes) == 9
    text = (contracts_dir / "contracts" / "anilist.graphql").read_text("utf-8")
    schema = build_schema(text, assume_valid=True)
    for exchange in anilist.exchanges:
        assert graph_faults(schema, exchange) == []
    wrong = b'{"query": "query ($a: Int!) { User(id: $a) { id nothing } }", "variables": {}}'
    assert graph_faults(schema, Exchange("POST", "/", {}, wrong, 200, 0.0)) != []


async def test_trakt_watching(contracts_dir, trakt: TraktSimulator, trakt_api: TraktApi) -> None:
    show = title_by_imdb("tt7366338")
    (film,) = trakt.watch([Entry(title_by_imdb("tt0133093"))], datetime(2024, 1, 1, tzinfo=UTC))
    tracker = TraktTracker(trakt_api)

    await tracker.own.account()
    await tracker.own.activities()
    await tracker.titles.find("tvdb", 81189, MediaType.SHOW)
    await tracker.titles.find("imdb", "tt0903747", MediaType.SHOW)
    await tracker.titles.find("tmdb", 603, MediaType.MOVIE)
    seasons = await tracker.titles.seasons(show.trakt)
    season = Season(seasons[-1].trakt)
    episode, other = (Episode(one.trakt) for one in seasons[-1].episodes[:2])

    history = tracker.history
    missing = NewPlay(Film("tt0000111", "imdb"))
    plays = [NewPlay(episode), NewPlay(other, datetime(2024, 1, 1, tzinfo=UTC)), missing]
    await history.add([*plays, NewPlay(Film(603, "tmdb")), NewPlay(Episode(1, "tvdb"))])
    await history.since(datetime(2020, 1, 1, tzinfo=UTC))
    for what in (episode, Film(1), Show(show.trakt)):
        await history.of(what)
    await history.remove([film, 2**40])

    await tracker.watched.films()
    await tracker.watched.shows()
    await tracker.watched.episodes()
    await tracker.watched.episodes_paged()
    await tracker.watched.begun_anew()

    films, shows = [Film(603, "tmdb"), Film("tt0133093", "imdb")], [Show(81189, "tvdb"), Show(2)]
    rated: list[Target] = [*films, *shows, season, episode]
    await tracker.ratings.give(dict.fromkeys(rated, 10))
    await tracker.ratings.read()
    await tracker.ratings.remove(rated)
    await tracker.watchlist.add([*films, *shows])
    await tracker.watchlist.read()
    await tracker.watchlist.remove([*films, *shows])
    await tracker.dropped.add(shows)
    await tracker.dropped.read()
    await tracker.dropped.remove(shows)

    assert len(trakt.exchanges) == 30
    description = Description(contracts_dir / "contracts" / "trakt-openapi.json")
    found = faults(description, trakt.exchanges)
    said_twice = {fault for fault in found if DESCRIBED_TWICE in fault}
    seasons_of = f"/shows/{show.trakt}/"
    others = {fault.replace(seasons_of, "/shows/1/") for fault in found - said_twice}
    assert others == NOT_DESCRIBED
    # Nothing else hides behind that: these are the writes that name whole shows.
    assert {fault.partition(":")[0] for fault in said_twice} == {
        "POST /sync/watchlist",
        "POST /sync/watchlist/remove",
        "POST /users/hidden/dropped",
        "POST /users/hidden/dropped/remove",
    }


SEASONS = "/library/metadata/1/children"

PLEX_UNDESCRIBED = {
    # Answered by every server, and asked by every client.
    "GET /library/sections: there is no GET /library/sections",
    f"GET {SEASONS}?excludeAllLeaves=1: there is no GET {SEASONS}",
    # There it is "/:/websocket/notifications", which no client asks.
    "GET /:/websockets/notifications: there is no GET /:/websockets/notifications",
    # What Plex's own clients send, and its Python library, to take a rating away.
    (
        "PUT /:/rate?identifier=com.plexapp.plugins.library&key=1&rating=-1: "
        "?rating: -1 is less than the minimum of 0"
    ),
}
"""What the description of media servers leaves out."""

PLEX_CUSTOMIZATION = {"?excludeElements is not known", "?excludeFields is not known"}
"""Described once for all requests, in its text ("Response Customization")."""


async def test_plex(contracts_dir, doorway, plex) -> None:
    """Those to the media server: plex.tv and Discover have no description in public."""
    library = plex.server.add_library("Anime")
    plex.server.add_library("Films", "movie")
    show = plex.server.add_show(library, "Show", {1: 3})
    client = PlexServer(doorway("plex"), plex.server.url, "client", plex.owner.server_token)

    await client.identity()
    shows, films = await client.sections()
    await client.default_ordering(shows)
    await client.shows(shows)
    await client.movies(films)
    async for _ in client.episodes(shows):
        pass
    for section in (shows, films):
        await client.changed_since(section, 1_700_000_000)
        await client.updated_since(section, 1_700_000_000)
    await client.leaves(str(show.key))
    await client.seasons(str(show.key))
    await client.mark_watched(str(show.key))
    await client.mark_unwatched(str(show.key))
    await client.rate(str(show.key), 8.5)
    await client.ratings([str(show.key), str(show.seasons[1].key)])
    await client.rate(str(show.key), None)
    async with aclosing(client.notifications()) as notifications:
        listening = asyncio.ensure_future(anext(notifications))
        while not len(plex.server.listeners):
            await asyncio.sleep(0.01)
        plex.server.mark(plex.owner, show)
        await listening
    while len(plex.server.exchanges) < 18:
        await asyncio.sleep(0.01)

    description = Description(contracts_dir / "contracts" / "plex-media-server-openapi.json")
    found = faults(description, plex.server.exchanges)
    customized = {fault for fault in found if fault.partition(": ")[2] in PLEX_CUSTOMIZATION}
    assert found - customized == PLEX_UNDESCRIBED
    assert {fault.partition("?")[0] for fault in customized} == {
        "GET /library/metadata/1/allLeaves",
        "GET /library/metadata/1,2",
    }


def _about_to_end(pair: TokenPair) -> TokenPair:
    now = datetime.now(UTC)
    return TokenPair(pair.access_token, pair.refresh_token, now - timedelta(days=7), now)


async def _nowhere(_: TokenPair) -> None:
    """Keep a pair nowhere."""


@pytest.mark.parametrize(
    ("exchange", "fault"),
    [
        (("GET", "/api/v1/nosuch", b""), "there is no GET /nosuch"),
        (("DELETE", "/api/v1/status", b""), "there is no DELETE /status"),
        (("GET", "/api/v1/media?take=many", b""), "?take: 'many' is not of type 'number', 'null'"),
        (("GET", "/api/v1/media?page=1", b""), "?page is not known"),
        (("GET", "/api/v1/search", b""), "?query is missing"),
        (("GET", "/api/v1/search?query=imdb:tt1", b""), "not encoded: query=imdb:tt1"),
        (("GET", "/api/v1/tv/many", b""), "{tvId}: 'many' is not of type 'number'"),
        (("GET", "/api/v1/status", b"{}"), "a body that nobody asked for"),
        (
            ("POST", "/api/v1/request", b'{"mediaType":"film","mediaId":1}'),
            "body: 'film' is not one of ['movie', 'tv']",
        ),
        (
            ("POST", "/api/v1/request", b'{"mediaType":"tv","mediaId":1,"serverId":null}'),
            "body: None is not of type 'number'",
        ),
        (
            ("POST", "/api/v1/request", b'{"mediaType":"tv","mediaId":1,"is4K":true}'),
            "body: is4K is not known",
        ),
    ],
)
def test_the_measure_measures(contracts_dir, exchange, fault) -> None:
    description = Description(contracts_dir / "contracts" / "seerr-api.yml", "/api/v1")
    method, path, body = exchange
    sent = Exchange(method, path, {}, body, 200, 0.0)
    assert fault in list(description.faults(sent))


async def test_imdbs_simulator_refuses_what_does_not_fit(imdb, imdb_client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "LIST", queries.LIST.replace("lastModifiedDate", "modifiedAt"))
    with pytest.raises(ServiceError, match="modifiedAt"):
        await imdb_client.list_info("ls012345678")
