"""What a tracker says of an entry: how far it was watched, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import inf

from ..identity.numbering import Numbering
from ..placement import Placement, Spot
from ..spots import covers_exactly, spots, spots_of, watched_prefix
from ..watch import Airing, Entry, ListStatus
from .bases import Base
from .units import Unit

APART = 24 * 60 * 60
"""Seconds by which plays are apart that count as two (W14)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How far an entry was watched, by the longest watched prefix of its placement.

    `reached` is as far as both sides come together, where the tracker gets what AniList has; else
    it is the same as `progress`. `is_new`: something was watched that was not when the entry was last in step. `is_whole`: all of
    it, by a placement that covers exactly its episodes, the last one by the person, and not marked
    by us (W6). `is_again`: all of it once more since
    it was complete (W14). The days are the person's own, and None where nothing is known that may
    move a date (W9).
    """

    progress: int = 0
    reached: int = 0
    is_new: bool = False
    is_whole: bool = False
    is_again: bool = False
    first_day: date | None = None
    last_day: date | None = None

    def further(self, other: Heard) -> Heard:
        """Return which of two forms of an entry is further; what is new in one is new."""
        best, rest = (self, other) if self._far >= other._far else (other, self)
        return replace(best, is_new=best.is_new or rest.is_new)

    @property
    def _far(self) -> tuple[int, int]:
        return self.reached, self.progress


NOTHING_HEARD = Heard()


@dataclass(frozen=True, slots=True)
class Listening:
    """How a tracker is listened to. `zone` is the person's own, `now` in seconds since 1970."""

    zone: tzinfo
    now: int
    is_trakt: bool = False
    joins: bool = False
    """Whether the tracker gets what AniList has (both ways): then that counts as watched, too."""
    skip_missing: bool = False
    """Whether absent episodes are passed over beyond AniList's progress, too (W2)."""


def listen(
    entry: Entry,
    placement: Placement,
    units: Iterable[Unit],
    base: Base | None,
    numbering: Numbering | None,
    how: Listening,
) -> Heard:
    """Return what the copies of one show or film say together."""
    copies = tuple(units)
    total = entry.anime.episodes
    last = total or entry.anime.aired or _last_placed(placement)
    own = frozenset(spots(placement, 1, last))
    plays = _plays(copies, own)
    absent = {spot for spot in own if not any(unit.has(spot) for unit in copies)}
    before = base.watched - base.declined if base is not None else frozenset[Spot]()
    if entry.status is ListStatus.REPEATING:
        told = _since(since_of(entry, base, copies, how), plays, copies, base)
        seen = told | {*spots(placement, 1, entry.progress)}
    else:
        # What was once seen stays so where its file is gone (W2).
        told = seen = frozenset(plays) | (before & absent)
    skip_to = last if how.skip_missing else min(entry.progress, last)

    def prefix(watched: Set[Spot]) -> int:
        return watched_prefix(placement, watched, last, absent=absent, skip_to=skip_to)

    progress = prefix(seen)
    listed = frozenset(spots(placement, 1, entry.progress)) if how.joins else frozenset[Spot]()
    reached = progress if listed <= seen else prefix(seen | listed)
    is_whole = (
        total is not None
        and reached == total
        and entry.anime.airing is Airing.FINISHED
        and covers_exactly(placement, total)
        and bool(told & {*spots_of(placement, total)} - _ours(plays, copies, base))
    )
    days = _days(plays, copies, base, numbering, how)
    return Heard(
        progress=progress,
        reached=reached,
        is_new=(
            reached > entry.progress
            if entry.status is ListStatus.REPEATING
            else bool(plays.keys() - before)
        ),
        is_whole=is_whole,
        is_again=is_whole and _is_again(entry, own, plays, copies, base),
        first_day=_of_episode(placement, 1, days),
        last_day=_of_episode(placement, reached, days) if reached else None,
    )


