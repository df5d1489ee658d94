"""What is asked of AniList, and how a change is told.

A request may ask for 500 fields at most, each counted as often as it is written down, so that a
batch of changes asks for no more than what was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ...watch import FuzzyDate
from .models import Change

PER_CHUNK: Final = 500
PER_PAGE: Final = 50
CANDIDATES: Final = 10
"""How many titles a search answers: for a person to choose from."""

_DAY = "{ year month day }"
_USER = """
  id name mediaListOptions { scoreFormat } statistics { anime { statuses { status count } } }
"""
_MEDIA = f"""
  id idMal title {{ userPreferred romaji english native }} synonyms format status(version: 2)
  episodes nextAiringEpisode {{ episode airingAt }} startDate {_DAY} endDate {_DAY} isAdult
"""
_SAVED = f"""
  id mediaId status progress repeat score(format: POINT_100)
  startedAt {_DAY} completedAt {_DAY} updatedAt
"""
_ENTRY = f"{_SAVED} private media {{ {_MEDIA} }}"

VIEWER: Final = f"{{ Viewer {{ {_USER} }} }}"
USER: Final = f"query ($id: Int, $name: String) {{ User(id: $id, name: $name) {{ {_USER} }} }}"

# By the anime's number, so that what changes while chunks are read moves nothing from one to
# another. Entries that are hidden from the lists by status stand on those that people made.
LIST: Final = f"""query ($userId: Int!, $chunk: Int!, $perChunk: Int!) {{
  MediaListCollection(
    userId: $userId, type: ANIME, forceSingleCompletedList: true,
    chunk: $chunk, perChunk: $perChunk, sort: [MEDIA_ID]
  ) {{ hasNextChunk lists {{ entries {{ {_ENTRY} }} }} }}
}}"""

CHANGED: Final = f"""query ($userId: Int!, $page: Int!) {{
  Page(page: $page, perPage: {PER_PAGE}) {{
    pageInfo {{ hasNextPage }}
    mediaList(userId: $userId, type: ANIME, sort: [UPDATED_TIME_DESC, MEDIA_ID_DESC]) {{
      {_ENTRY}
    }}
  }}
}}"""

LISTED: Final = f"""query ($userId: Int!, $ids: [Int]) {{
  Page(perPage: {PER_PAGE}) {{
    mediaList(userId: $userId, type: ANIME, mediaId_in: $ids) {{
      {_ENTRY} notes priority hiddenFromStatusLists customLists advancedScores
    }}
  }}
}}"""

MEDIA: Final = f"""query ($ids: [Int]) {{
  Page(perPage: {PER_PAGE}) {{ media(id_in: $ids, type: ANIME) {{ {_MEDIA} }} }}
}}"""

SEARCH: Final = f"""query ($search: String) {{
  Page(perPage: {CANDIDATES}) {{
    media(search: $search, type: ANIME, sort: [SEARCH_MATCH]) {{ {_MEDIA} }}
  }}
}}"""

_TYPES: Final = {
    "id": "Int",
    "mediaId": "Int",
    "status": "MediaListStatus",
    "progress": "Int",
    "repeat": "Int",
    "scoreRaw": "Int",
    "startedAt": "FuzzyDateInput",
    "completedAt": "FuzzyDateInput",
}


def alias(index: int) -> str:
    """Return the key under which the answer to a change stands."""
    return f"e{index}"


def save(changes: Sequence[Change]) -> tuple[str, dict[str, Any]]:
    """Return one mutation for several changes, with its variables."""
    declared: list[str] = []
    fields: list[str] = []
    variables: dict[str, Any] = {}
    for index, change in enumerate(changes):
        given = _arguments(change)
        arguments = ", ".join(f"{name}: ${name}{index}" for name in given)
        fields.append(f"{alias(index)}: SaveMediaListEntry({arguments}) {{ {_SAVED} }}")
        for name, value in given.items():
            declared.append(f"${name}{index}: {_TYPES[name]}")
            variables[f"{name}{index}"] = value
    return f"mutation ({', '.join(declared)}) {{ {' '.join(fields)} }}", variables


def delete(entries: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """Return one mutation that deletes several entries, with its variables."""
    declared = ", ".join(f"$id{index}: Int" for index in range(len(entries)))
    fields = " ".join(
        f"{alias(index)}: DeleteMediaListEntry(id: $id{index}) {{ deleted }}"
        for index in range(len(entries))
    )
    variables = {f"id{index}": entry for index, entry in enumerate(entries)}
    return f"mutation ({declared}) {{ {fields} }}", variables


def _arguments(change: Change) -> dict[str, Any]:
    everything = {
        "id": change.entry,
        "mediaId": change.media_id if change.entry is None else None,
        "status": change.status,
        "progress": change.progress,
        "repeat": change.repeat,
        "scoreRaw": change.score,
        "startedAt": _day(change.started),
        "completedAt": _day(change.completed),
    }
    return {name: value for name, value in everything.items() if value is not None}


def _day(day: FuzzyDate | None) -> dict[str, int | None] | None:
    return None if day is None else day._asdict()
