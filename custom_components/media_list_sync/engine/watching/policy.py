"""What a person wants of a pairing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import hashlib
from typing import Any

from ..watch import ListStatus


class Direction(StrEnum):
    """Which side of a pairing follows the other."""

    TO_TRACKER = "to_tracker"
    """What AniList says was watched becomes watched on Plex or Trakt."""
    TO_ANILIST = "to_anilist"
    BOTH = "both"


class Conflict(StrEnum):
    """What counts where both sides changed since they were last in step, and differ (W1)."""

    FURTHER = "further"
    """Who is further."""
    ANILIST = "anilist"
    TRACKER = "tracker"
    ASK = "ask"
    """Neither, before a person has said which."""


BRAKE = 20
"""Per cent of the entries that one sync may change, unless a person wants it otherwise."""

DEFAULT_STATUSES = (
    ListStatus.CURRENT,
    ListStatus.COMPLETED,
    ListStatus.PAUSED,
    ListStatus.DROPPED,
    ListStatus.REPEATING,
)


@dataclass(frozen=True, slots=True)
class PairingPolicy:
    """How a pairing is kept in step."""

    direction: Direction = Direction.TO_TRACKER
    statuses: frozenset[ListStatus] = frozenset(DEFAULT_STATUSES)
    """Entries with another status stay as they are on both sides."""
    scores: bool = False
    watchlist: bool = False
    """Whether PLANNING becomes the watchlist of Trakt, or of the Plex account."""
    dropped: bool = False
    """Whether DROPPED becomes a dropped show on Trakt."""
    private: bool = False
    adult: bool = False
    """Whether entries that are private, or adult, travel at all (W13)."""
    conflict: Conflict = Conflict.FURTHER
    replays: bool = False
    """Whether a rewatch on AniList becomes plays on Trakt (W4)."""
    add: bool = False
    """Whether a show that was started on the tracker is put on AniList's list."""
    brake: int = BRAKE
    """Per cent of the entries: a plan that would change more of them waits for a yes."""
    skip_missing: bool = False
    """Whether episodes that a library lacks are passed over beyond AniList's progress, too (W2)."""

    @property
    def to_tracker(self) -> bool:
        """Whether the tracker follows AniList."""
        return self.direction is not Direction.TO_ANILIST

    @property
    def to_anilist(self) -> bool:
        """Whether AniList follows the tracker."""
        return self.direction is not Direction.TO_TRACKER

    @property
    def adds(self) -> bool:
        """Whether AniList follows the tracker also in what is not on its list."""
        return self.add and self.to_anilist

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PairingPolicy:
        """Read the policy from a subentry's data; a key that is absent has its default."""
        return cls(
            direction=Direction(data.get("direction", Direction.TO_TRACKER)),
            statuses=frozenset(
                ListStatus(status) for status in data.get("statuses", DEFAULT_STATUSES)
            ),
            scores=bool(data.get("scores", False)),
            watchlist=bool(data.get("watchlist", False)),
            dropped=bool(data.get("dropped", False)),
            private=bool(data.get("private", False)),
            adult=bool(data.get("adult", False)),
            conflict=Conflict(data.get("conflict", Conflict.FURTHER)),
            replays=bool(data.get("replays", False)),
            add=bool(data.get("add", False)),
            brake=int(data.get("brake", BRAKE)),
            skip_missing=bool(data.get("skip_missing", False)),
        )

    def fingerprint(self) -> str:
        """Return what changes exactly when the policy does."""
        parts = (
            self.direction,
            sorted(self.statuses),
            self.scores,
            self.watchlist,
            self.dropped,
            self.private,
            self.adult,
            self.conflict,
            self.replays,
            self.add,
            self.skip_missing,
            self.brake,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
