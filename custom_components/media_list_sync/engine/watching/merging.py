"""Bringing both sides of an entry together: what AniList is to say, how far the tracker follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from ..watch import Entry, ListStatus
from .bases import Base
from .extras import scores_of
from .heard import NOTHING_HEARD, Heard, Listening, listen, since_of
from .past import Past
from .place import Place, places_of
from .plan import Chosen, PlanInputs, Unsettled
from .policy import Conflict
from .saving import NOTHING, Save, Who, is_reopened, save_for, who_follows
from .units import Unit


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to become of an entry: how much of it is watched on the tracker, what AniList says.

    `reach`: how far either side knows it to be watched. `declines`: what the tracker lacks of it is
    not to be marked, now or later (W1).
    """

    progress: int
    save: Save = NOTHING
    heard: Heard = NOTHING_HEARD
    declines: bool = False

    @property
    def reach(self) -> int:
        """How far the entry is watched on either side."""
        return max(self.progress, self.heard.reached)


class Merging:
    """Merges entries with what a tracker says of them."""

    def __init__(self, inputs: PlanInputs, past: Past) -> None:
        self.inputs = inputs
        self.past = past
        self._stamp = int(inputs.now.timestamp())
        self._how = Listening(
            inputs.now.tzinfo or UTC,
            self._stamp,
            inputs.is_trakt,
            joins=inputs.policy.to_tracker,
            skip_missing=inputs.policy.skip_missing,
        )

    def aim(self, entry: Entry, places: Sequence[Place], progress: int) -> Aim | None:
        """Merge both sides (W1): None where a person has to say which one counts."""
        policy = self.inputs.policy
        if not policy.to_anilist:
            return Aim(progress)
        heard = self.heard(entry, places)
        bases = (self.past.base(entry, place) for place in places)
        base = next((one for one in bases if one is not None), None)
        conflict = self.inputs.prefer or policy.conflict
        who = who_follows(entry, heard, base, conflict)
        if who is Who.ASK:
            return None
        save = save_for(entry, heard, who, is_reopened=is_reopened(entry, base, heard))
        if not policy.to_tracker:
            return Aim(0, save, heard)
        declines = who is Who.ANILIST and conflict is Conflict.TRACKER
        return Aim(progress, save, heard, declines)

    def score(self, entry: Entry, places: Sequence[Place]) -> int | None:
        """Return the score that a tracker gave to an entry, where it is news."""
        for place in places:
            base = self.past.base(entry, place)
            scores = scores_of(entry, place.placement, place.units, base, self.inputs)
            if scores is not None and scores.to_anilist is not None:
                return scores.to_anilist
        return None

    def heard(self, entry: Entry, places: Sequence[Place]) -> Heard:
        """Return what the tracker says of an entry, in all its forms."""
        heard = NOTHING_HEARD
        for place in places:
            if place.units:
                base = self.past.base(entry, place)
                numbering = self.inputs.numberings.get(place.placement.target)
                heard = heard.further(
                    listen(entry, place.placement, place.units, base, numbering, self._how)
                )
        return heard

    def is_begun(self, entry: Entry, place: Chosen | Unsettled | None) -> bool:
        """Say whether something of what is only planned was watched on the tracker."""
        if not self.inputs.policy.to_anilist or not isinstance(place, Chosen):
            return False
        places, others = places_of(self.inputs, place)
        return bool(self.heard(entry, [*places, *others]).progress)

    def listened(
        self, entry: Entry, units: Sequence[Unit], holds: Base, base: Base | None, aim: Aim
    ) -> Base:
        """Return a base with what is to be known of an entry when the tracker is heard next."""
        side, since = holds.anilist, since_of(entry, base, units, self._how)
        if side.status is ListStatus.COMPLETED:
            is_known = (
                base is not None
                and entry.id
                and entry.status is ListStatus.COMPLETED
                and base.anilist.status is ListStatus.COMPLETED
                and base.anilist.repeat == side.repeat
            )
            since = base.since if base is not None and is_known and base.since else self._stamp
        return replace(
            holds,
            since=since,
            reopened=is_reopened(entry, base, aim.heard),
            saved=holds.saved or bool(aim.save),
        )
