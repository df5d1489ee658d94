"""Which placement of an anime is written by, or why none is (I1 to I4, I6): a pure function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..faults import faults
from ..placement import Origin, Placement, Provider, Segment, TargetId
from ..segments import joined
from ..spots import cut, spots_of
from ..watch import Anime
from .atlas import Known
from .evidence import Evidence, dates_prefer, evidence, is_same, judged
from .numbering import Numbering, Numberings, laid_out
from .reasons import Reason


class Support(StrEnum):
    """Why a placement is believed."""

    MANUAL = "manual"
    """A person said so."""
    DATES = "dates"
    """It aired when the anime did."""
    COUNTS = "counts"
    """It fills whole seasons."""
    AGREED = "agreed"
    """Several tables say the same."""
    TRUSTED = "trusted"
    """The most trusted table that knows it says so, and nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an anime lies. An open end is still open (see `overlaps`).

    `alternatives` are other places of the same thing, a film as a special of a show for instance:
    watched in any of them is watched; only `placement`, or else the first that exists, is written.
    """

    placement: Placement
    support: Support
    alternatives: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why an anime is not written anywhere, and what was considered."""

    reason: Reason
    considered: tuple[Placement, ...] = ()
    titles: tuple[TargetId, ...] = ()


type Verdict = Placed | Unplaced

_NOTHING: Mapping[TargetId, Numbering] = {}


def decide(
    anime: Anime,
    known: Known,
    wanted: Sequence[Provider],
    numberings: Numberings = _NOTHING,
) -> Verdict:
    """Decide for a tracker that uses the numbers of `wanted`, the most fitting provider first.

    Shows by another provider than the first one are only believed where the numbering bears them
    out. Without a numbering of a show, nothing of it is checked.
    """
    if known.is_ignored:
        return Unplaced(Reason.IGNORED)
    return _Decision(anime, known, wanted, numberings).run()


def decide_alike(
    anime: Anime,
    known: Known,
    either: Sequence[Provider],
    numberings: Numberings = _NOTHING,
) -> Verdict:
    """Decide for a show that has the numbers of one of several providers, nobody knows which.

    The first one's placement where all of them put every episode into the same spots (I4).
    """
    verdicts = [decide(anime, known, (provider,), numberings) for provider in either]
    placed = [verdict for verdict in verdicts if isinstance(verdict, Placed)]
    if not placed:
        return next((one for one in verdicts if _considered(one)), verdicts[0])
    spots = {_spots(anime, verdict.placement) for verdict in placed}
    if len(placed) == len(verdicts) and len(spots) == 1:
        return placed[0]
    return Unplaced(Reason.ORDERING_UNKNOWN, tuple(verdict.placement for verdict in placed))


def _considered(verdict: Verdict) -> bool:
    return isinstance(verdict, Unplaced) and bool(verdict.considered)


def _spots(anime: Anime, placement: Placement) -> tuple[Segment, ...]:
    """Return where a placement has the episodes of an anime, in one form; all it has, if endless."""
    placed = cut(placement, anime.episodes) if anime.episodes else placement
    return joined(placed.segments)


@dataclass(frozen=True, slots=True)
class _Candidate:
    placement: Placement
    evidence: Evidence


