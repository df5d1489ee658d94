"""Trakt: what a request has to bring, and signing in and out."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from simulators.faults import Failure, Fault
from simulators.trakt import App, Clock, GetLimit, TraktSimulator

from .test_trakt import Client as ApiClient

APP = App("the-client", "the-secret", "urn:ietf:wg:oauth:2.0:oob")
HEADERS = {"Content-Type": "application/json", "User-Agent": "Media List Sync tests"}
SECRETS = {"client_id": APP.client_id, "client_secret": APP.client_secret}


class Client(ApiClient):
    """Asks both hosts."""

    async def post(
        self, path: str, body: object, *, api: bool = False, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        base = self.sim.api_url if api else self.sim.auth_url
        async with self._session.post(
            base + path, json=body, headers=HEADERS if headers is None else headers
        ) as response:
            if response.content_type == "application/json":
                return response.status, await response.json()
            return response.status, await response.text()

    async def device(self) -> dict[str, Any]:
        status, body = await self.post("/oauth/device/code", {"client_id": APP.client_id})
        assert status == 200
        return dict(body)

    async def poll(self, code: str) -> tuple[int, Any]:
        return await self.post("/oauth/device/token", {"code": code, **SECRETS})

    async def refresh(self, token: str, **other: str) -> tuple[int, Any]:
        body = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "redirect_uri": APP.redirect_uri,
            **SECRETS,
        }
        return await self.post("/oauth/token", {**body, **other})

    async def me(self, token: str) -> int:
        self.headers["Authorization"] = f"Bearer {token}"
        return await self.status("/users/settings")


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[TraktSimulator]:
    clock = Clock(stands_at=1_790_000_000)
    async with TraktSimulator(app=APP, clock=clock, token_lifetime=86_400) as simulator:
        yield simulator


@pytest.fixture
async def client(sim: TraktSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sim)


async def test_the_way_of_a_device(sim: TraktSimulator, client: Client) -> None:
    sim.add_user("alex-demo")
    code = await client.device()
    assert code["verification_url"].startswith(sim.auth_url)
    assert (code["expires_in"], code["interval"]) == (600, 5)
    assert await client.poll(code["device_code"]) == (400, "")
    sim.approve(code["user_code"], "alex-demo")
    sim.clock.advance(5)
    status, tokens = await client.poll(code["device_code"])
    assert status == 200
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 86_400)
    assert tokens["created_at"] == 1_790_000_005
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    assert (await client.ok("/users/me"))["username"] == "alex-demo"
    sim.clock.advance(5)
    assert await client.poll(code["device_code"]) == (409, "")


async def test_polling_too_fast(sim: TraktSimulator, client: Client) -> None:
    code = (await client.device())["device_code"]
    assert await client.poll(code) == (400, "")
    sim.clock.advance(4)
    assert await client.poll(code) == (429, "")
    sim.clock.advance(4)  # counted from the last poll
    assert await client.poll(code) == (429, "")
    sim.clock.advance(5)
    assert await client.poll(code) == (400, "")


async def test_codes_that_lead_nowhere(sim: TraktSimulator, client: Client) -> None:
    assert await client.poll("0" * 64) == (404, "")
    denied, late, later = await client.device(), await client.device(), await client.device()
    sim.deny(denied["user_code"])
    assert await client.poll(denied["device_code"]) == (418, "")
    sim.clock.advance(600)
    assert await client.poll(late["device_code"]) == (410, "")
    sim.expire_codes()
    sim.approve(later["user_code"])  # too late
    assert await client.poll(later["device_code"]) == (410, "")
    with pytest.raises(KeyError):
        sim.approve("NOTACODE")


async def test_a_refresh_token_works_once(sim: TraktSimulator, client: Client) -> None:
    first = sim.sign_in()
    status, second = await client.refresh(first.refresh_token)
    assert status == 200
    assert second["refresh_token"] != first.refresh_token
    assert await client.me(first.access_token) == 401
    assert await client.me(second["access_token"]) == 200
    status, body = await client.refresh(first.refresh_token)
    assert (status, body["error"]) == (400, "invalid_grant")
    # The pair that is in use is not touched by that.
    assert await client.me(second["access_token"]) == 200


async def test_tokens_run_out(sim: TraktSimulator, client: Client) -> None:
    pair = sim.sign_in()
    sim.clock.advance(86_399)
    assert await client.me(pair.access_token) == 200
    sim.clock.advance(1)
    assert await client.me(pair.access_token) == 401
    status, pair_2 = await client.refresh(pair.refresh_token)
    assert status == 200
    sim.expire_tokens()
    assert await client.me(pair_2["access_token"]) == 401
    assert (await client.refresh(pair_2["refresh_token"]))[0] == 200
    pair = sim.sign_in()
    sim.revoke_all()
    assert await client.me(pair.access_token) == 401
    assert (await client.refresh(pair.refresh_token))[0] == 400


async def test_a_bad_token_is_refused_where_none_is_needed(
    sim: TraktSimulator, client: Client
) -> None:
    assert await client.status("/movies/trending") == 200
    for header in ("Bearer nonsense", "Basic dmlld2Vy", "Bearer", ""):
        client.headers["Authorization"] = header
        assert await client.status("/movies/trending") == 401
    client.headers["Authorization"] = f"Bearer {sim.sign_in().access_token}"
    assert await client.status("/movies/trending") == 200


async def test_signing_out(sim: TraktSimulator, client: Client) -> None:
    pair = sim.sign_in()
    status, body = await client.post("/oauth/revoke", {"token": pair.access_token, **SECRETS})
    assert (status, body) == (200, {})
    assert await client.me(pair.access_token) == 401
    assert (await client.refresh(pair.refresh_token))[0] == 400
    status, _ = await client.post("/oauth/revoke", {"token": "unknown", **SECRETS})
    assert status == 200


async def test_what_does_not_fit(client: Client, sim: TraktSimulator) -> None:
    async def refused(path: str, body: object) -> tuple[int, str]:
        status, told = await client.post(path, body)
        assert set(told) == {"error", "error_description"}
        return status, told["error"]

    assert await refused("/oauth/device/code", {}) == (400, "invalid_request")
    assert await refused("/oauth/device/code", []) == (400, "invalid_request")
    assert await refused("/oauth/device/code", {"client_id": "x"}) == (401, "invalid_client")
    poll = {"code": "x", **SECRETS, "client_secret": "x"}
    assert await refused("/oauth/device/token", poll) == (401, "invalid_client")
    assert await refused("/oauth/revoke", {"token": "x"}) == (400, "invalid_request")
    grant = {"grant_type": "password"}
    assert await refused("/oauth/token", grant) == (400, "unsupported_grant_type")
    token = sim.sign_in().refresh_token
    assert (await client.refresh(token, redirect_uri="https://example.org"))[0] == 400
    assert (await client.refresh(token, client_secret="x"))[0] == 401
    assert (await client.refresh(token, redirect_uri=""))[1]["error"] == "invalid_request"
    # None of that used the token up.
    assert (await client.refresh(token))[0] == 200


async def test_the_two_hosts_do_not_answer_for_each_other(
    sim: TraktSimulator, client: Client
) -> None:
    assert sim.api_url != sim.auth_url
    headers = {**HEADERS, **client.headers}
    for path in ("/oauth/device/code", "/oauth/device/token", "/oauth/token", "/oauth/revoke"):
        body = {"client_id": APP.client_id}
        assert (await client.post(path, body, api=True, headers=headers))[0] == 404
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{sim.auth_url}/movies/trending") as response,
    ):
        assert response.status == 404


async def test_a_form_is_not_json(sim: TraktSimulator) -> None:
    async with (
        aiohttp.ClientSession(headers={"User-Agent": "Media List Sync tests"}) as session,
        session.post(f"{sim.auth_url}/oauth/device/code", data=SECRETS) as response,
    ):
        assert response.status == 412


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("User-Agent", None, 403),
        ("User-Agent", "Python/3.14 aiohttp/3.14.5", 403),
        ("Content-Type", None, 412),
        ("Content-Type", "text/plain", 412),
        ("trakt-api-version", None, 412),
        ("trakt-api-version", "1", 412),
        ("trakt-api-key", None, 403),
        ("trakt-api-key", "of-nobody", 403),
    ],
)
async def test_headers_of_the_api(
    client: Client, header: str, value: str | None, status: int
) -> None:
    del client.headers[header]
    if value is not None:
        client.headers[header] = value
    answered, body, _ = await client.get("/movies/trending")
    assert answered == status
    # The network in front of Trakt answers with a page, Trakt itself with nothing.
    assert body[:9] == ("<!DOCTYPE" if header == "User-Agent" else "")


async def test_a_name_is_demanded_for_signing_in_too(sim: TraktSimulator) -> None:
    body = {"client_id": APP.client_id}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sim.auth_url}/oauth/device/code", json=body) as response,
    ):
        assert (response.status, response.content_type) == (403, "text/html")


async def test_a_deleted_app(sim: TraktSimulator, client: Client) -> None:
    pair = sim.sign_in()
    code = await client.device()
    sim.delete_app()
    assert await client.me(pair.access_token) == 403
    status, body = await client.post("/oauth/device/code", {"client_id": APP.client_id})
    assert (status, body["error"]) == (401, "invalid_client")
    assert (await client.poll(code["device_code"]))[0] == 401
    status, body = await client.refresh(pair.refresh_token)
    assert (status, body["error"]) == (400, "invalid_grant")


async def test_accounts_that_may_not(sim: TraktSimulator, client: Client) -> None:
    token = sim.sign_in().access_token
    sim.lock()
    assert await client.me(token) == 423
    _, body, headers = await client.get("/movies/trending")
    assert (body, headers["X-Account-Locked"]) == ("", "true")
    sim.user().locked = False

    sim.require_vip("^/users/settings")
    assert await client.status("/movies/trending") == 200
    status, _, headers = await client.get("/users/settings")
    assert (status, headers["X-VIP-Only"]) == (426, "true")
    assert headers["X-Upgrade-URL"].startswith("https://")
    sim.user().vip = True
    assert await client.status("/users/settings") == 200

    sim.reach_account_limit("/sync/watchlist", limit=250)
    status, _, headers = await client.get("/sync/watchlist")
    assert (status, headers["X-Account-Limit"], headers["X-VIP-User"]) == (420, "250", "true")
    sim.lift_refusals()
    assert await client.status("/sync/watchlist") == 200


async def test_reads_are_limited(sim: TraktSimulator, client: Client) -> None:
    sim.add_user("alex-demo")
    sim.limit_reads(GetLimit(count=2, seconds=300))
    for _ in range(2):
        assert await client.status("/movies/trending") == 200
    status, body, headers = await client.get("/movies/trending")
    assert (status, body, headers["Retry-After"]) == (429, "", "300")
    assert "UNAUTHED_API_GET_LIMIT" in headers["X-Ratelimit"]
    # Each person has a bucket of their own.
    for user in ("viewer", "alex-demo"):
        client.sign_in(user)
        for expected in (200, 200, 429):
            assert await client.status("/users/settings") == expected
    sim.clock.advance(299)
    _, _, headers = await client.get("/users/settings")
    assert headers["Retry-After"] == "1"
    assert '"AUTHED_API_GET_LIMIT' in headers["X-Ratelimit"]
    sim.clock.advance(1)
    assert await client.status("/users/settings") == 200


async def test_reads_are_limited_at_the_edge(sim: TraktSimulator, client: Client) -> None:
    sim.limit_reads(GetLimit(count=0, at_the_edge=True))
    status, body, headers = await client.get("/movies/trending")
    assert (status, body[:9], headers["Retry-After"]) == (429, "<!DOCTYPE", "300")


async def test_faults_hold_for_both_hosts(sim: TraktSimulator, client: Client) -> None:
    sim.faults.add(Fault(Failure.CUT_AFTER, path="/oauth/token", times=1))
    pair = sim.sign_in()
    with pytest.raises(aiohttp.ClientError):
        await client.refresh(pair.refresh_token)
    # The refresh happened, although its answer was lost: the token is used up.
    status, body = await client.refresh(pair.refresh_token)
    assert (status, body["error"]) == (400, "invalid_grant")
    assert sim.counts["POST /oauth/token"] == 2
    assert [exchange.path for exchange in sim.exchanges] == ["/oauth/token"] * 2


async def test_the_real_time(socket_enabled: None) -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(3600)
    assert clock.now() - before >= 3600
    assert clock.stamp() < clock.stamp()
