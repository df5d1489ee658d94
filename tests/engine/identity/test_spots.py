"""Episodes carried to another numbering and back, by properties and by example."""

from hypothesis import given, strategies as st
import pytest

from custom_components.media_list_sync.engine.faults import Fault, faults
from custom_components.media_list_sync.engine.placement import FILM, Placement, Segment, Span, Spot
from custom_components.media_list_sync.engine.segments import (
    fingerprint,
    from_text,
    joined,
    to_text,
)
from custom_components.media_list_sync.engine.spots import (
    covers_exactly,
    cut,
    sources,
    spots,
    spots_of,
    watched_prefix,
)

from .helpers import FILM_TMDB, TVDB, placed

RATIOS = (1, 1, 1, 2, 3, -2, -3)


@st.composite
def placements(draw: st.DrawFn, *, may_be_open: bool = True) -> Placement:
    """Sound placements: several segments, gaps on both sides, lists of targets, ratios, open ends."""
    segments: list[Segment] = []
    source, free = 1, dict.fromkeys(range(4), 1)
    count = draw(st.integers(1, 4))
    for number in range(count):
        ratio = draw(st.sampled_from(RATIOS))
        season = draw(st.integers(0, 3))
        source += draw(st.integers(0, 2))
        episodes = draw(st.integers(1, 7))
        is_open = may_be_open and number == count - 1 and season > 0 and draw(st.booleans())
        needed = episodes * ratio if ratio > 0 else -(episodes // ratio)
        targets: list[Span] = []
        at = free[season]
        while needed:
            at += draw(st.integers(0, 2))
            here = draw(st.integers(1, needed))
            targets.append(Span(at, at + here - 1))
            at, needed = at + here, needed - here
        free[season] = at
        last: int | None = source + episodes - 1
        if is_open:
            targets[-1] = Span(targets[-1].first, None)
            last = None
        segments.append(Segment(Span(source, last), season, tuple(targets), ratio))
        source += episodes
    return Placement(1, TVDB, tuple(segments), placed("1:1>1").origin)


def last_of(placement: Placement) -> int:
    return max(segment.source.last or segment.source.first + 20 for segment in placement.segments)


@given(placements())
def test_sound_placements_have_no_faults(placement: Placement) -> None:
    assert faults(placement) == ()


@given(placements())
def test_there_and_back_leads_to_where_one_was(placement: Placement) -> None:
    for episode in range(1, last_of(placement) + 1):
        for spot in spots_of(placement, episode):
            assert episode in sources(placement, spot)
            assert all(spot in spots_of(placement, other) for other in sources(placement, spot))


@given(placements())
def test_no_spot_is_given_twice(placement: Placement) -> None:
    found = spots(placement, 1, last_of(placement))
    assert len(set(found)) == len(found)


@given(placements(), st.data())
def test_spots_of_two_parts_are_those_of_the_whole(
    placement: Placement, data: st.DataObject
) -> None:
    last = last_of(placement)
    middle = data.draw(st.integers(0, last))
    parts = spots(placement, 1, middle) + spots(placement, middle + 1, last)
    assert set(parts) == set(spots(placement, 1, last))
    assert len(parts) == len(set(parts))


@given(placements())
def test_spots_stay_within_the_bounds_of_their_segments(placement: Placement) -> None:
    for spot in spots(placement, 1, last_of(placement)):
        assert any(
            segment.season == spot.season
            and any(
                a <= spot.number and (b is None or spot.number <= b) for a, b in segment.targets
            )
            for segment in placement.segments
        )


@given(placements(), st.data())
def test_progress_survives_the_way_there_and_back(
    placement: Placement, data: st.DataObject
) -> None:
    """Nothing is lost but a part of what several episodes make up together."""
    last = last_of(placement)
    progress = data.draw(st.integers(0, last))
    closed = cut(placement, last)
    back = watched_prefix(closed, set(spots(closed, 1, progress)), last, skip_to=last)
    in_pairs = {s.source for s in closed.segments if s.ratio < 0}
    expected = [e for e in range(1, progress + 1) if spots_of(closed, e)]
    if in_pairs:
        assert back <= progress
    else:
        assert back == max(expected, default=0)


@given(placements(), st.data())
def test_more_watched_is_never_less_progress(placement: Placement, data: st.DataObject) -> None:
    last = last_of(placement)
    every = spots(placement, 1, last)
    some = set(data.draw(st.lists(st.sampled_from(every))) if every else ())
    more = some | set(data.draw(st.lists(st.sampled_from(every))) if every else ())
    assert watched_prefix(placement, some, last) <= watched_prefix(placement, more, last)


@given(placements(), st.integers(0, 30))
def test_what_is_cut_is_the_same_up_to_there(placement: Placement, last: int) -> None:
    short = cut(placement, last)
    for episode in range(1, last + 1):
        assert spots_of(short, episode) == spots_of(placement, episode)
    assert all(spots_of(short, episode) == () for episode in range(last + 1, last + 5))
    assert not short.segments or faults(short) == ()


@given(placements())
def test_text_holds_everything(placement: Placement) -> None:
    assert from_text(to_text(placement.segments)) == placement.segments


@given(placements())
def test_joining_changes_no_episode(placement: Placement) -> None:
    one = Placement(1, TVDB, joined(placement.segments), placement.origin)
    for episode in range(1, last_of(placement) + 1):
        assert spots_of(one, episode) == spots_of(placement, episode)
    assert fingerprint(one) == fingerprint(placement)


def test_two_episodes_in_one_spot_are_watched_together() -> None:
    """Ratio -2: the one spot counts when both are watched, and is watched for both."""
    pairs = placed("1:1-4>1-2|-2")
    assert spots(pairs, 1, 1) == ()
    assert spots(pairs, 1, 2) == (Spot(1, 1),)
    assert spots(pairs, 2, 3) == (Spot(1, 1),)
    assert sources(pairs, Spot(1, 2)) == (3, 4)
    assert watched_prefix(pairs, {Spot(1, 1)}, 4) == 2


def test_the_last_one_of_an_odd_number_is_alone_in_its_spot() -> None:
    assert spots(placed("1:1-3>1-2|-2"), 1, 3) == (Spot(1, 1), Spot(1, 2))


def test_one_episode_in_two_spots_is_watched_when_both_are() -> None:
    halves = placed("1:1-2>1-4|2")
    assert spots(halves, 2, 2) == (Spot(1, 3), Spot(1, 4))
    assert watched_prefix(halves, {Spot(1, 1), Spot(1, 2), Spot(1, 3)}, 2) == 1
    assert sources(halves, Spot(1, 4)) == (2,)


def test_lists_of_targets_are_taken_one_after_the_other() -> None:
    gap = placed("1:1-5>1-3,7-8")
    assert [spot.number for spot in spots(gap, 1, 5)] == [1, 2, 3, 7, 8]
    assert sources(gap, Spot(1, 5)) == ()


def test_a_film_is_one_spot() -> None:
    film = placed("-1:1>1", FILM_TMDB)
    assert spots(film, 1, 1) == (FILM,)
    assert covers_exactly(film, 1)


def test_w2_absent_episodes_are_passed_over_up_to_the_progress() -> None:
    whole = placed("1:1-6>1-6")
    watched = {Spot(1, 1), Spot(1, 3), Spot(1, 5)}
    absent = {Spot(1, 2), Spot(1, 4)}
    assert watched_prefix(whole, watched, 6) == 1
    assert watched_prefix(whole, watched, 6, absent=absent, skip_to=3) == 3
    assert watched_prefix(whole, watched, 6, absent=absent, skip_to=6) == 5


def test_w2_what_is_absent_at_the_end_is_not_watched() -> None:
    whole = placed("1:1-6>1-6")
    absent = {Spot(1, n) for n in (3, 4, 5, 6)}
    assert watched_prefix(whole, {Spot(1, 1), Spot(1, 2)}, 6, absent=absent, skip_to=6) == 2


def test_w2_what_is_there_and_unwatched_ends_the_prefix() -> None:
    whole = placed("1:1-3>1-3")
    assert watched_prefix(whole, {Spot(1, 1), Spot(1, 3)}, 3, skip_to=3) == 1


@pytest.mark.parametrize(
    ("segments", "episodes", "expected"),
    [
        ("1:1-12>1-12", 12, True),
        ("1:1->1-", 12, True),
        ("1:1-12>1-12", 13, False),
        ("1:1-13>1-13", 12, False),
        ("1:1-5>1-5 1:7-12>6-11", 12, False),
        ("0:1>1 1:2-12>1-11", 12, True),
        ("1:1->1-", 0, False),
    ],
)
def test_w6_a_placement_covers_exactly_its_episodes(
    segments: str, episodes: int, expected: bool
) -> None:
    assert covers_exactly(placed(segments), episodes) is expected


def test_w10_a_fingerprint_changes_when_an_episode_would_land_elsewhere() -> None:
    one = placed("1:1-12>13-24")
    assert fingerprint(one) != fingerprint(placed("1:1-12>14-25"))
    assert fingerprint(one) != fingerprint(placed("2:1-12>13-24"))
    assert fingerprint(one) == fingerprint(placed("1:1-6>13-18 1:7-12>19-24"))
    later = placed("1:1->13-")
    assert fingerprint(cut(one, 7)) == fingerprint(cut(later, 7))


@pytest.mark.parametrize(
    ("segments", "fault"),
    [
        ("1:1-12>1-11", Fault.UNEVEN),
        ("1:1-12>1-", Fault.UNEVEN),
        ("1:1->1-12", Fault.UNEVEN),
        ("1:1-4>1-3|-2", Fault.UNEVEN),
        ("1:1-4>1-4|-1", Fault.UNEVEN),
        ("1:1-12>1-12 2:12-13>1-2", Fault.SOURCE_OVERLAP),
        ("1:1->1- 2:13-14>1-2", Fault.SOURCE_OVERLAP),
        ("1:1-12>1-12 1:13-14>12-13", Fault.TARGET_OVERLAP),
        ("1:1-3>1-,4-5", Fault.OPEN_INSIDE),
        ("0:1->1-", Fault.SPECIAL_WITHOUT_NUMBERS),
        ("-1:1>1", Fault.NOT_A_FILM),
        ("1:1-30000>1-30000", Fault.BOUNDS),
        ("", Fault.EMPTY),
    ],
)
def test_what_is_wrong_with_a_placement_is_said(segments: str, fault: Fault) -> None:
    assert fault in faults(placed(segments))


def test_a_film_has_one_part() -> None:
    assert faults(placed("-1:1-2>1-2", FILM_TMDB)) == (Fault.NOT_A_FILM,)
    assert faults(placed("-1:1-3>1|-3", FILM_TMDB)) == ()
