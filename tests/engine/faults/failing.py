"""A house whose pairing runs in an account's queue, with a database that fails when it is told to."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
import sqlite3

from custom_components.media_list_sync.engine.model import JobStatus, SyncRequest
from custom_components.media_list_sync.engine.runner import Runner
from custom_components.media_list_sync.engine.store import journal, pairings
from custom_components.media_list_sync.engine.store.database import Store
from tests.engine.watching import house as houses

from . import world


class FailingStore(Store):
    """A store of which the n-th transaction that changes something fails, and all that follow."""

    error = sqlite3.SQLITE_FULL
    at = None
    changed = 0

    async def run(self, query, /, *args, **kwargs):
        def counted(connection, *args, **kwargs):
            before = connection.total_changes
            result = query(connection, *args, **kwargs)
            if self.at is not None and connection.total_changes > before:
                self.changed += 1
                if self.changed >= self.at:
                    error = sqlite3.OperationalError()
                    error.sqlite_errorcode = self.error
                    raise error
            return result

        return await super().run(counted, *args, **kwargs)


@asynccontextmanager
async def living(folder, on, *, syncs=0):
    folder.mkdir(exist_ok=True)
    house = await houses.start(folder)
    try:
        house.on = on
        house.clock.time = datetime.now(UTC)  # a mark is ours if the server's time for it is, too
        await house.have_tables()
        await world.fill(house)
        world.watch_some(house, on)
        for _ in range(syncs):
            await house.sync(on)
        await house.store.close()
        house.open(FailingStore)
        yield house
    finally:
        with suppress(Exception):
            await house.store.close()
        await houses.stop(house)


async def run(house, meanwhile=None, *, after=timedelta(hours=6), **asked):
    """Sync as the account's queue does it. `meanwhile` is done to the store just before."""
    house.clock.time += after
    await house.store.run(pairings.approve, house.job.id, house.clock.utc())
    runner = Runner(
        house.store, "anilist", now=house.clock.utc, call_at=lambda _when, _do: lambda: None
    )
    runner.add(house.job, interval=timedelta(hours=6), policy="", paused=True)
    await runner.load()
    if meanwhile is not None:
        await meanwhile(house)
    task = asyncio.create_task(runner.run_forever())
    report = await runner.request(house.job.id, SyncRequest("action", **asked))
    await runner.stop()
    await task
    return report


async def heal(house, on):
    """Start anew with a database that works, and see that all is done, and done once."""
    with suppress(Exception):
        await house.store.close()
    house.open()
    assert (await run(house)).status is JobStatus.COMPLETED
    world.assert_in_step(house, on)
    assert (await run(house, full=True)).counts["new"] == 0
    assert await house.store.run(journal.open_entries) == ()
