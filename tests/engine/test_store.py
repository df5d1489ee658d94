"""The database as everybody uses it."""

# ruff: noqa: ASYNC240 - tests may wait for the disk

import asyncio
from collections.abc import AsyncIterator
from functools import partial
import os
from pathlib import Path
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading

import pytest

from custom_components.media_list_sync.engine.store import Store, StoreUnusable, opening, secrets


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "media_list_sync.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    store = Store(path)
    yield store
    await store.close()


def count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM secret").fetchone()[0])


async def test_what_is_written_is_there_after_a_restart(path: Path) -> None:
    store = Store(path)
    await store.run(secrets.put, "entry", "token", "sealed")
    await store.close()
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    again = Store(path)
    assert await again.run(secrets.get, "entry", "token") == "sealed"
    assert again.set_aside is None
    assert not again.from_backup
    await again.close()


async def test_arguments_and_results_pass_through(store: Store) -> None:
    def add(connection: sqlite3.Connection, a: int, b: int, *, c: int = 0) -> list[int]:
        return [connection.execute("SELECT ? + ? + ?", (a, b, c)).fetchone()[0]]

    assert await store.run(add, 1, b=2, c=3) == [6]


async def test_what_fails_leaves_nothing(store: Store) -> None:
    def half(connection: sqlite3.Connection) -> None:
        secrets.put(connection, "a", "b", "c")
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(half)
    assert await store.run(count) == 0


