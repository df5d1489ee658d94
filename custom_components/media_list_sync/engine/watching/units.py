"""What a tracker has, as planning needs it: shows and films, and what of them was watched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..placement import Provider, Spot, TargetId


@dataclass(frozen=True, slots=True)
class Unit:
    """A show or film of a tracker; a film has the one spot `FILM`.

    `key` is what the tracker calls it: a rating key of Plex, a number of Trakt. `numbered_by` says
    whose numbers its episodes have: several where it is one of them and the person may not see
    which, none where nobody can tell. `watched` has, for each watched spot, when it was last
    watched (seconds since 1970, 0 where that is not known). On Plex, `there` are the episodes for
    which there is a file, and `season_keys` what its seasons are called; on Trakt every episode
    that there is can be marked.
    """

    key: str
    title: str
    ids: tuple[TargetId, ...]
    numbered_by: tuple[Provider, ...] = ()
    watched: Mapping[Spot, int] = field(default_factory=dict)
    there: frozenset[Spot] | None = None
    season_keys: Mapping[int, str] = field(default_factory=dict)
    items: Mapping[str, Spot] = field(default_factory=dict)
    """Where those of its episodes are that we once marked, by the tracker's own names (W10)."""
    aired: Mapping[Spot, str] = field(default_factory=dict)
    """When episodes first aired (ISO days), as a library has it."""
    replayed: frozenset[Spot] = frozenset()
    """What was played more than once: the time in `watched` is that of the last play."""
    twin: str = ""
    """Copies with the same one share what was watched: to mark one is to mark all."""
    rating: int | None = None
    """The person's own, 0 to 10 (Plex) or 1 to 10 (Trakt)."""
    is_dropped: bool = False
    begun_anew: int = 0
    """When its person began to watch it again, on Trakt (seconds since 1970); 0: not that we know."""

    def is_numbered_by(self, provider: Provider) -> bool:
        """Whether its episodes have the numbers of a provider, as far as anybody can tell."""
        return provider.is_film or self.numbered_by == (provider,)

    def goes_by(self, provider: Provider) -> bool:
        """Whether it is written by a provider's numbers where all that it may have say the same."""
        return provider.is_film or self.numbered_by[:1] == (provider,)

    def has(self, spot: Spot) -> bool:
        """Whether an episode can be marked here."""
        return self.there is None or spot in self.there


@dataclass(frozen=True, slots=True)
class Shelf:
    """All units of a tracker, found by any of their ids; several copies of a show are several."""

    units: Mapping[TargetId, tuple[Unit, ...]]
    missing: frozenset[TargetId] = frozenset()
    """What the tracker was asked for, and does not know."""
    stale: frozenset[TargetId] = frozenset()
    """Of what it was asked for, what was answered long ago."""
    listed: frozenset[TargetId] = frozenset()
    """What stands on the watchlist, whether or not there are files of it."""

    @classmethod
    def of(cls, units: Iterable[Unit]) -> Shelf:
        """Put units on a shelf."""
        found: dict[TargetId, list[Unit]] = {}
        for unit in units:
            for target in unit.ids:
                found.setdefault(target, []).append(unit)
        return cls({target: tuple(copies) for target, copies in found.items()})

    def find(self, target: TargetId) -> tuple[Unit, ...]:
        """Return the copies of a show or film; none where the tracker does not have it."""
        return self.units.get(target, ())
