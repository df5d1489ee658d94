"""From the store to a plan, in one go and away from the event loop.

Everything here runs in an interpreter of its own where there is much to plan, and uses the standard
library alone. What comes back is small: counts, some names, and the actions in pickled blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
import pickle
import sqlite3

from ..placement import TargetId
from ..store import anime as animes, bases as stored, entries, reviews
from ..store.reviews import Review
from . import bases
from .bases import Base
from .loading import load_bases, load_shelf
from .places import choose
from .plan import Action, BaseKey, Plan, PlanInputs, WatchDecision, WatchOutcome
from .planner import plan
from .policy import PairingPolicy
from .tally import Tally

BLOCK = 200
"""Actions in a pickled block."""

SIZES_LAST = timedelta(days=7)
"""How long the seasons of a show on Trakt are taken as known, and that there is no such show."""

_WAIT_SECONDS = 10.0
"""How long a write of the store's own may keep this one waiting."""

SHOWN = 200
"""Decisions that are kept to be shown where the whole plan was not asked for."""

type Block = bytes
"""Pickled: actions, and the bases that hold after them."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan depends on besides the store."""

    job_id: str
    anilist: str
    tracker: str
    is_trakt: bool
    sections: frozenset[str] | None
    policy: PairingPolicy
    now: datetime
    """In the person's own time zone."""
    is_dry: bool = False
    """Nothing is put on record, and all decisions come back."""
    only: int | None = None
    asked: frozenset[TargetId] = frozenset()
    """What the tracker was asked for in this run: it is not asked again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What has to be asked of the tracker before there can be a whole plan, or the plan."""

    needs: tuple[TargetId, ...] = ()
    tally: Tally | None = None
    blocks: tuple[Block, ...] = ()
    action_count: int = 0
    touched: int = 0
    """Entries that the plan would change."""
    decisions: tuple[WatchDecision, ...] = ()
    later: frozenset[str] = frozenset()
    until: datetime | None = None
    new_reviews: int = 0

    def actions(self) -> Iterator[tuple[tuple[Action, ...], Mapping[BaseKey, Base]]]:
        """Open the blocks, one after the other."""
        for block in self.blocks:
            yield pickle.loads(block)  # noqa: S301  (made by ourselves, in this run)


def prepare(path: str, given: Circumstances) -> Prepared:
    """Choose where each entry lies, and plan, from what is in the database at `path`."""
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = -400")
        return _Preparation(connection, given).run()


class _Preparation:
    """One look at the store, and what is made of it."""

    def __init__(self, connection: sqlite3.Connection, given: Circumstances) -> None:
        self.connection = connection
        self.given = given

    def run(self) -> Prepared:
        """Plan; put down bases and reviews unless it is only to be looked at."""
        given, connection = self.given, self.connection
        connection.execute("BEGIN")
        anime = animes.load(connection, entries.ids(connection, given.anilist))
        listed = tuple(entries.load(connection, given.anilist, anime))
        known = load_bases(connection, given.job_id)
        shelf, numberings = load_shelf(
            connection,
            given.tracker,
            sections=given.sections,
            all_there=given.is_trakt,
            marked={item for base in known.values() for item in base.marked.values() if item},
            stale_before=given.now - SIZES_LAST,
        )
        chosen = choose(
            connection,
            listed,
            shelf,
            numberings,
            policy=given.policy,
            is_trakt=given.is_trakt,
            asked=given.asked,
        )
        connection.execute("COMMIT")
        if chosen.needs:
            return Prepared(needs=chosen.needs)
        inputs = PlanInputs(
            entries=listed,
            places=chosen.places,
            shelf=shelf,
            bases=known,
            policy=given.policy,
            now=given.now,
            numberings=chosen.numberings,
            sole=chosen.sole,
            is_trakt=given.is_trakt,
            only=given.only,
        )
        result = plan(inputs)
        needs = {action.target for action in result.actions} & shelf.stale - given.asked
        if needs:  # nothing is written by numbers that may be others by now
            return Prepared(needs=tuple(sorted(needs)))
        # A report is about all entries, also where only one is acted on.
        others = () if given.only is None else plan(replace(inputs, only=None)).decisions
        new_reviews = 0 if given.is_dry else self._write(result)
        return self._prepared(result, others, new_reviews)

    def _write(self, result: Plan) -> int:
        """Put down what holds already, and what needs a person."""
        self.connection.execute("BEGIN IMMEDIATE")
        stored.save(
            self.connection,
            self.given.job_id,
            {
                (anilist, f"{target.provider}:{target.id}"): bases.to_json(base)
                for (anilist, target), base in result.bases.items()
            },
        )
        job_id, only, now = self.given.job_id, self.given.only, self.given.now
        rows = [
            _review(job_id, decision)
            for decision in result.decisions
            if decision.outcome is WatchOutcome.REVIEW
        ]
        if only is None:
            new = reviews.replace(self.connection, job_id, rows, now)
        else:
            new = reviews.replace_of(self.connection, job_id, only, rows, now)
        self.connection.execute("COMMIT")
        return new

    def _prepared(
        self, result: Plan, others: tuple[WatchDecision, ...], new_reviews: int
    ) -> Prepared:
        shown = result.decisions
        if not (self.given.is_dry or self.given.only is not None):
            shown = tuple(one for one in shown if one.outcome is WatchOutcome.UPDATE)[:SHOWN]
        return Prepared(
            tally=Tally.of(result.decisions, others),
            blocks=tuple(
                pickle.dumps((block, _after(block, result)))
                for block in batched(result.actions, BLOCK, strict=False)
            ),
            action_count=len(result.actions),
            touched=len({anilist for anilist, _ in result.after}),
            decisions=shown,
            later=result.later,
            until=result.until,
            new_reviews=new_reviews,
        )


def _after(block: tuple[Action, ...], result: Plan) -> dict[BaseKey, Base]:
    keys = {(action.anilist, action.target) for action in block}
    return {key: result.after[key] for key in keys if key in result.after}


def _review(job_id: str, decision: WatchDecision) -> Review:
    target = decision.target
    return Review(
        job_id=job_id,
        anilist=decision.anilist,
        title=decision.title,
        reason=decision.reason,
        target=f"{target.provider}:{target.id}" if target else "",
        detail=decision.detail,
        since="",
    )
