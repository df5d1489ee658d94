"""What both sides showed after the last sync of an entry (W1), as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
import json

from ..placement import Spot
from ..watch import Entry, ListStatus
from . import spot_text


@dataclass(frozen=True, slots=True)
class Side:
    """AniList's half of a base."""

    status: ListStatus
    progress: int
    repeat: int = 0
    score: int = 0

    @classmethod
    def of(cls, entry: Entry) -> Side:
        """Return how an entry stands now."""
        return cls(entry.status, entry.progress, entry.repeat, entry.score)


@dataclass(frozen=True, slots=True)
class Base:
    """An entry of a pairing after its last sync.

    `watched` is the tracker's half: the spots of the placement that were watched, or once seen so.
    `marked` are those that we marked, with what the tracker called them (W10); `declined` those
    that a person took back, or that were undone: they are not marked again (W3, W12).
    `fingerprint`: the number of the furthest episode that was synced, and the fingerprint of the
    placement up to there. `rated`, `listed` and `dropped`: what we carried over.
    """

    anilist: Side
    watched: frozenset[Spot] = frozenset()
    marked: Mapping[Spot, str] = field(default_factory=dict)
    declined: frozenset[Spot] = frozenset()
    fingerprint: str = ""
    rated: int | None = None
    listed: bool = False
    dropped: bool = False


def to_json(base: Base) -> str:
    """Return a base as the store keeps it."""
    kept: dict[str, object] = {
        "anilist": [
            str(base.anilist.status),
            base.anilist.progress,
            base.anilist.repeat,
            base.anilist.score,
        ],
        "watched": spot_text.to_text(base.watched),
        "fingerprint": base.fingerprint,
    }
    if base.marked:
        kept["marked"] = [[spot.season, spot.number, item] for spot, item in base.marked.items()]
    if base.declined:
        kept["declined"] = spot_text.to_text(base.declined)
    if base.rated is not None:
        kept["rated"] = base.rated
    if base.listed:
        kept["listed"] = True
    if base.dropped:
        kept["dropped"] = True
    return json.dumps(kept, separators=(",", ":"))


def from_json(text: str) -> Base:
    """Return a base as it was put on record; what is not on record has its default."""
    kept = json.loads(text)
    status, progress, repeat, score = kept.get("anilist", (ListStatus.PLANNING, 0, 0, 0))
    return Base(
        anilist=Side(ListStatus(status), progress, repeat, score),
        watched=spot_text.from_text(kept.get("watched", "")),
        marked={Spot(season, number): item for season, number, item in kept.get("marked", ())},
        declined=spot_text.from_text(kept.get("declined", "")),
        fingerprint=kept.get("fingerprint", ""),
        rated=kept.get("rated"),
        listed=kept.get("listed", False),
        dropped=kept.get("dropped", False),
    )
