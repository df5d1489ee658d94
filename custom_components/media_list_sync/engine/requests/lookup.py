"""Asking the server what ids lead to, and what seasons shows have, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from ..clients.seerr import Found
from ..http import Refused
from ..model import ShowDetails
from ..store import identities, shows
from ..store.identities import Identity
from ..together import together
from .account import SeerrAccount
from .prepare import WEEK, spread
from .resolve import Lookup

AT_ONCE = 4
BATCH = 50
"""So many answers are put on record in one go."""

GIVE_UP = 5
"""So many refusals in a row, and TMDB is taken to be down: the rest waits for the next run."""

NOTHING_FOUND_AGAIN = timedelta(days=1)
"""When an id that led nowhere, or a show that could not be read, is asked for again."""
ENDED_AGAIN = timedelta(days=30)


@dataclass(slots=True)
class Asked:
    """How a round of questions went."""

    refused: int = 0
    gave_up: bool = False
    unreadable: set[int] = field(default_factory=set)


async def search(
    account: SeerrAccount, lookups: Iterable[Lookup], progress: Callable[[float], None]
) -> Asked:
    """Search for ids, and put on record what they lead to; nothing is put down of a refusal.

    Raises the client's errors; what was found until then is kept.
    """
    asked = Asked()
    found: list[Identity] = []
    waiting = list(lookups)

    async def ask(lookup: Lookup) -> None:
        source, value = lookup
        titles: tuple[Found, ...] = await account.client.find(source, value)
        found.append(Identity(source, value, tuple(dict.fromkeys(t.key for t in titles))))

    async def keep() -> None:
        if found:
            batch = tuple(found)
            found.clear()
            now = account.now()
            await account.store.run(identities.save, batch, now, now + NOTHING_FOUND_AGAIN)

    try:
        for start in range(0, len(waiting), BATCH):
            await _together(ask, waiting[start : start + BATCH], asked)
            await keep()
            progress(min(start + BATCH, len(waiting)) / len(waiting))
            if asked.gave_up:
                break
    finally:
        await keep()
    return asked


async def read_shows(
    account: SeerrAccount, numbers: Iterable[int], progress: Callable[[float], None]
) -> Asked:
    """Read the seasons of shows, and put them on record with when to look again (R7)."""
    asked = Asked()
    server = await account.server_id()
    waiting = list(numbers)

    async def ask(tmdb: int) -> None:
        try:
            details: ShowDetails = await account.client.show(tmdb)
        except Refused:
            asked.unreadable.add(tmdb)
            raise
        now = account.now()
        again = now + (ENDED_AGAIN if details.ended else WEEK / 2 + spread(tmdb, WEEK / 2))
        await account.store.run(shows.save, server, details, now, again)

    for start in range(0, len(waiting), BATCH):
        await _together(ask, waiting[start : start + BATCH], asked)
        progress(min(start + BATCH, len(waiting)) / len(waiting))
        if asked.gave_up:
            asked.unreadable.update(waiting[start:])
            break
    if asked.unreadable:
        later = account.now() + NOTHING_FOUND_AGAIN
        await account.store.run(shows.put_off, server, tuple(asked.unreadable), later)
    return asked


async def _together[T](
    ask: Callable[[T], Awaitable[None]], questions: list[T], asked: Asked
) -> None:
    """Put questions side by side. A refused one is counted; every other error ends the round."""
    gate = asyncio.Semaphore(AT_ONCE)
    in_a_row = 0

    async def one(question: T) -> None:
        nonlocal in_a_row
        async with gate:
            if asked.gave_up:
                return
            try:
                await ask(question)
            except Refused:
                asked.refused += 1
                in_a_row += 1
                asked.gave_up = in_a_row >= GIVE_UP
            else:
                in_a_row = 0

    await together(map(one, questions))
