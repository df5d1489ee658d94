"""Trakt: single plays, added as they come, read and taken back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from simulators.titles import real_titles, title_by_imdb
from simulators.trakt import Clock, Entry, TraktSimulator

from .test_trakt import Client

MATRIX = title_by_imdb("tt0133093")
BREAKING_BAD = title_by_imdb("tt0903747")
CHERNOBYL = title_by_imdb("tt7366338")

ALL = sum(season.episodes for season in BREAKING_BAD.seasons)
NOW = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)


def episode(title: Any, season: int, number: int) -> dict[str, Any]:
    fields = Entry(title, season, number).fields["episode"]
    assert isinstance(fields, dict)
    return fields


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[TraktSimulator]:
    clock = Clock(NOW.timestamp())
    async with TraktSimulator(real_titles(), clock=clock, write_interval=0) as simulator:
        yield simulator


@pytest.fixture
async def client(sim: TraktSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        client = Client(session, sim)
        client.sign_in()
        yield client


async def add(client: Client, body: Any) -> Any:
    status, told, _ = await client.send("/sync/history", body)
    assert status == 201
    return told


async def test_films_and_episodes(client: Client) -> None:
    pilot = episode(BREAKING_BAD, 1, 1)
    told = await add(
        client,
        {
            "movies": [{"ids": {"tmdb": 603}, "watched_at": "2024-05-01T10:11:12.345Z"}],
            "episodes": [{"ids": {"trakt": pilot["ids"]["trakt"]}, "watched_at": "unknown"}],
        },
    )
    assert told == {
        "added": {"movies": 1, "episodes": 1},
        "updated": {"movies": 0, "episodes": 0},
        "not_found": {"movies": [], "shows": [], "seasons": [], "episodes": []},
    }
    film, seen = await client.ok("/sync/history")
    assert (film["type"], film["watched_at"]) == ("movie", "2024-05-01T10:11:00.000Z")
    assert film["movie"]["ids"]["imdb"] == "tt0133093"
    assert (seen["type"], seen["watched_at"]) == ("episode", "1970-01-01T00:00:00.000Z")
    assert seen["episode"] == pilot
    assert seen["show"]["ids"]["tvdb"] == 81189
    assert {film["action"], seen["action"]} == {"watch"}
    assert film["id"] > 2**32


async def test_the_same_play_twice_is_two_plays(client: Client) -> None:
    body = {"movies": [{"ids": {"imdb": "tt0133093"}, "watched_at": "2024-05-01T10:11:00Z"}]}
    await add(client, body)
    await add(client, body)
    first, second = await client.ok("/sync/history/movies")
    assert first["id"] != second["id"]
    assert first["watched_at"] == second["watched_at"]
    assert (await client.ok("/sync/watched/movies"))[0]["plays"] == 2


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ({}, ALL),
        ({"seasons": []}, ALL),
        ({"seasons": None}, ALL),
        ({"seasons": [{"number": 1}]}, 7),
        ({"seasons": [{"number": 1, "episodes": []}, {"number": 2, "episodes": []}]}, 20),
        ({"seasons": [{"number": 1, "episodes": [{"number": 3}]}]}, 1),
    ],
)
async def test_what_names_no_episodes_means_all(
    client: Client, row: dict[str, Any], count: int
) -> None:
    told = await add(client, {"shows": [{"ids": {"tvdb": 81189}, **row}]})
    assert told["added"] == {"movies": 0, "episodes": count}


async def test_a_season_by_its_id_means_all_of_it(client: Client) -> None:
    season = Entry(CHERNOBYL, 1).fields["season"]
    assert isinstance(season, dict)
    for source in ("trakt", "tvdb", "tmdb"):
        told = await add(client, {"seasons": [{"ids": {source: season["ids"][source]}}]})
        assert told["added"]["episodes"] == 5


async def test_the_innermost_date_counts(client: Client) -> None:
    rows = [
        {
            "number": 1,
            "watched_at": "2024-02-02T00:00:00Z",
            "episodes": [{"number": 1, "watched_at": "2024-03-03T00:00:00Z"}, {"number": 2}],
        },
    ]
    show = {"ids": {"trakt": CHERNOBYL.trakt}, "watched_at": "2024-01-01T00:00:00Z"}
    await add(client, {"shows": [{**show, "seasons": rows}]})
    dates = [play["watched_at"][:10] for play in await client.ok("/sync/history")]
    assert dates == ["2024-03-03", "2024-02-02"]


async def test_released_and_now(client: Client) -> None:
    ids = [episode(CHERNOBYL, 1, number)["ids"]["trakt"] for number in (1, 2, 3)]
    rows = [{"ids": {"trakt": number}, "watched_at": "released"} for number in ids[:2]]
    await add(client, {"episodes": [*rows, {"ids": {"trakt": ids[2]}}]})
    dates = [
        datetime.fromisoformat(play["watched_at"]) for play in await client.ok("/sync/history")
    ]
    assert dates[0] == NOW.replace(second=0)
    assert dates[1] - dates[2] == timedelta(days=7)
    seasons = await client.ok(f"/shows/{CHERNOBYL.trakt}/seasons", extended="full,episodes")
    aired = datetime.fromisoformat(seasons[-1]["episodes"][0]["first_aired"])
    assert dates[2] - aired == timedelta(minutes=24)


async def test_what_is_not_there_is_told(client: Client) -> None:
    film, special = {"ids": {"imdb": "tt0000111"}}, {"number": 99}
    told = await add(
        client,
        {
            "movies": [film, {"ids": {"tmdb": 603}}],
            "episodes": [{"ids": {"trakt": 1}}],
            "shows": [
                {"ids": {"tvdb": 81189}, "seasons": [{"number": 1, "episodes": [special]}]},
                {"ids": {"tvdb": 1}},
            ],
        },
    )
    assert told["added"] == {"movies": 1, "episodes": 0}
    assert told["not_found"] == {
        "movies": [film],
        "shows": [
            {"ids": {"tvdb": 81189}, "seasons": [{"number": 1, "episodes": [special]}]},
            {"ids": {"tvdb": 1}},
        ],
        "seasons": [],
        "episodes": [{"ids": {"trakt": 1}}],
    }


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"movies": {}},
        {"movies": ["tt0133093"]},
        {"movies": [{"title": "The Matrix"}]},
        {"movies": [{"ids": {"tmdb": "603"}}]},
        {"movies": [{"ids": {"tmdb": 603}, "watched_at": "yesterday"}]},
        {"movies": [{"ids": {"tmdb": 603}, "watched_at": 1700000000}]},
        {"shows": [{"ids": {"tvdb": 81189}, "seasons": [{"episodes": []}]}]},
    ],
)
async def test_what_does_not_fit_is_refused(client: Client, body: Any) -> None:
    status, told, _ = await client.send("/sync/history", body)
    assert (status, told) == (422, None)
    assert await client.ok("/sync/history") == []


async def test_dates_and_types(sim: TraktSimulator, client: Client) -> None:
    for day in range(1, 5):
        sim.watch([Entry(CHERNOBYL, 1, day)], datetime(2024, 1, day, tzinfo=UTC))
    sim.watch([Entry(MATRIX)], datetime(2024, 1, 3, 1, tzinfo=UTC))

    async def numbers(path: str, **query: str) -> list[int]:
        found = await client.ok(path, **query)
        return [play.get("episode", {"number": 0})["number"] for play in found]

    for base in ("/sync/history", "/users/me/history", "/users/me/history/"):
        assert await numbers(base) == [4, 0, 3, 2, 1]
    assert await numbers("/sync/history", start_at="2024-01-02T00:00:00.000Z") == [4, 0, 3, 2]
    assert await numbers("/sync/history", start_at="2024-01-02", end_at="2024-01-03") == [3, 2]
    assert await numbers("/sync/history/episodes") == [4, 3, 2, 1]
    assert await numbers("/sync/history/shows") == [4, 3, 2, 1]
    assert await numbers("/sync/history/movies") == [0]
    assert await numbers(f"/sync/history/shows/{CHERNOBYL.trakt}") == [4, 3, 2, 1]
    assert await numbers("/users/me/history/shows/chernobyl") == [4, 3, 2, 1]
    assert await numbers(f"/sync/history/movies/{MATRIX.trakt}") == [0]
    third = episode(CHERNOBYL, 1, 3)["ids"]["trakt"]
    assert await numbers(f"/sync/history/episodes/{third}") == [3]
    assert await numbers("/sync/history/episodes/123") == []
    assert await client.status("/sync/history", start_at="soon") == 422


async def test_pages(sim: TraktSimulator, client: Client) -> None:
    sim.watch([Entry(MATRIX)] * 251, NOW)
    _, rows, headers = await client.get("/sync/history")
    assert (len(rows), headers["X-Pagination-Page-Count"]) == (100, "3")
    _, rows, headers = await client.get("/sync/history", limit="1000", page="2")
    assert (len(rows), headers["X-Pagination-Item-Count"]) == (1, "251")


async def test_taking_back_by_ids(sim: TraktSimulator, client: Client) -> None:
    first, second = sim.watch([Entry(MATRIX)] * 2, NOW)
    seen = sim.watch([Entry(CHERNOBYL, 1, 1)], NOW)[0]
    status, told, _ = await client.send("/sync/history/remove", {"ids": [first, seen, 42, first]})
    assert status == 200
    assert told == {
        "deleted": {"movies": 1, "episodes": 1},
        "not_found": {"movies": [], "shows": [], "seasons": [], "episodes": [], "ids": [42, first]},
    }
    assert [play["id"] for play in await client.ok("/sync/history")] == [second]
    assert (await client.send("/sync/history/remove", {"ids": ["1"]}))[0] == 422


async def test_taking_back_by_items(sim: TraktSimulator, client: Client) -> None:
    sim.watch([Entry(MATRIX)] * 2, NOW)
    sim.watch([Entry(CHERNOBYL, 1, number) for number in range(1, 6)], NOW)
    third = {"number": 1, "episodes": [{"number": 3}]}
    body = {"shows": [{"ids": {"tmdb": CHERNOBYL.tmdb}, "seasons": [third]}]}
    assert (await client.send("/sync/history/remove", body))[1]["deleted"]["episodes"] == 1
    body = {"movies": [{"ids": {"tmdb": 603}}], "shows": [{"ids": {"tmdb": CHERNOBYL.tmdb}}]}
    told = (await client.send("/sync/history/remove", body))[1]
    assert told["deleted"] == {"movies": 2, "episodes": 4}
    assert await client.ok("/sync/history") == []


async def test_every_change_shows_in_the_activities(sim: TraktSimulator, client: Client) -> None:
    async def told() -> tuple[str, str]:
        found = await client.ok("/sync/last_activities")
        return found["movies"]["watched_at"], found["episodes"]["watched_at"]

    seen = [await told()]
    await add(client, {"movies": [{"ids": {"tmdb": 603}, "watched_at": "unknown"}]})
    seen.append(await told())
    sim.watch([Entry(CHERNOBYL, 1, 1)])
    seen.append(await told())
    number = (await client.ok("/sync/history/movies"))[0]["id"]
    await client.send("/sync/history/remove", {"ids": [number]})
    seen.append(await told())
    await client.send("/sync/history/remove", {"ids": [number]})
    seen.append(await told())

    films, episodes = zip(*seen, strict=True)
    assert films[0] < films[1] == films[2] < films[3] == films[4]
    assert episodes[0] == episodes[1] < episodes[2] == episodes[4]


async def test_nobody_writes_or_reads_without_a_token(client: Client) -> None:
    del client.headers["Authorization"]
    assert await client.status("/sync/history") == 401
    assert (await client.send("/sync/history", {"movies": [{"ids": {"tmdb": 603}}]}))[0] == 401
    assert (await client.send("/sync/history/remove", {"ids": [1]}))[0] == 401


async def test_one_write_a_second(sim: TraktSimulator, client: Client) -> None:
    sim.limit_writes(1.0)
    body = {"movies": [{"ids": {"tmdb": 603}}]}
    await add(client, body)
    status, told, headers = await client.send("/sync/history", body)
    assert (status, told, headers["Retry-After"]) == (429, None, "1")
    assert "POST_LIMIT" in headers["X-Ratelimit"]
    assert len(await client.ok("/sync/history")) == 1
    sim.clock.advance(1.0)
    await add(client, body)


async def test_an_account_holds_so_many_plays(sim: TraktSimulator, client: Client) -> None:
    sim.watch([Entry(MATRIX)] * 99_999, NOW)
    body = {"movies": [{"ids": {"tmdb": 603}}]}
    await add(client, body)
    status, told, headers = await client.send("/sync/history", body)
    assert (status, told) == (420, None)
    assert headers["X-Account-Limit"] == "100000"
    assert headers["X-VIP-User"] == "false"
    assert headers["X-Upgrade-URL"].startswith("https://")
    sim.user().vip = True
    await add(client, body)


async def test_a_locked_account(sim: TraktSimulator, client: Client) -> None:
    sim.lock()
    status, _, headers = await client.send("/sync/history", {"movies": [{"ids": {"tmdb": 603}}]})
    assert (status, headers["X-Account-Locked"]) == (423, "true")
    assert not len(sim.user().plays)
