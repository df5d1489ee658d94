"""A person's list as one collection: grouped, and cut into chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .entries import Account, ListEntry, entry_fields
from .errors import RefusedError
from .state import State

PER_CHUNK = 500

_ORDER = ("CURRENT", "COMPLETED", "PLANNING", "PAUSED", "DROPPED", "REPEATING")
_NAMES = {
    "CURRENT": "Watching",
    "COMPLETED": "Completed",
    "PLANNING": "Planning",
    "PAUSED": "Paused",
    "DROPPED": "Dropped",
    "REPEATING": "Rewatching",
}
_SORTS: Mapping[str, Callable[[ListEntry], tuple[int, int]]] = {
    "MEDIA_ID": lambda entry: (entry.media.id, 0),
    "UPDATED_TIME": lambda entry: (entry.updated_at, entry.id),
    "ADDED_TIME": lambda entry: (entry.created_at, entry.id),
}


def filtered(entries: Iterable[ListEntry], arguments: Mapping[str, Any]) -> list[ListEntry]:
    """Return the entries that the arguments ask for, in the order that they ask for."""
    if arguments.get("type") == "MANGA":
        return []
    chosen = list(entries)
    if (status := arguments.get("status")) is not None:
        chosen = [entry for entry in chosen if entry.status == status]
    if (some := arguments.get("status_in")) is not None:
        chosen = [entry for entry in chosen if entry.status in some]
    if (some := arguments.get("status_not_in")) is not None:
        chosen = [entry for entry in chosen if entry.status not in some]
    if (media := arguments.get("mediaId")) is not None:
        chosen = [entry for entry in chosen if entry.media.id == media]
    if (some := arguments.get("mediaId_in")) is not None:
        chosen = [entry for entry in chosen if entry.media.id in some]
    for sort in reversed(arguments.get("sort") or ["MEDIA_ID"]):
        chosen.sort(key=_SORTS[sort.removesuffix("_DESC")], reverse=sort.endswith("_DESC"))
    return chosen


def collection(
    state: State, owner: Account, viewer: Account | None, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what may be asked of a `MediaListCollection`.

    A chunk is of entries. One that is on custom lists stands in the answer several times.
    """
    if arguments.get("type") is None:
        raise RefusedError(400, "validation", {"type": ["The type field is required."]})
    chosen = filtered(owner.visible(viewer), arguments)
    chunk = max(arguments.get("chunk") or 1, 1)
    size = min(max(arguments.get("perChunk") or PER_CHUNK, 1), PER_CHUNK)
    more = len(chosen) > chunk * size
    now = state.clock.stamp()
    single = bool(arguments.get("forceSingleCompletedList")) or not owner.split_completed
    groups = _grouped(chosen[(chunk - 1) * size : chunk * size], owner, single=single)
    return {
        "hasNextChunk": more,
        "user": owner.fields(viewer),
        "lists": [
            {
                **about,
                "entries": [entry_fields(entry, owner, viewer, now) for entry in entries],
            }
            for about, entries in groups
        ],
    }


def _grouped(
    entries: list[ListEntry], owner: Account, *, single: bool
) -> list[tuple[dict[str, object], list[ListEntry]]]:
    groups: list[tuple[dict[str, object], list[ListEntry]]] = []
    for status in _ORDER:
        own = [entry for entry in entries if entry.status == status and not entry.hidden]
        if status == "COMPLETED" and not single:
            for form in sorted({str(entry.media.format) for entry in own}):
                some = [entry for entry in own if str(entry.media.format) == form]
                groups.append((_group(f"Completed {form}", status, split=True), some))
        elif own:
            groups.append((_group(_NAMES[status], status), own))
    custom = {
        name: [entry for entry in entries if name in entry.custom_lists]
        for name in owner.custom_lists
    }
    groups += [(_group(name, None, custom=True), some) for name, some in custom.items() if some]
    return groups


def _group(
    name: str, status: str | None, *, custom: bool = False, split: bool = False
) -> dict[str, object]:
    return {
        "name": name,
        "status": status,
        "isCustomList": custom,
        "isSplitCompletedList": split,
    }
