"""What holds of every plan, whatever the world looks like."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings, strategies as st

from custom_components.media_list_sync.engine.ledger import WHOLE, LedgerKey
from custom_components.media_list_sync.engine.model import MediaStatus, MediaType, Outcome, Quality
from custom_components.media_list_sync.engine.requests.planner import plan

from .worlds import carried_out, inputs


def asked_for(result):
    """Every single thing that a plan asks for: a film, or a season, in one quality."""
    return [
        LedgerKey(action.key, season, action.quality)
        for action in result.actions
        for season in (action.seasons or (WHOLE,))
    ]


@given(inputs())
@settings(max_examples=300, deadline=None)
def test_nothing_is_asked_for_twice(world):
    assert not [key for key, count in Counter(asked_for(plan(world))).items() if count > 1]


@given(inputs())
@settings(max_examples=300, deadline=None)
def test_planning_after_applying_asks_for_nothing_again(world):
    """Limits a run may leave more for later runs; but never the same thing twice."""
    done: set[LedgerKey] = set()
    for _ in range(30):
        result = plan(world)
        asked = set(asked_for(result))
        assert not asked & done
        done |= asked
        world = carried_out(world, result)
        if not result.actions:
            break
    assert not plan(world).actions


@given(inputs())
@settings(max_examples=200, deadline=None)
def test_without_limits_one_run_is_enough(world):
    world = replace(
        world,
        allowances={},
        lists=tuple(
            replace(lst, policy=replace(lst.policy, max_requests=None)) for lst in world.lists
        ),
    )
    first = plan(world)
    second = plan(carried_out(world, first))
    if not first.baselines:
        assert not second.actions


@given(inputs(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_order_of_rows_does_not_matter(world, random):
    def mixed(mapping):
        rows = list(mapping.items())
        random.shuffle(rows)
        return dict(rows)

    other = replace(
        world,
        library=mixed(world.library),
        ledger=mixed(world.ledger),
        shows=mixed(world.shows),
        baselines=mixed(world.baselines),
    )
    assert plan(other) == plan(world)


@given(inputs(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_order_on_a_list_does_not_matter_without_limits(world, random):
    def free(lst, titles):
        return replace(lst, titles=titles, policy=replace(lst.policy, max_requests=None))

    def mixed(titles):
        rows = list(titles)
        random.shuffle(rows)
        return tuple(rows)

    one = replace(world, allowances={}, lists=tuple(free(x, x.titles) for x in world.lists))
    two = replace(world, allowances={}, lists=tuple(free(x, mixed(x.titles)) for x in world.lists))
    assert set(asked_for(plan(one))) == set(asked_for(plan(two)))


@given(inputs())
@settings(max_examples=300, deadline=None)
def test_the_ledger_is_respected(world):
    """R1: what was taken back is asked for only by a list to which it came back since."""
    for action in plan(world).actions:
        returns = [
            title.returned_at
            for lst in world.lists
            if lst.job_id == action.job_id
            for title in lst.titles
            if title.key == action.key and title.returned_at is not None
        ]
        for season in (WHOLE, *action.seasons):
            row = world.ledger.get(LedgerKey(action.key, season, action.quality))
            if row is None:
                continue
            if row.taken_back_at is not None:
                assert returns
                assert max(returns) > row.taken_back_at
            elif season != WHOLE or action.key.media_type is MediaType.MOVIE:
                assert not row.is_known


@given(inputs())
@settings(max_examples=300, deadline=None)
def test_only_what_is_missing_exists_and_may_be_asked_for(world):
    for action in plan(world).actions:
        lst = next(one for one in world.lists if one.job_id == action.job_id)
        row = world.library.get(action.key)
        assert lst.can_act
        assert action.key not in world.excluded
        assert action.key.media_type in lst.policy.media_types
        assert action.quality in lst.policy.qualities
        assert world.offer.has(action.key.media_type, action.quality)
        if action.key.media_type is MediaType.SHOW:
            assert action.seasons
            exist = {season.number for season in world.shows[action.key.tmdb].seasons}
            assert set(action.seasons) <= exist
            assert world.offer.specials or 0 not in action.seasons
        if row is not None:
            whole = row.of(action.quality)
            assert whole not in (MediaStatus.BLOCKLISTED, MediaStatus.UNKNOWN_TO_US)
            if action.key.media_type is MediaType.MOVIE:
                assert not whole.is_present
            there = {
                s.number: s.status if action.quality is Quality.HD else s.status_4k
                for s in row.seasons
            }
            for season in action.seasons:
                assert not there.get(season, MediaStatus.UNKNOWN).is_present


@given(inputs())
@settings(max_examples=200, deadline=None)
def test_limits_are_kept(world):
    """R5 and the limit of a list for one run."""
    result = plan(world)
    spent: Counter[tuple[int | None, MediaType]] = Counter()
    for action in result.actions:
        spent[(action.user_id, action.key.media_type)] += len(action.seasons) or 1
    for who, left in world.allowances.items():
        assert spent[who] <= left.remaining
    for lst in world.lists:
        if lst.policy.max_requests is not None:
            assert len(result.actions_of(lst.job_id)) <= lst.policy.max_requests


@given(inputs())
@settings(max_examples=200, deadline=None)
def test_every_title_has_a_decision(world):
    result = plan(world)
    for lst in world.lists:
        decided = {decision.key for decision in result.decisions[lst.job_id]}
        assert {title.key for title in lst.titles} <= decided
        requests = [d for d in result.decisions[lst.job_id] if d.outcome is Outcome.REQUEST]
        assert len(requests) == len(result.actions_of(lst.job_id))
