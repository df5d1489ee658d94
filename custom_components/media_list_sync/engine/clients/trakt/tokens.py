"""The tokens of a Trakt account, and keeping them fresh."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from ...http.doorway import utcnow


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Both tokens of a sign-in. `issued_at` and `expires_at` (aware, UTC) are by our own clock."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime

    def as_data(self) -> dict[str, str]:
        """Return the pair as it is sealed in the store."""
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TokenPair:
        """Read a pair from the store."""
        return cls(
            access_token=data["access_token"],
            refresh_token=data["refresh_token"],
            issued_at=datetime.fromisoformat(data["issued_at"]),
            expires_at=datetime.fromisoformat(data["expires_at"]),
        )


class SignIn(Protocol):
    """Where tokens are exchanged: `trakt_auth.TraktAuth`."""

    async def refresh(self, pair: TokenPair) -> TokenPair:
        """Exchange a refresh token for a new pair."""

    async def revoke(self, pair: TokenPair) -> None:
        """End a sign-in."""


class TokenKeeper:
    """Keeps the tokens of one account fresh. All clients of the account share one keeper.

    `save` has to put a pair where it outlives a crash, and return only then: it is called with
    every new pair before the pair is first used.
    """

    def __init__(
        self,
        auth: SignIn,
        pair: TokenPair,
        *,
        save: Callable[[TokenPair], Awaitable[None]],
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self._auth = auth
        self._pair = pair
        self._save = save
        self._now = now
        self._unsaved: TokenPair | None = None
        self._renewal: asyncio.Task[None] | None = None

    @property
    def expires_at(self) -> datetime:
        """When the access token ends; it is renewed before, as long as anything is asked."""
        return self._pair.expires_at

    async def access_token(self) -> str:
        """Return a token that holds, renewed if it is about to end.

        Raises what `SignIn.refresh` and `save` do.
        """
        if self._unsaved is not None or self._now() >= _renew_at(self._pair):
            await self._renew()
        return self._pair.access_token

    async def renewed(self, refused: str) -> str:
        """Return another token than the one that Trakt refused. Raises what `access_token` does."""
        if self._pair.access_token == refused:
            await self._renew()
        return self._pair.access_token

    async def revoke(self) -> None:
        """End the sign-in at Trakt. Raises what `SignIn.revoke` does."""
        await self.settle()
        await self._auth.revoke(self._pair)

    async def settle(self) -> None:
        """Wait for a renewal under way, whose new tokens would otherwise be lost."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])

    async def _renew(self) -> None:
        """Renew once for all who wait; nobody's cancelling stops it half-way."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._exchange(), name="trakt token renewal")
            # Who waits for it may be cancelled, and nobody be left to see how it ended.
            self._renewal.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(self._renewal)

    async def _exchange(self) -> None:
        if self._unsaved is None:
            self._unsaved = await self._auth.refresh(self._pair)
        await self._save(self._unsaved)
        self._pair, self._unsaved = self._unsaved, None


def _renew_at(pair: TokenPair) -> datetime:
    """Return when to renew: five minutes before the end, or after nine tenths of a short life."""
    lifetime = pair.expires_at - pair.issued_at
    return pair.expires_at - min(timedelta(minutes=5), lifetime / 10)
