"""A Seerr server as its lists share it: what it offers, its library, its past requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import time

from ..clients.seerr import PublicSettings, SeerrClient
from ..http import InvalidAnswer, ServiceError, Unreachable
from ..ledger import Ledger
from ..model import MediaType
from ..setbacks import LATE
from ..store import allowances, ledger as ledgers, library
from ..store.allowances import Allowance
from ..store.database import Store
from ..store.library import StoredPage
from .history import past_requests, settled
from .plan import Offer

PAGE = 1_000
"""Rows a page: about 0.75 MB of JSON, and the server has no cap of its own."""

SETTINGS_CHECKED = timedelta(hours=1)
"""So often the account's own check reads what the server says of itself."""
SETTINGS_LAST = timedelta(days=1)
"""So old it may be for a sync, which otherwise reads it itself."""

LIBRARY_LASTS = timedelta(minutes=2)
"""For so long several lists, synced one after another, share one reading of the library."""

DOWN_FOR = timedelta(seconds=30)
"""For so long a server that did not answer is not asked by the next list."""

QUOTA_AGAIN = timedelta(hours=6)
"""The server does not say when its quota has room again; this often it is asked."""

SMALL_LIBRARY = 20
"""A library this small may lose what it will."""

_READ_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the account's own entities show."""

    version: str
    pending_requests: int
    settings: PublicSettings


@dataclass(frozen=True, slots=True)
class Verification:
    """What trying the server came to. `milliseconds` is the time of one answer."""

    reachable: bool
    signed_in: bool
    permitted: bool
    milliseconds: int | None = None
    version: str | None = None
    error: ServiceError | None = None


