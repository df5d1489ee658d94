"""The database while Home Assistant makes a backup, and after one was restored."""

# ruff: noqa: ASYNC240 - tests may wait for the disk

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
import shutil
import sqlite3

import pytest

from custom_components.media_list_sync.engine.store import Store, StoreUnusable, marks, secrets

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "media_list_sync.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    store = Store(path, now=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    await store.run(secrets.put, "a", "before", "1")
    yield store
    await store.close()


async def opened(path: Path | str) -> Store:
    store = Store(Path(path))
    await store.open()
    return store


async def test_a_copy_of_the_file_alone_is_whole_and_known_as_a_copy(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await store.prepare_backup()
    copy = shutil.copy(path, tmp_path / "copy.db")
    await store.finish_backup()
    restored = await opened(copy)
    assert restored.from_backup
    assert await restored.run(secrets.get, "a", "before") == "1"
    await restored.close()
    assert not store.from_backup


async def test_the_file_itself_is_no_copy_afterwards(store: Store, path: Path) -> None:
    await store.prepare_backup()
    await store.finish_backup()
    await store.close()
    again = await opened(path)
    assert not again.from_backup
    await again.close()


async def test_a_restore_is_answered_once_before_anything_else(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """Killed in the middle of it, the next opening does all of it."""
    await store.prepare_backup()
    copy = Path(shutil.copy(path, tmp_path / "copy.db"))
    await store.finish_backup()
    fails = True

    def answer(connection: sqlite3.Connection, now: datetime) -> None:
        secrets.put(connection, "a", f"answered at {now:%H}", "1")
        if fails:
            raise KeyboardInterrupt

    async def answered(hour: int) -> tuple[bool, set[str]]:
        moment = datetime(2026, 11, 25, hour, tzinfo=UTC)
        restored = Store(copy, now=lambda: moment, on_restore=answer)
        try:
            names = {one.name for one in await restored.run(secrets.every)}
            await restored.prepare_backup()  # one that is done is none of a copy's
            await restored.finish_backup()
            return restored.from_backup, names
        finally:
            await restored.close()

    with pytest.raises(KeyboardInterrupt):
        await answered(1)
    fails = False
    assert await answered(2) == (True, {"before", "answered at 02"})
    assert await answered(3) == (False, {"before", "answered at 02"})


async def test_where_nothing_was_restored_nothing_is_answered(path: Path) -> None:
    def answer(_: sqlite3.Connection, now: datetime) -> None:
        pytest.fail(f"at {now}")

    for _ in range(2):
        store = Store(path, on_restore=answer)
        await store.run(secrets.put, "a", "b", "1")
        await store.close()


async def test_killed_in_a_backup_counts_as_restored(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await store.prepare_backup()
    for ending in ("", "-wal", "-shm"):
        shutil.copy(f"{path}{ending}", tmp_path / f"killed.db{ending}")
    killed = await opened(tmp_path / "killed.db")
    assert killed.from_backup
    await killed.close()
    await store.finish_backup()


async def test_what_is_asked_during_a_backup_waits(store: Store, path: Path) -> None:
    await store.prepare_backup()
    content = path.read_bytes()
    waiting = [asyncio.create_task(store.run(secrets.put, "a", str(n), "2")) for n in range(5)]
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in waiting)
    assert path.read_bytes() == content
    assert path.with_name(path.name + "-wal").stat().st_size == 0
    await store.finish_backup()
    await asyncio.gather(*waiting)
    assert len(await store.run(secrets.every)) == 6


async def test_what_was_asked_before_a_backup_is_in_it(store: Store, path: Path) -> None:
    before = [asyncio.create_task(store.run(secrets.put, "a", str(n), "2")) for n in range(20)]
    await asyncio.sleep(0)
    await store.prepare_backup()
    assert all(task.done() for task in before)
    copy = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    assert copy.execute("SELECT count(*) FROM secret").fetchone() == (21,)
    copy.close()
    await store.finish_backup()


async def test_many_come_and_go_while_backups_are_made(store: Store, path: Path) -> None:
    """Nothing is written between the end of `prepare_backup` and `finish_backup`."""

    async def write(number: int) -> None:
        for step in range(20):
            await store.run(secrets.put, "a", f"{number}.{step}", "x")

    async def back_up() -> None:
        for _ in range(10):
            await store.prepare_backup()
            content = path.read_bytes()
            await asyncio.sleep(0.005)
            assert path.read_bytes() == content
            await store.finish_backup()

    await asyncio.gather(back_up(), *(write(number) for number in range(10)))
    assert len(await store.run(secrets.every)) == 201


async def test_the_first_use_can_be_a_backup_with_others_at_the_door(tmp_path: Path) -> None:
    store = Store(tmp_path / "new.db")
    first = asyncio.create_task(store.run(secrets.put, "a", "first", "1"))
    await asyncio.sleep(0)
    backup = asyncio.create_task(store.prepare_backup())
    others = [asyncio.create_task(store.run(secrets.put, "a", str(n), "1")) for n in range(3)]
    await backup
    await asyncio.sleep(0.05)
    assert first.done()
    assert not any(task.done() for task in others)
    await store.finish_backup()
    await asyncio.gather(*others)
    await store.close()


async def test_what_waits_can_be_cancelled(store: Store) -> None:
    await store.pause()
    waiting = asyncio.create_task(store.run(secrets.put, "a", "b", "c"))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await store.resume()
    assert await store.run(secrets.get, "a", "b") is None


async def test_a_backup_that_cannot_be_prepared_holds_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        error = sqlite3.OperationalError("full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(marks, "begin_backup", fail)
        with pytest.raises(StoreUnusable) as caught:
            await store.prepare_backup()
    assert caught.value.reason == "full"
    assert await store.run(secrets.get, "a", "before") == "1"
    await store.finish_backup()


async def test_closing_in_a_backup_lets_go_and_takes_the_mark_away(
    store: Store, path: Path
) -> None:
    await store.prepare_backup()
    waiting = asyncio.create_task(store.run(secrets.put, "a", "b", "c"))
    await asyncio.sleep(0.01)
    await store.close()
    with pytest.raises(StoreUnusable) as caught:
        await waiting
    assert caught.value.reason == "closed"
    await store.finish_backup()
    again = await opened(path)
    assert not again.from_backup
    await again.close()


async def test_pausing_marks_nothing(store: Store, path: Path, tmp_path: Path) -> None:
    await store.pause()
    copy = await opened(shutil.copy(path, tmp_path / "copy.db"))
    assert not copy.from_backup
    assert await copy.run(secrets.get, "a", "before") == "1"
    await copy.close()
    await store.resume()


async def test_a_backup_waits_for_work_beside_the_store(store: Store, path: Path) -> None:
    async with store.beside() as lent:
        assert lent == path
        backup = asyncio.create_task(store.prepare_backup())
        await asyncio.sleep(0.05)
        assert not backup.done()
        other = sqlite3.connect(lent, isolation_level=None)
        secrets.put(other, "a", "beside", "2")
        other.close()
    await backup
    late = asyncio.create_task(store.run(secrets.get, "a", "beside"))
    copy = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    assert secrets.get(copy, "a", "beside") == "2"
    copy.close()

    async def borrow() -> None:
        async with store.beside():
            pass

    borrower = asyncio.create_task(borrow())
    await asyncio.sleep(0.05)
    assert not borrower.done()
    await store.finish_backup()
    await borrower
    assert await late == "2"


async def test_trouble_beside_the_store_is_told_like_any(store: Store) -> None:
    async def fail() -> None:
        async with store.beside():
            error = sqlite3.OperationalError("full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    with pytest.raises(StoreUnusable) as caught:
        await fail()
    assert caught.value.reason == "full"
    await asyncio.wait_for(store.pause(), 5)  # it was given back
    await store.resume()
