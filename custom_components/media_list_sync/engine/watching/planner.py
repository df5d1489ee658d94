"""What a pairing calls for: a pure function from both sides' snapshots to a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ..placement import FILM, Origin, Placement, Spot, TargetId
from ..segments import fingerprint
from ..spots import cut, spots, spots_of
from ..watch import Airing, Entry, ListStatus
from .bases import Base, Side
from .dates import dates_of
from .extras import extras_of
from .plan import (
    Action,
    ActionKind,
    BaseKey,
    Chosen,
    Plan,
    PlanInputs,
    Unsettled,
    WatchDecision,
    WatchOutcome,
)
from .units import Unit

SCROBBLERS_LEAD = timedelta(minutes=30)
"""How long a change is left to the scrobblers that may write it to Trakt themselves (W8)."""

_WHOLE = frozenset({ListStatus.COMPLETED, ListStatus.REPEATING})
"""Statuses that say that all was watched: of a rewatch, the runs before count (W4)."""


def plan(inputs: PlanInputs) -> Plan:
    """Plan a pairing; the same inputs give the same plan, whatever the order of the entries."""
    return _Planner(inputs).run()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry lies, on units that the tracker has."""

    placement: Placement
    units: tuple[Unit, ...]

    def spots(self, progress: int) -> tuple[Spot, ...]:
        """Return what is watched once the first episodes of the entry are."""
        return spots(self.placement, 1, progress)

    def watched(self) -> set[Spot]:
        """Return what was watched in any copy (I5)."""
        return {spot for unit in self.units for spot in unit.watched}

    def is_watched(self, progress: int) -> bool:
        """Whether all that was watched on AniList was watched here."""
        wanted = self.spots(progress)
        return bool(wanted) and self.watched().issuperset(wanted)


@dataclass(slots=True)
class _Findings:
    """What is found of one entry, over all its places."""

    missing: set[Spot] = field(default_factory=set)
    taken_back: set[Spot] = field(default_factory=set)
    absent: set[Spot] = field(default_factory=set)
    kinds: set[ActionKind] = field(default_factory=set)
    twins: dict[str, str] = field(default_factory=dict)
    """Of copies that share what was watched, the one that is marked."""
    later: set[str] = field(default_factory=set)
    """The others: what is left to be marked there shows only when that is done."""
    actions: list[Action] = field(default_factory=list)
    bases: dict[BaseKey, Base] = field(default_factory=dict)
    after: dict[BaseKey, Base] = field(default_factory=dict)


