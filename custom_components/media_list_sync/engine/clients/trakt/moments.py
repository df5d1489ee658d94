"""Times, as Trakt reads and writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from ..shape import Misshapen, Row, moment_or_none

_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for the date of a play that was entered with "unknown"."""


def written(value: datetime) -> str:
    """Return an aware time as Trakt takes it."""
    utc = value.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def watched_at(row: Row, key: str = "watched_at") -> datetime | None:
    """Return when something was watched, in UTC; None where the person did not know."""
    return _known(moment_or_none(row, key))


def date_of(text: object) -> datetime | None:
    """Return the same of a bare text."""
    return _known(moment_or_none({"date": text}, "date"))


def _known(value: datetime | None) -> datetime | None:
    return None if value == _UNKNOWN else value


def number_of(text: str) -> int:
    """Return a number that stands where JSON has only texts: as a key."""
    if not (text.isascii() and text.isdecimal()):
        raise Misshapen("a key is no number")
    return int(text)
