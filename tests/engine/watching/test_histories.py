"""Random histories of an AniList account and two trackers, synced both ways, with crashes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from custom_components.media_list_sync.engine.identity.numbering import Numbering, Season
from custom_components.media_list_sync.engine.placement import (
    FILM,
    Origin,
    Placement,
    Provider,
    Segment,
    Span,
    Spot,
    TargetId,
)
from custom_components.media_list_sync.engine.spots import spots
from custom_components.media_list_sync.engine.watch import Airing, Anime, Entry, Format, ListStatus
from custom_components.media_list_sync.engine.watching.bases import Base, Side
from custom_components.media_list_sync.engine.watching.plan import (
    ActionKind,
    BaseKey,
    Chosen,
    Plan,
    PlanInputs,
    WatchOutcome,
)
from custom_components.media_list_sync.engine.watching.planner import plan
from custom_components.media_list_sync.engine.watching.policy import Direction, PairingPolicy
from custom_components.media_list_sync.engine.watching.record import moved_on
from custom_components.media_list_sync.engine.watching.tracker import Written
from custom_components.media_list_sync.engine.watching.units import Shelf, Unit

SHOW = TargetId(Provider.TMDB_SHOW, "1")
MOVIE = TargetId(Provider.TMDB_MOVIE, "2")
EPISODES = {1: 4, 2: 3, 3: 1}
PLACES = {
    1: Placement(1, SHOW, (Segment(Span(1, 4), 1, (Span(1, 4),)),), Origin.ANIBRIDGE),
    2: Placement(2, SHOW, (Segment(Span(1, 3), 1, (Span(5, 7),)),), Origin.ANIBRIDGE),
    3: Placement(3, MOVIE, (Segment(Span(1, 1), FILM.season, (Span(1, 1),)),), Origin.ANIBRIDGE),
}
SPOTS = {number: spots(place, 1, EPISODES[number]) for number, place in PLACES.items()}
TRACKERS = ("plex", "trakt")
HOUR = 3600

numbers = st.sampled_from(sorted(PLACES))
trackers = st.sampled_from(TRACKERS)


class Histories(RuleBasedStateMachine):
    """People watch, mark, lower and delete; pairings sync, and are killed anywhere."""

    def __init__(self):
        super().__init__()
        self.now = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
        self.entries = {
            number: Entry(
                number,
                Anime(
                    number,
                    (f"Anime {number}",),
                    Format.TV,
                    Airing.FINISHED,
                    EPISODES[number],
                ),
                ListStatus.CURRENT,
                updated_at=self.now,
            )
            for number in PLACES
        }
        self.plays: dict[str, dict[tuple[str, Spot], list[int]]] = {
            where: {} for where in TRACKERS
        }  # spot of a unit -> times of plays
        self.files = {(unit, spot) for unit, spot in self.all_spots()}
        self.bases: dict[str, dict[BaseKey, Base]] = {where: {} for where in TRACKERS}
        self.doubts: dict[str, list[tuple[Any, Plan]]] = {where: [] for where in TRACKERS}
        self.played: dict[str, set[int]] = {
            where: set() for where in TRACKERS
        }  # what since the last whole sync
        # Entries in which a person went back, took something back, or left something out: whatever
        # stands there on purpose stays, so that both sides need not say the same.
        self.gone_back = set()
        self.policy = PairingPolicy(direction=Direction.BOTH, add=True)

    @staticmethod
    def all_spots():
        for number, place in PLACES.items():
            unit = "film" if place.target == MOVIE else "show"
            for spot in SPOTS[number]:
                yield unit, spot

    def unit_of(self, number):
        return "film" if PLACES[number].target == MOVIE else "show"

    # What people do.

    @rule(number=numbers, data=st.data())
    def watch_on_anilist(self, number, data):
        entry = self.entries.get(number)
        if entry is None:
            self.tick()
            self.list(number, status=ListStatus.CURRENT, progress=1)
            return
        progress = data.draw(st.integers(0, EPISODES[number]))
        status = data.draw(st.sampled_from([s for s in ListStatus if s is not ListStatus.PLANNING]))
        if status is ListStatus.COMPLETED:
            progress = EPISODES[number]
        if status is not ListStatus.REPEATING and (
            progress < entry.progress
            or entry.status in (ListStatus.COMPLETED, ListStatus.REPEATING)
        ):
            self.gone_back.add(number)
        self.tick()
        self.list(number, status=status, progress=progress)

    def list(self, number, **values):
        entry = self.entries.get(number) or Entry(number, self.anime(number), ListStatus.CURRENT)
        self.entries[number] = replace(entry, updated_at=self.now, **values)

    def anime(self, number):
        return Anime(number, (f"Anime {number}",), Format.TV, Airing.FINISHED, EPISODES[number])

    @rule(number=numbers)
    def delete_on_anilist(self, number):
        self.tick()
        if self.entries.pop(number, None) is not None:
            self.gone_back.add(number)

    @rule(where=trackers, number=numbers, data=st.data())
    def watch_there(self, where, number, data):
        self.tick()
        spot = data.draw(st.sampled_from(SPOTS[number]))
        entry = self.entries.get(number)
        if SPOTS[number].index(spot) > (entry.progress if entry else 0):
            self.gone_back.add(number)
        self.play(where, number, spot)

    @rule(where=trackers, number=numbers)
    def watch_all_there(self, where, number):
        self.tick()
        for spot in SPOTS[number]:
            self.play(where, number, spot)

    def play(self, where, number, spot):
        self.plays[where].setdefault((self.unit_of(number), spot), []).append(self.now)
        self.played[where].add(number)

    @rule(where=trackers, number=numbers, data=st.data())
    def unmark_there(self, where, number, data):
        self.tick()
        spot = data.draw(st.sampled_from(SPOTS[number]))
        if self.plays[where].pop((self.unit_of(number), spot), None):
            self.gone_back.add(number)

    @rule(number=numbers, data=st.data())
    def delete_a_file(self, number, data):
        """With a file, Plex loses what was known of it."""
        spot = data.draw(st.sampled_from(SPOTS[number]))
        self.files.discard((self.unit_of(number), spot))
        self.plays["plex"].pop((self.unit_of(number), spot), None)
        self.gone_back.add(number)

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.now += days * 24 * HOUR

    def tick(self):
        self.now += HOUR

    # What pairings do.

    @rule(where=trackers, data=st.data())
    def sync_and_maybe_die(self, where, data):
        """Killed before a write, after it, or not at all."""
        self.settle(where)
        result, steps = self.planned(where)
        cut = data.draw(st.integers(0, len(steps)))
        for step in steps[:cut]:
            self.carry_out(where, step, result)
        if cut < len(steps) and data.draw(st.booleans()):
            self.write(where, steps[cut])
            self.doubts[where].append((steps[cut], result))
        elif cut == len(steps):
            self.bases[where].update(result.bases)

    @rule(where=trackers)
    def sync(self, where):
        self.settle(where)
        before = self.state()
        changed = self.sync_whole(where)
        if not changed:
            assert self.state() == before
        # Nothing changed meanwhile, so that nothing is left to be done.
        result, steps = self.planned(where, after=0)
        assert steps == []
        assert not any(one.outcome is WatchOutcome.UPDATE for one in result.decisions)

    @rule()
    def come_to_rest(self):
        """Both pairings in turn, until neither has anything to do: soon, and in agreement."""
        for where in TRACKERS:
            self.settle(where)
        busy = list(TRACKERS)
        for _ in range(4):
            busy = [where for where in TRACKERS if self.sync_whole(where)]
        assert not busy
        for number, entry in self.entries.items():
            if number not in self.gone_back and entry.status is not ListStatus.REPEATING:
                self.check_agreement(number, entry)

    def check_agreement(self, number, entry):
        said = set(spots(PLACES[number], 1, entry.progress))
        for where in TRACKERS:
            watched = {spot for unit, spot in self.plays[where] if unit == self.unit_of(number)}
            assert said <= watched
            rest = [spot for spot in SPOTS[number] if spot not in said]
            assert not rest or rest[0] not in watched

    def sync_whole(self, where):
        result, steps = self.planned(where)
        for step in steps:
            self.carry_out(where, step, result)
        self.bases[where].update(result.bases)
        self.played[where] -= self.entries.keys()  # what is not listed may be news yet
        return bool(steps)

    def planned(self, where, after=HOUR):
        self.now += after
        units = [
            Unit(
                key=key,
                title=key,
                ids=(MOVIE if key == "film" else SHOW,),
                numbered_by=(Provider.TMDB_SHOW,),
                watched={
                    spot: max(times)
                    for (unit, spot), times in self.plays[where].items()
                    if unit == key
                },
                replayed=frozenset(
                    spot
                    for (unit, spot), times in self.plays[where].items()
                    if unit == key and len(times) > 1
                ),
                there=None
                if where == "trakt"
                else frozenset(spot for unit, spot in self.files if unit == key),
            )
            for key in ("show", "film")
        ]
        listed = tuple(self.entries.values())
        others = tuple(
            Entry(0, self.anime(number), ListStatus.CURRENT)
            for number in PLACES
            if number not in self.entries
        )
        result = plan(
            PlanInputs(
                entries=listed + others,
                places={number: Chosen((place,)) for number, place in PLACES.items()},
                shelf=Shelf.of(units),
                bases=self.bases[where],
                policy=self.policy,
                now=datetime.fromtimestamp(self.now, UTC),
                numberings={SHOW: Numbering({1: Season(7)})},
                is_trakt=where == "trakt",
            )
        )
        return result, [*result.saves, *result.actions]

    def write(self, where, step):
        if hasattr(step, "save"):
            values = {name: value for name, value in step.save.items() if value is not None}
            known = self.bases[where].get((step.anilist, step.targets[0]))
            if "progress" in values or "repeat" in values:  # COMPLETED may come later (W6)
                assert known is None or step.anilist in self.played[where], "without a cause"
            before = self.entries.get(step.anilist)
            if before is not None:
                assert values.get("progress", before.progress) >= before.progress
                assert before.status is not ListStatus.DROPPED or "status" not in values
            entry = before or Entry(step.anilist, self.anime(step.anilist), ListStatus.CURRENT)
            self.entries[step.anilist] = replace(entry, updated_at=self.now, **values)
            return
        assert step.kind is ActionKind.MARK
        for spot in step.spots:
            assert (step.unit, spot) not in self.plays[where], "a play twice"
            self.plays[where][step.unit, spot] = [self.now]

    def carry_out(self, where, step, result):
        self.write(where, step)
        self.record(where, step, result)

    def record(self, where, step, result):
        known = self.bases[where]
        if hasattr(step, "save"):
            side = Side.of(self.entries[step.anilist])
            for target in step.targets:
                key = (step.anilist, target)
                known[key] = replace(result.after[key], anilist=side)
            return
        key = (step.anilist, step.target)
        self.hold(where, key, result, Written(step, done=frozenset(step.spots)))

    def hold(self, where, key, result, written):
        base = moved_on(self.bases[where].get(key), result.after.get(key), written)
        assert base is not None
        self.bases[where][key] = base

    def settle(self, where):
        """Read, and say of what was in doubt whether it was done."""
        for step, result in self.doubts[where]:
            if hasattr(step, "save"):
                entry = self.entries.get(step.anilist)
                if entry is not None and step.save.is_said_by(entry):
                    self.record(where, step, result)
                continue
            done = frozenset(spot for spot in step.spots if (step.unit, spot) in self.plays[where])
            if done:
                key = (step.anilist, step.target)
                self.hold(where, key, result, Written(step, done))
        self.doubts[where] = []

    def state(self):
        return (
            dict(self.entries),
            {
                where: {key: tuple(times) for key, times in plays.items()}
                for where, plays in self.plays.items()
            },
        )


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHistories = Histories.TestCase
