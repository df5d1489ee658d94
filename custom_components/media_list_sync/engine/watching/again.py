"""Carrying a rewatch over to Trakt, as plays of their own, where a person wants that (W4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..spots import spots
from ..watch import Entry, ListStatus
from .bases import Base
from .dates import A_DAYS_WORTH, NOON
from .heard import APART
from .place import Place, full
from .plan import Action, ActionKind, PlanInputs


def replays(inputs: PlanInputs, entry: Entry, place: Place, base: Base | None) -> Action | None:
    """Return the plays that AniList tells of since the last sync, of what was watched before.

    They get the day of the change on AniList, and are only told where that can be right: a day's
    worth of episodes. What Trakt has a play of since the day before is left out.
    """
    policy = inputs.policy
    if not (policy.replays and policy.to_tracker and inputs.is_trakt):
        return None
    if base is None or not base.is_pair or not place.units:
        return None
    unit = place.units[0]
    episodes = _rewatched(entry, base)
    if not 0 < len(episodes) <= A_DAYS_WORTH:
        return None
    when = _moment(inputs, entry)
    since = int(when.timestamp()) - APART
    before = spots(place.placement, 1, episodes.start - 1)
    found = tuple(
        spot
        for spot in spots(place.placement, episodes.start, episodes.stop - 1)
        if spot not in before and spot in unit.watched and unit.watched[spot] < since
    )
    if not found:
        return None
    return Action(
        kind=ActionKind.MARK,
        anilist=entry.anime.id,
        title=entry.anime.title,
        unit=unit.key,
        target=place.placement.target,
        spots=found,
        dates=dict.fromkeys(found, when.isoformat()),
        since=since,
    )


def _rewatched(entry: Entry, base: Base) -> range:
    """Return the episodes that were watched once more since the last sync, as AniList has it."""
    before, repeating = base.anilist, ListStatus.REPEATING
    was_repeating = before.status is repeating
    if entry.status is repeating and (was_repeating or before.status is ListStatus.COMPLETED):
        return range((before.progress if was_repeating else 0) + 1, entry.progress + 1)
    if entry.status is ListStatus.COMPLETED and entry.repeat == before.repeat + 1:
        if was_repeating:
            return range(before.progress + 1, full(entry) + 1)
        if before.status is ListStatus.COMPLETED:
            return range(1, full(entry) + 1)
    return range(0)


def _moment(inputs: PlanInputs, entry: Entry) -> datetime:
    """Return noon of the person's day on which the entry changed, or now if that is yet to come."""
    zone = inputs.now.tzinfo or UTC
    day = datetime.fromtimestamp(entry.updated_at, UTC).astimezone(zone).date()
    noon = datetime.combine(day, NOON, zone).astimezone(UTC)
    now = inputs.now.astimezone(UTC).replace(microsecond=0)
    return min(noon, now - timedelta(minutes=1))
