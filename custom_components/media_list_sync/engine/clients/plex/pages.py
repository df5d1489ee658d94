"""Reading a list of Plex in pages, and not taking one with holes for whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from itertools import pairwise
from typing import Protocol

from ...http import Answer
from ..shape import MOST_ROWS, Row, read
from . import shapes
from .errors import ChangedWhileRead, CutShort
from .shapes import Page

BYTES = 1_000_000
"""What a page should have: parsing it takes some 7 ms, in which nothing else runs."""

ATTEMPTS = 3
"""How often a list is read anew that changed while it was read."""


class Keyed(Protocol):
    """A row that is told apart by its key."""

    @property
    def key(self) -> str:
        """Return the key."""


class Ask(Protocol):
    """Asks for `size` rows from `start` on."""

    def __call__(self, start: int, size: int) -> Awaitable[Answer]:
        """Return the answer, which has status 200."""


async def in_pages[T: Keyed](
    ask: Ask, build: Callable[[Row], T], *, first: int, most: int
) -> AsyncGenerator[tuple[T, ...]]:
    """Yield the rows page by page; the first has `first`, the others as many as make `BYTES`.

    Raises CutShort, and ChangedWhileRead where rows may be missing, the latter at the end too:
    what was yielded counts only when all of it was.
    """
    seen: set[str] = set()
    start, size = 0, first
    total: int | None = None
    while True:
        answer = await ask(start, size)
        page = await read(answer, lambda value: shapes.page(value, build))
        there_are = _total(answer, page, start, size)
        if there_are > MOST_ROWS:
            raise answer.invalid(f"{there_are} rows")
        if total not in (None, there_are):
            raise _changed(answer, f"{total} rows became {there_are}")
        total = there_are
        if page.rows:
            yield page.rows
        elif start < total:
            raise CutShort(answer.service, answer.account, f"{start} of {total} rows")
        seen.update([row.key for row in page.rows])
        start += len(page.rows)
        if start >= total:
            break
        size = max(1, min(most, BYTES * len(page.rows) // len(answer.body)))
    if len(seen) != total:
        raise _changed(answer, f"{len(seen)} of {total} rows")


async def whole[T: Keyed](
    ask: Ask, build: Callable[[Row], T], *, first: int, most: int
) -> tuple[T, ...]:
    """Return all rows, read anew where they changed meanwhile."""

    async def collect() -> tuple[T, ...]:
        rows: list[T] = []
        async for some in in_pages(ask, build, first=first, most=most):
            rows += some
        return tuple(rows)

    return await _anew(collect)


async def latest[T: Keyed](
    ask: Ask,
    build: Callable[[Row], T],
    moment: Callable[[T], int | None],
    since: int,
    *,
    first: int,
    most: int,
) -> tuple[T, ...]:
    """Return the rows of which `moment` is `since` or later, of a list with the latest first.

    Not every server filters by a time (1.43 answers with all there is), so no more is read than
    there can be any in, and what is too old is left out.
    """

    async def collect() -> tuple[T, ...]:
        found: dict[str, T] = {}
        async with aclosing(in_pages(ask, build, first=first, most=most)) as pages:
            async for rows in pages:
                times = [moment(row) or 0 for row in rows]
                found.update(
                    {row.key: row for row, time in zip(rows, times, strict=True) if time >= since}
                )
                is_sorted = all(one >= other for one, other in pairwise(times))
                if is_sorted and times[-1] < since:
                    break
        return tuple(found.values())

    return await _anew(collect)


async def _anew[T](collect: Callable[[], Awaitable[T]]) -> T:
    for _ in range(ATTEMPTS - 1):
        try:
            return await collect()
        except ChangedWhileRead:
            continue
    return await collect()


def _total[T](answer: Answer, page: Page[T], start: int, size: int) -> int:
    """Return how many rows there are in all. Raises CutShort where the page cannot be trusted."""
    count = len(page.rows)
    if count != page.says:
        raise CutShort(answer.service, answer.account, f"{count} rows of {page.says}")
    if page.start not in (None, start):
        raise answer.invalid(f"rows from {page.start} on, where {start} was asked for")
    if page.total is not None:
        return page.total
    header = answer.headers.get("X-Plex-Container-Total-Size", "")
    if header.isdecimal():
        return int(header)
    # Not in pages at all, which can be told apart from a page if it is no full one.
    if start == 0 and count != size:
        return count
    raise CutShort(answer.service, answer.account, "without the number of rows")


def _changed(answer: Answer, detail: str) -> ChangedWhileRead:
    return ChangedWhileRead(answer.service, answer.account, detail)
