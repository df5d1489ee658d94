"""The rows of the server's database. They never change: a change puts another row in their place.

What a test holds is therefore what was true when it looked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from .codes import MediaStatus, Permission


@dataclass(frozen=True, slots=True)
class Quota:
    """How many films, or seasons, a user may request in a window of `days`."""

    limit: int
    days: int | None = 7


@dataclass(frozen=True, slots=True)
class SeerrUser:
    """A person who may use the server. Number 1 is the owner, whom a bare API key acts as."""

    id: int
    username: str
    permissions: int = Permission.REQUEST
    movie_quota: Quota | None = None
    tv_quota: Quota | None = None
    password: str | None = None

    @property
    def email(self) -> str:
        """Return the address that the user signs in with."""
        return f"{self.username}@example.org"

    def may(self, *permissions: Permission, every: bool = False) -> bool:
        """Say whether the user has one of the permissions, or `every` one of them."""
        if not permissions or self.permissions & Permission.ADMIN:
            return True
        held = [bool(self.permissions & permission) for permission in permissions]
        return all(held) if every else any(held)


@dataclass(frozen=True, slots=True)
class MediaSeason:
    """A season that a library scan, or a person, gave a status."""

    id: int
    number: int
    status: int
    status4k: int
    created_at: datetime
    updated_at: datetime

    def state(self, is4k: bool) -> int:
        """Return the status in one quality."""
        return self.status4k if is4k else self.status

    def with_state(self, is4k: bool, status: int) -> MediaSeason:
        """Return the season with another status in one quality."""
        return replace(self, status4k=status) if is4k else replace(self, status=status)


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """Where Radarr or Sonarr keeps a title."""

    server: int
    external: int
    slug: str


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A title that the server knows anything about."""

    id: int
    is_show: bool
    tmdb: int
    tvdb: int | None
    imdb: str | None
    """Set by library scans only, never by requests."""
    status: int
    status4k: int
    created_at: datetime
    updated_at: datetime
    added_at: datetime | None
    seasons: tuple[MediaSeason, ...] = ()
    link: ServiceLink | None = None
    link4k: ServiceLink | None = None
    rating_key: str | None = None
    """Plex's own id of the title, of rows that a scan made."""

    def state(self, is4k: bool) -> int:
        """Return the status in one quality."""
        return self.status4k if is4k else self.status

    def with_state(self, is4k: bool, status: int) -> MediaRow:
        """Return the row with another status in one quality."""
        return replace(self, status4k=status) if is4k else replace(self, status=status)

    def season(self, number: int) -> MediaSeason | None:
        """Return a season, if it ever got a status."""
        return next((season for season in self.seasons if season.number == number), None)

    def takes(self, number: int, is4k: bool) -> bool:
        """Say whether a season may be requested, as far as the library is concerned."""
        season = self.season(number)
        free = (MediaStatus.UNKNOWN, MediaStatus.DELETED)
        return season is None or season.state(is4k) in free


@dataclass(frozen=True, slots=True)
class RequestSeason:
    """A season that a request asks for."""

    id: int
    number: int
    status: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request. `tmdb` is its media row's, for the reader's sake."""

    id: int
    media_id: int
    is_show: bool
    tmdb: int
    status: int
    requested_by: int
    modified_by: int | None
    is4k: bool
    created_at: datetime
    updated_at: datetime
    seasons: tuple[RequestSeason, ...] = ()
    server_id: int | None = None
    profile_id: int | None = None
    root_folder: str | None = None
    language_profile_id: int | None = None
    tags: tuple[int, ...] | None = None

    @property
    def season_numbers(self) -> list[int]:
        """Return the seasons that it asks for."""
        return [season.number for season in self.seasons]


@dataclass(frozen=True, slots=True)
class BlocklistItem:
    """A title that nobody may request."""

    id: int
    is_show: bool
    tmdb: int
    title: str | None
    user: int
    created_at: datetime
