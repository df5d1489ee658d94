"""Reading typed values out of JSON that may be anything, without stalling the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..captions import caption
from ..http import Answer

type Row = Mapping[str, Any]

LARGE = 32 * 1024
"""Bytes from which an answer is read in a worker thread: parsing takes about 7 ms a MB, and making
rows of it several times that."""


MOST_ROWS = 1_000_000
"""More than any library or list has: a service that speaks of more would be read without end."""


class Misshapen(Exception):
    """An answer is JSON, but not what the service's interface promises."""


async def read[T](answer: Answer, build: Callable[[object], T]) -> T:
    """Parse an answer and make of it what `build` says.

    `build` may run in a worker thread. Raises InvalidAnswer for what is no JSON, and where `build`
    raises Misshapen.
    """
    if len(answer.body) < LARGE:
        return _read(answer, build)
    return await asyncio.to_thread(_read, answer, build)


def _read[T](answer: Answer, build: Callable[[object], T]) -> T:
    parsed = answer.json()
    try:
        return build(parsed)
    except Misshapen as error:
        problem = answer.invalid(str(error))
    raise problem  # out here, so that no trace of the body hangs on to it


def mapping(value: object, what: str = "answer") -> Row:
    """Return a JSON object."""
    if not isinstance(value, dict):
        raise Misshapen(f"{what} is no object")
    return value


def array(value: object, what: str = "answer") -> list[Any]:
    """Return a JSON array."""
    if not isinstance(value, list):
        raise Misshapen(f"{what} is no array")
    return value


def child(row: Row, key: str) -> Row:
    """Return an object that stands in a row."""
    return mapping(row.get(key), key)


def child_or_none(row: Row, key: str) -> Row | None:
    """Return an object that stands in a row; None where it is null or missing."""
    return None if row.get(key) is None else child(row, key)


def children(row: Row, key: str) -> list[Row]:
    """Return the objects of an array that stands in a row."""
    return [mapping(entry, key) for entry in array(row.get(key), key)]


def number(row: Row, key: str) -> int:
    """Return a whole number."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misshapen(f"{key} is no number")
    return value


def number_or_none(row: Row, key: str) -> int | None:
    """Return a whole number; None where it is null or missing."""
    return None if row.get(key) is None else number(row, key)


def text(row: Row, key: str) -> str:
    """Return a text."""
    value = row.get(key)
    if not isinstance(value, str):
        raise Misshapen(f"{key} is no text")
    return value


def text_or_none(row: Row, key: str) -> str | None:
    """Return a text; None where it is null, missing or empty."""
    return None if row.get(key) is None else text(row, key) or None


def words(row: Row, key: str) -> str:
    """Return a text for people: a title, a name."""
    return caption(text(row, key))


def words_or_none(row: Row, key: str) -> str | None:
    """Return a text for people; None where it is null, missing or empty."""
    return None if row.get(key) is None else words(row, key) or None


def flag(row: Row, key: str) -> bool:
    """Return a truth value; missing or null counts as false."""
    value = row.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Misshapen(f"{key} is neither true nor false")
    return value


def moment(row: Row, key: str) -> datetime:
    """Return a time, in UTC. One without a zone counts as UTC."""
    try:
        value = datetime.fromisoformat(text(row, key))
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except ValueError, OverflowError:  # in UTC, it may lie before the year 1
        raise Misshapen(f"{key} is no time") from None


def moment_or_none(row: Row, key: str) -> datetime | None:
    """Return a time, in UTC; None where it is null, missing or empty."""
    return None if text_or_none(row, key) is None else moment(row, key)
