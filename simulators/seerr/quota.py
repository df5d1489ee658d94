"""How much a user may still request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .codes import Permission, RequestStatus
from .core import Core
from .rows import Quota, SeerrUser


def quotas(core: Core, user: SeerrUser) -> dict[str, dict[str, Any]]:
    """Return a user's quotas as the server answers them.

    Only a user with a quota has all five fields. Without one `days` and `remaining` are missing;
    `limit` is missing too, or 0 for who manages users and so has no quota whatever is set.
    """
    return {
        "movie": _quota(core, user, user.movie_quota or core.settings.movie_quota, is_show=False),
        "tv": _quota(core, user, user.tv_quota or core.settings.tv_quota, is_show=True),
    }


def _quota(core: Core, user: SeerrUser, quota: Quota | None, *, is_show: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if quota is not None and quota.days is not None:
        answer["days"] = quota.days
    bypasses = user.may(Permission.MANAGE_USERS)
    limit = 0 if bypasses else quota.limit if quota is not None else None
    if limit is not None:
        answer["limit"] = limit
    used = _used(core, user, quota.days if quota is not None else None, is_show) if limit else 0
    answer["used"] = used
    if limit:
        answer["remaining"] = max(0, limit - used)
    answer["restricted"] = bool(limit and limit - used <= 0)
    return answer


def _used(core: Core, user: SeerrUser, days: int | None, is_show: bool) -> int:
    """Count films, or seasons. Without a window the servers look no further back than now."""
    since = core.now() - timedelta(days=days or 0)
    return sum(
        len(request.seasons) if is_show else 1
        for request in core.tables.requests_of_user(user.id)
        if request.is_show is is_show
        and request.created_at > since
        and request.status != RequestStatus.DECLINED
    )
