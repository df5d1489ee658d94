"""plex.tv: signing in, people, servers."""

from collections.abc import AsyncIterator, Callable
import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    PinExpired,
    PlexAccount,
    PlexConnection,
    PlexTv,
    PlexUser,
    WrongPin,
)
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
from simulators.faults import Failure, Fault

from .plex_stub import CLIENT, TOKEN, PlexStub, page

PIN = {"id": 111222333, "code": "a code", "expiresIn": 900, "authToken": None}
ME = {"id": 7, "uuid": "a1b2", "username": "viewer", "title": "Viewer", "email": "v@example.com"}
RESOURCES = "GET /api/v2/resources"


@pytest.fixture
async def tv(socket_enabled: None) -> AsyncIterator[PlexStub]:
    async with PlexStub() as service:
        service.answers["GET /api/v2/user"] = ME
        yield service


@pytest.fixture
def client(tv: PlexStub, doorway: Callable) -> PlexTv:
    return PlexTv(doorway("plex"), tv.url, tv.url, CLIENT, TOKEN)


@pytest.fixture
def stranger(tv: PlexStub, doorway: Callable) -> PlexTv:
    return PlexTv(doorway("plex"), tv.url, tv.url, CLIENT)


def refused(status: int, code: int, message: str) -> Callable[[web.Request], web.Response]:
    said = {"errors": [{"code": code, "message": message, "status": status}]}
    return lambda _: web.json_response(said, status=status)


async def test_a_pin_with_a_link(tv, stranger) -> None:
    tv.answers["POST /api/v2/pins"] = lambda _: web.json_response(PIN, status=201)

    pin = await stranger.create_pin()

    assert (pin.id, pin.code, pin.expires_in) == (111222333, "a code", 900)
    address, _, query = pin.link.partition("#?")
    assert address == "https://app.plex.tv/auth"
    assert parse_qs(query, strict_parsing=True) == {
        "clientID": [CLIENT],
        "code": ["a code"],
        "context[device][product]": ["Media List Sync"],
    }
    assert "[" not in query
    assert tv.query() == "strong=true"
    headers = tv.exchanges[0].headers
    assert headers["Accept"] == "application/json"
    assert headers["X-Plex-Client-Identifier"] == CLIENT
    assert headers["X-Plex-Product"] == "Media List Sync"
    assert "X-Plex-Token" not in headers


async def test_a_pin_to_be_typed(tv, stranger) -> None:
    tv.answers["POST /api/v2/pins"] = lambda _: web.json_response(PIN, status=201)

    pin = await stranger.create_pin(strong=False)

    assert pin.link == "https://plex.tv/link"
    assert tv.query() == ""


async def test_waits_for_somebody_to_sign_in(tv, stranger) -> None:
    tv.answers["GET /api/v2/pins/111222333"] = PIN
    assert await stranger.check_pin(111222333) is None
    tv.answers["GET /api/v2/pins/111222333"] = PIN | {"authToken": TOKEN}
    assert await stranger.check_pin(111222333) == TOKEN


async def test_a_pin_that_has_expired(tv, stranger) -> None:
    tv.answers["GET /api/v2/pins/1"] = refused(404, 1020, "Code not found or expired")
    with pytest.raises(PinExpired):
        await stranger.check_pin(1)


async def test_whom_a_token_belongs_to(tv, client) -> None:
    assert await client.account() == PlexAccount(7, "a1b2", "Viewer")
    assert tv.exchanges[0].headers["X-Plex-Token"] == TOKEN
    tv.answers["GET /api/v2/user"] = ME | {"title": ""}
    assert (await client.account()).name == "viewer"


async def test_the_people_of_a_home(tv, client) -> None:
    people = [
        {"id": 7, "uuid": "a1b2", "title": "Viewer", "admin": True, "protected": True},
        {"id": 8, "uuid": "c3d4", "title": "Child", "username": None, "restricted": True},
    ]
    tv.answers["GET /api/v2/home/users"] = {"id": 1, "name": "Home", "users": people}

    assert await client.home_users() == (
        PlexUser(7, "a1b2", "Viewer", is_admin=True, has_pin=True),
        PlexUser(8, "c3d4", "Child", is_admin=False, has_pin=False),
    )


