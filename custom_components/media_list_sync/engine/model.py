"""The values that everything in the engine speaks in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol


class MediaType(StrEnum):
    """What a title is."""

    MOVIE = "movie"
    SHOW = "show"


class Quality(StrEnum):
    """The two copies of a title that Seerr keeps apart (`status` and `status4k`)."""

    HD = "hd"
    UHD = "4k"


class MediaStatus(IntEnum):
    """Where a title or season stands on Seerr. Overseerr never sends the last two.

    A number that is none of these is read as UNKNOWN_TO_US and never leads to a request.
    """

    UNKNOWN_TO_US = 0
    UNKNOWN = 1
    PENDING = 2
    PROCESSING = 3
    PARTIALLY_AVAILABLE = 4
    AVAILABLE = 5
    BLOCKLISTED = 6
    DELETED = 7

    @classmethod
    def read(cls, value: object) -> MediaStatus:
        """Read a number from an answer; what is not known does not raise."""
        try:
            return cls(value)  # type: ignore[arg-type]
        except ValueError:
            return cls.UNKNOWN_TO_US

    @property
    def is_present(self) -> bool:
        """Whether the title was requested or is there: pending, processing or (partly) available."""
        return self in _PRESENT


_PRESENT = frozenset(
    {
        MediaStatus.PENDING,
        MediaStatus.PROCESSING,
        MediaStatus.PARTIALLY_AVAILABLE,
        MediaStatus.AVAILABLE,
    }
)


class TitleKey(NamedTuple):
    """What identifies a title on Seerr. TMDB numbers films and shows apart: 1396 is one of each."""

    media_type: MediaType
    tmdb: int


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids under which a title is known. `imdb` is a `tt…` id, the others are numbers."""

    imdb: str | None = None
    tmdb: int | None = None
    tvdb: int | None = None
    trakt: int | None = None


