"""What a person has watched: every single play, however often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .entries import Entry

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""How Trakt writes the date of a play of which the person does not know when it was."""


@dataclass(frozen=True, slots=True)
class Play:
    """One play of a film or an episode. `added_at` is when Trakt heard of it."""

    number: int
    entry: Entry
    watched_at: datetime
    added_at: datetime
    action: str = "watch"


type _Place = tuple[int, int, int]
"""Trakt's id of the title, season and number; a film is (id, -1, -1)."""


class Plays:
    """All plays of an account, by their numbers and by what was played."""

    def __init__(self) -> None:
        self._by_number: dict[int, Play] = {}
        self._by_place: dict[_Place, list[Play]] = {}
        self._newest_first: list[Play] | None = None

    def __len__(self) -> int:
        """Return how many plays there are."""
        return len(self._by_number)

    def add(self, play: Play) -> None:
        """Keep a play. The same thing at the same time a second time is a second play."""
        self._by_number[play.number] = play
        self._by_place.setdefault(_place(play.entry), []).append(play)
        self._newest_first = None

    def remove(self, number: int) -> Play | None:
        """Take a play away; None where there is no such play."""
        play = self._by_number.pop(number, None)
        if play is None:
            return None
        place = _place(play.entry)
        self._by_place[place].remove(play)
        if not self._by_place[place]:
            del self._by_place[place]
        self._newest_first = None
        return play

    def of(self, entry: Entry) -> list[Play]:
        """Return the plays of a film or an episode, or of all episodes of a show or season."""
        if entry.kind in ("movie", "episode"):
            return list(self._by_place.get(_place(entry), ()))
        return [
            play
            for season in entry.title.seasons
            if entry.season in (None, season.number)
            for number in season.numbers
            for play in self._by_place.get((entry.title.trakt, season.number, number), ())
        ]

    def newest_first(self) -> list[Play]:
        """Return all plays, the one that was watched last first."""
        if self._newest_first is None:
            self._newest_first = sorted(
                self._by_number.values(),
                key=lambda play: (play.watched_at, play.number),
                reverse=True,
            )
        return self._newest_first

    def watched(self, *, films: bool) -> Iterator[list[Play]]:
        """Yield what was watched, all plays of a film or of an episode together."""
        for (_, season, _), plays in self._by_place.items():
            if (season < 0) is films:
                yield plays


def _place(entry: Entry) -> _Place:
    season = -1 if entry.season is None else entry.season
    return (entry.title.trakt, season, -1 if entry.episode is None else entry.episode)


def last(plays: Iterable[Play]) -> datetime:
    """Return when the last of them was watched."""
    return max(play.watched_at for play in plays)
