"""What a refusal of AniList means, as of autumn 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ...http import (
    Answer,
    CredentialsRejected,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)
from ...http.retry_after import read as read_retry_after
from .shapes import GraphError

LOCKED_FOR = timedelta(minutes=1)
"""How long AniList takes nothing from whom it has told that it was too much."""


class ApiClosed(Unreachable):
    """The API is shut for now, for everybody or for programs like this one.

    AniList answers both alike, in words about stability. Nothing was done.
    """

    def __init__(self, service: str, account: str | None = None, detail: str = "") -> None:
        super().__init__(service, account, detail, reason="server_error", sent=False)


class UserGone(NotFound):
    """There is no such person (any more), or it is one who shows nothing to others."""


class ValidationRefused(Refused):
    """Arguments that AniList does not take. `fields`: its words about each."""

    def __init__(
        self,
        service: str,
        account: str | None,
        detail: str,
        *,
        status: int,
        fields: Mapping[str, str],
    ) -> None:
        super().__init__(service, account, detail, status=status)
        self.fields = fields


def refusal(answer: Answer) -> ServiceError:
    """Return the error that an answer means which is none of AniList's own."""
    status = answer.status
    if status == 403:
        return ApiClosed(answer.service, answer.account, answer.page_title)
    if answer.is_html and status < 500:
        return answer.invalid(answer.page_title or "a web page")
    return _by_status(answer, status, answer.page_title)


def meaning(answer: Answer, error: GraphError, now: datetime) -> ServiceError:
    """Return the error that an error in an answer means; its own status counts before HTTP's."""
    service, account, words = answer.service, answer.account, error.message
    status = error.status or answer.status
    # The same status as that of a query that does not fit.
    if status == 400 and "invalid token" in words.lower():
        return CredentialsRejected(service, account, words)
    if error.fields:
        told = "; ".join(f"{name}: {what}" for name, what in error.fields.items())
        return ValidationRefused(service, account, told, status=status, fields=error.fields)
    if status == 429:
        return Limited(service, account, words, until=_locked_until(answer, now))
    return _by_status(answer, status, words)


def _by_status(answer: Answer, status: int, words: str) -> ServiceError:
    service, account = answer.service, answer.account
    match status:
        case 401:
            return CredentialsRejected(service, account, words)
        case 403:
            return ApiClosed(service, account, words)
        case 404:
            return NotFound(service, account, words)
    if status >= 500:
        return Unreachable(service, account, words or str(status), reason="server_error")
    if status < 400:
        return answer.invalid(words or "200 was expected")
    return Refused(service, account, words, status=status)


def _locked_until(answer: Answer, now: datetime) -> datetime:
    wait = read_retry_after(answer.headers.get("Retry-After"), now)
    if wait is not None:
        return now + wait
    reset = answer.headers.get("X-RateLimit-Reset", "")
    if reset.isdecimal() and len(reset) < 12:
        return max(datetime.fromtimestamp(int(reset), UTC), now)
    return now + LOCKED_FOR
