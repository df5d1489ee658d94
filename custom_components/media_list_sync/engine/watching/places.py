"""Where each entry of a list lies on one tracker: tables, numberings and the whole list together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
import sqlite3

from ..identity.atlas import Known, load
from ..identity.numbering import Numbering, Numberings, Season, from_tables
from ..identity.overlaps import settle
from ..identity.verdict import Placed, decide, decide_alike
from ..placement import FILM, Origin, Placement, Provider, Segment, Span, TargetId
from ..segments import from_text
from ..spots import cut
from ..store import atlas
from ..watch import Entry, ListStatus
from .plan import BaseKey, Chosen, Unsettled, named
from .policy import PairingPolicy
from .units import Shelf, Unit

_FILMS = (Provider.TMDB_MOVIE, Provider.IMDB_MOVIE)
_COMMON = (*_FILMS, Provider.TMDB_SHOW, Provider.TVDB_SHOW)
"""Where libraries and trackers look. Trakt numbers most shows as TMDB does; TVDB's numbers have to
be borne out there."""

_ALL = (Segment(Span(1, None), 1, (Span(1, None),)),)
_ONE = (Segment(Span(1, 1), FILM.season, (Span(1, 1),)),)

type Places = dict[int, Chosen | Unsettled | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """Where entries lie, and what has to be learned of the tracker before that can be said."""

    places: Mapping[int, Chosen | Unsettled | None]
    numberings: Numberings
    sole: frozenset[BaseKey] = frozenset()
    needs: tuple[TargetId, ...] = ()


def choose(
    connection: sqlite3.Connection,
    entries: tuple[Entry, ...],
    shelf: Shelf,
    numberings: Numberings,
    *,
    policy: PairingPolicy,
    is_trakt: bool,
    asked: frozenset[TargetId] = frozenset(),
) -> Choice:
    """Choose for all entries of a list, also those that do not travel: they may be in the way.

    What the tracker was `asked` for just now is not needed again, whatever came of it.
    """
    known = load(connection, [entry.anime.id for entry in entries])
    if is_trakt:
        return _OnTrakt(entries, known, shelf, numberings, policy, asked).choose()
    return _OnPlex(connection, entries, known, shelf).choose()


def travels(entry: Entry, policy: PairingPolicy) -> bool:
    """Say whether anything of an entry could be carried over to the tracker."""
    if not policy.to_tracker:
        return False
    if entry.status is ListStatus.PLANNING:
        return policy.watchlist
    whole = entry.status in (ListStatus.COMPLETED, ListStatus.REPEATING)
    return entry.status in policy.statuses and bool(whole or entry.progress or policy.dropped)


class _OnTrakt:
    """On Trakt a show need not be watched to be marked: it is looked up when it is first needed."""

    def __init__(
        self,
        entries: tuple[Entry, ...],
        known: Mapping[int, Known],
        shelf: Shelf,
        numberings: Numberings,
        policy: PairingPolicy,
        asked: frozenset[TargetId],
    ) -> None:
        self.entries = entries
        self.known = known
        self.shelf = shelf
        self.numberings = numberings
        self.policy = policy
        self.asked = asked

    def choose(self) -> Choice:
        travelling = [
            entry
            for entry in self.entries
            if travels(entry, self.policy)
            or (self.policy.to_anilist and self._is_begun(self.known[entry.anime.id]))
        ]
        needs = self._not_asked(
            target for entry in travelling for target in self._needed(self.known[entry.anime.id])
        )
        if needs:
            return Choice({}, {}, needs=needs)
        found = {entry.anime.id: self._of(entry) for entry in self.entries}
        # What cannot be placed by what was learned long ago may be by what there is now.
        needs = self._not_asked(
            placement.target
            for entry in travelling
            if isinstance(found[entry.anime.id], Unsettled)
            for placement in self.known[entry.anime.id].placements
            if placement.target in self.shelf.stale
        )
        if needs:
            return Choice({}, {}, needs=needs)
        return Choice(_settled(self.entries, found), self.numberings)

    def _is_begun(self, known: Known) -> bool:
        """Whether something may have been watched of it: by what, shows once its seasons are read."""
        return any(self.shelf.find(placement.target) for placement in known.placements)

    def _not_asked(self, targets: Iterable[TargetId]) -> tuple[TargetId, ...]:
        return tuple(dict.fromkeys(one for one in targets if one not in self.asked))

    def _needed(self, known: Known) -> Iterator[TargetId]:
        """Yield what of an anime has to be looked up, or to have its seasons read."""
        targets = dict.fromkeys(
            placement.target
            for placement in known.placements
            if placement.target.provider in _COMMON
        )
        has_tmdb = any(target.provider is Provider.TMDB_SHOW for target in targets)
        for target in targets:
            if target.provider is Provider.TVDB_SHOW and has_tmdb:
                continue
            if target.provider.is_film:
                if not self.shelf.find(target) and target not in self.shelf.missing:
                    yield target
            elif target not in self.numberings and target not in self.shelf.missing:
                yield target

    def _of(self, entry: Entry) -> _Found:
        known = self.known[entry.anime.id]
        if known.is_ignored:
            return None
        verdict = decide(entry.anime, known, _COMMON, self.numberings)
        if not isinstance(verdict, Placed):
            gone = [one.target for one in verdict.considered if one.target in self.shelf.missing]
            if gone:
                return Unsettled("not_on_tracker", _named(gone))
            return Unsettled(str(verdict.reason), _named(one.target for one in verdict.considered))
        target = verdict.placement.target
        if target in self.shelf.missing:
            return Unsettled("not_on_tracker", _named([target]))
        return (verdict.placement,), verdict.alternatives


class _OnPlex:
    """On Plex what counts is what the libraries have, each copy by its own numbering."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        entries: tuple[Entry, ...],
        known: Mapping[int, Known],
        shelf: Shelf,
    ) -> None:
        self.entries = entries
        self.known = known
        self.shelf = shelf
        targets = {
            placement.target
            for one in known.values()
            for placement in one.placements
            if shelf.find(placement.target)
        }
        # What a library has is no numbering; what the tables place in a season is (I4).
        placed = [
            Placement(row.id, row.target, from_text(row.segments), row.origin)
            for row in atlas.of_targets(connection, targets)
        ]
        self.numberings = {
            target: _dated(target, numbering, shelf)
            for target, numbering in from_tables(placed).items()
        }
        self.open: dict[int, str] = {}
        """Why entries that are placed in one copy are not in another, by other numbers."""
        self.alike: set[int] = set()
        """Entries that lie in the same spots whichever numbers a copy has."""
        self.sole = _sole(one for one in placed if one.origin is not Origin.ANIME_LISTS)

    def choose(self) -> Choice:
        found = {entry.anime.id: self._of(entry) for entry in self.entries}
        places = _settled(self.entries, found)
        for anilist, place in places.items():
            if isinstance(place, Chosen):
                places[anilist] = replace(
                    place,
                    is_alike=anilist in self.alike,
                    open=self.open.get(anilist, ""),
                )
        return Choice(places, self.numberings, self.sole)

    def _of(self, entry: Entry) -> _Found:
        known = self.known[entry.anime.id]
        if known.is_ignored:
            return None
        own = tuple(self._by_agent(entry))
        if own and not known.is_manual:
            return own, ()
        films = tuple(p for p in _FILMS if self._copies(known, p))
        shows = dict.fromkeys(
            placement.target.provider
            for placement in known.placements
            if not placement.target.provider.is_film
            and self._copies(known, placement.target.provider)
        )
        either = dict.fromkeys(self._either(known))
        if not films and not shows and not either:
            return self._nowhere(known)
        verdicts = [decide(entry.anime, known, films, self.numberings)] if films else []
        verdicts += [decide(entry.anime, known, (p,), self.numberings) for p in shows]
        for providers in either:
            verdict = decide_alike(entry.anime, known, providers, self.numberings)
            if isinstance(verdict, Placed):
                self.alike.add(entry.anime.id)
            if not isinstance(verdict, Placed) or providers[0] not in shows:
                verdicts.append(verdict)
        found = [verdict for verdict in verdicts if isinstance(verdict, Placed)]
        if not found:
            reason = next(v.reason for v in verdicts if not isinstance(v, Placed))
            return Unsettled(str(reason), _named(p.target for p in known.placements))
        if found[0].placement.target.provider.is_film:
            return (found[0].placement,), tuple(verdict.placement for verdict in found[1:])
        self.open.update(
            (entry.anime.id, str(verdict.reason))
            for verdict in verdicts
            if not isinstance(verdict, Placed)
        )
        return tuple(verdict.placement for verdict in found), ()

    def _by_agent(self, entry: Entry) -> Iterator[Placement]:
        """Yield the placements in copies whose agent says itself which anime they are."""
        for target in (
            TargetId(Provider.ANILIST, str(entry.anime.id)),
            TargetId(Provider.MAL, str(entry.anime.mal)),
        ):
            copies = self.shelf.find(target)
            if copies:
                is_film = any(_has_film(unit) for unit in copies)
                yield Placement(entry.anime.id, target, _ONE if is_film else _ALL, Origin.AGENT)

    def _copies(self, known: Known, provider: Provider) -> bool:
        return any(
            unit.is_numbered_by(provider)
            for placement in known.placements
            if placement.target.provider is provider
            for unit in self.shelf.find(placement.target)
        )

    def _either(self, known: Known) -> Iterator[tuple[Provider, ...]]:
        """Yield whose numbers copies have of which that may not be seen: one of several (I4)."""
        for placement in known.placements:
            for unit in self.shelf.find(placement.target):
                if len(unit.numbered_by) > 1:
                    yield unit.numbered_by

    def _nowhere(self, known: Known) -> _Found:
        """Say why an entry lies nowhere in the libraries."""
        here = [p.target for p in known.placements if self.shelf.find(p.target)]
        if here:
            return Unsettled("ordering", _named(here))
        elsewhere = [p for p in known.placements if p.target.provider in _COMMON]
        if elsewhere:
            return (elsewhere[0],), ()
        if any(title.provider in _COMMON for title in known.titles):
            return Unsettled("no_episodes", _named(known.titles))
        reason = "other_provider" if known.placements or known.titles else "unknown"
        return Unsettled(reason, _named(p.target for p in known.placements))


