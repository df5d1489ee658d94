"""From the store to a plan, in one go and away from the event loop.

Everything here runs in an interpreter of its own where there is much to plan, and uses the standard
library alone. What comes back is small: counts, some names, and the actions in pickled blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
import pickle
import sqlite3

from ..placement import TargetId
from ..store import anime as animes, bases as stored, entries, reviews
from ..store.reviews import Review
from ..watch import Entry, ListStatus
from . import bases
from .bases import Base
from .begun import begun
from .loading import load_bases, load_shelf
from .places import choose
from .plan import NO_DOUBTS, Action, BaseKey, Doubts, Plan, PlanInputs, WatchDecision, WatchOutcome
from .planner import plan
from .policy import Conflict, PairingPolicy
from .saving import Saving
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
    prefer: Conflict | None = None
    """What a person says counts in a conflict."""
    asked: frozenset[TargetId] = frozenset()
    """What the tracker was asked for in this run: it is not asked again."""
    doubts: Doubts = NO_DOUBTS
    told: frozenset[int] = frozenset()
    """The anime that AniList was asked for in this run."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What has to be asked of the tracker before there can be a whole plan, or the plan."""

    needs: tuple[TargetId, ...] = ()
    anime: tuple[int, ...] = ()
    """What has to be asked of AniList."""
    tally: Tally | None = None
    blocks: tuple[Block, ...] = ()
    saves: tuple[Block, ...] = ()
    action_count: int = 0
    """Of both: to the tracker, and to AniList."""
    touched: int = 0
    """Entries that the plan would change."""
    episodes: int = 0
    """Episodes that it would mark on the tracker."""
    entries: int = 0
    decisions: tuple[WatchDecision, ...] = ()
    later: frozenset[str] = frozenset()
    until: datetime | None = None
    new_reviews: int = 0

    def savings(self) -> Iterator[tuple[tuple[Saving, ...], Mapping[BaseKey, Base]]]:
        """Open the blocks of what AniList is to say, one after the other."""
        for block in self.saves:
            yield pickle.loads(block)  # noqa: S301  (made by ourselves, in this run)

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
        if given.policy.adds:
            unread = {
                target
                for target in shelf.units
                if given.is_trakt and not target.provider.is_film and target not in numberings
            }
            ids = begun(connection, shelf, anime, unread)
            others = animes.load(connection, ids)
            lacking = ids - others.keys() - given.told
            if lacking:
                connection.execute("COMMIT")
                return Prepared(anime=tuple(sorted(lacking)))
            listed += tuple(Entry(0, one, ListStatus.CURRENT) for one in others.values())
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
            doubts=given.doubts,
            prefer=given.prefer,
        )
        result = plan(inputs)
        targets = {action.target for action in result.actions}
        targets.update(target for saving in result.saves for target in saving.targets)
        needs = targets & shelf.stale - given.asked
        if needs:  # nothing is written by numbers that may be others by now
            return Prepared(needs=tuple(sorted(needs)))
        new_reviews = 0 if given.is_dry else self._write(result)
        return self._prepared(result, new_reviews)

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
        rows = [_review(job_id, decision) for decision in result.decisions if decision.is_review]
        if only is None:
            new = reviews.replace(self.connection, job_id, rows, now)
        else:
            new = reviews.replace_of(self.connection, job_id, only, rows, now)
        self.connection.execute("COMMIT")
        return new

    def _prepared(self, result: Plan, new_reviews: int) -> Prepared:
        shown = result.decisions
        if not (self.given.is_dry or self.given.only is not None):
            shown = tuple(one for one in shown if one.outcome is WatchOutcome.UPDATE)[:SHOWN]
        return Prepared(
            tally=Tally.of(result.decisions),
            blocks=tuple(
                pickle.dumps((block, _after(block, result)))
                for block in batched(result.actions, BLOCK, strict=False)
            ),
            saves=tuple(
                pickle.dumps((block, _after_saves(block, result)))
                for block in batched(result.saves, BLOCK, strict=False)
            ),
            action_count=len(result.actions) + len(result.saves),
            touched=len({anilist for anilist, _ in result.after}),
            episodes=sum(
                len(one.spots) for one in result.decisions if one.outcome is WatchOutcome.UPDATE
            ),
            entries=len(result.decisions),
            decisions=shown,
            later=result.later,
            until=result.until,
            new_reviews=new_reviews,
        )


def _after(block: tuple[Action, ...], result: Plan) -> dict[BaseKey, Base]:
    keys = {(action.anilist, action.target) for action in block}
    return {key: result.after[key] for key in keys if key in result.after}


def _after_saves(block: tuple[Saving, ...], result: Plan) -> dict[BaseKey, Base]:
    keys = [(saving.anilist, target) for saving in block for target in saving.targets]
    return {key: result.after[key] for key in keys}


def _review(job_id: str, decision: WatchDecision) -> Review:
    target, is_asked = decision.target, decision.outcome is WatchOutcome.REVIEW
    return Review(
        job_id=job_id,
        anilist=decision.anilist,
        title=decision.title,
        reason=decision.reason if is_asked else decision.then.reason,
        target=f"{target.provider}:{target.id}" if target else "",
        detail=decision.detail,
        since="",
        others=decision.others,
    )
