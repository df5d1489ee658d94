"""One Seerr server with its lists, as the engine sees them: simulator, store, account, runner."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
from yarl import URL

from custom_components.media_list_sync.engine.clients.seerr import SeerrClient
from custom_components.media_list_sync.engine.http import Doorway, ServiceError
from custom_components.media_list_sync.engine.model import (
    Ids,
    ListContents,
    ListItem,
    MediaType,
    Part,
    SyncRequest,
)
from custom_components.media_list_sync.engine.requests.account import SeerrAccount
from custom_components.media_list_sync.engine.requests.job import ListJob, Roster
from custom_components.media_list_sync.engine.requests.policy import Policy
from custom_components.media_list_sync.engine.restoring import answer_restore
from custom_components.media_list_sync.engine.runner import Runner
from custom_components.media_list_sync.engine.store import reports
from custom_components.media_list_sync.engine.store.database import Store
from simulators.catalog import CatalogTitle, Season
from simulators.seerr import SEERR, SeerrSimulator

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    """The time, which stands still until it is moved."""

    def __init__(self):
        self.time = START

    def __call__(self):
        # Nothing happens at the very same moment: what came first stays first.
        self.time += timedelta(milliseconds=1)
        return self.time

    def advance(self, **span):
        self.time += timedelta(**span)


def film(number, *, imdb=None, title=None, year=2000):
    return CatalogTitle(
        is_show=False,
        tmdb=number,
        imdb=imdb or f"tt{number:07d}",
        tvdb=None,
        trakt=number,
        title=f"Film {number}" if title is None else title,
        year=year,
    )


def show(number, *seasons, imdb=None, tvdb=None, title=None, returning=True):
    """A show with seasons 1… (or those that are given) of ten episodes that aired long ago."""
    rows = seasons or (1, 2, 3)
    return CatalogTitle(
        is_show=True,
        tmdb=number,
        imdb=imdb or f"tt{number + 500_000:07d}",
        tvdb=tvdb or number + 900_000,
        trakt=number + 500_000,
        title=title or f"Show {number}",
        year=2010,
        seasons=tuple(
            row if isinstance(row, Season) else Season(row, 10, f"{2000 + row}-01-01")
            for row in rows
        ),
        imdb_type="tvSeries",
        returning=returning,
    )


def item(title, *, season=None, part=None, listed_at=None, by="imdb"):
    """The row of a title on a list, known there by one id."""
    ids = Ids(imdb=title.imdb) if by == "imdb" else Ids(tmdb=title.tmdb)
    return ListItem(
        media_type=MediaType.SHOW if title.is_show else MediaType.MOVIE,
        ids=ids,
        title=title.title,
        year=title.year,
        part=part or (Part.WHOLE if season is None else Part.SEASON),
        season=season,
        listed_at=listed_at,
    )


@dataclass
class Shelf:
    """An outside list: what stands on it, how often it was read, and whether it fails."""

    items: list[ListItem]
    version: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    probes: int = 0
    reads: int = 0
    error: ServiceError | None = None

    def put(self, *items):
        self.items = list(items)
        self.version += 1

    async def read(self, known):
        self.probes += 1
        if self.error is not None:
            raise self.error
        if known == str(self.version):
            return None
        self.reads += 1
        return ListContents("Shelf", tuple(self.items), self.left_out, str(self.version))


class House:
    """Everything of one account; `move` is a restart, at another address if need be."""

    def __init__(self, path, sim, session):
        self.path = path
        self.sim = sim
        self.session = session
        self.clock = Clock()
        self.events = []
        self.shelves = {}
        self.plans = {}
        self.open()

    def open(self):
        self.store = Store(self.path, now=self.clock, on_restore=answer_restore)
        doorway = Doorway(
            self.session, service="seerr", account="account", patience=0.1, now=self.clock
        )
        client = SeerrClient(doorway, URL(self.sim.url), self.sim.api_key)
        self.account = SeerrAccount(client, self.store, "account", self.clock)
        self.roster = Roster()
        self.runner = Runner(
            self.store, "account", now=self.clock, call_at=lambda _when, _call: lambda: None
        )
        for job_id, (policy, curated) in self.plans.items():
            self._add(job_id, policy, curated)

    def _add(self, job_id, policy, curated):
        job = ListJob(
            account=self.account,
            id=job_id,
            title=job_id,
            source=self.shelves[job_id],
            curated=curated,
            policy=policy,
            roster=self.roster,
            tell=self.events.append,
        )
        self.roster.add(job)
        self.runner.add(job, interval=timedelta(hours=6), policy=policy.fingerprint())

    def add_list(self, job_id, *items, curated=True, **policy):
        shelf = self.shelves[job_id] = Shelf(list(items))
        self.plans[job_id] = (Policy(**policy), curated)
        self._add(job_id, *self.plans[job_id])
        return shelf

    def job(self, job_id):
        return self.roster.jobs[job_id]

    async def sync(self, job_id="list", after=timedelta(hours=6), **asked):
        """Sync as at its interval, some time after the last one."""
        self.clock.time += after
        self.sim.clock.freeze(self.clock.time)
        request = SyncRequest(**asked)
        report = await self.job(job_id).run(request, lambda _done: None)
        if not report.dry_run:
            await self.store.run(_save, report)
        return report

    async def restart(self, sim=None):
        await self.store.close()
        self.sim = sim or self.sim
        self.open()

    def posts(self):
        return self.sim.counts["POST /api/v1/request"]


def _save(connection, report):
    reports.save(connection, report)


async def start(path, catalog, flavour=SEERR, **options):
    sim = SeerrSimulator(flavour, catalog=catalog, **options)
    await sim.start()
    session = aiohttp.ClientSession()
    return House(path / "store.db", sim, session)


async def stop(house):
    await house.store.close()
    await house.session.close()
    await house.sim.stop()