type _Found = tuple[tuple[Placement, ...], tuple[Placement, ...]] | Unsettled | None


def _settled(entries: Iterable[Entry], found: Mapping[int, _Found]) -> Places:
    """Settle the list, and then what may be put on it: that is in nobody's way."""
    entries = tuple(entries)
    places = _settled_together([entry for entry in entries if entry.id], found)
    others = {entry.anime.id for entry in entries if not entry.id}
    if others:
        everything = _settled_together(entries, found)
        places |= {anilist: everything[anilist] for anilist in others}
    return places


def _settled_together(entries: Sequence[Entry], found: Mapping[int, _Found]) -> Places:
    """Bound open ends, and take out what two entries of the list claim (W10, W11)."""
    anime = {entry.anime.id: entry.anime for entry in entries}
    by_provider: defaultdict[Provider, list[Placement]] = defaultdict(list)
    for one in (found[anilist] for anilist in anime):
        if isinstance(one, tuple):
            for placement in one[0]:
                by_provider[placement.target.provider].append(placement)
    ends: dict[tuple[int, Provider], Placement] = {}
    review: dict[int, str] = {}
    others: dict[int, frozenset[int]] = {}
    for provider, placements in by_provider.items():
        settled = settle((anime[one.anilist], one) for one in placements)
        review |= {anilist: str(reason) for anilist, reason in settled.review.items()}
        others |= settled.others
        ends |= {(anilist, provider): one for anilist, one in settled.placements.items()}
    places: Places = {}
    for anilist, listed in anime.items():
        one = found[anilist]
        if not isinstance(one, tuple):
            places[anilist] = one
        elif anilist in review:
            places[anilist] = Unsettled(
                review[anilist],
                _named(p.target for p in one[0]),
                named(others[anilist], {other: anime[other].title for other in others[anilist]}),
            )
        else:
            last = listed.episodes or listed.aired
            places[anilist] = Chosen(
                tuple(ends[anilist, placement.target.provider] for placement in one[0]),
                tuple(cut(other, last) if last else other for other in one[1]),
            )
    return places


