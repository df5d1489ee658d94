"""A Plex server as a tracker: its libraries, and marking what was watched there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from ..clients.plex import PlexServer, PlexWatchlist
from ..placement import TargetId
from ..store import tracked_state
from ..store.database import Store
from .plan import Action
from .plex_beside import PlexBeside
from .plex_reading import PlexReading
from .plex_undo import PlexUndoing
from .plex_writing import PlexWriting, batches
from .readings import Readings
from .taking_back import Marked, TakenBack
from .tracker import Shown, Written


class PlexTracker:
    """One person on one server. `sections`: the libraries (uuid, or key) that pairings use.

    `reach` returns the server, as its person, where it is now.
    """

    is_trakt = False

    def __init__(
        self,
        reach: Callable[[], PlexServer],
        watchlist: PlexWatchlist | None,
        store: Store,
        account_id: str,
        sections: Callable[[], frozenset[str]],
        now: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.account_id = account_id
        self._reading = PlexReading(reach, watchlist, store, account_id, sections, now)
        self._beside = PlexBeside(reach, watchlist, store, account_id)
        self._writing = PlexWriting(reach, store, account_id, now, self._reading, self._beside)
        self._undoing = PlexUndoing(reach, store, account_id, self._reading)

    async def refresh(self, *, whole: bool) -> None:
        """Bring the stored snapshot up to date: one request a library where nothing changed."""
        await self._reading.refresh(whole=whole)

    async def version(self) -> str:
        """Return what changes when the stored snapshot does."""
        return await self.store.run(tracked_state.version, self.account_id)

    async def learn(self, targets: Collection[TargetId]) -> None:
        """There is nothing to be learned: what a library does not have cannot be marked."""

    async def reread(self, units: Collection[str]) -> None:
        """Read the episodes of some shows again, or the libraries of some films."""
        await self._reading.reread(units)

    def batches(self, actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
        """Cut actions so that about `CALLS` calls go together."""
        return batches(actions)

    async def take_back(self, marked: Sequence[Marked], *, is_dry: bool) -> tuple[TakenBack, ...]:
        """Take back what was marked, and is still as we wrote it. `is_dry`: only look."""
        return await self._undoing.take_back(marked, is_dry=is_dry)

    async def shown(
        self, actions: Sequence[Action], readings: Readings
    ) -> tuple[Shown | None, ...]:
        """Ask what there is now beside episodes."""
        return await self._beside.shown(actions, readings)

    async def put_back(self, actions: Sequence[Action]) -> tuple[Written, ...]:
        """Write what was there before, a few calls at a time."""
        return await self._beside.put_back(actions)

    async def write(self, batch: Sequence[Action]) -> tuple[Written, ...]:
        """Carry out a batch, a few calls at a time."""
        return await self._writing.write(batch)
