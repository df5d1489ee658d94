"""AniBridge's mappings, version 3, as they are packed: `{"anilist:1": {"tvdb_show:2:s3": …}}`."""

from __future__ import annotations

from compression import zstd
import json
from typing import TYPE_CHECKING, Any

from simulators import anime as world
from simulators.anime import Numbering

from .errata import IN_NO_TABLE, ONLY_ANIME_LISTS, ONLY_FRIBB, OTHER_SIGN, REMOVED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.anime import Anime, Stretch

type Ranges = dict[str, str] | None

_ABOUT: dict[str, Any] = {"schema_version": "3.0.0", "generated_on": "2026-11-01T03:00:00Z"}


def packed(anime: Iterable[Anime]) -> bytes:
    """Return the file."""
    text = json.dumps(mappings(anime), ensure_ascii=False, separators=(",", ":"))
    return zstd.compress(text.encode())


def mappings(anime: Iterable[Anime]) -> dict[str, dict[str, Any]]:
    """Return what the file has of these anime, and what it says of itself."""
    out: dict[str, dict[str, Any]] = {"$meta": _ABOUT}
    for each in anime:
        if each.id in ONLY_FRIBB | ONLY_ANIME_LISTS | IN_NO_TABLE:
            continue
        found = dict(_targets(each))
        if found:
            out[f"anilist:{each.id}"] = {**_beside(each), **found}
    return out


def _beside(anime: Anime) -> dict[str, Ranges]:
    whole = _span(1, anime.episodes)
    out: dict[str, Ranges] = {f"mal:{anime.mal}": {whole: whole}}
    if anime.anidb is not None:
        out[f"anidb:{anime.anidb}:R"] = {whole: whole}
    return out


def _targets(anime: Anime) -> Iterable[tuple[str, Ranges]]:
    if (film := world.film(anime)) is not None:
        count = anime.episodes or 1
        there = {_span(1, count): "1" if count == 1 else f"1|-{count}"}
        yield f"tmdb_movie:{film.tmdb}", there
        if count == 1:
            yield f"imdb_movie:{film.imdb}", there
    if (show := world.show(anime)) is not None:
        for numbering in Numbering:
            seasons: dict[int, dict[str, str]] = {}
            for stretch in anime.stretches_in(numbering):
                source, there_text = _range(anime, stretch)
                seasons.setdefault(stretch.season, {})[source] = there_text
            for season, ranges in seasons.items():
                yield f"{numbering}_show:{show.id_in(numbering)}:s{season}", dict(ranges)
    for key in REMOVED.get(anime.id, ()):
        yield key, None


def _range(anime: Anime, stretch: Stretch) -> tuple[str, str]:
    source, there = _span(stretch.first, stretch.last), _span(stretch.start, stretch.end)
    if stretch.ratio == 1:
        return source, there
    ratio = abs(stretch.ratio) if anime.id in OTHER_SIGN else stretch.ratio
    return source, f"{there}|{ratio}"


def _span(first: int, last: int | None) -> str:
    if last is None:
        return f"{first}-"
    return str(first) if last == first else f"{first}-{last}"
