"""What goes into the plan of a pairing, and what comes out: values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..identity.numbering import Numberings
from ..placement import Origin, Placement, Spot, TargetId
from ..watch import Entry, Named
from . import spot_text
from .bases import Base
from .policy import Conflict, PairingPolicy
from .saving import Save, Saving
from .units import Shelf

type BaseKey = tuple[int, TargetId]
"""An entry, by its AniList id, on one target: copies by other numbers have bases of their own."""


class WatchOutcome(StrEnum):
    """What a plan or a sync says of one entry."""

    IN_STEP = "in_step"
    """Both sides agree."""
    UPDATE = "update"
    """To be carried over (in a plan), or just carried over (in a report)."""
    WAITING = "waiting"
    """To be carried over later: a scrobbler may do it, or what was sent may still be carried out."""
    NOT_THERE = "not_there"
    """The tracker has no such show or film, or not those episodes."""
    REVIEW = "review"
    """A person has to say what is meant."""
    TAKEN_BACK = "taken_back"
    """A person unmarked it on the tracker: it is not marked again (W3)."""
    FILTERED = "filtered"
    """Does not fit the pairing's policy."""
    IGNORED = "ignored"
    """A person said so."""
    FAILED = "failed"


NAMED = 5
"""How many entries are named that are in the way of one."""


def named(ids: Iterable[int], titles: Mapping[int, str]) -> tuple[Named, ...]:
    """Return the first of some anime by their titles."""
    return tuple(Named(one, titles[one]) for one in sorted(ids)[:NAMED])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where an entry lies on this tracker.

    All of `placements` are written: copies of one show by different numbers. The alternatives are
    other forms of the same thing, a film that is a special elsewhere: any of them counts as
    watched, and the first is written where no other is there (I6). None has an open end (W11),
    unless nobody knows of one.
    """

    placements: tuple[Placement, ...]
    alternatives: tuple[Placement, ...] = ()
    is_alike: bool = False
    """Whether they hold also in copies that have the numbers of one of several providers (I4)."""
    open: str = ""
    """Why it is not known where the entry lies in a copy by other numbers: for review."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Why it is not known where an entry lies: a translation key, with what speaks for it."""

    reason: str
    detail: str = ""
    others: tuple[Named, ...] = ()
    """Entries that are in its way."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """Units and entries of which a write may still be carried out, until a time.

    Trakt would keep a second play; and what is said late to AniList would be the last word.
    """

    units: frozenset[str] = frozenset()
    entries: frozenset[int] = frozenset()
    until: datetime | None = None

    def __or__(self, other: Doubts) -> Doubts:
        """Return both, until neither is in doubt any more."""
        times = [until for until in (self.until, other.until) if until is not None]
        return Doubts(
            self.units | other.units, self.entries | other.entries, max(times, default=None)
        )


NO_DOUBTS = Doubts()


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """All that a plan depends on. `places` has a choice for every entry that is not filtered."""

    entries: tuple[Entry, ...]
    """Those of the list, and those that may be put on it, which have the id 0."""
    places: Mapping[int, Chosen | Unsettled | None]
    """None: a person wants the entry ignored."""
    shelf: Shelf
    bases: Mapping[BaseKey, Base]
    policy: PairingPolicy
    now: datetime
    """In the person's own time zone: dates are their days (W9)."""
    numberings: Numberings = field(default_factory=dict)
    """The seasons of targets, where they are known."""
    sole: frozenset[BaseKey] = frozenset()
    """Entries that are all that any table places in the regular seasons of their target."""
    is_trakt: bool = False
    only: int | None = None
    """Plan this AniList id alone."""
    doubts: Doubts = NO_DOUBTS
    prefer: Conflict | None = None
    """What a person says counts in a conflict, in place of the policy."""


class ActionKind(StrEnum):
    """What is done to the tracker."""

    MARK = "mark"
    RATE = "rate"
    LIST = "list"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done to one unit for one entry.

    MARK has `spots`, on Plex also `seasons` whose unmarked episodes may be marked in one call
    (W14), and on Trakt `dates`: an ISO time in UTC; a spot without one gets "unknown" (W9). With
    `since` it is a rewatch: plays before then (seconds since 1970) are of another run. RATE
    has `rating`, in the tracker's own scale, and `season` where a season is rated. `former` is what
    the tracker showed in place of `written` right before that was written: None where that is not
    known, and for MARK.
    """

    kind: ActionKind
    anilist: int
    title: str
    unit: str
    target: TargetId
    spots: tuple[Spot, ...] = ()
    seasons: tuple[int, ...] = ()
    dates: Mapping[Spot, str] = field(default_factory=dict)
    rating: int | None = None
    season: int | None = None
    since: int = 0
    former: float | None = None

    @property
    def written(self) -> int:
        """What the tracker shows of it once it is done: a rating, or 1 for listed and dropped."""
        return (self.rating or 0) if self.kind is ActionKind.RATE else 1

    @property
    def former_rating(self) -> float | None:
        """What an undo rates it again; None: not at all, or it is no rating."""
        return self.former or None if self.kind is ActionKind.RATE else None

    @property
    def rated(self) -> str:
        """What a rating is for: a unit, or a season of it."""
        return self.unit if self.season is None else f"{self.unit}/{self.season}"

    def is_refused_by(self, base: Base) -> bool:
        """Whether it is a rating that the tracker did not take before, for the same thing."""
        return self.kind is ActionKind.RATE and base.refused.get(self.rated) == self.rating


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entry stands, with the reason as a translation key."""

    outcome: WatchOutcome = WatchOutcome.IN_STEP
    reason: str = "in_step"


@dataclass(frozen=True, slots=True)
class WatchDecision:
    """What becomes of one entry, with the reason as a translation key."""

    anilist: int
    title: str
    outcome: WatchOutcome
    reason: str
    target: TargetId | None = None
    origin: Origin | None = None
    spots: tuple[Spot, ...] = ()
    """The episodes to be marked, or that are in question."""
    detail: str = ""
    others: tuple[Named, ...] = ()
    """Entries that are in its way."""
    save: Save | None = None
    """What AniList is to say."""
    then: Standing = Standing()
    """Of an UPDATE: how the entry stands once that is done."""

    @property
    def is_review(self) -> bool:
        """Whether a person has to say what is meant, whatever else is done for the entry."""
        return WatchOutcome.REVIEW in (self.outcome, self.then.outcome)

    def as_dict(self) -> dict[str, object]:
        """Return the decision as an action's response shows it."""
        return {
            "anilist_id": self.anilist,
            "title": self.title,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "target": f"{self.target.provider}:{self.target.id}" if self.target else None,
            "mapping": str(self.origin) if self.origin else None,
            "episodes": spot_text.names(self.spots),
            "detail": self.detail,
            "others": [other.as_dict() for other in self.others],
            "anilist": None if self.save is None else self.save.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync of the pairing would do, and why: `actions` to the tracker, `saves` to AniList.

    `bases` are those that hold without anything being done. `after` are those of entries for which
    something is to be done; each action adds to them what it did. `later` are units that have to be
    read again when all is done, and planned once more. `until` is when the first of the waiting
    ones can go on.
    """

    actions: tuple[Action, ...]
    saves: tuple[Saving, ...]
    decisions: tuple[WatchDecision, ...]
    bases: Mapping[BaseKey, Base]
    after: Mapping[BaseKey, Base]
    later: frozenset[str] = frozenset()
    until: datetime | None = None
