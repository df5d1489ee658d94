"""Comparing one entry with one place where it lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..placement import Spot
from ..watch import Entry
from .again import replays
from .bases import Base, Side
from .extras import extras_of, scores_of
from .findings import Findings
from .marking import mark
from .merging import Aim, Merging
from .place import Place, full, reach
from .plan import Action, PlanInputs


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a place has of the `wanted`: `there` is what can be marked, `watched` what is.

    `taken_back`: what was watched before, or is not to be; it is not marked again (W1, W3).
    """

    wanted: tuple[Spot, ...]
    watched: frozenset[Spot]
    there: frozenset[Spot]
    taken_back: frozenset[Spot]

    @property
    def missing(self) -> frozenset[Spot]:
        """What is to be marked."""
        return self.there - self.watched - self.taken_back

    @property
    def absent(self) -> frozenset[Spot]:
        """What there is no file of: that is not unwatched (W2)."""
        return frozenset(self.wanted) - self.watched - self.there


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
    seen = _compare(place, aim, before, found)
    actions = _marks(inputs, entry, place, base, seen, found)
    missing = seen.missing
    once_more = replays(inputs, entry, place, base)
    if once_more is not None and is_written:
        actions.append(once_more)
        missing |= frozenset(once_more.spots)
    scores = scores_of(entry, place.placement, place.units, base, inputs)
    extras = (
        list(extras_of(entry, place.placement, place.units, before, scores, inputs))
        if inputs.policy.to_tracker and is_written
        else []
    )
    refused = [extra for extra in extras if extra.is_refused_by(before)]
    extras = [extra for extra in extras if extra not in refused]
    holds = replace(
        before,
        anilist=aim.save.side(entry),
        watched=(seen.watched | before.watched) & frozenset(place.spots(full(entry))),
        declined=seen.taken_back | (before.declined - seen.watched),
        doubtful=before.doubtful - seen.watched,
        fingerprint=reach(place.placement, aim.reach, base),
    )
    if inputs.policy.to_anilist:
        holds = merging.listened(entry, place.units, holds, base, aim)
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
    found.taken_back |= seen.taken_back
    found.in_doubt |= seen.taken_back & before.doubtful
    found.absent |= seen.absent


def _compare(place: Place, aim: Aim, before: Base, found: Findings) -> _Seen:
    wanted = place.spots(aim.progress)
    watched = frozenset(place.watched() | (set(wanted) if found.is_seen else set()))
    there = frozenset(spot for spot in wanted for unit in place.units if unit.has(spot))
    # There and unwatched, where it was watched before, was taken back (W3).
    once = before.ever_watched() | (set(wanted) if found.was_seen else set())
    taken_back = (once - watched) & there
    if aim.declines:
        taken_back |= there - watched
    return _Seen(wanted, watched, there, taken_back)


def _marks(
    inputs: PlanInputs,
    entry: Entry,
    place: Place,
    base: Base | None,
    seen: _Seen,
    found: Findings,
) -> list[Action]:
    """Return a mark for each copy; copies that share what was watched are written once."""
    marks = []
    for unit in place.units:
        of_unit = tuple(
            spot
            for spot in seen.wanted
            if spot in seen.missing and unit.has(spot) and spot not in unit.watched
        )
        if of_unit and found.twins.setdefault(unit.twin or unit.key, unit.key) != unit.key:
            found.later.add(unit.key)
        elif of_unit:
            marks.append(mark(inputs, entry, place, unit, of_unit, base))
    return marks
