"""An item of a tracker by the tracker's own name: a show or film, a season, or an episode."""

from __future__ import annotations

from dataclasses import dataclass
import sqlite3

from ..placement import Provider, TargetId
from .tracked_rows import providers_of


@dataclass(frozen=True, slots=True)
class Item:
    """What a name stands for, as it was last read. A whole show or film has no `season`."""

    title: str
    ids: tuple[TargetId, ...]
    numbered_by: tuple[Provider, ...]
    season: int | None = None
    number: int | None = None

    @property
    def target(self) -> TargetId | None:
        """Return the show by whose numbers its episodes go, or the film; None: nobody can tell."""
        films = (one for one in self.ids if one.provider.is_film)
        own = (one for one in self.ids if (one.provider,) == self.numbered_by)
        return next(own, None) if self.numbered_by else next(films, None)


def find(connection: sqlite3.Connection, account: str, name: str) -> Item | None:
    """Return what a tracker calls by a name; None where it was not there at the last reading."""
    found = _unit(connection, account, name)
    if found is not None:
        return found
    for column, number in (("item", "number"), ("season_item", "NULL")):
        row = connection.execute(
            f"SELECT unit, season, {number} FROM tracked_episode WHERE account = ? AND {column} = ?"
            " LIMIT 1",
            (account, name),
        ).fetchone()
        if row is not None:
            return _unit(connection, account, *row)
    return None


def _unit(
    connection: sqlite3.Connection,
    account: str,
    unit: str,
    season: int | None = None,
    number: int | None = None,
) -> Item | None:
    row = connection.execute(
        "SELECT title, ids, numbering FROM tracked_unit WHERE account = ? AND unit = ?",
        (account, unit),
    ).fetchone()
    if row is None:
        return None
    title, ids, numbering = row
    pairs = (text.partition(":") for text in ids.split())
    targets = tuple(TargetId(Provider(provider), id_) for provider, _, id_ in pairs)
    return Item(title, targets, providers_of(numbering), season, number)
