"""What an error of a client means for the sync that met it."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.media_list_sync.engine.clients import anilist
from custom_components.media_list_sync.engine.clients.plex import ServerGone
from custom_components.media_list_sync.engine.clients.plex.errors import CutShort
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Forbidden,
    NotFound,
    Refused,
    ServiceError,
)
from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.setbacks import SOON, setback

NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "key", "wait"),
    [
        (anilist.UserGone("anilist"), "anilist_user_gone", None),
        (anilist.ApiClosed("anilist"), "list_unreachable", SOON),
        (CredentialsRejected("anilist"), "anilist_signed_out", None),
        (CredentialsRejected("plex"), "plex_signed_out", None),
        (ServerGone("plex"), "plex_gone", None),
        (CutShort("plex"), "invalid_answer", SOON),
        # Of a list, these would mean that it is gone, or that its user may not request.
        (NotFound("plex"), "request_failed", None),
        (Forbidden("plex"), "request_failed", None),
        (NotFound("anilist"), "request_failed", None),
        (NotFound("trakt"), "request_failed", None),
        (Forbidden("seerr"), "permission", None),
        (NotFound("imdb"), "list_gone", None),
        (Refused("trakt", status=422), "request_failed", None),
    ],
)
def test_what_errors_mean(error: ServiceError, key: str, wait: timedelta | None) -> None:
    met = setback(error, NOW)
    assert met.problem.key == key
    assert met.until == (None if wait is None else NOW + wait)
    assert met.status is (JobStatus.FAILED if wait is None else JobStatus.DEFERRED)
    assert met.problem.placeholders["service"] == error.service
