"""What goes into the planner, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..ledger import LedgerKey, LedgerRow
from ..model import Decision, LibraryRow, ListItem, MediaType, Quality, ShowDetails, TitleKey
from ..store.allowances import Allowance
from .policy import Destination, Policy


@dataclass(frozen=True, slots=True)
class ListedTitle:
    """A row of a list with what it was resolved to.

    `key` is None where the ids lead to nothing (`candidates` 0), to several titles (more), or
    could not be looked up just now (`unresolved`). `returned_at` is when it came back to a list
    that a person curates (R2).
    """

    item: ListItem
    key: TitleKey | None
    candidates: int = 1
    unresolved: bool = False
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedList:
    """A list as the planner sees it. One that cannot act (paused, refused) claims nothing (R4)."""

    job_id: str
    policy: Policy
    titles: tuple[ListedTitle, ...]
    can_act: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server offers: copies in 4K, and requests of season 0."""

    movie_4k: bool = False
    show_4k: bool = False
    specials: bool = False

    def has(self, media_type: MediaType, quality: Quality) -> bool:
        """Whether titles of a type can be asked for in a quality."""
        if quality is Quality.HD:
            return True
        return self.movie_4k if media_type is MediaType.MOVIE else self.show_4k


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """All that a plan depends on. `lists` holds every list of the account, in the order of R4."""

    lists: tuple[PlannedList, ...]
    library: Mapping[TitleKey, LibraryRow]
    ledger: Mapping[LedgerKey, LedgerRow]
    now: datetime
    offer: Offer = field(default_factory=Offer)
    shows: Mapping[int, ShowDetails] = field(default_factory=dict)
    unknown_shows: frozenset[int] = frozenset()
    """Shows whose details the server could not give."""
    baselines: Mapping[tuple[str, int], int] = field(default_factory=dict)
    excluded: frozenset[TitleKey] = frozenset()
    allowances: Mapping[tuple[int | None, MediaType], Allowance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestAction:
    """One POST to be made. `seasons` is empty for a film."""

    job_id: str
    key: TitleKey
    title: str
    quality: Quality
    seasons: tuple[int, ...]
    user_id: int | None
    at_once: bool
    destination: Destination
    item: ListItem


@dataclass(frozen=True, slots=True)
class Plan:
    """What the sync of every list of an account would do, and why.

    `needs_shows` has, by list, the shows whose seasons have to be read before its plan is whole.
    """

    actions: tuple[RequestAction, ...]
    decisions: Mapping[str, tuple[Decision, ...]]
    needs_shows: Mapping[str, frozenset[int]]
    baselines: Mapping[tuple[str, int], int]
    deferred_until: Mapping[str, datetime]

    def actions_of(self, job_id: str) -> tuple[RequestAction, ...]:
        """Return what one list would do."""
        return tuple(action for action in self.actions if action.job_id == job_id)
