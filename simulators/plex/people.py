"""Who lives in the Plex Home: the owner of the server and the others, with PINs and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
import hashlib
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True, eq=False)
class Person:
    """A user of the home. One without an e-mail address of their own is managed ("restricted")."""

    id: int
    title: str
    admin: bool
    restricted: bool
    pin: str | None
    tokens: set[str] = field(default_factory=set)
    """What plex.tv and discover know the person by, one for each device that was linked."""
    server_token: str = field(default_factory=lambda: secrets.token_urlsafe(15))
    """What the server knows the person by: the `accessToken` of the resource."""
    watchlist: dict[str, int] = field(default_factory=dict)
    """Keys of titles on discover, with the epoch second in which each was put there."""
    revoked: set[str] = field(default_factory=set)
    """Tokens that do not hold any more."""

    @property
    def uuid(self) -> str:
        """Return the 16 hexadecimal digits by which the newer addresses call the person."""
        return hashlib.sha256(f"plex user {self.id}".encode()).hexdigest()[:16]

    @property
    def account_id(self) -> int:
        """Return the number on the server, where the owner is always 1."""
        return 1 if self.admin else self.id

    @property
    def username(self) -> str | None:
        """Return the name at plex.tv, which managed users do not have."""
        return None if self.restricted else self.title.lower()

    @property
    def email(self) -> str | None:
        """Return the address, which managed users do not have."""
        return None if self.restricted else f"{self.title.lower()}@example.com"

    @property
    def thumb(self) -> str:
        """Return the address of the picture."""
        return f"https://plex.tv/users/{self.uuid}/avatar?c=1700000000"

    def sign_in(self) -> str:
        """Return a new token of the account."""
        token = secrets.token_urlsafe(15)
        self.tokens.add(token)
        return token

    def revoke(self) -> None:
        """End all tokens."""
        self.revoked |= {*self.tokens, self.server_token}
        self.tokens.clear()
        self.server_token = secrets.token_urlsafe(15)


class People:
    """All of the home. The first is its admin, and the owner of the server."""

    def __init__(self) -> None:
        self._everybody: list[Person] = []

    def add(self, title: str, *, restricted: bool = False, pin: str | None = None) -> Person:
        """Let somebody in."""
        number = 100_001 + len(self._everybody)
        person = Person(number, title, not self._everybody, restricted, pin)
        self._everybody.append(person)
        return person

    def __iter__(self) -> Iterator[Person]:
        """Go through everybody, the owner first."""
        return iter(self._everybody)

    def __len__(self) -> int:
        """Return how many live here."""
        return len(self._everybody)

    @property
    def secrets(self) -> set[str]:
        """Return all tokens that there ever were, and the PINs."""
        tokens = {
            token
            for one in self._everybody
            for token in (*one.tokens, *one.revoked, one.server_token)
        }
        return tokens | {one.pin for one in self._everybody if one.pin is not None}

    @property
    def owner(self) -> Person:
        """Return who owns the server."""
        return self._everybody[0]

    def of_account(self, token: str) -> Person | None:
        """Return whose token this is at plex.tv and discover."""
        return next((one for one in self._everybody if token in one.tokens), None)

    def of_server(self, token: str) -> Person | None:
        """Return whose token this is at the server.

        A token of the owner's account works there too. Those of others do not: each needs the
        `accessToken` that the resources list has for them.
        """
        for one in self._everybody:
            if token == one.server_token or (one.admin and token in one.tokens):
                return one
        return None
