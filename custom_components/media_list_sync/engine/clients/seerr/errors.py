"""What a refusal of Seerr, Overseerr or Jellyseerr means."""

from __future__ import annotations

import re

from ...http import (
    Answer,
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    NotFound,
    Refused,
    ServiceError,
)

_INNER_STATUS = re.compile(r"status code (\d{3})")


class QuotaExceeded(Refused):
    """The user's quota does not allow all of what was asked for. Nothing was requested."""


class PermissionRefused(Forbidden):
    """The user may not make such requests (of this media type, or in this quality)."""


class UserGone(Forbidden):
    """There is no such user on the server (any more). The key itself is good."""


class CsrfProtected(Forbidden):
    """The server's CSRF protection is on, which lets nobody but its own pages write."""


class Blocklisted(Refused):
    """The title is on the server's blocklist."""


class MetadataUnavailable(Refused):
    """The server could not ask TMDB for the title.

    `unknown_title`: TMDB has none with this number. Otherwise it is worth trying again.
    """

    def __init__(
        self, service: str, account: str | None, detail: str, *, status: int, unknown_title: bool
    ) -> None:
        super().__init__(service, account, detail, status=status)
        self.unknown_title = unknown_title


def is_about_key_or_user(answer: Answer) -> bool:
    """Say whether key or X-Api-User are refused: `error` in place of `message` (recorded)."""
    said = _said(answer)
    return answer.status == 403 and "error" in said and "message" not in said


def refusal(answer: Answer) -> ServiceError:
    """Return the error that an answer of any call means."""
    service, account, status = answer.service, answer.account, answer.status
    words = words_of(answer)
    if answer.is_html:
        return answer.invalid(answer.page_title or "a web page")
    if status == 401 or is_about_key_or_user(answer):
        return CredentialsRejected(service, account, words)
    if status == 403:
        return Forbidden(service, account, words)
    if status == 404:
        return NotFound(service, account, words)
    if status < 400:
        return InvalidAnswer(service, account, f"{status} where 200 was expected")
    return Refused(service, account, words, status=status)


def request_refusal(answer: Answer) -> ServiceError:
    """Return the error that an answer to a request for a title means.

    A 403 is told apart by its message alone. The messages are those of the servers' own code,
    which they do not translate.
    """
    general = refusal(answer)
    service, account, status = answer.service, answer.account, answer.status
    words = words_of(answer)
    low = words.lower()
    if type(general) is Forbidden:
        if "quota" in low:
            return QuotaExceeded(service, account, words, status=status)
        if "csrf" in low:
            return CsrfProtected(service, account, words)
        if "blocklisted" in low or "blacklisted" in low:
            return Blocklisted(service, account, words, status=status)
        return PermissionRefused(service, account, words)
    if type(general) is Refused and status == 500:
        if "[tmdb]" in low:
            inner = _INNER_STATUS.search(low)
            unknown = inner is not None and inner[1] == "404"
            return MetadataUnavailable(
                service, account, words, status=status, unknown_title=unknown
            )
        if 'entity of type "user"' in low:  # `userId` in the body
            return UserGone(service, account, words)
    return general


def words_of(answer: Answer) -> str:
    """Return what the server says, or the beginning of what is not JSON."""
    said = _said(answer)
    for key in ("message", "error"):
        if isinstance(words := said.get(key), str):
            return words
    return "" if said else answer.body[:500].decode("utf-8", "replace")


def _said(answer: Answer) -> dict[str, object]:
    try:
        said = answer.json()
    except InvalidAnswer:
        return {}
    return said if isinstance(said, dict) else {}
