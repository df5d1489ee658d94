"""What lies in the libraries: films, and shows with their seasons and episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOVIE, SHOW, SEASON, EPISODE = 1, 2, 3, 4
KINDS = {MOVIE: "movie", SHOW: "show", SEASON: "season", EPISODE: "episode"}

NEW_AGENTS = {"show": "tv.plex.agents.series", "movie": "tv.plex.agents.movie"}


@dataclass(slots=True, eq=False)
class Library:
    """A section of the server: films or shows."""

    number: int
    title: str
    type: str
    agent: str
    ordering: str
    """Whose numbering its shows have, unless a show says otherwise."""
    changed_at: int
    items: dict[int, Movie | Show] = field(default_factory=dict)
    version: int = 0
    """Moves with everything that comes and goes."""

    @property
    def legacy(self) -> bool:
        """Say whether an agent of the old kind names its titles."""
        return self.agent not in NEW_AGENTS.values()

    @property
    def uuid(self) -> str:
        """Return the UUID of the section."""
        digits = hashlib.sha256(f"plex section {self.number}".encode()).hexdigest()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


@dataclass(slots=True, eq=False)
class Movie:
    """A film."""

    key: int
    library: Library
    guid: str
    title: str
    year: int
    ids: tuple[str, ...]
    added_at: int
    updated_at: int
    number: None = field(default=None, init=False)
    kind: int = field(default=MOVIE, init=False)

    @property
    def aired(self) -> date:
        """Return the day it was released."""
        return date(self.year, 5, 1)

    def leaves(self) -> Iterator[Movie]:
        """Yield itself: the thing that can be watched."""
        yield self


@dataclass(slots=True, eq=False)
class Show:
    """A show."""

    key: int
    library: Library
    guid: str
    title: str
    year: int
    ids: tuple[str, ...]
    added_at: int
    updated_at: int
    ordering: str | None = None
    """None: as its library."""
    collections: tuple[str, ...] = ()
    seasons: dict[int, Season] = field(default_factory=dict)
    number: int = field(default=1, init=False)
    kind: int = field(default=SHOW, init=False)

    @property
    def aired(self) -> date:
        """Return the day its first episode was aired."""
        return date(self.year, 1, 1)

    def leaves(self) -> Iterator[Episode]:
        """Yield all episodes, the specials first, as Plex has them."""
        for season in self.seasons.values():
            yield from season.episodes.values()


@dataclass(slots=True, eq=False)
class Season:
    """A season; number 0 has the specials."""

    key: int
    show: Show
    number: int
    guid: str
    updated_at: int
    episodes: dict[int, Episode] = field(default_factory=dict)
    kind: int = field(default=SEASON, init=False)

    @property
    def library(self) -> Library:
        """Return where it lies."""
        return self.show.library

    @property
    def title(self) -> str:
        """Return its name."""
        return f"Season {self.number}" if self.number else "Specials"

    @property
    def year(self) -> int:
        """Return the year of its first episode."""
        return self.show.year + max(0, self.number - 1)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return its ids elsewhere."""
        return _made_up_ids(self.show.library, self.key)

    @property
    def added_at(self) -> int:
        """Return when it came, in epoch seconds."""
        return self.show.added_at

    @property
    def aired(self) -> date:
        """Return the day its first episode was aired."""
        return next(iter(self.episodes.values())).aired

    def leaves(self) -> Iterator[Episode]:
        """Yield its episodes."""
        yield from self.episodes.values()


@dataclass(slots=True, eq=False)
class Episode:
    """An episode."""

    key: int
    season: Season
    number: int
    guid: str
    added_at: int
    updated_at: int
    aired_on: date | None = None
    kind: int = field(default=EPISODE, init=False)

    @property
    def library(self) -> Library:
        """Return where it lies."""
        return self.season.show.library

    @property
    def title(self) -> str:
        """Return its name."""
        return f"Episode {self.number}"

    @property
    def year(self) -> int:
        """Return the year in which it was aired."""
        return self.aired.year

    @property
    def ids(self) -> tuple[str, ...]:
        """Return its ids elsewhere: those of the episode, not of the show."""
        return _made_up_ids(self.library, self.key)

    @property
    def aired(self) -> date:
        """Return the day it was aired: weekly through the season's year, unless it was said."""
        if self.aired_on is not None:
            return self.aired_on
        return date(self.season.year, 1, 1) + timedelta(weeks=self.number - 1)

    def leaves(self) -> Iterator[Episode]:
        """Yield itself: the thing that can be watched."""
        yield self


type Item = Movie | Show | Season | Episode
type Leaf = Movie | Episode


def own_guid(kind: str, ids: tuple[str, ...], title: str) -> str:
    """Return the guid that the new agents give: the same for every copy of a title."""
    seed = ",".join(sorted(ids)) or title
    return f"plex://{kind}/{hashlib.sha256(f'{kind} {seed}'.encode()).hexdigest()[:24]}"


def child_guid(kind: str, guid: str, *numbers: int) -> str:
    """Return the guid of a season or episode of a show."""
    path = "".join(f"/{number}" for number in numbers)
    if guid.startswith("plex://"):
        return own_guid(kind, (guid + path,), "")
    # com.plexapp.agents.thetvdb://268592?lang=en → …://268592/1/1?lang=en
    return re.sub(r"(\?|$)", rf"{path}\1", guid, count=1)


def sort_title(title: str) -> str:
    """Return what a title is sorted by: without its article."""
    return re.sub(r"^(the|an?)\s+", "", title, flags=re.IGNORECASE)


def _made_up_ids(library: Library, key: int) -> tuple[str, ...]:
    if library.legacy:
        return ()
    return (f"tmdb://{2_000_000 + key}", f"tvdb://{7_000_000 + key}")
