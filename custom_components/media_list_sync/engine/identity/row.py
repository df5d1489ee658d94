"""What every table comes down to: rows that say where an anime lies, as short text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..faults import faults
from ..placement import Origin, Placement, Provider, Segment, TargetId
from ..segments import joined, to_text

ID_ONLY = ""
"""Instead of segments: the anime belongs to this title, but nobody says to which episodes of it."""
REMOVED = "-"
"""Instead of segments: it does not lie here, whatever less trusted tables say."""


class Row(NamedTuple):
    """An anime by its AniList or AniDB number, a title of another provider, and the segments."""

    number: int
    provider: str
    target: str
    segments: str


def row(number: int, target: TargetId, origin: Origin, segments: Iterable[Segment]) -> Row:
    """Return a placement as a row. One that is unsound keeps nothing but the id (I2)."""
    placement = Placement(number, target, joined(segments), origin)
    text = ID_ONLY if faults(placement) else to_text(placement.segments)
    return Row(number, target.provider, target.id, text)


def id_only(number: int, provider: Provider, target: str) -> Row:
    """Return a row that knows an id and nothing more."""
    return Row(number, provider, target, ID_ONLY)
