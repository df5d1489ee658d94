"""The rules of identity, each by its number."""

from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
import sqlite3

import pytest

from custom_components.media_list_sync.engine.identity import atlas
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.identity.numbering import (
    Numbering,
    Season,
    from_tables,
)
from custom_components.media_list_sync.engine.identity.overlaps import settle
from custom_components.media_list_sync.engine.identity.reasons import Reason
from custom_components.media_list_sync.engine.identity.verdict import (
    Placed,
    Support,
    Unplaced,
    decide,
    decide_alike,
)
from custom_components.media_list_sync.engine.placement import Origin, Placement, Provider
from custom_components.media_list_sync.engine.segments import to_text
from custom_components.media_list_sync.engine.store import atlas as store_atlas, manual
from custom_components.media_list_sync.engine.store.manual import ManualMapping
from custom_components.media_list_sync.engine.watch import Airing, Format

from .conftest import NOW
from .helpers import FILM_IMDB, FILM_TMDB, TMDB, TVDB, anime, known, placed

ON_TVDB = [Provider.TVDB_SHOW]
ON_EITHER = [Provider.TMDB_SHOW, Provider.TVDB_SHOW]
ON_TMDB_FIRST = [Provider.TMDB_SHOW, Provider.TVDB_SHOW, Provider.TMDB_MOVIE]
BEGAN = date(2020, 4, 5)


def weekly(first: date, count: int, start: int = 1) -> dict[int, date]:
    return {start + n: first + timedelta(days=7 * n) for n in range(count)}


def reason(verdict: Placed | Unplaced) -> Reason:
    assert isinstance(verdict, Unplaced)
    return verdict.reason


def segments(verdict: Placed | Unplaced) -> str:
    assert isinstance(verdict, Placed)
    return to_text(verdict.placement.segments)


# I1


def fill(database: Path, origin: Origin, *rows: tuple[int, str, str, str]) -> None:
    source: store_atlas.Source = "anidb" if origin is Origin.ANIME_LISTS else "anilist"
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        store_atlas.collect(connection, rows)
        store_atlas.take_over(connection, origin, source)


def load(database: Path, *ids: int) -> dict[int, atlas.Known]:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        return atlas.load(connection, ids)


def say(database: Path, placement: Placement | None, anilist: int = 1) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        manual.put(connection, ManualMapping(anilist, placement, "tried", NOW))


def test_i1_manual_then_anibridge_then_anime_lists_then_fribb(database: Path) -> None:
    fill(database, Origin.FRIBB, (1, "tvdb_show", "100", "1:1->4-"), (1, "anidb", "9", "1:1->1-"))
    fill(database, Origin.ANIME_LISTS, (9, "tvdb_show", "100", "1:1->3-"))
    fill(database, Origin.ANIBRIDGE, (1, "tvdb_show", "100", "1:1->2-"))
    say(database, placed("1:1->1-", origin=Origin.MANUAL))
    found = [p for p in load(database, 1)[1].placements if p.target == TVDB]
    assert [p.origin for p in found] == [Origin.MANUAL, *ORIGINS]
    assert [p.segments[0].targets[0].first for p in found] == [1, 2, 3, 4]


def test_i1_manual_wins_whatever_speaks_against_it(database: Path) -> None:
    fill(database, Origin.ANIBRIDGE, (1, "tvdb_show", "100", "1:1-12>1-12"))
    say(database, placed("1:1-12>13-24", origin=Origin.MANUAL))
    numbering = Numbering({1: Season(12)})
    verdict = decide(anime(12), load(database, 1)[1], ON_TVDB, {TVDB: numbering})
    assert segments(verdict) == "1:1-12>13-24"
    assert isinstance(verdict, Placed)
    assert verdict.support is Support.MANUAL


def test_i1_ignored_is_ignored(database: Path) -> None:
    fill(database, Origin.ANIBRIDGE, (1, "tvdb_show", "100", "1:1-12>1-12"))
    say(database, None)
    assert reason(decide(anime(12), load(database, 1)[1], ON_TVDB)) is Reason.IGNORED


