"""How each table is read: shapes, odd rows, and what is refused."""

from compression import zstd
from io import BytesIO
import json
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from custom_components.media_list_sync.engine.identity import anibridge, anime_lists, fribb
from custom_components.media_list_sync.engine.identity.row import ID_ONLY, REMOVED, Row
from custom_components.media_list_sync.engine.identity.streaming import (
    NotTheShape,
    elements,
    members,
)


def from_anibridge(targets: object) -> dict[str, str]:
    rows = anibridge.entry(1, targets)  # type: ignore[arg-type]
    return {f"{row.provider}:{row.target}": row.segments for row in rows}


@pytest.mark.parametrize(
    ("ranges", "segments"),
    [
        ({"1-12": "13-24"}, "1:1-12>13-24"),
        ({"1": "5"}, "1:1>5"),
        ({"14-": "1-"}, "1:14->1-"),
        ({"1-12": "1-6,8-13"}, "1:1-12>1-6,8-13"),
        ({"1-2": "1,3"}, "1:1-2>1,3"),
        ({"1": "1-4|4"}, "1:1>1-4|4"),
        ({"1-4": "1-2|-2"}, "1:1-4>1-2|-2"),
        ({"1-25|-2": "1-13"}, "1:1-25>1-13|-2"),
        ({"1-3": "1|-3"}, "1:1-3>1|-3"),
        ({"1-26": "1-13|2"}, "1:1-26>1-13|-2"),  # the sign is wrong; the sizes are not
        ({"1-9": "1-7,8|2"}, "1:1-7>1-7 1:8-9>8|-2"),
        ({"1-6": "1-6", "7-12": "7-12"}, "1:1-12>1-12"),
        ({"1-12": "5-"}, "1:1-12>5-16"),
        ({"1-": "5-16"}, "1:1-12>5-16"),
        ({"1-12": "1-11"}, ID_ONLY),
        ({"1-12": "x"}, ID_ONLY),
        ({"0-3": "1-4"}, ID_ONLY),
        ({"1-5": "1-5", "5-6": "6-7"}, ID_ONLY),
        ({"1-12": None}, REMOVED),
        (None, REMOVED),
        ({}, ID_ONLY),
        ({"1-5": "1-5", "6": None}, "1:1-5>1-5"),
    ],
)
def test_anibridge_ranges(ranges: object, segments: str) -> None:
    assert from_anibridge({"tvdb_show:7:s1": ranges}) == {"tvdb_show:7": segments}


def test_anibridge_seasons_of_one_show_are_one_placement() -> None:
    assert from_anibridge(
        {"tvdb_show:7:s1": {"2-9": "1-8"}, "tvdb_show:7:s0": {"1": "39"}, "mal:3": {"1": "1"}}
    ) == {"tvdb_show:7": "0:1>39 1:2-9>1-8"}


def test_anibridge_films_and_anidb() -> None:
    assert from_anibridge(
        {
            "tmdb_movie:5": {"1": "1"},
            "imdb_movie:tt01": {"1": "1"},
            "anidb:9:R": {"1-12": "13-24"},
            "anidb:9:T": {"1": "1"},
            "anidb:10:S": {"1": "2"},
        }
    ) == {
        "tmdb_movie:5": "-1:1>1",
        "imdb_movie:tt01": "-1:1>1",
        "anidb:9": "1:1-12>13-24",
        "anidb:10": "0:1>2",
    }


def test_anibridge_is_read_packed_and_plain(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "$meta": {"schema_version": "3"},
            "anidb:1:R": {"anilist:2": {"1": "1"}},
            "anilist:2": {"tvdb_show:3:s1": {"1-12": "1-12"}},
        },
        indent=2,
    ).encode()
    expected = [Row(2, "tvdb_show", "3", "1:1-12>1-12")]
    for name, content in (("plain", text), ("packed", zstd.compress(text))):
        path = tmp_path / name
        path.write_bytes(content)
        assert list(anibridge.rows(path)) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Unicorn!</body></html>",
        b"[]",
        b'{"anilist:1": []}',
        b'{"anilist:1": {"tvdb_show:1:s1": {"1": "1"}}',
        b'{"anilist:1": {}} {}',
        zstd.compress(b'{"anilist:1": {}}')[:-4],
        b"\x28\xb5\x2f\xfdrubbish",
        b"\xff\xfe{",
        b"",
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_anibridge_refuses_what_is_not_its_shape(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotTheShape):
        list(anibridge.rows(path))


