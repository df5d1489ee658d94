"""What Trakt answers, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ...model import ListItem


@dataclass(frozen=True, slots=True)
class TraktUser:
    """A person on Trakt. `slug` and `name` may change; `id` does not.

    `id` is the account's uuid for who is signed in, the number of the account for others.
    """

    id: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class TraktList:
    """What Trakt says of a list. `id` never changes; `owner` is a slug, which may."""

    id: int
    name: str
    owner: str
    is_public: bool
    updated_at: datetime
    item_count: int

    @property
    def fingerprint(self) -> str:
        """Return what changes when something comes to the list or leaves it."""
        return f"{self.updated_at.isoformat()} {self.item_count}"


@dataclass(frozen=True, slots=True)
class TraktItems:
    """The rows of a list. `left_out` counts, by kind, those that can never be requested."""

    items: tuple[ListItem, ...]
    left_out: Mapping[str, int]
