"""What AniList refuses, and what goes wrong on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.anilist import (
    PACE,
    AniListClient,
    ApiClosed,
    Change,
    UserGone,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Doorway,
    InvalidAnswer,
    Limited,
    Refused,
    ServiceError,
    Unreachable,
)
from simulators.anilist import RateLimit, generated
from simulators.base import Simulator
from simulators.faults import Failure, Fault

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def reads(client: AniListClient) -> list[Callable[[], Any]]:
    return [
        client.viewer,
        lambda: client.user("viewer"),
        lambda: client.whole_list(5_000_001),
        lambda: client.changed_since(5_000_001, 0),
        lambda: client.media([200_001]),
        lambda: client.search("anime"),
    ]


@pytest.mark.parametrize("errors_in_200", [False, True])
async def test_a_token_that_ended(anilist, anilist_client, errors_in_200) -> None:
    anilist.errors_in_200 = errors_in_200
    client = anilist_client()
    anilist.clock.advance(366 * 24 * 3600)
    for read in reads(client):
        with pytest.raises(CredentialsRejected, match="Invalid token") as error:
            await read()
        assert error.value.account == "entry-of-the-account"


async def test_without_a_sign_in_there_is_no_viewer(anilist_client) -> None:
    with pytest.raises(CredentialsRejected):
        await anilist_client(public=True).viewer()


@pytest.mark.parametrize("errors_in_200", [False, True])
@pytest.mark.parametrize("why", ["private", "deleted"])
async def test_a_person_who_is_gone_or_private(anilist, anilist_client, why, errors_in_200) -> None:
    other = anilist.add_user("other")
    anilist.errors_in_200 = errors_in_200
    if why == "private":
        other.private = True
    else:
        anilist.delete_user("other")
    client = anilist_client()
    for read in (
        client.user("other"),
        client.user(other.id),
        client.whole_list(other.id),
        client.changed_since(other.id, 0),
    ):
        with pytest.raises(UserGone):
            await read


async def test_closed_for_now_is_not_a_wrong_token(anilist, anilist_client) -> None:
    anilist.is_closed = True
    for read in reads(anilist_client()):
        with pytest.raises(ApiClosed, match="stability") as error:
            await read()
        assert not error.value.sent


async def test_every_request_says_where_it_comes_from(anilist, anilist_client, monkeypatch) -> None:
    client = anilist_client()
    for read in reads(client):
        await read()
    sent = {exchange.headers["Referer"] for exchange in anilist.exchanges}
    assert sent == {"https://github.com/media-list-sync/media-list-sync"}
    agents = {exchange.headers["User-Agent"] for exchange in anilist.exchanges}
    assert agents == {"MediaListSync/1 (Home Assistant custom integration)"}

    monkeypatch.delitem(client._headers, "Referer")
    with pytest.raises(ApiClosed):
        await client.viewer()


async def test_too_many_requests(anilist, anilist_client) -> None:
    anilist.limit_requests(RateLimit(1))
    client = anilist_client(public=True)
    await client.user("viewer")
    with pytest.raises(Limited) as error:
        await client.user("viewer")
    wait = error.value.until - datetime.now(UTC)
    assert timedelta(seconds=55) < wait <= timedelta(seconds=61)


class Told(Simulator):
    """Answers what it is told to."""

    name = "AniList"
    status = 200
    body: object = None
    headers: dict[str, str]

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/", self._tell)]

    async def _tell(self, _: web.Request) -> web.Response:
        return web.json_response(self.body, status=self.status, headers=self.headers)


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"Retry-After": "42"}, NOW + timedelta(seconds=42)),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 17)}, NOW + timedelta(seconds=17)),
        ({"X-RateLimit-Reset": "1"}, NOW),
        ({"X-RateLimit-Reset": "9" * 30}, NOW + timedelta(minutes=1)),
        ({}, NOW + timedelta(minutes=1)),
    ],
)
async def test_too_many_requests_with_status_200(doorway, headers, until) -> None:
    async with Told() as told:
        told.headers = headers
        told.body = {"data": None, "errors": [{"message": "Too Many Requests.", "status": 429}]}
        client = AniListClient(doorway("anilist"), f"{told.url}/", now=lambda: NOW)
        with pytest.raises(Limited) as error:
            await client.user("x")
    assert error.value.until == until


@pytest.mark.parametrize("save", [False, True])
async def test_a_limit_with_status_200_is_remembered(doorway, save) -> None:
    async with Told() as told:
        told.headers = {"Retry-After": "42"}
        told.body = {"data": None, "errors": [{"message": "Too Many Requests.", "status": 429}]}
        client = AniListClient(doorway("anilist"), f"{told.url}/")
        if save:
            (error,) = await client.save([Change(1)])
            assert isinstance(error, Limited)
        else:
            with pytest.raises(Limited):
                await client.user("x")
        with pytest.raises(Limited) as again:
            await client.viewer()
        assert again.value.account == "entry-of-the-account"
        assert told.counts.total() == 1


def _error(**fields: object) -> dict[str, object]:
    return {"data": None, "errors": [fields]}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, _error(message="Internal Server Error", status=500), Unreachable),
        (500, _error(message="Internal Server Error", status=500), Unreachable),
        (200, _error(message="Something"), InvalidAnswer),
        (400, _error(message="Something"), Refused),
        (400, _error(message="Cannot query field", status=400), Refused),
        (401, _error(message="Unauthorized.", status=401), CredentialsRejected),
        (401, {}, CredentialsRejected),
        (200, {}, InvalidAnswer),
        (200, [], InvalidAnswer),
        (200, None, InvalidAnswer),
        (200, {"data": None}, InvalidAnswer),
        (200, {"data": {"User": None}}, InvalidAnswer),
        (200, {"data": {"User": {"id": "1", "name": "x"}}}, InvalidAnswer),
        (200, {"errors": "no"}, InvalidAnswer),
        (204, {}, InvalidAnswer),
        (418, {"message": "tea"}, Refused),
    ],
)
async def test_answers_of_every_shape(doorway, status, body, error) -> None:
    async with Told() as told:
        told.headers, told.status, told.body = {}, status, body
        client = AniListClient(doorway("anilist"), f"{told.url}/")
        with pytest.raises(ServiceError) as raised:
            await client.user("x")
    assert type(raised.value) is error


FAULTS = [
    (Fault(Failure.CUT), Unreachable, 3),
    (Fault(Failure.CUT_AFTER), Unreachable, 3),
    (Fault(Failure.TRUNCATE), InvalidAnswer, 1),
    (Fault(Failure.HTML, status=200), InvalidAnswer, 1),
    (Fault(Failure.HTML, status=403), ApiClosed, 1),
    (Fault(Failure.HTML, status=500), Unreachable, 1),
    (Fault(Failure.STATUS, status=500), Unreachable, 1),
    (Fault(Failure.STATUS, status=503), Unreachable, 3),
    (Fault(Failure.STATUS, status=429, retry_after="60"), Limited, 1),
    (Fault(Failure.STATUS, status=404), ServiceError, 1),
]


@pytest.mark.parametrize(("fault", "error", "asked"), FAULTS, ids=lambda value: str(value)[:40])
async def test_faults_in_the_middle_of_a_list(anilist, anilist_client, fault, error, asked) -> None:
    media = generated(501)
    anilist.add_media(*media)
    for each in media:
        anilist.add_entry("viewer", each.id)
    fault.after = 1
    anilist.faults.add(fault)
    with pytest.raises(error):
        await anilist_client().whole_list(5_000_001)
    assert anilist.counts["POST /"] == 1 + asked


async def test_a_short_fault_is_got_over(anilist, anilist_client) -> None:
    anilist.faults.add(Fault(Failure.STATUS, status=502, times=2))
    assert (await anilist_client().viewer()).name == "viewer"
    anilist.faults.clear()
    anilist.faults.add(Fault(Failure.DELAY, seconds=0.05))
    assert (await anilist_client().viewer()).name == "viewer"


async def test_reads_and_writes_keep_one_pace(anilist, session) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    doorway = Doorway(session, service="anilist", pace=PACE, write_pace=None, sleep=sleep)
    client = AniListClient(doorway, f"{anilist.url}/", anilist.sign_in())
    await client.viewer()
    await client.viewer()
    await client.save([Change(1)])
    assert [round(seconds / 2) for seconds in waits] == [1, 2]


async def test_no_token_in_any_error_or_log(anilist, anilist_client, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    client = anilist_client()
    token = client._headers["Authorization"].removeprefix("Bearer ")
    anilist.revoke_all()
    with pytest.raises(CredentialsRejected) as error:
        await client.viewer()
    assert token not in repr(error.value) + str(error.value) + caplog.text
