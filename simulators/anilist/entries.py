"""People and what stands on their lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .media import NO_DAY, AniListMedia, Day, day_fields
from .scores import shown

SECTIONS = ("Story", "Characters", "Visuals", "Audio", "Enjoyment")
"""What advanced scores are given for, unless a person has named other sections."""


@dataclass(slots=True)
class ListEntry:
    """An entry of a list. `score` is 0 to 100, times are in seconds since 1970."""

    id: int
    media: AniListMedia
    status: str
    score: int = 0
    progress: int = 0
    repeat: int = 0
    priority: int = 0
    private: bool = False
    notes: str | None = None
    hidden: bool = False
    """Whether it stands on custom lists only."""
    custom_lists: tuple[str, ...] = ()
    advanced_scores: Mapping[str, float] = field(default_factory=dict)
    """Those that were given, by section."""
    started: Day = NO_DAY
    completed: Day = NO_DAY
    updated_at: int = 0
    created_at: int = 0

    def snapshot(self) -> dict[str, Any]:
        """Return all of it as it is now, with the anime's id as `media`."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**values, "media": self.media.id}


@dataclass(slots=True)
class Account:
    """A person. A private one is not shown to others."""

    id: int
    name: str
    score_format: str = "POINT_100"
    private: bool = False
    split_completed: bool = False
    """Whether completed anime stand on a list for each format."""
    custom_lists: list[str] = field(default_factory=list)
    entries: dict[int, ListEntry] = field(default_factory=dict)
    """By the anime's id."""

    def visible(self, viewer: Account | None) -> list[ListEntry]:
        """Return the entries that somebody sees, in the order in which they came."""
        return [entry for entry in self.entries.values() if viewer is self or not entry.private]

    def fields(self, viewer: Account | None) -> dict[str, Any]:
        """Return all that may be asked of a `User`."""
        return {
            "id": self.id,
            "name": self.name,
            "siteUrl": f"https://anilist.co/user/{self.name}",
            "mediaListOptions": {
                "scoreFormat": self.score_format,
                "animeList": {
                    "splitCompletedSectionByFormat": self.split_completed,
                    "customLists": list(self.custom_lists),
                },
            },
            "statistics": lambda _: {"anime": self._statistics(viewer)},
        }

    def _statistics(self, viewer: Account | None) -> dict[str, Any]:
        seen = self.visible(viewer)
        counted = Counter(entry.status for entry in seen)
        return {
            "count": len(seen),
            "episodesWatched": sum(entry.progress for entry in seen),
            "statuses": [{"status": name, "count": n} for name, n in counted.most_common()],
        }


def entry_fields(
    entry: ListEntry, owner: Account, viewer: Account | None, now: int
) -> dict[str, Any]:
    """Return all that may be asked of a `MediaList`."""

    def score(arguments: Mapping[str, Any]) -> float:
        return shown(entry.score, arguments.get("format") or owner.score_format)

    def custom_lists(arguments: Mapping[str, Any]) -> object:
        names = owner.custom_lists
        if arguments.get("asArray"):
            return [{"name": name, "enabled": name in entry.custom_lists} for name in names]
        return {name: name in entry.custom_lists for name in names} or None

    return {
        "id": entry.id,
        "userId": owner.id,
        "mediaId": entry.media.id,
        "status": entry.status,
        "score": score,
        "progress": entry.progress,
        "repeat": entry.repeat,
        "priority": entry.priority,
        "private": entry.private,
        "notes": entry.notes,
        "hiddenFromStatusLists": entry.hidden,
        "customLists": custom_lists,
        "advancedScores": {name: entry.advanced_scores.get(name, 0) for name in SECTIONS},
        "startedAt": day_fields(entry.started),
        "completedAt": day_fields(entry.completed),
        "updatedAt": entry.updated_at,
        "createdAt": entry.created_at,
        "media": lambda _: entry.media.fields(now),
        "user": lambda _: owner.fields(viewer),
    }
