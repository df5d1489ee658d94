"""The doorway, against a server that fails in every way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import logging
import traceback
from typing import Any

import aiohttp
from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.http import (
    Answer,
    CredentialsRejected,
    Doorway,
    InvalidAnswer,
    Limited,
    Pace,
    ServiceError,
    Unreachable,
)
from custom_components.media_list_sync.engine.http.pace import Gate
from simulators.base import Simulator
from simulators.faults import Failure, Fault

pytestmark = pytest.mark.usefixtures("socket_enabled")

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
KEY = "sEcr3t"
HEADERS = {"X-Api-Key": KEY, "Accept": "application/json"}


class Things(Simulator):
    """A service that answers what it was asked, and remembers what it was told to make."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[Any] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.seconds = 0.0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/things", self._list),
            *[web.route(method, "/things", self._make) for method in ("POST", "PUT", "DELETE")],
            web.get("/status/{status}", self._status),
            web.get("/big", self._big),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(self.seconds)
        self.in_flight -= 1
        return web.json_response({"things": len(self.made)}, headers={"X-Total": "7"})

    async def _make(self, request: web.Request) -> web.Response:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(self.seconds)
        self.in_flight -= 1
        self.made.append(await request.json())
        return web.json_response({"id": len(self.made)}, status=201)

    async def _status(self, request: web.Request) -> web.Response:
        status = int(request.match_info["status"])
        return web.json_response({"message": "so it is"}, status=status)

    async def _big(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if request.query.get("packed"):
            response.enable_compression(web.ContentCoding.gzip)
        if length := request.query.get("length"):
            response.content_length = int(length)
        await response.prepare(request)
        try:
            for _ in range(64):
                await response.write(b" " * 64 * 1024)
        except ConnectionError:
            return response
        return response


class Sleeps(list[float]):
    """A sleep that only takes notes."""

    async def __call__(self, seconds: float) -> None:
        self.append(round(seconds, 1))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def things() -> AsyncIterator[Things]:
    async with Things() as simulator:
        yield simulator


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


type MakeDoor = Callable[..., Doorway]


@pytest.fixture
def make_door(session: aiohttp.ClientSession, sleeps: Sleeps) -> MakeDoor:
    def make(**options: Any) -> Doorway:
        chosen = {"sleep": sleeps, "now": lambda: NOW, **options}
        return Doorway(session, service="thing", account="entry", **chosen)

    return make


@pytest.fixture
def door(make_door: MakeDoor) -> Doorway:
    return make_door()


def url(simulator: Simulator, path: str = "/things") -> URL:
    return URL(simulator.url + path)


async def test_a_get_answers(door: Doorway, things: Things) -> None:
    answer = await door.get(url(things), headers=HEADERS)
    assert answer.status == 200
    assert answer.json() == {"things": 0}
    assert answer.headers["x-total"] == answer.headers["X-TOTAL"] == "7"
    assert things.exchanges[0].headers["X-Api-Key"] == KEY


async def test_a_send_carries_json(door: Doorway, things: Things) -> None:
    answer = await door.send("post", url(things), headers=HEADERS, json={"name": "é", "of": [1]})
    assert (answer.status, answer.json()) == (201, {"id": 1})
    assert things.made == [{"name": "é", "of": [1]}]
    assert things.exchanges[0].headers["Content-Type"] == "application/json"


async def test_a_client_may_name_its_own_content_type(door: Doorway, things: Things) -> None:
    headers = {"content-type": "application/json; v=2"}
    await door.send("POST", url(things), headers=headers, json={})
    sent = [value for name, value in things.exchanges[0].headers.items() if name == "Content-Type"]
    assert sent == ["application/json; v=2"]


@pytest.mark.parametrize("status", [200, 202, 204, 304, 400, 401, 403, 404, 409, 420, 423, 500])
async def test_the_client_says_what_other_statuses_mean(
    door: Doorway, things: Things, status: int
) -> None:
    answer = await door.get(url(things, f"/status/{status}"), headers=HEADERS)
    assert answer.status == status
    assert len(things.exchanges) == 1


@pytest.mark.parametrize("status", [502, 503, 504, 520, 521, 522])
async def test_a_server_that_is_down_is_asked_three_times(
    door: Doorway, things: Things, sleeps: Sleeps, status: int
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=status))
    with pytest.raises(Unreachable) as caught:
        await door.get(url(things), headers=HEADERS)
    assert caught.value.reason == "server_error"
    assert caught.value.detail == str(status)
    assert (caught.value.service, caught.value.account) == ("thing", "entry")
    assert len(things.exchanges) == 3
    assert sleeps == [1, 2]


