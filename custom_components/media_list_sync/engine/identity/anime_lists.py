"""The Anime-Lists XML: AniDB's anime in TVDB's and TMDB's numbers.

`defaulttvdbseason` and `episodeoffset` say where regular episodes lie (`a`: in absolute numbers,
through all seasons); `<mapping>` overrules them by ranges with an offset, and those by single
pairs `;1-5;2-6+7;`, where 0 is nowhere. Mappings of AniDB's specials are left out: no AniList
entry counts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.parsers import expat

from ..placement import ABSOLUTE, FILM, Origin, Provider, Segment, Span, TargetId
from .row import Row, id_only, row
from .streaming import MOST_BYTES, NotTheShape, Readable, unpacked

_CHUNK = 64 * 1024
_LONGEST = 1024**2
"""Bytes in which an entry has to end; the longest has five thousand."""
_REGULAR = "1"


def rows(path: Path) -> Iterator[Row]:
    """Yield what a file says of AniDB's anime. NotTheShape."""
    with unpacked(path) as file:
        for anime in _elements(file):
            yield from entry(anime)


def entry(anime: Element) -> Iterator[Row]:
    """Yield what an element says: a row for each show and film."""
    anidb = _number(anime.get("anidbid"))
    if anidb is None:
        return
    mappings = [
        mapping
        for mapping in anime.iterfind("mapping-list/mapping")
        if mapping.get("anidbseason") == _REGULAR
    ]
    for provider, id_, names in (
        (Provider.TVDB_SHOW, anime.get("tvdbid"), _TVDB),
        (Provider.TMDB_SHOW, anime.get("tmdbtv"), _TMDB),
    ):
        if _number(id_) is not None:
            yield _show(anidb, TargetId(provider, str(id_)), anime, mappings, names)
    yield from _films(anidb, Provider.TMDB_MOVIE, anime.get("tmdbid", ""))
    if not _number(anime.get("tmdbtv")):
        yield from _films(anidb, Provider.IMDB_MOVIE, anime.get("imdbid", ""))


_TVDB = ("defaulttvdbseason", "episodeoffset", "tvdbseason")
_TMDB = ("tmdbseason", "tmdboffset", "tmdbseason")


def _show(
    anidb: int,
    target: TargetId,
    anime: Element,
    mappings: list[Element],
    names: tuple[str, str, str],
) -> Row:
    default, offset, season = names
    singles: dict[int, tuple[int, tuple[int, ...]]] = {}
    ranges: list[Segment] = []
    for mapping in mappings:
        there = _number(mapping.get(season))
        if there is None:
            continue
        for source, numbers in _pairs(mapping.text or ""):
            singles[source] = (there, numbers)
        ranges.extend(_range(mapping, there))
    whole = _default(anime.get(default), anime.get(offset))
    segments = list(_overruled(ranges, dict.fromkeys(singles)))
    placed = [segment.source for segment in segments]
    if whole is not None and not (whole.season == ABSOLUTE and (placed or singles)):
        segments.extend(_overruled([whole], dict.fromkeys(singles), placed))
    segments.extend(_single(source, *there) for source, there in singles.items() if there[1])
    return row(anidb, target, Origin.ANIME_LISTS, segments)


def _default(season: str | None, offset: str | None) -> Segment | None:
    """Return where everything lies that nothing else is said of.

    The specials of a show without an offset are no place (I2).
    """
    there = ABSOLUTE if season == "a" else _number(season)
    if there is None or (there == 0 and not offset):
        return None
    return _shifted(Span(1, None), there, _integer(offset))


def _range(mapping: Element, season: int) -> Iterator[Segment]:
    first, last = _number(mapping.get("start")), _number(mapping.get("end"))
    offset = mapping.get("offset")
    if first is None and last is None and not offset:
        return  # it holds single pairs alone
    segment = _shifted(Span(first or 1, last), season, _integer(offset))
    if segment is not None:
        yield segment


def _shifted(source: Span, season: int, offset: int) -> Segment | None:
    """Return a segment with an offset; what would lie before the first episode is left out."""
    first = max(source.first, 1 - offset, 1)
    if source.last is not None and source.last < first:
        return None
    last = None if source.last is None else source.last + offset
    return Segment(Span(first, source.last), season, (Span(first + offset, last),))


def _overruled(
    segments: list[Segment], singles: Mapping[int, None], ranges: list[Span] | None = None
) -> Iterator[Segment]:
    """Yield segments without the episodes that something else speaks of."""
    taken = sorted([Span(source, source) for source in singles] + (ranges or []))
    for segment in segments:
        first, end = segment.source
        offset = segment.targets[0].first - first
        for start, last in taken:
            if end is not None and start > end:
                break
            if start > first:
                yield _piece(first, start - 1, segment.season, offset)
            if last is None:
                first = -1
                break
            first = max(first, last + 1)
        if first > 0 and (end is None or first <= end):
            yield _piece(first, end, segment.season, offset)


def _piece(first: int, last: int | None, season: int, offset: int) -> Segment:
    there = Span(first + offset, None if last is None else last + offset)
    return Segment(Span(first, last), season, (there,))


def _single(source: int, season: int, numbers: tuple[int, ...]) -> Segment:
    targets = tuple(Span(number, number) for number in numbers)
    return Segment(Span(source, source), season, targets, len(numbers))


def _pairs(text: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    for pair in text.split(";"):
        source, _, there = pair.strip().partition("-")
        number = _number(source)
        if number:
            found = (_number(one) for one in there.split("+"))
            yield number, tuple(one for one in found if one)


def _films(anidb: int, provider: Provider, ids: str) -> Iterator[Row]:
    """Yield a film. Of several, nobody says which of them is which episode."""
    found = [one for one in ids.replace(" ", "").split(",") if one.removeprefix("tt").isdecimal()]
    for one in found:
        if len(found) > 1:
            yield id_only(anidb, provider, one)
        else:
            segment = Segment(Span(1, 1), FILM.season, (Span(1, 1),))
            yield row(anidb, TargetId(provider, one), Origin.ANIME_LISTS, [segment])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _integer(text: str | None) -> int:
    text = text or "0"
    number = _number(text.removeprefix("-")) or 0
    return -number if text.startswith("-") else number


class _Builder:
    """Makes elements of `<anime>` from what the parser sees, and refuses declarations."""

    def __init__(self) -> None:
        self.done: list[Element] = []
        self._open: list[Element] = []
        self.is_closed = False
        self._root: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = name
            if name != "anime-list":
                raise NotTheShape(f"<{name[:20]}> where <anime-list> should be")
            return
        element = Element(name, attributes)
        if self._open:
            self._open[-1].append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        if not self._open:
            self.is_closed = True
            return
        element = self._open.pop()
        if not self._open:
            self.done.append(element)

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1].text = (self._open[-1].text or "") + data

    def refuse(self, *_: object) -> None:
        raise NotTheShape("declares a document type")


def _elements(file: Readable) -> Iterator[Element]:
    """Yield the elements below the root, one after the other."""
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    # With no document type there are no entities but the five of XML itself: none to expand.
    parser.StartDoctypeDeclHandler = builder.refuse
    read = since = 0
    try:
        while data := file.read(_CHUNK):
            read += len(data)
            since += len(data)
            if read > MOST_BYTES:
                raise NotTheShape("larger than any table is")
            if since > _LONGEST:
                raise NotTheShape("an entry without an end")
            parser.Parse(data, False)
            if builder.done:
                since = 0
            yield from builder.done
            builder.done.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise NotTheShape("cut short, or no XML") from error
    if not builder.is_closed:
        raise NotTheShape("cut short")
