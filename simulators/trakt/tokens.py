"""Access and refresh tokens: who they belong to and how long they hold."""

from __future__ import annotations

from dataclasses import dataclass
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Account
    from .clock import Clock


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What signing in and refreshing give. `created_at` is in seconds since the epoch."""

    access_token: str
    refresh_token: str
    expires_in: int
    created_at: int

    @property
    def fields(self) -> dict[str, object]:
        """Return the pair as it stands in an answer."""
        return {
            "access_token": self.access_token,
            "token_type": "bearer",
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
            "scope": "public",
            "created_at": self.created_at,
        }


@dataclass(slots=True)
class _Grant:
    account: Account
    pair: TokenPair
    expires_at: float


class Tokens:
    """All tokens that hold. Each refresh token works once, and ends the access token beside it."""

    def __init__(self, clock: Clock, lifetime: int) -> None:
        self.lifetime = lifetime
        self._clock = clock
        self._by_access: dict[str, _Grant] = {}
        self._by_refresh: dict[str, _Grant] = {}
        self.issued: set[str] = set()
        """All tokens that there ever were."""

    def issue(self, account: Account) -> TokenPair:
        """Sign an account in."""
        now = self._clock.now()
        pair = TokenPair(secrets.token_hex(32), secrets.token_hex(32), self.lifetime, int(now))
        self.issued |= {pair.access_token, pair.refresh_token}
        grant = _Grant(account, pair, now + self.lifetime)
        self._by_access[pair.access_token] = grant
        self._by_refresh[pair.refresh_token] = grant
        return pair

    def refresh(self, refresh_token: str) -> TokenPair | None:
        """Return the next pair, or None for a token that is unknown, used or revoked."""
        grant = self._by_refresh.pop(refresh_token, None)
        if grant is None:
            return None
        self._by_access.pop(grant.pair.access_token, None)
        return self.issue(grant.account)

    def owner(self, access_token: str) -> Account | None:
        """Return whose token this is, or None where it does not hold (any more)."""
        grant = self._by_access.get(access_token)
        if grant is None or self._clock.now() >= grant.expires_at:
            return None
        return grant.account

    def revoke(self, token: str) -> None:
        """End a token, access or refresh, together with the one that was given with it."""
        grant = self._by_access.get(token) or self._by_refresh.get(token)
        if grant is not None:
            self._by_access.pop(grant.pair.access_token, None)
            self._by_refresh.pop(grant.pair.refresh_token, None)

    def expire(self) -> None:
        """Let all access tokens run out. They can be refreshed."""
        for grant in self._by_access.values():
            grant.expires_at = self._clock.now()

    def revoke_all(self) -> None:
        """End everything: only signing in again helps."""
        self._by_access.clear()
        self._by_refresh.clear()
