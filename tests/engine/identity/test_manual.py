"""Mappings by hand: what a person may say, how it is kept, and how it goes in and out."""

from contextlib import closing
from datetime import timedelta
import json
from pathlib import Path
import sqlite3

import pytest

from custom_components.media_list_sync.engine.faults import Fault
from custom_components.media_list_sync.engine.identity.exchange import (
    NoMappings,
    read,
    to_anibridge,
    to_own,
)
from custom_components.media_list_sync.engine.identity.manual import (
    MappingRefused,
    Wrong,
    placement,
    target_id,
)
from custom_components.media_list_sync.engine.placement import Origin, Provider, TargetId
from custom_components.media_list_sync.engine.store import anime as store_anime, atlas, manual
from custom_components.media_list_sync.engine.store.manual import ManualMapping
from custom_components.media_list_sync.engine.store.mappings import MappingKind, page
from custom_components.media_list_sync.engine.watch import Airing, Anime, Format, FuzzyDate

from .conftest import NOW
from .helpers import FILM_IMDB, FILM_TMDB, TMDB, TVDB, placed

BY_HAND = Origin.MANUAL


@pytest.mark.parametrize(
    ("target", "given", "segments"),
    [
        (TVDB, {"season": 2}, "2:1->1-"),
        (TVDB, {"season": 2, "episodes": 12}, "2:1-12>1-12"),
        (TVDB, {"season": 2, "first_episode": 13, "episodes": 12}, "2:1-12>13-24"),
        (TVDB, {"season": 0, "first_episode": 3, "episodes": 1}, "0:1>3"),
        (
            TVDB,
            {"season": 1, "ranges": {"1-4": "1-2|-2", "5 - 6": "7-8"}},
            "1:1-4>1-2|-2 1:5-6>7-8",
        ),
        (TVDB, {"season": 0, "ranges": {"1": "5", "2": "9"}}, "0:1>5 0:2>9"),
        (FILM_TMDB, {}, "-1:1>1"),
        (FILM_IMDB, {"episodes": 3}, "-1:1-3>1|-3"),
    ],
)
def test_what_a_person_may_say(target: TargetId, given: dict, segments: str) -> None:
    found = placement(5, target, **given)
    assert found == placed(segments, target, BY_HAND, anilist=5)


@pytest.mark.parametrize(
    ("target", "given", "reason"),
    [
        (TVDB, {}, Wrong.SEASON_MISSING),
        (TVDB, {"season": -1}, Wrong.NUMBERS),
        (TVDB, {"season": 1, "first_episode": 0}, Wrong.NUMBERS),
        (TVDB, {"season": 1, "first_episode": 99_999}, Wrong.NUMBERS),
        (TVDB, {"season": 0}, Fault.SPECIAL_WITHOUT_NUMBERS),
        (TVDB, {"season": 1, "first_episode": 2, "ranges": {"1": "2"}}, Wrong.BOTH),
        (TVDB, {"season": 1, "ranges": {"one": "2"}}, Wrong.RANGES),
        (TVDB, {"season": 1, "ranges": {"5-2": "1-4"}}, Wrong.RANGES),
        (TVDB, {"season": 1, "ranges": {"1-4": "1-3"}}, Fault.UNEVEN),
        (TVDB, {"season": 1, "ranges": {"1-4": "1-4", "4-5": "5-6"}}, Fault.SOURCE_OVERLAP),
        (TVDB, {"season": 1, "ranges": {"1-4": "1-4", "5": "4"}}, Fault.TARGET_OVERLAP),
        (TVDB, {"season": 1, "ranges": {str(n): str(n) for n in range(1, 300)}}, Wrong.RANGES),
        (FILM_TMDB, {"season": 1}, Wrong.SEASON_OF_FILM),
        (FILM_TMDB, {"ranges": {"1-2": "1-2"}}, Fault.NOT_A_FILM),
    ],
)
def test_what_is_wrong_is_told_apart(target: TargetId, given: dict, reason: object) -> None:
    with pytest.raises(MappingRefused) as caught:
        placement(5, target, **given)
    assert caught.value.reason is reason
    assert str(reason) in str(caught.value)


