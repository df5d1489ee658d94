"""Which requests the lists of an account call for: a pure function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from ..ledger import WHOLE, LedgerKey
from ..model import Decision, ListItem, MediaStatus, MediaType, Outcome, Part, Quality, TitleKey
from .plan import ListedTitle, Plan, PlanInputs, PlannedList, RequestAction
from .policy import Destination, SeasonRule
from .seasons import SeasonNeed, Standing, season_need, season_standings, standing

_NEEDS_SEASONS = frozenset({SeasonRule.LATEST, SeasonRule.NEW})
"""Rules that say nothing before the show's seasons are known, however the show stands."""

_ANYWHERE = Destination()


def plan(inputs: PlanInputs) -> Plan:
    """Plan every list of the account; the same inputs give the same plan."""
    return _Planner(inputs).run()


class _Wanted:
    """What one list has of one title: the show itself, single seasons, single episodes."""

    __slots__ = ("episodes", "first", "returned_at", "seasons", "whole")

    def __init__(self, first: ListedTitle) -> None:
        self.first = first
        self.whole = False
        self.episodes = False
        self.seasons: frozenset[int] = frozenset()
        self.returned_at: datetime | None = None

    def add(self, listed: ListedTitle) -> None:
        match listed.item.part:
            case Part.WHOLE:
                self.whole = True
            case Part.SEASON if listed.item.season is not None:
                self.seasons |= {listed.item.season}
            case _:
                self.episodes = True
        if listed.returned_at is not None:
            self.returned_at = max(self.returned_at or listed.returned_at, listed.returned_at)


