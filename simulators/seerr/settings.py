"""The settings of the server that a client can see or feel."""

from __future__ import annotations

from dataclasses import dataclass, field

from .rows import Quota


@dataclass(frozen=True, slots=True)
class ArrServer:
    """A Radarr or Sonarr server, with what it offers."""

    id: int = 0
    name: str = "Main"
    is4k: bool = False
    is_default: bool = True
    profiles: tuple[tuple[int, str], ...] = ((1, "Any"), (4, "HD-1080p"), (6, "HD - 720p/1080p"))
    root_folders: tuple[str, ...] = ("/library",)
    tags: tuple[tuple[int, str], ...] = ()
    active_profile: int = 4
    active_tags: tuple[int, ...] = ()
    language_profiles: tuple[tuple[int, str], ...] | None = None
    """Sonarr 3 has them; later ones and Radarr do not."""

    @property
    def active_directory(self) -> str:
        """Return the root folder that is used when a request names none."""
        return self.root_folders[0]


@dataclass(slots=True)
class Settings:
    """What the owner set. Tests change it at any time."""

    api_key: str
    vapid_public: str
    """Made by the server at its first start: what identifies it wherever it moves."""
    partial_requests: bool = True
    special_episodes: bool | None = None
    """None: as the server is by default (no on Seerr; Overseerr has no such setting: yes)."""
    csrf_protection: bool = False
    movie_quota: Quota | None = None
    """The quota of users who have none of their own."""
    tv_quota: Quota | None = None
    radarr: list[ArrServer] = field(default_factory=list)
    sonarr: list[ArrServer] = field(default_factory=list)
    arr_refuses: bool = False
    """Radarr and Sonarr refuse whatever they are sent."""
    arr_unreachable: bool = False
    """Radarr and Sonarr do not answer at all."""