class _Decision:
    """What is found on the way to a verdict."""

    def __init__(
        self, anime: Anime, known: Known, wanted: Sequence[Provider], numberings: Numberings
    ) -> None:
        self.anime = anime
        self.known = known
        self.films = [provider for provider in wanted if provider.is_film]
        self.shows = [provider for provider in wanted if not provider.is_film]
        self.numberings = numberings
        self.refusals: list[Reason] = []

    def run(self) -> Verdict:
        by_hand = [
            placement
            for provider in (*self.films, *self.shows)
            for placement in self._of(provider)
            if placement.origin is Origin.MANUAL
        ]
        if by_hand:
            return Placed(by_hand[0], Support.MANUAL, tuple(by_hand[1:]))
        # Film or special: both are the same thing, and the film comes first (I6).
        places = [*(self._best(provider) for provider in self.films), self._show()]
        found = [place for place in places if place is not None]
        if not found:
            return self._unplaced()
        return Placed(
            found[0].placement, found[0].support, tuple(other.placement for other in found[1:])
        )

    def _show(self) -> Placed | None:
        for rank, provider in enumerate(self.shows):
            found = self._best(provider)
            if found is None:
                continue
            if rank and found.support not in (Support.DATES, Support.COUNTS):
                self.refusals.append(Reason.OTHER_NUMBERING)
                continue
            return found
        return None

    def _best(self, provider: Provider) -> Placed | None:
        """Return the most trusted placement that nothing speaks against; None: to be reviewed."""
        candidates = list(self._candidates(provider))
        if not candidates:
            return None
        standing = candidates[0]
        first = standing.placement
        rivals = [one for one in candidates[1:] if one.placement.target == first.target]
        if any(
            one.placement.origin is first.origin and one.placement.target != first.target
            for one in candidates
        ):
            self.refusals.append(Reason.SEVERAL_TITLES)
            return None
        for rival in rivals:
            if self._by_dates(rival, standing):
                return Placed(rival.placement, Support.DATES)
        support = self._support(standing, rivals)
        if support in (Support.TRUSTED, Support.DATES) and any(
            self._is_shifted(first, rival.placement) and not self._by_dates(standing, rival)
            for rival in rivals
        ):
            self.refusals.append(Reason.SHIFT)
            return None
        return Placed(first, support)

    def _candidates(self, provider: Provider) -> Iterator[_Candidate]:
        for placement in self._of(provider):
            numbering = self.numberings.get(placement.target)
            laid = laid_out(placement, numbering, self.anime.episodes or judged(self.anime))
            if laid is None:
                self.refusals.append(Reason.ABSOLUTE)
            elif faults(laid):
                self.refusals.append(Reason.FAULTY)
            elif laid.segments[0].source.first > (self.anime.episodes or judged(self.anime)):
                continue  # a film, say, of a later part that this anime does not have
            else:
                found = evidence(self.anime, laid, numbering)
                if found.against is None:
                    yield _Candidate(laid, found)
                else:
                    self.refusals.append(found.against)

    def _support(self, standing: _Candidate, rivals: list[_Candidate]) -> Support:
        if standing.evidence.by_counts:
            return Support.COUNTS
        if any(is_same(standing.placement, one.placement, judged(self.anime)) for one in rivals):
            return Support.AGREED
        return Support.DATES if standing.evidence.by_dates else Support.TRUSTED

    def _is_shifted(self, standing: Placement, rival: Placement) -> bool:
        """Say whether another table has an episode elsewhere in the same season."""
        for episode in range(1, judged(self.anime) + 1):
            here, there = spots_of(standing, episode), spots_of(rival, episode)
            if here and there and here != there and here[0].season == there[0].season:
                return True
        return False

    def _by_dates(self, one: _Candidate, other: _Candidate) -> bool:
        """Say whether dates show that the first of two placements is right, not the second."""
        numbering = self.numberings.get(one.placement.target)
        return numbering is not None and dates_prefer(
            self.anime, one.placement, other.placement, numbering
        )

    def _of(self, provider: Provider) -> Iterator[Placement]:
        return (one for one in self.known.placements if one.target.provider is provider)

    def _unplaced(self) -> Unplaced:
        wanted = {*self.films, *self.shows}
        considered = tuple(p for p in self.known.placements if p.target.provider in wanted)
        titles = tuple(t for t in self.known.titles if t.provider in wanted)
        if self.refusals:
            # A table that was passed over says less than why the best one was not taken.
            reason = self.refusals[0]
        elif titles:
            reason = Reason.NO_EPISODES
        else:
            elsewhere = {*(p.target.provider for p in self.known.placements)}
            elsewhere |= {title.provider for title in self.known.titles}
            # AniDB knows every anime: that alone is no place.
            reason = Reason.OTHER_PROVIDER if elsewhere - {Provider.ANIDB} else Reason.UNKNOWN
        return Unplaced(reason, considered, titles)
