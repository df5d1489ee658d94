"""Signing in to Trakt, and keeping tokens fresh."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.trakt import AppDeleted, TraktClient
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    CodeExpired,
    SignInDenied,
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    InvalidAnswer,
    Limited,
    Unreachable,
)
from simulators.base import Simulator
from simulators.faults import Failure, Fault
from simulators.trakt import Clock, TraktSimulator

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Time:
    """Our clock and Trakt's, which tests move together. Sleeping moves them."""

    def __init__(self) -> None:
        self.trakts = Clock(START.timestamp())
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.trakts.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.trakts.advance(seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def trakt(socket_enabled: None, time: Time):
    async with TraktSimulator(clock=time.trakts) as service:
        yield service


@pytest.fixture
def make_auth(trakt: TraktSimulator, doorway: Callable, time: Time) -> Callable[..., TraktAuth]:
    def make(client_id: str = trakt.app.client_id, secret: str = trakt.app.client_secret):
        return TraktAuth(
            doorway("trakt"),
            trakt.auth_url,
            client_id,
            secret,
            now=time.now,
            sleep=time.sleep,
        )

    return make


@pytest.fixture
def auth(make_auth) -> TraktAuth:
    return make_auth()


async def test_signs_a_device_in(auth, trakt, time) -> None:
    code = await auth.device_code()
    assert code.user_code
    assert code.verification_url.endswith("/activate")
    assert (code.expires_in, code.interval) == (600, 5)

    assert await auth.poll(code) is None
    await time.sleep(5)
    trakt.approve(code.user_code)
    pair = await auth.poll(code)

    assert pair is not None
    assert pair.issued_at == START + timedelta(seconds=5)
    assert pair.expires_at - pair.issued_at == timedelta(days=7)
    with pytest.raises(CodeExpired):
        await auth.poll(code)


async def test_waits_at_trakts_interval_for_a_person(auth, trakt, time) -> None:
    code = await auth.device_code()
    trakt.faults.add(Fault(Failure.STATUS, path="device/token", status=429, after=1, times=2))

    async def person() -> None:
        while len(time.slept) < 5:
            await asyncio.sleep(0)
        trakt.approve(code.user_code)

    person_at_work = asyncio.create_task(person())
    pair = await auth.wait(code)
    await person_at_work

    assert pair.access_token
    # Trakt found it too quick, twice, as it seemed.
    assert time.slept[:5] == [5, 5, 10, 15, 15]


async def test_waits_no_longer_than_the_code_holds(auth, time) -> None:
    code = await auth.device_code()

    with pytest.raises(CodeExpired):
        await auth.wait(code)
    assert time.now() <= START + timedelta(seconds=605)


async def test_waiting_ends_when_the_edge_keeps_us_out(auth, trakt) -> None:
    code = await auth.device_code()
    trakt.faults.add(Fault(Failure.HTML, path="device/token", status=429, retry_after="300"))

    with pytest.raises(Limited):
        await auth.wait(code)


async def test_polling_too_quickly(auth) -> None:
    code = await auth.device_code()
    await auth.poll(code)

    with pytest.raises(Limited):
        await auth.poll(code)


async def test_a_person_may_say_no(auth, trakt) -> None:
    code = await auth.device_code()
    trakt.deny(code.user_code)

    with pytest.raises(SignInDenied):
        await auth.wait(code)


@pytest.mark.parametrize("status", [404, 409, 410])
async def test_codes_that_do_not_work_any_more(auth, trakt, status) -> None:
    code = await auth.device_code()
    trakt.faults.add(Fault(Failure.STATUS, path="device/token", status=status))

    with pytest.raises(CodeExpired) as expired:
        await auth.poll(code)
    assert expired.value.status == status


async def test_an_app_that_trakt_does_not_know(make_auth, auth, trakt) -> None:
    with pytest.raises(AppDeleted):
        await make_auth(client_id="mistyped").device_code()
    trakt.delete_app()
    with pytest.raises(AppDeleted):
        await auth.device_code()


async def test_a_wrong_client_secret(make_auth, trakt) -> None:
    auth = make_auth(secret="wrong-secret")
    code = await auth.device_code()
    trakt.approve(code.user_code)

    with pytest.raises(CredentialsRejected) as rejected:
        await auth.poll(code)
    assert "wrong-secret" not in str(rejected.value)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(Failure.HTML, status=403), Limited),
        (Fault(Failure.HTML, status=200), InvalidAnswer),
        (Fault(Failure.TRUNCATE), InvalidAnswer),
        (Fault(Failure.STATUS, status=500), Unreachable),
        (Fault(Failure.CUT), Unreachable),
    ],
)
async def test_trouble(auth, trakt, fault, expected) -> None:
    pair = _pair(trakt.sign_in(), START)
    trakt.faults.add(fault)

    for call in (auth.device_code(), auth.refresh(pair)):
        with pytest.raises(expected):
            await call