async def test_without_patience_nothing_is_tried_twice(
    make_door: MakeDoor, things: Things, sleeps: Sleeps
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=503))
    with pytest.raises(Unreachable):
        await make_door(patience=0).get(url(things), headers=HEADERS)
    assert len(things.exchanges) == 1
    assert sleeps == []


async def test_a_server_that_comes_back_answers(door: Doorway, things: Things) -> None:
    things.faults.add(Fault(Failure.STATUS, status=503, times=2))
    assert (await door.get(url(things), headers=HEADERS)).status == 200


async def test_a_server_that_is_down_is_waited_for_as_it_asks(
    door: Doorway, things: Things, sleeps: Sleeps
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=503, retry_after="20", times=1))
    assert (await door.get(url(things), headers=HEADERS)).status == 200
    assert sleeps == [20]


async def test_a_server_that_is_down_for_long_is_not_waited_for(
    door: Doorway, things: Things, sleeps: Sleeps
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=503, retry_after="31"))
    with pytest.raises(Unreachable):
        await door.get(url(things), headers=HEADERS)
    assert len(things.exchanges) == 1
    assert sleeps == []


@pytest.mark.parametrize("status", [502, 503, 504, 520, 521, 522, 429])
async def test_a_write_is_not_repeated(
    door: Doorway, things: Things, sleeps: Sleeps, status: int
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=status, retry_after="1"))
    with pytest.raises(Limited if status == 429 else Unreachable) as caught:
        await door.send("POST", url(things), headers=HEADERS, json={})
    assert len(things.exchanges) == 1
    assert sleeps == []
    if isinstance(caught.value, Unreachable):
        assert caught.value.sent


@pytest.mark.parametrize("status", [503, 429])
async def test_a_query_by_post_is_repeated(door: Doorway, things: Things, status: int) -> None:
    things.faults.add(Fault(Failure.STATUS, status=status, retry_after="1", times=2))
    answer = await door.send("POST", url(things), headers=HEADERS, json={}, repeat=True)
    assert answer.status == 201
    assert len(things.exchanges) == 3


async def test_a_short_limit_is_waited_out(door: Doorway, things: Things, sleeps: Sleeps) -> None:
    things.faults.add(Fault(Failure.STATUS, status=429, retry_after="7", times=1))
    assert (await door.get(url(things), headers=HEADERS)).status == 200
    assert sleeps == [7]


async def test_a_limit_holds_up_the_others_too(
    door: Doorway, things: Things, sleeps: Sleeps
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=429, retry_after="20", times=1))
    await door.get(url(things), headers=HEADERS)
    await door.get(url(things), headers=HEADERS)
    await door.send("POST", url(things), headers=HEADERS, json={})
    assert sleeps[0] == 20
    assert all(0 < seconds <= 20 for seconds in sleeps)
    assert len(sleeps) == 3  # time does not pass here: all three have to wait


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("31", timedelta(seconds=31)),
        ("300", timedelta(minutes=5)),
        (" 90 ", timedelta(seconds=90)),
        ("90.5", timedelta(seconds=90.5)),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), timedelta(hours=2)),
        ("Saturday, 21-Nov-26 13:00:00 GMT", timedelta(hours=1)),
        ("Sat Nov 21 13:00:00 2026", timedelta(hours=1)),
        ("Sat, 21 Nov 2026 13:00:00 +0000", timedelta(hours=1)),
        ("9" * 400, timedelta(days=1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)),
        # Garbage, and nothing at all: five minutes.
        (None, timedelta(minutes=5)),
        ("", timedelta(minutes=5)),
        ("-5", timedelta(minutes=5)),
        ("soon", timedelta(minutes=5)),
        ("nan", timedelta(minutes=5)),
        ("1e9", timedelta(minutes=5)),
        ("Sat, 99 Nov 2026 13:00:00 GMT", timedelta(minutes=5)),
        ("Sat, 21 Nov 2026 13:00:00 +9999", timedelta(minutes=5)),
    ],
)
async def test_a_long_limit_says_until_when(
    door: Doorway, things: Things, sleeps: Sleeps, retry_after: str | None, wait: timedelta
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=429, retry_after=retry_after))
    with pytest.raises(Limited) as caught:
        await door.get(url(things), headers=HEADERS)
    assert caught.value.until == NOW + wait
    assert len(things.exchanges) == 1
    assert sleeps == []


