"""What a run needs to know of its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..lists.source import ListSource
from ..store.events import Event
from .policy import Policy
from .prepare import Listed


@dataclass(frozen=True, slots=True)
class ListWork:
    """One list. `lists`: all of the account, in their order (R4)."""

    job_id: str
    source: ListSource
    curated: bool
    policy: Policy
    lists: Callable[[], tuple[Listed, ...]]
    tell: Callable[[Event], None]
