"""Which seasons of a show a list wants, and how each of them stands: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ..ledger import LedgerKey, LedgerRow
from ..model import LibraryRow, MediaStatus, Quality, ShowDetails, ShowSeason
from .policy import Policy, SeasonRule


@dataclass(frozen=True, slots=True)
class SeasonNeed:
    """The seasons that a list wants of a show: those that exist, and those that do not."""

    wanted: tuple[int, ...]
    unknown: tuple[int, ...] = ()
    """On the list by their number, but the show has no such season, or the server no specials."""
    baseline: int | None = None
    """To be recorded: the newest season at the first sight of the show (rule NEW, R7)."""


def season_need(
    policy: Policy,
    details: ShowDetails,
    *,
    whole: bool,
    listed: frozenset[int],
    baseline: int | None,
    specials: bool,
    today: date,
) -> SeasonNeed:
    """Return the seasons that a list wants.

    `whole`: the show itself is on the list, so the policy's rule holds. `listed`: seasons that
    stand on the list by themselves (R10). `specials`: whether the server accepts season 0.
    """
    regular = sorted(season.number for season in details.seasons if season.number > 0)
    wanted: set[int] = set()
    record: int | None = None
    if whole:
        match policy.seasons:
            case SeasonRule.ALL:
                wanted.update(regular)
            case SeasonRule.FIRST:
                wanted.update(regular[:1])
            case SeasonRule.FIRST_N:
                wanted.update(regular[: policy.first_seasons])
            case SeasonRule.LATEST:
                aired = [s.number for s in details.seasons if s.number > 0 and _aired(s, today)]
                wanted.update(sorted(aired)[-1:])
            case SeasonRule.NEW if baseline is None:
                record = regular[-1] if regular else 0
            case SeasonRule.NEW:
                wanted.update(number for number in regular if number > (baseline or 0))
    possible = {season.number for season in details.seasons if specials or season.number > 0}
    return SeasonNeed(
        wanted=tuple(sorted(wanted | (listed & possible))),
        unknown=tuple(sorted(listed - possible)),
        baseline=record,
    )


def _aired(season: ShowSeason, today: date) -> bool:
    """Say whether an episode has aired; a season that starts today has."""
    if season.air_date is None or season.episodes == 0:
        return False
    return season.air_date <= today.isoformat()


class Standing(StrEnum):
    """How one season (or a film) stands, in one quality."""

    AVAILABLE = "available"
    REQUESTED = "requested"
    TAKEN_BACK = "taken_back"
    BLOCKED = "blocked"
    MISSING = "missing"


_STANDING = {
    MediaStatus.PENDING: Standing.REQUESTED,
    MediaStatus.PROCESSING: Standing.REQUESTED,
    MediaStatus.PARTIALLY_AVAILABLE: Standing.AVAILABLE,
    MediaStatus.AVAILABLE: Standing.AVAILABLE,
    MediaStatus.BLOCKLISTED: Standing.BLOCKED,
    MediaStatus.UNKNOWN_TO_US: Standing.BLOCKED,
}


def standing(
    status: MediaStatus | None, row: LedgerRow | None, returned_at: datetime | None
) -> Standing:
    """Return how a film or season stands by the server's status and the ledger (R1, R2, R3).

    `status` None: the server's library has no row of it.
    """
    if status is not None and status in _STANDING:
        return _STANDING[status]
    if row is None:
        return Standing.TAKEN_BACK if status is MediaStatus.DELETED else Standing.MISSING
    if row.is_blocked(returned_at):
        return Standing.TAKEN_BACK
    if row.taken_back_at is None and (row.is_known or row.intent_at is not None):
        return Standing.REQUESTED
    return Standing.MISSING


def season_standings(
    wanted: tuple[int, ...],
    in_library: LibraryRow | None,
    ledger: Mapping[LedgerKey, LedgerRow],
    key_of: Mapping[int, LedgerKey],
    quality: Quality,
    returned_at: datetime | None,
) -> dict[int, Standing]:
    """Return how each wanted season stands."""
    statuses: dict[int, MediaStatus] = {}
    if in_library is not None:
        statuses = {season.number: season.of(quality) for season in in_library.seasons}
    # An available show without season rows was never scanned season by season: it is there.
    whole = in_library.of(quality) if in_library is not None else None
    if whole is MediaStatus.AVAILABLE and not statuses:
        return dict.fromkeys(wanted, Standing.AVAILABLE)
    return {
        number: standing(statuses.get(number), ledger.get(key_of[number]), returned_at)
        for number in wanted
    }
