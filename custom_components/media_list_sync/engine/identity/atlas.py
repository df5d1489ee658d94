"""Where an anime lies, as everybody who knows says: the person first, then the tables (I1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
import sqlite3

from ..placement import Origin, Placement, Provider, Segment, Span, TargetId
from ..segments import from_text, joined, to_text
from ..store import atlas, manual
from ..store.atlas import AtlasRow
from ..store.manual import ManualMapping
from .numbering import Numbering, from_tables
from .row import ID_ONLY, REMOVED

ORDER = {origin: rank for rank, origin in enumerate(Origin)}
"""The most trusted first (I1)."""

_REGULAR = 1
"""AniDB's regular episodes, as a season."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one anime.

    `placements` are grouped by title; the most trusted come first, in each group and among the
    groups. `titles` are those that it belongs to without anybody saying to which episodes (I2).
    """

    anilist: int
    placements: tuple[Placement, ...] = ()
    titles: tuple[TargetId, ...] = ()
    is_ignored: bool = False
    """A person wants nothing to be done with it."""

    @property
    def is_manual(self) -> bool:
        """Whether a person placed it."""
        return any(placement.origin is Origin.MANUAL for placement in self.placements)


def load(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Known]:
    """Return what is known of some anime, however many; those that nobody knows are there, too."""
    said: defaultdict[int, list[ManualMapping]] = defaultdict(list)
    for mapping in manual.of_anime(connection, ids):
        said[mapping.anilist].append(mapping)
    rows: defaultdict[int, list[AtlasRow]] = defaultdict(list)
    for row in atlas.of_anime(connection, ids):
        rows[row.id].append(row)
    bridges = {anilist: bridge for anilist in rows if (bridge := _bridge(rows[anilist]))}
    by_anidb: defaultdict[int, list[AtlasRow]] = defaultdict(list)
    for row in atlas.of_anime(connection, {int(b.target.id) for b in bridges.values()}, "anidb"):
        by_anidb[row.id].append(row)
    return {
        anilist: _known(
            anilist,
            said[anilist],
            [*rows[anilist], *_carried(bridges.get(anilist), by_anidb)],
        )
        for anilist in dict.fromkeys(ids)
    }


def numberings(
    connection: sqlite3.Connection, targets: Collection[TargetId]
) -> dict[TargetId, Numbering]:
    """Return what the tables let us know of the seasons of some shows (I4).

    For servers that cannot tell how long a season is, only which files they have.
    """
    return from_tables(
        Placement(row.id, row.target, from_text(row.segments), row.origin)
        for row in atlas.of_targets(connection, targets)
    )


def _bridge(rows: Iterable[AtlasRow]) -> AtlasRow | None:
    """Return the row that leads to AniDB; the most trusted where several do."""
    found = [
        row
        for row in rows
        if row.target.provider is Provider.ANIDB and row.segments not in (ID_ONLY, REMOVED)
    ]
    return min(found, key=lambda row: ORDER[row.origin], default=None)


def _carried(bridge: AtlasRow | None, by_anidb: dict[int, list[AtlasRow]]) -> Iterator[AtlasRow]:
    """Yield the rows of the AniDB anime as rows of the AniList one."""
    if bridge is None:
        return
    across = from_text(bridge.segments)
    for row in by_anidb.get(int(bridge.target.id), ()):
        segments = row.segments
        if segments != ID_ONLY:
            segments = _composed(across, row.segments)
        yield row._replace(id=bridge.id, segments=segments)


def _composed(across: tuple[Segment, ...], there: str) -> str:
    """Return where AniList's episodes lie, by way of AniDB's regular ones.

    Where several of the one are one of the other, nothing is said.
    """
    if across == (Segment(Span(1, None), _REGULAR, (Span(1, None),)),):
        return there
    result: list[Segment] = []
    for bridge in across:
        if bridge.season != _REGULAR or bridge.ratio != 1 or len(bridge.targets) != 1:
            continue
        shift = bridge.source.first - bridge.targets[0].first
        for segment in from_text(there):
            piece = _within(segment, bridge.targets[0])
            if piece is not None:
                first, last = piece.source
                source = Span(first + shift, None if last is None else last + shift)
                result.append(Segment(source, piece.season, piece.targets, piece.ratio))
    return to_text(joined(result))


def _within(segment: Segment, span: Span) -> Segment | None:
    """Return the part of a segment whose sources are in a span; None where there is none.

    A ratio or a list of targets is only taken whole.
    """
    first = max(segment.source.first, span.first)
    last = _earlier(segment.source.last, span.last)
    if last is not None and last < first:
        return None
    if (first, last) == segment.source:
        return segment
    if segment.ratio != 1 or len(segment.targets) != 1:
        return None
    offset = segment.targets[0].first - segment.source.first
    there = Span(first + offset, None if last is None else last + offset)
    return Segment(Span(first, last), segment.season, (there,))


def _earlier(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _known(anilist: int, said: list[ManualMapping], rows: list[AtlasRow]) -> Known:
    if any(mapping.placement is None for mapping in said):
        return Known(anilist, is_ignored=True)
    groups: defaultdict[TargetId, list[Placement]] = defaultdict(list)
    titles: dict[TargetId, None] = {}
    removed: dict[TargetId, int] = {}
    for mapping in said:
        if mapping.placement is not None:
            groups[mapping.placement.target].append(mapping.placement)
    for row in sorted(rows, key=lambda row: ORDER[row.origin]):
        if row.segments == REMOVED:
            removed.setdefault(row.target, ORDER[row.origin])
        elif row.target in removed and removed[row.target] < ORDER[row.origin]:
            continue
        elif row.segments == ID_ONLY:
            titles[row.target] = None
        else:
            groups[row.target].append(
                Placement(anilist, row.target, from_text(row.segments), row.origin)
            )
    ordered = sorted(groups.values(), key=lambda group: ORDER[group[0].origin])
    return Known(
        anilist,
        tuple(placement for group in ordered for placement in group),
        tuple(title for title in titles if title not in groups),
    )
