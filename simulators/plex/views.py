"""What each person has watched and rated.

Kept by guid, as the server does it: the copies of one title in two libraries share it, where the
same agent named them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .items import Episode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .items import Item, Leaf, Season, Show
    from .people import Person


@dataclass(slots=True)
class View:
    """One title, as one person knows it. Times are epoch seconds."""

    count: int = 0
    at: int | None = None
    offset: int = 0
    """Where it was left, in milliseconds; 0 for what is not begun."""
    rating: float | None = None
    rated_at: int | None = None

    def fields(self) -> dict[str, object]:
        """Return what stands in the row: nothing of what was not watched or not rated."""
        out: dict[str, object] = {}
        if self.rating is not None:
            out |= {"userRating": self.rating, "lastRatedAt": self.rated_at}
        if self.offset:
            out["viewOffset"] = self.offset
        if self.count:
            out["viewCount"] = self.count
        if self.at is not None:
            out["lastViewedAt"] = self.at
        return out


NEVER = View()


class Views:
    """The views of everybody."""

    def __init__(self) -> None:
        self._by_person: dict[int, dict[str, View]] = {}

    def of(self, person: Person) -> Mapping[str, View]:
        """Return a person's views by guid."""
        return self._by_person.setdefault(person.id, {})

    def watched(self, person: Person, leaf: Leaf, at: int) -> None:
        """Count a leaf once more, and with an episode also its season and show."""
        self._count(person, leaf, at)
        if isinstance(leaf, Episode):
            self._count(person, leaf.season, at)
            self._count(person, leaf.season.show, at)

    def begun(self, person: Person, leaf: Leaf, at: int, offset: int) -> None:
        """Note how far a leaf was played. It has a date then, and is not watched for that."""
        view = self._view(person, leaf)
        view.at, view.offset = at, offset

    def marked_whole(self, person: Person, item: Season | Show, at: int) -> None:
        """Count every episode once more. The season and show get no record of their own."""
        for leaf in item.leaves():
            self._count(person, leaf, at)

    def unmarked(self, person: Person, item: Item) -> None:
        """Forget that an item, and all that is in it, was watched."""
        for one in (item, *item.leaves()):
            view = self._view(person, one)
            view.count, view.at, view.offset = 0, None, 0

    def rated(self, person: Person, item: Item, rating: float | None, at: int) -> None:
        """Keep a rating of 0 to 10, or take it away."""
        view = self._view(person, item)
        view.rating, view.rated_at = rating, None if rating is None else at

    def _count(self, person: Person, item: Item, at: int) -> None:
        view = self._view(person, item)
        view.count += 1
        view.at, view.offset = at, 0

    def _view(self, person: Person, item: Item) -> View:
        return self._by_person.setdefault(person.id, {}).setdefault(item.guid, View())
