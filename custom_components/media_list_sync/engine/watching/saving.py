"""What AniList is to say of an entry, after what a tracker says: the merge (W1 to W7). Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from ..placement import TargetId
from ..watch import Entry, FuzzyDate, ListStatus
from .bases import Base, Side
from .heard import Heard
from .policy import Conflict


@dataclass(frozen=True, slots=True)
class Save:
    """What an entry is to say. None leaves a value as it is. `score` is 1 to 100."""

    status: ListStatus | None = None
    progress: int | None = None
    repeat: int | None = None
    score: int | None = None
    started: FuzzyDate | None = None
    completed: FuzzyDate | None = None

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return self != NOTHING

    def side(self, entry: Entry) -> Side:
        """Return how the entry stands once this is saved."""
        return Side(
            self.status or entry.status,
            entry.progress if self.progress is None else self.progress,
            entry.repeat if self.repeat is None else self.repeat,
            entry.score if self.score is None else self.score,
        )

    def is_said_by(self, entry: Entry) -> bool:
        """Whether an entry says all of it."""
        return all(value is None or value == getattr(entry, name) for name, value in self.items())

    def as_dict(self) -> dict[str, Any]:
        """Return what it says as an action's response shows it."""
        return {
            name: value.text() if isinstance(value, FuzzyDate) else value
            for name, value in self.items()
            if value is not None
        }

    def items(self) -> tuple[tuple[str, Any], ...]:
        """Return its values by their names, None for what it leaves alone."""
        return tuple((one.name, getattr(self, one.name)) for one in fields(self))


NOTHING = Save()


@dataclass(frozen=True, slots=True)
class Saving:
    """A save of one entry, and the targets whose bases it moves. `entry`: as it was planned from."""

    entry: Entry
    save: Save
    targets: tuple[TargetId, ...]

    @property
    def anilist(self) -> int:
        """The anime that it is about."""
        return self.entry.anime.id

    @property
    def is_new(self) -> bool:
        """Whether the anime is to be put on the list."""
        return not self.entry.id


class Who(StrEnum):
    """Who follows whom, for one entry."""

    NOBODY = "nobody"
    ANILIST = "anilist"
    """AniList follows the tracker."""
    TRACKER = "tracker"
    BOTH = "both"
    """Each takes what the other has more of: there is no base yet, or they agree."""
    ASK = "ask"


def who_follows(entry: Entry, heard: Heard, base: Base | None, conflict: Conflict) -> Who:
    """Say which side has changed since both were last in step, and so which one follows (W1)."""
    # Of a restored database, what was known then is no reason to save again; and what was played
    # since a rewatch began is no conflict with its beginning (W4).
    is_repeating = entry.status is ListStatus.REPEATING
    if base is None or (heard.is_new and (is_repeating or not base.is_pair)):
        return Who.BOTH
    now = Side.of(entry)
    is_changed = (now.status, now.progress, now.repeat) != (
        base.anilist.status,
        base.anilist.progress,
        base.anilist.repeat,
    )
    if not heard.is_new:
        return Who.TRACKER if is_changed or not base.is_pair else Who.NOBODY
    if not is_changed:
        return Who.ANILIST
    if heard.progress == entry.progress:
        return Who.BOTH
    match conflict:
        case Conflict.ANILIST:
            return Who.TRACKER
        case Conflict.TRACKER:
            return Who.ANILIST
        case Conflict.ASK:
            return Who.ASK
        case Conflict.FURTHER:
            return Who.BOTH


def save_for(entry: Entry, heard: Heard, who: Who, *, is_reopened: bool) -> Save:
    """Return what AniList has to be told. Nothing is ever lowered, and no date moves later.

    `is_reopened`: a person took COMPLETED back, so that it is not set without a new play.
    """
    may_advance = who in (Who.ANILIST, Who.BOTH)
    if heard.is_again:
        return Save(repeat=entry.repeat + 1)
    progress = heard.reached if may_advance and heard.reached > entry.progress else None
    reached = entry.progress if progress is None else progress
    status = _status(entry, heard, reached, has_moved=progress is not None)
    if status is ListStatus.COMPLETED and is_reopened and not heard.is_new:
        status = None
    if progress is None and status is None:
        return NOTHING
    is_rewatch = entry.status is ListStatus.REPEATING
    is_done = status is ListStatus.COMPLETED
    return Save(
        status=status or (entry.status if not entry.id else None),
        progress=progress,
        repeat=entry.repeat + 1 if is_done and is_rewatch else None,
        started=None if is_rewatch else _earlier(entry.started, heard.first_day),
        completed=_earlier(entry.completed, heard.last_day) if is_done and not is_rewatch else None,
    )


def is_reopened(entry: Entry, base: Base | None, heard: Heard) -> bool:
    """Say whether a person took COMPLETED back, and has watched nothing since (W6)."""
    if base is None or heard.is_new or entry.status is ListStatus.COMPLETED:
        return False
    was_complete = base.anilist.status is ListStatus.COMPLETED
    return base.reopened or (was_complete and entry.status is not ListStatus.REPEATING)


def why_saved(entry: Entry, save: Save) -> str:
    """Return the reason for telling AniList something, as a translation key."""
    if not entry.id:
        return "begun_there"
    if save.progress is not None:
        return "watched_there"
    if save.repeat is not None:
        return "watched_again"
    return "completed" if save.status is ListStatus.COMPLETED else "rated_there"


def _status(entry: Entry, heard: Heard, reached: int, *, has_moved: bool) -> ListStatus | None:
    """Return the status that an entry comes to; None: the one that it has (W5, W6)."""
    if entry.status in (ListStatus.COMPLETED, ListStatus.DROPPED):
        return None
    if heard.is_whole and reached == entry.anime.episodes:
        if has_moved or entry.status in (ListStatus.CURRENT, ListStatus.REPEATING):
            return ListStatus.COMPLETED
        return None
    if has_moved and entry.status in (ListStatus.PLANNING, ListStatus.PAUSED):
        return ListStatus.CURRENT
    return None


def _earlier(known: FuzzyDate, day: date | None) -> FuzzyDate | None:
    """Return a date that is to take the place of one that is later, or of none at all (W9)."""
    whole = known.whole()
    if day is None or (any(known) and whole is None):
        return None
    if whole is not None and whole <= day:
        return None
    return FuzzyDate(day.year, day.month, day.day)
