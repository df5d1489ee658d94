"""What IMDb answers, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImdbTitle:
    """A title on a list. `kind` is IMDb's word for it: movie, tvSeries, videoGame and so on."""

    id: str
    title: str
    year: int | None
    kind: str
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImdbList:
    """What IMDb says of a list. `owner` is the user's name, empty where IMDb does not tell."""

    id: str
    name: str
    owner: str
    holds_titles: bool
    """Otherwise it is a list of people, or of pictures."""
    modified: str | None
    total: int

    @property
    def fingerprint(self) -> str | None:
        """Return what changes when something comes to the list or leaves it.

        None where IMDb does not say when it was modified.
        """
        return None if self.modified is None else f"{self.modified} {self.total}"


@dataclass(frozen=True, slots=True)
class ImdbPage:
    """A page of a list. A title that IMDb does not have any more is None."""

    about: ImdbList
    titles: tuple[ImdbTitle | None, ...]
    next: str | None
    """The cursor of the next page."""
