"""Fribb's anime lists: a record for each anime, in the shape of 2026 and in that of before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulators import anime as world
from simulators.anime import Numbering

from .errata import (
    NO_NUMBERS,
    ONLY_ANIBRIDGE,
    ONLY_ANIME_LISTS,
    UNKNOWN_TO_FRIBB,
    WRONG_SEASON,
    said_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.anime import Anime

type Record = dict[str, Any]


def written(anime: Iterable[Anime], *, old: bool = False) -> bytes:
    """Return the file; `old`: as it was before 2026."""
    records = [record(each) for each in anime if each.id not in UNKNOWN_TO_FRIBB]
    if old:
        records = [_as_before(each) for each in records]
    # Others' anime are there too, which AniList does not have.
    records.append({"anidb_id": 1, "type": "TV", "tvdb_id": 72025, "season": {"tvdb": 1}})
    return json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode()


def record(anime: Anime) -> Record:
    """Return the record of an anime."""
    show, film = world.show(anime), world.film(anime)
    out: Record = {"anilist_id": anime.id, "mal_id": anime.mal, "type": anime.format}
    if anime.anidb is None:
        return out
    out["anidb_id"] = anime.anidb
    if anime.id in ONLY_ANIME_LISTS and anime.id not in WRONG_SEASON:
        return out
    if show is not None:
        out["tvdb_id"] = show.tvdb
    if film is not None:
        out |= {"themoviedb_id": {"movie": [film.tmdb]}, "imdb_id": [film.imdb]}
    elif show is not None:
        out |= {"themoviedb_id": {"tv": show.tmdb}, "imdb_id": [show.imdb]}
    seasons, offsets = _seasons(anime)
    if seasons:
        out["season"] = seasons
    if offsets:
        out["episode_offset"] = offsets
    return out


def _seasons(anime: Anime) -> tuple[dict[str, int], dict[str, int]]:
    """Return the season and the offset in each numbering, where it is a single one."""
    seasons: dict[str, int] = {}
    offsets: dict[str, int] = {}
    if anime.id in NO_NUMBERS or (anime.id in ONLY_ANIBRIDGE and anime.format == "MOVIE"):
        return {str(numbering): 0 for numbering in Numbering}, {}
    for numbering in Numbering:
        stretches = said_of(anime, numbering)
        if len(stretches) != 1:
            continue
        seasons[numbering] = WRONG_SEASON.get(anime.id, stretches[0].season)
        offset = stretches[0].start - stretches[0].first
        # It has no offset of 0, which in season 0 is a number, too.
        if offset:
            offsets[numbering] = offset
    return seasons, offsets


def _as_before(record: Record) -> Record:
    """Return a record as it was: single ids, one of them under another name."""
    out = {name: value for name, value in record.items() if not isinstance(value, dict | list)}
    if (tvdb := out.pop("tvdb_id", None)) is not None:
        out["thetvdb_id"] = tvdb
    match record.get("themoviedb_id"):
        case {"tv": number}:
            out["themoviedb_id"] = number
        case {"movie": [number]}:
            out["themoviedb_id"] = number
    if imdb := record.get("imdb_id"):
        out["imdb_id"] = ",".join(imdb)
    if seasons := record.get("season"):
        out["season"] = seasons
    return out
