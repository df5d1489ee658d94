"""Opening the database's file: made where there is none, set aside where it is damaged.

Everything here blocks, and runs in the store's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
import logging
import os
from pathlib import Path
import sqlite3
import stat
import time

from . import schema
from .problems import StoreUnusable, trouble

_LOGGER = logging.getLogger(__name__)

_BUSY_TIMEOUT = 5.0
"""Seconds to wait for another program that has the database open."""
_CHECK_TIME = 2.0
"""Seconds that the check may take: a large file is checked in part, and start goes on."""
_KEPT_ASIDE = 3
"""How many damaged files are kept."""
_HEADER = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm")


def open_database(
    path: Path, now: datetime, note_damage: Callable[[Path], None]
) -> sqlite3.Connection:
    """Open the file with the newest schema. StoreUnusable, StoreTooNew.

    `note_damage` is told where a damaged file went, whatever comes of opening a new one.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect_checked(path)
        if connection is None:
            note_damage(_set_aside(path, now))
            connection = _connect_checked(path)
            if connection is None:
                raise StoreUnusable("damaged", "a new file, too")
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(trouble(error) or "io", _words(error)) from error
    try:
        schema.migrate(connection)
    except sqlite3.Error as error:
        connection.close()
        raise StoreUnusable(trouble(error) or "migration", _words(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def close_database(connection: sqlite3.Connection) -> None:
    """Flush into the one file and close."""
    try:
        connection.execute("PRAGMA optimize")
        checkpoint(connection)
    finally:
        connection.close()


def checkpoint(connection: sqlite3.Connection) -> None:
    """Bring everything that was committed into the file itself, and empty the log beside it."""
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        _LOGGER.debug("Another program reads the database; not all of it is in one file")


def _connect_checked(path: Path) -> sqlite3.Connection | None:
    """Return a connection; None where the file is damaged."""
    is_new = _make_file(path)
    if not is_new and not _has_header(path):
        return None  # SQLite itself would first remove the log beside it
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT, isolation_level=None)
    try:
        if not is_new and not _is_sound(connection):
            connection.close()
            return None
        _configure(connection)
    except BaseException as error:
        connection.close()
        if is_new:  # by the next try it would look like one that lost its contents
            path.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error) and trouble(error) == "damaged":
            return None
        raise
    return connection


def _make_file(path: Path) -> bool:
    """Make an empty file that only its owner may read, where there is none. Say if it is new."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        os.close(os.open(path, os.O_RDWR))  # SQLite would be content to read it
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            with suppress(OSError):
                path.chmod(0o600)
        return False
    os.close(descriptor)
    for ending in _BESIDE:  # of a file that somebody removed: no part of the new one
        _beside(path, ending).unlink(missing_ok=True)
    return True


def _has_header(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def _is_sound(connection: sqlite3.Connection) -> bool:
    """Look for damage, for as long as `_CHECK_TIME`."""
    if schema.version(connection) == 0 and _has_tables(connection):
        return False  # not ours
    deadline = time.monotonic() + _CHECK_TIME
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 100)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return True
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is not None


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")  # where it cannot be, another one serves
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {4 * 1024**2}")


def _set_aside(path: Path, now: datetime) -> Path:
    """Move a damaged file, with what belongs to it, out of the way."""
    name = f"{path.name}.damaged-{now:%Y%m%dT%H%M%S}"
    target = path.with_name(name)
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{name}-{number}")
    path.rename(target)
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            _beside(path, ending).rename(_beside(target, ending))
    _LOGGER.error("The database %s was damaged; it is kept as %s", path, target.name)
    _forget_oldest(path)
    return target


def _forget_oldest(path: Path) -> None:
    damaged = sorted(
        found
        for found in path.parent.glob(f"{path.name}.damaged-*")
        if not found.name.endswith(_BESIDE)
    )
    for old in damaged[:-_KEPT_ASIDE]:
        for ending in ("", *_BESIDE):
            _beside(old, ending).unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _words(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(getattr(error, "sqlite_errorname", ""))