def test_i1_what_anibridge_removed_no_other_table_brings_back(database: Path) -> None:
    fill(database, Origin.ANIBRIDGE, (1, "tvdb_show", "100", "-"))
    fill(database, Origin.FRIBB, (1, "tvdb_show", "100", "1:1->1-"))
    assert load(database, 1)[1].placements == ()
    say(database, placed("1:1-12>1-12", origin=Origin.MANUAL))
    assert len(load(database, 1)[1].placements) == 1


def test_i1_the_xml_is_reached_by_way_of_anidb(database: Path) -> None:
    """A second cour that AniDB counts as one with the first."""
    fill(database, Origin.ANIBRIDGE, (2, "anidb", "9", "1:1-12>13-24"))
    fill(database, Origin.ANIME_LISTS, (9, "tvdb_show", "100", "1:1-13>1-13 2:14->1-"))
    (placement,) = (p for p in load(database, 2)[2].placements if p.target == TVDB)
    assert placement.origin is Origin.ANIME_LISTS
    assert to_text(placement.segments) == "1:1>13 2:2-12>1-11"


def test_i1_all_that_is_asked_for_is_answered(database: Path) -> None:
    assert load(database, 7, 8) == {7: atlas.Known(7), 8: atlas.Known(8)}
    assert reason(decide(anime(12), atlas.Known(7), ON_TVDB)) is Reason.UNKNOWN


# I2


def test_i2_specials_without_numbers_are_no_placement(database: Path) -> None:
    fill(database, Origin.FRIBB, (1, "tvdb_show", "100", ""))
    found = load(database, 1)[1]
    assert found.titles == (TVDB,)
    verdict = decide(anime(2, kind=Format.OVA), found, ON_TVDB)
    assert verdict == Unplaced(Reason.NO_EPISODES, (), (TVDB,))


def test_i2_specials_with_numbers_are_one() -> None:
    verdict = decide(anime(2, kind=Format.OVA), known(placed("0:1-2>5-6")), ON_TVDB)
    assert segments(verdict) == "0:1-2>5-6"


# I3


def test_i3_disagreement_alone_is_no_reason_for_review() -> None:
    """Another season: the more trusted table stands."""
    verdict = decide(
        anime(12),
        known(placed("2:1-12>1-12"), placed("1:1->13-", origin=Origin.ANIME_LISTS)),
        ON_TVDB,
    )
    assert segments(verdict) == "2:1-12>1-12"


def test_i3_episode_counts_speak_against_the_more_trusted() -> None:
    verdict = decide(
        anime(12),
        known(placed("1:1-24>1-24"), placed("1:1->1-", origin=Origin.ANIME_LISTS)),
        ON_TVDB,
    )
    assert segments(verdict) == "1:1->1-"
    assert reason(decide(anime(12), known(placed("1:1-24>1-24")), ON_TVDB)) is Reason.COUNTS


def test_i3_most_of_an_anime_has_to_be_placed() -> None:
    verdict = decide(
        anime(12), known(placed("0:1>3"), placed("1:1->1-", origin=Origin.FRIBB)), ON_TVDB
    )
    assert segments(verdict) == "1:1->1-"


def test_i3_air_dates_speak_against_the_more_trusted() -> None:
    second = BEGAN + timedelta(days=182)
    numbering = Numbering({1: Season(24, aired=weekly(BEGAN, 12) | weekly(second, 12, 13))})
    verdict = decide(
        anime(12, started=second),
        known(placed("1:1-12>1-12"), placed("1:1->13-", origin=Origin.FRIBB)),
        ON_TVDB,
        {TVDB: numbering},
    )
    assert segments(verdict) == "1:1->13-"
    assert isinstance(verdict, Placed)
    assert verdict.support is Support.DATES


def test_i3_with_no_other_table_wrong_dates_mean_review() -> None:
    numbering = Numbering({1: Season(24, aired=weekly(BEGAN, 24))})
    late = anime(12, started=BEGAN + timedelta(days=300))
    verdict = decide(late, known(placed("1:1-12>1-12")), ON_TVDB, {TVDB: numbering})
    assert reason(verdict) is Reason.DATES


