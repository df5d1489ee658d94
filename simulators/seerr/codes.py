"""The numbers that the servers use for statuses and permissions."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class MediaStatus(IntEnum):
    """How much of a title, or of a season, the library has."""

    UNKNOWN = 1
    PENDING = 2
    PROCESSING = 3
    PARTIAL = 4
    AVAILABLE = 5
    BLOCKLISTED = 6
    """Seerr's family only."""
    DELETED = 7
    """Seerr's family only."""


class RequestStatus(IntEnum):
    """What became of a request."""

    PENDING = 1
    APPROVED = 2
    DECLINED = 3
    FAILED = 4
    COMPLETED = 5
    """Seerr's family only."""


class Permission(IntFlag):
    """The bits of a user's `permissions`. ADMIN holds every permission."""

    NONE = 0
    ADMIN = 2
    MANAGE_SETTINGS = 4
    MANAGE_USERS = 8
    MANAGE_REQUESTS = 16
    REQUEST = 32
    AUTO_APPROVE = 128
    AUTO_APPROVE_MOVIE = 256
    AUTO_APPROVE_TV = 512
    REQUEST_4K = 1024
    REQUEST_4K_MOVIE = 2048
    REQUEST_4K_TV = 4096
    REQUEST_ADVANCED = 8192
    REQUEST_VIEW = 16384
    AUTO_APPROVE_4K = 32768
    AUTO_APPROVE_4K_MOVIE = 65536
    AUTO_APPROVE_4K_TV = 131072
    REQUEST_MOVIE = 262144
    REQUEST_TV = 524288
    MANAGE_BLOCKLIST = 268435456
    VIEW_BLOCKLIST = 1073741824
