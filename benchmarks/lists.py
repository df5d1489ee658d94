"""The sync of one IMDb list to Seerr: a first run, and one in which nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
import tempfile

import aiohttp
from yarl import URL

from custom_components.media_list_sync.engine.clients.imdb import ImdbClient
from custom_components.media_list_sync.engine.clients.seerr import SeerrClient
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.lists.imdb_list import ImdbListSource
from custom_components.media_list_sync.engine.model import Report, SyncRequest
from custom_components.media_list_sync.engine.requests.account import SeerrAccount
from custom_components.media_list_sync.engine.requests.job import ListJob, Roster
from custom_components.media_list_sync.engine.requests.policy import Policy
from custom_components.media_list_sync.engine.store import reports
from custom_components.media_list_sync.engine.store.database import Store

from .meter import Meter
from .services import LIST, Addresses, Services
from .table import row


class _Clock:
    """Real time, and a jump of some hours before each run."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self) -> None:
        self._ahead += timedelta(hours=6)


async def measure(titles: int) -> list[dict[str, object]]:
    """Run a list of `titles` for the first time, once more, and unchanged.

    The server's library holds a tenth as many other titles. The run in between is that in which
    the server's library shows what the first run asked for.
    """
    services = Services(titles, library=titles // 10)
    with services as at, tempfile.TemporaryDirectory() as folder:
        async with aiohttp.ClientSession() as session:
            clock = _Clock()
            store = Store(Path(folder) / "store.db", now=clock)
            job = await _job(session, at, store, clock)
            services.counts()
            rows = []
            for name in ("first", "second", "unchanged"):
                clock.jump()
                async with Meter() as meter:
                    report = await job.run(SyncRequest(), lambda _done: None)
                new, status = report.counts["new"], str(report.status)
                rows.append(
                    row(titles, name, meter.cost, services.counts(), new=new, status=status)
                )
                await store.run(_keep, report)
            await store.close()
    return rows


async def _job(
    session: aiohttp.ClientSession, at: Addresses, store: Store, clock: Callable[[], datetime]
) -> ListJob:
    seerr = SeerrClient(Doorway(session, service="seerr"), URL(at.seerr), at.api_key)
    imdb = ImdbClient(Doorway(session, service="imdb"), at.imdb)
    account = SeerrAccount(seerr, store, "account", clock)
    await account.check()  # as the account's own entities do, apart from any sync
    roster = Roster()
    job = ListJob(
        account=account,
        id="list",
        title="Benchmark",
        source=ImdbListSource(imdb, LIST),
        curated=True,
        policy=Policy(),
        roster=roster,
        tell=lambda _event: None,
    )
    roster.add(job)
    return job


def _keep(connection: sqlite3.Connection, report: Report) -> None:
    reports.save(connection, report)
