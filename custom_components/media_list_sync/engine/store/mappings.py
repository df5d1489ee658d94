"""A page of all mappings, searched by title or id; those that a person made told apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
import sqlite3

from .anime import folded


class MappingKind(StrEnum):
    """Which mappings are asked for."""

    ALL = "all"
    AUTOMATIC = "automatic"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class MappedAnime:
    """An anime with a mapping. `title` is None where nobody has it on a list."""

    anilist: int
    title: str | None
    is_manual: bool


@dataclass(frozen=True, slots=True)
class MappingsPage:
    """A page, and how many there are in all."""

    anime: tuple[MappedAnime, ...]
    total: int


def page(
    connection: sqlite3.Connection,
    *,
    search: str = "",
    kind: MappingKind = MappingKind.ALL,
    skip: int = 0,
    limit: int = 50,
) -> MappingsPage:
    """Return a page of mapped anime: those with a title first, by it, then the others by id.

    `search` is part of a title, an AniList id, or the id of a show or film.
    """
    search = folded(search).strip()
    values = {
        "like": f"%{_escaped(search)}%",
        "exact": search,
        "skip": skip,
        "limit": limit,
    }
    found = "" if not search else _FOUND
    mapped = (
        f"WITH mapped AS ({_MAPPED[kind]}) {{what}} FROM mapped LEFT JOIN anime USING (anilist)"
    )
    mapped += f" WHERE true {found}"
    total = connection.execute(mapped.format(what="SELECT count(*)"), values).fetchone()[0]
    rows = connection.execute(
        mapped.format(what="SELECT anilist, title, anilist IN (SELECT anilist FROM manual_mapping)")
        + " ORDER BY title IS NULL, title COLLATE NOCASE, anilist LIMIT :limit OFFSET :skip",
        values,
    )
    return MappingsPage(
        tuple(MappedAnime(anilist, title, bool(manual)) for anilist, title, manual in rows), total
    )


_MANUAL = "SELECT DISTINCT anilist FROM manual_mapping"
_AUTOMATIC = (
    "SELECT id AS anilist FROM atlas WHERE source = 'anilist' AND provider <> 'anidb'"
    " AND segments NOT IN ('', '-') UNION"
    " SELECT bridge.id FROM atlas AS bridge JOIN atlas AS place"
    " ON place.source = 'anidb' AND place.id = CAST(bridge.target AS INTEGER)"
    " WHERE bridge.source = 'anilist' AND bridge.provider = 'anidb'"
    " AND bridge.segments NOT IN ('', '-') AND place.segments <> ''"
)
_MAPPED = {
    MappingKind.ALL: f"{_AUTOMATIC} UNION {_MANUAL}",
    MappingKind.MANUAL: _MANUAL,
    MappingKind.AUTOMATIC: f"SELECT anilist FROM ({_AUTOMATIC}) EXCEPT {_MANUAL}",
}
_FOUND = (
    "AND (words LIKE :like ESCAPE '\\' OR CAST(anilist AS TEXT) = :exact OR anilist IN"
    " (SELECT id FROM atlas WHERE source = 'anilist' AND target = :exact"
    " UNION SELECT anilist FROM manual_mapping WHERE target = :exact))"
)


def _escaped(text: str) -> str:
    for mark in "\\%_":
        text = text.replace(mark, f"\\{mark}")
    return text
