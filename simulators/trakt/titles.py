"""Which title an id of whatever kind belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import numbers, shapes
from .entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.catalog import CatalogTitle

SOURCES = ("trakt", "slug", "imdb", "tmdb", "tvdb")


class Titles:
    """The films and shows that Trakt knows."""

    def __init__(self, titles: Iterable[CatalogTitle]) -> None:
        self._found: dict[tuple[str, str, int | str], CatalogTitle] = {}
        for title in titles:
            self.add(title)

    def add(self, title: CatalogTitle) -> None:
        """Let Trakt know a title."""
        kind = "show" if title.is_show else "movie"
        shown = shapes.show(title) if title.is_show else shapes.movie(title)
        ids = shown["ids"]
        assert isinstance(ids, dict)
        for source in SOURCES:
            if ids.get(source) is not None:
                self._found.setdefault((kind, source, ids[source]), title)

    def change(self, title: CatalogTitle) -> None:
        """Let Trakt know a title as it is now, in place of what had its ids."""
        gone = {
            found
            for (_, source, value), found in self._found.items()
            if found.is_show == title.is_show and (source, value) == ("trakt", title.trakt)
        }
        self._found = {key: found for key, found in self._found.items() if found not in gone}
        self.add(title)

    def find(self, kind: str, source: str, value: int | str) -> Entry | None:
        """Return the film, show, season or episode of an id. Films have no TVDB ids."""
        if kind in ("movie", "show"):
            title = self._found.get((kind, source, value))
            return None if title is None else Entry(title)
        if source not in numbers.BESIDE or not isinstance(value, int):
            return None
        read = numbers.season_of if kind == "season" else numbers.episode_of
        place = read(source, value)
        if place is None:
            return None
        title = self._found.get(("show", "trakt", place[0]))
        return None if title is None else self.part(title, *place[1:])

    @staticmethod
    def part(title: CatalogTitle, season: int, episode: int | None = None) -> Entry | None:
        """Return a season or an episode of a show; None where it has no such thing."""
        try:
            return Entry(title, season, episode)
        except ValueError:
            return None

    def slug_or_number(self, kind: str, text: str) -> CatalogTitle | None:
        """Return the title that a path names by Trakt's number, its slug or its IMDb id."""
        number = int(text) if text.isascii() and text.isdigit() else -1
        for key in ((kind, "trakt", number), (kind, "slug", text), (kind, "imdb", text)):
            if key in self._found:
                return self._found[key]
        return None