def _dated(target: TargetId, numbering: Numbering, shelf: Shelf) -> Numbering:
    """Return a numbering with the days on which a library says that episodes aired (I3)."""
    days: defaultdict[int, dict[int, date]] = defaultdict(dict)
    copies = shelf.find(target)
    sure = [unit for unit in copies if unit.is_numbered_by(target.provider)]
    for unit in sure or [one for one in copies if target.provider in one.numbered_by]:
        for spot, day in unit.aired.items():
            days[spot.season][spot.number] = date.fromisoformat(day)
    seasons = dict(numbering.seasons)
    for number, aired in days.items():
        seasons[number] = replace(seasons.get(number, Season()), aired=aired)
    return replace(numbering, seasons=seasons)


def _sole(placements: Iterable[Placement]) -> frozenset[BaseKey]:
    """Return the anime that have the regular seasons of a target for themselves."""
    there: defaultdict[TargetId, set[int]] = defaultdict(set)
    for placement in placements:
        if any(segment.season != 0 for segment in placement.segments):
            there[placement.target].add(placement.anilist)
    return frozenset(
        (next(iter(anime)), target) for target, anime in there.items() if len(anime) == 1
    )


def _has_film(unit: Unit) -> bool:
    return unit.there is not None and FILM in unit.there


def _named(targets: Iterable[TargetId]) -> str:
    return ", ".join(dict.fromkeys(f"{target.provider}:{target.id}" for target in targets))
