"""The mutations: saving, saving many, deleting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .entries import Account, ListEntry, entry_fields
from .errors import invalid, not_found, unauthorized
from .media import Day
from .scores import taken
from .state import State

_PLAIN = {
    "status": "status",
    "progress": "progress",
    "repeat": "repeat",
    "priority": "priority",
    "private": "private",
    "notes": "notes",
    "hiddenFromStatusLists": "hidden",
}
_DAYS = {"startedAt": "started", "completedAt": "completed"}
_NEVER_NEGATIVE = ("progress", "repeat", "priority")


class Saving:
    """Writes as one person. Completing an anime sets neither its progress nor its dates."""

    def __init__(self, state: State, viewer: Account | None) -> None:
        self._state = state
        self._viewer = viewer

    def save(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Change an entry, or make one: `SaveMediaListEntry`."""
        owner = self._owner()
        entry = self._existing(owner, arguments)
        changes = _checked(arguments, owner)
        before = None
        if entry is not None:
            before = entry.snapshot()
        else:
            media = self._state.media.get(arguments["mediaId"])
            if media is None:
                raise not_found()
            if arguments.get("status") is None:
                raise invalid("status", "The status field is required.")
            entry = self._state.new_entry(owner, media, arguments["status"])
        self._apply(entry, changes)
        self._state.written("SaveMediaListEntry", owner, entry, before)
        return entry_fields(entry, owner, owner, self._state.clock.stamp())

    def update(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Change many entries in the same way: `UpdateMediaListEntries`."""
        owner = self._owner()
        changes = _checked(arguments, owner)
        now = self._state.clock.stamp()
        out = []
        for entry_id in arguments.get("ids") or ():
            entry = _by_id(owner, entry_id)
            if entry is None:
                continue
            before = entry.snapshot()
            self._apply(entry, changes)
            self._state.written("UpdateMediaListEntries", owner, entry, before)
            out.append(entry_fields(entry, owner, owner, now))
        return out

    def delete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Delete an entry: `DeleteMediaListEntry`."""
        owner = self._owner()
        entry = _by_id(owner, arguments.get("id"))
        if entry is None:
            raise not_found()
        del owner.entries[entry.media.id]
        self._state.written("DeleteMediaListEntry", owner, entry, entry.snapshot())
        return {"deleted": True}

    def _owner(self) -> Account:
        if self._viewer is None:
            raise unauthorized()
        return self._viewer

    def _existing(self, owner: Account, arguments: Mapping[str, Any]) -> ListEntry | None:
        if (entry_id := arguments.get("id")) is not None:
            entry = _by_id(owner, entry_id)
            if entry is None:
                raise not_found()
            return entry
        if arguments.get("mediaId") is None:
            raise invalid("mediaId", "The media id field is required when id is not present.")
        return owner.entries.get(arguments["mediaId"])

    def _apply(self, entry: ListEntry, changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            setattr(entry, name, value)
        entry.updated_at = self._state.clock.stamp()


def _by_id(owner: Account, entry_id: object) -> ListEntry | None:
    return next((entry for entry in owner.entries.values() if entry.id == entry_id), None)


def _checked(arguments: Mapping[str, Any], owner: Account) -> dict[str, Any]:
    """Return what is to be changed; null changes nothing."""
    changes: dict[str, Any] = {}
    for argument, name in _PLAIN.items():
        if (value := arguments.get(argument)) is None:
            continue
        if argument in _NEVER_NEGATIVE and value < 0:
            raise invalid(argument, f"The {argument} must be at least 0.")
        changes[name] = value
    if (score := arguments.get("score")) is not None:
        changes["score"] = taken(score, owner.score_format)
    if (raw := arguments.get("scoreRaw")) is not None:
        if not 0 <= raw <= 100:
            raise invalid("scoreRaw", "The score raw must be between 0 and 100.")
        changes["score"] = raw
    if (names := arguments.get("customLists")) is not None:
        changes["custom_lists"] = tuple(name for name in owner.custom_lists if name in names)
    for argument, name in _DAYS.items():
        if (value := arguments.get(argument)) is not None:
            changes[name] = _day(argument, value)
    return changes


def _day(argument: str, value: Mapping[str, int | None]) -> Day:
    year, month, day = value.get("year"), value.get("month"), value.get("day")
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        raise invalid(argument, f"The {argument} is not a valid date.")
    return (year or None, month, day)
