"""The database, where its file is damaged, too new, locked, or the disk is full."""

# ruff: noqa: ASYNC240 - tests may wait for the disk

import asyncio
import errno
import os
from pathlib import Path
import random
import sqlite3

import pytest

from custom_components.media_list_sync.engine.store import (
    Store,
    StoreTooNew,
    StoreUnusable,
    opening,
    schema,
    secrets,
)
from custom_components.media_list_sync.engine.store.problems import trouble


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "media_list_sync.db"


async def fill(path: Path, rows: int = 2_000) -> None:
    def put(connection: sqlite3.Connection) -> None:
        for number in range(rows):
            secrets.put(connection, f"owner{number:05}", "token", "s" * 100)

    store = Store(path)
    await store.run(put)
    await store.close()


async def count_of(path: Path) -> int:
    store = Store(path)
    try:
        return len(await store.run(secrets.every))
    finally:
        await store.close()


def sqlite3_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("with a value")
    error.sqlite_errorcode = code
    error.sqlite_errorname = f"SQLITE_{code}"
    return error


def random_bytes(content: bytes) -> bytes:
    return random.Random(1).randbytes(len(content))  # noqa: S311 - damage, not a secret


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def truncated_unevenly(content: bytes) -> bytes:
    return content[: len(content) // 2 + 100]


def header_overwritten(content: bytes) -> bytes:
    return b"\0" * 100 + content[100:]


def header_only(content: bytes) -> bytes:
    return content[:100]


def page_overwritten(content: bytes) -> bytes:
    """Overwrite a page in the middle of the largest table."""
    start = len(content) // 2 // 4096 * 4096
    return content[:start] + b"\xaa" * 4096 + content[start + 4096 :]


def emptied(content: bytes) -> bytes:
    return b""


def text(content: bytes) -> bytes:
    return b"<html>not a database</html>"


DAMAGES = [
    random_bytes,
    truncated,
    truncated_unevenly,
    header_overwritten,
    header_only,
    page_overwritten,
    emptied,
    text,
]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_file_is_set_aside(path: Path, damage) -> None:
    await fill(path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    wal = path.with_name(path.name + "-wal")
    wal.write_bytes(b"what was in the log")
    store = Store(path)
    await store.open()
    assert store.set_aside is not None
    assert store.set_aside.name.startswith(f"{path.name}.damaged-20")
    assert store.set_aside.read_bytes() == damaged
    assert await store.run(secrets.every) == ()
    await store.run(secrets.put, "a", "b", "c")
    await store.close()
    assert await count_of(path) == 1
    again = Store(path)
    await again.open()
    assert again.set_aside is None
    await again.close()


async def test_the_log_beside_a_damaged_file_goes_with_it(path: Path) -> None:
    path.write_bytes(b"rubbish" * 1000)
    wal = path.with_name(path.name + "-wal")
    wal.write_bytes(b"log")
    store = Store(path)
    await store.open()
    assert store.set_aside is not None
    aside = store.set_aside
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"log"
    await store.close()


async def test_a_log_without_its_file_is_not_taken_for_the_new_ones(path: Path) -> None:
    await fill(path, 10)
    live = Store(path)
    await live.run(secrets.put, "a", "b", "c")
    wal = path.with_name(path.name + "-wal")
    log = wal.read_bytes()
    await live.close()
    path.unlink()
    wal.write_bytes(log)
    assert await count_of(path) == 0


@pytest.mark.parametrize("seed", range(5))
async def test_a_damaged_log_loses_at_most_what_was_in_it(path: Path, seed: int) -> None:
    await fill(path, 100)
    live = Store(path)
    await live.run(secrets.put, "a", "b", "c")
    wal = path.with_name(path.name + "-wal")
    main, log = path.read_bytes(), bytearray(wal.read_bytes())
    await live.close()
    path.write_bytes(main)
    position = random.Random(seed).randrange(len(log))  # noqa: S311 - damage, not a secret
    log[position : position + 200] = b"\x55" * len(log[position : position + 200])
    wal.write_bytes(bytes(log))
    assert await count_of(path) in (100, 101)


async def test_a_file_of_something_else_is_set_aside(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE secret (something TEXT)")
    other.close()
    store = Store(path)
    await store.open()
    assert store.set_aside is not None
    await store.close()


async def test_damaged_files_do_not_pile_up(path: Path, monkeypatch) -> None:
    for _ in range(6):
        path.write_bytes(b"rubbish" * 100)
        path.with_name(path.name + "-wal").write_bytes(b"log")
        store = Store(path)
        await store.open()
        await store.close()
    aside = [found for found in path.parent.iterdir() if ".damaged-" in found.name]
    assert len([found for found in aside if not found.name.endswith(("-wal", "-shm"))]) == 3
    assert len(aside) == 6


async def test_the_check_of_a_large_file_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all for the check, damage far inside is not found, and it opens."""
    await fill(path, 20_000)
    monkeypatch.setattr(opening, "_CHECK_TIME", -1)
    content = path.read_bytes()
    path.write_bytes(page_overwritten(content))
    store = Store(path)
    await store.open()
    assert store.set_aside is None
    with pytest.raises(StoreUnusable) as caught:
        await store.run(secrets.every)
    assert caught.value.reason == "damaged"
    await store.close()


async def test_a_newer_file_is_left_untouched(path: Path) -> None:
    await fill(path, 1)
    newer = len(schema.MIGRATIONS) + 1
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute(f"PRAGMA user_version = {newer}")
    other.close()
    content = path.read_bytes()
    store = Store(path)
    with pytest.raises(StoreTooNew):
        await store.open()
    with pytest.raises(StoreTooNew) as caught:
        await store.open()
    assert (caught.value.found, caught.value.known) == (newer, newer - 1)
    await store.close()
    assert path.read_bytes() == content
    assert [found.name for found in path.parent.iterdir()] == [path.name]


async def test_steps_are_taken_from_where_the_file_stands(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(path, 3)
    taken: list[int] = []

    def by_hand(connection: sqlite3.Connection) -> None:
        taken.append(connection.execute("SELECT count(*) FROM secret").fetchone()[0])

    steps = (*schema.MIGRATIONS, ["CREATE TABLE more (a TEXT)"], by_hand)
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    store = Store(path)
    assert len(await store.run(secrets.every)) == 3
    await store.run(lambda connection: connection.execute("INSERT INTO more VALUES ('b')"))
    await store.close()
    assert taken == [3]
    assert await count_of(path) == 3
    assert taken == [3]


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS)))
async def test_an_older_file_ends_up_like_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    def columns(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
        return connection.execute(
            "SELECT t.name, c.* FROM sqlite_schema t, pragma_table_info(t.name) c"
            " WHERE t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        ).fetchall()

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
        await fill(tmp_path / "old.db", 3)
    shapes = []
    for name in ("old.db", "new.db"):
        store = Store(tmp_path / name)
        shapes.append(await store.run(columns))
        await store.close()
    assert shapes[0] == shapes[1]
    assert any(column[0] == "tracked_unit" for column in shapes[0])


def raising(connection: sqlite3.Connection) -> None:
    raise ArithmeticError


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (["CREATE TABLE more (a TEXT)", "DROP TABLE secret", "NO STATEMENT"], StoreUnusable),
        (["CREATE TABLE more (a TEXT)", "DROP TABLE secret", "SELECT nope"], StoreUnusable),
        (raising, ArithmeticError),
    ],
)
async def test_a_step_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, step, error: type[Exception]
) -> None:
    await fill(path, 3)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ["CREATE TABLE x (a)"], step))
        store = Store(path)
        with pytest.raises(error) as caught:
            await store.run(secrets.every)
        if isinstance(caught.value, StoreUnusable):
            assert caught.value.reason == "migration"
        await store.close()
    store = Store(path)
    assert len(await store.run(secrets.every)) == 3
    tables = "SELECT name FROM sqlite_schema WHERE name IN ('more', 'x')"
    assert await store.run(lambda connection: connection.execute(tables).fetchall()) == []
    await store.close()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EACCES, "permission"),
        (errno.EPERM, "permission"),
        (errno.EROFS, "read_only"),
        (errno.ENOSPC, "full"),
        (errno.EIO, "io"),
    ],
)
async def test_a_file_that_cannot_be_made_says_why_and_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    store = Store(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        with pytest.raises(StoreUnusable) as caught:
            await store.run(secrets.every)
    assert caught.value.reason == reason
    assert await store.run(secrets.every) == ()
    await store.close()


async def test_a_full_disk_at_the_first_start_is_no_damage(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        raise sqlite3_error(sqlite3.SQLITE_FULL)

    store = Store(path)
    for step in ("opening._configure", "schema.migrate"):
        with monkeypatch.context() as patch:
            patch.setattr(f"{opening.__package__}.{step}", fail)
            with pytest.raises(StoreUnusable) as caught:
                await store.open()
            assert caught.value.reason == "full"
    await store.open()
    assert store.set_aside is None
    await store.close()


async def test_damage_is_told_even_if_the_new_file_has_to_wait(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        raise sqlite3_error(sqlite3.SQLITE_FULL)

    path.write_bytes(b"rubbish" * 100)
    store = Store(path)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrate", fail)
        with pytest.raises(StoreUnusable):
            await store.open()
    await store.open()
    assert store.set_aside is not None
    assert await asyncio.to_thread(store.set_aside.read_bytes) == b"rubbish" * 100
    await store.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
async def test_a_file_that_cannot_be_written_is_said(path: Path) -> None:
    await fill(path, 1)
    path.chmod(0o400)
    store = Store(path)
    with pytest.raises(StoreUnusable) as caught:
        await store.open()
    assert caught.value.reason == "permission"
    path.chmod(0o600)
    assert len(await store.run(secrets.every)) == 1
    await store.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(0o500)
    store = Store(folder / "store.db")
    with pytest.raises(StoreUnusable) as caught:
        await store.open()
    assert caught.value.reason == "permission"
    await store.close()


async def test_closing_closes_whatever_comes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(path)
    await store.run(secrets.put, "a", "b", "c")

    def fail(connection: sqlite3.Connection) -> None:
        raise sqlite3_error(sqlite3.SQLITE_FULL)

    with monkeypatch.context() as patch:
        patch.setattr(opening, "checkpoint", fail)
        with pytest.raises(StoreUnusable):
            await store.close()
    await store.close()
    await store.open()
    assert await store.run(secrets.get, "a", "b") == "c"
    await store.close()


async def test_a_folder_in_its_place_is_not_set_aside(path: Path) -> None:
    path.mkdir()
    store = Store(path)
    with pytest.raises(StoreUnusable):
        await store.open()
    assert path.is_dir()
    await store.close()


async def test_a_file_in_the_place_of_its_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "store.db")
    with pytest.raises(StoreUnusable):
        await store.open()
    await store.close()


async def test_a_full_disk_undoes_the_transaction_and_passes(path: Path) -> None:
    store = Store(path)
    await store.run(secrets.put, "a", "b", "c")

    def limit(connection: sqlite3.Connection, pages: int) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def put_much(connection: sqlite3.Connection) -> None:
        for number in range(1_000):
            secrets.put(connection, "a", str(number), "s" * 1_000)

    await store.run(limit, 1)  # SQLite takes what it has now
    with pytest.raises(StoreUnusable) as caught:
        await store.run(put_much)
    assert caught.value.reason == "full"
    assert len(await store.run(secrets.every)) == 1
    await store.run(limit, 100_000)
    await store.run(put_much)
    assert len(await store.run(secrets.every)) == 1_001
    await store.close()


async def test_a_lock_is_waited_for_and_then_said(path: Path) -> None:
    store = Store(path)
    await store.open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.run(secrets.put, "a", "b", "c"))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting

    def wait_less(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA busy_timeout = 50")

    await store.run(wait_less)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnusable) as caught:
        await store.run(secrets.put, "a", "b", "d")
    assert caught.value.reason == "locked"
    other.execute("COMMIT")
    other.close()
    assert await store.run(secrets.get, "a", "b") == "c"
    await store.close()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (sqlite3.SQLITE_IOERR_FSYNC, "io"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "read_only"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, "permission"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "damaged"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, None),
        (sqlite3.SQLITE_ERROR, None),
    ],
)
def test_special_codes_count_as_their_kind(code: int, reason: str | None) -> None:
    assert trouble(sqlite3_error(code)) == reason
    assert trouble(sqlite3.ProgrammingError("x")) is None


async def test_trouble_names_no_value(path: Path) -> None:
    store = Store(path)

    def fail(connection: sqlite3.Connection) -> None:
        raise sqlite3_error(sqlite3.SQLITE_IOERR)

    with pytest.raises(StoreUnusable) as caught:
        await store.run(fail)
    assert str(caught.value) == "database: io (SQLITE_10)"
    await store.close()
