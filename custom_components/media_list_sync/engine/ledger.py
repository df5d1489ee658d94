"""The ledger as a value: what was ever seen of a title on a server, and asked for (R1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from .model import MediaStatus, Quality, TitleKey

WHOLE = -1
"""In place of a season number: the title as a whole."""


class LedgerKey(NamedTuple):
    """A title (season WHOLE) or a season of it, in one quality. The server is the ledger's."""

    title: TitleKey
    season: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What was ever done for one title, season and quality.

    `seen` is the last status at which it was present on the server, UNKNOWN_TO_US where it never
    was. `intent_at` stands from before a request is sent until what came of it is on record: after
    a crash, or without an answer, it says which requests are in doubt. `taken_back_at` is when a
    person's declining or deleting was noticed.
    """

    seen: MediaStatus = MediaStatus.UNKNOWN_TO_US
    seen_at: datetime | None = None
    intent_at: datetime | None = None
    requested_at: datetime | None = None
    request_id: int | None = None
    user_id: int | None = None
    job_id: str | None = None
    title: str = ""
    taken_back_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Whether it was ever present on the server, or asked for."""
        return self.seen.is_present or self.requested_at is not None

    def is_blocked(self, returned_at: datetime | None) -> bool:
        """Whether a person took it back, and it has not come back to the list since (R2)."""
        if self.taken_back_at is None:
            return False
        return returned_at is None or returned_at <= self.taken_back_at


type Ledger = dict[LedgerKey, LedgerRow]
