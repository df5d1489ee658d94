"""Calls that are under way beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def together[T](calls: Iterable[Coroutine[Any, Any, T]]) -> tuple[T, ...]:
    """Return what comes of each call, in their order. An error ends the others, too.

    Several may have met the same outage: one of their errors says all there is to say.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return tuple(task.result() for task in tasks)
