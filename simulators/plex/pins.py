"""Codes by which a device is linked to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
import secrets
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.trakt import Clock

    from .people import Person

LIFETIME = 900
"""Seconds (recorded: `expiresIn` 900)."""

_LOCATION = {
    "code": "DE",
    "european_union_member": True,
    "continent_code": "EU",
    "country": "Germany",
    "city": "Berlin",
    "time_zone": "Europe/Berlin",
    "postal_code": "10115",
    "in_privacy_restricted_country": True,
    "subdivisions": "Land Berlin",
    "coordinates": "52.520, 13.405",
}


@dataclass(slots=True)
class Pin:
    """One code, for one client."""

    id: int
    code: str
    client: str
    product: str
    created: float
    expires: float
    token: str | None = None

    def fields(self, now: float) -> dict[str, object]:
        """Return the PIN as it stands in an answer."""
        return {
            "id": self.id,
            "code": self.code,
            "product": self.product,
            "trusted": False,
            "clientIdentifier": self.client,
            "location": _LOCATION,
            "expiresIn": max(0, round(self.expires - now)),
            "createdAt": _iso(self.created),
            "expiresAt": _iso(self.expires),
            "authToken": self.token,
            "newRegistration": None if self.token is None else False,
        }


class Pins:
    """All codes that were given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pins: dict[int, Pin] = {}

    @property
    def issued(self) -> set[str]:
        """Return all codes that were given out."""
        return {pin.code for pin in self._pins.values()}

    def new(self, client: str, product: str, *, strong: bool) -> Pin:
        """Give out a code: four letters to be typed, or a long one for the address."""
        letters = string.ascii_lowercase if strong else string.ascii_uppercase
        code = "".join(secrets.choice(letters + string.digits) for _ in range(25 if strong else 4))
        now = self._clock.now()
        number = 111_222_333 + len(self._pins)
        self._pins[number] = Pin(number, code, client, product, now, now + LIFETIME)
        return self._pins[number]

    def of(self, number: int, client: str) -> Pin | None:
        """Return a PIN to the client that asked for it, as long as it holds."""
        pin = self._pins.get(number)
        if pin is None or pin.client != client or self._clock.now() >= pin.expires:
            return None
        return pin

    def link(self, code: str, person: Person) -> None:
        """Link the device that waits with this code."""
        for pin in self._pins.values():
            waits = pin.token is None and self._clock.now() < pin.expires
            if waits and pin.code.lower() == code.lower():
                pin.token = person.sign_in()
                return
        raise KeyError(f"no code {code} is waiting")

    def expire(self) -> None:
        """Let the time of all codes run out."""
        for pin in self._pins.values():
            pin.expires = self._clock.now()


def _iso(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
