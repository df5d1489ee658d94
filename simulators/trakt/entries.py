"""What can stand on a list: a film, a show, a season, an episode, a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import shapes

if TYPE_CHECKING:
    from simulators.catalog import CatalogTitle


@dataclass(frozen=True, slots=True)
class Entry:
    """A title; with `season` that season of it; with `episode` too, that episode."""

    title: CatalogTitle
    season: int | None = None
    episode: int | None = None

    def __post_init__(self) -> None:
        """Refuse what the catalogue does not have."""
        if self.season is None:
            if self.episode is not None:
                raise ValueError("an episode needs a season")
            return
        numbers = {season.number: season.numbers for season in self.title.seasons}
        if self.season not in numbers:
            raise ValueError(f"{self.title.title} has no season {self.season}")
        if self.episode is not None and self.episode not in numbers[self.season]:
            raise ValueError(f"season {self.season} has no episode {self.episode}")

    @property
    def kind(self) -> str:
        """Return the `type` of the entry."""
        if not self.title.is_show:
            return "movie"
        if self.season is None:
            return "show"
        return "season" if self.episode is None else "episode"

    @property
    def fields(self) -> dict[str, object]:
        """Return what stands beside the type: a season and an episode carry their show."""
        title = self.title
        if not title.is_show:
            return {"movie": shapes.movie(title)}
        out: dict[str, object] = {}
        if self.season is not None and self.episode is None:
            out["season"] = shapes.season(title, self.season)
        elif self.season is not None and self.episode is not None:
            out["episode"] = shapes.episode(title, self.season, self.episode)
        return {**out, "show": shapes.show(title)}


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a list."""

    name: str
    trakt: int = 1

    kind = "person"

    @property
    def fields(self) -> dict[str, object]:
        """Return what stands beside the type."""
        return {"person": shapes.person(self.name, self.trakt)}
