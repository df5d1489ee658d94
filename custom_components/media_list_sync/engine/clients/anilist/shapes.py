"""From AniList's JSON to values. Everything here raises Misshapen for what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...captions import caption
from ...watch import Airing, Anime, Entry, Format, FuzzyDate, ListStatus
from ..shape import (
    Misshapen,
    Row,
    array,
    child,
    child_or_none,
    children,
    flag,
    mapping,
    number,
    number_or_none,
    text_or_none,
    words,
)
from .models import AniListUser, Chunk, ListedEntry, Saved
from .queries import alias

_STATUSES: Mapping[object, ListStatus] = {status.value: status for status in ListStatus}
_FORMATS: Mapping[object, Format] = {form.value: form for form in Format}
_AIRINGS: Mapping[object, Airing] = {airing.value: airing for airing in Airing}


@dataclass(frozen=True, slots=True)
class GraphError:
    """An error, which may come with any status. `fields`: what is said of which argument."""

    message: str
    status: int | None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply[T]:
    """An answer: what was asked for, or what there is of it beside errors."""

    value: T | None
    errors: tuple[GraphError, ...] = ()


def reply[T](build: Callable[[Row], T], *, partial: bool = False) -> Callable[[object], Reply[T]]:
    """Return a reader of answers.

    Without `partial` an error anywhere counts for all: what comes beside it has holes, and nothing
    is concluded from holes.
    """

    def read(value: object) -> Reply[T]:
        answer = mapping(value)
        errors = tuple(_error(mapping(row, "error")) for row in array(answer.get("errors") or []))
        if not errors:
            return Reply(build(child(answer, "data")))
        data = child_or_none(answer, "data")
        return Reply(None if data is None or not partial else build(data), errors)

    return read


def _error(row: Row) -> GraphError:
    validation = row.get("validation")
    status = row.get("status")
    return GraphError(
        message=text_or_none(row, "message") or "",
        status=status if isinstance(status, int) else None,
        fields={
            name: " ".join(map(str, words)) if isinstance(words, list) else str(words)
            for name, words in (validation.items() if isinstance(validation, dict) else ())
        },
    )


def user(name: str) -> Callable[[Row], AniListUser]:
    """Return a reader of a person who stands under a name in the answer."""
    return lambda data: _user(child(data, name))


def _user(row: Row) -> AniListUser:
    anime = child_or_none(child_or_none(row, "statistics") or {}, "anime") or {}
    return AniListUser(
        id=number(row, "id"),
        name=words(row, "name"),
        score_format=text_or_none(child_or_none(row, "mediaListOptions") or {}, "scoreFormat")
        or "",
        counts={
            _STATUSES[counted["status"]]: number(counted, "count")
            for counted in (children(anime, "statuses") if anime.get("statuses") else ())
            if counted.get("status") in _STATUSES
        },
    )


def chunk(data: Row) -> Chunk:
    """Read a chunk of a list."""
    whole = child(data, "MediaListCollection")
    entries: dict[int, Entry] = {}
    for group in children(whole, "lists"):
        for row in children(group, "entries"):
            if number(row, "mediaId") not in entries:
                entries[row["mediaId"]] = _entry(row)
    return Chunk(tuple(entries.values()), flag(whole, "hasNextChunk"))


def changed(data: Row) -> Chunk:
    """Read a page of the entries that changed last."""
    page = child(data, "Page")
    entries = tuple(_entry(row) for row in children(page, "mediaList"))
    return Chunk(entries, flag(child(page, "pageInfo"), "hasNextPage"))


def listed(data: Row) -> tuple[ListedEntry, ...]:
    """Read entries with all that a person may have put to them."""
    rows = children(child(data, "Page"), "mediaList")
    return tuple(ListedEntry(_entry(row), _is_plain(row)) for row in rows)


def _is_plain(row: Row) -> bool:
    return not (
        text_or_none(row, "notes")
        or number_or_none(row, "priority")
        or flag(row, "hiddenFromStatusLists")
        or flag(row, "private")
        or _has_any(row, "customLists")
        or _has_any(row, "advancedScores")
    )


def _has_any(row: Row, key: str) -> bool:
    """Say whether a map from names has anything; an empty one comes as an array, or not at all."""
    value = row.get(key) or {}
    return any((mapping(value, key) if value else {}).values())


def media(data: Row) -> tuple[Anime, ...]:
    """Read a page of anime."""
    return tuple(_anime(row) for row in children(child(data, "Page"), "media"))


def saved(media_ids: list[int]) -> Callable[[Row], dict[int, Saved]]:
    """Return a reader of the changes that were saved, by their place among those sent."""

    def read(data: Row) -> dict[int, Saved]:
        rows = {index: child_or_none(data, alias(index)) for index in range(len(media_ids))}
        out = {index: _saved(row) for index, row in rows.items() if row is not None}
        if any(one.media_id != media_ids[index] for index, one in out.items()):
            raise Misshapen("another entry than the one that was changed")
        return out

    return read


def deleted(count: int) -> Callable[[Row], dict[int, None]]:
    """Return a reader of which entries were deleted, by their place among those sent."""

    def read(data: Row) -> dict[int, None]:
        rows = {index: child_or_none(data, alias(index)) for index in range(count)}
        return {index: None for index, row in rows.items() if row is not None and _is_deleted(row)}

    return read


def _is_deleted(row: Row) -> bool:
    if row.get("deleted") is not True:
        raise Misshapen("an entry that is not deleted")
    return True


def _saved(row: Row) -> Saved:
    return Saved(
        id=number(row, "id"),
        media_id=number(row, "mediaId"),
        status=_status(row),
        progress=number_or_none(row, "progress") or 0,
        repeat=number_or_none(row, "repeat") or 0,
        score=_score(row),
        started=_day(row, "startedAt"),
        completed=_day(row, "completedAt"),
        updated_at=number_or_none(row, "updatedAt") or 0,
    )


def _entry(row: Row) -> Entry:
    about = child_or_none(row, "media")
    return Entry(
        id=number(row, "id"),
        anime=Anime(number(row, "mediaId"), ()) if about is None else _anime(about),
        status=_status(row),
        progress=number_or_none(row, "progress") or 0,
        repeat=number_or_none(row, "repeat") or 0,
        score=_score(row),
        started=_day(row, "startedAt"),
        completed=_day(row, "completedAt"),
        is_private=flag(row, "private"),
        updated_at=number_or_none(row, "updatedAt") or 0,
    )


def _anime(row: Row) -> Anime:
    following = child_or_none(row, "nextAiringEpisode") or {}
    return Anime(
        id=number(row, "id"),
        titles=_titles(row),
        format=_FORMATS.get(row.get("format"), Format.UNKNOWN),
        airing=_AIRINGS.get(row.get("status"), Airing.UNKNOWN),
        episodes=number_or_none(row, "episodes"),
        next_episode=number_or_none(following, "episode"),
        next_airs_at=number_or_none(following, "airingAt"),
        started=_day(row, "startDate"),
        ended=_day(row, "endDate"),
        mal=number_or_none(row, "idMal"),
        is_adult=flag(row, "isAdult"),
    )


def _titles(row: Row) -> tuple[str, ...]:
    names: Mapping[str, Any] = child_or_none(row, "title") or {}
    some = [names.get(key) for key in ("userPreferred", "romaji", "english", "native")]
    some += array(row.get("synonyms") or [], "synonyms")
    return tuple(dict.fromkeys(caption(name) for name in some if isinstance(name, str) and name))


def _status(row: Row) -> ListStatus:
    """Return how it stands. A word of later is no reason to leave an entry out: it would look gone."""
    status = _STATUSES.get(row.get("status"))
    if status is None:
        raise Misshapen("a status that is not known")
    return status


def _score(row: Row) -> int:
    score = row.get("score") or 0
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise Misshapen("score is no number")
    return round(score)


def _day(row: Row, key: str) -> FuzzyDate:
    day = child_or_none(row, key)
    if day is None:
        return FuzzyDate()
    return FuzzyDate(
        number_or_none(day, "year"), number_or_none(day, "month"), number_or_none(day, "day")
    )