def since_of(entry: Entry, base: Base | None, copies: Iterable[Unit], how: Listening) -> int:
    """Return from when on plays belong to the run that an entry is in: of a rewatch (W4).

    It begins when the person began the show anew on Trakt, if that was after the run before was
    over; else when AniList said so. It begins anew where a person went back in it: what was played
    before is no reason to go on. Of what was never in step, it may be we who marked it, in a
    pairing that is gone: it begins now.
    """
    if entry.status is not ListStatus.REPEATING:
        return 0
    begun_anew = max((unit.begun_anew for unit in copies), default=0)
    if begun_anew > _last_run_until(entry, base, how):
        return begun_anew
    if base is None:
        return how.now
    if base.anilist.status is not ListStatus.REPEATING or entry.progress < base.anilist.progress:
        return entry.updated_at
    return base.since or entry.updated_at


def _last_run_until(entry: Entry, base: Base | None, how: Listening) -> float:
    """Return until when plays may belong to a run before this one; for ever where nobody knows.

    AniList keeps the day on which something was first completed, not that of the run before.
    """
    if base is not None and base.since:
        return base.since
    day = entry.completed.whole() if base is None and not entry.repeat else None
    if day is None:
        return inf
    after = datetime(day.year, day.month, day.day, tzinfo=how.zone) + timedelta(days=1)
    return after.timestamp()


def _plays(copies: tuple[Unit, ...], own: frozenset[Spot]) -> dict[Spot, int]:
    plays: dict[Spot, int] = {}
    for unit in copies:
        for spot, at in unit.watched.items():
            if spot in own:
                plays[spot] = max(plays.get(spot, 0), at)
    return plays


def _since(
    since: int, plays: Mapping[Spot, int], copies: tuple[Unit, ...], base: Base | None
) -> frozenset[Spot]:
    """Return what was played since. What we marked ourselves counts when it was played again."""
    ours = _ours(plays, copies, base)
    return frozenset(spot for spot, at in plays.items() if at >= since and spot not in ours)


def _ours(
    plays: Mapping[Spot, int], copies: tuple[Unit, ...], base: Base | None
) -> frozenset[Spot]:
    """Return what we marked and nobody has played since: not even what we told once more (W14)."""
    if base is None:
        return frozenset()
    replayed = {spot for unit in copies for spot in unit.replayed}
    return frozenset(
        spot
        for spot in base.marked
        if spot not in replayed or plays.get(spot, 0) <= base.retold.get(spot, -1)
    )


def _is_again(
    entry: Entry,
    own: frozenset[Spot],
    plays: Mapping[Spot, int],
    copies: tuple[Unit, ...],
    base: Base | None,
) -> bool:
    """Say whether all was played once more since it was complete: on one copy, and dated (W14)."""
    if (
        base is None
        or not base.since
        or entry.status is not ListStatus.COMPLETED
        or base.anilist.status is not ListStatus.COMPLETED
        or base.anilist.repeat != entry.repeat
    ):
        return False
    again = _since(base.since + APART, plays, copies, base)
    return bool(own) and any(own <= (again & unit.replayed) for unit in copies)


def _days(
    plays: Mapping[Spot, int],
    copies: tuple[Unit, ...],
    base: Base | None,
    numbering: Numbering | None,
    how: Listening,
) -> dict[Spot, date]:
    """Return the days of plays that are a person's own, and the only ones (W9)."""
    ours = base.marked if base is not None else {}
    replayed = {spot for unit in copies for spot in unit.replayed}
    return {
        spot: datetime.fromtimestamp(at, UTC).astimezone(how.zone).date()
        for spot, at in plays.items()
        if at > 0
        and spot not in ours
        and spot not in replayed
        and not (how.is_trakt and _is_release(spot, at, numbering))
    }


def _is_release(spot: Spot, at: int, numbering: Numbering | None) -> bool:
    """Say whether a play on Trakt only repeats when the episode aired, as "released" ones do."""
    aired = None if numbering is None else numbering.aired(spot)
    return aired is not None and aired == datetime.fromtimestamp(at, UTC).date()


def _of_episode(placement: Placement, number: int, days: Mapping[Spot, date]) -> date | None:
    found = [days.get(spot) for spot in spots_of(placement, number)]
    known = [day for day in found if day is not None]
    return max(known) if known and len(known) == len(found) else None


def _last_placed(placement: Placement) -> int:
    return max((s.source.last or s.source.first for s in placement.segments), default=0)
