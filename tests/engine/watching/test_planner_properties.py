"""What holds of every plan of a pairing, whatever the world looks like."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings, strategies as st

from custom_components.media_list_sync.engine.placement import Spot
from custom_components.media_list_sync.engine.spots import spots
from custom_components.media_list_sync.engine.watch import Airing, ListStatus
from custom_components.media_list_sync.engine.watching import bases, spot_text
from custom_components.media_list_sync.engine.watching.plan import ActionKind, Chosen, WatchOutcome
from custom_components.media_list_sync.engine.watching.planner import plan

from . import worlds as made
from .worlds import all_units, carried_out, plays, worlds

WHOLE = (ListStatus.COMPLETED, ListStatus.REPEATING)


def placements_of(world, anilist):
    place = world.places[anilist]
    return (*place.placements, *place.alternatives) if isinstance(place, Chosen) else ()


def entry_of(world, anilist):
    return next(entry for entry in world.entries if entry.anime.id == anilist)


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_planning_after_applying_gives_nothing(world):
    """Copies that share what was watched may take a second round, for what only one of them has."""
    done: Counter = Counter()
    for _ in range(2):
        result = plan(world)
        done.update(plays(world, result))
        world = carried_out(world, result)
        if not result.later:
            break
    result = plan(world)
    assert not result.actions
    assert not result.bases or not plan(carried_out(world, result)).bases
    assert not any(decision.outcome is WatchOutcome.UPDATE for decision in result.decisions)
    assert set(done.values()) <= {1}


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_no_episode_is_marked_twice(world):
    """Neither on one copy, nor on copies that share what was watched."""
    twins = {unit.key: unit.twin or unit.key for unit in all_units(world).values()}
    found = Counter((twins[unit], spot) for unit, spot in plays(world, plan(world)))
    assert set(found.values()) <= {1}


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=70, deadline=None)
def test_order_does_not_matter(world, random):
    def mixed(rows):
        rows = list(rows)
        random.shuffle(rows)
        return rows

    other = replace(
        world,
        entries=tuple(mixed(world.entries)),
        places=dict(mixed(world.places.items())),
        bases=dict(mixed(world.bases.items())),
    )
    assert plan(other) == plan(world)


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_only_what_is_the_entrys_is_there_and_was_not_watched_is_marked(world):
    there = all_units(world)
    for action in plan(world).actions:
        entry = entry_of(world, action.anilist)
        places = {one.target: one for one in placements_of(world, action.anilist)}
        assert action.target in places
        if action.kind is not ActionKind.MARK:
            continue
        total = entry.anime.episodes or entry.anime.aired or entry.progress
        progress = total if entry.status in WHOLE else entry.progress
        unit = there[action.unit]
        assert action.target in unit.ids
        provider, place = action.target.provider, world.places[action.anilist]
        is_alike = place.is_alike and unit.goes_by(provider)
        assert world.is_trakt or unit.is_numbered_by(provider) or is_alike
        assert set(action.spots) <= set(spots(places[action.target], 1, progress))
        assert not unit.watched.keys() & set(action.spots)
        assert all(unit.has(spot) for spot in action.spots)
        assert len(set(action.spots)) == len(action.spots) > 0
        assert action.dates.keys() <= set(action.spots)


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_what_was_taken_back_stays_so(world):
    """W3: what was watched before, or marked, or declined, and is not watched now."""
    for action in plan(world).actions:
        base = world.bases.get((action.anilist, action.target))
        if action.kind is ActionKind.MARK and base is not None:
            taken_back = base.watched | base.marked.keys() | base.declined
            assert not taken_back & set(action.spots)


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_a_whole_season_is_the_entrys_and_unwatched(world):
    """W14."""
    there = all_units(world)
    for action in plan(world).actions:
        if action.kind is not ActionKind.MARK:
            continue  # what is put on the watchlist need not be there
        unit, entry = there[action.unit], entry_of(world, action.anilist)
        for season in action.seasons:
            assert entry.anime.airing is Airing.FINISHED
            found = {spot for spot in unit.there if spot.season == season}
            assert found == {spot for spot in action.spots if spot.season == season}
            assert not found & unit.watched.keys()
            (placement,) = (
                one for one in placements_of(world, action.anilist) if one.target == action.target
            )
            assert found <= set(spots(placement, 1, 40))


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_one_entry_alone_is_its_part_of_the_plan(world):
    # Asked for by a person, it does not wait for scrobblers.
    old = made.STAMP - 10**6
    world = replace(world, entries=tuple(replace(entry, updated_at=old) for entry in world.entries))
    whole = plan(world)
    for entry in world.entries:
        number = entry.anime.id
        alone = plan(replace(world, only=number))
        assert alone.actions == tuple(one for one in whole.actions if one.anilist == number)
        assert alone.decisions == tuple(one for one in whole.decisions if one.anilist == number)
        for part, of in ((alone.bases, whole.bases), (alone.after, whole.after)):
            assert part == {key: base for key, base in of.items() if key[0] == number}


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_every_entry_has_a_decision_and_only_what_may_travel_does(world):
    result = plan(world)
    decided = [decision.anilist for decision in result.decisions]
    assert decided == sorted(entry.anime.id for entry in world.entries)
    acted = {action.anilist for action in result.actions}
    outcomes = {decision.anilist: decision.outcome for decision in result.decisions}
    assert {one for one in acted if outcomes[one] is not WatchOutcome.UPDATE} == set()
    updated = {one for one, outcome in outcomes.items() if outcome is WatchOutcome.UPDATE}
    assert updated == acted
    for entry in (entry_of(world, number) for number in acted):
        assert not entry.is_private or world.policy.private
        assert not entry.anime.is_adult or world.policy.adult
        assert isinstance(world.places[entry.anime.id], Chosen)
        if entry.status is ListStatus.PLANNING:
            assert world.policy.watchlist
        else:
            assert entry.status in world.policy.statuses


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_a_base_never_forgets(world):
    """What we marked stays known as ours, and what was seen watched as watched (W2)."""
    after = carried_out(world, plan(world))
    for key, before in world.bases.items():
        now = after.bases[key]
        assert before.marked.keys() <= now.marked.keys()
        if before.fingerprint != "3:another":
            (placement,) = (one for one in placements_of(world, key[0]) if one.target == key[1])
            own = set(spots(placement, 1, 40))
            entry = entry_of(world, key[0])
            if entry.anime.episodes is not None:
                assert before.watched & own <= now.watched


@given(worlds())
@settings(max_examples=70, deadline=None)
def test_bases_keep_through_the_store(world):
    for base in carried_out(world, plan(world)).bases.values():
        assert bases.from_json(bases.to_json(base)) == base


spot_sets = st.frozensets(st.builds(Spot, st.integers(-1, 30), st.integers(1, 1200)))


@given(spot_sets)
def test_spots_keep_through_text(found):
    text = spot_text.to_text(found)
    assert spot_text.from_text(text) == found
    assert text == spot_text.to_text(sorted(found, reverse=True))


def test_text_of_spots_is_short():
    assert spot_text.to_text(Spot(1, number) for number in (1, 2, 3, 5)) == "1:1-3,5"
    assert spot_text.to_text(()) == ""