def test_i3_a_shift_of_one_week_is_settled_by_dates() -> None:
    numbering = Numbering({1: Season(13, aired=weekly(BEGAN, 13))})
    both = known(placed("1:1-12>1-12"), placed("1:1-12>2-13", origin=Origin.ANIME_LISTS))
    for started, expected in (
        (BEGAN, "1:1-12>1-12"),
        (BEGAN + timedelta(days=7), "1:1-12>2-13"),
    ):
        verdict = decide(anime(12, started=started), both, ON_TVDB, {TVDB: numbering})
        assert segments(verdict) == expected


def test_i3_a_shift_is_settled_by_a_season_that_is_filled() -> None:
    both = known(placed("1:1-12>1-12"), placed("1:1-11>2-12 1:12>13", origin=Origin.FRIBB))
    assert reason(decide(anime(12), both, ON_TVDB)) is Reason.SHIFT
    verdict = decide(anime(12), both, ON_TVDB, {TVDB: Numbering({1: Season(13)})})
    assert reason(verdict) is Reason.SHIFT
    verdict = decide(anime(12), both, ON_TVDB, {TVDB: Numbering({1: Season(12)})})
    assert segments(verdict) == "1:1-12>1-12"


def test_i3_a_shift_is_settled_by_a_second_table() -> None:
    verdict = decide(
        anime(12),
        known(
            placed("1:1-12>1-12"),
            placed("1:1->1-", origin=Origin.ANIME_LISTS),
            placed("1:1->2-", origin=Origin.FRIBB),
        ),
        ON_TVDB,
    )
    assert segments(verdict) == "1:1-12>1-12"
    assert isinstance(verdict, Placed)
    assert verdict.support is Support.AGREED


def test_i3_a_shift_that_nothing_settles_is_for_review() -> None:
    both = known(placed("1:1-12>1-12"), placed("1:1->2-", origin=Origin.ANIME_LISTS))
    verdict = decide(anime(12), both, ON_TVDB, {TVDB: Numbering({1: Season(24)})})
    assert reason(verdict) is Reason.SHIFT
    assert isinstance(verdict, Unplaced)
    assert verdict.considered == both.placements


def test_i3_a_shift_inside_is_not_settled_by_the_first_date_alone() -> None:
    numbering = Numbering({1: Season(30, aired=weekly(BEGAN, 30))})
    both = known(placed("1:1-5>1-5 1:6-12>7-13"), placed("1:1-12>1-12", origin=Origin.ANIME_LISTS))
    airing = anime(12, airing=Airing.RELEASING, next_episode=11, started=BEGAN)
    verdict = decide(airing, both, ON_TVDB, {TVDB: numbering})
    assert reason(verdict) is Reason.SHIFT
    over = anime(12, started=BEGAN, ended=BEGAN + timedelta(days=7 * 12))
    verdict = decide(over, both, ON_TVDB, {TVDB: numbering})
    assert reason(verdict) is Reason.SHIFT  # both begin alike: only half of it speaks for one


# I4


def test_i4_what_the_numbering_does_not_have_is_refused() -> None:
    one = known(placed("2:1-12>13-24"))
    for seasons in ({1: Season(24)}, {2: Season(12)}, {2: Season(23)}):
        verdict = decide(anime(12), one, ON_TVDB, {TVDB: Numbering(seasons)})
        assert reason(verdict) is Reason.OUT_OF_BOUNDS
    assert segments(decide(anime(12), one, ON_TVDB, {TVDB: Numbering({2: Season(24)})}))


def test_i4_a_numbering_that_is_not_whole_refuses_only_what_it_knows() -> None:
    one = known(placed("2:1-12>1-12"))
    partial = Numbering({1: Season(24)}, is_whole=False)
    assert segments(decide(anime(12), one, ON_TVDB, {TVDB: partial}))
    assert segments(decide(anime(12), one, ON_TVDB, {TVDB: Numbering({2: Season(None)})}))