class _Planner:
    """The state of planning: what has been claimed, and what allowances are left."""

    def __init__(self, inputs: PlanInputs) -> None:
        self.inputs = inputs
        self.today = inputs.now.date()
        self.actions: list[RequestAction] = []
        self.claimed: set[LedgerKey] = set()
        self.needs_shows: defaultdict[str, set[int]] = defaultdict(set)
        self.baselines: dict[tuple[str, int], int] = {}
        self.deferred: dict[str, datetime] = {}
        self.allowed = {who: left.remaining for who, left in inputs.allowances.items()}

    def run(self) -> Plan:
        decisions = {lst.job_id: tuple(self._list(lst)) for lst in self.inputs.lists}
        return Plan(
            actions=tuple(self.actions),
            decisions=decisions,
            needs_shows={job: frozenset(shows) for job, shows in self.needs_shows.items()},
            baselines=self.baselines,
            deferred_until=self.deferred,
        )

    def _list(self, lst: PlannedList) -> Iterator[Decision]:
        wanted: dict[TitleKey, _Wanted] = {}
        for listed in lst.titles:
            if listed.key is None:
                yield _unresolved(listed)
            else:
                wanted.setdefault(listed.key, _Wanted(listed)).add(listed)
        budget = _Budget(lst.policy.max_requests)
        for key, want in wanted.items():
            for quality in lst.policy.qualities:
                yield self._title(lst, key, want, quality, budget)

    def _title(
        self, lst: PlannedList, key: TitleKey, want: _Wanted, quality: Quality, budget: _Budget
    ) -> Decision:
        item = want.first.item
        refusal = self._refusal(lst, key, want, quality)
        if refusal is not None:
            return Decision(item, *refusal, key=key, quality=quality)
        row = self.inputs.ledger.get(LedgerKey(key, WHOLE, quality))
        if row is not None and row.intent_at is not None:
            # The server may still be working on a request for it.
            return Decision(item, Outcome.WAITING, "in_doubt", key=key, quality=quality)
        in_library = self.inputs.library.get(key)
        status = in_library.of(quality) if in_library is not None else None
        stands = standing(status, row, want.returned_at)
        if stands in (Standing.BLOCKED, Standing.TAKEN_BACK):
            return Decision(item, Outcome(stands), stands.value, key=key, quality=quality)
        if key.media_type is MediaType.SHOW:
            return self._show(lst, key, want, quality, budget)
        if stands is not Standing.MISSING:
            return Decision(item, Outcome(stands), stands.value, key=key, quality=quality)
        return self._ask(lst, key, item, quality, (), budget)

    def _refusal(
        self, lst: PlannedList, key: TitleKey, want: _Wanted, quality: Quality
    ) -> tuple[Outcome, str] | None:
        if key in self.inputs.excluded:
            return Outcome.EXCLUDED, "excluded"
        if key.media_type not in lst.policy.media_types:
            return Outcome.FILTERED, "media_type"
        if not (want.whole or want.seasons or lst.policy.include_episodes):
            return Outcome.FILTERED, "episode"
        if not self.inputs.offer.has(key.media_type, quality):
            return Outcome.FILTERED, "no_4k"
        return None

    def _show(
        self, lst: PlannedList, key: TitleKey, want: _Wanted, quality: Quality, budget: _Budget
    ) -> Decision:
        item = want.first.item
        details = self.inputs.shows.get(key.tmdb)
        if details is None:
            return self._without_details(lst, key, want, quality)
        need = season_need(
            lst.policy,
            details,
            whole=want.whole or (want.episodes and lst.policy.include_episodes),
            listed=want.seasons,
            baseline=self.inputs.baselines.get((lst.job_id, key.tmdb)),
            specials=self.inputs.offer.specials,
            today=self.today,
        )
        if need.baseline is not None:
            self.baselines[(lst.job_id, key.tmdb)] = need.baseline
        stands = season_standings(
            need.wanted,
            self.inputs.library.get(key),
            self.inputs.ledger,
            {number: LedgerKey(key, number, quality) for number in need.wanted},
            quality,
            want.returned_at,
        )
        missing = tuple(number for number, how in stands.items() if how is Standing.MISSING)
        if missing:
            return self._ask(lst, key, item, quality, missing, budget)
        outcome, reason = self._settled(key, quality, need, stands)
        return Decision(item, outcome, reason, key=key, quality=quality, seasons=need.wanted)

    def _without_details(
        self, lst: PlannedList, key: TitleKey, want: _Wanted, quality: Quality
    ) -> Decision:
        item = want.first.item
        in_library = self.inputs.library.get(key)
        if (
            in_library is not None
            and in_library.of(quality) is MediaStatus.AVAILABLE
            and not want.seasons
            and lst.policy.seasons not in _NEEDS_SEASONS
        ):
            # Its weekly look (R7) will find new seasons; today nothing has to be known of it.
            return Decision(item, Outcome.AVAILABLE, "available", key=key, quality=quality)
        if key.tmdb in self.inputs.unknown_shows:
            return Decision(item, Outcome.WAITING, "no_details", key=key, quality=quality)
        self.needs_shows[lst.job_id].add(key.tmdb)
        return Decision(item, Outcome.WAITING, "details", key=key, quality=quality)

    def _settled(
        self, key: TitleKey, quality: Quality, need: SeasonNeed, stands: dict[int, Standing]
    ) -> tuple[Outcome, str]:
        """Say how a show stands of which nothing is missing."""
        kinds = set(stands.values())
        if need.unknown and not stands:
            return Outcome.UNMATCHED, "no_such_season"
        if not stands:
            in_library = self.inputs.library.get(key)
            if in_library is not None and in_library.of(quality) is MediaStatus.AVAILABLE:
                return Outcome.AVAILABLE, "available"
            return Outcome.WAITING, "no_season_yet"
        for how in (Standing.REQUESTED, Standing.AVAILABLE, Standing.TAKEN_BACK):
            if how in kinds:
                return Outcome(how), how.value
        return Outcome.BLOCKED, "blocked"

    def _ask(
        self,
        lst: PlannedList,
        key: TitleKey,
        item: ListItem,
        quality: Quality,
        missing: tuple[int, ...],
        budget: _Budget,
    ) -> Decision:
        """Claim a film, or the missing seasons of a show, if the list can act (R4, R5)."""

        def waits(reason: str) -> Decision:
            return Decision(
                item, Outcome.WAITING, reason, key=key, quality=quality, seasons=missing
            )

        numbers = missing or (WHOLE,)
        free = tuple(n for n in numbers if LedgerKey(key, n, quality) not in self.claimed)
        if not free:
            return waits("other_list")
        if not lst.can_act:
            return waits("cannot_act")
        if budget.is_spent:
            return waits("limit_per_run")
        who = (lst.policy.user_id, key.media_type)
        fitting = free if who not in self.allowed else free[: max(self.allowed[who], 0)]
        if len(fitting) < len(free):
            until = self.inputs.allowances[who].until
            self.deferred[lst.job_id] = min(self.deferred.get(lst.job_id, until), until)
        if not fitting:
            return waits("quota")
        if who in self.allowed:
            self.allowed[who] -= len(fitting)
        budget.spend()
        self.claimed.update(LedgerKey(key, number, quality) for number in fitting)
        seasons = fitting if missing else ()
        self.actions.append(
            RequestAction(
                job_id=lst.job_id,
                key=key,
                title=item.title,
                quality=quality,
                seasons=seasons,
                user_id=lst.policy.user_id,
                at_once=lst.policy.at_once,
                destination=lst.policy.destinations.get((key.media_type, quality), _ANYWHERE),
                item=item,
            )
        )
        reason = "missing" if len(fitting) == len(free) else "missing_within_quota"
        return Decision(item, Outcome.REQUEST, reason, key=key, quality=quality, seasons=seasons)


class _Budget:
    """How many more new requests a list may make in this run."""

    def __init__(self, limit: int | None) -> None:
        self._left = limit

    @property
    def is_spent(self) -> bool:
        return self._left is not None and self._left <= 0

    def spend(self) -> None:
        if self._left is not None:
            self._left -= 1


def _unresolved(listed: ListedTitle) -> Decision:
    if listed.unresolved:
        return Decision(listed.item, Outcome.WAITING, "not_looked_up")
    if listed.candidates > 1:
        return Decision(listed.item, Outcome.AMBIGUOUS, "ambiguous")
    return Decision(listed.item, Outcome.UNMATCHED, "unmatched")
