"""TMDB, as the server sees it: the catalogue, behind a cache, on a line that can break."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import batched

from ..catalog import CatalogTitle, Season

PAGE = 20


class TmdbError(Exception):
    """TMDB answered with an error."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom TMDB knows, and the films that they are known for (TMDB ids)."""

    tmdb: int
    imdb: str
    name: str
    known_for: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What TMDB found, in the order in which the server lists it."""

    titles: tuple[CatalogTitle, ...] = ()
    persons: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search by text."""

    titles: tuple[CatalogTitle, ...]
    pages: int
    results: int


class Tmdb:
    """The catalogue by id and by words. What was fetched once is kept, as the servers do."""

    def __init__(self, catalog: Iterable[CatalogTitle], persons: Iterable[Person] = ()) -> None:
        """Know these titles and persons."""
        self.failure: int | None = None
        """The status that TMDB answers everything with; None while it works. 500 and 429 occur."""
        self.fetched = 0
        """How many answers did not come from the cache."""
        self._titles: dict[tuple[bool, int], CatalogTitle] = {}
        self._imdb: dict[str, dict[tuple[bool, int], None]] = {}
        self._tvdb: dict[int, dict[tuple[bool, int], None]] = {}
        self._persons = {person.imdb: person for person in persons}
        self._person_ids = {person.tmdb: person for person in self._persons.values()}
        self._cache: dict[Hashable, object] = {}
        for title in catalog:
            self.put(title)

    def put(self, title: CatalogTitle) -> None:
        """Add a title, or change it, and have the server ask anew."""
        key = (title.is_show, title.tmdb)
        old = self._titles.get(key)
        if old is not None and old.imdb is not None:
            self._imdb[old.imdb].pop(key, None)
        if old is not None and old.is_show and old.tvdb is not None:
            self._tvdb[old.tvdb].pop(key, None)
        self._titles[key] = title
        if title.imdb is not None:
            self._imdb.setdefault(title.imdb, {})[key] = None
        if title.is_show and title.tvdb is not None:  # TMDB has no TVDB ids of films
            self._tvdb.setdefault(title.tvdb, {})[key] = None
        self.forget()

    def forget(self) -> None:
        """Empty the cache, as time or a restart of the server does."""
        self._cache.clear()

    def known(self, is_show: bool, tmdb: int) -> CatalogTitle | None:
        """Return a title without asking over the line: for whom plays the world itself."""
        return self._titles.get((is_show, tmdb))

    def title(self, is_show: bool, tmdb: float) -> CatalogTitle:
        """Return a title's details, or raise TmdbError."""
        key = ("title", is_show, tmdb)
        kept = self._cache.get(key)
        if isinstance(kept, CatalogTitle):
            return kept
        self._ask()
        found = self._titles.get((is_show, int(tmdb))) if tmdb == int(tmdb) else None
        if found is None:
            raise TmdbError(404)
        self._cache[key] = found
        return found

    def season(self, tmdb: int, number: int) -> tuple[CatalogTitle, Season]:
        """Return a season of a show, or raise TmdbError."""
        key = ("season", tmdb, number)
        kept = self._cache.get(key)
        if isinstance(kept, tuple):
            return kept
        self._ask()
        show = self._titles.get((True, tmdb))
        for season in show.seasons if show else ():
            if show and season.number == number:
                self._cache[key] = (show, season)
                return show, season
        raise TmdbError(404)

    def person(self, tmdb: int) -> Person:
        """Return a person, or raise TmdbError."""
        self._ask()
        found = self._person_ids.get(tmdb)
        if found is None:
            raise TmdbError(404)
        return found

    def find(self, source: str, identifier: str) -> Found:
        """Return what has an id at IMDb or TVDB: films, then shows, then persons."""
        key = ("find", source, identifier)
        kept = self._cache.get(key)
        if isinstance(kept, Found):
            return kept
        self._ask()
        keys = (
            self._imdb.get(identifier, {})
            if source == "imdb"
            else self._tvdb.get(int(identifier), {})
        )
        person = self._persons.get(identifier)
        found = Found(
            titles=tuple(self._titles[key] for key in sorted(keys)),
            persons=(person,) if person else (),
        )
        self._cache[key] = found
        return found

    def search(self, words: str, page: int) -> Page:
        """Return a page of the titles that have the words in their name."""
        key = ("search", words, page)
        kept = self._cache.get(key)
        if isinstance(kept, Page):
            return kept
        self._ask()
        matches = self._named(words)
        pages = list(batched(matches, PAGE, strict=False))
        found = Page(
            titles=pages[page - 1] if 0 < page <= len(pages) else (),
            pages=max(1, len(pages)),
            results=len(matches),
        )
        self._cache[key] = found
        return found

    def search_year(self, words: str, year: int, *, is_show: bool) -> tuple[CatalogTitle, ...]:
        """Return the films, or shows, of a year that have the words in their name."""
        self._ask()
        return tuple(
            title for title in self._named(words) if title.is_show is is_show and title.year == year
        )

    def _named(self, words: str) -> list[CatalogTitle]:
        wanted = words.strip().lower()
        return [title for title in self._titles.values() if wanted in title.title.lower()]

    def _ask(self) -> None:
        self.fetched += 1
        if self.failure is not None:
            raise TmdbError(self.failure)
