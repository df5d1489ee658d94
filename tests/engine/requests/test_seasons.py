"""Which seasons a list wants (R7, R10)."""

from datetime import date

import pytest

from custom_components.media_list_sync.engine.model import ShowDetails, ShowSeason
from custom_components.media_list_sync.engine.requests.policy import Policy, SeasonRule as R
from custom_components.media_list_sync.engine.requests.seasons import season_need

TODAY = date(2026, 11, 20)
SHOW = ShowDetails(
    1399,
    "A show",
    (
        ShowSeason(0, 3, "2010-01-01"),
        ShowSeason(1, 10, "2011-01-01"),
        ShowSeason(2, 10, "2012-01-01"),
        ShowSeason(3, 8, "2026-11-20"),
        ShowSeason(4, 8, "2027-03-01"),
        ShowSeason(5, 0, None),
    ),
    ended=False,
)


def need(rule, *, show=SHOW, whole=True, listed=(), baseline=None, specials=False, first=2):
    return season_need(
        Policy(seasons=rule, first_seasons=first),
        show,
        whole=whole,
        listed=frozenset(listed),
        baseline=baseline,
        specials=specials,
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (R.ALL, (1, 2, 3, 4, 5)),
        (R.FIRST, (1,)),
        (R.FIRST_N, (1, 2)),
        (R.LATEST, (3,)),
    ],
)
def test_the_rules(rule, wanted):
    assert need(rule).wanted == wanted


def test_r7_latest_needs_an_aired_episode():
    unaired = ShowDetails(1, "x", (ShowSeason(1, 8, "2026-11-21"), ShowSeason(2, 0, None)), False)
    assert need(R.LATEST, show=unaired).wanted == ()


def test_r7_only_new_takes_its_baseline_when_it_first_sees_the_show():
    first = need(R.NEW)
    assert (first.wanted, first.baseline) == ((), 5)
    later = need(R.NEW, baseline=3)
    assert (later.wanted, later.baseline) == ((4, 5), None)


def test_a_show_that_starts_with_season_two():
    odd = ShowDetails(
        1, "x", (ShowSeason(2, 8, "2001-01-01"), ShowSeason(3, 8, "2002-01-01")), True
    )
    assert need(R.FIRST, show=odd).wanted == (2,)


def test_r10_a_season_on_the_list_asks_for_that_season():
    assert need(R.ALL, whole=False, listed={2}).wanted == (2,)
    assert need(R.FIRST, listed={4}).wanted == (1, 4)


def test_a_season_that_does_not_exist_is_told():
    found = need(R.ALL, whole=False, listed={2, 99})
    assert (found.wanted, found.unknown) == ((2,), (99,))


def test_specials_only_where_the_server_takes_them():
    assert need(R.ALL, whole=False, listed={0}).unknown == (0,)
    assert need(R.ALL, whole=False, listed={0}, specials=True).wanted == (0,)
    assert 0 not in need(R.ALL, specials=True).wanted
