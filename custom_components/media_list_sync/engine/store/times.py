"""Times in the database: ISO 8601 in UTC, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime | None) -> str | None:
    """Return a time as it is stored."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str | None) -> datetime | None:
    """Return a stored time."""
    return None if text is None else datetime.fromisoformat(text)
