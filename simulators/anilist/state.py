"""Everything that AniList knows, apart from how it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from .clock import Clock
from .entries import Account, ListEntry
from .errors import not_found
from .media import AniListMedia


@dataclass(frozen=True, slots=True)
class Write:
    """A change of a list: by which mutation, of whose entry, and how it was before and after.

    `before` is None for a new entry, `after` for a deleted one.
    """

    kind: str
    user: str
    media_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(slots=True)
class State:
    """The people and the anime, and what was written."""

    clock: Clock
    accounts: dict[int, Account] = field(default_factory=dict)
    media: dict[int, AniListMedia] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    entry_ids: Iterator[int] = field(default_factory=lambda: count(400_000_001))
    """The id of a deleted entry is not given again."""

    def account(
        self, viewer: Account | None, user_id: object = None, name: object = None
    ) -> Account:
        """Return a person by id or name, the case of which does not matter."""
        for account in self.accounts.values():
            if account.id == user_id or (
                user_id is None and account.name.lower() == str(name).lower()
            ):
                if account.private and viewer is not account:
                    raise not_found("Private User")
                return account
        raise not_found("User not found" if user_id is None else "Not Found.")

    def new_entry(self, owner: Account, media: AniListMedia, status: str) -> ListEntry:
        """Put an anime on a list."""
        entry = ListEntry(next(self.entry_ids), media, status)
        entry.created_at = entry.updated_at = self.clock.stamp()
        owner.entries[media.id] = entry
        return entry

    def written(
        self, kind: str, owner: Account, entry: ListEntry, before: Mapping[str, Any] | None
    ) -> None:
        """Put down a change."""
        after = None if kind == "DeleteMediaListEntry" else entry.snapshot()
        self.writes.append(Write(kind, owner.name, entry.media.id, before, after))
