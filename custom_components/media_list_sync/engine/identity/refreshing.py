"""Keeping the tables: downloaded once a week where they have changed, the last good copy kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from yarl import URL

from ..elsewhere import run_elsewhere
from ..endpoints import Endpoints
from ..http import DiskError, Doorway, InvalidAnswer, Limited, NotFound, Refused, ServiceError
from ..placement import Origin
from ..store import Store, atlas
from ..store.atlas import TableState
from .importing import ORIGINS, Downloaded, Refusal, TableRefused, import_table

_LOGGER = logging.getLogger(__name__)

type Failure = Refusal | Literal["unreachable", "limited", "gone", "refused", "invalid", "disk"]
"""What `TableState.error` can say."""

WEEK = timedelta(days=7)
SOON = timedelta(hours=6)
"""When a table that could not be had is asked for again."""
SOONER = timedelta(minutes=15)
"""The same, while there is no copy of it at all: a start without the network."""
OLD = timedelta(days=30)
"""From this age on a copy is worth a repair: whatever began since is not in it."""
MAX_BYTES = 64 * 1024**2
"""How large a download may be."""
TIMEOUT = 300.0
"""Seconds for a download: for a thin line, too."""


@dataclass(frozen=True, slots=True)
class Atlas:
    """How it stands with the tables, the most trusted first."""

    tables: tuple[TableState, ...]

    @property
    def is_usable(self) -> bool:
        """Whether anything can be placed: the most trusted table is there, however old it is.

        False at a first start without the network: then nothing is written, and nothing is for
        review, before there is a copy.
        """
        return self.tables[0].fetched_at is not None

    @property
    def due_at(self) -> datetime | None:
        """When the next table is to be asked for; None: at once."""
        due = [table.due_at for table in self.tables]
        return min(when for when in due if when) if all(due) else None

    def old(self, now: datetime) -> tuple[TableState, ...]:
        """Return the tables that are missing, or were not looked after for long."""
        return tuple(
            table
            for table in self.tables
            if table.checked_at is None or now - table.checked_at > OLD
        )


async def standing(store: Store) -> Atlas:
    """Return how it stands with the tables, without asking anybody. StoreUnusable."""
    states = await store.run(atlas.states)
    return Atlas(tuple(states.get(origin, TableState(origin)) for origin in ORIGINS))


class Refreshing:
    """Downloads the tables and brings them into the store, one refresh at a time."""

    def __init__(
        self,
        store: Store,
        doorways: Mapping[Origin, Doorway],
        endpoints: Endpoints,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take a doorway for each table: MAX_BYTES and TIMEOUT are meant for them."""
        self._store = store
        self._doorways = doorways
        self._urls = {
            Origin.ANIBRIDGE: URL(endpoints.anibridge),
            Origin.ANIME_LISTS: URL(endpoints.anime_lists),
            Origin.FRIBB: URL(endpoints.fribb),
        }
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def refresh(self, *, force: bool = False) -> Atlas:
        """Ask for the tables that are due (all, with `force`); return how it stands now.

        A table that cannot be had, or is not believed, says so in its `error`, and keeps its last
        good copy. Raises StoreUnusable only.
        """
        async with self._one_at_a_time:
            for table in (await standing(self._store)).tables:
                if force or table.due_at is None or table.due_at <= self._now():
                    await self._refresh(table)
            return await standing(self._store)

    async def _refresh(self, table: TableState) -> None:
        try:
            state = await self._fetched(table)
        except Limited as error:
            state = self._failed(table, "limited", error, max(error.until, self._now() + SOON))
        except NotFound as error:
            state = self._failed(table, "gone", error)
        except Refused as error:
            state = self._failed(table, "refused", error)
        except InvalidAnswer as error:
            state = self._failed(table, "invalid", error)
        except ServiceError as error:
            state = self._failed(table, "unreachable", error)
        except TableRefused as error:
            state = self._failed(table, error.reason, error)
        except (DiskError, OSError) as error:
            state = self._failed(table, "disk", error)
        await self._store.run(atlas.save_state, state)

    async def _fetched(self, table: TableState) -> TableState:
        """Return the new state of a table whose newest version is in the store."""
        folder = await asyncio.to_thread(TemporaryDirectory, prefix="media_list_sync_")
        try:
            return await self._downloaded(table, Path(folder.name) / table.origin)
        finally:
            with suppress(OSError):
                await asyncio.to_thread(folder.cleanup)

    async def _downloaded(self, table: TableState, path: Path) -> TableState:
        headers = {"Accept": "*/*"}
        if table.etag and table.fetched_at is not None:
            headers["If-None-Match"] = table.etag
        doorway = self._doorways[table.origin]
        answer = await doorway.download(self._urls[table.origin], path, headers=headers)
        now = self._now()
        if answer.status == 304:
            return replace(table, checked_at=now, due_at=now + WEEK, error=None)
        if answer.status == 404:
            raise NotFound(answer.service, answer.account)
        if answer.status != 200:
            raise Refused(answer.service, answer.account, answer.page_title, status=answer.status)
        file = Downloaded(table.origin, str(path), answer.headers.get("ETag"), now, now + WEEK)
        async with self._store.beside() as database:
            return await run_elsewhere(import_table, str(database), file)

    def _failed(
        self, table: TableState, reason: Failure, error: Exception, again_at: datetime | None = None
    ) -> TableState:
        _LOGGER.warning("No newer mappings from %s: %s", table.origin, error)
        wait = SOON if table.fetched_at is not None else SOONER
        return replace(table, due_at=again_at or self._now() + wait, error=reason)
