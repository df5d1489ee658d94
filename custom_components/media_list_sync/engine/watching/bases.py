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
    that a person took back, or that were undone: they are not marked again (W3, W12). `unrated` is
    the rating that an undo took back: it is not given again, either. `doubtful`
    are those of them that we may have marked after a backup that was restored: a person has to say.
    `fingerprint`: the number of the furthest episode that was synced, and the fingerprint of the
    placement up to there. `listed` and `dropped`: what we carried over. `rated` is the tracker's
    half of the score: what it showed, or what we carried over. `since`: plays from then on (seconds
    since 1970) belong to the run that is going on, or that may come: of a rewatch, or of what is
    complete (W4). `reopened`: a person took COMPLETED back, and nothing was played since (W6).
    `saved`: what AniList says came from here, at least in part. `refused`: ratings that the tracker
    did not take, by what they were for. `retold`: what we told the tracker that it was watched once
    more, with when (in seconds since 1970).
    """

    anilist: Side
    watched: frozenset[Spot] = frozenset()
    marked: Mapping[Spot, str] = field(default_factory=dict)
    declined: frozenset[Spot] = frozenset()
    doubtful: frozenset[Spot] = frozenset()
    fingerprint: str = ""
    rated: int | None = None
    unrated: int | None = None
    listed: bool = False
    dropped: bool = False
    since: int = 0
    reopened: bool = False
    saved: bool = False
    refused: Mapping[str, int] = field(default_factory=dict)
    retold: Mapping[Spot, int] = field(default_factory=dict)

    def ever_watched(self) -> frozenset[Spot]:
        """Return what was watched at any sync, whether or not it was taken back since."""
        return self.watched | self.marked.keys() | self.declined

    @property
    def is_pair(self) -> bool:
        """Whether it says how both sides stood (W1).

        What a restored backup leaves of it does not: it only says what is not to be done again.
        """
        return bool(self.fingerprint)


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
    if base.doubtful:
        kept["doubtful"] = spot_text.to_text(base.doubtful)
    if base.rated is not None:
        kept["rated"] = base.rated
    if base.unrated is not None:
        kept["unrated"] = base.unrated
    if base.listed:
        kept["listed"] = True
    if base.dropped:
        kept["dropped"] = True
    if base.since:
        kept["since"] = base.since
    if base.reopened:
        kept["reopened"] = True
    if base.saved:
        kept["saved"] = True
    if base.refused:
        kept["refused"] = dict(base.refused)
    if base.retold:
        kept["retold"] = [[spot.season, spot.number, at] for spot, at in base.retold.items()]
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
        doubtful=spot_text.from_text(kept.get("doubtful", "")),
        fingerprint=kept.get("fingerprint", ""),
        rated=kept.get("rated"),
        unrated=kept.get("unrated"),
        listed=kept.get("listed", False),
        dropped=kept.get("dropped", False),
        since=kept.get("since", 0),
        reopened=kept.get("reopened", False),
        saved=kept.get("saved", False),
        refused=kept.get("refused", {}),
        retold={Spot(season, number): at for season, number, at in kept.get("retold", ())},
    )
