"""Answers that are known to be right, from the whole tables, for both numberings."""

from datetime import date
import sqlite3

import pytest

from custom_components.media_list_sync.engine.identity import atlas
from custom_components.media_list_sync.engine.identity.numbering import Numbering, Season
from custom_components.media_list_sync.engine.identity.reasons import Reason
from custom_components.media_list_sync.engine.identity.verdict import (
    Placed,
    Support,
    Unplaced,
    decide,
)
from custom_components.media_list_sync.engine.placement import FILM, Provider, Spot, TargetId
from custom_components.media_list_sync.engine.spots import sources, spots
from custom_components.media_list_sync.engine.watch import Airing, Format

from .helpers import anime

SHOWS = {"tvdb": Provider.TVDB_SHOW, "tmdb": Provider.TMDB_SHOW}
GINTAMA_TMDB = TargetId(Provider.TMDB_SHOW, "57041")

# AniList id, episodes, numbering, id there, (season, first, last) each.
ANSWERS = [
    (99147, 12, "tvdb", "267440", [(3, 1, 12)]),
    (99147, 12, "tmdb", "1429", [(3, 1, 12)]),
    (104578, 10, "tvdb", "267440", [(3, 13, 22)]),
    (104578, 10, "tmdb", "1429", [(3, 13, 22)]),
    (110277, 16, "tvdb", "267440", [(4, 1, 16)]),
    (110277, 16, "tmdb", "1429", [(4, 1, 16)]),
    (131681, 12, "tvdb", "267440", [(4, 17, 28)]),
    (131681, 12, "tmdb", "1429", [(4, 17, 28)]),
    (20799, 24, "tvdb", "262954", [(2, 25, 48)]),
    (20799, 24, "tmdb", "45790", [(2, 25, 48)]),
    (131942, 12, "tvdb", "262954", [(5, 1, 12)]),
    (131942, 12, "tmdb", "45790", [(5, 1, 12)]),
    (146722, 26, "tvdb", "262954", [(5, 13, 38)]),
    (146722, 26, "tmdb", "45790", [(5, 13, 38)]),
    (918, 201, "tvdb", "79895", [(1, 1, 49), (2, 1, 50), (3, 1, 51), (4, 1, 51)]),
    (116674, 13, "tvdb", "74796", [(17, 1, 13)]),
    (116674, 13, "tmdb", "30984", [(2, 1, 13)]),
    (159322, 13, "tvdb", "74796", [(17, 14, 26)]),
    (159322, 13, "tmdb", "30984", [(2, 14, 26)]),
    (169755, 14, "tvdb", "74796", [(17, 27, 40)]),
    (169755, 14, "tmdb", "30984", [(2, 27, 40)]),
    (129874, 7, "tvdb", "348545", [(2, 1, 7)]),
    (129874, 7, "tmdb", "85937", [(2, 1, 7)]),
]


@pytest.mark.parametrize(("anilist", "episodes", "numbering", "target", "seasons"), ANSWERS)
def test_every_season_lies_where_it_should(
    whole: sqlite3.Connection,
    anilist: int,
    episodes: int,
    numbering: str,
    target: str,
    seasons: list[tuple[int, int, int]],
) -> None:
    known = atlas.load(whole, [anilist])[anilist]
    verdict = decide(anime(episodes, id=anilist), known, [SHOWS[numbering]])
    assert isinstance(verdict, Placed)
    assert verdict.placement.target == TargetId(SHOWS[numbering], target)
    expected = [Spot(s, number) for s, a, b in seasons for number in range(a, b + 1)]
    assert list(spots(verdict.placement, 1, episodes)) == expected
    assert [sources(verdict.placement, spot) for spot in expected] == [
        (episode,) for episode in range(1, episodes + 1)
    ]


