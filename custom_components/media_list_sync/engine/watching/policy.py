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
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