def test_i4_what_has_not_aired_need_not_be_listed_yet() -> None:
    airing = anime(12, airing=Airing.RELEASING, next_episode=4)
    numbering = Numbering({1: Season(3)})
    assert segments(decide(airing, known(placed("1:1-12>1-12")), ON_TVDB, {TVDB: numbering}))
    assert (
        reason(decide(anime(12), known(placed("1:1-12>1-12")), ON_TVDB, {TVDB: numbering}))
        is Reason.OUT_OF_BOUNDS
    )


def test_i4_the_tables_themselves_know_lengths() -> None:
    numbering = from_tables(
        [
            placed("1:1-12>1-12 2:13-24>1-12"),
            placed("2:1-12>13-24", anilist=2),
            placed("3:1->1-", anilist=3, origin=Origin.ANIME_LISTS),
            placed("1:1->13-", anilist=4, origin=Origin.FRIBB),  # says nothing about lengths
        ]
    )[TVDB]
    assert {n: season.episodes for n, season in numbering.seasons.items()} == {
        1: 12,
        2: 24,
        3: None,
    }
    assert not numbering.is_whole
    fribb = known(placed("1:1->13-", origin=Origin.FRIBB))
    assert reason(decide(anime(12), fribb, ON_TVDB, {TVDB: numbering})) is Reason.OUT_OF_BOUNDS


def test_i4_the_store_is_asked_for_the_lengths_of_many_shows(database: Path) -> None:
    fill(
        database,
        Origin.ANIBRIDGE,
        (1, "tvdb_show", "100", "1:1-12>1-12"),
        (2, "tvdb_show", "100", "1:1-12>13-24"),
        (3, "tmdb_show", "200", ""),
        (4, "tvdb_show", "101", "1:1>1"),
    )
    fill(database, Origin.ANIME_LISTS, (9, "tvdb_show", "100", "2:1->1-"))
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        found = atlas.numberings(connection, [TVDB, TMDB])
    assert found == {TVDB: Numbering({1: Season(24), 2: Season()}, is_whole=False)}


@pytest.mark.parametrize(
    ("episodes", "by_tmdb", "by_tvdb"),
    [
        (12, "1:1-12>1-12", "1:1-12>1-12"),
        (12, "1:1-12>13-24", "1:1-6>13-18 1:7-12>19-24"),
        (12, "1:1-12>1-12", "1:1->1-"),
        (None, "1:1->1-", "1:1->1-"),
    ],
)
def test_i4_numbers_that_are_alike_whoever_gave_them(episodes, by_tmdb, by_tvdb) -> None:
    there = known(placed(by_tmdb, TMDB), placed(by_tvdb, TVDB))
    verdict = decide_alike(anime(episodes), there, ON_EITHER)
    assert isinstance(verdict, Placed)
    assert verdict.placement == placed(by_tmdb, TMDB)
    verdict = decide_alike(anime(episodes), there, ON_EITHER[::-1])
    assert isinstance(verdict, Placed)
    assert verdict.placement == placed(by_tvdb, TVDB)


@pytest.mark.parametrize(
    ("episodes", "by_tmdb", "by_tvdb"),
    [
        (12, "1:1-12>13-24", "2:1-12>1-12"),
        (12, "1:1-12>1-12", "1:1-11>1-11 1:12>13"),
        (12, "1:1-12>1-12", None),
        (12, None, "1:1-12>1-12"),
        (12, "1:1-12>1-12", "1:1-13>1-13"),  # which has more episodes than the anime
        (None, "1:1->1-", "1:1-26>1-26 2:27->1-"),  # alike only as far as it has aired
    ],
)
def test_i4_numbers_that_are_not_alike_are_for_review(episodes, by_tmdb, by_tvdb) -> None:
    pairs = ((by_tmdb, TMDB), (by_tvdb, TVDB))
    there = known(*(placed(text, target) for text, target in pairs if text is not None))
    aired = anime(episodes, airing=Airing.RELEASING, next_episode=8)
    for either in (ON_EITHER, ON_EITHER[::-1]):
        assert reason(decide_alike(aired, there, either)) is Reason.ORDERING_UNKNOWN