class Part(StrEnum):
    """What of a title stands on a list."""

    WHOLE = "whole"
    SEASON = "season"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class ListItem:
    """One row of a list, as the list's service gives it.

    For a season or an episode, ids, title and year are those of its show, and `season` is its
    season number. `listed_at` (aware, UTC) is None where the service does not tell.
    """

    media_type: MediaType
    ids: Ids
    title: str
    year: int | None = None
    part: Part = Part.WHOLE
    season: int | None = None
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListContents:
    """A list, read whole.

    `left_out` counts by kind what can never be requested (game, podcast, music_video, person,
    episode, other). `fingerprint` is handed to the next read, which answers None when nothing
    changed since.
    """

    name: str
    items: tuple[ListItem, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str | None = None

    @property
    def total(self) -> int:
        """Rows on the list, whatever they are: what the shrink guard judges."""
        return len(self.items) + sum(self.left_out.values())


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A season in Seerr's library, in both qualities."""

    number: int
    status: MediaStatus
    status_4k: MediaStatus

    def of(self, quality: Quality) -> MediaStatus:
        """Return the status in one quality."""
        return self.status if quality is Quality.HD else self.status_4k


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A title in Seerr's library. `seasons` holds only seasons that were scanned or processed."""

    key: TitleKey
    status: MediaStatus
    status_4k: MediaStatus
    tvdb: int | None = None
    imdb: str | None = None
    seasons: tuple[SeasonRow, ...] = ()

    def of(self, quality: Quality) -> MediaStatus:
        """Return the status of the whole title in one quality."""
        return self.status if quality is Quality.HD else self.status_4k


@dataclass(frozen=True, slots=True)
class ShowSeason:
    """A season as TMDB lists it. `air_date` (ISO) is None where it is not announced."""

    number: int
    episodes: int
    air_date: str | None = None


@dataclass(frozen=True, slots=True)
class ShowDetails:
    """What has to be known of a show before its seasons are asked for."""

    tmdb: int
    title: str
    seasons: tuple[ShowSeason, ...]
    ended: bool
    tvdb: int | None = None


class JobStatus(StrEnum):
    """What a sync came to, or why there was none."""

    NEVER = "never"
    """No sync has run yet."""
    COMPLETED = "completed"
    """Everything that could be done was done."""
    PARTIAL = "partial"
    """Some titles failed, or something keeps the list from being wholly done."""
    DEFERRED = "deferred"
    """Something has to wait until a known time: a quota, a limit, a server that is down."""
    FAILED = "failed"
    """The sync could not be done, and a person has to do something."""
    APPROVAL = "approval"
    """The first plan of a pairing waits for a person's yes (W12)."""
    PAUSED = "paused"
    """It is paused; nothing runs by itself."""
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should know, as a translation key with its placeholders.

    `account` is the id of the config entry that it belongs to where that is not the job's own.
    """

    key: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    until: datetime | None = None


class Outcome(StrEnum):
    """What a plan or a sync says of one title (or season, or quality) of a list."""

    REQUEST = "request"
    """To be requested (in a plan), or just requested (in a report)."""
    AVAILABLE = "available"
    REQUESTED = "requested"
    """Requested before, by whomever: pending or processing."""
    WAITING = "waiting"
    """Wanted, but for the limit a run, a quota, another list's turn, or an aired episode."""
    UNMATCHED = "unmatched"
    """Its ids lead to no film or show."""
    AMBIGUOUS = "ambiguous"
    """Its ids lead to more than one title."""
    EXCLUDED = "excluded"
    """On the account's list of titles never to request."""
    TAKEN_BACK = "taken_back"
    """Seen or requested before, and deleted or declined by a person since."""
    BLOCKED = "blocked"
    """On Seerr's own blocklist, or in a state that this version does not know."""
    FILTERED = "filtered"
    """Does not fit the list's policy."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one title of a list, with the reason as a translation key."""

    item: ListItem
    outcome: Outcome
    reason: str
    key: TitleKey | None = None
    quality: Quality | None = None
    seasons: tuple[int, ...] = ()
    detail: str = ""
    """The service's own words, where it said any."""

    def as_dict(self) -> dict[str, object]:
        """Return the decision as an action's response shows it."""
        return {
            "title": self.item.title,
            "year": self.item.year,
            "media_type": str(self.key.media_type if self.key else self.item.media_type),
            "imdb_id": self.item.ids.imdb,
            "tmdb_id": self.key.tmdb if self.key else self.item.ids.tmdb,
            "tvdb_id": self.item.ids.tvdb,
            "quality": str(self.quality) if self.quality else None,
            "seasons": list(self.seasons),
            "outcome": str(self.outcome),
            "reason": self.reason,
            "detail": self.detail,
        }


class Described(Protocol):
    """What becomes of one title, whatever kind of job says so."""

    def as_dict(self) -> dict[str, object]:
        """Return it as an action's response shows it."""


SAMPLE = 50
"""How many titles of one kind a report names at most; the log and a dry run have all."""

FIRST_PLAN, LARGE_PLAN = "first_plan", "large_plan"
"""Problems that say that a plan waits for a person's yes: the first one of a pairing (W12), or one
that would change very much."""

_OF_ONE_RUN = frozenset({"new", "episodes", "saved"})
"""Counts of what a run did itself, not of how things stand."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync came to. It is stored, and published to the entities.

    `counts` has every Outcome's value as a key, and `titles`, `new` (requested in this run) and
    `left_out`. A dry run carries its decisions; neither its report is stored, nor one about one
    title alone.
    """

    job_id: str
    status: JobStatus
    counts: Mapping[str, int] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    list_name: str | None = None
    problems: tuple[Problem, ...] = ()
    new_titles: tuple[str, ...] = ()
    unmatched_titles: tuple[str, ...] = ()
    """Unmatched and ambiguous ones; like the other two, at most `SAMPLE` of them."""
    failed_titles: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    deferred_until: datetime | None = None
    quota_remaining: Mapping[str, int] = field(default_factory=dict)
    """What the list's user may still request, by media type; no key: no limit."""
    changed: bool = True
    """False where nothing had changed since the run before."""
    dry_run: bool = False
    is_partial: bool = False
    """About one title alone: it says nothing of how the job stands."""
    decisions: tuple[Described, ...] = ()

    @property
    def waiting_plan(self) -> Problem | None:
        """The problem that a plan of a pairing still waits for its yes, if one does."""
        return next((one for one in self.problems if one.key in (FIRST_PLAN, LARGE_PLAN)), None)

    def once_more(self, started_at: datetime, finished_at: datetime) -> Report:
        """Return what it says, as of another run that found nothing new."""
        counts = {name: 0 if name in _OF_ONE_RUN else n for name, n in self.counts.items()}
        return replace(
            self,
            started_at=started_at,
            finished_at=finished_at,
            counts=counts,
            new_titles=(),
            changed=False,
        )


_BY_A_PERSON = frozenset({"button", "action"})


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What is asked of a job, and why: interval, start, follow, button or action.

    `full`: read everything again. `title`, `anilist`: act on this one title, or entry, alone.
    `approve`: the person says yes to the plan of a pairing that waits, which is a yes to all of it.
    `prefer`: which side counts in a conflict of that one entry: "further", "anilist" or "tracker".
    `undo`: take back what the last run that did anything wrote, in place of syncing. `asked_at` is
    put down by the runner.
    """

    reason: str = "interval"
    full: bool = False
    dry_run: bool = False
    title: Ids | None = None
    anilist: int | None = None
    approve: bool = False
    prefer: str | None = None
    undo: bool = False
    asked_at: datetime | None = None

    @property
    def is_partial(self) -> bool:
        """Whether it is about one title alone."""
        return self.title is not None or self.anilist is not None

    @property
    def is_by_a_person(self) -> bool:
        """Whether somebody waits for it, and wants to see what there is now."""
        return self.reason in _BY_A_PERSON

    def covers(self, other: SyncRequest) -> bool:
        """Whether this run does all that the other one asks for."""
        return (
            self.dry_run == other.dry_run
            and self.title == other.title
            and self.anilist == other.anilist
            and (self.prefer, self.undo) == (other.prefer, other.undo)
            and (self.approve or not other.approve)
            and (self.full or not other.full)
        )
