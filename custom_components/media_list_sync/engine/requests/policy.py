"""What a person wants of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
from typing import Any

from ..model import MediaType, Quality

DEFAULT_ORDER = 50


class SeasonRule(StrEnum):
    """Which seasons of a show that stands on a list are wanted. Season 0 is never meant."""

    ALL = "all"
    FIRST = "first"
    LATEST = "latest"
    """The newest of which an episode has aired."""
    FIRST_N = "first_n"
    NEW = "new"
    """Those that appear after the show was first seen on the list."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes. What is None is left to the server's own default."""

    server_id: int | None = None
    profile_id: int | None = None
    root_folder: str | None = None
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """How the titles of one list are requested."""

    media_types: frozenset[MediaType] = frozenset(MediaType)
    seasons: SeasonRule = SeasonRule.ALL
    first_seasons: int = 1
    include_episodes: bool = False
    """Whether a single episode on the list stands for its show."""
    qualities: tuple[Quality, ...] = (Quality.HD,)
    user_id: int | None = None
    """The Seerr user that requests; None is the owner of the API key."""
    at_once: bool = False
    """Approved at once, in place of by the user's own approval rules."""
    destinations: Mapping[tuple[MediaType, Quality], Destination] = field(default_factory=dict)
    max_requests: int | None = None
    """New requests in one run, at most."""
    order: int = DEFAULT_ORDER
    """Of several lists that want one title, the lowest asks for it."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Policy:
        """Read the policy from a subentry's data; a key that is absent has its default."""
        wanted = data.get("quality", "hd")
        return cls(
            media_types=frozenset(
                MediaType(kind) for kind in data.get("media_types", ("movie", "show"))
            ),
            seasons=SeasonRule(data.get("seasons", SeasonRule.ALL)),
            first_seasons=int(data.get("first_seasons", 1)),
            include_episodes=bool(data.get("include_episodes", False)),
            qualities=((Quality.HD, Quality.UHD) if wanted == "both" else (Quality(wanted),)),
            user_id=data.get("user_id"),
            at_once=data.get("approval", "user") == "at_once",
            destinations={
                (MediaType(name.split("_")[0]), Quality(name.split("_")[1])): Destination(
                    server_id=place.get("server"),
                    profile_id=place.get("profile"),
                    root_folder=place.get("root_folder"),
                    tags=tuple(place.get("tags", ())),
                )
                for name, place in data.get("destinations", {}).items()
            },
            max_requests=data.get("max_requests"),
            order=int(data.get("order", DEFAULT_ORDER)),
        )

    def fingerprint(self) -> str:
        """Return what changes exactly when the policy does."""
        parts = (
            sorted(self.media_types),
            self.seasons,
            self.first_seasons,
            self.include_episodes,
            self.qualities,
            self.user_id,
            self.at_once,
            sorted((key, repr(place)) for key, place in self.destinations.items()),
            self.max_requests,
            self.order,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
