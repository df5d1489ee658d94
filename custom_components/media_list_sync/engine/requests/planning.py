"""Planning a list, and asking the server for what the plan lacks, until it is whole."""

from __future__ import annotations

from collections.abc import Callable

from ..elsewhere import plan_beside
from ..model import MediaType, Problem, Quality
from ..reporting import Reporter
from ..store import exclusions, library, snapshots
from .account import SeerrAccount
from .lookup import Asked, read_shows, search
from .prepare import Circumstances, Prepared, prepare
from .resolve import Lookup
from .work import ListWork

DUE_SHOWS = 100
"""Shows that are read again in one run at most (R7)."""

MANY = 2_000
"""Titles, on the list and in the library, from which on planning gets an interpreter of its own."""

# How much of a run, in per cent, has passed when these rooms are left.
LIBRARY_READ, LOOKED_UP, SHOWS_READ = 20, 50, 60


class Planning:
    """Plans one list for one run of it."""

    def __init__(
        self,
        account: SeerrAccount,
        work: ListWork,
        reporter: Reporter,
        progress: Callable[[int], None],
    ) -> None:
        self.account = account
        self.store = account.store
        self.work = work
        self.reporter = reporter
        self.progress = progress
        self._asked_shows: set[int] = set()
        self._unreadable: set[int] = set()

    async def plan(self, on_list: int) -> Prepared:
        """Return the plan of a list that has so many rows."""
        known = await self.store.run(library.size, await self.account.server_id())
        is_long = on_list + known > MANY
        looked_again = False
        # Most of a new list is known to nobody: it needs no plan to be found.
        searched = {"imdb"}
        await self._search(await self._unknown_imdb_ids())
        await self._read_shows(await self._unread_shows())
        while True:
            prepared = await self._prepare(is_long=is_long, searched=frozenset(searched))
            await self._tell_available(prepared)
            if prepared.lookups:
                searched.update(source for source, _ in prepared.lookups)
                await self._search(prepared.lookups)
                continue
            needed = set(prepared.needs_shows)
            if not looked_again:
                looked_again = True
                needed.update(prepared.due_shows[:DUE_SHOWS])
            needed -= self._asked_shows
            if not needed:
                return prepared
            await self._read_shows(needed)

    async def _unknown_imdb_ids(self) -> tuple[Lookup, ...]:
        server = await self.account.server_id()
        found = await self.store.run(
            snapshots.unknown_imdb_ids, self.work.job_id, server, self.account.now()
        )
        return tuple(("imdb", imdb) for imdb in found)

    async def _unread_shows(self) -> set[int]:
        """Return shows whose seasons the plan is going to need, whatever else it says.

        Of a show that nobody has asked for yet, nothing but its exclusion or the list's policy
        could make them needless.
        """
        if MediaType.SHOW not in self.work.policy.media_types or Quality.HD not in (
            self.work.policy.qualities
        ):
            return set()
        if await self.store.run(exclusions.load, self.account.account_id):
            return set()
        server = await self.account.server_id()
        return set(await self.store.run(snapshots.unread_shows, self.work.job_id, server))

    async def _read_shows(self, numbers: set[int]) -> None:
        self._asked_shows |= numbers
        progress = between(self.progress, LOOKED_UP, SHOWS_READ)
        asked = await read_shows(self.account, sorted(numbers), progress)
        self._unreadable |= asked.unreadable
        self._note_refusals(asked)

    async def _search(self, lookups: tuple[Lookup, ...]) -> None:
        progress = between(self.progress, LIBRARY_READ, LOOKED_UP)
        self._note_refusals(await search(self.account, lookups, progress))

    async def _prepare(self, *, is_long: bool, searched: frozenset[str]) -> Prepared:
        given = Circumstances(
            server=await self.account.server_id(),
            account_id=self.account.account_id,
            job_id=self.work.job_id,
            lists=self.work.lists(),
            offer=await self.account.offer(),
            allowances=dict(self.account.allowances),
            unreadable_shows=frozenset(self._unreadable),
            now=self.account.now(),
            searched=searched,
            is_dry_run=self.reporter.request.dry_run,
            only=self.reporter.request.title,
        )
        return await plan_beside(self.store, prepare, given, is_long=is_long)

    def _note_refusals(self, asked: Asked) -> None:
        if asked.refused:
            self.reporter.problems.append(Problem("metadata_down", {"count": str(asked.refused)}))

    async def _tell_available(self, prepared: Prepared) -> None:
        for job_id, key, title in prepared.became_available:
            await self.reporter.log(
                "available",
                job_id=job_id,
                title=title,
                media_type=str(key.media_type),
                tmdb_id=key.tmdb,
            )


def between(progress: Callable[[int], None], start: int, end: int) -> Callable[[float], None]:
    """Return what tells how much of a room is done, as a part of 1."""
    return lambda done: progress(round(start + (end - start) * done))
