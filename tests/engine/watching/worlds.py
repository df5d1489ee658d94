"""Made-up worlds for the planner of pairings: a list, where it lies, a tracker, what was before."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

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
from custom_components.media_list_sync.engine.segments import fingerprint
from custom_components.media_list_sync.engine.spots import cut, spots
from custom_components.media_list_sync.engine.watch import (
    Airing,
    Anime,
    Entry,
    FuzzyDate,
    ListStatus,
)
from custom_components.media_list_sync.engine.watching.bases import Base, Side
from custom_components.media_list_sync.engine.watching.plan import (
    ActionKind,
    Chosen,
    Plan,
    PlanInputs,
    Unsettled,
)
from custom_components.media_list_sync.engine.watching.policy import PairingPolicy
from custom_components.media_list_sync.engine.watching.record import moved_on
from custom_components.media_list_sync.engine.watching.tracker import Written
from custom_components.media_list_sync.engine.watching.units import Shelf, Unit

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STAMP = int(NOW.timestamp())
SHOWS = (
    TargetId(Provider.TMDB_SHOW, "1"),
    TargetId(Provider.TMDB_SHOW, "2"),
    TargetId(Provider.TVDB_SHOW, "3"),
)
FILMS = (TargetId(Provider.TMDB_MOVIE, "8"), TargetId(Provider.TMDB_MOVIE, "9"))

dates = st.builds(
    FuzzyDate,
    st.sampled_from([None, 2024, 2026]),
    st.sampled_from([None, 2, 11]),
    st.sampled_from([None, 1, 20, 30]),
)
policies = st.builds(
    PairingPolicy,
    statuses=st.sampled_from(
        [PairingPolicy().statuses, frozenset({ListStatus.CURRENT, ListStatus.COMPLETED})]
    ),
    scores=st.booleans(),
    watchlist=st.booleans(),
    dropped=st.booleans(),
    private=st.sampled_from([True, True, False]),
    adult=st.sampled_from([True, True, False]),
)

STATUSES = (*[ListStatus.COMPLETED] * 3, *[ListStatus.CURRENT] * 3, *ListStatus)


@st.composite
def entries(draw, number, episodes):
    total = draw(st.sampled_from([episodes, episodes, None]))
    aired = draw(st.none() | st.integers(1, episodes))
    anime = Anime(
        number,
        (f"Anime {number}",),
        airing=draw(st.sampled_from([Airing.FINISHED, Airing.FINISHED, Airing.RELEASING])),
        episodes=total,
        next_episode=None if aired is None else aired + 1,
        is_adult=draw(st.sampled_from([False, False, False, True])),
    )
    return Entry(
        id=number + 100,
        anime=anime,
        status=draw(st.sampled_from(STATUSES)),
        progress=draw(st.sampled_from([episodes, *range(episodes + 1)])),
        repeat=draw(st.integers(0, 2)),
        score=draw(st.sampled_from([0, 55, 100])),
        started=draw(dates),
        completed=draw(dates),
        is_private=draw(st.sampled_from([False, False, False, True])),
        updated_at=STAMP - draw(st.sampled_from([10**8, 10**6, 3600, 60])),
    )


class Tapes:
    """The seasons of all targets, of which each entry takes what comes next: no two overlap."""

    def __init__(self):
        self.ends = defaultdict(int)

    def take(self, draw, target, episodes):
        """Return where an entry with so many episodes lies in a show."""
        segments = []
        first = 1
        while first <= episodes:
            count = draw(st.integers(1, episodes - first + 1))
            season = draw(st.sampled_from([1, 1, 2, 0]))
            ratio = draw(st.sampled_from([1, 1, 1, 2, -2]))
            length = -(count // ratio) if ratio < 0 else count * ratio
            begin = self.ends[target, season] + draw(st.sampled_from([1, 1, 2]))
            targets: tuple[Span, ...] = (Span(begin, begin + length - 1),)
            if length > 1 and draw(st.booleans()):  # with an episode between that is not its own
                cut = draw(st.integers(1, length - 1))
                targets = (
                    Span(begin, begin + cut - 1),
                    Span(begin + cut + 1, begin + length),
                )
            self.ends[target, season] = targets[-1].last
            segments.append(Segment(Span(first, first + count - 1), season, targets, ratio))
            first += count + draw(st.sampled_from([0, 0, 1]))
        return tuple(segments)


@st.composite
def bases(draw, entry, placement):
    own = sorted(spots(placement, 1, 40))
    some = st.sets(st.sampled_from(own)).map(frozenset)
    watched = draw(st.sampled_from([frozenset(), frozenset(own)]) | some)
    marked = draw(st.sets(st.sampled_from(sorted(watched)))) if watched else set()
    return Base(
        anilist=replace(Side.of(entry), progress=draw(st.integers(0, entry.progress))),
        watched=watched,
        marked=dict.fromkeys(marked, ""),
        declined=draw(st.sampled_from([frozenset(), frozenset(), frozenset(own[:1])])),
        fingerprint=draw(st.sampled_from([_synced(placement, entry.progress)] * 4 + ["3:another"])),
        rated=draw(st.none() | st.integers(1, 10)),
        listed=draw(st.booleans()),
        dropped=draw(st.booleans()),
    )


def _synced(placement, last):
    return f"{last}:{fingerprint(cut(placement, last))}"


@st.composite
def units(draw, target, key, wanted, *, is_trakt, twin):
    """A copy of a show or film; on Plex with some of its episodes only."""
    if target.provider.is_film:
        there = {FILM}
    else:
        more = {Spot(season, number) for season in (1, 2) for number in (1, 7)}
        there = set(draw(st.sampled_from([wanted, wanted | more]))) or more
        if not is_trakt and draw(st.booleans()):
            there -= draw(st.sets(st.sampled_from(sorted(there)), max_size=3))
    watched = set()
    if there and draw(st.booleans()):
        watched = draw(st.sets(st.sampled_from(sorted(there))))
    numbered_by: tuple[Provider, ...] = ()
    if not target.provider.is_film:
        whose = target.provider
        numbered_by = draw(st.sampled_from([(whose,)] * 6 + [(), (whose, Provider.ANIDB)]))
    return Unit(
        key=key,
        title=key,
        ids=(target,),
        numbered_by=numbered_by,
        watched=dict.fromkeys(watched, STAMP - 10**6),
        there=None if is_trakt else frozenset(there),
        season_keys={} if is_trakt else {spot.season: f"{key}/{spot.season}" for spot in there},
        twin=twin,
        rating=draw(st.none() | st.integers(1, 10)),
        is_dropped=draw(st.booleans()),
    )


@st.composite
def worlds(draw):
    is_trakt = draw(st.booleans())
    tapes = Tapes()
    films = list(FILMS)
    listed, known = [], {}
    places: dict[int, Chosen | Unsettled | None] = {}
    wanted: defaultdict[TargetId, set[Spot]] = defaultdict(set)
    sole = set()
    for number in range(1, draw(st.integers(1, 5)) + 1):
        episodes = draw(st.integers(1, 6))
        entry = draw(entries(number, episodes))
        listed.append(entry)
        kind = draw(st.sampled_from(["show"] * 5 + ["film"] * 2 + ["ignored", "unsettled"]))
        if kind in ("ignored", "unsettled"):
            places[number] = None if kind == "ignored" else Unsettled("unknown")
            continue
        shows = draw(st.lists(st.sampled_from(SHOWS), min_size=1, max_size=2, unique=True))
        if is_trakt:
            shows = shows[:1]
        origin = draw(st.sampled_from([Origin.ANIBRIDGE, Origin.ANIBRIDGE, Origin.MANUAL]))
        own = [
            Placement(number, target, tapes.take(draw, target, episodes), origin)
            for target in shows
        ]
        others: tuple[Placement, ...] = ()
        if kind == "film" and films:
            one = (Segment(Span(1, 1), FILM.season, (Span(1, 1),)),)
            others = tuple(own)
            own = [Placement(number, films.pop(), one, origin)]
        places[number] = Chosen(tuple(own), others, is_alike=draw(st.booleans()))
        for placement in (*own, *others):
            wanted[placement.target] |= set(spots(placement, 1, 40))
            if draw(st.sampled_from([False, False, True])):
                known[number, placement.target] = draw(bases(entry, placement))
            if draw(st.booleans()):
                sole.add((number, placement.target))
    copies = []
    for target, there in wanted.items():
        twin = draw(st.sampled_from(["", f"twin {target.id}"]))
        count = 1 if is_trakt else 2
        copies += [
            draw(units(target, f"{target.id}.{n}", there, is_trakt=is_trakt, twin=twin))
            for n in range(draw(st.sampled_from([count, 1, 1, 0])))
        ]
    copies = [replace(unit, watched=_shared(unit, copies)) for unit in copies]
    return PlanInputs(
        entries=tuple(listed),
        places=places,
        shelf=Shelf.of(copies),
        bases=known,
        policy=draw(policies),
        now=NOW,
        numberings={
            target: Numbering(
                {
                    season: Season(max(spot.number for spot in there if spot.season == season))
                    for season in {spot.season for spot in there}
                },
                is_whole=draw(st.booleans()),
            )
            for target, there in wanted.items()
            if not target.provider.is_film
        },
        sole=frozenset(sole),
        is_trakt=is_trakt,
    )


def _shared(unit, copies):
    """What was watched of a copy, with what was watched of its twins."""
    watched: dict[Spot, int] = {}
    for one in copies:
        if one.key == unit.key or (unit.twin and one.twin == unit.twin):
            watched |= {spot: at for spot, at in one.watched.items() if unit.has(spot)}
    return watched


def all_units(world):
    return {unit.key: unit for copies in world.shelf.units.values() for unit in copies}


def plays(world, result):
    """Every single episode that a plan marks, and where: also those of whole seasons."""
    there = all_units(world)
    return [
        (action.unit, spot)
        for action in result.actions
        if action.kind is ActionKind.MARK
        for spot in (
            *(spot for spot in action.spots if spot.season not in action.seasons),
            *(spot for spot in there[action.unit].there or () if spot.season in action.seasons),
        )
    ]


def carried_out(world: PlanInputs, result: Plan) -> PlanInputs:
    """Return the world after everything of a plan was done."""
    there = all_units(world)
    known = {**world.bases, **result.bases}
    listed = set(world.shelf.listed)
    marked = defaultdict(set)
    for unit, spot in plays(world, result):
        marked[unit].add(spot)
    for key, spots_ in marked.items():
        now = dict.fromkeys(spots_, STAMP)
        there[key] = replace(there[key], watched={**there[key].watched, **now})
    for action in result.actions:
        if action.kind is ActionKind.RATE and action.season is None:
            there[action.unit] = replace(there[action.unit], rating=action.rating)
        elif action.kind is ActionKind.DROP:
            there[action.unit] = replace(there[action.unit], is_dropped=True)
        elif action.kind is ActionKind.LIST:
            listed.add(action.target)
        key = (action.anilist, action.target)
        done = Written(action, done=frozenset(action.spots))
        base = moved_on(known.get(key), result.after.get(key), done)
        assert base is not None
        known[key] = base
    copies = list(there.values())
    copies = [replace(unit, watched=_shared(unit, copies)) for unit in copies]
    return replace(
        world,
        shelf=replace(Shelf.of(copies), listed=frozenset(listed)),
        bases=known,
    )