def test_i4_what_lies_nowhere_by_any_numbers_is_for_review_for_that() -> None:
    there = known(placed("1:1-13>1-13", TVDB))
    assert reason(decide_alike(anime(), there, ON_EITHER)) is Reason.COUNTS
    assert reason(decide_alike(anime(), known(), ON_EITHER)) is Reason.UNKNOWN


def test_absolute_numbers_are_laid_out_over_the_seasons() -> None:
    absolute = known(placed("-2:1->1-", origin=Origin.ANIME_LISTS))
    numbering = Numbering({0: Season(4), 1: Season(10), 2: Season(10, first=11)})
    verdict = decide(anime(20), absolute, ON_TVDB, {TVDB: numbering})
    assert segments(verdict) == "1:1-10>1-10 2:11-20>11-20"
    too_long = decide(anime(21), absolute, ON_TVDB, {TVDB: numbering})
    assert reason(too_long) is Reason.ABSOLUTE
    unknown = Numbering({1: Season(10), 2: Season()})
    assert reason(decide(anime(20), absolute, ON_TVDB, {TVDB: unknown})) is Reason.ABSOLUTE


def test_numbers_of_another_provider_have_to_be_borne_out() -> None:
    """TVDB and TMDB differ for one show in six."""
    one = known(placed("1:1-12>1-12"))
    assert reason(decide(anime(12), one, ON_TMDB_FIRST)) is Reason.OTHER_NUMBERING
    for length, is_taken in ((12, True), (24, False)):
        verdict = decide(anime(12), one, ON_TMDB_FIRST, {TVDB: Numbering({1: Season(length)})})
        assert isinstance(verdict, Placed) is is_taken
    assert reason(decide(anime(12), one, [Provider.TMDB_SHOW])) is Reason.OTHER_PROVIDER


def test_the_first_wanted_numbering_is_taken() -> None:
    both = known(placed("2:1-12>1-12"), placed("1:1-12>26-37", TMDB))
    assert segments(decide(anime(12), both, ON_TMDB_FIRST)) == "1:1-12>26-37"
    assert segments(decide(anime(12), both, ON_TVDB)) == "2:1-12>1-12"


def test_two_titles_of_one_table_are_for_review() -> None:
    other = TVDB._replace(id="101")
    both = known(placed("1:1-12>1-12"), placed("1:1-12>1-12", other))
    assert reason(decide(anime(12), both, ON_TVDB)) is Reason.SEVERAL_TITLES
    trusted = known(placed("1:1-12>1-12"), placed("1:1-12>1-12", other, Origin.FRIBB))
    assert segments(decide(anime(12), trusted, ON_TVDB))


# I5: numbers of AniDB's own


def test_i5_anidb_numbers_are_a_numbering_like_any_other(database: Path) -> None:
    fill(database, Origin.FRIBB, (1, "anidb", "9", "1:1->1-"))
    verdict = decide(anime(12), load(database, 1)[1], [Provider.ANIDB])
    assert segments(verdict) == "1:1->1-"


# I6


def test_i6_film_and_special_are_alternatives_the_film_first() -> None:
    film, special = placed("-1:1>1", FILM_TMDB), placed("0:1>2")
    other = placed("-1:1>1", FILM_IMDB)
    wanted = [Provider.TVDB_SHOW, Provider.TMDB_MOVIE, Provider.IMDB_MOVIE]
    verdict = decide(anime(1, kind=Format.MOVIE), known(special, film, other), wanted)
    assert verdict == Placed(film, Support.TRUSTED, (other, special))


def test_i6_a_film_is_the_whole_anime_or_none_of_it() -> None:
    film, show = placed("-1:1>1", FILM_TMDB), placed("1:1-3>1-3")
    verdict = decide(anime(3), known(film, show), [*ON_TVDB, Provider.TMDB_MOVIE])
    assert verdict == Placed(show, Support.TRUSTED)
    whole = placed("-1:1-3>1|-3", FILM_TMDB)
    verdict = decide(anime(3), known(whole, show), [*ON_TVDB, Provider.TMDB_MOVIE])
    assert verdict == Placed(whole, Support.TRUSTED, (show,))


# W10, W11