def test_ids_are_of_their_provider() -> None:
    assert target_id(Provider.TVDB_SHOW, " 81797 ") == TargetId(Provider.TVDB_SHOW, "81797")
    assert target_id(Provider.IMDB_MOVIE, "tt0096283").id == "tt0096283"
    for provider, text in (
        (Provider.TVDB_SHOW, "tt0096283"),
        (Provider.TMDB_MOVIE, "0"),
        (Provider.TMDB_SHOW, "-1"),
        (Provider.IMDB_MOVIE, "96283"),
        (Provider.TVDB_SHOW, "١٢"),
    ):
        with pytest.raises(MappingRefused) as caught:
            target_id(provider, text)
        assert caught.value.reason is Wrong.TARGET
    with pytest.raises(MappingRefused) as caught:
        placement(0, TVDB, season=1)
    assert caught.value.reason is Wrong.ANIME


def mapping(segments: str, target: TargetId = TVDB, anilist: int = 1) -> ManualMapping:
    return ManualMapping(anilist, placed(segments, target, BY_HAND, anilist), "why", NOW)


def ignored(anilist: int) -> ManualMapping:
    return ManualMapping(anilist, None, "", NOW)


EVERY_KIND = [
    mapping("0:1>39 1:2-9>1-8 2:10->1-"),
    mapping("1:1-4>1-2|-2 1:5-6>4,9", TMDB),
    mapping("-1:1-3>1|-3", FILM_IMDB, 3),
    mapping("1:1-2>1-4|2", TargetId(Provider.ANIDB, "9"), 4),
]


def test_our_format_loses_nothing() -> None:
    given = [*EVERY_KIND, ignored(5)]
    found = read(to_own(given), NOW)
    assert list(found.mappings) == given
    assert found.refused == ()


def test_anibridge_format_comes_back_as_it_was() -> None:
    found = read(to_anibridge([*EVERY_KIND, ignored(5)]).encode(), NOW, note="why")
    assert list(found.mappings) == EVERY_KIND
    assert found.refused == ()


def test_one_bad_row_spoils_no_other() -> None:
    content = {
        "$meta": {},
        "anilist:1": {"tvdb_show:7:s1": {"1-12": "1-12"}, "mal:3": {"1": "1"}},
        "anilist:2": {"tvdb_show:7:s1": {"1-12": "1-11"}},
        "anilist:3": {"tvdb_show:7": {"1": "1"}},
        "anilist:x": {},
        "anilist:5": {"tmdb_movie:7": "all of it"},
        "mal:6": {},
    }
    found = read(json.dumps(content), NOW)
    assert [one.anilist for one in found.mappings] == [1]
    assert [(row.where, row.error.reason) for row in found.refused] == [
        ("anilist:2", Fault.UNEVEN),
        ("anilist:3", Wrong.TARGET),
        ("anilist:x", Wrong.ANIME),
        ("anilist:5", Wrong.RANGES),
        ("mal:6", Wrong.ANIME),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (7, Wrong.RANGES),
        ({"anilist": "1"}, Wrong.ANIME),
        ({"anilist": 1}, Wrong.TARGET),
        ({"anilist": 1, "provider": "tvdb_show", "target": "x"}, Wrong.TARGET),
        ({"anilist": 1, "provider": "tvdb_show", "target": "7"}, Wrong.RANGES),
        ({"anilist": 1, "provider": "tvdb_show", "target": "7", "ranges": [1]}, Wrong.NUMBERS),
        (
            {
                "anilist": 1,
                "provider": "tvdb_show",
                "target": "7",
                "ranges": [{"season": 1, "source": "1-2", "target": "1"}],
            },
            Fault.UNEVEN,
        ),
    ],
)
def test_our_rows_are_checked(row: object, reason: object) -> None:
    content = {"media_list_sync_mappings": 1, "mappings": [row]}
    found = read(json.dumps(content), NOW)
    assert found.mappings == ()
    assert [(one.where, one.error.reason) for one in found.refused] == [("mappings[0]", reason)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nothing", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[]", "shape"),
        ("{}", "shape"),
        ('{"a": 1}', "shape"),
        ('{"media_list_sync_mappings": 2, "mappings": []}', "shape"),
        ('{"media_list_sync_mappings": 1}', "shape"),
        (" " * (2 * 1024**2 + 1), "too_large"),
    ],
)
def test_what_is_no_file_of_mappings_is_refused(text: str, reason: str) -> None:
    with pytest.raises(NoMappings) as caught:
        read(text, NOW)
    assert caught.value.reason == reason


@pytest.fixture
def connection(database: Path):
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