class _Planner:
    """The state of planning: what was found so far."""

    def __init__(self, inputs: PlanInputs) -> None:
        self.inputs = inputs
        self.actions: list[Action] = []
        self.bases: dict[BaseKey, Base] = {}
        self.after: dict[BaseKey, Base] = {}
        self.later: set[str] = set()
        self.until: datetime | None = None
        self.known: defaultdict[int, dict[TargetId, Base]] = defaultdict(dict)
        for (anilist, target), base in inputs.bases.items():
            self.known[anilist][target] = base
        self.films: defaultdict[str, set[int]] = defaultdict(set)
        """Which entries claim a film, each maybe by an id of its own."""
        for anilist, place in inputs.places.items():
            if isinstance(place, Chosen):
                for key in self._films(place):
                    self.films[key].add(anilist)

    def run(self) -> Plan:
        entries = sorted(self.inputs.entries, key=lambda entry: entry.anime.id)
        if self.inputs.only is not None:
            entries = [entry for entry in entries if entry.anime.id == self.inputs.only]
        decisions = tuple(self._entry(entry) for entry in entries)
        return Plan(
            tuple(self.actions),
            decisions,
            self.bases,
            self.after,
            frozenset(self.later),
            self.until,
        )

    def _entry(self, entry: Entry) -> WatchDecision:
        refusal = self._filtered(entry)
        if refusal is not None:
            return _decided(entry, WatchOutcome.FILTERED, refusal)
        place = self.inputs.places.get(entry.anime.id)
        match place:
            case None:
                return _decided(entry, WatchOutcome.IGNORED, "ignored")
            case Unsettled():
                return replace(
                    _decided(entry, WatchOutcome.REVIEW, place.reason), detail=place.detail
                )
            case Chosen():
                return self._placed(entry, place)

    def _filtered(self, entry: Entry) -> str | None:
        """Say what of the policy keeps an entry at home (W13)."""
        policy = self.inputs.policy
        if entry.is_private and not policy.private:
            return "private"
        if entry.anime.is_adult and not policy.adult:
            return "adult"
        if entry.status is ListStatus.PLANNING:
            return None if policy.watchlist else "status"
        return None if entry.status in policy.statuses else "status"

    def _placed(self, entry: Entry, chosen: Chosen) -> WatchDecision:
        if any(len(self.films[key]) > 1 for key in self._films(chosen)):
            return _decided(entry, WatchOutcome.REVIEW, "claimed_twice", chosen.placements[0])
        known = self.known[entry.anime.id]
        moved = self._moved(chosen, known)
        if moved is not None:
            decision = _decided(
                entry, WatchOutcome.REVIEW, "placement_changed", chosen.placements[0]
            )
            return replace(decision, spots=moved)
        places = [self._place(placement) for placement in chosen.placements]
        others = [self._place(placement) for placement in chosen.alternatives]
        if entry.status is ListStatus.PLANNING:  # what is planned need not be there yet
            return self._conclude(entry, places[:1], 0)
        there = [place for place in places if place.units]
        others = [place for place in others if place.units]
        if not there:
            there, others = others[:1], others[1:]
        if not there:
            return _decided(entry, WatchOutcome.NOT_THERE, "no_such_title", chosen.placements[0])
        progress = _full(entry) if entry.status in _WHOLE else entry.progress
        # Watched as a special is watched (I6): then the film is not written as well.
        is_seen = any(other.is_watched(progress) for other in others)
        decision = self._conclude(entry, there, 0 if is_seen else progress)
        if chosen.open and decision.outcome is not WatchOutcome.UPDATE:
            return replace(decision, outcome=WatchOutcome.REVIEW, reason=chosen.open)
        return decision

    def _films(self, chosen: Chosen) -> Iterator[str]:
        """Yield the films of the tracker that an entry is."""
        for placement in chosen.placements:
            if placement.target.provider.is_film:
                yield from (unit.key for unit in self.inputs.shelf.find(placement.target))

    def _place(self, placement: Placement) -> _Place:
        provider = placement.target.provider
        return _Place(
            placement,
            tuple(
                unit
                for unit in self.inputs.shelf.find(placement.target)
                if self.inputs.is_trakt or unit.is_numbered_by(provider)
            ),
        )

    def _moved(self, chosen: Chosen, known: dict[TargetId, Base]) -> tuple[Spot, ...] | None:
        """Return what we marked elsewhere, before another mapping or ordering came (W10)."""
        now = {one.target: one for one in (*chosen.placements, *chosen.alternatives)}
        if any(placement.origin is Origin.MANUAL for placement in now.values()):
            return None
        for target, base in known.items():
            if not base.marked:
                continue
            placement = now.get(target)
            if placement is None:
                if not self.inputs.shelf.find(target):
                    continue  # it is gone there, with what we marked
                return tuple(sorted(base.marked))
            if _differs(placement, base):
                return tuple(sorted(base.marked))
            now_at = {
                item: spot
                for unit in self._place(placement).units
                for item, spot in unit.items.items()
            }
            if any(now_at.get(item, spot) != spot for spot, item in base.marked.items()):
                return tuple(sorted(base.marked))
        return None

    def _conclude(self, entry: Entry, places: Sequence[_Place], progress: int) -> WatchDecision:
        """Say how an entry stands with its first episodes watched, and what is to be done."""
        found = _Findings()
        for place in places:
            self._look_at(entry, place, progress, found)
        first = places[0].placement
        if found.missing and self._is_fresh(entry):
            waiting = _decided(entry, WatchOutcome.WAITING, "scrobblers", first)
            return replace(waiting, spots=tuple(sorted(found.missing)))
        self.actions += found.actions
        self.later |= found.later
        self.bases |= found.bases
        self.after |= found.after
        reason, spots_ = "in_step", set[Spot]()
        outcome = WatchOutcome.IN_STEP
        if found.missing:
            outcome, reason, spots_ = WatchOutcome.UPDATE, "watched", found.missing
        elif found.kinds:
            outcome = WatchOutcome.UPDATE
            reason = next(str(kind) for kind in ActionKind if kind in found.kinds)
        elif found.taken_back:
            outcome, reason, spots_ = WatchOutcome.TAKEN_BACK, "taken_back", found.taken_back
        elif found.absent:
            outcome, reason, spots_ = WatchOutcome.NOT_THERE, "no_such_episodes", found.absent
        return replace(_decided(entry, outcome, reason, first), spots=tuple(sorted(spots_)))

    def _look_at(self, entry: Entry, place: _Place, progress: int, found: _Findings) -> None:
        """Compare AniList with one place."""
        key = (entry.anime.id, place.placement.target)
        base = self.inputs.bases.get(key)
        before = base or Base(Side.of(entry))
        wanted = place.spots(progress)
        watched = place.watched()
        there = {spot for spot in wanted for unit in place.units if unit.has(spot)}
        # Absent is not unwatched (W2); there and unwatched, where it was watched before, is (W3).
        taken_back = {
            spot
            for spot in (before.watched | before.marked.keys() | before.declined)
            if spot not in watched and spot in there
        }
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
                actions.append(self._mark(entry, place, unit, of_unit, base))
        extras = list(extras_of(entry, place.placement, place.units, before, self.inputs))
        kinds = {extra.kind for extra in extras}
        own = set(place.spots(_full(entry)))
        holds = replace(
            before,
            anilist=Side.of(entry),
            watched=frozenset((watched | before.watched) & own),
            declined=frozenset(taken_back | (before.declined - watched)),
            fingerprint=_reach(place.placement, progress, base),
        )
        if actions or extras:
            found.after[key] = holds
        elif holds != base:
            found.bases[key] = holds
        found.actions += [*actions, *extras]
        found.kinds |= kinds
        found.missing |= missing
        found.taken_back |= taken_back
        found.absent |= set(wanted) - watched - there

    def _is_fresh(self, entry: Entry) -> bool:
        """Say whether a change is so young that a scrobbler may be writing it to Trakt (W8)."""
        if not self.inputs.is_trakt or self.inputs.only is not None:
            return False
        until = datetime.fromtimestamp(entry.updated_at, UTC) + SCROBBLERS_LEAD
        if self.inputs.now >= until:
            return False
        self.until = min(self.until or until, until)
        return True

    def _mark(
        self,
        entry: Entry,
        place: _Place,
        unit: Unit,
        missing: tuple[Spot, ...],
        base: Base | None,
    ) -> Action:
        return Action(
            kind=ActionKind.MARK,
            anilist=entry.anime.id,
            title=entry.anime.title,
            unit=unit.key,
            target=place.placement.target,
            spots=missing,
            seasons=tuple(_whole_seasons(entry, place, unit, missing)),
            dates=self._dates(entry, place, missing, base) if self.inputs.is_trakt else {},
        )

    def _dates(
        self, entry: Entry, place: _Place, missing: tuple[Spot, ...], base: Base | None
    ) -> dict[Spot, str]:
        """Return when episodes were watched, as far as AniList tells (W9)."""
        zone = self.inputs.now.tzinfo or UTC
        known = base.anilist.progress if base is not None else None
        found: dict[Spot, str] = {}
        told = dates_of(entry, range(1, _full(entry) + 1), known, zone)
        now = self.inputs.now
        for number, moment in sorted(told.items()):
            if moment > now and moment.astimezone(zone).date() != now.date():
                continue
            when = min(moment, now.astimezone(UTC).replace(microsecond=0))  # in the morning
            for spot in spots_of(place.placement, number):
                found.setdefault(spot, when.isoformat())
        return {spot: found[spot] for spot in missing if spot in found}