@pytest.mark.parametrize("retry_after", ["0", "Sat, 21 Nov 2026 11:00:00 GMT"])
async def test_a_limit_without_a_wait_is_not_hammered(
    door: Doorway, things: Things, sleeps: Sleeps, retry_after: str
) -> None:
    things.faults.add(Fault(Failure.STATUS, status=429, retry_after=retry_after))
    with pytest.raises(Limited) as caught:
        await door.get(url(things), headers=HEADERS)
    assert caught.value.until > NOW
    assert len(things.exchanges) == 3
    assert sleeps == [1, 2]


async def test_a_limit_that_stays_is_told(door: Doorway, things: Things, sleeps: Sleeps) -> None:
    things.faults.add(Fault(Failure.HTML, status=429, retry_after="30"))
    with pytest.raises(Limited) as caught:
        await door.get(url(things), headers=HEADERS)
    assert caught.value.until == NOW + timedelta(seconds=30)
    assert caught.value.detail == "Just a moment…"
    assert len(things.exchanges) == 3


@pytest.mark.parametrize("status", [200, 202, 403, 404])
async def test_a_web_page_is_for_the_client_to_judge_but_never_json(
    door: Doorway, things: Things, status: int
) -> None:
    things.faults.add(Fault(Failure.HTML, status=status))
    answer = await door.get(url(things), headers=HEADERS)
    assert (answer.status, answer.is_html) == (status, True)
    with pytest.raises(InvalidAnswer) as caught:
        answer.json()
    assert caught.value.detail == f"{status}: Just a moment…"
    assert caught.value.account == "entry"


async def test_half_an_answer_is_no_answer(door: Doorway, things: Things) -> None:
    things.faults.add(Fault(Failure.TRUNCATE))
    answer = await door.get(url(things), headers=HEADERS)
    with pytest.raises(InvalidAnswer) as caught:
        answer.json()
    assert caught.value.__context__ is None  # orjson's error would hold the whole body


async def test_a_slow_answer_times_out(make_door: MakeDoor, things: Things, sleeps) -> None:
    things.faults.add(Fault(Failure.DELAY, seconds=0.4))
    door = make_door(timeout=0.1)
    with pytest.raises(Unreachable) as caught:
        await door.get(url(things), headers=HEADERS)
    assert (caught.value.reason, caught.value.sent) == ("timeout", True)
    assert sleeps == [1]
    await asyncio.sleep(0.5)  # for the server's sake


async def test_a_write_that_times_out_is_in_doubt(make_door: MakeDoor, things: Things) -> None:
    things.faults.add(Fault(Failure.DELAY, seconds=1))
    with pytest.raises(Unreachable) as caught:
        await make_door(timeout=0.5).send("POST", url(things), headers=HEADERS, json={})
    assert (caught.value.reason, caught.value.sent) == ("timeout", True)
    assert things.counts.total() == 1


async def test_a_cut_get_is_repeated(door: Doorway, things: Things, sleeps: Sleeps) -> None:
    things.faults.add(Fault(Failure.CUT, times=3))  # aiohttp repeats each once by itself
    assert (await door.get(url(things), headers=HEADERS)).status == 200
    assert sleeps == [1]


