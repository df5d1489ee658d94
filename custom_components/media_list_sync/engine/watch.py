"""The values of watching: what AniList has of an anime, and what a person's list says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple


class ListStatus(StrEnum):
    """How an anime stands on a person's list, in AniList's words."""

    CURRENT = "CURRENT"
    PLANNING = "PLANNING"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"
    PAUSED = "PAUSED"
    REPEATING = "REPEATING"


class Format(StrEnum):
    """What kind of anime it is, in AniList's words. UNKNOWN: it does not say, or a word of later."""

    TV = "TV"
    TV_SHORT = "TV_SHORT"
    MOVIE = "MOVIE"
    SPECIAL = "SPECIAL"
    OVA = "OVA"
    ONA = "ONA"
    MUSIC = "MUSIC"
    UNKNOWN = ""


class Airing(StrEnum):
    """Whether an anime has been shown, in AniList's words."""

    FINISHED = "FINISHED"
    RELEASING = "RELEASING"
    NOT_YET_RELEASED = "NOT_YET_RELEASED"
    CANCELLED = "CANCELLED"
    HIATUS = "HIATUS"
    UNKNOWN = ""


class FuzzyDate(NamedTuple):
    """A date of which the day, the month or all may be missing."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def whole(self) -> date | None:
        """Return the date; None where anything of it is missing, or where there is no such day."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    def text(self) -> str:
        """Return the date as ISO writes it, as far as it goes: "2026", "2026-11"."""
        parts = [self.year, self.month, self.day]
        known = parts[: parts.index(None)] if None in parts else parts
        return "-".join(f"{part:0{4 if not at else 2}}" for at, part in enumerate(known))


NO_DATE: Final = FuzzyDate()


class Named(NamedTuple):
    """An anime by its number on AniList, and the title to show."""

    anilist: int
    title: str

    def as_dict(self) -> dict[str, object]:
        """Return it as an action's response shows it."""
        return {"anilist_id": self.anilist, "title": self.title}


@dataclass(frozen=True, slots=True)
class Anime:
    """An anime as AniList has it. `titles`: the one to show, then all others, synonyms too."""

    id: int
    titles: tuple[str, ...]
    format: Format = Format.UNKNOWN
    airing: Airing = Airing.UNKNOWN
    episodes: int | None = None
    """How many there will be; None where nobody knows yet."""
    next_episode: int | None = None
    """The next one to air."""
    next_airs_at: int | None = None
    """When that is, in seconds since 1970."""
    started: FuzzyDate = NO_DATE
    ended: FuzzyDate = NO_DATE
    mal: int | None = None
    is_adult: bool = False

    @property
    def title(self) -> str:
        """Return the title to show."""
        return self.titles[0] if self.titles else str(self.id)

    @property
    def aired(self) -> int | None:
        """Return how many episodes have aired, as far as AniList tells (W11)."""
        if self.next_episode is not None:
            return self.next_episode - 1
        return self.episodes if self.airing is Airing.FINISHED else None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person's list says of an anime.

    `score` is 0 to 100, 0 for none. `updated_at` is in seconds since 1970, as AniList has it.
    """

    id: int
    anime: Anime
    status: ListStatus
    progress: int = 0
    repeat: int = 0
    score: int = 0
    started: FuzzyDate = NO_DATE
    completed: FuzzyDate = NO_DATE
    is_private: bool = False
    updated_at: int = 0
