"""What AniList answers and is told, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...watch import Entry, FuzzyDate, ListStatus


@dataclass(frozen=True, slots=True)
class AniListUser:
    """A person. `name` may change; `id` does not.

    `score_format` is AniList's word for it (POINT_100, POINT_10_DECIMAL, POINT_10, POINT_5 or
    POINT_3). `counts` are AniList's own statistics, which may lag behind the list.
    """

    id: int
    name: str
    score_format: str
    counts: Mapping[ListStatus, int]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a list. An entry that stands on several lists of the person is in it once."""

    entries: tuple[Entry, ...]
    has_next: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """The entries that changed last, the newest first. Deleted ones do not show.

    `reached`: these are all that changed since; otherwise there are more, and the list is to be
    read whole.
    """

    entries: tuple[Entry, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry with all that a person may have put to it.

    `is_plain`: nothing but what `entry` says. No notes, no priority, no scores by section; on no
    list of the person's own making, not hidden from the others, not private.
    """

    entry: Entry
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry is to say. None leaves a value as it is; a FuzzyDate of nothing clears a date.

    For an anime that is not on the list yet, `status` has to be there. `score` is 0 to 100. `entry`
    is the number of the entry that is meant: without it, one that is gone would be made anew.
    """

    media_id: int
    status: ListStatus | None = None
    progress: int | None = None
    repeat: int | None = None
    score: int | None = None
    started: FuzzyDate | None = None
    completed: FuzzyDate | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What an entry says after a change, by AniList's answer. `id` is the list entry's."""

    id: int
    media_id: int
    status: ListStatus
    progress: int
    repeat: int
    score: int
    started: FuzzyDate
    completed: FuzzyDate
    updated_at: int