async def test_a_get_that_is_always_cut_is_unreachable(door: Doorway, things: Things) -> None:
    things.faults.add(Fault(Failure.CUT))
    with pytest.raises(Unreachable) as caught:
        await door.get(url(things), headers=HEADERS)
    assert caught.value.reason == "cut"


@pytest.mark.parametrize("failure", [Failure.CUT, Failure.CUT_AFTER])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_cut_write_is_in_doubt_and_not_repeated(
    door: Doorway, things: Things, method: str, failure: Failure
) -> None:
    """HTTP allows to repeat some, and aiohttp would."""
    things.faults.add(Fault(failure))
    with pytest.raises(Unreachable) as caught:
        await door.send(method, url(things), headers=HEADERS, json={"name": 1})
    assert (caught.value.reason, caught.value.sent) == ("cut", True)
    assert len(things.exchanges) == 1
    assert len(things.made) == (failure is Failure.CUT_AFTER)


@pytest.mark.parametrize(
    "path", ["/big", "/big?packed=1", "/big?length=4194304"], ids=["chunked", "packed", "told"]
)
async def test_an_endless_answer_is_not_read(
    make_door: MakeDoor, things: Things, path: str
) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        await make_door(max_bytes=1024**2).get(url(things, path), headers=HEADERS)
    assert caught.value.detail == "more than 1 MiB"
    assert things.counts.total() == 1


async def test_an_answer_as_large_as_allowed_is_read(make_door: MakeDoor, things: Things) -> None:
    answer = await make_door(max_bytes=4 * 1024**2).get(url(things, "/big"), headers={})
    assert len(answer.body) == 4 * 1024**2


async def test_reads_run_side_by_side_but_not_too_many(make_door: MakeDoor, things: Things) -> None:
    things.seconds = 0.2
    door = make_door(pace=Pace(at_once=3))
    await asyncio.gather(*(door.get(url(things), headers=HEADERS) for _ in range(9)))
    assert things.most_in_flight == 3


async def test_writes_run_one_at_a_time(door: Doorway, things: Things) -> None:
    things.seconds = 0.02
    calls = (door.send("POST", url(things), headers={}, json={"n": n}) for n in range(5))
    await asyncio.gather(*calls)
    assert things.most_in_flight == 1
    assert [made["n"] for made in things.made] == [0, 1, 2, 3, 4]


async def test_queries_by_post_run_side_by_side(door: Doorway, things: Things) -> None:
    things.seconds = 0.2
    calls = (door.send("POST", url(things), headers={}, json={}, repeat=True) for _ in range(3))
    await asyncio.gather(*calls)
    assert things.most_in_flight == 3


async def test_requests_start_at_an_interval(
    make_door: MakeDoor, things: Things, sleeps: Sleeps
) -> None:
    door = make_door(write_pace=Pace(interval=20, at_once=2))
    await asyncio.gather(*(door.send("POST", url(things), headers={}, json={}) for _ in range(3)))
    first, second = sleeps
    assert 0 < first <= 20 < second <= 40
    # Reads have a pace of their own.
    await asyncio.gather(*(door.get(url(things), headers={}) for _ in range(4)))
    assert len(sleeps) == 2


async def test_an_interval_passes_by_the_clock() -> None:
    time = 100.0
    starts: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal time
        time += seconds

    gate = Gate(Pace(interval=2, at_once=1), lambda: time, sleep)
    for takes in (0.5, 5, 0, 0):
        async with gate:
            starts.append(time)
            time += takes
    assert starts == [100, 102, 107, 109]  # a long request uses its interval up


async def test_a_failed_request_gives_its_place_back(make_door: MakeDoor, things: Things) -> None:
    door = make_door(pace=Pace(at_once=1))
    things.faults.add(Fault(Failure.CUT, times=6))
    with pytest.raises(Unreachable):
        await door.get(url(things), headers=HEADERS)
    assert (await asyncio.wait_for(door.get(url(things), headers=HEADERS), 5)).status == 200


