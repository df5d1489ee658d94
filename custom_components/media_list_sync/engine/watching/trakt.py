"""A Trakt account as a tracker: what was watched there, and adding plays.

Trakt keeps every play that it is sent. So what is watched is read again before each write, and
nothing is written of which that reading is not whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from ..clients.trakt import TraktTracker as TraktWatching
from ..placement import TargetId
from ..store import tracked_state
from ..store.database import Store
from .plan import Action, ActionKind
from .readings import Readings
from .taking_back import Marked, TakenBack
from .tracker import Shown, Written
from .trakt_beside import TraktBeside
from .trakt_learning import TraktLearning
from .trakt_reading import TraktReading
from .trakt_undo import TraktUndoing
from .trakt_writing import TraktWriting, batches


class TraktTracker:
    """One person on Trakt. `wants` says what pairings use beside plays: rate, list, drop."""

    is_trakt = True

    def __init__(
        self,
        trakt: TraktWatching,
        store: Store,
        account_id: str,
        wants: Callable[[], frozenset[ActionKind]],
        now: Callable[[], datetime],
    ) -> None:
        self.trakt = trakt
        self.store = store
        self.account_id = account_id
        self._reading = TraktReading(trakt, store, account_id, wants, now)
        self._learning = TraktLearning(trakt, store, account_id, now)
        self._beside = TraktBeside(trakt, store, account_id, self._learning)
        before_writing = self._reading.refresh_before_writing
        self._writing = TraktWriting(
            trakt, store, account_id, before_writing, self._learning, self._beside
        )
        self._undoing = TraktUndoing(trakt, store, account_id, self._reading.reread)

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request where nothing changed."""
        await self._reading.refresh(whole=whole)

    async def version(self) -> str:
        """Return what changes when the stored snapshot does."""
        return await self.store.run(tracked_state.version, self.account_id)

    async def learn(self, targets: Collection[TargetId]) -> None:
        """Look up shows, and read their seasons: one request each, two for those never watched."""
        await self._learning.learn(targets)

    async def reread(self, units: Collection[str]) -> None:
        """Read all that was watched again: two requests, whatever it is about."""
        await self._reading.reread(units)

    def batches(self, actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
        """Cut actions into writes of one kind, with at most `PLAYS` plays; plays come first."""
        return batches(actions)

    async def take_back(self, marked: Sequence[Marked], *, is_dry: bool) -> tuple[TakenBack, ...]:
        """Take back what was marked, and is still as we wrote it. `is_dry`: only look."""
        return await self._undoing.take_back(marked, is_dry=is_dry)

    async def shown(
        self, actions: Sequence[Action], readings: Readings
    ) -> tuple[Shown | None, ...]:
        """Ask what there is now beside plays: all that there is, of each kind."""
        return await self._beside.shown(actions, readings)

    async def put_back(self, actions: Sequence[Action]) -> tuple[Written, ...]:
        """Write what was there before, in one request of each kind."""
        return await self._beside.put_back(actions)

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, which is of one kind, in one request."""
        return await self._writing.write(batch)
