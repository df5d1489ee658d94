"""The doorway: every request to a service goes through here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path
import time
from typing import Final

import aiohttp
import orjson
from yarl import URL

from . import retry_after
from .answer import Answer
from .call import Call
from .errors import (
    CredentialsRejected,
    Forbidden,
    Limited,
    NotFound,
    Reason,
    Refused,
    ServiceError,
    Unreachable,
)
from .lane import READ_PACE, WRITE_PACE, Lane
from .pace import Gate, Pace
from .wire import Wire

_LOGGER = logging.getLogger(__name__)

MIB: Final = 1024**2
LIMITED_FOR: Final = timedelta(minutes=5)
"""How long a service that answers 429 without saying more is left alone."""

_DOWN = frozenset({502, 503, 504, 520, 521, 522})
"""A proxy or an edge says that the server behind it is down or overloaded."""
_SHORTEST = timedelta(seconds=1)
_TRIES = 3
_FEWER_TRIES: Mapping[Reason, int] = {"timeout": 2, "tls": 1}
"""A certificate does not get better, and three timeouts are longer than anybody waits."""


def utcnow() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


class Doorway:
    """Sends the requests of one account (or of one service that needs none) at its pace.

    The session is the caller's, and so is whether it verifies certificates. Reads and writes have
    a pace each; with None for that of writes, one for both. Where a service counts several accounts
    as one, their doorways share a `lane`, which has the paces. Seconds everywhere. `patience` is the
    longest wait that a service may ask for before it counts as Limited; with 0 nothing is tried
    twice. Once it has asked for a longer one, nothing is asked before that time: it is Limited at
    once. Waits for a place or a turn do not count as `timeout`, which is for one try. Cancelling is
    safe at any point; a cancelled write may have been carried out.
    """

    def __init__(  # noqa: PLR0913 - what most of them are by default is right for most services
        self,
        session: aiohttp.ClientSession,
        *,
        service: str,
        account: str | None = None,
        pace: Pace = READ_PACE,
        write_pace: Pace | None = WRITE_PACE,
        lane: Lane | None = None,
        timeout: float = 30.0,
        max_bytes: int = 32 * MIB,
        patience: float = 30.0,
        now: Callable[[], datetime] = utcnow,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.service = service
        self.account = account
        self._wire = Wire(
            session, service=service, account=account, timeout=timeout, max_bytes=max_bytes
        )
        self._lane = lane or Lane(pace, write_pace, sleep=sleep)
        self._patience = timedelta(seconds=patience)
        self._now = now
        self._sleep = sleep

    async def get(self, url: URL, *, headers: Mapping[str, str]) -> Answer:
        """Ask, at most three times, with pauses of one and two seconds, or as long as told to.

        Returns answers of every status but 429, 502 to 504 and 520 to 522. Raises Unreachable,
        Limited, and InvalidAnswer where the answer is too large, redirected without end, or no
        HTTP.
        """
        return await self._ask(Call("GET", url, headers), self._lane.reads, repeat=True)

    async def download(self, url: URL, into: Path, *, headers: Mapping[str, str]) -> Answer:
        """Ask for a public file, and write the body of a 200 to `into`, which is made anew.

        Returns and raises what `get` does, and DiskError. `headers` hold no credentials: they go
        along to wherever it is redirected, as downloads are.
        """
        call = Call("GET", url, headers, is_public=True, into=into)
        return await self._ask(call, self._lane.reads, repeat=True)

    async def send(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str],
        json: object | None = None,
        repeat: bool = False,
    ) -> Answer:
        """Send `json`, at the pace of writes. Returns and raises what `get` does.

        Repeated only where certainly nothing was sent: after every other error, and whatever
        InvalidAnswer says, it may have been carried out. `repeat` is for queries by POST: they
        keep the pace of reads, and are repeated like them.
        """
        body = None
        if json is not None:
            body = orjson.dumps(json)
            headers = {"Content-Type": "application/json", **headers}
        gate = self._lane.reads if repeat else self._lane.writes
        return await self._ask(Call(method.upper(), url, headers, body), gate, repeat=repeat)

    async def listen(
        self,
        url: URL,
        *,
        headers: Mapping[str, str],
        opened: Callable[[], None] = lambda: None,
    ) -> AsyncGenerator[str]:
        """Yield the messages of a websocket, for as long as the service holds it open.

        `url` is one of http or https; `opened` is called once it is open. Redirects are not
        followed, and nothing is tried twice. Raises Unreachable where it breaks, Limited,
        InvalidAnswer, and for other refusals CredentialsRejected, Forbidden, NotFound and Refused.
        """
        self._obey_limit()
        call = Call("GET", url, headers)
        async with aclosing(self._wire.listen(call, opened)) as messages:
            async for message in messages:
                if isinstance(message, str):
                    yield message
                    continue
                _LOGGER.debug("%s: %s: %r", self.service, call, message)
                result = self._judge(message)
                raise _refusal(result) if isinstance(result, Answer) else result.error

    def heed[E: ServiceError](self, error: E) -> E:
        """Return an error that a client found in an answer; a limit among them is remembered."""
        if isinstance(error, Limited):
            self._lane.close(error.until)
        return error

    def _obey_limit(self) -> None:
        """Raise Limited while the service wants to hear nothing; have a short wait waited out."""
        until = self._lane.closed_until
        left = timedelta() if until is None else until - self._now()
        if until is None or left <= timedelta():
            return
        if left > self._patience:
            raise Limited(self.service, self.account, until=until)
        self._lane.hold(left.total_seconds())

    async def _ask(self, call: Call, gate: Gate, *, repeat: bool) -> Answer:
        tried = 0
        while True:
            tried += 1
            self._obey_limit()
            async with gate:
                self._obey_limit()  # others were told meanwhile
                result = self._judge(await self._exchange(call))
            if isinstance(result, Answer):
                return result
            pause = self._pause(result, tried, repeat=repeat)
            if pause is None:
                raise result.error
            if isinstance(result.error, Limited):
                # All requests to this service wait at the gates, this one among them.
                self._lane.hold(pause)
            else:
                await self._sleep(pause)

    async def _exchange(self, call: Call) -> Answer | ServiceError:
        began = time.monotonic()
        result = await self._wire.exchange(call)
        outcome = result.status if isinstance(result, Answer) else result
        took = (time.monotonic() - began) * 1000
        _LOGGER.debug("%s: %s: %s in %.0f ms", self.service, call, outcome, took)
        return result

    def _judge(self, result: Answer | ServiceError) -> Answer | _Setback:
        if isinstance(result, ServiceError):
            return _Setback(result)
        if result.status == 429:
            now = self._now()
            asked = retry_after.read(result.headers.get("Retry-After"), now)
            wait = LIMITED_FOR if asked is None else max(asked, _SHORTEST)
            limited = Limited(self.service, self.account, result.page_title, until=now + wait)
            # What it did not say is a guess of ours, which may be tried.
            return _Setback(limited if asked is None else self.heed(limited), wait)
        if result.status in _DOWN:
            asked = retry_after.read(result.headers.get("Retry-After"), self._now())
            detail = f"{result.status} {result.page_title}".rstrip()
            down = Unreachable(self.service, self.account, detail, reason="server_error")
            return _Setback(down, asked)
        return result

    def _pause(self, setback: _Setback, tried: int, *, repeat: bool) -> float | None:
        """Return the seconds until the next try; None where there is to be none."""
        match setback.error:
            case Unreachable() as error if repeat or not error.sent:
                tries = _FEWER_TRIES.get(error.reason, _TRIES)
            case Limited() if repeat:
                tries = _TRIES
            case _:
                return None
        if tried >= tries:
            return None
        asked = timedelta() if setback.asked is None else setback.asked
        wait = max(asked, timedelta(seconds=2 ** (tried - 1)))
        return wait.total_seconds() if wait <= self._patience else None


def _refusal(answer: Answer) -> ServiceError:
    """Return what the refusal of a websocket means, of which there is nothing but a status."""
    service, account, status = answer.service, answer.account, answer.status
    kinds = {401: CredentialsRejected, 403: Forbidden, 404: NotFound}
    if status in kinds:
        return kinds[status](service, account)
    if status < 400:
        return answer.invalid("no websocket")
    return Refused(service, account, status=status)


@dataclass(frozen=True, slots=True)
class _Setback:
    """An error that may pass, and the wait that the service asked for, if it did."""

    error: ServiceError
    asked: timedelta | None = None
