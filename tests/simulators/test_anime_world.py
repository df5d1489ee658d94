"""The world of anime: whole in itself, and as the public tables have it."""

from __future__ import annotations

from collections import Counter
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from simulators.anime import ANIME, FILMS, SHOWS, Anime, Numbering, Spot, film, seasons, show
from simulators.anime.seasons import spots_of_show
from simulators.anime.values import stretches
from simulators.tables.errata import OTHER_TMDB

if TYPE_CHECKING:
    from pathlib import Path

TVDB, TMDB = Numbering.TVDB, Numbering.TMDB


def _run(season: int, first: int, last: int) -> tuple[Spot, ...]:
    return tuple(Spot(season, number) for number in range(first, last + 1))


@pytest.mark.parametrize(
    ("anime", "tvdb", "tmdb"),
    [
        (99147, _run(3, 1, 12), _run(3, 1, 12)),
        (104578, _run(3, 13, 22), _run(3, 13, 22)),
        (110277, _run(4, 1, 16), _run(4, 1, 16)),
        (131681, _run(4, 17, 28), _run(4, 17, 28)),
        (20799, _run(2, 25, 48), _run(2, 25, 48)),
        (131942, _run(5, 1, 12), _run(5, 1, 12)),
        (146722, _run(5, 13, 38), _run(5, 13, 38)),
        (116674, _run(17, 1, 13), _run(2, 1, 13)),
        (159322, _run(17, 14, 26), _run(2, 14, 26)),
        (169755, _run(17, 27, 40), _run(2, 27, 40)),
        (112151, _run(0, 2, 2), ()),
        (129874, _run(2, 1, 7), _run(2, 1, 7)),
        (108632, _run(2, 1, 13), _run(1, 26, 38)),
        (119661, _run(2, 14, 25), _run(1, 39, 50)),
    ],
)
def test_an_anime_lies_where_it_is_known_to(
    anime: int, tvdb: tuple[Spot, ...], tmdb: tuple[Spot, ...]
) -> None:
    found = ANIME[anime]
    assert found.episodes is not None
    assert found.spots(TVDB, found.episodes) == tvdb
    assert found.spots(TMDB, found.episodes) == tmdb


def test_gintama_is_four_seasons_on_tvdb_and_goes_on_from_the_first_on_tmdb() -> None:
    tvdb = Counter(spot.season for spot in ANIME[918].spots(TVDB, 201))
    assert tvdb == {1: 49, 2: 50, 3: 51, 4: 51}
    tmdb = ANIME[918].spots(TMDB, 201)
    assert (tmdb[0], len(tmdb), len(set(tmdb))) == (Spot(1, 1), 201, 201)


def test_one_piece_has_absolute_numbers_in_its_seasons_on_tmdb() -> None:
    second = next(season for season in seasons("One Piece", TMDB) if season.number == 2)
    assert (second.first, second.episodes[-1].number) == (62, 77)
    assert ANIME[21].spots(TMDB, 77)[-1] == Spot(2, 77)
    assert ANIME[21].spots(TVDB, 70)[-1] == Spot(6, 1)
    assert ANIME[21].spots(TMDB, 1090)[-2:] == _run(22, 1089, 1090)


def test_the_mugen_train_is_a_film_on_tmdb() -> None:
    found = film(ANIME[112151])
    assert found is not None
    assert found.tmdb == 635302


@pytest.mark.parametrize(
    ("text", "episodes", "count", "spots"),
    [
        ("S1E1/-2", 5, 1, ()),
        ("S1E1/-2", 5, 3, _run(1, 1, 1)),
        ("S1E1/-2", 5, 5, _run(1, 1, 3)),  # the last one is made up of what is left
        ("S1E3/2", 4, 2, _run(1, 3, 6)),
        ("1-2=S1E9 3-=S2E1", None, 4, (*_run(1, 9, 10), *_run(2, 1, 2))),
        ("S1E1", 12, 40, _run(1, 1, 12)),
        ("S1E1", 12, 0, ()),
    ],
)
def test_what_is_watched_of_a_show(
    text: str, episodes: int | None, count: int, spots: tuple[Spot, ...]
) -> None:
    found = stretches(text, episodes)
    assert tuple(spot for stretch in found for spot in stretch.watched(count)) == spots


def test_ids_stand_for_one_thing_only() -> None:
    for ids in (
        [each.mal for each in ANIME.values()],
        [each.anidb for each in ANIME.values() if each.anidb],
        [each.tvdb for each in SHOWS.values()],
        [each.tmdb for each in SHOWS.values() if each.tmdb],
        [each.tmdb for each in FILMS.values()],
        [*(each.trakt for each in SHOWS.values()), *(each.trakt for each in FILMS.values())],
    ):
        assert max(Counter(ids).values()) == 1


def test_every_show_and_film_belongs_to_an_anime() -> None:
    assert {each.show for each in ANIME.values() if each.show} == set(SHOWS)
    assert {each.film for each in ANIME.values() if each.film} == set(FILMS)


@pytest.mark.parametrize("numbering", list(Numbering))
def test_no_two_anime_claim_an_episode_but_those_that_are_meant_to(numbering: Numbering) -> None:
    claims: dict[tuple[str | None, Spot], set[int]] = {}
    for each in ANIME.values():
        for spot in each.spots(numbering, each.aired):
            claims.setdefault((each.show, spot), set()).add(each.id)
    several = {tuple(sorted(ids)) for ids in claims.values() if len(ids) > 1}
    assert several == ({(2123, 2961)} if numbering is TVDB else set())