@dataclass(slots=True)
class SeerrAccount:
    """One Seerr server, shared by the jobs of all its lists."""

    client: SeerrClient
    store: Store
    account_id: str
    now: Callable[[], datetime]
    allowances: dict[tuple[int | None, MediaType], Allowance] = field(default_factory=dict)
    """What users may still request, where the server has said that it is limited."""
    _settings: PublicSettings | None = None
    _settings_at: datetime | None = None
    _version: tuple[datetime | None, str] | None = None
    """The server's version, and the reading of its settings that it was asked beside."""
    _library_at: datetime | None = None
    _doubted: int | None = None
    """The size of a library that was not believed yet."""
    _down: tuple[Unreachable, datetime] | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def settings(self, last: timedelta = SETTINGS_LAST) -> PublicSettings:
        """Return what the server says of itself, read again where that is older than `last`."""
        now = self.now()
        if self._settings is None or self._settings_at is None or now - self._settings_at >= last:
            self._settings = await self.client.public_settings()
            self._settings_at = now
        return self._settings

    async def offer(self) -> Offer:
        """Return what can be asked of the server."""
        settings = await self.settings()
        return Offer(
            movie_4k=settings.movie_4k,
            show_4k=settings.series_4k,
            specials=settings.special_episodes,
        )

    async def check(self) -> AccountState:
        """Ask the server how it is: proves that it answers and that the key is good."""
        pending = await self.client.pending_requests()
        settings = await self.settings(SETTINGS_CHECKED)
        if self._version is None or self._settings_at != self._version[0]:
            self._version = (self._settings_at, (await self.client.status()).version)
        return AccountState(self._version[1], pending, settings)

    async def verify(self) -> Verification:
        """Try everything that a sync needs, without changing anything."""
        begun = time.monotonic()
        try:
            status = await self.client.status()
        except ServiceError as error:
            return Verification(False, False, False, error=error)
        milliseconds = round((time.monotonic() - begun) * 1000)
        try:
            user = await self.client.me()
        except ServiceError as error:
            return Verification(True, False, False, milliseconds, status.version, error)
        return Verification(True, True, user.is_admin, milliseconds, status.version)

    async def server_id(self) -> str:
        """Return what identifies the server, wherever it moves (R1)."""
        return (await self.settings()).server_id

    def note_down(self, error: Unreachable) -> None:
        """Spare the account's other lists, which come next, the attempts: it is down for all."""
        self._down = (error, self.now() + DOWN_FOR)

    def forget_being_down(self) -> None:
        """Try again, whatever was found before: a person asks."""
        self._down = None

    def raise_if_down(self) -> None:
        """Raise what was found of the server a moment ago."""
        if self._down is not None and self.now() < self._down[1]:
            raise self._down[0]

    async def refresh_library(self, not_before: datetime) -> bool:
        """Bring the stored library up to date; say whether anything was read anew (R6).

        One that was read at `not_before` or later is up to date.

        Raises the client's errors. A library that keeps changing while it is read is an
        InvalidAnswer after three attempts: nothing is concluded from a reading with holes.
        """
        async with self._lock:
            if self._library_at is not None and self._library_at >= not_before:
                return False
            server = await self.server_id()
            begun = self.now()
            changed = await self._read_library(server)
            self._library_at = begun
            return changed

    def library_is_old(self) -> None:
        """Have the library read again before it is next used: something was requested."""
        self._library_at = None

    async def _read_library(self, server: str) -> bool:
        known = await self.store.run(library.pages, server)
        etags = known
        for _ in range(_READ_ATTEMPTS):
            await self.store.run(library.begin_reading)
            reading = await self._read_pages(etags)
            if reading is not None:
                break
            etags = {}
        else:
            raise InvalidAnswer(
                "seerr", self.account_id, "changed again and again while it was read"
            )
        changed, end, total = reading
        before = max((page.total for page in known.values()), default=0)
        self._doubt(before, total)
        if not changed and known and total == before:
            return False
        await self.store.run(library.adopt, server, end, self.now())
        return True

    def _doubt(self, before: int, total: int) -> None:
        """Doubt a library of which more than half is suddenly gone, until it reads so again.

        Else a server that lost its database for a moment would have all its titles taken back.
        """
        if before <= SMALL_LIBRARY or total * 2 >= before or self._doubted == total:
            self._doubted = None
            return
        self._doubted = total
        raise InvalidAnswer(
            "seerr", self.account_id, f"{total} titles in the library, {before} before"
        )

    async def _read_pages(self, known: dict[int, StoredPage]) -> tuple[int, int, int] | None:
        """Put aside all pages that changed; return how many, where the library ends, and its size.

        None where rows moved from page to page in the meantime.
        """
        changed = 0
        totals: set[int] = set()
        skip = 0
        total = PAGE
        while skip < total:
            before = known.get(skip)
            page = await self.client.media_page(
                skip=skip, take=PAGE, etag=before.etag if before else None
            )
            if page is not None:
                total = page.total
                changed += 1
                read = StoredPage(skip, page.etag or "", total)
                await self.store.run(library.put_aside, read, page.rows)
            elif before is not None:
                total = before.total
            totals.add(total)
            if len(totals) > 1:
                return None
            skip += PAGE
        return changed, skip, total

    async def learn_history(self) -> None:
        """Read the server's past requests once, for what was declined before our time (R10)."""
        server = await self.server_id()
        state = await self.store.run(library.server_state, server)
        if state.history_read_at is not None:
            return
        rows = await self.client.requests()
        await self.store.run(past_requests, server, rows, self.now())

    async def settle_doubts(self) -> Ledger:
        """Find out what became of requests whose answer was never heard.

        Returns those that the server may still be working on: two for one title at the same time
        are two requests for a film, and fail for a show.
        """
        server = await self.server_id()
        since = self.now() - LATE
        doubts: Ledger = await self.store.run(ledgers.in_doubt, server)
        late = {
            key: row
            for key, row in doubts.items()
            if row.intent_at is not None and row.intent_at > since
        }
        for title in {key.title for key in doubts} - {key.title for key in late}:
            requests = await self.client.requests_of(title)
            of_title = {key: row for key, row in doubts.items() if key.title == title}
            await self.store.run(ledgers.save, server, settled(of_title, requests, self.now()))
        return late

    async def learn_quota(self, user_id: int | None) -> None:
        """Ask what a user may still request, and keep it for the plans to come (R5)."""
        asked = user_id if user_id is not None else (await self.client.me()).id
        quota = await self.client.quota(asked)
        until = self.now() + QUOTA_AGAIN
        for media_type, line in ((MediaType.MOVIE, quota.movie), (MediaType.SHOW, quota.show)):
            if line.limit:
                remaining = line.remaining if line.remaining is not None else 0
                self.allowances[(user_id, media_type)] = Allowance(remaining, until)
            else:
                self.allowances.pop((user_id, media_type), None)

    def spend(self, user_id: int | None, media_type: MediaType, count: int) -> None:
        """Count what was just requested against what is left."""
        left = self.allowances.get((user_id, media_type))
        if left is not None:
            self.allowances[(user_id, media_type)] = Allowance(
                max(left.remaining - count, 0), left.until
            )

    def quota_is_spent(self, user_id: int | None, media_type: MediaType) -> None:
        """Hold back what a user wants of a media type until the quota is asked for again."""
        left = self.allowances.get((user_id, media_type))
        until = left.until if left is not None else self.now() + QUOTA_AGAIN
        self.allowances[(user_id, media_type)] = Allowance(0, until)

    async def recall_allowances(self) -> None:
        """Take up what was learned of quotas, without those that may have room again."""
        now = self.now()
        known = await self.store.run(allowances.load, await self.server_id())
        self.allowances = {who: left for who, left in known.items() if left.until > now}

    async def keep_allowances(self) -> None:
        """Put on record what is known of quotas: a restart does not fill them again."""
        await self.store.run(allowances.replace, await self.server_id(), self.allowances)
