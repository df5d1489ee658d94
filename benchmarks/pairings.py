"""The sync of an AniList account with Plex and with Trakt, one way and both ways.

First, unchanged, and with one episode watched on either side.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
import tempfile

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
from custom_components.media_list_sync.engine.placement import Origin
from custom_components.media_list_sync.engine.store import atlas, pairings, reports
from custom_components.media_list_sync.engine.store.atlas import TableState
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.watching.anilist import AniListAccount
from custom_components.media_list_sync.engine.watching.job import PairingJob
from custom_components.media_list_sync.engine.watching.plex import PlexTracker
from custom_components.media_list_sync.engine.watching.policy import Direction, PairingPolicy
from custom_components.media_list_sync.engine.watching.tracker import Tracker
from custom_components.media_list_sync.engine.watching.trakt import TraktTracker

from .anime import EPISODES, Addresses, AnimeServices, show_of
from .meter import Meter
from .table import row

SHOWS = 2_000
"""On the server and in the account, however long the list is: 60,000 episodes."""


class _Clock:
    """Real time, and a jump of two hours before each run: a day has room for all of them."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self) -> None:
        self._ahead += timedelta(hours=2)


async def measure(entries: int) -> list[dict[str, object]]:
    """Run both pairings of a list of so many entries, one way and then, all anew, both ways."""
    return [
        row
        for direction in (Direction.TO_TRACKER, Direction.BOTH)
        for row in await _measure(entries, direction)
    ]


async def _measure(entries: int, direction: Direction) -> list[dict[str, object]]:
    is_both = direction is Direction.BOTH
    services = AnimeServices(entries, SHOWS)
    with services as at, tempfile.TemporaryDirectory() as folder:
        async with aiohttp.ClientSession() as session:
            clock = _Clock()
            store = Store(Path(folder) / "store.db", now=clock)
            await store.run(_place_all, entries, clock())
            rows = []
            for name, job in _jobs(session, at, store, clock, direction).items():
                await store.run(pairings.approve, job.id, clock())
                services.counts()
                watched = {f"one on {where}": where for where in ("anilist", name)[: 1 + is_both]}
                for run in ("first", "second", "unchanged", *watched):
                    clock.jump()
                    if run in watched:
                        services.watch_one(watched[run])
                    async with Meter() as meter:
                        report = await job.run(SyncRequest(), lambda _done: None)
                    await store.run(_keep, report)
                    named = f"{name}{' both ways' * is_both} {run}"
                    rows.append(
                        row(
                            entries,
                            named,
                            meter.cost,
                            services.counts(),
                            new=report.counts["episodes"] + report.counts["saved"],
                            status=str(report.status),
                        )
                    )
            await store.close()
    return rows


def _jobs(
    session: aiohttp.ClientSession,
    at: Addresses,
    store: Store,
    clock: Callable[[], datetime],
    direction: Direction,
) -> dict[str, PairingJob]:
    anilist = AniListAccount(
        AniListClient(Doorway(session, service="anilist"), f"{at.anilist}/", at.anilist_token),
        store,
        "anilist",
        at.anilist_user,
        clock,
    )
    server = PlexServer(Doorway(session, service="plex"), at.plex, "bench", at.plex_token)
    trackers: dict[str, Tracker] = {
        "plex": PlexTracker(
            lambda: server,
            None,
            store,
            "plex",
            lambda: frozenset(at.libraries),
            clock,
        ),
        "trakt": TraktTracker(_trakt(session, at), store, "trakt", frozenset, clock),
    }
    return {
        name: PairingJob(
            anilist=anilist,
            id=name,
            title=name,
            tracker=lambda tracker=tracker: tracker,  # type: ignore[misc]
            policy=PairingPolicy(direction=direction),
            sections=None,
            tell=lambda _event: None,
            now=clock,
        )
        for name, tracker in trackers.items()
    }


def _trakt(session: aiohttp.ClientSession, at: Addresses) -> TraktWatching:
    doorway = Doorway(session, service="trakt")
    now = datetime.now(UTC)
    pair = TokenPair(*at.trakt_tokens, now, now + timedelta(days=30))

    async def nowhere(_pair: TokenPair) -> None:
        """Keep new tokens nowhere: there will be none."""

    tokens = TokenKeeper(TraktAuth(doorway, at.trakt_auth, *at.trakt_app), pair, save=nowhere)
    return TraktWatching(TraktApi(doorway, at.trakt, at.trakt_app[0], tokens))


def _place_all(connection: sqlite3.Connection, entries: int, now: datetime) -> None:
    """Let the most trusted table know all entries."""
    atlas.save_state(connection, TableState(Origin.ANIBRIDGE, fetched_at=now, rows=entries))
    connection.executemany(
        "INSERT INTO atlas VALUES ('anilist', ?, 'tmdb_show', ?, 'anibridge', ?)",
        (
            (entry, str(show), f"{season}:1-{EPISODES}>1-{EPISODES}")
            for entry in range(1, entries + 1)
            for show, season in (show_of(entry),)
        ),
    )


def _keep(connection: sqlite3.Connection, report: Report) -> None:
    reports.save(connection, report)
