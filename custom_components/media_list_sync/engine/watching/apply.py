"""Carrying a plan out: batch after batch, each on record before and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..http import InvalidAnswer, ServiceError, Unreachable
from ..setbacks import Setback, setback
from ..store.database import Store
from ..store.events import Event
from .bases import Base
from .plan import Action, BaseKey
from .record import Run, begin, finish, give_up
from .tracker import InDoubt, Tracker, Written

GRACE = 5.0
"""Seconds that a write on its way is given to end when everything is stopped."""


@dataclass(slots=True)
class Applier:
    """Carries out the actions of one run of a pairing, and remembers what it met.

    An error ends the run's writes. What was sent and not answered stays open in the journal: the
    next run reads the tracker, and then knows.
    """

    store: Store
    tracker: Tracker
    run: Run
    tell: Callable[[Event], None]
    now: Callable[[], datetime]
    setbacks: list[Setback] = field(default_factory=list)

    async def apply(
        self, actions: Sequence[Action], after: Mapping[BaseKey, Base]
    ) -> AsyncGenerator[Written]:
        """Carry actions out; what is not reached any more waits for the next run."""
        for batch in self.tracker.batches(actions):
            if self.setbacks:
                return
            for written in await self._to_its_end(batch, after):
                yield written

    async def _to_its_end(
        self, batch: tuple[Action, ...], after: Mapping[BaseKey, Base]
    ) -> tuple[Written, ...]:
        """Write a batch; when everything is stopped meanwhile, let it end within seconds."""
        step = asyncio.ensure_future(self._write(batch, after))
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.wait({step}, timeout=GRACE)
            step.cancel()
            raise

    async def _write(
        self, batch: tuple[Action, ...], after: Mapping[BaseKey, Base]
    ) -> tuple[Written, ...]:
        entries = await self.store.run(begin, self.run, batch, after, self.now())
        try:
            results = await self.tracker.write(batch)
        except InDoubt as doubt:
            self.setbacks.append(setback(doubt.error, self.now()))
            return ()
        except ServiceError as error:
            self.setbacks.append(setback(error, self.now()))
            if not _may_be_done(error):
                await self.store.run(give_up, entries, error.detail, self.now())
            return ()
        by_entry = dict(zip(entries, results, strict=True))
        told = await self.store.run(finish, self.run, by_entry, after, self.now())
        for event in told:
            self.tell(event)
        return results


def _may_be_done(error: ServiceError) -> bool:
    """Say whether a write may have been carried out although it ended in an error."""
    if isinstance(error, Unreachable):
        return error.sent
    return isinstance(error, InvalidAnswer)