async def test_a_mistake_in_a_statement_is_no_trouble_of_the_file(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await store.run(lambda connection: connection.execute("SELECT * FROM nothing"))
    await store.run(secrets.put, "a", "b", "c")
    with pytest.raises(sqlite3.IntegrityError):
        await store.run(
            lambda connection: connection.execute("INSERT INTO secret VALUES ('a', 'b', 'd')")
        )
    assert await store.run(secrets.get, "a", "b") == "c"


async def test_all_who_open_it_at_once_share_one_connection(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = opening._connect_checked

    def count_and_open(path: Path) -> sqlite3.Connection | None:
        opened.append(path)
        return real(path)

    monkeypatch.setattr(opening, "_connect_checked", count_and_open)
    await asyncio.gather(*(store.open() for _ in range(5)), *(store.run(count) for _ in range(20)))
    assert len(opened) == 1


async def test_nobody_loses_an_update(store: Store) -> None:
    def increment(connection: sqlite3.Connection) -> None:
        value = int(secrets.get(connection, "a", "n") or 0)
        secrets.put(connection, "a", "n", str(value + 1))

    await asyncio.gather(*(store.run(increment) for _ in range(300)))
    assert await store.run(secrets.get, "a", "n") == "300"


async def test_queries_run_in_the_order_in_which_they_were_asked(store: Store) -> None:
    seen: list[int] = []

    def note(_: sqlite3.Connection, number: int) -> None:
        seen.append(number)

    await store.open()
    await asyncio.gather(*(store.run(note, number) for number in range(50)))
    assert seen == list(range(50))


async def test_the_connection_is_durable(store: Store) -> None:
    def settings(connection: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await store.run(settings) == ["wal", 2, 1, 5000]


async def test_files_are_their_owners_alone(store: Store, path: Path) -> None:
    before = os.umask(0)
    try:
        await store.run(secrets.put, "a", "b", "c")
    finally:
        os.umask(before)
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    assert set(modes) == {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    assert set(modes.values()) == {0o600}


async def test_a_file_open_to_others_is_closed_to_them(store: Store, path: Path) -> None:
    await store.run(secrets.put, "a", "b", "c")
    await store.close()
    path.chmod(0o644)
    await store.open()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await store.run(secrets.get, "a", "b") == "c"


async def test_after_closing_it_is_closed_until_it_is_opened(store: Store) -> None:
    await store.run(secrets.put, "a", "b", "c")
    await store.close()
    await store.close()
    with pytest.raises(StoreUnusable) as caught:
        await store.run(count)
    assert caught.value.reason == "closed"
    await store.open()
    assert await store.run(count) == 1


async def test_closing_finishes_what_was_begun(store: Store) -> None:
    await store.open()
    running = [asyncio.create_task(store.run(secrets.put, "a", str(n), "c")) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*running)
    await store.open()
    assert await store.run(count) == 50


async def test_closing_ends_the_thread(store: Store) -> None:
    await store.open()
    assert [t for t in threading.enumerate() if t.name.startswith("media_list_sync_store")]
    await store.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("media_list_sync_store")]


async def test_a_cancelled_caller_breaks_nothing(store: Store) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        secrets.put(connection, "a", "first half", "c")
        begun.set()
        go_on.wait(5)
        secrets.put(connection, "a", "second half", "c")

    await store.open()
    running = asyncio.create_task(store.run(slow))
    queued = asyncio.create_task(store.run(secrets.put, "a", "never", "c"))
    await asyncio.to_thread(begun.wait, 5)
    queued.cancel()
    running.cancel()
    await asyncio.gather(running, queued, return_exceptions=True)
    go_on.set()
    assert await store.run(count) == 2  # begun: whole; not begun: not at all


async def test_a_cancelled_opening_is_not_done_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    begun, go_on = threading.Event(), threading.Event()
    real = opening._connect_checked

    def slow(path: Path) -> sqlite3.Connection | None:
        opened.append(path)
        begun.set()
        go_on.wait(5)
        return real(path)

    monkeypatch.setattr(opening, "_connect_checked", slow)
    first = asyncio.create_task(store.open())
    await asyncio.to_thread(begun.wait, 5)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    go_on.set()
    assert await store.run(count) == 0
    assert len(opened) == 1


async def test_nothing_touches_the_file_on_the_event_loop(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant notices files on the event loop, but not SQLite."""
    loop_thread = threading.get_ident()
    touched: set[str] = set()
    offences: set[str] = set()

    def guarded(name: str, real):
        def call(*args, **kwargs):
            if isinstance(args[0], sqlite3.Connection) or str(args[0]).startswith(str(path)):
                (offences if threading.get_ident() == loop_thread else touched).add(name)
            return real(*args, **kwargs)

        return call

    class Connection(sqlite3.Connection):
        execute = guarded("execute", sqlite3.Connection.execute)
        close = guarded("close", sqlite3.Connection.close)

    connect = partial(sqlite3.connect, factory=Connection)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", guarded("connect", connect))
        for name in ("open", "stat", "unlink", "rename"):
            patch.setattr(os, name, guarded(name, getattr(os, name)))
        path.parent.mkdir()
        path.with_name(path.name + "-wal").touch()
        store = Store(path)
        await store.run(secrets.put, "a", "b", "c")
        await store.pause()
        await store.resume()
        await store.prepare_backup()
        await store.finish_backup()
        await store.close()
        path.write_bytes(b"rubbish" * 100)
        await store.open()
        await store.close()
        offences.discard("open")  # the line with the rubbish
    assert touched == {"connect", "execute", "close", "open", "stat", "unlink", "rename"}
    assert offences == set()


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_nothing_is_half_there(tmp_path: Path, when: str) -> None:
    """Killed between two statements, or right after the commit: all or nothing."""
    path = tmp_path / "store.db"
    program = f"""
        import asyncio, os, signal
        from pathlib import Path
        from custom_components.media_list_sync.engine.store import Store, secrets

        def work(connection):
            secrets.put(connection, "a", "first", "1")
            if {when == "before"}:
                os.kill(os.getpid(), signal.SIGKILL)
            secrets.put(connection, "a", "second", "2")

        async def main():
            store = Store(Path({str(path)!r}))
            await store.run(secrets.put, "a", "zeroth", "0")
            await store.run(work)
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
    """
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", textwrap.dedent(program)], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()

    async def names() -> list[str]:
        store = Store(path)
        try:
            assert store.set_aside is None
            return [secret.name for secret in await store.run(secrets.every)]
        finally:
            await store.close()

    expected = ["zeroth"] if when == "before" else ["first", "second", "zeroth"]
    assert asyncio.run(names()) == expected