def test_gintama_on_tmdb_counts_through_the_seasons(whole: sqlite3.Connection) -> None:
    """It starts with the first season and goes on: where that ends, only TMDB can say."""
    known = atlas.load(whole, [918])[918]
    gintama = anime(201, id=918)
    assert decide(gintama, known, [Provider.TMDB_SHOW]) == Unplaced(
        Reason.ABSOLUTE, tuple(p for p in known.placements if p.target == GINTAMA_TMDB)
    )
    lengths = {1: 99, 2: 51, 3: 60}
    seasons = {number: Season(length) for number, length in lengths.items()}
    verdict = decide(gintama, known, [Provider.TMDB_SHOW], {GINTAMA_TMDB: Numbering(seasons)})
    assert isinstance(verdict, Placed)
    found = spots(verdict.placement, 1, 201)
    assert len(found) == 201
    assert (found[0], found[98], found[99]) == (Spot(1, 1), Spot(1, 99), Spot(2, 1))
    assert (found[149], found[150], found[200]) == (Spot(2, 51), Spot(3, 1), Spot(3, 51))


def test_mugen_train_is_a_film_and_a_special(whole: sqlite3.Connection) -> None:
    known = atlas.load(whole, [112151])[112151]
    verdict = decide(
        anime(1, id=112151, kind=Format.MOVIE),
        known,
        [Provider.TMDB_SHOW, Provider.TVDB_SHOW, Provider.TMDB_MOVIE],
    )
    assert isinstance(verdict, Placed)
    assert verdict.placement.target == TargetId(Provider.TMDB_MOVIE, "635302")
    assert spots(verdict.placement, 1, 1) == (FILM,)
    verdict = decide(
        anime(1, id=112151, kind=Format.MOVIE), known, [Provider.TVDB_SHOW, Provider.TMDB_MOVIE]
    )
    assert isinstance(verdict, Placed)
    (special,) = verdict.alternatives
    assert special.target == TargetId(Provider.TVDB_SHOW, "348545")
    assert spots(special, 1, 1) == (Spot(0, 2),)


ONE_PIECE_TVDB = TargetId(Provider.TVDB_SHOW, "81797")
ONE_PIECE_TMDB = TargetId(Provider.TMDB_SHOW, "37854")
ONE_PIECE = anime(
    None, id=21, airing=Airing.RELEASING, next_episode=1151, started=date(1999, 10, 20)
)


def test_i3_one_piece_on_tvdb_is_for_review(whole: sqlite3.Connection) -> None:
    """The tables differ on 628 episodes, and both would exist."""
    known = atlas.load(whole, [21])[21]
    one, other = (p for p in known.placements if p.target == ONE_PIECE_TVDB)
    differing = set(spots(one, 1, 1150)) ^ set(spots(other, 1, 1150))
    assert sum(spots(one, n, n) != spots(other, n, n) for n in range(1, 1151)) == 628
    assert differing  # not the same episodes in another order, either
    lengths = [8, 22, 17, 13, 9, 22, 39, 13, 52, 31, 99, 56, 100, 35, 62, 50, 118, 33, 98, 14, 194]
    seasons = {n: Season(length) for n, length in enumerate([60, *lengths, 70])}
    for numberings in ({}, {ONE_PIECE_TVDB: Numbering(seasons)}):
        verdict = decide(ONE_PIECE, known, [Provider.TVDB_SHOW], numberings)
        assert isinstance(verdict, Unplaced)
        assert verdict.reason is Reason.SHIFT


def test_one_piece_on_tmdb_keeps_counting_inside_of_its_seasons(whole: sqlite3.Connection) -> None:
    """Season 2 has the episodes 62 to 77: what would lie at 1 to 16 is outside of it."""
    known = atlas.load(whole, [21])[21]
    placement = next(p for p in known.placements if p.target == ONE_PIECE_TMDB)
    seasons = {
        s.season: Season((s.targets[0].last or 1155) - s.targets[0].first + 1, s.targets[0].first)
        for s in placement.segments
    }
    verdict = decide(ONE_PIECE, known, [Provider.TMDB_SHOW], {ONE_PIECE_TMDB: Numbering(seasons)})
    assert isinstance(verdict, Placed)
    assert verdict.support is Support.TRUSTED
    assert spots(verdict.placement, 62, 62) == (Spot(2, 62),)
    assert spots(verdict.placement, 1089, 1089) == (Spot(22, 1089),)
