"""The server without its HTTP: what all of its parts share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from .clock import Clock
from .flavour import Flavour
from .overlap import Flights
from .settings import Settings
from .tables import Tables
from .tmdb import Tmdb
from .tmdb_json import Looks


@dataclass(frozen=True, slots=True)
class Sent:
    """What Radarr or Sonarr was asked to get."""

    is_show: bool
    server: int
    tmdb: int
    profile: int
    root_folder: str
    tags: tuple[int, ...]
    seasons: tuple[int, ...]


@dataclass(slots=True)
class Core:
    """One server: its rows, its settings, its time, and the world behind it."""

    flavour: Flavour
    settings: Settings
    tables: Tables
    tmdb: Tmdb
    looks: Looks
    clock: Clock = field(default_factory=Clock)
    flights: Flights = field(default_factory=Flights)
    sent: list[Sent] = field(default_factory=list)
    sessions: dict[str, int] = field(default_factory=dict)
    crashed: bool = False
    late: list[Callable[[], None]] = field(default_factory=list)
    """What the server does without waiting for it: the next request may still miss it."""
    pages: dict[str, tuple[int, bytes, str]] = field(default_factory=dict)
    """Pages of `/media` as they were last written, with the tables' version and the ETag."""
    written: dict[int, tuple[object, bytes]] = field(default_factory=dict)
    """Media rows as they were last written."""

    def now(self) -> datetime:
        """Return the server's time."""
        return self.clock.now()

    @property
    def takes_specials(self) -> bool:
        """Say whether season 0 is taken, by name or as part of "all"."""
        setting = self.settings.special_episodes
        return self.flavour.all_takes_specials if setting is None else setting

    def settle(self) -> None:
        """Do now what the server does late."""
        while self.late:
            self.late.pop(0)()