def test_a_new_mapping_takes_the_place_of_the_old(connection: sqlite3.Connection) -> None:
    for one in (mapping("1:1-12>1-12"), mapping("2:1-12>1-12", TVDB._replace(id="101"))):
        manual.put(connection, one)
    manual.put(connection, mapping("1:1-12>1-12", TMDB))
    found = [one.placement.target for one in manual.of_anime(connection, [1]) if one.placement]
    assert found == [TMDB, TVDB._replace(id="101")]
    manual.put(connection, ignored(1))
    assert list(manual.every(connection)) == [ignored(1)]
    manual.put(connection, mapping("1:1-12>1-12"))
    assert list(manual.every(connection)) == [mapping("1:1-12>1-12")]
    assert manual.remove(connection, 1)
    assert not manual.remove(connection, 1)


def test_a_manual_mapping_survives_a_refresh(connection: sqlite3.Connection) -> None:
    manual.put(connection, mapping("1:1-12>1-12"))
    for rows in ([(1, "tvdb_show", "7", "1:1->1-")], []):
        atlas.collect(connection, rows)
        atlas.take_over(connection, Origin.ANIBRIDGE, "anilist")
    assert list(manual.every(connection)) == [mapping("1:1-12>1-12")]


SEEN = Anime(
    id=1,
    titles=("Kimetsu no Yaiba", "Demon Slayer", "鬼滅の刃"),
    format=Format.TV,
    airing=Airing.FINISHED,
    episodes=26,
    started=FuzzyDate(2019, 4, 6),
    ended=FuzzyDate(2019, 9),
    mal=38000,
)


def test_anime_are_kept_as_they_were(connection: sqlite3.Connection) -> None:
    store_anime.save(connection, [SEEN], NOW)
    assert store_anime.load(connection, [1, 2]) == {1: SEEN}
    store_anime.remove_unseen(connection, NOW - timedelta(days=1))
    assert store_anime.load(connection, [1]) == {1: SEEN}
    store_anime.remove_unseen(connection, NOW + timedelta(days=1))
    assert store_anime.load(connection, [1]) == {}


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    rows = [(n, "tvdb_show", "7", "1:1->1-") for n in range(1, 8)]
    rows += [(8, "tvdb_show", "7", ""), (9, "tvdb_show", "7", "-"), (10, "anidb", "3", "1:1->1-")]
    atlas.collect(connection, rows)
    atlas.take_over(connection, Origin.ANIBRIDGE, "anilist")
    atlas.collect(connection, [(3, "tmdb_show", "8", "1:1->1-"), (4, "tmdb_show", "8", "1:1->1-")])
    atlas.take_over(connection, Origin.ANIME_LISTS, "anidb")
    store_anime.save(connection, [SEEN, Anime(5, ("100% Wolf",)), Anime(20, ("Akira",))], NOW)
    manual.put(connection, mapping("1:1-12>1-12", anilist=2))
    manual.put(connection, ignored(20))
    return connection


def listed(connection: sqlite3.Connection, **given) -> list[int]:
    return [one.anilist for one in page(connection, **given).anime]


def test_mappings_are_listed_by_title_and_then_by_id(filled: sqlite3.Connection) -> None:
    assert listed(filled) == [5, 20, 1, 2, 3, 4, 6, 7, 10]
    found = page(filled)
    assert found.total == 9
    assert [one.anilist for one in found.anime if one.is_manual] == [20, 2]
    assert found.anime[2].title == "Kimetsu no Yaiba"
    assert found.anime[3].title is None


def test_automatic_and_manual_are_told_apart(filled: sqlite3.Connection) -> None:
    assert listed(filled, kind=MappingKind.MANUAL) == [20, 2]
    assert listed(filled, kind=MappingKind.AUTOMATIC) == [5, 1, 3, 4, 6, 7, 10]


def test_mappings_are_paged(filled: sqlite3.Connection) -> None:
    first = page(filled, limit=4)
    second = page(filled, limit=4, skip=4)
    third = page(filled, limit=4, skip=8)
    assert [len(one.anime) for one in (first, second, third)] == [4, 4, 1]
    assert {one.total for one in (first, second, third)} == {9}
    everything = [*first.anime, *second.anime, *third.anime]
    assert len({one.anilist for one in everything}) == 9


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("demon", [1]),
        ("DEMON sl", [1]),
        ("鬼滅", [1]),
        ("100%", [5]),
        ("%", [5]),
        ("_", []),
        ("10", [10]),
        ("100", [5, 2]),
        ("'", []),
    ],
)
def test_mappings_are_found_by_title_and_by_id(
    filled: sqlite3.Connection, search: str, expected: list[int]
) -> None:
    if search == "10":
        expected = [5, 10]  # "100% Wolf" has it in its title
    assert listed(filled, search=search) == expected
