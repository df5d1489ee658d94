"""For how long actions have been under way, by a clock that nobody puts forward or back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta


class Elapsed:
    """Counts for actions of the journal, by their ids there, for as long as the process lives.

    What was not noted here was begun before: since then at least as much time has passed as since
    this began to count. `steady`: seconds since any time, as of `time.monotonic`.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._begun = steady()
        self._noted: dict[int, float] = {}

    def note(self, entry_ids: Iterable[int]) -> None:
        """Count from now on; what was counted before begins anew."""
        self._noted |= dict.fromkeys(entry_ids, self._steady())

    def forget(self, entry_ids: Iterable[int]) -> None:
        """Count no more for what is finished."""
        for entry_id in entry_ids:
            self._noted.pop(entry_id, None)

    def of(self, entry_id: int) -> timedelta:
        """Return how much time has passed, at least."""
        return timedelta(seconds=self._steady() - self._noted.get(entry_id, self._begun))
