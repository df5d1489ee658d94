"""One pairing of an AniList account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model import Report, SyncRequest
from ..store.events import Event
from .anilist import AniListAccount
from .policy import PairingPolicy
from .sync import PairingSync
from .tracker import Tracker
from .undo import PairingUndo

LIST_LASTS = timedelta(minutes=5)
"""How long a reading of AniList may serve the account's other pairings, at most."""


@dataclass(slots=True)
class PairingJob:
    """One pairing of an AniList account, kept in step by the account's runner.

    `tracker` returns the tracker as it is now; it raises a ServiceError where its account was
    removed, is disabled, or is still loading. `sections` are the Plex libraries that take part.
    """

    anilist: AniListAccount
    id: str
    title: str
    tracker: Callable[[], Tracker]
    policy: PairingPolicy
    sections: frozenset[str] | None
    tell: Callable[[Event], None]
    now: Callable[[], datetime]
    """The time in the person's own zone (W9)."""
    list_lasts: timedelta = LIST_LASTS
    """How old a reading of AniList may be that is used once more."""

    def pause(self, paused: bool) -> None:
        """Pausing a pairing concerns nobody else."""

    async def run(self, request: SyncRequest, progress: Callable[[int], None]) -> Report:
        """Sync the pairing, or take a sync back. Failures are values of the report."""
        if request.undo:
            return await PairingUndo(self, request, progress).run()
        return await PairingSync(self, request, progress).run()
