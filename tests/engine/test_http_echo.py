"""A refusal that repeats what it was asked with tells nothing of the credentials."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.http import Answer, Doorway
from simulators.base import Simulator
from simulators.faults import Failure, Fault

pytestmark = pytest.mark.usefixtures("socket_enabled")

TOKEN = "sX7-kQ2_vN9rT4yLmB3c"
"""As long as one of Plex."""
KEY = "ab12cd34"


class Service(Simulator):
    """Answers all that it is asked with the token that it was asked with."""

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        return web.json_response({"accessToken": request.headers["X-Plex-Token"]})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with Service() as simulator:
        yield simulator


@pytest.fixture
async def door() -> AsyncIterator[Doorway]:
    async with aiohttp.ClientSession() as session:
        yield Doorway(session, service="thing", patience=0)


def words(answer: Answer) -> str:
    return answer.body.decode()


async def test_keys_in_headers(door: Doorway, service: Service) -> None:
    service.faults.add(Fault(Failure.ECHO, status=401))
    headers = {
        "X-Plex-Token": TOKEN,
        "X-Api-Key": KEY,
        "Authorization": f"Bearer {TOKEN}2",
        "X-Plex-Product": "Media List Sync",
        "User-Agent": "Reader/12345678",
    }
    said = words(await door.get(URL(service.url), headers=headers))
    assert "…" in said
    assert TOKEN not in said
    assert KEY not in said
    assert "Media List Sync" in said
    assert "Reader/12345678" in said


async def test_what_is_sent_along(door: Doorway, service: Service) -> None:
    """The PIN of a person at Plex goes in the query, what Trakt signs in with goes in the body."""
    service.faults.add(Fault(Failure.ECHO, status=422))
    url = URL(f"{service.url}/switch?pin=4711&season=1984")
    sent = {"client_secret": KEY, "refresh_token": TOKEN, "grant_type": "refresh_token", "code": 7}
    said = words(await door.send("POST", url, headers={}, json=sent))
    assert "4711" not in said
    assert KEY not in said
    assert TOKEN not in said
    assert "season=1984" in said
    said = words(await door.send("POST", url, headers={}, json=["list"]))
    assert "4711" not in said


async def test_a_page_that_counts_as_an_answer(door: Doorway, service: Service) -> None:
    service.faults.add(Fault(Failure.ECHO, status=200))
    answer = await door.get(URL(service.url), headers={"X-Plex-Token": TOKEN})
    assert TOKEN not in answer.page_title


async def test_an_answer_stays_as_it_is(door: Doorway, service: Service) -> None:
    """Of a server's owner, Plex tells the same token again: it is what was asked for."""
    answer = await door.get(URL(service.url), headers={"X-Plex-Token": TOKEN})
    assert answer.json() == {"accessToken": TOKEN}
