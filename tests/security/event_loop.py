"""A guard against SQLite on the event loop, which Home Assistant itself does not notice."""

import asyncio
import sqlite3
from typing import Any

import pytest


@pytest.fixture
def only_in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite fail on the event loop's thread."""
    connect = sqlite3.connect

    def guarded(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        _not_on_the_loop()
        return connect(*args, factory=_Guarded, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", guarded)


def _not_on_the_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise AssertionError("SQLite was used on the event loop")


class _Guarded(sqlite3.Connection):
    def execute(self, *args: Any) -> sqlite3.Cursor:
        _not_on_the_loop()
        return super().execute(*args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        _not_on_the_loop()
        return super().executemany(*args)