def test_w11_open_ends_stop_at_the_episodes_or_else_at_what_aired() -> None:
    listed = [
        (anime(12, id=1), placed("1:1->1-", anilist=1)),
        (
            anime(None, id=2, airing=Airing.RELEASING, next_episode=6),
            placed("2:1->1-", anilist=2),
        ),
        (anime(None, id=3, airing=Airing.RELEASING), placed("3:1->1-", anilist=3)),
        (anime(24, id=4), placed("4:1-12>1-12", anilist=4)),
    ]
    settled = settle(iter(listed))
    assert settled.review == {}
    assert {n: to_text(p.segments) for n, p in settled.placements.items()} == {
        1: "1:1-12>1-12",
        2: "2:1-5>1-5",
        3: "3:1->1-",
        4: "4:1-12>1-12",
    }


def test_w11_open_ends_stop_before_another_placement() -> None:
    airing = anime(None, id=1, airing=Airing.RELEASING)
    settled = settle(
        [
            (airing, placed("1:1->1-", anilist=1)),
            (anime(12, id=2), placed("1:1->13-", anilist=2)),
        ]
    )
    assert settled.review == {}
    assert to_text(settled.placements[1].segments) == "1:1-12>1-12"
    assert to_text(settled.placements[2].segments) == "1:1-12>13-24"


def test_w11_what_should_go_on_behind_another_placement_is_for_review() -> None:
    settled = settle(
        [
            (anime(24, id=1), placed("1:1->1-", anilist=1)),
            (anime(12, id=2), placed("1:1->13-", anilist=2)),
        ]
    )
    assert settled.review == {1: Reason.CUT_SHORT}
    assert set(settled.placements) == {2}


def test_w11_stops_right_with_ratios() -> None:
    airing = anime(None, id=1, airing=Airing.RELEASING)
    for mine, expected in (("1:1->1-|2", "1:1-4>1-8|2"), ("1:1->1-|-2", "1:1-16>1-8|-2")):
        settled = settle(
            [(airing, placed(mine, anilist=1)), (anime(2, id=2), placed("1:1-2>9-10", anilist=2))]
        )
        assert to_text(settled.placements[1].segments) == expected


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_w10_an_episode_belongs_to_one_entry(order: tuple[int, ...]) -> None:
    listed = [
        (anime(12, id=1), placed("1:1-12>1-12", anilist=1)),
        (anime(12, id=2), placed("1:1-12>12-23", anilist=2)),
        (anime(12, id=3), placed("1:1-12>24-35", anilist=3)),
    ]
    settled = settle([listed[n] for n in order])
    assert settled.review == {1: Reason.CLAIMED_TWICE, 2: Reason.CLAIMED_TWICE}
    assert set(settled.placements) == {3}


def test_w10_the_same_numbers_elsewhere_are_no_overlap() -> None:
    settled = settle(
        [
            (anime(12, id=1), placed("1:1-12>1-12", anilist=1)),
            (anime(12, id=2), placed("2:1-12>1-12", anilist=2)),
            (anime(12, id=3), placed("1:1-12>1-12", TMDB, anilist=3)),
        ]
    )
    assert settled.review == {}


def test_w10_no_two_placements_that_stand_share_an_episode(whole: sqlite3.Connection) -> None:
    """The first seasons of a long show, as the tables have them, all on one list."""
    ids = [99147, 104578, 110277, 131681, 20799, 131942, 146722, 116674, 159322, 169755]
    lengths = [12, 10, 16, 12, 24, 12, 26, 13, 13, 14]
    found = atlas.load(whole, ids)
    listed = []
    for id_, length in zip(ids, lengths, strict=True):
        verdict = decide(anime(length, id=id_), found[id_], ON_TVDB)
        assert isinstance(verdict, Placed)
        listed.append((anime(length, id=id_), verdict.placement))
    settled = settle(listed)
    assert settled.review == {}
    spans = sorted(
        (p.target, s.season, s.targets[0].first, s.targets[0].last or 0)
        for p in settled.placements.values()
        for s in p.segments
    )
    assert all(a[:2] != b[:2] or a[3] < b[2] for a, b in pairwise(spans))
