"""What a pairing needs of Plex or Trakt, whichever it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..placement import Spot, TargetId
from .plan import Action
from .readings import Readings
from .taking_back import Marked, TakenBack

if TYPE_CHECKING:  # plans are made where there is the standard library alone
    from ..http import ServiceError


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one action. `not_found`: the tracker does not know these episodes.

    `items` are the tracker's own names for what was marked, where it tells them.
    """

    action: Action
    done: frozenset[Spot] = frozenset()
    not_found: frozenset[Spot] = frozenset()
    is_refused: bool = False
    """The tracker said no to this one, in the words of `detail`; others may go well."""
    detail: str = ""
    items: dict[Spot, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tracker shows of what an action beside episodes is about.

    `value` is a rating in the tracker's own scale, or 1 for what is listed or dropped, and 0 where
    there is none. `since` is when it was listed or dropped (seconds since 1970), None where nobody
    tells, and of ratings: one that an undo put back is as good as the first.
    """

    value: float
    since: int | None = None


class InDoubt(Exception):
    """A batch ended in an error, after which some of it may have been carried out."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__(error)
        self.error = error


class Tracker(Protocol):
    """One account on Plex or Trakt. Every method raises the family of ServiceError."""

    account_id: str
    is_trakt: bool

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date, with as few requests as the service allows.

        `whole`: read everything again, also what seems unchanged.
        """

    async def version(self) -> str:
        """Return what changes when the stored snapshot does."""

    async def learn(self, targets: Collection[TargetId]) -> None:
        """Look up shows and films that the snapshot does not have, and the sizes of their seasons.

        What the tracker does not know is put on record as such, and is not asked for again soon.
        """

    async def reread(self, units: Collection[str]) -> None:
        """Read some units again: what became of a write of which no answer was heard."""

    def batches(self, actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
        """Cut actions into what is put on record and written together."""

    async def take_back(self, marked: Sequence[Marked], *, is_dry: bool) -> tuple[TakenBack, ...]:
        """Take back what was marked, and is still as we wrote it. `is_dry`: only look."""

    async def shown(
        self, actions: Sequence[Action], readings: Readings
    ) -> tuple[Shown | None, ...]:
        """Ask what there is now of what actions other than marks are about. None: cannot be told.

        What comes with everything of its kind is taken from `readings` where it is among them.
        """

    async def put_back(self, actions: Sequence[Action]) -> tuple[Written, ...]:
        """Write what was there before other actions than marks: what is `former` in them.

        To do so once more is no harm, after whatever error.
        """

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch. InDoubt where an error may not be about all of it.

        Of other errors Unreachable with `sent`, and InvalidAnswer, leave all of it in doubt.
        """
