"""Comparing one entry with one place where it lies."""

from __future__ import annotations

from dataclasses import replace

from ..watch import Entry
from .again import replays
from .bases import Base, Side
from .extras import extras_of, scores_of
from .findings import Findings
from .marking import mark
from .merging import Aim, Merging
from .place import Place, full, reach
from .plan import PlanInputs


def look_at(
    inputs: PlanInputs,
    merging: Merging,
    entry: Entry,
    place: Place,
    aim: Aim,
    found: Findings,
    *,
    is_written: bool = True,
) -> None:
    """Compare AniList with one place, which is written unless another form of it is."""
    key = (entry.anime.id, place.placement.target)
    base = merging.past.base(entry, place)
    before = base or Base(Side.of(entry))
    wanted = place.spots(aim.progress)
    watched = place.watched() | (set(wanted) if found.is_seen else set())
    there = {spot for spot in wanted for unit in place.units if unit.has(spot)}
    # Absent is not unwatched (W2); there and unwatched, where it was watched before, is (W3).
    seen = before.ever_watched() | (set(wanted) if found.was_seen else set())
    taken_back = {spot for spot in seen if spot not in watched and spot in there}
    if aim.declines:
        taken_back |= there - watched
    missing = there - watched - taken_back
    actions = []
    for unit in place.units:
        of_unit = tuple(
            spot
            for spot in wanted
            if spot in missing and unit.has(spot) and spot not in unit.watched
        )
        if of_unit and found.twins.setdefault(unit.twin or unit.key, unit.key) != unit.key:
            found.later.add(unit.key)
        elif of_unit:
            actions.append(mark(inputs, entry, place, unit, of_unit, base))
    once_more = replays(inputs, entry, place, place.units[0], base) if place.units else None
    if once_more is not None and is_written:
        actions.append(once_more)
        missing |= set(once_more.spots)
    scores = scores_of(entry, place.placement, place.units, base, inputs)
    extras = (
        list(extras_of(entry, place.placement, place.units, before, scores, inputs))
        if inputs.policy.to_tracker and is_written
        else []
    )
    refused = [extra for extra in extras if extra.is_refused_by(before)]
    extras = [extra for extra in extras if extra not in refused]
    own = set(place.spots(full(entry)))
    holds = replace(
        before,
        anilist=aim.save.side(entry),
        watched=frozenset((watched | before.watched) & own),
        declined=frozenset(taken_back | (before.declined - watched)),
        doubtful=frozenset(before.doubtful - watched),
        fingerprint=reach(place.placement, aim.reach, base),
    )
    if inputs.policy.to_anilist:
        holds = merging.listened(entry, holds, base, aim)
        if scores is not None:
            holds = replace(holds, rated=scores.rated)
    if actions or extras or aim.save:
        found.after[key] = holds
    elif holds != inputs.bases.get(key):
        found.bases[key] = holds
    found.actions += [*actions, *extras]
    found.kinds |= {extra.kind for extra in extras}
    found.is_refused |= bool(refused)
    found.missing |= missing
    found.taken_back |= taken_back
    found.in_doubt |= taken_back & before.doubtful
    found.absent |= set(wanted) - watched - there
