"""Everything that Trakt knows, apart from how it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from .accounts import Account
from .entries import Entry, Person
from .lists import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulators.catalog import CatalogTitle

    from .app import App
    from .clock import Clock
    from .devices import Devices
    from .limits import Bucket, Wall, WriteLimit
    from .lists import TraktList
    from .titles import Titles
    from .tokens import Tokens

type Listable = CatalogTitle | Entry | Person
"""What can be put on a list: a bare title stands for the whole of it."""


@dataclass(slots=True)
class State:
    """The accounts, lists, charts and tokens, and what holds for all of them."""

    app: App | None
    """The app, or None once it is deleted."""
    clock: Clock
    tokens: Tokens
    devices: Devices
    bucket: Bucket
    writes: WriteLimit
    titles: Titles
    accounts: dict[str, Account] = field(default_factory=dict)
    lists: dict[int, TraktList] = field(default_factory=dict)
    charts: dict[tuple[str, str], list[CatalogTitle]] = field(default_factory=dict)
    walls: list[Wall] = field(default_factory=list)
    list_numbers: Iterator[int] = field(default_factory=lambda: count(1_000_001))
    """The number of a deleted list is not given again."""
    play_numbers: Iterator[int] = field(default_factory=lambda: count(2**33 + 1))
    """The ids of plays are wider than 32 bits."""
    least_cut: int | None = None
    """How many shows `extended=min` has, without a word about the others; None: all."""
    _places: Iterator[int] = field(default_factory=lambda: count(2**40 + 1))

    def lists_of(self, account: Account) -> list[TraktList]:
        """Return the lists of an account, in the order in which they were made."""
        return [found for found in self.lists.values() if found.owner is account]

    def extend(self, items: list[Listed], additions: Iterable[Listable]) -> set[str]:
        """Put what is not there yet at the end, and return the kinds of what came."""
        present = {item.entry for item in items}
        kinds = set()
        for addition in additions:
            entry = addition if isinstance(addition, Entry | Person) else Entry(addition)
            if entry not in present:
                items.append(Listed(next(self._places), self.clock.stamp(), entry))
                present.add(entry)
                kinds.add(entry.kind)
        return kinds

    def reduce(self, items: list[Listed], removals: Iterable[Listable]) -> set[str]:
        """Take these away, and return the kinds of what went."""
        gone = {
            removal if isinstance(removal, Entry | Person) else Entry(removal)
            for removal in removals
        }
        missing = gone - {item.entry for item in items}
        if missing:
            raise ValueError(f"not on the list: {missing}")
        items[:] = [item for item in items if item.entry not in gone]
        return {entry.kind for entry in gone}
