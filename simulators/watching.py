"""The services of a household that watches anime: AniList, Plex, and the mapping tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from .anilist import AniListSimulator
from .anime import ANIME, FILMS, SHOWS
from .anime.filling import fill_anilist, fill_plex
from .plex import Movie, PlexSimulator
from .tables import TablesSimulator

if TYPE_CHECKING:
    from .base import Simulator
    from .plex import Episode

ANILIST_USER: Final = "household"
PLEX_SERVER: Final = "Living Room"
PLEX_OWNER: Final = "Parents"
PLEX_CHILD: Final = "Kids"

IMDB_IDS: Final = frozenset(
    {show.imdb for show in SHOWS.values()} | {film.imdb for film in FILMS.values()}
)
"""Of the titles that the world of anime knows, and says more of than a catalogue."""


@dataclass(frozen=True, slots=True)
class WatchingPorts:
    """Where the services listen; 0 is a free port."""

    anilist: int = 0
    anilist_auth: int = 0
    plex_tv: int = 0
    plex_discover: int = 0
    plex_server: int = 0
    tables: int = 0


@dataclass(slots=True)
class Watching:
    """The three services."""

    anilist: AniListSimulator
    plex: PlexSimulator
    tables: TablesSimulator

    @classmethod
    def new(cls) -> Self:
        """Make the services as they are before anything has happened."""
        return cls(
            AniListSimulator(),
            PlexSimulator(owner=PLEX_OWNER, server=PLEX_SERVER),
            TablesSimulator(),
        )

    @property
    def addresses(self) -> dict[str, str]:
        """Return where the public ones are, under the names of the integration's endpoints."""
        return {
            "anilist": f"{self.anilist.url}/",
            "anilist_auth": self.anilist.auth_url,
            "plex_tv": self.plex.url,
            "plex_clients": self.plex.url,
            "plex_discover": self.plex.discover_url,
            **self.tables.addresses,
        }

    @property
    def services(self) -> dict[str, Simulator]:
        """Return the services by name. Plex's server is one of its own."""
        return {
            "anilist": self.anilist,
            "plex": self.plex,
            "plex_server": self.plex.server,
            "tables": self.tables,
        }

    async def start(self, ports: WatchingPorts) -> None:
        """Serve."""
        await self.anilist.start(ports.anilist, auth_port=ports.anilist_auth)
        await self.plex.start(
            ports.plex_tv, server_port=ports.plex_server, discover_port=ports.plex_discover
        )
        await self.tables.start(ports.tables)

    async def stop(self) -> None:
        """Stop serving."""
        await self.tables.stop()
        await self.plex.stop()
        await self.anilist.stop()

    def furnish(self) -> None:
        """Let happen what happened before the first sync."""
        self.anilist.add_user(ANILIST_USER)
        fill_anilist(self.anilist, ANILIST_USER)
        self.plex.add_user(PLEX_CHILD, restricted=True)
        fill_plex(self.plex)

    # What people do.

    def watch_on_anilist(self, anime: int, progress: int) -> None:
        """Say on the list, now, that so many episodes were watched."""
        if anime not in ANIME:
            raise LookupError(f"there is no anime {anime}")
        self.anilist.change_entry(ANILIST_USER, anime, progress=progress)

    def watch_on_plex(self, title: str, season: int, number: int) -> None:
        """Play an episode to its end. A film is (0, 0)."""
        self.plex.server.watch(self.plex.owner, self._leaf(title, season, number))

    def mark_on_plex(self, title: str, season: int, number: int) -> None:
        """Mark an episode watched by hand, without playing it."""
        self.plex.server.mark(self.plex.owner, self._leaf(title, season, number))

    def unmark_on_plex(self, title: str, season: int, number: int) -> None:
        """Mark an episode unwatched, in every library in which it is the same one."""
        self.plex.server.unmark(self.plex.owner, self._leaf(title, season, number))

    def _leaf(self, title: str, season: int, number: int) -> Episode | Movie:
        for library in self.plex.state.libraries.values():
            for item in library.items.values():
                if item.title == title:
                    for leaf in item.leaves():
                        if _place(leaf) == (season, number):
                            return leaf
        raise LookupError(f"Plex has no {title!r} with season {season}, episode {number}")


def _place(leaf: Episode | Movie) -> tuple[int, int | None]:
    return (0, 0) if isinstance(leaf, Movie) else (leaf.season.number, leaf.number)
