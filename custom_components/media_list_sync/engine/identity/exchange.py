"""Manual mappings as a file: in AniBridge's own format, or in ours; in and out.

Ours is `{"media_list_sync_mappings": 1, "mappings": [{"anilist": 1, "note": "…", "ignore": true},
{"anilist": 2, "provider": "tvdb_show", "target": "3", "ranges": [{"season": 1, "source": "1-12",
"target": "13-24"}]}]}`. It is the only one that can say that an anime is to be ignored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any

from ..placement import Origin, Placement, Provider, Segment
from ..segments import joined, span_to_text
from ..store.manual import ManualMapping
from . import anibridge
from .manual import MappingRefused, Wrong, checked, target_id

MAX_BYTES = 2 * 1024**2
"""How large a file may be: 20,000 mappings, more than there are anime on TV."""
MOST_MAPPINGS = 20_000
_NOTE_LENGTH = 200
_MARK = "media_list_sync_mappings"
_VERSION = 1


class NoMappings(Exception):
    """A file is not one of mappings at all: `reason` is too_large, not_json or shape."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken, where it stands, and what is wrong with it."""

    where: str
    error: MappingRefused


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says: the mappings that can be taken, and the rows that cannot."""

    mappings: tuple[ManualMapping, ...]
    refused: tuple[RefusedRow, ...]


def read(text: str | bytes, now: datetime, note: str = "") -> Imported:
    """Read a file of either format, row by row; one bad row spoils no other. NoMappings.

    `note` is put down for rows that have none of their own. Takes a second for the largest file:
    meant for a worker thread.
    """
    if len(text) > MAX_BYTES:
        raise NoMappings("too_large")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoMappings("not_json") from error
    if not isinstance(content, dict):
        raise NoMappings("shape")
    if _MARK in content:
        rows = content.get("mappings")
        if content[_MARK] != _VERSION or not isinstance(rows, list):
            raise NoMappings("shape")
        tries = ((f"mappings[{n}]", _own, row) for n, row in enumerate(rows))
    else:
        entries = [(key, value) for key, value in content.items() if not key.startswith("$")]
        if not any(key.startswith("anilist:") for key, _ in entries):
            raise NoMappings("shape")
        tries = ((key, _anibridge, (key, value)) for key, value in entries)
    mappings: list[ManualMapping] = []
    refused: list[RefusedRow] = []
    for where, reader, row in tries:
        try:
            mappings.extend(
                ManualMapping(anilist, placement, (own or note)[:_NOTE_LENGTH], now)
                for anilist, placement, own in list(reader(row))
            )
        except MappingRefused as error:
            refused.append(RefusedRow(where, error))
        if len(mappings) > MOST_MAPPINGS:  # a row may hold any number of them
            raise NoMappings("too_large")
    return Imported(tuple(mappings), tuple(refused))


def to_own(mappings: Iterable[ManualMapping]) -> str:
    """Return mappings as a file of our own format, which loses nothing."""
    rows = [_row(mapping) for mapping in mappings]
    return json.dumps({_MARK: _VERSION, "mappings": rows}, ensure_ascii=False, indent=1)


def to_anibridge(mappings: Iterable[ManualMapping]) -> str:
    """Return mappings as AniBridge reads them. What is to be ignored cannot be said there."""
    entries: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for mapping in mappings:
        if mapping.placement is None:
            continue
        provider, id_ = mapping.placement.target
        for segment in mapping.placement.segments:
            scope = "" if provider.is_film else _scope(provider, segment.season)
            ranges = entries[f"anilist:{mapping.anilist}"].setdefault(
                f"{provider}:{id_}{scope}", {}
            )
            ranges[span_to_text(segment.source)] = _targets(segment)
    return json.dumps(entries, indent=1)


type _Found = tuple[int, Placement | None, str]


def _own(row: Any) -> Iterator[_Found]:
    if not isinstance(row, dict):
        raise MappingRefused(Wrong.RANGES, "no object")
    anilist, note = row.get("anilist"), str(row.get("note") or "")
    if not isinstance(anilist, int) or isinstance(anilist, bool) or not 0 < anilist < 10**9:
        raise MappingRefused(Wrong.ANIME, str(anilist))
    if row.get("ignore") is True:
        yield anilist, None, note
        return
    if row.get("provider") not in set(Provider):
        raise MappingRefused(Wrong.TARGET, str(row.get("provider")))
    provider = Provider(row["provider"])
    target = target_id(provider, str(row.get("target")))
    ranges = row.get("ranges")
    if not isinstance(ranges, list) or not ranges:
        raise MappingRefused(Wrong.RANGES)
    segments: list[Segment] = []
    for one in ranges:
        season = one.get("season", -1) if isinstance(one, dict) else None
        if not isinstance(season, int) or isinstance(season, bool):
            raise MappingRefused(Wrong.NUMBERS, str(season))
        segments.extend(_read_range(one.get("source"), season, one.get("target")))
    yield anilist, checked(Placement(anilist, target, joined(segments), Origin.MANUAL)), note


def _anibridge(row: tuple[str, object]) -> Iterator[_Found]:
    key, value = row
    number = key.removeprefix("anilist:")
    if number == key or not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise MappingRefused(Wrong.ANIME, key)
    if not isinstance(value, Mapping):
        raise MappingRefused(Wrong.RANGES, key)
    segments: defaultdict[Any, list[Segment]] = defaultdict(list)
    for name, ranges in value.items():
        found = anibridge.read_target(name)
        if found is None:
            if name.partition(":")[0] in _ELSEWHERE:
                continue  # of a provider that no tracker of ours counts by
            raise MappingRefused(Wrong.TARGET, name)
        target, season = found
        target_id(*target)
        if not isinstance(ranges, Mapping):
            raise MappingRefused(Wrong.RANGES, name)
        for source, there in ranges.items():
            segments[target].extend(_read_range(source, season, there))
    for target, of_target in segments.items():
        placement = Placement(int(number), target, joined(of_target), Origin.MANUAL)
        yield int(number), checked(placement), ""


_ELSEWHERE = frozenset({"mal", "imdb_show", "anilist", "tvdb_movie"})


def _read_range(source: object, season: int, target: object) -> tuple[Segment, ...]:
    found = anibridge.read_range(str(source), season, str(target))
    if any(not segment.targets for segment in found):
        raise MappingRefused(Wrong.RANGES, f"{source}: {target}")
    return found


def _row(mapping: ManualMapping) -> dict[str, object]:
    row: dict[str, object] = {"anilist": mapping.anilist, "note": mapping.note}
    if mapping.placement is None:
        return {**row, "ignore": True}
    provider, id_ = mapping.placement.target
    ranges = [
        {
            "season": segment.season,
            "source": span_to_text(segment.source),
            "target": _targets(segment),
        }
        for segment in mapping.placement.segments
    ]
    return {**row, "provider": provider, "target": id_, "ranges": ranges}


def _targets(segment: Segment) -> str:
    text = ",".join(span_to_text(span) for span in segment.targets)
    return text if segment.ratio == 1 else f"{text}|{segment.ratio}"


def _scope(provider: Provider, season: int) -> str:
    if provider is Provider.ANIDB:
        return ":R" if season == 1 else ":S"
    return f":s{season}"
