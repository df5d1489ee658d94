"""What can be wrong with the database, told apart."""

from __future__ import annotations

import errno
import sqlite3
from typing import Literal

type Trouble = Literal[
    "permission", "read_only", "full", "locked", "io", "damaged", "migration", "closed"
]
"""Why the database cannot be used. "damaged" is mended at the next opening."""


class StoreUnusable(Exception):
    """The database cannot be used, and nothing of what was asked for was done."""

    def __init__(self, reason: Trouble, detail: str = "") -> None:
        super().__init__(f"database: {reason}{f' ({detail})' if detail else ''}")
        self.reason: Trouble = reason


class StoreTooNew(Exception):
    """The database was last used by a newer version of the integration. It is left untouched."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"the database has schema {found}, this version knows {known}")
        self.found = found
        self.known = known


_BY_SQLITE: dict[int, Trouble] = {
    sqlite3.SQLITE_PERM: "permission",
    sqlite3.SQLITE_AUTH: "permission",
    sqlite3.SQLITE_CANTOPEN: "permission",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_NOMEM: "io",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
_BY_ERRNO: dict[int, Trouble] = {
    errno.EACCES: "permission",
    errno.EPERM: "permission",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
}


def trouble(error: sqlite3.Error | OSError) -> Trouble | None:
    """Return what an error says about the database; None for a mistake in a statement."""
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, "io")
    # The low byte is the primary code; an error that Python itself raised has none.
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return _BY_SQLITE.get(code & 0xFF)
