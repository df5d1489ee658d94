"""A personal list: its state, how Trakt writes it, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import shapes
from .clock import iso

if TYPE_CHECKING:
    from datetime import datetime

    from .accounts import Account
    from .entries import Entry, Person


@dataclass(frozen=True, slots=True)
class Listed:
    """Something on a list, with the id of its place there, which is wider than 32 bits."""

    number: int
    listed_at: datetime
    entry: Entry | Person

    def fields(self, rank: int) -> dict[str, object]:
        """Return it as it stands in an answer. The rank is that among all, whatever is filtered."""
        return {
            "rank": rank,
            "id": self.number,
            "listed_at": iso(self.listed_at),
            "notes": None,
            "type": self.entry.kind,
            **self.entry.fields,
        }


@dataclass(slots=True)
class TraktList:
    """A list. Its number never changes; its slug follows its name."""

    number: int
    name: str
    slug: str
    owner: Account
    created: datetime
    updated: datetime
    privacy: str = "public"
    items: list[Listed] = field(default_factory=list)
    reads_empty: int = 0
    """How many reads of its items from now on show none although there are some."""

    def visible_to(self, viewer: Account | None) -> bool:
        """Return whether this person sees it.

        Nobody here has friends, so that a list for friends is like a private one.
        """
        return self.privacy == "public" or viewer is self.owner

    @property
    def fields(self) -> dict[str, object]:
        """Return what Trakt says of it, without its items."""
        return {
            "name": self.name,
            "description": "",
            "privacy": self.privacy,
            "share_link": f"https://trakt.tv/lists/{self.number}",
            "type": "personal",
            "display_numbers": False,
            "allow_comments": True,
            "sort_by": "rank",
            "sort_how": "asc",
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "item_count": len(self.items),
            "comment_count": 0,
            "likes": 0,
            "ids": {"trakt": self.number, "slug": self.slug},
            "user": self.owner.profile,
        }


def free_slug(name: str, number: int, taken: set[str]) -> str:
    """Return a slug for a list that no other list of the same person has."""
    base = shapes.slug(name) or str(number)
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug
