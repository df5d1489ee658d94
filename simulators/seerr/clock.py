"""The server's time, which tests move to open and close quota windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The real time with an offset, or a time that stands still.

    Times are whole seconds in UTC, as the servers' database keeps them.
    """

    def __init__(self) -> None:
        """Run with the real time."""
        self._offset = timedelta()
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        """Return the server's time."""
        return ((self._frozen or datetime.now(UTC)) + self._offset).replace(microsecond=0)

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> None:
        """Move the time on (or back)."""
        self._offset += timedelta(days=days, hours=hours, seconds=seconds)

    def freeze(self, at: datetime) -> None:
        """Let the time stand still at `at`, which has a zone."""
        self._frozen = at.astimezone(UTC)
        self._offset = timedelta()


def stamp(at: datetime) -> str:
    """Return a time as JavaScript writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
