"""What an error means for a sync: what a person is told, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .clients import anilist
from .clients.imdb import ImdbRefuses
from .clients.plex.reach import ServerGone
from .clients.seerr import CsrfProtected, MetadataUnavailable, PermissionRefused, UserGone
from .clients.trakt import AccountLimit, AccountLocked, AppDeleted, VipNeeded
from .http import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    ServiceError,
    Unreachable,
)
from .lists.errors import FileInvalid, FileMissing, ListGone, ListPrivate, TraktMissing
from .model import JobStatus, Problem

SOON = timedelta(minutes=15)
"""When a service that is down is tried again."""

LATE = timedelta(minutes=2)
"""For so long a service may still carry out what it was asked although nobody waits any more.

What it holds then shows whether it did. Before that nothing is concluded, and nothing repeated.
"""


@dataclass(frozen=True, slots=True)
class Setback:
    """What keeps a sync from being done. `until` None: it is tried again at its interval."""

    status: JobStatus
    problem: Problem
    until: datetime | None = None


class AccountMissing(ServiceError):
    """An account that something else needs was removed, is disabled, or is not ready yet."""


_SIGNED_OUT = {
    "anilist": "anilist_signed_out",
    "plex": "plex_signed_out",
    "seerr": "key_rejected",
    "trakt": "trakt_signed_out",
}
"""What a refused sign-in is, by service."""

# The first that fits counts: the particular errors stand before their families.
_KEYS: tuple[tuple[type[Exception], str], ...] = (
    (ListGone, "list_gone"),
    (ListPrivate, "list_private"),
    (FileMissing, "file_missing"),
    (FileInvalid, "file_invalid"),
    (TraktMissing, "trakt_missing"),
    (AccountMissing, "account_missing"),
    (ImdbRefuses, "imdb_refused"),
    (AppDeleted, "trakt_app_deleted"),
    (VipNeeded, "trakt_vip"),
    (AccountLocked, "trakt_locked"),
    (AccountLimit, "trakt_limit"),
    (CsrfProtected, "csrf"),
    (UserGone, "user_gone"),
    (anilist.UserGone, "anilist_user_gone"),
    (ServerGone, "plex_gone"),
    (PermissionRefused, "permission"),
    (MetadataUnavailable, "metadata_down"),
    (Forbidden, "permission"),
    (NotFound, "list_gone"),
)

_TRACKERS = frozenset({"anilist", "plex", "trakt"})
_OF_LISTS = frozenset({"permission", "list_gone"})
"""What a bare refusal means of a list, or of who requests it; a tracker just refused."""


def setback(error: ServiceError, now: datetime) -> Setback:
    """Return what an error of a client means for the sync that met it."""
    account = error.account
    said = {"service": error.service, "detail": error.detail}
    match error:
        case Limited():
            problem = Problem("rate_limited", said, account, error.until)
            return Setback(JobStatus.DEFERRED, problem, error.until)
        case Unreachable():
            key = "server_down" if error.service == "seerr" else "list_unreachable"
            problem = Problem(key, {**said, "reason": error.reason}, account, now + SOON)
            return Setback(JobStatus.DEFERRED, problem, now + SOON)
        case InvalidAnswer():
            # A proxy's page, or an answer that was cut short: mostly it passes.
            problem = Problem("invalid_answer", said, account, now + SOON)
            return Setback(JobStatus.DEFERRED, problem, now + SOON)
        case CredentialsRejected():
            return Setback(JobStatus.FAILED, Problem(_SIGNED_OUT[error.service], said, account))
    for kind, key in _KEYS:
        if isinstance(error, kind):
            if key in _OF_LISTS and type(error) is kind and error.service in _TRACKERS:
                break
            return Setback(JobStatus.FAILED, Problem(key, said, account))
    return Setback(JobStatus.FAILED, Problem("request_failed", said, account))
