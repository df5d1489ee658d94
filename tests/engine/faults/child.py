"""A process that syncs, and may be killed: `python -m tests.engine.faults.child`.

It imports everything once and then forks for every order on its standard input, a line of JSON
each, before it ever has a thread. Of each it prints the process id, and how that process ended.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
import os
from pathlib import Path
import shutil
import signal
import sys
import threading
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from custom_components.media_list_sync.engine.clients.anilist import AniListClient
from custom_components.media_list_sync.engine.clients.plex import PlexServer
from custom_components.media_list_sync.engine.clients.trakt import (
    TraktApi,
    TraktTracker as TraktWatching,
)
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.model import Report, SyncRequest
from custom_components.media_list_sync.engine.store import (
    bases as stored,
    journal,
    pairings,
    reports,
)
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.watching import bases
from custom_components.media_list_sync.engine.watching.anilist import AniListAccount
from custom_components.media_list_sync.engine.watching.job import PairingJob
from custom_components.media_list_sync.engine.watching.plan import ActionKind
from custom_components.media_list_sync.engine.watching.plex import PlexTracker
from custom_components.media_list_sync.engine.watching.policy import PairingPolicy
from custom_components.media_list_sync.engine.watching.trakt import TraktTracker

ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Order:
    """What a process is to do. `syncs`: each a time and the fields of a request.

    It kills itself at its n-th transaction that changes something: before it is committed, or right
    `after`. With `copies` it puts a copy of the database there after each of them.
    """

    path: str
    on: str
    anilist: dict[str, Any]
    plex: dict[str, Any]
    trakt: dict[str, Any]
    policy: dict[str, Any]
    result: str
    syncs: list[dict[str, Any]] = field(default_factory=list)
    die_at: int = 0
    after: bool = False
    copies: str = ""


class Clock:
    """The time, which stands still but for a millisecond a question."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time.astimezone(ZONE)

    def utc(self) -> datetime:
        return self().astimezone(UTC)

    def steady(self) -> float:
        return self.time.timestamp()


class MortalStore(Store):
    """A store whose process is killed at one of the transactions that change something."""

    def __init__(self, order, **given):
        super().__init__(Path(order.path), **given)
        self.order = order
        self.transactions = 0

    async def run(self, query, /, *args, **kwargs):
        number = None

        def counted(connection, *args, **kwargs):
            nonlocal number
            before = connection.total_changes
            result = query(connection, *args, **kwargs)
            if connection.total_changes > before:
                self.transactions += 1
                number = self.transactions
                if number == self.order.die_at and not self.order.after:
                    die()
            return result

        result = await super().run(counted, *args, **kwargs)
        if number is not None and number == self.order.die_at:
            die()
        if number is not None and self.order.copies:
            copy_database(Path(self.order.path), Path(self.order.copies) / f"{number:04}")
        return result


def die():
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def copy_database(path, folder):
    """Copy the file and its log. The index beside them is not synced: it is made anew from them."""
    folder.mkdir(parents=True)
    for ending in ("", "-wal"):
        with suppress(FileNotFoundError):
            shutil.copy(f"{path}{ending}", folder / f"{path.name}{ending}")


class Engine:
    """The store, both accounts and the pairing, as they are in one process."""

    def __init__(self, order, session):
        self.order = order
        self.clock = Clock()
        self.store = MortalStore(order, now=self.clock.utc, steady=self.clock.steady)
        self.doorway = lambda service: Doorway(
            session, service=service, account=service, patience=0.1
        )
        client = AniListClient(
            self.doorway("anilist"), order.anilist["url"], order.anilist["token"]
        )
        self.account = AniListAccount(
            client, self.store, "anilist", order.anilist["user"], self.clock
        )
        tracker = self.plex() if order.on == "plex" else self.trakt()
        self.job = PairingJob(
            anilist=self.account,
            id=f"pairing_{order.on}",
            title=f"AniList and {order.on}",
            tracker=lambda: tracker,
            policy=PairingPolicy.from_data(order.policy),
            sections=None,
            tell=lambda _event: None,
            now=self.clock,
        )

    def plex(self):
        at, doorway = self.order.plex, self.doorway("plex")
        sections = frozenset(at["sections"])
        return PlexTracker(
            lambda: PlexServer(doorway, at["url"], "tests", at["token"]),
            None,
            self.store,
            "plex",
            lambda: sections,
            self.clock.utc,
        )

    def trakt(self):
        at, doorway = self.order.trakt, self.doorway("trakt")
        kept = Path(at["tokens"])
        auth = TraktAuth(doorway, at["auth_url"], at["client_id"], at["client_secret"])

        async def keep(pair):
            """Keep a pair where it outlives the process."""
            beside = kept.with_suffix(".new")
            beside.write_text(json.dumps(pair.as_data()))
            beside.replace(kept)

        pair = TokenPair.from_data(json.loads(kept.read_text()))
        api = TraktApi(doorway, at["url"], at["client_id"], TokenKeeper(auth, pair, save=keep))
        return TraktTracker(
            TraktWatching(api), self.store, "trakt", lambda: frozenset(ActionKind), self.clock.utc
        )

    async def sync(self, *, at, **asked):
        """Sync as at a time, and put the report down as the runner does."""
        self.clock.time = datetime.fromisoformat(at)
        await self.store.run(pairings.approve, self.job.id, self.clock.utc())
        report = await self.job.run(SyncRequest(**asked), lambda _done: None)
        if not report.is_partial:
            await self.store.run(reports.save, report)
        return report

    async def told(self, synced):
        """What the test is told of it all."""
        transactions = self.store.transactions  # what follows are the test's own
        open_ones = await self.store.run(journal.open_entries)
        rows = await self.store.run(stored.load, self.job.id)
        level = await self.store.run(lambda c: c.execute("PRAGMA synchronous").fetchone()[0])
        return {
            "reports": [report_fields(report) for report in synced],
            "open": len(open_ones),
            "marked": sum(len(bases.from_json(text).marked) for text in rows.values()),
            "transactions": transactions,
            "synchronous": level,
        }


def report_fields(report: Report):
    return {
        "status": str(report.status),
        "problems": [problem.key for problem in report.problems],
        "counts": {str(name): count for name, count in report.counts.items()},
    }


async def carry_out(order: Order) -> None:
    async with aiohttp.ClientSession() as session:
        engine = Engine(order, session)
        synced = [await engine.sync(**sync) for sync in order.syncs]
        told = await engine.told(synced)
        await engine.store.close()
    Path(order.result).write_text(json.dumps(told))  # noqa: ASYNC240 - nobody else waits


def main() -> None:
    for line in sys.stdin:
        order = Order(**json.loads(line))
        assert threading.active_count() == 1, "only a process without threads may be forked"
        pid = os.fork()
        if not pid:
            code = 1
            try:
                asyncio.run(carry_out(order))
                code = 0
            except BaseException:  # noqa: BLE001 - told, and that is the end of it
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(code)
        print(pid, flush=True)  # noqa: T201 - this is how it speaks
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