@pytest.mark.parametrize("size", [1, 2, 7, 100, 10_000])
def test_json_is_read_across_the_edges_of_the_window(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.media_list_sync.engine.identity.streaming._CHUNK", size)
    content = {'é\\"': 1234567, "b": [1.5e-7, {"c": None}], "c": "x" * 50, "d": True}
    text = json.dumps(content, ensure_ascii=False, indent=1).encode()
    assert dict(members(BytesIO(text))) == content
    values = list(content.values())
    assert list(elements(BytesIO(json.dumps(values).encode()))) == values
    assert list(elements(BytesIO(b" [ ] "))) == []


def from_xml(text: str) -> dict[str, str]:
    element: Element = fromstring(text)  # noqa: S314 - our own
    return {f"{row.provider}:{row.target}": row.segments for row in anime_lists.entry(element)}


@pytest.mark.parametrize(
    ("attributes", "mappings", "segments"),
    [
        ('defaulttvdbseason="2"', "", "2:1->1-"),
        ('defaulttvdbseason="2" episodeoffset="12"', "", "2:1->13-"),
        ('defaulttvdbseason="1" episodeoffset="-2"', "", "1:3->1-"),
        ('defaulttvdbseason="a"', "", "-2:1->1-"),
        ('defaulttvdbseason="0" episodeoffset="1"', "", "0:1->2-"),
        ('defaulttvdbseason="0"', "", ID_ONLY),  # I2
        ('defaulttvdbseason="0"', '<m tvdbseason="0">;1-3;2-4;</m>', "0:1-2>3-4"),
        (
            'defaulttvdbseason="a"',
            '<m tvdbseason="1" start="1" end="49"/><m tvdbseason="2" start="50" offset="-49"/>',
            "1:1-49>1-49 2:50->1-",
        ),
        (
            'defaulttvdbseason="1"',
            '<m tvdbseason="0">;9-1;18-2;</m>',
            "1:1-8>1-8 0:9>1 1:10-17>10-17 0:18>2 1:19->19-",
        ),
        ('defaulttvdbseason="1"', '<m tvdbseason="1">;2-2+3;3-0;</m>', "1:1>1 1:2>2-3|2 1:4->4-"),
        ('defaulttvdbseason=""', "", ID_ONLY),
    ],
)
def test_anime_lists(attributes: str, mappings: str, segments: str) -> None:
    mappings = mappings.replace("<m ", '<mapping anidbseason="1" ').replace("</m>", "</mapping>")
    found = from_xml(
        f'<anime anidbid="1" tvdbid="7" {attributes}>'
        f'<mapping-list><mapping anidbseason="0" tvdbseason="0">;1-1;</mapping>{mappings}'
        "</mapping-list></anime>"
    )
    assert found == {"tvdb_show:7": segments}


def test_anime_lists_has_numbers_of_both_providers_and_films() -> None:
    assert from_xml(
        '<anime anidbid="1" tvdbid="7" defaulttvdbseason="2" episodeoffset="" tmdbtv="8"'
        ' tmdbseason="1" tmdboffset="25" tmdbid="" imdbid="tt1"/>'
    ) == {"tvdb_show:7": "2:1->1-", "tmdb_show:8": "1:1->26-"}
    assert from_xml('<anime anidbid="1" tvdbid="movie" tmdbid="9" imdbid="tt0000001"/>') == {
        "tmdb_movie:9": "-1:1>1",
        "imdb_movie:tt0000001": "-1:1>1",
    }
    assert from_xml('<anime anidbid="1" tvdbid="movie" tmdbid="9,10" imdbid=""/>') == {
        "tmdb_movie:9": ID_ONLY,
        "tmdb_movie:10": ID_ONLY,
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"<anime-list><anime anidbid='1'>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><anime-list/>',
        b"<anime-list>&unknown;</anime-list>",
        b'{"a": 1}',
    ],
)
def test_anime_lists_refuses_what_is_not_its_shape(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotTheShape):
        list(anime_lists.rows(path))


@pytest.mark.parametrize(
    ("record", "rows"),
    [
        (
            {
                "anilist_id": 1,
                "anidb_id": 2,
                "tvdb_id": 7,
                "themoviedb_id": {"tv": 8},
                "imdb_id": ["tt0000001"],
                "season": {"tvdb": 2, "tmdb": 1},
                "episode_offset": {"tmdb": 25},
            },
            {"anidb:2": "1:1->1-", "tvdb_show:7": "2:1->1-", "tmdb_show:8": "1:1->26-"},
        ),
        (
            {"anilist_id": 1, "themoviedb_id": {"movie": [9]}, "imdb_id": ["tt0000001"]},
            {"tmdb_movie:9": "-1:1>1", "imdb_movie:tt0000001": "-1:1>1"},
        ),
        ({"anilist_id": 1, "tvdb_id": 7, "season": {"tvdb": 0}}, {"tvdb_show:7": ID_ONLY}),
        (
            {
                "anilist_id": 1,
                "tvdb_id": 7,
                "season": {"tvdb": 0},
                "episode_offset": {"tvdb": 1},
            },
            {"tvdb_show:7": "0:1->2-"},
        ),
        ({"anilist_id": 1, "tvdb_id": 7}, {"tvdb_show:7": ID_ONLY}),
        # before 2026
        (
            {
                "type": "TV",
                "anilist_id": 1,
                "thetvdb_id": 7,
                "themoviedb_id": 8,
                "season": {"tvdb": 3, "tmdb": 3},
            },
            {"tvdb_show:7": "3:1->1-", "tmdb_show:8": "3:1->1-"},
        ),
        (
            {"type": "MOVIE", "anilist_id": 1, "themoviedb_id": "9", "imdb_id": "tt0000001"},
            {"tmdb_movie:9": "-1:1>1", "imdb_movie:tt0000001": "-1:1>1"},
        ),
        ({"anidb_id": 2, "tvdb_id": 7, "season": {"tvdb": 1}}, {}),
        ({"anilist_id": True, "tvdb_id": 7}, {}),
    ],
)
def test_fribb(record: dict[str, object], rows: dict[str, str]) -> None:
    found = {f"{row.provider}:{row.target}": row.segments for row in fribb.entry(record)}
    assert found == rows


@pytest.mark.parametrize("content", [b"{}", b"[1]", b'[{"anilist_id": 1}', b"<html>", b""])
def test_fribb_refuses_what_is_not_its_shape(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotTheShape):
        list(fribb.rows(path))
