"""Planning in rounds: what a plan lacks is asked for, and it is planned again until it is whole."""

from __future__ import annotations

from collections.abc import Callable
import sqlite3
from typing import TYPE_CHECKING

from ..elsewhere import plan_beside
from ..model import SyncRequest
from ..placement import TargetId
from .plan import Doubts
from .policy import Conflict
from .prepare import Circumstances, Prepared, prepare
from .tracker import Tracker

if TYPE_CHECKING:
    from .job import PairingJob

MANY = 3_000
"""Entries and episodes, from which on planning gets an interpreter of its own."""

LEARNED_AT_ONCE = 50
"""So many shows are looked up on a tracker before what was learned is planned with."""


async def plan_in_rounds(
    job: PairingJob,
    tracker: Tracker,
    request: SyncRequest,
    doubts: Doubts,
    learned: Callable[[float], None],
    *,
    is_dry: bool,
) -> Prepared:
    """Return the plan of a pairing. `learned` is told how much of what a round asks for is known."""
    store, anilist = job.anilist.store, job.anilist.account_id
    asked: set[TargetId] = set()
    told: set[int] = set()
    is_long = await store.run(_is_long, anilist, tracker.account_id, MANY)
    while True:
        given = Circumstances(
            job_id=job.id,
            anilist=anilist,
            tracker=tracker.account_id,
            is_trakt=tracker.is_trakt,
            sections=job.sections,
            policy=job.policy,
            now=job.now(),
            is_dry=is_dry,
            only=request.anilist,
            prefer=Conflict(request.prefer) if request.prefer else None,
            asked=frozenset(asked),
            doubts=doubts,
            told=frozenset(told),
        )
        prepared = await plan_beside(store, prepare, given, is_long=is_long)
        if prepared.anime:
            told.update(prepared.anime)
            await job.anilist.learn(prepared.anime)
            continue
        if not prepared.needs:
            return prepared
        asked.update(prepared.needs)
        for start in range(0, len(prepared.needs), LEARNED_AT_ONCE):
            await tracker.learn(prepared.needs[start : start + LEARNED_AT_ONCE])
            learned(start / len(prepared.needs))


def _is_long(connection: sqlite3.Connection, anilist: str, tracker: str, many: int) -> bool:
    ((listed,),) = connection.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM anilist_entry WHERE account = ? LIMIT ?)",
        (anilist, many),
    )
    ((there,),) = connection.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM tracked_episode WHERE account = ? LIMIT ?)",
        (tracker, many),
    )
    return int(listed) + int(there) >= many
