"""How long the result of a sync stands: what it depended on, and what time alone will change."""

from __future__ import annotations

from datetime import datetime, timedelta
import hashlib
import sqlite3

from ..model import Outcome, Report
from ..store import exclusions, library, snapshots
from .plan import Offer
from .policy import SeasonRule
from .prepare import Listed

DAY = timedelta(days=1)


def inputs(
    connection: sqlite3.Connection,
    server: str,
    account: str,
    offer: Offer,
    lists: tuple[Listed, ...],
) -> str:
    """Return what changes exactly when something does that a plan depends on."""
    everything = (
        server,
        offer,
        library.server_state(connection, server).library_read_at,
        snapshots.versions(connection, account),
        exclusions.load(connection, account),
        [(one.job_id, one.policy.fingerprint(), one.can_act) for one in lists],
    )
    return hashlib.sha256(repr(everything).encode()).hexdigest()


def is_final(report: Report) -> bool:
    """Say whether the next sync would come to the same if nothing changed until then."""
    counts = report.counts
    return not (
        report.problems or counts["new"] or counts[Outcome.REQUEST] or counts[Outcome.FAILED]
    )


def until(
    report: Report, seasons: SeasonRule, next_look: datetime | None, now: datetime
) -> datetime | None:
    """Return when time alone calls for another plan; None: never.

    A quota has room again; a show is to be read again (R7); an episode airs; an id that led
    nowhere is searched for again.
    """
    times = [report.deferred_until, next_look]
    if seasons is SeasonRule.LATEST:
        times.append((now + DAY).replace(hour=0, minute=0, second=0, microsecond=0))
    if report.counts[Outcome.UNMATCHED]:
        times.append(now + DAY)
    return min((when for when in times if when is not None), default=None)
