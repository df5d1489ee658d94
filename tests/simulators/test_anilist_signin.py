"""AniList: signing in."""

import base64
from collections.abc import AsyncIterator
import json
from typing import Any

import aiohttp
import pytest
from yarl import URL

from simulators.anilist import AniListSimulator, Clock

REDIRECT = "https://my.home-assistant.io/redirect/oauth"
ASK = {"client_id": "12345", "redirect_uri": REDIRECT, "response_type": "code", "state": "a b&c"}


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[AniListSimulator]:
    async with AniListSimulator(clock=Clock(1_700_000_000)) as simulator:
        yield simulator


@pytest.fixture
async def session(sim: AniListSimulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{sim.auth_url}/api/v2/oauth/") as session:
        yield session


async def authorize(session: aiohttp.ClientSession, **changes: str) -> tuple[int, URL | None]:
    async with session.get("authorize", params=ASK | changes, allow_redirects=False) as response:
        where = response.headers.get("Location")
        return response.status, URL(where) if where else None


async def token(session: aiohttp.ClientSession, code: str, /, **changes: str) -> tuple[int, Any]:
    body = {
        "grant_type": "authorization_code",
        "client_id": "12345",
        "client_secret": "anilist-client-secret",
        "redirect_uri": REDIRECT,
        "code": code,
    }
    async with session.post("token", json=body | changes) as response:
        return response.status, await response.json()


async def a_code(sim: AniListSimulator, session: aiohttp.ClientSession) -> str:
    sim.approve()
    status, where = await authorize(session)
    assert status == 302
    assert where is not None
    assert where.with_query(None) == URL(REDIRECT)
    assert where.query["state"] == "a b&c"
    return where.query["code"]


async def test_a_year_of_access(sim: AniListSimulator, session: aiohttp.ClientSession) -> None:
    status, body = await token(session, await a_code(sim, session))
    assert status == 200
    assert set(body) == {"token_type", "expires_in", "access_token"}
    claims = body["access_token"].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told["exp"] == 1_700_000_000 + 365 * 24 * 3600
    assert told["sub"] == str(sim.user().id)


async def test_the_person_decides(sim: AniListSimulator, session: aiohttp.ClientSession) -> None:
    assert await authorize(session) == (200, None)
    sim.deny()
    status, where = await authorize(session)
    assert status == 302
    assert where is not None
    assert dict(where.query) == {"error": "access_denied", "state": "a b&c"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "1"}, 401),
        ({"redirect_uri": f"{REDIRECT}/"}, 401),
        ({"response_type": "token"}, 400),
    ],
)
async def test_no_page_for_what_does_not_fit(sim, session, changes, status) -> None:
    sim.approve()
    assert await authorize(session, **changes) == (status, None)


async def test_a_code_works_once_and_for_ten_minutes(sim, session) -> None:
    code = await a_code(sim, session)
    assert (await token(session, code))[0] == 200
    late = await a_code(sim, session)
    sim.clock.advance(601)
    for used in (code, late, "made up"):
        status, body = await token(session, used)
        assert (status, body["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "1"}, 401, "invalid_client"),
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"redirect_uri": f"{REDIRECT}?a=b"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
    ],
)
async def test_what_is_refused(sim, session, changes, status, error) -> None:
    answered, body = await token(session, await a_code(sim, session), **changes)
    assert (answered, body["error"]) == (status, error)


async def test_a_form_is_not_read(sim, session) -> None:
    form = {"grant_type": "authorization_code", "code": await a_code(sim, session)}
    async with session.post("token", data=form) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "unsupported_grant_type"