async def test_cancelling_gives_the_place_back(session, things: Things) -> None:
    door = Doorway(session, service="thing", write_pace=Pace(interval=0.2, at_once=1))
    things.faults.add(Fault(Failure.DELAY, seconds=0.8, times=1))
    in_flight = asyncio.create_task(door.send("POST", url(things), headers={}, json={}))
    waiting = asyncio.create_task(door.send("POST", url(things), headers={}, json={}))
    await asyncio.sleep(0.1)
    for task in (in_flight, waiting):
        task.cancel()
    await asyncio.gather(in_flight, waiting, return_exceptions=True)
    assert in_flight.cancelled()
    assert waiting.cancelled()
    pacing = asyncio.create_task(door.send("POST", url(things), headers={}, json={}))
    later = asyncio.create_task(door.send("POST", url(things), headers={}, json={}))
    await pacing
    later.cancel()  # while it waits for its time
    await asyncio.gather(later, return_exceptions=True)
    await asyncio.wait_for(door.send("POST", url(things), headers={}, json={}), 5)


async def test_a_closed_session_is_unreachable(things: Things) -> None:
    async with aiohttp.ClientSession() as session:
        door = Doorway(session, service="thing", sleep=Sleeps())
    with pytest.raises(Unreachable) as caught:
        await door.get(url(things), headers=HEADERS)
    assert not caught.value.sent


@pytest.mark.parametrize("key", ["a\nb", "a\r\nX: 1", "a\0"])
async def test_a_key_with_a_line_break_is_no_key(door: Doorway, things: Things, key: str) -> None:
    with pytest.raises(CredentialsRejected) as caught:
        await door.get(url(things), headers={"X-Api-Key": key})
    assert key not in str(caught.value)
    assert things.exchanges == []


@pytest.mark.parametrize("address", ["ftp://host/", "http:///nowhere", "/things"])
async def test_an_address_that_is_none_is_unreachable(door: Doorway, address: str) -> None:
    with pytest.raises(Unreachable) as caught:
        await door.get(URL(address), headers=HEADERS)
    assert (caught.value.reason, caught.value.sent) == ("connect", False)


async def test_nothing_of_a_request_shows(
    make_door: MakeDoor, things: Things, caplog: pytest.LogCaptureFixture
) -> None:
    """No query, no key, no body: not in errors, their causes, their repr, or the log."""
    caplog.set_level(logging.DEBUG, "custom_components")
    address = url(things, f"/things?query={KEY}")
    faults = [
        Fault(Failure.CUT),
        Fault(Failure.DELAY, seconds=0.5),
        Fault(Failure.STATUS, status=503),
        Fault(Failure.STATUS, status=429),
        Fault(Failure.HTML, status=200),
        Fault(Failure.TRUNCATE),
    ]
    shown: list[str] = []
    door = make_door(timeout=0.2)
    headers = {**HEADERS, "Authorization": f"Bearer {KEY}"}

    async def fail(call: Any) -> None:
        with pytest.raises(ServiceError) as caught:
            (await call).json()
        error = caught.value
        shown.extend((str(error), repr(error), *traceback.format_exception(error)))
        shown.extend((repr(error.__context__), str(error.__context__), repr(error.__cause__)))

    for fault in faults:
        things.faults.add(fault)
        await fail(door.get(address, headers=headers))
        await fail(door.send("POST", address, headers=headers, json={"token": KEY}))
        things.faults.clear()
    closed = URL(f"http://127.0.0.1:1/?key={KEY}")
    await fail(door.get(closed, headers=headers))
    await fail(door.get(URL(f"ftp://host/?key={KEY}"), headers=headers))
    answer = await make_door().get(address, headers=headers)
    shown.extend((repr(answer), repr(door), caplog.text))
    assert "GET /things" in caplog.text
    assert not [text for text in shown if KEY in text]


def test_an_answer_shows_no_body() -> None:
    answer = Answer("thing", None, 200, {"Set-Cookie": KEY}, KEY.encode())
    assert KEY not in repr(answer)
