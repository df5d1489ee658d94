"""What a person is asked before it is done: a first plan (W12), and one that is unlikely large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import FIRST_PLAN, Problem, Report
from ..store import pairings
from .prepare import Prepared

if TYPE_CHECKING:
    from .job import PairingJob

FEW = 50
"""So many entries may always be changed at once."""


async def is_braked(job: PairingJob, prepared: Prepared) -> bool:
    """Whether so much is to be changed that a person should have a look at it first.

    What a person said yes to may take several syncs: until one comes to its end, none is held.
    """
    if not await job.anilist.store.run(pairings.is_fulfilled, job.id):
        return False
    share = prepared.entries * job.policy.brake / 100
    return prepared.touched > max(share, FEW)


def plan_to_approve(prepared: Prepared, last: Report | None, *, is_partial: bool) -> Problem | None:
    """Return what there is to say yes to (W12); None where there is nothing.

    It is never what one entry calls for, where all of them wait; and it stays what it was, by the
    `last` report, while all that is left of it waits for a time of its own.
    """
    waits = last.waiting_plan if last is not None else None
    if is_partial and waits is not None:
        return waits
    if not prepared.action_count:
        return waits if prepared.until is not None else None
    return summed_up(FIRST_PLAN if waits is None else waits.key, prepared)


def summed_up(key: str, prepared: Prepared) -> Problem:
    """Return a plan as it is shown where a person says yes or no."""
    return Problem(key, {"entries": str(prepared.touched), "episodes": str(prepared.episodes)})
