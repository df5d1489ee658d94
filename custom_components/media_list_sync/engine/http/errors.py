"""What can go wrong with a service: a small family, safe to log."""

from __future__ import annotations

from datetime import datetime
import html
import re
from typing import Literal

type Reason = Literal["connect", "dns", "timeout", "tls", "cut", "server_error"]
"""Why a service could not be reached. "cut": the connection broke before the answer was whole."""

_LONGEST = 200
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?:[^\s/@?#]*@)?(?P<rest>[^\s?#]*)\S*", re.IGNORECASE
)
_QUERY = re.compile(r"\?[\w.~%+-]+=\S*")
# Plex has the shortest keys and tokens of all services; words and ids are shorter.
_LONG_WORD = re.compile(r"[\w+=-]{20,}")


def tidy(text: str) -> str:
    """Return words of a service as they may be shown and logged.

    Without tags, without anything that looks like a key or a query string (services repeat what
    they were sent), in one line of at most 200 characters.
    """
    # Only the beginning: an answer may be megabytes long.
    text = html.unescape(_TAG.sub(" ", text[: _LONGEST * 20]))
    text = _ADDRESS.sub(r"\g<scheme>\g<rest>", text)
    text = _LONG_WORD.sub(_hide_key, _QUERY.sub("?…", text))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _hide_key(found: re.Match[str]) -> str:
    word = found[0]
    is_key = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    return "…" if is_key else word


class ServiceError(Exception):
    """A service did not do what it was asked. `str()` of it is safe to log.

    `account` is the id of the config entry that the doorway was made for; `detail` holds the
    service's own words where it said any.
    """

    def __init__(self, service: str, account: str | None = None, detail: str = "") -> None:
        self.service = service
        self.account = account
        self.detail = tidy(detail)
        super().__init__(service, account, self.detail)

    def __str__(self) -> str:
        """Say which service, what, and its own words."""
        what = f"{self.service}: {self._what()}"
        return f"{what} ({self.detail})" if self.detail else what

    def _what(self) -> str:
        return type(self).__name__


class Unreachable(ServiceError):
    """No answer, or one of a server that is down.

    `sent` is False only where certainly nothing reached the service. Where it is True, what was
    asked for may have been done: a write is in doubt.
    """

    def __init__(
        self,
        service: str,
        account: str | None = None,
        detail: str = "",
        *,
        reason: Reason,
        sent: bool = True,
    ) -> None:
        super().__init__(service, account, detail)
        self.reason: Reason = reason
        self.sent = sent

    def _what(self) -> str:
        return f"{type(self).__name__}, {self.reason}"


class CredentialsRejected(ServiceError):
    """The key, or the sign-in, is not (or no longer) valid."""


class Forbidden(ServiceError):
    """Signed in, but not allowed."""


class Limited(ServiceError):
    """Too many requests. Nothing may be asked before `until` (aware, UTC)."""

    def __init__(
        self, service: str, account: str | None = None, detail: str = "", *, until: datetime
    ) -> None:
        super().__init__(service, account, detail)
        self.until = until

    def _what(self) -> str:
        return f"{type(self).__name__} until {self.until.isoformat(timespec='seconds')}"


class NotFound(ServiceError):
    """There is no such thing."""


class InvalidAnswer(ServiceError):
    """The answer is not what the service's interface promises: a web page, cut short, too large.

    What a write asked for may have been done.
    """


class Refused(ServiceError):
    """Anything else that the service refuses. `status` is the answer's."""

    def __init__(
        self, service: str, account: str | None = None, detail: str = "", *, status: int
    ) -> None:
        super().__init__(service, account, detail)
        self.status = status

    def _what(self) -> str:
        return f"{type(self).__name__}, {self.status}"
