"""What Seerr, Overseerr and Jellyseerr answer, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag, StrEnum

from ...model import LibraryRow, MediaStatus, MediaType, Quality, TitleKey


class Flavour(StrEnum):
    """Which of the three servers it is."""

    SEERR = "seerr"
    OVERSEERR = "overseerr"
    JELLYSEERR = "jellyseerr"


class Permission(IntFlag):
    """What a user may do, as far as it matters here. Seerr and Overseerr number it alike."""

    ADMIN = 2
    REQUEST = 32
    REQUEST_4K = 1 << 10
    REQUEST_4K_MOVIE = 1 << 11
    REQUEST_4K_SHOW = 1 << 12
    REQUEST_MOVIE = 1 << 18
    REQUEST_SHOW = 1 << 19


_TO_REQUEST = {
    (MediaType.MOVIE, Quality.HD): Permission.REQUEST | Permission.REQUEST_MOVIE,
    (MediaType.SHOW, Quality.HD): Permission.REQUEST | Permission.REQUEST_SHOW,
    (MediaType.MOVIE, Quality.UHD): Permission.REQUEST_4K | Permission.REQUEST_4K_MOVIE,
    (MediaType.SHOW, Quality.UHD): Permission.REQUEST_4K | Permission.REQUEST_4K_SHOW,
}


class RequestStatus(IntEnum):
    """Where a request stands. Overseerr never sends COMPLETED."""

    UNKNOWN_TO_US = 0
    PENDING = 1
    APPROVED = 2
    DECLINED = 3
    FAILED = 4
    """Radarr or Sonarr refused it."""
    COMPLETED = 5

    @classmethod
    def read(cls, value: int) -> RequestStatus:
        """Read a number from an answer; what is not known does not raise."""
        try:
            return cls(value)
        except ValueError:
            return cls.UNKNOWN_TO_US


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What the server says of itself to everybody."""

    version: str


@dataclass(frozen=True, slots=True)
class PublicSettings:
    """What the server offers.

    `server_id` is its public push key, which stays when the server moves. `special_episodes`: a
    request for season 0 is taken; Overseerr always takes it.
    """

    server_id: str
    title: str
    movie_4k: bool
    series_4k: bool
    special_episodes: bool
    flavour: Flavour


@dataclass(frozen=True, slots=True)
class SeerrUser:
    """A user of the server. `permissions` is the server's number; see Permission."""

    id: int
    name: str
    permissions: int

    @property
    def is_admin(self) -> bool:
        """Whether the user may do everything."""
        return bool(self.permissions & Permission.ADMIN)

    def can_request(self, media_type: MediaType, quality: Quality) -> bool:
        """Say whether the server takes such requests of the user, quotas aside."""
        return self.is_admin or bool(self.permissions & _TO_REQUEST[(media_type, quality)])


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """What a user may request of one media type: films, or seasons of shows.

    `limit` None: no limit.
    """

    limit: int | None
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Quota:
    """The quotas of a user."""

    movie: QuotaLine
    show: QuotaLine


@dataclass(frozen=True, slots=True)
class MediaPage:
    """A page of the library. `total` is the size of the whole library, in rows."""

    rows: tuple[LibraryRow, ...]
    total: int
    etag: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A film or show that an id leads to."""

    key: TitleKey
    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request on record. `media_status` is that of its title, in the request's quality.

    `seasons` is empty for films.
    """

    id: int
    key: TitleKey
    is_4k: bool
    status: RequestStatus
    media_status: MediaStatus
    seasons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What to request, and as whom.

    `seasons` are numbers of a show's seasons (the servers mean different things by "all"), and
    empty for a film. `user_id` None: as the owner of the key. `as_user`: with the user's own
    approval rules; otherwise it is approved at once and only written down as the user's. What is
    None or empty is left to the server's defaults.
    """

    key: TitleKey
    quality: Quality
    seasons: tuple[int, ...] = ()
    user_id: int | None = None
    as_user: bool = True
    server_id: int | None = None
    profile_id: int | None = None
    root_folder: str | None = None
    tags: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the servers answer with a crash, or with a success that does nothing."""
        if bool(self.seasons) is (self.key.media_type is MediaType.MOVIE):
            raise ValueError("a show is requested by its seasons, a film has none")

    def as_json(self) -> dict[str, object]:
        """Return the body. `is4k` is always in it: without it the server makes duplicates."""
        body: dict[str, object] = {
            "mediaType": "movie" if self.key.media_type is MediaType.MOVIE else "tv",
            "mediaId": self.key.tmdb,
            "is4k": self.quality is Quality.UHD,
        }
        if self.seasons:
            body["seasons"] = list(self.seasons)
        if self.user_id is not None and not self.as_user:
            body["userId"] = self.user_id
        # Null is refused where a key may be missing.
        choices = {
            "serverId": self.server_id,
            "profileId": self.profile_id,
            "rootFolder": self.root_folder,
        }
        body.update({name: value for name, value in choices.items() if value is not None})
        if self.tags:
            body["tags"] = list(self.tags)
        return body


@dataclass(frozen=True, slots=True)
class Requested:
    """A request was made. `seasons` may be fewer than were asked for: the others were there."""

    request_id: int
    seasons: tuple[int, ...]
    pending: bool
    """It waits for somebody to approve it."""


@dataclass(frozen=True, slots=True)
class AlreadyRequested:
    """Nothing was made, because everything asked for is requested or there already."""


@dataclass(frozen=True, slots=True)
class ArrServer:
    """A Radarr or Sonarr server, as the requesting server knows it."""

    id: int
    name: str
    is_4k: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose on a Radarr or Sonarr server: a quality profile, a tag."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ArrServerOptions:
    """What can be chosen on a Radarr or Sonarr server."""

    profiles: tuple[Choice, ...]
    root_folders: tuple[str, ...]
    tags: tuple[Choice, ...]
