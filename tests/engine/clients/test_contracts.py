"""Everything that the clients send, held to the services' own API descriptions.

IMDb has none in public; its simulator checks every query against a schema.
"""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.clients.imdb import queries
from custom_components.media_list_sync.engine.clients.seerr import RequestBody
from custom_components.media_list_sync.engine.clients.trakt import ME, TraktClient
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import ServiceError
from custom_components.media_list_sync.engine.lists.trakt_chart import CHARTS
from custom_components.media_list_sync.engine.model import MediaType, Quality, TitleKey
from simulators.base import Exchange
from simulators.catalog import generated
from simulators.seerr import OVERSEERR, SEERR, ArrServer
from simulators.titles import real_titles, title_by_imdb
from simulators.trakt import TraktSimulator

from .openapi import Description

MATRIX = TitleKey(MediaType.MOVIE, 603)
BREAKING_BAD = TitleKey(MediaType.SHOW, 1396)

FORGOTTEN = {"POST /api/v1/request: body: tags is not known"}
"""The servers take tags, and their descriptions do not say so."""


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