def test_tokens_show_nowhere() -> None:
    pair = TokenPair("access-secret", "refresh-secret", START, START)
    assert "secret" not in repr(pair)
    assert TokenPair.from_data(pair.as_data()) == pair


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://trakt.tv/) [x](https://evil.example", "trakt.tv", ""],
)
async def test_people_are_sent_to_addresses_only(doorway, address: str) -> None:
    """Where to enter the code becomes a link in a dialog."""
    told = {
        "device_code": "d",
        "user_code": "u",
        "verification_url": address,
        "expires_in": 600,
        "interval": 5,
    }
    async with Told(told) as service:
        with pytest.raises(InvalidAnswer, match="verification_url"):
            await TraktAuth(doorway("trakt"), service.url, "id", "secret").device_code()


class Told(Simulator):
    """Answers all with the same."""

    def __init__(self, told: object) -> None:
        super().__init__()
        self._told = told

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/{path:.*}", self._answer)]

    async def _answer(self, _request: web.Request) -> web.Response:
        return web.json_response(self._told)


async def test_secrets_travel_in_no_address(auth, trakt) -> None:
    await auth.refresh(_pair(trakt.sign_in(), START))
    assert [exchange.path for exchange in trakt.exchanges] == ["/oauth/token"]


def _pair(given, issued_at: datetime) -> TokenPair:
    lifetime = timedelta(seconds=given.expires_in)
    return TokenPair(given.access_token, given.refresh_token, issued_at, issued_at + lifetime)


class Safe(list[TokenPair]):
    """Where tokens are kept, which may fail, or take its time."""

    def __init__(self) -> None:
        self.broken = False
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def save(self, pair: TokenPair) -> None:
        self.reached.set()
        await self.open.wait()
        if self.broken:
            raise OSError("disk full")
        self.append(pair)


@pytest.fixture
def safe() -> Safe:
    return Safe()


@pytest.fixture
def keeper(auth, trakt, safe, time) -> TokenKeeper:
    return TokenKeeper(auth, _pair(trakt.sign_in(), START), save=safe.save, now=time.now)


@pytest.fixture
def client(trakt, doorway, keeper) -> TraktClient:
    return TraktClient(doorway("trakt"), trakt.api_url, trakt.app.client_id, keeper)


def _refreshes(trakt: TraktSimulator) -> int:
    return trakt.counts["POST /oauth/token"]


async def test_a_token_that_holds_is_not_renewed(client, trakt, time) -> None:
    await time.sleep(6 * 24 * 3600)
    await client.me()
    assert _refreshes(trakt) == 0


async def test_a_token_is_renewed_before_it_ends(client, keeper, trakt, time, safe) -> None:
    first_end = keeper.expires_at
    await time.sleep(7 * 24 * 3600 - 240)

    await client.me()

    assert _refreshes(trakt) == 1
    assert len(safe) == 1
    assert keeper.expires_at == safe[0].expires_at > first_end
    assert all(exchange.status == 200 for exchange in trakt.exchanges)


