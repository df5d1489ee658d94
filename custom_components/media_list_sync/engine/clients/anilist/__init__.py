"""AniList: people, their lists, and the anime on them. Signing in is in `anilist_auth`."""

from .client import PACE, PER_BATCH, AniListClient
from .errors import ApiClosed, UserGone, ValidationRefused
from .models import AniListUser, Change, Changes, Chunk, ListedEntry, Saved
from .token import expires_at

__all__ = [
    "PACE",
    "PER_BATCH",
    "AniListClient",
    "AniListUser",
    "ApiClosed",
    "Change",
    "Changes",
    "Chunk",
    "ListedEntry",
    "Saved",
    "UserGone",
    "ValidationRefused",
    "expires_at",
]