def _decided(
    entry: Entry, outcome: WatchOutcome, reason: str, placement: Placement | None = None
) -> WatchDecision:
    return WatchDecision(
        anilist=entry.anime.id,
        title=entry.anime.title,
        outcome=outcome,
        reason=reason,
        target=placement.target if placement else None,
        origin=placement.origin if placement else None,
    )


def _reach(placement: Placement, progress: int, base: Base | None) -> str:
    """Return the fingerprint of a placement up to the furthest episode that was ever synced."""
    before = _reached(base) if base is not None else 0
    last = max(progress, before)
    return f"{last}:{fingerprint(cut(placement, last))}"


def _reached(base: Base) -> int:
    last, _, _ = base.fingerprint.rpartition(":")
    return int(last or 0)


def _differs(placement: Placement, base: Base) -> bool:
    """Say whether what we synced would lie elsewhere now. That more is placed is no difference."""
    last = _reached(base)
    return f"{last}:{fingerprint(cut(placement, last))}" != base.fingerprint


def _full(entry: Entry) -> int:
    """Return how many episodes all of an entry are, as far as anybody knows."""
    return entry.anime.episodes or entry.anime.aired or entry.progress


def _whole_seasons(
    entry: Entry, place: _Place, unit: Unit, missing: tuple[Spot, ...]
) -> Iterator[int]:
    """Yield the seasons that one call may mark (W14).

    All that is there of the season is to be marked, none of it was watched, and the whole of it
    belongs to a finished entry.
    """
    if unit.there is None or entry.anime.airing is not Airing.FINISHED or FILM in missing:
        return
    wanted = set(missing)
    own = set(place.spots(_full(entry)))
    for season in sorted({spot.season for spot in missing}):
        if season not in unit.season_keys:
            continue
        there = {spot for spot in unit.there if spot.season == season}
        if there <= wanted and there <= own and len(there) > 1:
            yield season
