"""Carrying a plan out: one request at a time, each on record before and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..clients.seerr import (
    AlreadyRequested,
    Blocklisted,
    MetadataUnavailable,
    PermissionRefused,
    QuotaExceeded,
    RequestBody,
    Requested,
    UserGone,
)
from ..http import InvalidAnswer, Refused, ServiceError, Unreachable
from ..model import SAMPLE, MediaType, Outcome, Quality
from ..setbacks import Setback, setback
from ..store.events import Event
from .account import SeerrAccount
from .plan import RequestAction
from .record import Answer, Run, begin, finish, put_off

GRACE = 5.0
"""Seconds that a request on its way is given to end when everything is stopped."""

METADATA_FAILURES = 3
"""So many titles in a row that TMDB does not answer for, and the rest waits."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one action. `is_new`: the server made a request of it."""

    action: RequestAction
    outcome: Outcome
    reason: str
    is_new: bool = False
    detail: str = ""


@dataclass(slots=True)
class Applier:
    """Carries out the actions of one run of a list, in order, and remembers what it met.

    A setback of the server ends the run's writes; one of 4K ends only those in 4K (R8); a spent
    quota ends those of its user and media type (R5).
    """

    account: SeerrAccount
    run: Run
    tell: Callable[[Event], None]
    setbacks: list[Setback] = field(default_factory=list)
    deferred_until: datetime | None = None
    _ended: set[Quality] = field(default_factory=set)
    _metadata_failures: int = 0
    _put_off: int = 0

    async def apply(self, actions: Iterable[RequestAction]) -> AsyncGenerator[Applied]:
        """Carry actions out, one by one. What is not reached any more waits for the next run."""
        for action in actions:
            yield await self._one(action)
            self.account.library_is_old()

    async def _one(self, action: RequestAction) -> Applied:
        if action.quality in self._ended:
            return Applied(action, Outcome.WAITING, self.setbacks[-1].problem.key)
        fitting = self._within_quota(action)
        if fitting is None:
            return await self._quota_waits(action)
        try:
            return await self._to_its_end(fitting)
        except QuotaExceeded:
            return await self._over_quota(fitting)

    async def _to_its_end(self, action: RequestAction) -> Applied:
        """Make a request; when everything is stopped meanwhile, let it end within seconds."""
        step = asyncio.ensure_future(self._request(action))
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.wait({step}, timeout=GRACE)
            # Past its grace the request is in doubt: its intent stays on record, and the next
            # run asks the server what became of it.
            step.cancel()
            raise

    async def _request(self, action: RequestAction) -> Applied:
        store, run, now = self.account.store, self.run, self.account.now
        entry = await store.run(begin, run, action, now())
        try:
            answer, applied = await self._post(action)
        except QuotaExceeded as error:
            over = Answer("quota", accepted=False, detail=error.detail)
            await store.run(finish, run, entry, action, over, now())
            raise
        except ServiceError as error:
            if _is_doubtful(error):
                self._end(error, action)
                return Applied(action, Outcome.WAITING, "in_doubt", detail=error.detail)
            answer, applied = self._refused(action, error)
        event = await store.run(finish, run, entry, action, answer, now())
        if event is not None:
            self.tell(event)
        return applied

    async def _post(self, action: RequestAction) -> tuple[Answer, Applied]:
        result = await self.account.client.request(
            RequestBody(
                key=action.key,
                quality=action.quality,
                seasons=action.seasons,
                user_id=action.user_id,
                as_user=not action.at_once,
                server_id=action.destination.server_id,
                profile_id=action.destination.profile_id,
                root_folder=action.destination.root_folder,
                tags=action.destination.tags,
            )
        )
        self._metadata_failures = 0
        match result:
            case Requested():
                count = len(result.seasons) if action.seasons else 1
                self.account.spend(action.user_id, action.key.media_type, count)
                return (
                    Answer("requested", True, result.request_id, event="requested"),
                    Applied(action, Outcome.REQUESTED, "requested_now", is_new=True),
                )
            case AlreadyRequested():
                return (
                    Answer("already_requested", True),
                    Applied(action, Outcome.REQUESTED, "already_requested"),
                )

    def _refused(self, action: RequestAction, error: ServiceError) -> tuple[Answer, Applied]:
        """Say what a refusal means: for this title, for a quality, or for the whole run."""
        detail = error.detail
        match error:
            case Blocklisted():
                return (
                    Answer("blocklisted", False, detail=detail),
                    Applied(action, Outcome.BLOCKED, "blocked", detail=detail),
                )
            case MetadataUnavailable() if not error.unknown_title:
                self._metadata_failures += 1
                if self._metadata_failures >= METADATA_FAILURES:
                    self._end(error, action)
                return (
                    Answer("metadata_down", False, detail=detail),
                    Applied(action, Outcome.WAITING, "metadata_down", detail=detail),
                )
            case PermissionRefused() | UserGone():
                self._end(error, action)
                return (
                    Answer("refused", False, detail=detail),
                    Applied(action, Outcome.WAITING, "permission", detail=detail),
                )
            case Refused() if _is_about_the_title(error):
                return (
                    Answer("failed", False, detail=detail, event="failed"),
                    Applied(action, Outcome.FAILED, "refused", detail=detail),
                )
        self._end(error, action)
        return (
            Answer("stopped", False, detail=detail),
            Applied(action, Outcome.WAITING, self.setbacks[-1].problem.key, detail=detail),
        )

    def _end(self, error: ServiceError, action: RequestAction) -> None:
        met = setback(error, self.account.now())
        if isinstance(error, PermissionRefused) and action.quality is Quality.UHD:
            met = replace(met, problem=replace(met.problem, key="four_k_refused"))
            self._ended.add(Quality.UHD)
        else:
            self._ended.update(Quality)
        self.setbacks.append(met)

    def _within_quota(self, action: RequestAction) -> RequestAction | None:
        """Return what of an action the user's quota allows; None: nothing."""
        left = self.account.allowances.get((action.user_id, action.key.media_type))
        if left is None or left.remaining >= max(len(action.seasons), 1):
            return action
        if left.remaining <= 0 or action.key.media_type is MediaType.MOVIE:
            return None
        return replace(action, seasons=action.seasons[: left.remaining])

    async def _over_quota(self, action: RequestAction) -> Applied:
        """Learn what is left, and ask for the seasons that still fit (R5)."""
        try:
            await self.account.learn_quota(action.user_id)
        except ServiceError as error:
            self._end(error, action)
            return Applied(action, Outcome.WAITING, "quota")
        fitting = self._within_quota(action)
        if fitting is None or fitting.seasons == action.seasons:
            # Refused although it seems to fit: the server's word counts.
            return await self._quota_waits(action)
        try:
            return await self._to_its_end(fitting)
        except QuotaExceeded:
            return await self._quota_waits(action)

    async def _quota_waits(self, action: RequestAction) -> Applied:
        """Put an action off until the quota is asked for again; the log names the first ones."""
        who = (action.user_id, action.key.media_type)
        self.account.quota_is_spent(*who)
        until = self.account.allowances[who].until
        self.deferred_until = min(self.deferred_until or until, until)
        self._put_off += 1
        if self._put_off <= SAMPLE:
            now = self.account.now()
            self.tell(await self.account.store.run(put_off, self.run, action, until, now))
        return Applied(action, Outcome.WAITING, "quota")


def _is_doubtful(error: ServiceError) -> bool:
    """Say whether a request may have been carried out although it ended in an error."""
    if isinstance(error, Unreachable):
        return error.sent
    return isinstance(error, InvalidAnswer)


def _is_about_the_title(error: Refused) -> bool:
    return error.status in (400, 404, 409, 500)
