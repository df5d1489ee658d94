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
    """Trakt does this for paying accounts only. `upgrade_url`, where told, says how to be one."""

    def __init__(
        self,
        service: str,
        account: str | None = None,
        detail: str = "",
        *,
        upgrade_url: str | None = None,
    ) -> None:
        super().__init__(service, account, detail)
        self.upgrade_url = upgrade_url


class AccountLocked(Forbidden):
    """The account is locked, or `deactivated`; only Trakt's support can change that."""

    def __init__(
        self,
        service: str,
        account: str | None = None,
        detail: str = "",
        *,
        deactivated: bool = False,
    ) -> None:
        super().__init__(service, account, detail)
        self.deactivated = deactivated


class AccountLimit(Refused):
    """The account has as many lists, items or plays as its kind of account may have.

    `limit` is that number, and `is_vip` whether it is a paying account already, where Trakt tells.
    """

    def __init__(
        self,
        service: str,
        account: str | None,
        detail: str,
        *,
        limit: int | None,
        is_vip: bool | None = None,
        upgrade_url: str | None = None,
    ) -> None:
        super().__init__(service, account, detail, status=420)
        self.limit = limit
        self.is_vip = is_vip
        self.upgrade_url = upgrade_url


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
    if status in (420, 423, 426):
        return _about_account(answer)
    if status >= 500:
        return Unreachable(service, account, str(status), reason="server_error")
    if status < 400:
        return answer.invalid("200 was expected")
    words = answer.body[:500].decode("utf-8", "replace")
    return Refused(service, account, words, status=status)


def _about_account(answer: Answer) -> ServiceError:
    """Return what keeps the account from it, with what the headers tell."""
    service, account, headers = answer.service, answer.account, answer.headers
    upgrade_url = headers.get("X-Upgrade-URL")
    if answer.status == 423:
        deactivated = _BOOLEANS.get(headers.get("X-Account-Deactivated", ""), False)
        return AccountLocked(service, account, deactivated=deactivated)
    if answer.status == 426:
        return VipNeeded(service, account, upgrade_url=upgrade_url)
    limit = headers.get("X-Account-Limit", "")
    return AccountLimit(
        service,
        account,
        limit,
        limit=int(limit) if limit.isdecimal() else None,
        is_vip=_BOOLEANS.get(headers.get("X-VIP-User", "")),
        upgrade_url=upgrade_url,
    )


_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
_REFUSALS: Mapping[int, tuple[type[Forbidden | NotFound], str]] = {
    401: (Forbidden, "private"),
    403: (AppDeleted, "the API app is not known"),
    404: (NotFound, ""),
}
