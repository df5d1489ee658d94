"""One run of one list: read, resolve, plan, apply, report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from ..elsewhere import run_elsewhere
from ..http import ServiceError, Unreachable
from ..lists.source import ListSource
from ..model import Decision, JobStatus, MediaType, Outcome, Problem, Quality, Report, SyncRequest
from ..setbacks import Setback, setback
from ..store import events, exclusions, library, reports, snapshots, standings
from ..store.events import Event
from ..store.snapshots import Snapshot
from . import standing
from .account import LIBRARY_LASTS, SeerrAccount
from .apply import Applied, Applier
from .guard import is_doubtful
from .lookup import Asked, read_shows, search
from .policy import Policy
from .prepare import Circumstances, Listed, Prepared, prepare
from .record import Run
from .resolve import Lookup
from .tally import Summary, Tally

DUE_SHOWS = 100
"""Shows that are read again in one run at most (R7)."""

MANY = 2_000
"""Titles, on the list and in the library, from which on planning gets an interpreter of its own."""

# How much of a run, in per cent, has passed when each of its rooms is left.
_READ, _LIBRARY, _LOOKED_UP, _SHOWS_READ = 10, 20, 50, 60

_LOGGED_AS = {JobStatus.FAILED: "sync_failed", JobStatus.DEFERRED: "sync_deferred"}
_BY_A_PERSON = frozenset({"button", "action"})
_NEEDS_A_PERSON = frozenset({"permission", "user_gone", "csrf", "key_rejected"})


@dataclass(frozen=True, slots=True)
class ListWork:
    """What a run needs to know of its list. `lists`: all of the account, in their order (R4)."""

    job_id: str
    source: ListSource
    curated: bool
    policy: Policy
    lists: Callable[[], tuple[Listed, ...]]
    tell: Callable[[Event], None]


class Sync:
    """One run of one list."""

    def __init__(
        self,
        account: SeerrAccount,
        work: ListWork,
        request: SyncRequest,
        progress: Callable[[int], None],
    ) -> None:
        self.account = account
        self.store = account.store
        self.work = work
        self.request = request
        self.progress = progress
        self.was_refused = False
        """Whether the server refused the list's user (R8)."""
        self._started_at = account.now()
        self._problems: list[Problem] = []
        self._asked_shows: set[int] = set()
        self._unreadable: set[int] = set()
        self._deferred_until: datetime | None = None

    async def run(self) -> Report:
        """Go through the rooms, and put what came of it into the log. Never raises an error."""
        before = await self.store.run(reports.last, self.work.job_id)
        if self.request.reason in _BY_A_PERSON:
            self.account.forget_being_down()
        try:
            report = await self._through()
        except ServiceError as error:
            if isinstance(error, Unreachable) and error.service == "seerr":
                self.account.note_down(error)
            report = await self._set_back(setback(error, self.account.now()))
        is_news = report.changed or before is None or before.status is not report.status
        if is_news and not report.dry_run:
            await self._log(
                _LOGGED_AS.get(report.status, "sync_finished"),
                status=str(report.status),
                counts=dict(report.counts),
                problems=[problem.key for problem in report.problems],
            )
        return report

    async def _through(self) -> Report:
        snapshot = await self._read()
        self.progress(_READ)
        inputs = await self._look_at_server()
        self.progress(_LIBRARY)
        unchanged = await self._unchanged(inputs)
        if unchanged is not None:
            return unchanged
        prepared = await self._prepare(snapshot)
        self.progress(_SHOWS_READ)
        return await self._act(prepared, snapshot, inputs)

    async def _read(self) -> Snapshot:
        """Read the list, unless nothing changed since; keep the old one while in doubt (R9)."""
        job_id = self.work.job_id
        before = await self.store.run(snapshots.get, job_id)
        known = None if before is None or self.request.full else before.fingerprint
        contents = await self.work.source.read(known)
        now = self.account.now()
        if contents is not None and before is not None and is_doubtful(before, contents.total):
            sizes = {"before": str(before.total), "now": str(contents.total)}
            self._problems.append(Problem("list_shrunk", sizes))
            await self.store.run(snapshots.doubt, job_id, contents.total, now)
        elif contents is not None:
            await self.store.run(
                snapshots.save,
                job_id,
                self.account.account_id,
                contents,
                curated=self.work.curated,
                now=now,
            )
        snapshot = await self.store.run(snapshots.get, job_id)
        if snapshot is None:  # the source said "unchanged" of what was never read
            raise LookupError(job_id)
        return snapshot

    async def _look_at_server(self) -> str:
        """Bring the library up to date, and return all that the plan will depend on."""
        self.account.raise_if_down()
        await self.account.recall_allowances()
        await self.account.learn_history()
        await self.account.refresh_library(self._library_not_before())
        await self.account.settle_doubts()
        return await self.store.run(
            standing.inputs,
            await self.account.server_id(),
            self.account.account_id,
            await self.account.offer(),
            self.work.lists(),
        )

    def _library_not_before(self) -> datetime:
        """Return how old a reading of the library may be that other lists have made.

        A person wants to see what was there when they asked; lists that they had synced together
        share a reading all the same.
        """
        if self.request.full:
            return self.account.now()
        if self.request.reason in _BY_A_PERSON:
            return self.request.asked_at or self._started_at
        return self._started_at - LIBRARY_LASTS

    async def _unchanged(self, inputs: str) -> Report | None:
        """Return the last report once more where nothing it depended on has changed."""
        if self.request.full or self.request.dry_run or self.request.title or self._problems:
            return None
        now = self.account.now()
        if not await self.store.run(standings.holds, self.work.job_id, inputs, now):
            return None
        last = await self.store.run(reports.last, self.work.job_id)
        return None if last is None else self._once_more(last)

    def _once_more(self, last: Report) -> Report:
        """Return what a report said, as of now, and with nothing new in it."""
        return replace(
            last,
            started_at=self._started_at,
            finished_at=self.account.now(),
            new_titles=(),
            counts={**last.counts, "new": 0} if last.counts else {},
            changed=False,
        )

    async def _prepare(self, snapshot: Snapshot) -> Prepared:
        """Plan, ask the server for what the plan lacks, and plan again until it is whole."""
        known = await self.store.run(library.size, await self.account.server_id())
        is_long = snapshot.total + known > MANY
        looked_again = False
        # Most of a new list is known to nobody: it needs no plan to be found.
        searched = {"imdb"}
        await self._search(await self._unknown_imdb_ids())
        await self._read_shows(await self._unread_shows())
        while True:
            prepared = await self._plan(is_long=is_long, searched=frozenset(searched))
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
        asked = await read_shows(
            self.account, sorted(numbers), self._between(_LOOKED_UP, _SHOWS_READ)
        )
        self._unreadable |= asked.unreadable
        self._note_refusals(asked)

    async def _search(self, lookups: tuple[Lookup, ...]) -> None:
        progress = self._between(_LIBRARY, _LOOKED_UP)
        self._note_refusals(await search(self.account, lookups, progress))

    async def _plan(self, *, is_long: bool, searched: frozenset[str]) -> Prepared:
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
            is_dry_run=self.request.dry_run,
            only=self.request.title,
        )
        async with self.store.beside() as path:
            work = asyncio.ensure_future(
                run_elsewhere(prepare, str(path), given)
                if is_long
                else asyncio.to_thread(prepare, str(path), given)
            )
            try:
                return await asyncio.shield(work)
            finally:
                # It cannot be broken off; until its end the file is lent.
                await asyncio.wait({work})

    def _note_refusals(self, asked: Asked) -> None:
        if asked.refused:
            self._problems.append(Problem("metadata_down", {"count": str(asked.refused)}))

    async def _tell_available(self, prepared: Prepared) -> None:
        for job_id, key, title in prepared.became_available:
            await self._log(
                "available",
                job_id=job_id,
                title=title,
                media_type=str(key.media_type),
                tmdb_id=key.tmdb,
            )

    async def _log(
        self, kind: str, *, job_id: str | None = None, title: str = "", **data: object
    ) -> None:
        event = await self.store.run(
            events.add,
            at=self.account.now(),
            account=self.account.account_id,
            job_id=job_id or self.work.job_id,
            kind=kind,
            title=title,
            data=data,
        )
        self.work.tell(event)

    async def _act(self, prepared: Prepared, snapshot: Snapshot, inputs: str) -> Report:
        """Carry out what the plan says of this list, or only say it (dry run)."""
        tally = Tally(prepared.summary or Summary({}, ()))
        if self.request.dry_run:
            report = self._report(snapshot, tally)
            return replace(report, dry_run=True, decisions=prepared.decisions)
        run = Run(
            uuid4().hex,
            self.work.job_id,
            self.account.account_id,
            await self.account.server_id(),
        )
        applier = Applier(self.account, run, self.work.tell)
        progress = self._between(_SHOWS_READ, 100)
        self._deferred_until = prepared.deferred_until
        came_out: list[Applied] = []
        done = 0
        async with aclosing(applier.apply(prepared.actions())) as results:
            async for one in results:
                tally.add(one.action.key, one.action.item, one.outcome, is_new=one.is_new)
                if self.request.title is not None:
                    came_out.append(one)
                done += 1
                progress(done / prepared.action_count)
        if done:
            await self.account.keep_allowances()
        self._take(applier.setbacks, applier.deferred_until)
        report = self._report(snapshot, tally)
        await self._record_standing(report, prepared, inputs)
        return replace(report, decisions=_came_out(prepared.decisions, came_out))

    def _take(self, setbacks: Iterable[Setback], quota_until: datetime | None) -> None:
        """Take over what the writes met."""
        times = [self._deferred_until, quota_until]
        quota = min((when for when in times if when is not None), default=None)
        if quota is not None:
            self._problems.append(Problem("quota", until=quota))
        for met in setbacks:
            self._problems.append(met.problem)
            self.was_refused |= met.problem.key in ("permission", "user_gone")
            times.append(met.until)
        self._deferred_until = min((when for when in times if when is not None), default=None)

    def _report(self, snapshot: Snapshot, tally: Tally) -> Report:
        counts = tally.counts(snapshot.left_out)
        on_list = counts["titles"] + counts["left_out"]
        if on_list and counts["titles"] == counts[Outcome.FILTERED]:
            self._problems.append(Problem("nothing_fits", {"list": snapshot.name}))
        return Report(
            job_id=self.work.job_id,
            status=self._status(counts),
            counts=counts,
            started_at=self._started_at,
            finished_at=self.account.now(),
            list_name=snapshot.name,
            problems=tuple({problem.key: problem for problem in self._problems}.values()),
            new_titles=tally.new_titles,
            unmatched_titles=tally.unmatched_titles,
            failed_titles=tally.failed_titles,
            left_out=snapshot.left_out,
            deferred_until=self._deferred_until,
            quota_remaining={
                str(media_type): left.remaining
                for (user, media_type), left in self.account.allowances.items()
                if user == self.work.policy.user_id
            },
        )

    def _status(self, counts: dict[str, int]) -> JobStatus:
        if any(problem.key in _NEEDS_A_PERSON for problem in self._problems):
            return JobStatus.FAILED
        if self._deferred_until is not None:
            return JobStatus.DEFERRED
        if self._problems or counts[Outcome.FAILED]:
            return JobStatus.PARTIAL
        return JobStatus.COMPLETED

    async def _record_standing(self, report: Report, prepared: Prepared, inputs: str) -> None:
        """Remember what this result depended on, and until when it stands."""
        if self.request.title is None and prepared.is_settled and standing.is_final(report):
            until = standing.until(
                report, self.work.policy.seasons, prepared.next_look, self.account.now()
            )
            await self.store.run(standings.put, self.work.job_id, inputs, until)
        else:
            await self.store.run(standings.forget, self.work.job_id)

    async def _set_back(self, met: Setback) -> Report:
        """Report that the sync could not be done; what was known of the list stays."""
        await self.store.run(standings.forget, self.work.job_id)
        last = await self.store.run(reports.last, self.work.job_id)
        return replace(
            self._once_more(last or Report(self.work.job_id, met.status)),
            status=met.status,
            problems=(*self._problems, met.problem),
            deferred_until=met.until,
            dry_run=self.request.dry_run,
        )

    def _between(self, start: int, end: int) -> Callable[[float], None]:
        return lambda done: self.progress(round(start + (end - start) * done))


def _came_out(decisions: Iterable[Decision], applied: Iterable[Applied]) -> tuple[Decision, ...]:
    """Return decisions as they came out once their actions were carried out."""
    results = {(one.action.key, one.action.quality): one for one in applied}
    return tuple(
        decision
        if (one := results.get((decision.key, decision.quality))) is None  # type: ignore[arg-type]
        else replace(decision, outcome=one.outcome, reason=one.reason, detail=one.detail)
        for decision in decisions
    )