@pytest.mark.parametrize("numbering", list(Numbering))
def test_every_anime_lies_in_the_seasons_of_its_show_at_its_time(numbering: Numbering) -> None:
    for each in ANIME.values():
        found = each.spots(numbering, each.aired)
        if each.show is None or not found:
            continue
        assert set(found) <= spots_of_show(each.show, numbering)
        first = next(
            episode.aired
            for season in seasons(each.show, numbering)
            for episode in season.episodes
            if Spot(season.number, episode.number) == found[0]
        )
        assert first == each.start or each.id == 2123


def test_seasons_have_no_holes() -> None:
    for title in SHOWS:
        for numbering in Numbering:
            for season in seasons(title, numbering):
                numbers = [episode.number for episode in season.episodes]
                assert numbers == list(range(season.first, season.first + len(numbers)))


# Against the public tables, which do not belong to the project.


@pytest.fixture(scope="module")
def public(contracts_dir: Path) -> Path:
    folder = contracts_dir / "data"
    if not folder.is_dir():
        pytest.skip(f"no tables in {folder}")
    return folder


@pytest.fixture(scope="module")
def fribb(public: Path) -> dict[int, dict[str, Any]]:
    rows = json.loads((public / "fribb-anime-list-full.json").read_text())
    return {row["anilist_id"]: row for row in rows if row.get("anilist_id") in ANIME}


@pytest.fixture(scope="module")
def anime_lists(public: Path) -> dict[int, ET.Element]:
    root = ET.parse(public / "anime-list-master.xml").getroot()  # noqa: S314
    return {int(element.get("anidbid", "0")): element for element in root}


@pytest.fixture(scope="module")
def anibridge(public: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((public / "anibridge-mappings.json").read_text())
    return found


def test_ids_are_those_of_the_public_lists(fribb: dict[int, dict[str, Any]]) -> None:
    assert len(fribb) > 70
    for number, row in fribb.items():
        each = ANIME[number]
        assert each.mal == row["mal_id"]
        assert each.anidb == row.get("anidb_id")
        its_show, its_film = show(each), film(each)
        tmdb = row.get("themoviedb_id", {})
        if "tvdb_id" in row and its_show is not None:
            assert its_show.tvdb == row["tvdb_id"]
        if "tv" in tmdb and its_show is not None:
            assert its_show.tmdb == tmdb["tv"]
            if not its_film and number not in (2961, 2123):  # theirs are those of the films
                assert [its_show.imdb] == row["imdb_id"]
        if "movie" in tmdb and its_film is not None:
            assert [its_film.tmdb] == tmdb["movie"]
            assert [its_film.imdb] == row["imdb_id"]


def test_ranges_are_those_of_anibridge(anibridge: dict[str, Any]) -> None:
    compared = 0
    for each in ANIME.values():
        targets = anibridge.get(f"anilist:{each.id}", {})
        its_film, its_show = film(each), show(each)
        for numbering in Numbering:
            if its_show is None or (each.id, numbering) == (21, TVDB):
                continue  # it has One Piece one off, as the XML says
            prefix = f"{numbering}_show:{its_show.id_in(numbering)}:s"
            said = {key: value for key, value in targets.items() if key.startswith(prefix)}
            if not said:
                continue
            assert _by_ranges(said, each) == set(each.spots(numbering, each.aired)), each.romaji
            compared += 1
        for key in targets:
            if key.startswith("tmdb_movie:"):
                assert its_film is not None
                assert key == f"tmdb_movie:{its_film.tmdb}"
                compared += 1
    assert compared > 25


def _by_ranges(said: dict[str, dict[str, str]], each: Anime) -> set[Spot]:
    """Return where the whole of an anime lies: for that, ratios do not matter."""
    out: set[Spot] = set()
    for key, ranges in said.items():
        season = int(key.rpartition(":s")[2])
        for source, there in ranges.items():
            first, dash, last = there.partition("|")[0].partition("-")
            open_end = int(first) + each.aired - int(source.partition("-")[0])
            end = int(last) if last else open_end if dash else int(first)
            out.update(_run(season, int(first), end))
    return out


def test_ranges_are_those_of_the_xml_where_anibridge_says_nothing(
    anibridge: dict[str, Any], anime_lists: dict[int, ET.Element]
) -> None:
    compared = 0
    for each in ANIME.values():
        its_show, element = show(each), anime_lists.get(each.anidb or 0)
        if its_show is None or element is None:
            continue
        for numbering, names in (
            (TVDB, ("tvdbid", "defaulttvdbseason", "episodeoffset")),
            (TMDB, ("tmdbtv", "tmdbseason", "tmdboffset")),
        ):
            its_id, season, offset = (element.get(name, "") for name in names)
            prefix = f"{numbering}_show:"
            bridged = any(key.startswith(prefix) for key in anibridge.get(f"anilist:{each.id}", {}))
            found = each.stretches_in(numbering)
            if bridged or not season.isdecimal() or season == "0" or not found:
                continue
            assert its_id == str(its_show.id_in(numbering))
            assert int(season) == found[0].season, each.romaji
            assert int(offset or 0) == found[0].start - 1, each.romaji
            compared += 1
    assert compared > 60


def test_what_the_simulated_tables_have_wrong_the_real_ones_have_wrong(
    fribb: dict[int, dict[str, Any]],
) -> None:
    for number, text in OTHER_TMDB.items():
        assert f"S{fribb[number]['season']['tmdb']}E1" == text
