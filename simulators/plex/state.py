"""Everything that the server, plex.tv and discover know, apart from how they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
import hashlib
from typing import TYPE_CHECKING

from .items import MOVIE, SEASON, SHOW, Show, sort_title
from .people import People
from .views import Views

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulators.trakt import Clock

    from .discover import OnlineTitle
    from .items import Item, Leaf, Library, Movie
    from .people import Person
    from .pins import Pins

IDENTIFIER = "com.plexapp.plugins.library"
VERSION = "1.43.2.10687-563d026ea"


@dataclass(frozen=True, slots=True)
class Play:
    """A line of the view history: somebody played something to its end."""

    number: int
    person: Person
    leaf: Leaf
    at: int


@dataclass(slots=True)
class Session:
    """Something that is being played."""

    key: int
    person: Person
    leaf: Leaf
    offset: int
    """How far it is, in milliseconds."""


@dataclass(slots=True)
class State:
    """People, libraries, views and codes."""

    clock: Clock
    pins: Pins
    name: str
    people: People = field(default_factory=People)
    libraries: dict[int, Library] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    views: Views = field(default_factory=Views)
    history: list[Play] = field(default_factory=list)
    sessions: dict[int, Session] = field(default_factory=dict)
    online: dict[str, OnlineTitle] = field(default_factory=dict)
    """Titles that discover knows, by key."""
    last_key: int = 0
    last_session: int = 0
    _ordered: dict[tuple[int, int], tuple[int, Sequence[Item]]] = field(default_factory=dict)

    @property
    def machine(self) -> str:
        """Return the server's `machineIdentifier`, which stays when it moves."""
        return hashlib.sha256(f"plex server {self.name}".encode()).hexdigest()[:40]

    def now(self) -> int:
        """Return the time in epoch seconds."""
        return int(self.clock.now())

    def next_key(self) -> int:
        """Return a number for an item. That of a removed one is not given again."""
        self.last_key += 1
        return self.last_key

    def ordered(self, library: Library, kind: int) -> Sequence[Item]:
        """Return all items of a kind in the order that is used when none is asked for."""
        version, items = self._ordered.get((library.number, kind), (-1, ()))
        if version != library.version:
            tops = sorted(library.items.values(), key=lambda top: sort_title(top.title).lower())
            items = list(_below(tops, kind))
            self._ordered[library.number, kind] = (library.version, items)
        return items

    def changed(self, library: Library) -> None:
        """Note that something came to a library or went from it."""
        library.version += 1
        library.changed_at = self.now()


def _below(tops: Iterable[Movie | Show], kind: int) -> Iterable[Item]:
    for top in tops:
        if top.kind == kind:
            yield top
        elif isinstance(top, Show):
            yield from top.seasons.values() if kind == SEASON else top.leaves()


def default_kind(library: Library) -> int:
    """Return what a library has at its top."""
    return MOVIE if library.type == "movie" else SHOW
