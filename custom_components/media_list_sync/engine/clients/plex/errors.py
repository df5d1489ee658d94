"""What a refusal of plex.tv, of Discover or of a media server means."""

from __future__ import annotations

from ...http import (
    Answer,
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)


class PinExpired(NotFound):
    """The code of a sign-in does not work any more: too old, or used before."""


class WrongPin(Forbidden):
    """A person of a Plex Home is behind a PIN, and this is not the one."""


class CutShort(InvalidAnswer):
    """A page has fewer rows than it says, or there are fewer than there must be."""


class ChangedWhileRead(InvalidAnswer):
    """The library changed between two pages, so that rows may be missing: to be read anew."""


def refusal(answer: Answer) -> ServiceError:
    """Return the error that an answer means.

    A media server's own refusals are web pages, so the status counts before what the body is.
    """
    service, account, status = answer.service, answer.account, answer.status
    words = words_of(answer)
    if status == 401:
        return CredentialsRejected(service, account, words)
    if status == 403:
        return Forbidden(service, account, words)
    if status == 404:
        return NotFound(service, account, words)
    if status >= 500:
        return Unreachable(service, account, f"{status} {words}".rstrip(), reason="server_error")
    if status < 400:
        return answer.invalid(words if answer.is_html else "200 was expected")
    return Refused(service, account, words, status=status)


def words_of(answer: Answer) -> str:
    """Return what the service says: plex.tv in `errors`, a media server as a page's title."""
    if answer.is_html:
        return answer.page_title or "a web page"
    try:
        said = answer.json()
    except InvalidAnswer:
        return answer.body[:500].decode("utf-8", "replace")
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, dict) else None
    return message if isinstance(message, str) else ""