async def test_becomes_somebody_of_the_home(tv, client, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    tv.answers["POST /api/v2/home/users/c3d4/switch"] = lambda _: web.json_response(
        {"id": 8, "authToken": "theirs"}, status=201
    )

    assert await client.switch_user("c3d4", "9753") == "theirs"
    assert tv.query() == "pin=9753"
    assert await client.switch_user("c3d4") == "theirs"
    assert tv.query() == ""
    assert "9753" not in caplog.text


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_a_wrong_pin(tv, client, status) -> None:
    tv.answers["POST /api/v2/home/users/c3d4/switch"] = refused(status, 1041, "Invalid PIN")
    with pytest.raises(WrongPin):
        await client.switch_user("c3d4", "0000")
    # A token that is not good is refused in the same way.
    tv.answers["GET /api/v2/user"] = refused(401, 1001, "User could not be authenticated")
    with pytest.raises(CredentialsRejected):
        await client.switch_user("c3d4", "0000")


async def test_nobody_of_the_home(tv, client) -> None:
    tv.answers["POST /api/v2/home/users/e5f6/switch"] = refused(404, 1000, "Not found")
    with pytest.raises(NotFound):
        await client.switch_user("e5f6")


async def test_the_recorded_server(tv, client, contracts_dir: Path) -> None:
    recorded = json.loads((contracts_dir / "recorded/plex/resources.json").read_text())
    player: dict[str, object] = {
        "name": "TV",
        "provides": "player,pubsub",
        "accessToken": None,
        "connections": [],
    }
    locked = recorded[0] | {"accessToken": None}
    tv.answers[RESOURCES] = [player, *recorded, locked]

    (server,) = await client.resources()

    assert (server.id, server.name, server.is_owned) == ("client_id2", "Box", True)
    assert server.token == "auth_token"
    assert "auth_token" not in repr(server)
    assert [(one.address, one.is_local, one.is_relay) for one in server.connections] == [
        ("https://172-18-0-3.client-id2.plex.direct:32400", True, False),
        ("http://172.18.0.3:32400", True, False),
        ("https://example.org:443", False, False),
        ("https://2-2-2-2.client-id2.plex.direct:443", False, False),
        ("https://178-3-2-1.client-id2.plex.direct:8443", False, True),
    ]
    assert tv.query() == "includeHttps=1&includeRelay=1&includeIPv6=1"


def resource(**more: Any) -> dict[str, Any]:
    local = {"address": "fd00::7", "port": 32400, "uri": "https://x:32400", "local": True}
    far = {"address": "relay", "port": 443, "uri": "https://relay/", "relay": True}
    server = {"name": "Box", "provides": "client,server", "clientIdentifier": "c"}
    return server | {"accessToken": "t", "connections": [far, local]} | more


async def test_a_server_that_takes_https_alone(tv, client) -> None:
    tv.answers[RESOURCES] = [resource(httpsRequired=True)]
    (server,) = await client.resources()
    assert server.connections == (
        PlexConnection("https://x:32400", is_local=True, is_relay=False),
        PlexConnection("https://relay", is_local=False, is_relay=True),
    )


async def test_an_address_of_ipv6(tv, client) -> None:
    tv.answers[RESOURCES] = [resource()]
    (server,) = await client.resources()
    assert server.connections[1].address == "http://[fd00::7]:32400"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (refused(401, 1001, "User could not be authenticated"), CredentialsRejected, "User could"),
        (refused(403, 1, "Forbidden"), Forbidden, "Forbidden"),
        (refused(404, 1, "Gone"), NotFound, "Gone"),
        (refused(400, 1, "Bad"), Refused, "400 (Bad)"),
        (refused(500, 1, "Oops"), Unreachable, "500 Oops"),
        (lambda _: web.Response(status=406, text="no"), Refused, "406 (no)"),
        (lambda _: web.json_response([], status=400), Refused, "400"),
        (lambda _: web.Response(status=204), InvalidAnswer, "200 was expected"),
        (lambda _: page("<title>Sign in</title>"), InvalidAnswer, "Sign in"),
        (lambda _: page("<html>"), InvalidAnswer, "a web page"),
        (lambda _: web.json_response([]), InvalidAnswer, "no object"),
        (lambda _: web.json_response({"id": "7"}), InvalidAnswer, "id is no number"),
    ],
)
async def test_refusals(tv, client, answer, error, words) -> None:
    tv.answers["GET /api/v2/user"] = answer
    with pytest.raises(ServiceError) as raised:
        await client.account()
    assert type(raised.value) is error
    assert words in str(raised.value)
    assert raised.value.account == "entry-of-the-account"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Failure.STATUS, status=429, retry_after="900"), Limited),
        (Fault(Failure.STATUS, status=503), Unreachable),
        (Fault(Failure.HTML, status=200), InvalidAnswer),
        (Fault(Failure.CUT), Unreachable),
        (Fault(Failure.TRUNCATE), InvalidAnswer),
    ],
)
async def test_faults(tv, client, stranger, fault, error) -> None:
    tv.answers["POST /api/v2/pins"] = lambda _: web.json_response(PIN, status=201)
    tv.answers["POST /api/v2/home/users/c3d4/switch"] = {"authToken": "t"}
    tv.faults.add(fault)
    for call in (client.account, stranger.create_pin, lambda: client.switch_user("c3d4")):
        with pytest.raises(error):
            await call()


async def test_a_cut_connection_makes_no_second_pin(tv, stranger) -> None:
    tv.faults.add(Fault(Failure.CUT_AFTER))
    with pytest.raises(Unreachable) as error:
        await stranger.create_pin()
    assert error.value.sent
    assert len(tv.exchanges) == 1
