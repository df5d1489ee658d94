"""From the store to a plan, in one go and away from the event loop.

What comes back is small: of ten thousand titles only counts, some names, and the actions in
pickled blocks that are opened one after the other. (Everything here runs in an interpreter of its
own where a list is long, and uses the standard library alone.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
import hashlib
from itertools import batched
import pickle
import sqlite3

from ..ledger import Ledger
from ..model import Decision, Ids, LibraryRow, MediaStatus, MediaType, TitleKey
from ..store import exclusions, identities, ledger as ledgers, library, shows, snapshots
from ..store.allowances import Allowance
from ..store.shows import StoredShow
from .observe import observe
from .plan import ListedTitle, Offer, Plan, PlanInputs, PlannedList, RequestAction
from .planner import plan
from .policy import Policy
from .resolve import Known, Lookup, library_index, resolve
from .tally import Summary, summarise

WEEK = timedelta(days=7)
BLOCK = 200
"""Actions in a pickled block."""

_WAIT_SECONDS = 10.0
"""How long a write of the store's own may keep this one waiting."""

AGAIN_NEXT_RUN = frozenset({"limit_per_run", "not_looked_up", "no_details", "details", "in_doubt"})
"""Reasons that may be gone at the next run although nothing changed."""

_QUOTA = frozenset({"quota", "missing_within_quota"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the account, as its planning needs it."""

    job_id: str
    policy: Policy
    can_act: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan depends on besides the store.

    `searched`: the sources of ids that were just searched for; what is still unknown of them waits.
    `only`: carry out only what concerns the title with this id.
    """

    server: str
    account_id: str
    job_id: str
    lists: tuple[Listed, ...]
    offer: Offer
    allowances: Mapping[tuple[int | None, MediaType], Allowance]
    unreadable_shows: frozenset[int]
    now: datetime
    searched: frozenset[str] = frozenset()
    is_dry_run: bool = False
    only: Ids | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What has to be asked of the server before there can be a whole plan, or the plan.

    `became_available` names titles that can be watched since the last look: on which list, and
    what. `due_shows` are shows of this list to be read again (R7), `next_look` is when the first
    of the others is. `decisions` are only there for a dry run, and for one title.
    """

    became_available: tuple[tuple[str, TitleKey, str], ...] = ()
    lookups: tuple[Lookup, ...] = ()
    needs_shows: frozenset[int] = frozenset()
    due_shows: tuple[int, ...] = ()
    next_look: datetime | None = None
    summary: Summary | None = None
    blocks: tuple[bytes, ...] = ()
    action_count: int = 0
    decisions: tuple[Decision, ...] = ()
    deferred_until: datetime | None = None
    is_settled: bool = False
    """Nothing waits that the next run could do although nothing has changed by then."""

    def actions(self) -> Iterator[RequestAction]:
        """Open the blocks, one after the other."""
        for block in self.blocks:
            yield from pickle.loads(block)  # noqa: S301  (made by ourselves, in this run)


def prepare(path: str, given: Circumstances) -> Prepared:
    """Resolve, observe and plan from what is in the database at `path`."""
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        return _Preparation(connection, given).run()


def spread(tmdb: int, within: timedelta) -> timedelta:
    """Return a show's own share of a span of time, always the same: looks are spread over it."""
    digest = hashlib.blake2b(str(tmdb).encode(), digest_size=4).digest()
    return within * (int.from_bytes(digest) / 2**32)


class _Preparation:
    """One look at the store, and what is made of it.

    What is read is read in one piece, and what is written is, too. Nobody else writes the ledger
    of the server meanwhile: its jobs take turns.
    """

    def __init__(self, connection: sqlite3.Connection, given: Circumstances) -> None:
        self.connection = connection
        self.given = given
        # Everything is read once, in order: a larger cache would hold it twice.
        connection.execute("PRAGMA cache_size = -400")
        connection.execute("BEGIN")
        self.library = library.load(connection, given.server)
        self.shows = shows.load(connection, given.server)
        self.ledger: Ledger = ledgers.load(connection, given.server)
        self.baselines = shows.baselines(connection)
        self.lookups: dict[Lookup, None] = {}
        # What ids lead to is only needed here, and is gone before the plan takes its place.
        known = Known(identities.load(connection, given.now), library_index(self.library.values()))
        self.lists = tuple(self._resolved(lst, known) for lst in given.lists)
        self.excluded = self._excluded(known)
        connection.execute("COMMIT")

    def _resolved(self, lst: Listed, known: Known) -> PlannedList:
        titles: list[ListedTitle] = []
        for stored in snapshots.items(self.connection, lst.job_id):
            title, lookup = resolve(stored, known)
            titles.append(title)
            if lookup is not None and lst.job_id == self.given.job_id:
                self.lookups[lookup] = None
        return PlannedList(lst.job_id, lst.policy, tuple(titles), lst.can_act)

    def run(self) -> Prepared:
        """Put down what the library says of the ledger, and plan."""
        available = self._observe()
        lookups = tuple(look for look in self.lookups if look[0] not in self.given.searched)
        if lookups:
            return Prepared(available, lookups)
        result = plan(
            PlanInputs(
                lists=self.lists,
                library=self.library,
                ledger=self.ledger,
                now=self.given.now,
                offer=self.given.offer,
                shows={n: show.details for n, show in self.shows.items() if show.details},
                unknown_shows=self.given.unreadable_shows,
                baselines=self.baselines,
                excluded=self.excluded,
                allowances=self.given.allowances,
            )
        )
        self._write_plans_for_shows(result)
        return self._prepared(result, available)

    def _observe(self) -> tuple[tuple[str, TitleKey, str], ...]:
        seen = observe(self.ledger, self.library, self.given.now)
        self.ledger.update(seen.changes)
        if seen.changes:
            self.connection.execute("BEGIN IMMEDIATE")
            ledgers.save(self.connection, self.given.server, seen.changes)
            self.connection.execute("COMMIT")
        available = {key.title for key in seen.became_available}
        if not available:
            return ()
        return tuple(
            dict.fromkeys(
                (lst.job_id, title.key, title.item.title)
                for lst in self.lists
                for title in lst.titles
                if title.key in available
            )
        )

    def _own(self) -> tuple[ListedTitle, ...]:
        return next(lst.titles for lst in self.lists if lst.job_id == self.given.job_id)

    def _own_shows(self) -> set[int]:
        return {t.key.tmdb for t in self._own() if t.key and t.key.media_type is MediaType.SHOW}

    def _write_plans_for_shows(self, result: Plan) -> None:
        """Put down baselines, and the first look, spread over a week, at shows of which all is there."""
        if self.given.is_dry_run:
            return
        first_looks = {
            tmdb: self.given.now + WEEK / 7 + spread(tmdb, WEEK * 6 / 7)
            for tmdb in self._own_shows()
            if tmdb not in self.shows and self._is_available(tmdb)
        }
        if not (first_looks or result.baselines):
            return
        self.connection.execute("BEGIN IMMEDIATE")
        shows.set_baselines(self.connection, result.baselines)
        shows.plan_first_look(self.connection, self.given.server, first_looks)
        self.connection.execute("COMMIT")
        self.shows.update((n, StoredShow(None, when)) for n, when in first_looks.items())

    def _is_available(self, tmdb: int) -> bool:
        row: LibraryRow | None = self.library.get(TitleKey(MediaType.SHOW, tmdb))
        return row is not None and MediaStatus.AVAILABLE in (row.status, row.status_4k)

    def _prepared(self, result: Plan, available: tuple[tuple[str, TitleKey, str], ...]) -> Prepared:
        job_id, now, only = self.given.job_id, self.given.now, self.given.only
        looks = {n: self.shows[n].again_at for n in self._own_shows() if n in self.shows}
        decisions = result.decisions[job_id]
        actions: Iterable[RequestAction] = result.actions_of(job_id)
        meant = decisions
        if only is not None:
            meant = tuple(decision for decision in decisions if _is_meant(decision, only))
            keys = {decision.key for decision in meant}
            actions = tuple(action for action in actions if action.key in keys)
        if self.given.is_dry_run:
            actions = ()
        actions = tuple(actions)
        waits_for_quota = only is None or any(decision.reason in _QUOTA for decision in meant)
        return Prepared(
            became_available=available,
            needs_shows=result.needs_shows.get(job_id, frozenset()),
            due_shows=tuple(n for n, when in looks.items() if when <= now),
            next_look=min((when for when in looks.values() if when > now), default=None),
            summary=summarise(meant, frozenset(action.key for action in actions)),
            blocks=tuple(pickle.dumps(block) for block in batched(actions, BLOCK, strict=False)),
            action_count=len(actions),
            decisions=meant if only is not None or self.given.is_dry_run else (),
            deferred_until=result.deferred_until.get(job_id) if waits_for_quota else None,
            is_settled=not any(decision.reason in AGAIN_NEXT_RUN for decision in decisions),
        )

    def _excluded(self, known: Known) -> frozenset[TitleKey]:
        """Return the excluded titles by their keys, whichever id a person gave."""
        excluded: set[TitleKey] = set()
        by_id: set[Lookup] = set()
        for one in exclusions.load(self.connection, self.given.account_id):
            if one.ids.tmdb is not None:
                excluded.add(TitleKey(one.media_type, one.ids.tmdb))
            for lookup in _ids(one.ids):
                by_id.add(lookup)
                excluded.update(known.find(lookup) or ())
        if by_id:
            excluded.update(
                title.key
                for lst in self.lists
                for title in lst.titles
                if title.key is not None and by_id.intersection(_ids(title.item.ids))
            )
        return frozenset(excluded)


def _ids(ids: Ids) -> Iterator[Lookup]:
    if ids.imdb is not None:
        yield "imdb", ids.imdb
    if ids.tvdb is not None:
        yield "tvdb", str(ids.tvdb)


def _is_meant(decision: Decision, ids: Ids) -> bool:
    own = decision.item.ids
    if ids.tmdb is not None:
        return ids.tmdb == (decision.key.tmdb if decision.key is not None else own.tmdb)
    if ids.imdb is not None:
        return own.imdb == ids.imdb
    return ids.tvdb is not None and own.tvdb == ids.tvdb