@pytest.mark.parametrize("lifetime", [60, 3600, 86_400, 7_776_000])
async def test_only_what_trakt_says_counts_as_lifetime(auth, doorway, time, safe, lifetime) -> None:
    async with TraktSimulator(clock=time.trakts, token_lifetime=lifetime) as trakt:
        app = trakt.app
        auth = TraktAuth(
            doorway("trakt"), trakt.auth_url, app.client_id, app.client_secret, now=time.now
        )
        keeper = TokenKeeper(auth, _pair(trakt.sign_in(), START), save=safe.save, now=time.now)
        client = TraktClient(doorway("trakt"), trakt.api_url, app.client_id, keeper)
        for renewals in range(3):
            await client.me()
            assert _refreshes(trakt) == renewals
            await time.sleep(lifetime - min(299, lifetime * 0.09))
            await client.me()
        assert all(exchange.status == 200 for exchange in trakt.exchanges)


async def test_many_who_need_a_token_renew_it_once(client, trakt, time, safe) -> None:
    await time.sleep(8 * 24 * 3600)

    await asyncio.gather(*(client.me() for _ in range(10)))

    assert _refreshes(trakt) == 1
    assert len(safe) == 1


async def test_many_whose_token_is_refused_renew_it_once(client, trakt, safe) -> None:
    trakt.expire_tokens()

    await asyncio.gather(*(client.me() for _ in range(10)))

    assert _refreshes(trakt) == 1
    assert len(safe) == 1


async def test_a_new_pair_is_safe_before_its_first_use(client, trakt, time, safe) -> None:
    safe.open.clear()
    trakt.expire_tokens()

    reading = asyncio.create_task(client.me())
    await safe.reached.wait()
    await asyncio.sleep(0.05)
    used = [exchange.headers.get("Authorization") for exchange in trakt.exchanges]
    safe.open.set()
    await reading

    assert f"Bearer {safe[0].access_token}" not in used
    assert trakt.exchanges[-1].headers["Authorization"] == f"Bearer {safe[0].access_token}"


async def test_a_pair_that_could_not_be_saved_is_not_used_until_it_is(client, trakt, safe) -> None:
    safe.broken = True
    trakt.expire_tokens()
    for _ in range(2):
        with pytest.raises(OSError, match="disk full"):
            await client.me()
    assert _refreshes(trakt) == 1

    safe.broken = False
    assert (await client.me()).slug == "viewer"
    assert _refreshes(trakt) == 1
    assert len(safe) == 1


async def test_cancelling_who_waits_loses_no_tokens(client, keeper, trakt, safe) -> None:
    trakt.expire_tokens()
    trakt.faults.add(Fault(Failure.DELAY, path="oauth/token", seconds=0.1))

    reading = asyncio.create_task(client.me())
    while not _refreshes(trakt):
        await asyncio.sleep(0.005)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await keeper.settle()

    assert len(safe) == 1
    assert (await client.me()).slug == "viewer"
    assert _refreshes(trakt) == 1


async def test_a_renewal_in_doubt_is_not_repeated_by_itself(client, trakt) -> None:
    trakt.expire_tokens()
    trakt.faults.add(Fault(Failure.CUT_AFTER, path="oauth/token", times=1))

    with pytest.raises(Unreachable):
        await client.me()
    assert _refreshes(trakt) == 1
    # Trakt has exchanged it, and the answer is lost: only signing in again helps.
    with pytest.raises(CredentialsRejected):
        await client.me()


async def test_a_sign_in_that_ended_is_rejected(client, trakt, safe) -> None:
    trakt.revoke_all()

    with pytest.raises(CredentialsRejected) as rejected:
        await client.me()
    assert rejected.value.detail == "invalid_grant"
    assert not safe


async def test_signing_out_may_fail(keeper, trakt) -> None:
    trakt.faults.add(Fault(Failure.STATUS, path="oauth/revoke", status=500))

    with pytest.raises(Unreachable):
        await keeper.revoke()


async def test_signing_out(client, keeper, trakt) -> None:
    await client.me()
    await keeper.revoke()

    with pytest.raises(CredentialsRejected):
        await client.me()
