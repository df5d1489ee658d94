"""Telling AniList what a plan says: batch after batch, each on record before and after."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
import sqlite3

from ..clients.anilist import PER_BATCH, Change, Saved
from ..http import NotFound, Refused, ServiceError
from ..setbacks import Setback, setback
from ..store import anime as animes, entries, journal
from ..store.events import Event
from ..watch import Entry
from .anilist import AniListAccount
from .apply import may_be_done, to_its_end
from .bases import Base
from .plan import BaseKey
from .record import Run, give_up
from .record_saves import SaveResult, begin, finish, values_of
from .saving import Saving


@dataclass(slots=True)
class Saver:
    """Carries out the saves of one run of a pairing, and remembers what it met.

    An error that is not about one entry ends the run's saves. What was sent and not answered stays
    open in the journal: the next run reads the list, and then knows.
    """

    anilist: AniListAccount
    run: Run
    tell: Callable[[Event], None]
    now: Callable[[], datetime]
    setbacks: list[Setback] = field(default_factory=list)

    async def save(
        self, savings: Sequence[Saving], after: Mapping[BaseKey, Base]
    ) -> AsyncGenerator[SaveResult]:
        """Save; what is not reached any more waits for the next run."""
        for batch in batched(savings, PER_BATCH, strict=False):
            if self.setbacks:
                return
            for result in await to_its_end(self._save(batch, after)):
                yield result

    async def _save(
        self, batch: tuple[Saving, ...], after: Mapping[BaseKey, Base]
    ) -> tuple[SaveResult, ...]:
        try:
            going = await self._unchanged(batch)
        except ServiceError as error:
            self.setbacks.append(setback(error, self.now()))
            return ()
        left = tuple(SaveResult(one) for one in batch if one not in going)
        if not going:
            return left
        store = self.anilist.store
        numbers = await store.run(begin, self.run, going, after, self.now())
        store.elapsed.note(numbers)
        outcomes = await self.anilist.client.save([_change(saving) for saving in going])
        results: dict[int, SaveResult] = {}
        unheard: list[int] = []
        for number, saving, outcome in zip(numbers, going, outcomes, strict=True):
            if isinstance(outcome, Saved):
                results[number] = SaveResult(saving, outcome)
            elif isinstance(outcome, Refused | NotFound):
                results[number] = SaveResult(saving, error=outcome)
                if isinstance(outcome, NotFound):  # deleted: that shows in a whole reading only
                    await store.run(entries.distrust)
            else:
                if not self.setbacks:
                    self.setbacks.append(setback(outcome, self.now()))
                if may_be_done(outcome):
                    unheard.append(number)
                else:
                    await store.run(give_up, (number,), outcome.detail, self.now())
        store.elapsed.forget(set(numbers) - set(unheard))
        if unheard:
            store.elapsed.note(unheard)
            await store.run(journal.doubt, unheard, self.now())
        told = await store.run(finish, self.run, results, self.now())
        for event in told:
            self.tell(event)
        return (*left, *results.values())

    async def _unchanged(self, batch: tuple[Saving, ...]) -> tuple[Saving, ...]:
        """Read the list again, and return what is still as it was planned from (W8)."""
        await self.anilist.reread()
        found = await self.anilist.store.run(
            _entries, self.anilist.account_id, [saving.anilist for saving in batch]
        )
        return tuple(saving for saving in batch if _is_as_planned(saving, found))


def _is_as_planned(saving: Saving, found: Mapping[int, Entry]) -> bool:
    entry = found.get(saving.anilist)
    if entry is None or saving.is_new:
        return entry is None and saving.is_new
    return values_of(entry) == values_of(saving.entry)


def _entries(connection: sqlite3.Connection, account: str, ids: Sequence[int]) -> dict[int, Entry]:
    anime = animes.load(connection, ids)
    return {entry.anime.id: entry for entry in entries.load(connection, account, anime)}


def _change(saving: Saving) -> Change:
    save = saving.save
    return Change(
        saving.anilist,
        save.status,
        save.progress,
        save.repeat,
        save.score,
        save.started,
        save.completed,
        entry=saving.entry.id or None,
    )
