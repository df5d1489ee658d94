"""Redirects: followed, but never with credentials to where they do not belong."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.http import Doorway, InvalidAnswer
from custom_components.media_list_sync.engine.http.answer import Answer
from custom_components.media_list_sync.engine.http.call import Call
from custom_components.media_list_sync.engine.http.redirect import follow
from simulators.base import Simulator

pytestmark = pytest.mark.usefixtures("socket_enabled")

HEADERS = {
    "X-Api-Key": "k",
    "Authorization": "Bearer k",
    "Cookie": "k",
    "If-None-Match": "k",
    "Accept": "application/json",
    "User-Agent": "test",
}


class Redirects(Simulator):
    """Redirects from `/from` to `target`, with `status`."""

    target = "/to"
    status = 302

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/from", self._redirect),
            web.route("*", "/to", self._here),
            web.get("/chain/{left}", self._chain),
        ]

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=self.status, headers={"Location": self.target})

    async def _here(self, request: web.Request) -> web.Response:
        return web.json_response({"method": request.method, "body": (await request.text())})

    async def _chain(self, request: web.Request) -> web.Response:
        left = int(request.match_info["left"])
        return web.Response(
            status=302, headers={"Location": f"/chain/{left - 1}" if left else "/to"}
        )


@pytest.fixture
async def here() -> AsyncIterator[Redirects]:
    async with Redirects() as simulator:
        yield simulator


@pytest.fixture
async def elsewhere() -> AsyncIterator[Redirects]:
    async with Redirects() as simulator:
        yield simulator


@pytest.fixture
async def door() -> AsyncIterator[Doorway]:
    async with aiohttp.ClientSession() as session:
        yield Doorway(session, service="thing")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_get_keeps_its_headers_on_its_host(
    door: Doorway, here: Redirects, status: int
) -> None:
    here.status = status
    answer = await door.get(URL(here.url + "/from?a=1"), headers=HEADERS)
    assert answer.json() == {"method": "GET", "body": ""}
    arrived = here.exchanges[-1]
    assert arrived.path == "/to"
    assert HEADERS.items() <= dict(arrived.headers).items()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_get_takes_no_credentials_to_another_host(
    door: Doorway, here: Redirects, elsewhere: Redirects, status: int
) -> None:
    """Another port is another host: who knows whose it is."""
    here.status = status
    here.target = elsewhere.url + "/to"
    assert (await door.get(URL(here.url + "/from"), headers=HEADERS)).status == 200
    arrived = dict(elsewhere.exchanges[-1].headers)
    assert "k" not in arrived.values()
    assert "Bearer k" not in arrived.values()
    assert arrived["Accept"] == "application/json"


async def test_credentials_do_not_come_back_from_another_host(
    door: Doorway, here: Redirects, elsewhere: Redirects
) -> None:
    here.target = elsewhere.url + "/from"
    elsewhere.target = here.url + "/to"
    await door.get(URL(here.url + "/from"), headers=HEADERS)
    assert "X-Api-Key" not in here.exchanges[-1].headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_write_stays_a_write(door: Doorway, here: Redirects, status: int) -> None:
    here.status = status
    answer = await door.send("POST", URL(here.url + "/from"), headers=HEADERS, json={"n": 1})
    assert answer.json() == {"method": "POST", "body": '{"n":1}'}
    assert here.exchanges[-1].headers["X-Api-Key"] == "k"


async def test_a_write_that_was_carried_out_is_not_sent_again(
    door: Doorway, here: Redirects
) -> None:
    here.status = 303
    answer = await door.send("POST", URL(here.url + "/from"), headers=HEADERS, json={"n": 1})
    assert answer.status == 303
    assert len(here.exchanges) == 1


async def test_a_write_does_not_go_to_another_host(
    door: Doorway, here: Redirects, elsewhere: Redirects
) -> None:
    here.status = 307
    here.target = elsewhere.url + "/to"
    answer = await door.send("POST", URL(here.url + "/from"), headers=HEADERS, json={"n": 1})
    assert answer.status == 307
    assert elsewhere.exchanges == []


async def test_five_redirects_and_no_more(door: Doorway, here: Redirects) -> None:
    assert (await door.get(URL(here.url + "/chain/4"), headers={})).status == 200
    here.forget_requests()
    with pytest.raises(InvalidAnswer):
        await door.get(URL(here.url + "/chain/5"), headers={})
    assert len(here.exchanges) == 6


@pytest.mark.parametrize(
    ("old", "new", "keeps"),
    [
        ("http://host/a", "https://host/a", True),
        ("http://host:5055/a", "https://host/a", True),
        ("https://host/a", "https://host:443/b", True),
        ("https://HOST/a", "https://host/b", True),
        ("https://host/a", "http://host/a", False),
        ("https://host/a", "https://host:8443/a", False),
        ("https://host:8443/a", "http://host:8443/a", False),
        ("https://host/a", "https://host.example/a", False),
        ("https://host/a", "//other/a", False),
    ],
)
def test_where_credentials_may_go(old: str, new: str, keeps: bool) -> None:
    answer = Answer("thing", None, 302, {"Location": new}, b"")
    onward = follow(Call("GET", URL(old), {"X-Api-Key": "k"}), answer)
    assert onward is not None
    assert ("X-Api-Key" in onward.headers) is keeps
    write = follow(Call("POST", URL(old), {}, b"{}"), answer)
    assert (write is not None) is keeps


@pytest.mark.parametrize(
    "location", ["", "javascript:alert(1)", "ftp://host/", "http://[", "http://a:b/"]
)
def test_what_is_no_address_is_not_followed(location: str) -> None:
    answer = Answer("thing", None, 302, {"Location": location}, b"")
    assert follow(Call("GET", URL("http://host/"), {}), answer) is None


def test_credentials_in_a_redirect_are_left_out() -> None:
    answer = Answer("thing", None, 302, {"Location": "http://user:word@host/a#there"}, b"")
    onward = follow(Call("GET", URL("http://host/"), {}), answer)
    assert onward is not None
    assert str(onward.url) == "http://host/a"


@pytest.mark.parametrize("status", [200, 300, 304, 305])
def test_other_statuses_are_no_redirects(status: int) -> None:
    answer = Answer("thing", None, status, {"Location": "/to"}, b"")
    assert follow(Call("GET", URL("http://host/"), {}), answer) is None
