"""Fribb's anime lists: JSON; mainly what leads from AniList's numbers to AniDB's.

Since 2026: `tvdb_id`, `themoviedb_id: {tv: n} | {movie: [n]}`, `imdb_id: [tt…]`, `season` and
`episode_offset: {tvdb, tmdb}`. Older files have `thetvdb_id` and single values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..placement import FILM, Origin, Provider, Segment, Span, TargetId
from .row import Row, id_only, row
from .streaming import NotTheShape, elements, unpacked


def rows(path: Path) -> Iterator[Row]:
    """Yield what a file says of AniList's anime. NotTheShape."""
    with unpacked(path) as file:
        for record in elements(file):
            if not isinstance(record, dict):
                raise NotTheShape("a record that is no object")
            yield from entry(record)


def entry(record: Mapping[str, object]) -> Iterator[Row]:
    """Yield what a record says: the anime's AniDB id, and a row for each show and film."""
    anilist = _id(record.get("anilist_id"))
    if anilist is None:
        return
    anidb = _id(record.get("anidb_id"))
    if anidb is not None:
        whole = Segment(Span(1, None), 1, (Span(1, None),))
        yield row(anilist, TargetId(Provider.ANIDB, str(anidb)), Origin.FRIBB, [whole])
    tvdb = _id(record.get("tvdb_id") or record.get("thetvdb_id"))
    if tvdb is not None:
        yield _show(anilist, TargetId(Provider.TVDB_SHOW, str(tvdb)), record, "tvdb")
    show, films = _tmdb(record)
    if show is not None:
        yield _show(anilist, TargetId(Provider.TMDB_SHOW, str(show)), record, "tmdb")
    yield from _films(anilist, Provider.TMDB_MOVIE, films)
    if films:  # an IMDb id beside a show is the show's
        yield from _films(anilist, Provider.IMDB_MOVIE, _texts(record.get("imdb_id")))


def _show(anilist: int, target: TargetId, record: Mapping[str, object], numbering: str) -> Row:
    season = _of(record.get("season"), numbering)
    offset = _of(record.get("episode_offset"), numbering)
    if season is None or season < 0 or (season == 0 and offset is None):
        return id_only(anilist, target.provider, target.id)  # I2
    first = 1 + (offset or 0)
    segment = Segment(Span(1, None), season, (Span(first, None),))
    return row(anilist, target, Origin.FRIBB, [segment])


def _films(anilist: int, provider: Provider, ids: list[str]) -> Iterator[Row]:
    """Yield a film. Of several, nobody says which of them is which episode."""
    for one in ids:
        if len(ids) > 1:
            yield id_only(anilist, provider, one)
        else:
            segment = Segment(Span(1, 1), FILM.season, (Span(1, 1),))
            yield row(anilist, TargetId(provider, one), Origin.FRIBB, [segment])


def _tmdb(record: Mapping[str, object]) -> tuple[int | None, list[str]]:
    """Return the show and the films on TMDB. An older file does not tell which its one id is of."""
    value = record.get("themoviedb_id")
    if isinstance(value, Mapping):
        return _id(value.get("tv")), _texts(value.get("movie"))
    if str(record.get("type", "")).upper() == "MOVIE":
        return None, _texts(value)
    return (_id(value), []) if _of(record.get("season"), "tmdb") is not None else (None, [])


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").split(",")
    texts = (str(one).strip() for one in values)
    return [text for text in texts if text.removeprefix("tt").isdecimal() and len(text) < 12]


def _of(value: object, numbering: str) -> int | None:
    if not isinstance(value, Mapping):
        return None
    found = value.get(numbering)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _id(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    is_id = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
    return value if is_id and isinstance(value, int) else None
