"""Codes with which a device signs in while a person allows it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Account
    from .clock import Clock

# A client that waits for exactly the interval may arrive a moment early by another clock.
SLACK = 0.05


class Poll(Enum):
    """How a poll is answered, as an HTTP status."""

    APPROVED = 200
    PENDING = 400
    UNKNOWN = 404
    USED = 409
    EXPIRED = 410
    DENIED = 418
    TOO_FAST = 429


@dataclass(slots=True)
class _Code:
    device_code: str
    user_code: str
    expires_at: float
    approved_by: Account | None = None
    denied: bool = False
    used: bool = False
    polled_at: float | None = None


class Devices:
    """The codes that were given out."""

    def __init__(self, clock: Clock, lifetime: int, interval: int) -> None:
        self.lifetime = lifetime
        self.interval = interval
        self._clock = clock
        self._codes: list[_Code] = []

    @property
    def issued(self) -> set[str]:
        """Return all codes that were given out, for devices and for people."""
        return {text for code in self._codes for text in (code.device_code, code.user_code)}

    def start(self) -> tuple[str, str]:
        """Return a new device code and the user code that belongs to it."""
        code = _Code(
            secrets.token_hex(32),
            secrets.token_hex(4).upper(),
            self._clock.now() + self.lifetime,
        )
        self._codes.append(code)
        return code.device_code, code.user_code

    def poll(self, device_code: str) -> tuple[Poll, Account | None]:
        """Return the state of a code; approval is told once, with who approved."""
        code = next((code for code in self._codes if code.device_code == device_code), None)
        if code is None:
            return Poll.UNKNOWN, None
        now, last = self._clock.now(), code.polled_at
        code.polled_at = now
        state = Poll.PENDING
        if code.used:
            state = Poll.USED
        elif now >= code.expires_at:
            state = Poll.EXPIRED
        elif code.denied:
            state = Poll.DENIED
        elif last is not None and now - last < self.interval - SLACK:
            state = Poll.TOO_FAST
        elif code.approved_by is not None:
            code.used = True
            return Poll.APPROVED, code.approved_by
        return state, None

    def approve(self, user_code: str, account: Account) -> None:
        """Allow the device in, as a person does who types the user code."""
        self._waiting(user_code).approved_by = account

    def deny(self, user_code: str) -> None:
        """Refuse the device."""
        self._waiting(user_code).denied = True

    def expire(self) -> None:
        """Let the time of all codes run out."""
        for code in self._codes:
            code.expires_at = self._clock.now()

    def _waiting(self, user_code: str) -> _Code:
        for code in self._codes:
            if code.user_code == user_code and not code.used:
                return code
        raise KeyError(f"no code {user_code} is waiting")
