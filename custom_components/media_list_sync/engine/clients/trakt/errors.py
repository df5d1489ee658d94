"""What a refusal of Trakt means, as of autumn 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ...http import Answer, Forbidden, Limited, NotFound, Refused, ServiceError, Unreachable
from ...http.retry_after import read as read_retry_after

EDGE_WAIT = timedelta(minutes=5)
"""How long the network in front of Trakt keeps out whom it has turned away."""


class AppDeleted(Forbidden):
    """Trakt does not know the API app (any more).

    It removed the apps of free accounts in 2026; a mistyped client id looks the same.
    """


class VipNeeded(Forbidden):
    """Trakt does this for paying accounts only."""


class AccountLocked(Forbidden):
    """The account is locked or deactivated; only Trakt's support can change that."""


class AccountLimit(Refused):
    """The account has as many lists or items as its kind of account may have.

    `detail` is that number where Trakt tells it.
    """


def refusal(answer: Answer, now: datetime) -> ServiceError:
    """Return the error that an answer means.

    The API's refusals have no body. A 401 is for the caller to judge first: it may be about the
    token, or about somebody's privacy.
    """
    service, account, status = answer.service, answer.account, answer.status
    if answer.is_html:
        if status != 403:
            return answer.invalid(answer.page_title or "a web page")
        wait = read_retry_after(answer.headers.get("Retry-After"), now) or EDGE_WAIT
        return Limited(service, account, answer.page_title, until=now + wait)
    if status in _REFUSALS:
        kind, words = _REFUSALS[status]
        return kind(service, account, words)
    if status == 420:
        limit = answer.headers.get("X-Account-Limit", "")
        return AccountLimit(service, account, limit, status=status)
    if status >= 500:
        return Unreachable(service, account, str(status), reason="server_error")
    if status < 400:
        return answer.invalid("200 was expected")
    words = answer.body[:500].decode("utf-8", "replace")
    return Refused(service, account, words, status=status)


_REFUSALS: Mapping[int, tuple[type[Forbidden | NotFound], str]] = {
    401: (Forbidden, "private"),
    403: (AppDeleted, "the API app is not known"),
    404: (NotFound, ""),
    423: (AccountLocked, ""),
    426: (VipNeeded, ""),
}
