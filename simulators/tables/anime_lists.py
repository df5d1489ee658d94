"""The Anime-Lists XML: what AniDB's anime are on TVDB and TMDB."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from simulators import anime as world
from simulators.anime import Numbering

from .errata import IN_NO_TABLE, NO_NUMBERS, ONLY_ANIBRIDGE, ONLY_FRIBB, said_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.anime import Anime, Stretch


def written(anime: Iterable[Anime]) -> bytes:
    """Return the file."""
    root = ET.Element("anime-list")
    for each in sorted(anime, key=lambda each: each.anidb or 0):
        if each.anidb is not None and each.id not in ONLY_ANIBRIDGE | ONLY_FRIBB | IN_NO_TABLE:
            root.append(_element(each))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _element(anime: Anime) -> ET.Element:
    show, film = world.show(anime), world.film(anime)
    element = ET.Element("anime", anidbid=str(anime.anidb))
    has_show = show is not None and (anime.tvdb or anime.id in NO_NUMBERS)
    names = {"tvdbid": "", "defaulttvdbseason": "", "episodeoffset": ""}
    names |= {"tmdbtv": "", "tmdbseason": "", "tmdboffset": "", "tmdbid": "", "imdbid": ""}
    if show is not None and has_show:
        names["tvdbid"] = str(show.tvdb)
        season, offset = _default(anime, anime.tvdb)
        names |= {"defaulttvdbseason": season, "episodeoffset": offset}
        if anime.tmdb or anime.id in NO_NUMBERS:
            season, offset = _default(anime, said_of(anime, Numbering.TMDB))
            names |= {"tmdbtv": str(show.tmdb), "tmdbseason": season, "tmdboffset": offset}
    elif film is not None:
        names["tvdbid"] = "movie"
    if film is not None:
        # The real list gives a film of several episodes no number of TMDB's.
        names["tmdbid"] = str(film.tmdb) if anime.episodes == 1 else ""
        names["imdbid"] = film.imdb
    for name, value in names.items():
        element.set(name, value)
    ET.SubElement(element, "name").text = anime.romaji
    if mappings := list(_mappings(anime)):
        ET.SubElement(element, "mapping-list").extend(mappings)
    return element


def _default(anime: Anime, stretches: tuple[Stretch, ...]) -> tuple[str, str]:
    """Return the season and the offset; `a` where the numbers go through all seasons."""
    if anime.id in NO_NUMBERS:
        return "0", ""
    if len(stretches) != 1:
        return "a", ""
    offset = stretches[0].start - stretches[0].first
    return str(stretches[0].season), str(offset) if offset else ""


def _mappings(anime: Anime) -> Iterable[ET.Element]:
    """Return what overrules the default: ranges, and pairs for specials."""
    for numbering in Numbering:
        stretches = said_of(anime, numbering)
        name = f"{numbering}season"
        for stretch in stretches:
            if len(stretches) > 1:
                yield _by_range(name, stretch)
            elif stretch.season == 0:
                yield _by_pairs(name, stretch)


def _by_range(name: str, stretch: Stretch) -> ET.Element:
    element = ET.Element("mapping", {"anidbseason": "1", name: str(stretch.season)})
    element.set("start", str(stretch.first))
    if stretch.last is not None:
        element.set("end", str(stretch.last))
    if offset := stretch.start - stretch.first:
        element.set("offset", str(offset))
    return element


def _by_pairs(name: str, stretch: Stretch) -> ET.Element:
    element = ET.Element("mapping", {"anidbseason": "1", name: str(stretch.season)})
    pairs = (
        f"{step + 1}-{spot.number}" for step, spot in enumerate(stretch.watched(stretch.last or 1))
    )
    element.text = f";{';'.join(pairs)};"
    return element
