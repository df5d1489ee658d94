"""What a pairing calls for: a pure function from both sides' snapshots to a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ..placement import Placement
from ..watch import Entry, ListStatus, Named
from .bases import Base
from .findings import Findings
from .looking import look_at
from .merging import Aim, Merging
from .past import Past
from .place import Place, films_of, full, places_of
from .plan import (
    Action,
    BaseKey,
    Chosen,
    Plan,
    PlanInputs,
    Standing,
    Unsettled,
    WatchDecision,
    WatchOutcome,
    named,
)
from .saving import Saving, Who, save_for

SCROBBLERS_LEAD = timedelta(minutes=30)
"""How long a change is left to the scrobblers that may write it to Trakt themselves (W8)."""

_WHOLE = frozenset({ListStatus.COMPLETED, ListStatus.REPEATING})
"""Statuses that say that all was watched: of a rewatch, the runs before count (W4)."""


def plan(inputs: PlanInputs) -> Plan:
    """Plan a pairing; the same inputs give the same plan, whatever the order of the entries."""
    return _Planner(inputs).run()


class _Planner:
    """The state of planning: what was found so far."""

    def __init__(self, inputs: PlanInputs) -> None:
        self.inputs = inputs
        self.actions: list[Action] = []
        self.saves: list[Saving] = []
        self.bases: dict[BaseKey, Base] = {}
        self.after: dict[BaseKey, Base] = {}
        self.later: set[str] = set()
        self.until: datetime | None = None
        self.past = Past(inputs)
        self.merging = Merging(inputs, self.past)
        self.titles = {entry.anime.id: entry.anime.title for entry in inputs.entries}
        self.films: defaultdict[str, set[int]] = defaultdict(set)
        """Which entries claim a film, each maybe by an id of its own."""
        for anilist, place in inputs.places.items():
            if isinstance(place, Chosen):
                for key in films_of(inputs, place):
                    self.films[key].add(anilist)

    def run(self) -> Plan:
        entries = sorted(self.inputs.entries, key=lambda entry: entry.anime.id)
        if self.inputs.only is not None:
            entries = [entry for entry in entries if entry.anime.id == self.inputs.only]
        found = [self._entry(entry) for entry in entries]
        return Plan(
            tuple(self.actions),
            tuple(self.saves),
            tuple(decision for decision in found if decision is not None),
            self.bases,
            self.after,
            frozenset(self.later),
            self.until,
        )

    def _entry(self, entry: Entry) -> WatchDecision | None:
        """Decide on an entry; None for one that is not on the list, and not to be put there."""
        refusal = self._filtered(entry)
        if refusal is not None:
            return _decided(entry, WatchOutcome.FILTERED, refusal) if entry.id else None
        place = self.inputs.places.get(entry.anime.id)
        if not entry.id:
            return self._unlisted(entry, place) if isinstance(place, Chosen) else None
        if self._is_only_planned(entry) and not self.merging.is_begun(entry, place):
            return _decided(entry, WatchOutcome.FILTERED, "status")
        match place:
            case None:
                return _decided(entry, WatchOutcome.IGNORED, "ignored")
            case Unsettled():
                return replace(
                    _decided(entry, WatchOutcome.REVIEW, place.reason),
                    detail=place.detail,
                    others=place.others,
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
            return None if policy.watchlist or policy.to_anilist else "status"
        return None if entry.status in policy.statuses else "status"

    def _placed(self, entry: Entry, chosen: Chosen) -> WatchDecision:
        rivals = self._rivals(films_of(self.inputs, chosen), entry)
        if rivals:
            decision = _decided(entry, WatchOutcome.REVIEW, "claimed_twice", chosen.placements[0])
            return replace(decision, others=rivals)
        moved = self.past.moved(entry, chosen)
        if moved is not None:
            decision = _decided(
                entry, WatchOutcome.REVIEW, "placement_changed", chosen.placements[0]
            )
            return replace(decision, spots=moved)
        places, others = places_of(self.inputs, chosen)
        there = [place for place in places if place.units]
        others = [place for place in others if place.units]
        if entry.status is ListStatus.PLANNING and not self.merging.is_begun(entry, chosen):
            # What is planned need not be there yet.
            return self._conclude(entry, places[:1], Aim(0))
        if not there:
            there, others = others[:1], others[1:]
        if not there:
            return self._absent(entry, chosen)
        progress = full(entry) if entry.status in _WHOLE else entry.progress
        aim = self.merging.aim(entry, [*there, *others], progress)
        if aim is None:
            decision = _decided(entry, WatchOutcome.REVIEW, "conflict", there[0].placement)
            heard = self.merging.heard(entry, [*there, *others])
            return replace(decision, detail=f"{entry.progress}/{heard.progress}")
        decision = self._conclude(entry, there, aim, others)
        if not chosen.open:
            return decision
        if decision.outcome is WatchOutcome.UPDATE:
            return replace(decision, then=Standing(WatchOutcome.REVIEW, chosen.open))
        return replace(decision, outcome=WatchOutcome.REVIEW, reason=chosen.open)

    def _absent(self, entry: Entry, chosen: Chosen) -> WatchDecision:
        """Decide on an entry of which the tracker has nothing."""
        if self.inputs.is_trakt:
            # Not looked up, as nothing of it is to be carried over: nobody watched it there.
            return _decided(entry, WatchOutcome.IN_STEP, "in_step", chosen.placements[0])
        return _decided(entry, WatchOutcome.NOT_THERE, "no_such_title", chosen.placements[0])

    def _rivals(self, films: Iterable[str], entry: Entry) -> tuple[Named, ...]:
        """Return the other entries that claim one of some films, by the titles to show."""
        ids = {one for key in films for one in self.films[key]} - {entry.anime.id}
        return named(ids, self.titles) if ids else ()

    def _unlisted(self, entry: Entry, chosen: Chosen) -> WatchDecision | None:
        """Put an anime on the list that was begun on the tracker; once gone, on a new play (W7)."""
        places, others = places_of(self.inputs, chosen)
        there = [place for place in (*places, *others) if place.units]
        heard = self.merging.heard(entry, there)
        if not heard.progress or not heard.is_new:
            return None
        save = save_for(entry, heard, Who.ANILIST, is_reopened=False)
        return self._conclude(entry, there, Aim(0, save, heard)) if save else None

    def _is_only_planned(self, entry: Entry) -> bool:
        return entry.status is ListStatus.PLANNING and not self.inputs.policy.watchlist

    def _conclude(
        self,
        entry: Entry,
        places: Sequence[Place],
        aim: Aim,
        others: Sequence[Place] = (),
    ) -> WatchDecision:
        """Say how an entry stands, and what is to be done.

        `others` are other forms of the same thing: what is watched there is watched (I6), and what
        a person took back there is not written here (W3).
        """
        score = self.merging.score(entry, places)
        if score is not None:
            aim = replace(aim, save=replace(aim.save, score=score))
        found = Findings(
            is_seen=any(other.is_watched(aim.progress) for other in others),
            was_seen=any(self.past.was_watched(entry, other, aim.progress) for other in others),
        )
        for place in places:
            look_at(self.inputs, self.merging, entry, place, aim, found)
        if self.inputs.policy.to_anilist:
            for other in others:  # for what is new there, the next time
                look_at(
                    self.inputs,
                    self.merging,
                    entry,
                    other,
                    replace(aim, progress=0),
                    found,
                    is_written=False,
                )
        first = places[0].placement
        why = self._why_it_waits(entry, places, aim, found)
        if why == "scrobblers" and aim.save:
            found = Findings(bases=found.bases, after=found.after)
        elif why is not None:
            waiting = _decided(entry, WatchOutcome.WAITING, why, first)
            return replace(waiting, spots=tuple(sorted(found.missing)))
        if aim.save:
            targets = tuple(one.placement.target for one in (*places, *others))
            self.saves.append(Saving(entry, aim.save, targets))
        self.actions += found.actions
        self.later |= found.later
        self.bases |= found.bases
        self.after |= found.after
        standing, spots_ = found.standing()
        update = found.update(entry, aim.save)
        if update is None:
            decision = _decided(entry, standing.outcome, standing.reason, first)
        else:
            reason, spots_ = update
            decision = _decided(entry, WatchOutcome.UPDATE, reason, first)
            decision = replace(decision, save=aim.save or None, then=standing)
        return replace(decision, spots=tuple(sorted(spots_)))

    def _why_it_waits(
        self, entry: Entry, places: Sequence[Place], aim: Aim, found: Findings
    ) -> str | None:
        """Say why what is to be done is left for a later time.

        AniList waits for what is in doubt, too: it may be by us that it is watched (W6).
        """
        if (found.missing or found.kinds or aim.save) and self._is_in_doubt(entry, places):
            return "in_doubt"
        return "scrobblers" if found.missing and self._is_fresh(entry) else None

    def _is_in_doubt(self, entry: Entry, places: Sequence[Place]) -> bool:
        """Say whether something that was sent for it may still be carried out."""
        doubts = self.inputs.doubts
        units = {unit.key for place in places for unit in place.units}
        if doubts.until is None or not (entry.anime.id in doubts.entries or units & doubts.units):
            return False
        self._comes_again(doubts.until)
        return True

    def _is_fresh(self, entry: Entry) -> bool:
        """Say whether a change is so young that a scrobbler may be writing it to Trakt (W8)."""
        if not self.inputs.is_trakt or self.inputs.only is not None:
            return False
        until = datetime.fromtimestamp(entry.updated_at, UTC) + SCROBBLERS_LEAD
        if self.inputs.now >= until:
            return False
        self._comes_again(until)
        return True

    def _comes_again(self, at: datetime) -> None:
        self.until = min(self.until or at, at)


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
