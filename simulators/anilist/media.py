"""Anime as AniList shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

type Day = tuple[int | None, int | None, int | None]
"""Year, month and day, each of which may be missing."""

NO_DAY: Day = (None, None, None)


@dataclass(slots=True)
class AniListMedia:
    """An anime. `next_airing`: the next episode's number, and when it airs (seconds since 1970)."""

    id: int
    romaji: str
    english: str | None = None
    native: str | None = None
    mal: int | None = None
    format: str | None = "TV"
    status: str | None = "FINISHED"
    episodes: int | None = None
    duration: int | None = 24
    start: Day = NO_DAY
    end: Day = NO_DAY
    synonyms: tuple[str, ...] = ()
    is_adult: bool = False
    next_airing: tuple[int, int] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names, by which it is found."""
        return tuple(
            name for name in (self.romaji, self.english, self.native, *self.synonyms) if name
        )

    def fields(self, now: int) -> dict[str, Any]:
        """Return what may be asked of a `Media`, but for what concerns a person."""
        return {
            "id": self.id,
            "idMal": self.mal,
            "title": {
                "romaji": self.romaji,
                "english": self.english,
                "native": self.native,
                "userPreferred": self.romaji,
            },
            "type": "ANIME",
            "format": self.format,
            "status": self._status,
            "startDate": day_fields(self.start),
            "endDate": day_fields(self.end),
            "season": None if self.start[1] is None else _SEASONS[self.start[1] % 12 // 3],
            "seasonYear": self.start[0],
            "episodes": self.episodes,
            "duration": self.duration,
            "synonyms": list(self.synonyms),
            "isAdult": self.is_adult,
            "siteUrl": f"https://anilist.co/anime/{self.id}",
            "nextAiringEpisode": self.airing(now),
        }

    def airing(self, now: int) -> dict[str, Any] | None:
        """Return what may be asked of the next `AiringSchedule`."""
        if self.next_airing is None:
            return None
        episode, airs_at = self.next_airing
        return {
            "id": self.id * 1000 + episode,
            "airingAt": airs_at,
            "timeUntilAiring": airs_at - now,
            "episode": episode,
            "mediaId": self.id,
            "media": lambda _: self.fields(now),
        }

    def _status(self, arguments: Mapping[str, Any]) -> str | None:
        # HIATUS is a word of the second version; the first one calls it releasing.
        if self.status == "HIATUS" and (arguments.get("version") or 1) < 2:
            return "RELEASING"
        return self.status


_SEASONS = ("WINTER", "SPRING", "SUMMER", "FALL")


def day_fields(day: Day) -> dict[str, int | None]:
    """Return what may be asked of a `FuzzyDate`."""
    return {"year": day[0], "month": day[1], "day": day[2]}
