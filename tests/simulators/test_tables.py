"""The simulated mapping tables: shaped as the real ones, served as the real hosts do."""

from __future__ import annotations

from compression import zstd
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from custom_components.media_list_sync.engine.identity import anibridge, anime_lists, fribb
from custom_components.media_list_sync.engine.identity.row import ID_ONLY, REMOVED
from custom_components.media_list_sync.engine.identity.streaming import NotTheShape
from custom_components.media_list_sync.engine.placement import Origin, Placement, Provider, TargetId
from custom_components.media_list_sync.engine.segments import from_text
from custom_components.media_list_sync.engine.spots import spots
from simulators.anime import ANIME, Numbering, show
from simulators.faults import Failure, Fault
from simulators.tables import TablesSimulator
from simulators.tables.errata import (
    IN_NO_TABLE,
    ONLY_ANIBRIDGE,
    ONLY_ANIME_LISTS,
    ONLY_FRIBB,
    OTHER_SIGN,
    said_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from simulators.anime import Stretch

TABLES = ("anibridge", "anime_lists", "fribb")


@pytest.fixture
async def tables(socket_enabled: None) -> AsyncIterator[TablesSimulator]:
    async with TablesSimulator() as running:
        yield running


async def _get(
    service: TablesSimulator, table: str, etag: str | None = None
) -> tuple[int, str, bytes]:
    headers = {"If-None-Match": etag} if etag else {}
    async with (
        aiohttp.ClientSession() as session,
        session.get(service.addresses[table], headers=headers) as answer,
    ):
        return answer.status, answer.headers.get("ETag", ""), await answer.read()


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_is_sent_once_for_each_of_its_states(
    tables: TablesSimulator, table: str
) -> None:
    status, etag, body = await _get(tables, table)
    assert (status, body) == (200, tables.body(table))
    assert await _get(tables, table, etag) == (304, etag, b"")
    assert await _get(tables, table, f'W/{etag}, "other"') == (304, etag, b"")
    tables.shrink()
    status, other, smaller = await _get(tables, table, etag)
    assert status == 200
    assert other != etag
    assert len(smaller) * 2 < len(body)
    tables.restore()
    assert (await _get(tables, table))[2] == body


async def test_a_release_is_found_by_way_of_another_address(tables: TablesSimulator) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(tables.addresses["anibridge"], allow_redirects=False) as answer,
    ):
        assert answer.status == 302
        assert answer.headers["Location"] != tables.addresses["anibridge"]


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_can_be_spoilt(tables: TablesSimulator, table: str) -> None:
    whole = tables.body(table)
    tables.truncate(table)
    assert (await _get(tables, table))[2] == whole[: len(whole) // 2]
    tables.show_page(table)
    assert (await _get(tables, table))[2].startswith(b"<!DOCTYPE html>")
    tables.replace(table, b"")
    assert (await _get(tables, table))[2] == b""
    tables.restore()
    fault = tables.faults.add(Fault(Failure.STATUS, status=503))
    assert (await _get(tables, table))[0] == 503
    assert fault.seen == 1


# Shapes.


def test_anibridge_writes_as_it_does() -> None:
    said: dict[str, dict[str, Any]] = json.loads(
        zstd.decompress(TablesSimulator().body("anibridge"))
    )
    assert said["anilist:5"] == {
        "mal:5": {"1": "1"},
        "anidb:219:R": {"1": "1"},
        "tmdb_movie:11299": {"1": "1"},
        "imdb_movie:tt0275277": {"1": "1"},
        "tvdb_show:76885:s0": {"1": "3"},
    }
    assert said["anilist:20"]["tvdb_show:78857:s2"] == {"36-83": "1-48"}
    assert said["anilist:21"]["tmdb_show:37854:s22"] == {"1089-": "1089-"}
    assert said["anilist:21050"]["tvdb_show:299746:s1"] == {"1-26": "1-13|2"}
    assert said["anilist:1689"]["tmdb_movie:38142"] == {"1-3": "1|-3"}
    assert said["anilist:112151"]["tmdb_show:85937:s0"] is None


def test_the_xml_writes_as_it_does() -> None:
    root = ET.fromstring(TablesSimulator().body("anime_lists"))  # noqa: S314
    by_id = {element.get("anidbid"): element for element in root}
    titan = by_id["14444"].attrib
    assert (titan["defaulttvdbseason"], titan["episodeoffset"]) == ("3", "12")
    gintama = by_id["3468"]
    assert gintama.get("defaulttvdbseason") == "a"
    ranges = [
        mapping.attrib for mapping in gintama.iter("mapping") if "tvdbseason" in mapping.attrib
    ]
    assert ranges[1] == {
        "anidbseason": "1",
        "tvdbseason": "2",
        "start": "50",
        "end": "99",
        "offset": "-49",
    }
    (special,) = by_id["15113"].iter("mapping")
    assert special.text == ";1-2;"
    assert by_id["112"].get("tvdbid") == "movie"
    assert by_id["10773"].get("defaulttvdbseason") == "0"
    assert list(by_id["10773"].iter("mapping")) == []


def test_fribb_writes_as_it_does_and_as_it_did() -> None:
    service = TablesSimulator()
    by_id = {row.get("anilist_id"): row for row in json.loads(service.body("fribb"))}
    assert by_id[104578] == {
        "anidb_id": 14444,
        "anilist_id": 104578,
        "mal_id": 38524,
        "type": "TV",
        "tvdb_id": 267440,
        "themoviedb_id": {"tv": 1429},
        "imdb_id": ["tt2560140"],
        "season": {"tvdb": 3, "tmdb": 3},
        "episode_offset": {"tvdb": 12, "tmdb": 12},
    }
    assert by_id[112151]["themoviedb_id"] == {"movie": [635302]}
    assert "season" not in by_id[918]
    service.show_old_fribb()
    before = {row.get("anilist_id"): row for row in json.loads(service.body("fribb"))}
    assert before[104578] == {
        "anidb_id": 14444,
        "anilist_id": 104578,
        "mal_id": 38524,
        "type": "TV",
        "thetvdb_id": 267440,
        "themoviedb_id": 1429,
        "imdb_id": "tt2560140",
        "season": {"tvdb": 3, "tmdb": 3},
    }


# Read by the integration: what it takes from a table is what the world says.


READERS = {"anibridge": anibridge, "anime_lists": anime_lists, "fribb": fribb}
NUMBERED = {Provider.TVDB_SHOW: Numbering.TVDB, Provider.TMDB_SHOW: Numbering.TMDB}

type Found = dict[tuple[int, Numbering], Placement]


def _read(table: str, folder: Path, body: bytes | None = None) -> Found:
    """Return where the integration finds each anime (by AniDB's number in the XML) in a show."""
    file = folder / table
    file.write_bytes(TablesSimulator().body(table) if body is None else body)
    found = {}
    for row in READERS[table].rows(file):
        provider = Provider(row.provider)
        segments = from_text(row.segments) if row.segments not in (ID_ONLY, REMOVED) else ()
        if provider in NUMBERED and segments:
            target = TargetId(provider, row.target)
            place = Placement(row.number, target, segments, Origin.ANIBRIDGE)
            found[row.number, NUMBERED[provider]] = place
    return found


def _is_in(placement: Placement, stretches: tuple[Stretch, ...], aired: int) -> bool:
    return all(
        list(spots(placement, 1, count))
        == [spot for stretch in stretches for spot in stretch.watched(count)]
        for count in (1, 2, 3, aired // 2, aired - 1, aired)
        if 0 < count <= aired
    )


def test_anibridge_is_read_as_the_world_is(tmp_path: Path) -> None:
    found = _read("anibridge", tmp_path)
    left_out = ONLY_FRIBB | ONLY_ANIME_LISTS | IN_NO_TABLE
    for each in ANIME.values():
        for numbering in Numbering:
            stretches = each.stretches_in(numbering)
            placement = found.pop((each.id, numbering), None)
            if not stretches or each.id in left_out:
                assert placement is None
                continue
            assert placement is not None
            its_show = show(each)
            assert its_show is not None
            assert placement.target.id == str(its_show.id_in(numbering))
            assert _is_in(placement, stretches, each.aired), each.romaji
    assert found == {}


def test_the_xml_is_read_as_the_world_is(tmp_path: Path) -> None:
    found = _read("anime_lists", tmp_path)
    compared = 0
    for each in ANIME.values():
        for numbering in Numbering:
            stretches = said_of(each, numbering)
            if each.anidb is None or each.id in ONLY_ANIBRIDGE | ONLY_FRIBB | IN_NO_TABLE:
                assert (each.anidb, numbering) not in found
            elif stretches:
                placement = found[each.anidb, numbering]
                assert _is_in(placement, stretches, each.aired), each.romaji
                compared += 1
    assert compared > 100


def test_fribb_is_read_as_the_world_is_but_for_what_it_has_wrong(tmp_path: Path) -> None:
    found = _read("fribb", tmp_path)
    wrong = set()
    for (number, numbering), placement in found.items():
        each = ANIME[number]
        if not _is_in(placement, said_of(each, numbering), min(each.aired, each.episodes or 0)):
            wrong.add(number)
    assert wrong == {140439, *OTHER_SIGN}
    assert (170942, Numbering.TMDB) in found
    assert (457, Numbering.TMDB) not in found


@pytest.mark.parametrize("table", TABLES)
def test_what_is_spoilt_is_not_read(tmp_path: Path, table: str) -> None:
    service = TablesSimulator()
    service.truncate(table)
    with pytest.raises(NotTheShape):
        _read(table, tmp_path, service.body(table))
    service.show_page(table)
    with pytest.raises(NotTheShape):
        _read(table, tmp_path, service.body(table))
