"""The one database, for the event loop: every access is a function run in the store's thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
import sqlite3
from time import monotonic
from typing import Concatenate

from . import marks
from .elapsed import Elapsed
from .opening import checkpoint, close_database, open_database
from .problems import StoreUnusable, trouble

type Query[**P, T] = Callable[Concatenate[sqlite3.Connection, P], T]
"""What `Store.run` takes: a function whose first argument is the connection."""


def utcnow() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


class Store:
    """A SQLite file with one connection, which only its own thread ever touches.

    It opens itself at the first use. What cannot be opened now is tried again at the next use.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] = utcnow,
        steady: Callable[[], float] = monotonic,
        on_restore: Query[[datetime], None] | None = None,
    ) -> None:
        """Take the file. `on_restore`: what is to be done with one that comes from a backup.

        It is done once for each restore, before anybody else sees the database.
        """
        self._path = path
        self._now = now
        self._on_restore = on_restore
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._opening = asyncio.Lock()
        self._free = asyncio.Event()
        self._free.set()
        self._beside = 0
        self._alone = asyncio.Event()
        self._alone.set()
        self._closed = False
        self._in_backup = False
        self.elapsed = Elapsed(steady)
        """For how long what the journal has open is under way; for the event loop alone."""
        self.set_aside: Path | None = None
        """Where a damaged file was moved to, when this store opened."""
        self.from_backup = False
        """Whether the file was a restored backup when this store opened."""

    async def open(self) -> None:
        """Open the file; nothing happens where it is open. StoreUnusable, StoreTooNew."""
        self._closed = False
        await self._open()

    async def close(self) -> None:
        """Finish what was begun, flush everything into the file and close it.

        What is asked of the store afterwards gets StoreUnusable("closed"), until `open`. Raises
        StoreUnusable where not all could be flushed; it is closed all the same.
        """
        self._closed = True
        self._free.set()  # whoever waits is told that it is closed
        async with self._opening:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            try:
                await _in(thread, self._close_file)
            finally:
                await asyncio.to_thread(thread.shutdown)

    async def run[**P, T](self, query: Query[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function with the connection, in the store's thread and in one transaction.

        What it raises undoes all that it did, and is raised here. StoreUnusable where the file,
        the disk or the lock on it is in the way; then, too, nothing was done. A caller that is
        cancelled does not know whether the transaction was committed.
        """
        thread, connection = await self._open()
        while not self._free.is_set():  # from here to the thread's queue nothing else comes between
            await self._free.wait()
            thread, connection = await self._open()
        return await _in(thread, _transaction, connection, query, *args, **kwargs)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Path]:
        """Lend the file to work that has a connection of its own; `pause` waits for its end.

        Errors of the file, the disk and locks become StoreUnusable.
        """
        await self._open()
        while not self._free.is_set():
            await self._free.wait()
            await self._open()
        self._beside += 1
        self._alone.clear()
        try:
            yield self._path
        except sqlite3.Error as error:
            raise StoreUnusable(trouble(error) or "io") from error
        finally:
            self._beside -= 1
            if not self._beside:
                self._alone.set()

    async def pause(self) -> None:
        """Hold everything that is asked of the store until `resume`; the file is then complete."""
        await self._hold(checkpoint)

    async def resume(self) -> None:
        """Go on after `pause`."""
        self._free.set()

    async def prepare_backup(self) -> None:
        """Mark the file as a backup's, and hold everything until `finish_backup`.

        StoreUnusable where it cannot be marked; then nothing is held. Whoever calls this sees to
        it that `finish_backup` follows, within a time.
        """
        self._in_backup = True
        await self._hold(self._mark)

    async def finish_backup(self) -> None:
        """Go on after a backup. The file is no backup's any more."""
        self._free.set()
        if self._in_backup:
            await self.run(marks.end_backup)
            self._in_backup = False

    async def _open(self) -> tuple[ThreadPoolExecutor, sqlite3.Connection]:
        async with self._opening:
            if self._closed:
                raise StoreUnusable("closed")
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "media_list_sync_store")
            if self._connection is None:
                return self._thread, await _in(self._thread, self._open_file)
            return self._thread, self._connection

    def _open_file(self) -> sqlite3.Connection:
        """In the thread: open the file, unless a caller who was cancelled meanwhile did."""
        if self._connection is None:
            connection = open_database(self._path, self._now(), self._note_damage)
            try:
                self.from_backup = _transaction(connection, self._answer_restore)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _answer_restore(self, connection: sqlite3.Connection) -> bool:
        """Do what a restore calls for, and take the mark away; say whether there was one.

        All in one transaction: killed in between, the next opening does it.
        """
        if not marks.is_copy(connection):
            return False
        if self._on_restore is not None:
            self._on_restore(connection, self._now())
        marks.end_backup(connection)
        return True

    def _note_damage(self, set_aside: Path) -> None:
        self.set_aside = set_aside

    def _close_file(self) -> None:
        """In the thread: flush and close. The connection is gone, whatever comes."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self._in_backup:
                _transaction(connection, marks.end_backup)
                self._in_backup = False
        finally:
            _translated(close_database, connection)

    def _mark(self, connection: sqlite3.Connection) -> None:
        _transaction(connection, marks.begin_backup, self._now())
        checkpoint(connection)

    async def _hold(self, last: Callable[[sqlite3.Connection], None]) -> None:
        """Let nothing more through than `last`, which comes after all that was asked before."""
        thread, connection = await self._open()
        self._free.clear()
        try:
            await self._alone.wait()
            await _in(thread, _translated, last, connection)
        except BaseException:
            self._free.set()
            raise


async def _in[**P, T](
    thread: ThreadPoolExecutor, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    call = partial(function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(thread, call)


def _transaction[**P, T](
    connection: sqlite3.Connection, query: Query[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    return _translated(_whole, connection, query, *args, **kwargs)


def _whole[**P, T](
    connection: sqlite3.Connection, query: Query[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = query(connection, *args, **kwargs)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise
    return result


def _translated[**P, T](function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function; errors of the file, the disk and locks become StoreUnusable."""
    try:
        return function(*args, **kwargs)
    except sqlite3.Error as error:
        reason = trouble(error)
        if reason is None:  # a mistake in a statement
            raise
        raise StoreUnusable(reason, getattr(error, "sqlite_errorname", "")) from error
