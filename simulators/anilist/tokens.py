"""Access tokens: they hold for a year, and nothing renews them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
import json
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock
    from .entries import Account

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class App:
    """What its owner sees of an API client in AniList's settings."""

    client_id: str = "12345"
    client_secret: str = "anilist-client-secret"
    redirect_uri: str = "https://my.home-assistant.io/redirect/oauth"


class Tokens:
    """All codes and tokens that hold. A code works once, for ten minutes."""

    def __init__(self, clock: Clock, lifetime: int = YEAR) -> None:
        self.lifetime = lifetime
        self._clock = clock
        self._codes: dict[str, tuple[Account, float]] = {}
        self._owners: dict[str, tuple[Account, float]] = {}
        self.issued: set[str] = set()
        """All codes and tokens that there ever were."""

    def code(self, account: Account) -> str:
        """Return a code that a token can be had for."""
        code = secrets.token_hex(40)
        self._codes[code] = (account, self._clock.now() + 600)
        self.issued.add(code)
        return code

    def redeem(self, code: str) -> Account | None:
        """Return whose code it is, and use it up; None for one that does not hold."""
        account, ends_at = self._codes.pop(code, (None, 0.0))
        return account if self._clock.now() < ends_at else None

    def issue(self, account: Account, app: App) -> str:
        """Return a token: a JWT with the end of its life in it."""
        now = self._clock.now()
        claims = {
            "aud": app.client_id,
            "jti": secrets.token_hex(40),
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + self.lifetime,
            "sub": str(account.id),
            "scopes": [],
        }
        parts = ({"typ": "JWT", "alg": "RS256"}, claims)
        head = ".".join(_base64(json.dumps(part).encode()) for part in parts)
        token = f"{head}.{_base64(secrets.token_bytes(256))}"
        self._owners[token] = (account, now + self.lifetime)
        self.issued.add(token)
        return token

    def owner(self, token: str) -> Account | None:
        """Return whose token this is, or None where it does not hold (any more)."""
        account, ends_at = self._owners.get(token, (None, 0.0))
        return account if self._clock.now() < ends_at else None

    def revoke_all(self) -> None:
        """End all tokens, as a person does in the settings of the account."""
        self._owners.clear()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
