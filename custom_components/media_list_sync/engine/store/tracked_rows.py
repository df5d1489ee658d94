"""A tracker's shows, films and episodes as they are put on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..placement import Provider, Spot, TargetId
from .times import to_text


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A show or film. `section` is the library that it is in; `sized_at`: its seasons are known."""

    key: str
    section: str
    title: str
    ids: tuple[TargetId, ...]
    numbered_by: tuple[Provider, ...] = ()
    """Whose numbers its episodes have; several where it is one of them, and nobody can tell which."""
    rating: int | None = None
    is_dropped: bool = False
    sized_at: datetime | None = None
    twin: str = ""
    """Units with the same one share what was watched."""
    year: int | None = None
    """When it began, or came out."""


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode, or the one spot of a film.

    `item` and `season_item` are what the tracker calls it and its season. `watched_at`: seconds
    since 1970, 0 for a day unknown, None for not watched. `aired` is an ISO day.
    """

    unit: str
    spot: Spot
    item: str = ""
    season_item: str = ""
    watched_at: int | None = None
    plays: int = 0
    aired: str | None = None


UNIT_VALUES = "?,?,?,?,?,?,?,?,?,?,?"
EPISODE_VALUES = "?,?,?,?,?,?,?,?,?"


def providers_of(numbering: str | None) -> tuple[Provider, ...]:
    """Return whose numbers a unit on record has; none where nobody can tell."""
    return tuple(map(Provider, (numbering or "").split()))


def unit_values(account: str, row: UnitRow) -> tuple[object, ...]:
    """Return a unit as the columns of its table."""
    return (
        account,
        row.key,
        row.section,
        row.title,
        " ".join(f"{target.provider}:{target.id}" for target in row.ids),
        " ".join(row.numbered_by) or None,
        row.rating,
        row.is_dropped,
        to_text(row.sized_at),
        row.twin,
        row.year,
    )


def episode_values(account: str, row: EpisodeRow) -> tuple[object, ...]:
    """Return an episode as the columns of its table."""
    return (
        account,
        row.unit,
        row.spot.season,
        row.spot.number,
        row.item,
        row.season_item,
        row.watched_at,
        row.plays,
        row.aired,
    )
