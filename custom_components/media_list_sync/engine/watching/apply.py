"""Carrying a plan out: batch after batch, each on record before and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..clients.trakt import AccountLimit
from ..http import InvalidAnswer, ServiceError, Unreachable
from ..setbacks import Setback, setback
from ..store import journal
from ..store.database import Store
from ..store.events import Event
from .bases import Base
from .beside import with_former
from .plan import Action, ActionKind, BaseKey
from .readings import Readings
from .record import Run, begin, finish, give_up
from .tracker import InDoubt, Tracker, Written

GRACE = 5.0
"""Seconds that a write on its way is given to end when everything is stopped."""


@dataclass(slots=True)
class Applier:
    """Carries out the actions of one run of a pairing, and remembers what it met.

    An error ends the run's writes. What was sent and not answered stays open in the journal: a run
    that reads the tracker a while later (`LATE`) knows. `full` has what there is no room for any
    more, apart from plays: the rest of the run goes on without it.
    """

    store: Store
    tracker: Tracker
    run: Run
    tell: Callable[[Event], None]
    now: Callable[[], datetime]
    readings: Readings
    setbacks: list[Setback] = field(default_factory=list)
    full: dict[ActionKind, Setback] = field(default_factory=dict)

    async def apply(
        self, actions: Sequence[Action], after: Mapping[BaseKey, Base]
    ) -> AsyncGenerator[Written]:
        """Carry actions out; what is not reached any more waits for the next run."""
        for batch in self.tracker.batches(actions):
            if self.setbacks:
                return
            if batch[0].kind in self.full:
                continue
            for written in await to_its_end(self._write(batch, after)):
                yield written

    async def _write(
        self, planned: tuple[Action, ...], after: Mapping[BaseKey, Base]
    ) -> tuple[Written, ...]:
        try:
            batch = await with_former(self.tracker, planned, self.readings)
        except ServiceError as error:
            self.setbacks.append(setback(error, self.now()))
            return ()
        entries = await self.store.run(begin, self.run, batch, after, self.now())
        self.store.elapsed.note(entries)
        try:
            results = await self.tracker.write(batch)
        except InDoubt as doubt:
            self.setbacks.append(setback(doubt.error, self.now()))
            await self._doubt(entries)
            return ()
        except ServiceError as error:
            met = setback(error, self.now())
            kind = batch[0].kind
            if isinstance(error, AccountLimit) and kind is not ActionKind.MARK:
                self.full[kind] = met
            else:
                self.setbacks.append(met)
            if may_be_done(error):
                await self._doubt(entries)
            else:
                await self.store.run(give_up, entries, error.detail, self.now())
                self.store.elapsed.forget(entries)
            return ()
        by_entry = dict(zip(entries, results, strict=True))
        told = await self.store.run(finish, self.run, by_entry, after, self.now())
        self.store.elapsed.forget(entries)
        for event in told:
            self.tell(event)
        return results

    async def _doubt(self, entries: Sequence[int]) -> None:
        """Put on record that nobody waits for an answer any more."""
        self.store.elapsed.note(entries)
        await self.store.run(journal.doubt, entries, self.now())


async def to_its_end[T](write: Coroutine[None, None, T]) -> T:
    """Wait for a write; when everything is stopped meanwhile, let it end within seconds."""
    step = asyncio.ensure_future(write)
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await asyncio.wait({step}, timeout=GRACE)
        step.cancel()
        raise


def may_be_done(error: ServiceError) -> bool:
    """Say whether a write may have been carried out although it ended in an error."""
    if isinstance(error, Unreachable):
        return error.sent
    return isinstance(error, InvalidAnswer)
