"""Mappings by hand, out into a file and in again."""

from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Any

import pytest

from .anime import AnimeHouse, anime_house
from .conftest import PAIRING_ID, House

ANIBRIDGE = {
    "$meta": {"version": "3"},
    "anilist:104578": {"tmdb_show:1429:s3": {"1-10": "13-22"}},
    "anilist:112151": {"tmdb_movie:635302": {"1": "1"}, "imdb_show:tt1": {"1": "1"}},
    "anilist:5": {"tmdb_show:7:s1": {"1-12": "1-13"}},
    "anilist:6": {"somewhere:7:s1": {"1": "1"}},
    "mal:7": {"tmdb_show:7:s1": {"1": "1"}},
}


@pytest.fixture
async def anime(house: House) -> AsyncIterator[AnimeHouse]:
    async with anime_house(house) as found:
        yield found


async def make_some(anime: AnimeHouse) -> None:
    for data in (
        {"anilist_id": 1, "tvdb_id": 7, "season": 2, "first_episode": 3, "episodes": 4},
        {"anilist_id": 1, "tmdb_movie_id": 8, "note": "the film of it"},
        {"anilist_id": 2, "tmdb_show_id": 9, "season": 0, "ranges": {"1-2": "5-6", "3-4": "9|-2"}},
        {"anilist_id": 3, "imdb_id": "tt0000009"},
        {"anilist_id": 4, "ignore": True, "note": "only for the music"},
    ):
        await anime.call("map_title", sync=False, **data)


async def found(anime: AnimeHouse) -> Any:
    rows = (await anime.call("get_mappings", kind="manual"))["mappings"]
    return [{**row, "title": None} for row in rows]


async def forget_all(anime: AnimeHouse) -> None:
    for row in await found(anime):
        await anime.call("unmap_title", anilist_id=row["anilist_id"], sync=False)


@pytest.mark.parametrize("through", ["answer", "text", "file"])
async def test_out_and_in_again(anime: AnimeHouse, through: str) -> None:
    await make_some(anime)
    before = await found(anime)
    path = {"path": "mappings.json"} if through == "file" else {}
    answer = await anime.call("export_mappings", **path)
    assert (answer["format"], answer["count"], answer["left_out"]) == ("own", 5, 0)
    await forget_all(anime)
    assert await found(anime) == []
    given: dict[str, Any] = path or {"data": answer["mappings"]}
    if through == "text":
        given = {"data": json.dumps(answer["mappings"])}
    answer = await anime.call("import_mappings", **given)
    assert (answer["count"], answer["anime"], answer["refused_count"]) == (5, 4, 0)
    assert await found(anime) == before


async def test_in_anibridges_way(anime: AnimeHouse) -> None:
    await make_some(anime)
    before = [row for row in await found(anime) if not row["ignored"]]
    answer = await anime.call("export_mappings", format="anibridge")
    assert (answer["count"], answer["left_out"]) == (4, 1)
    assert answer["mappings"]["anilist:2"] == {"tmdb_show:9:s0": {"1-2": "5-6", "3-4": "9|-2"}}
    await forget_all(anime)
    await anime.call("import_mappings", data=answer["mappings"])
    assert [{**row, "note": ""} for row in await found(anime)] == [
        {**row, "note": ""} for row in before
    ]


async def test_bad_rows_are_named(anime: AnimeHouse) -> None:
    answer = await anime.call("import_mappings", data=ANIBRIDGE, note="a friend", dry_run=True)
    assert (answer["count"], answer["dry_run"], answer["refused_count"]) == (2, True, 3)
    assert [(row["where"], row["reason"]) for row in answer["refused"]] == [
        ("anilist:5", "uneven"),
        ("anilist:6", "target"),
        ("mal:7", "anime"),
    ]
    assert "same number of episodes" in answer["refused"][0]["message"]
    assert "“somewhere:7:s1” is not an ID" in answer["refused"][1]["message"]
    assert await found(anime) == []
    answer = await anime.call("import_mappings", data=ANIBRIDGE, note="a friend")
    assert answer["pairings"] == []
    assert [(row["anilist_id"], row["note"]) for row in await found(anime)] == [
        (104578, "a friend"),
        (112151, "a friend"),
    ]


async def test_import_takes_effect(anime: AnimeHouse) -> None:
    await anime.pair()
    rows = [{"anilist": 20970, "ignore": True}]
    answer = await anime.call(
        "import_mappings", data={"media_list_sync_mappings": 1, "mappings": rows}
    )
    assert [one["subentry_id"] for one in answer["pairings"]] == [PAIRING_ID]
    coordinator = anime.house.list_of(PAIRING_ID, anime.entry)

    def is_ignored() -> bool:
        report = coordinator.data.report
        return (
            report is not None and not coordinator.data.running and bool(report.counts["ignored"])
        )

    await anime.house.until(is_ignored)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, "mappings_need_a_source"),
        ({"path": "nothing.json"}, "mappings_file_missing"),
        ({"path": "/etc/passwd"}, "mappings_file_missing"),
        ({"path": "."}, "mappings_file_missing"),
        ({"data": "{"}, "mappings_file_not_json"),
        ({"data": "[]"}, "mappings_file_shape"),
        ({"data": {"tmdb": 1}}, "mappings_file_shape"),
        ({"data": " " * (2 * 1024**2 + 1)}, "mappings_file_too_large"),
        ({"path": "large.json"}, "mappings_file_too_large"),
    ],
)
async def test_no_mappings(anime: AnimeHouse, data: dict[str, Any], key: str) -> None:
    large = Path(anime.house.hass.config.path("large.json"))
    await anime.house.hass.async_add_executor_job(large.write_bytes, b"[" * 3_000_000)
    said, message = await anime.refusal("import_mappings", **data)
    assert said == key
    assert "{" not in message


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/etc/mappings.json", "mappings_file_not_writable"),
        ("../mappings.json", "mappings_file_not_writable"),
        (".storage/auth.json", "mappings_file_not_writable"),
        ("configuration.yaml", "mappings_file_not_writable"),
        ("no/such/folder/mappings.json", "mappings_file_not_writable"),
        ("there.json", "mappings_file_exists"),
    ],
)
async def test_where_nothing_is_written(anime: AnimeHouse, path: str, key: str) -> None:
    there = Path(anime.house.hass.config.path("there.json"))
    await anime.house.hass.async_add_executor_job(there.write_text, "mine")
    said, message = await anime.refusal("export_mappings", path=path)
    assert said == key
    assert path in message
    assert await anime.house.hass.async_add_executor_job(there.read_text) == "mine"


async def test_file_is_replaced_where_a_person_says_so(anime: AnimeHouse) -> None:
    await make_some(anime)
    there = Path(anime.house.hass.config.path("there.json"))
    await anime.house.hass.async_add_executor_job(there.write_text, "old")
    answer = await anime.call("export_mappings", path="there.json", overwrite=True)
    assert answer["file"] == str(there)
    text = await anime.house.hass.async_add_executor_job(there.read_text)
    assert json.loads(text) == answer["mappings"]
