"""Trakt: what was watched, summed up; scores, the watchlist, dropped shows; looking titles up."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import time
from typing import Any

import aiohttp
import pytest

from simulators.catalog import generated
from simulators.titles import real_titles, title_by_imdb
from simulators.trakt import Clock, Entry, TraktSimulator

from .test_trakt import Client

MATRIX = title_by_imdb("tt0133093")
AMELIE = title_by_imdb("tt0211915")
BREAKING_BAD = title_by_imdb("tt0903747")
CHERNOBYL = title_by_imdb("tt7366338")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


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


def id_of(entry: Entry) -> int:
    fields: Any = entry.fields[entry.kind]
    number: int = fields["ids"]["trakt"]
    return number


def watch_some(sim: TraktSimulator) -> None:
    sim.watch([Entry(MATRIX)], NOW - 9 * DAY)
    sim.watch([Entry(MATRIX)], None)
    sim.watch([Entry(AMELIE)], NOW - DAY)
    sim.watch([Entry(CHERNOBYL, 1, 1), Entry(CHERNOBYL, 1, 2)], NOW - 5 * DAY)
    sim.watch([Entry(CHERNOBYL, 1, 1)], NOW - 4 * DAY)
    sim.watch([Entry(BREAKING_BAD, 0, 2)], NOW - 2 * DAY)


async def test_films(sim: TraktSimulator, client: Client) -> None:
    watch_some(sim)
    amelie, matrix = await client.ok("/sync/watched/movies")
    assert (amelie["movie"]["title"], amelie["plays"]) == ("Amélie", 1)
    assert (matrix["plays"], matrix["last_watched_at"]) == (2, "2026-02-20T12:00:00.000Z")
    assert matrix["last_updated_at"] > matrix["last_watched_at"]


async def test_shows_have_seasons_only_when_asked_for(sim: TraktSimulator, client: Client) -> None:
    watch_some(sim)
    special, chernobyl = await client.ok("/sync/watched/shows")
    assert special["show"]["title"] == "Breaking Bad"
    assert "seasons" not in special
    assert "seasons" not in chernobyl
    assert (chernobyl["plays"], chernobyl["show"]["aired_episodes"]) == (3, 5)
    _, chernobyl = await client.ok("/sync/watched/shows", extended="progress")
    assert chernobyl["seasons"] == [
        {
            "number": 1,
            "episodes": [
                {"number": 1, "plays": 2, "last_watched_at": "2026-02-25T12:00:00.000Z"},
                {"number": 2, "plays": 1, "last_watched_at": "2026-02-24T12:00:00.000Z"},
            ],
        }
    ]


async def test_a_show_begun_anew(sim: TraktSimulator, client: Client) -> None:
    watch_some(sim)
    before = (await client.ok("/sync/last_activities"))["shows"]["hidden_at"]
    assert [row["reset_at"] for row in await client.ok("/sync/watched/shows")] == [None, None]
    moment = sim.reset_progress(CHERNOBYL)
    _, row = await client.ok("/sync/watched/shows")
    assert datetime.fromisoformat(row["reset_at"]) == moment.replace(
        microsecond=moment.microsecond // 1000 * 1000
    )
    assert row["plays"] == 3
    assert (await client.ok("/sync/last_activities"))["shows"]["hidden_at"] > before


async def test_progress_of_a_show_begun_anew(sim: TraktSimulator, client: Client) -> None:
    watch_some(sim)
    _, row = await client.ok("/sync/progress/watched")
    assert (row["progress"]["completed"], row["progress"]["reset_at"]) == (2, None)
    assert row["progress"]["next_episode"]["number"] == 3
    assert await client.ok("/sync/progress/watched", only_rewatching="true") == []
    sim.reset_progress(CHERNOBYL)
    _, rows, headers = await client.get("/sync/progress/watched", only_rewatching="true")
    assert headers["X-Pagination-Item-Count"] == "1"
    assert [row["show"]["title"] for row in rows] == ["Chernobyl"]
    progress = rows[0]["progress"]
    assert (progress["completed"], progress["last_watched_at"]) == (0, None)
    assert progress["next_episode"]["number"] == 1
    sim.watch([Entry(CHERNOBYL, 1, 1)], datetime.now(UTC) + timedelta(hours=1))
    (row,) = await client.ok("/sync/progress/watched", only_rewatching="true")
    assert (row["progress"]["completed"], row["progress"]["last_episode"]["number"]) == (1, 1)


async def test_the_least_of_it(sim: TraktSimulator, client: Client) -> None:
    watch_some(sim)
    query = {"extended": "min", "season_numbers": "true", "specials": "true"}
    first, second = Entry(CHERNOBYL, 1, 1), Entry(CHERNOBYL, 1, 2)
    season, specials = id_of(Entry(CHERNOBYL, 1)), id_of(Entry(BREAKING_BAD, 0))
    for path in ("/users/me/watched/shows", "/sync/watched/shows"):
        assert await client.ok(path, **query) == {
            str(BREAKING_BAD.trakt): {
                f"{specials}|0": {
                    str(id_of(Entry(BREAKING_BAD, 0, 2))): ["2026-02-27T12:00:00.000Z"]
                }
            },
            str(CHERNOBYL.trakt): {
                f"{season}|1": {
                    str(id_of(first)): ["2026-02-24T12:00:00.000Z", "2026-02-25T12:00:00.000Z"],
                    str(id_of(second)): ["2026-02-24T12:00:00.000Z"],
                }
            },
        }
    found = await client.ok("/users/me/watched/shows", extended="min")
    assert list(found[str(CHERNOBYL.trakt)]) == [str(season)]
    assert str(BREAKING_BAD.trakt) not in found


async def test_the_least_can_be_told_to_leave_shows_out(
    sim: TraktSimulator, client: Client
) -> None:
    watch_some(sim)
    sim.cut_least(1)
    _, found, headers = await client.get("/users/me/watched/shows", extended="min", specials="true")
    assert list(found) == [str(BREAKING_BAD.trakt)]
    assert "X-Pagination-Page-Count" not in headers


async def test_stats(sim: TraktSimulator, client: Client) -> None:
    watch_some(sim)
    body = {"movies": [{"ids": {"tmdb": 603}, "rating": 9}]}
    await client.send("/sync/ratings", body)
    stats = await client.ok("/users/me/stats")
    assert (stats["movies"]["plays"], stats["movies"]["watched"]) == (3, 2)
    assert (stats["episodes"]["plays"], stats["episodes"]["watched"]) == (4, 3)
    assert stats["shows"]["watched"] == 2
    assert (stats["movies"]["ratings"], stats["ratings"]["distribution"]["9"]) == (1, 1)


async def test_pages_of_a_long_history_are_quick(sim: TraktSimulator, client: Client) -> None:
    shows = [title for title in generated(2600) if title.is_show]
    sim.know(shows)
    entries = [
        Entry(show, season.number, number)
        for show in shows
        for season in show.seasons
        for number in range(1, season.episodes + 1)
    ]
    sim.watch(entries, NOW)
    began = time.perf_counter()
    _, rows, headers = await client.get("/sync/watched/shows", extended="progress", limit="250")
    assert (len(rows), headers["X-Pagination-Limit"]) == (100, "100")
    assert headers["X-Pagination-Item-Count"] == str(len(shows)) == "520"
    _, rows, _ = await client.get("/sync/watched/shows", limit="250")
    assert len(rows) == 250
    whole = await client.ok("/users/me/watched/shows", extended="min")
    found = sum(len(one) for seasons in whole.values() for one in seasons.values())
    assert found == len(entries) > 20_000
    assert time.perf_counter() - began < 5


async def test_ratings(sim: TraktSimulator, client: Client) -> None:
    season, pilot = id_of(Entry(CHERNOBYL, 1)), id_of(Entry(CHERNOBYL, 1, 1))
    missing = {"rating": 10, "ids": {"imdb": "tt0000111"}}
    status, told, _ = await client.send(
        "/sync/ratings",
        {
            "movies": [{"rating": 9, "ids": {"imdb": "tt0133093"}}, missing],
            "shows": [{"rating": 8, "ids": {"tmdb": CHERNOBYL.tmdb}}],
            "seasons": [{"rating": 7, "ids": {"trakt": season}}],
            "episodes": [
                {"rating": 6, "ids": {"trakt": pilot}, "rated_at": "2020-01-01T00:00:00Z"}
            ],
        },
    )
    assert status == 201
    assert told["added"] == {"movies": 1, "shows": 1, "seasons": 1, "episodes": 1}
    assert told["not_found"]["movies"] == [missing]
    found = await client.ok("/sync/ratings")
    assert {(row["type"], row["rating"]) for row in found} == {
        ("movie", 9),
        ("show", 8),
        ("season", 7),
        ("episode", 6),
    }
    assert found[-1]["rated_at"] == "2020-01-01T00:00:00.000Z"
    assert [row["rating"] for row in await client.ok("/sync/ratings/shows")] == [8]
    assert [row["rating"] for row in await client.ok("/sync/ratings/all/6,9")] == [9, 6]
    await client.send("/sync/ratings", {"movies": [{"rating": 3, "ids": {"tmdb": 603}}]})
    assert [row["rating"] for row in await client.ok("/sync/ratings/movies")] == [3]

    remove = {"movies": [{"ids": {"tmdb": 603}}, {"ids": {"tmdb": 194}}]}
    before = (await client.ok("/sync/last_activities"))["movies"]["rated_at"]
    _, told, _ = await client.send("/sync/ratings/remove", remove)
    assert told["deleted"] == {"movies": 1, "shows": 0, "seasons": 0, "episodes": 0}
    assert await client.ok("/sync/ratings/movies") == []
    assert (await client.ok("/sync/last_activities"))["movies"]["rated_at"] > before


@pytest.mark.parametrize("rating", [0, 11, 7.5, "7", None, True])
async def test_scores_are_whole_and_from_one_to_ten(client: Client, rating: Any) -> None:
    rows = [{"rating": 5, "ids": {"tmdb": 194}}, {"rating": rating, "ids": {"tmdb": 603}}]
    assert (await client.send("/sync/ratings", {"movies": rows}))[0] == 422
    assert await client.ok("/sync/ratings") == []


async def test_the_watchlist(sim: TraktSimulator, client: Client) -> None:
    sim.add_to_watchlist([AMELIE])
    before = await client.ok("/sync/last_activities")
    body = {
        "movies": [{"ids": {"tmdb": 603}}, {"ids": {"tmdb": 194}}, {"ids": {"tmdb": 1}}],
        "shows": [{"ids": {"tvdb": 81189}}],
    }
    status, told, _ = await client.send("/sync/watchlist", body)
    assert status == 201
    assert told["added"] == {"movies": 1, "shows": 1, "seasons": 0, "episodes": 0}
    assert told["existing"]["movies"] == 1
    assert told["not_found"]["movies"] == [{"ids": {"tmdb": 1}}]
    assert told["list"]["item_count"] == 3
    titles = [row[row["type"]]["title"] for row in await client.ok("/sync/watchlist")]
    assert titles == ["Amélie", "The Matrix", "Breaking Bad"]
    after = await client.ok("/sync/last_activities")
    assert after["watchlist"]["updated_at"] > before["watchlist"]["updated_at"]
    assert after["shows"]["watchlisted_at"] > before["shows"]["watchlisted_at"]

    status, told, _ = await client.send("/sync/watchlist/remove", body)
    assert (status, told["deleted"]["movies"], told["deleted"]["shows"]) == (200, 2, 1)
    assert await client.ok("/sync/watchlist") == []


async def test_the_watchlist_has_a_limit(sim: TraktSimulator, client: Client) -> None:
    sim.user().item_limit = 2
    assert (await client.ok("/users/settings"))["limits"]["watchlist"]["item_count"] == 2
    sim.add_to_watchlist([AMELIE])
    rows = [{"ids": {"tmdb": 603}}, {"ids": {"tmdb": 550}}]
    status, told, headers = await client.send("/sync/watchlist", {"movies": rows})
    assert (status, told) == (420, None)
    assert (headers["X-Account-Limit"], headers["X-VIP-User"]) == ("2", "false")
    assert len(await client.ok("/sync/watchlist")) == 1
    assert (await client.send("/sync/watchlist", {"movies": rows[:1]}))[0] == 201


async def test_dropped_shows(client: Client) -> None:
    before = (await client.ok("/sync/last_activities"))["shows"]["dropped_at"]
    body = {"shows": [{"ids": {"tvdb": 81189}}, {"ids": {"tvdb": 1}}]}
    status, told, _ = await client.send("/users/hidden/dropped", body)
    assert (status, told["added"]["shows"]) == (200, 1)
    assert told["not_found"]["shows"] == [{"ids": {"tvdb": 1}}]
    assert (await client.send("/users/hidden/dropped", body))[1]["added"]["shows"] == 0
    (row,) = await client.ok("/users/hidden/dropped")
    assert (row["type"], row["show"]["title"]) == ("show", "Breaking Bad")
    assert (await client.ok("/sync/last_activities"))["shows"]["dropped_at"] > before
    assert (await client.send("/users/hidden/dropped", {"movies": [{"ids": {"tmdb": 603}}]}))[
        0
    ] == 422
    _, told, _ = await client.send("/users/hidden/dropped/remove", body)
    assert told["deleted"]["shows"] == 1
    assert await client.ok("/users/hidden/dropped") == []


async def test_looking_an_id_up(client: Client) -> None:
    for path in (
        "tvdb/81189",
        "tmdb/1396",
        "imdb/tt0903747",
        f"trakt/{BREAKING_BAD.trakt}",
    ):
        (found,) = await client.ok(f"/search/{path}", type="show")
        assert (found["type"], found["show"]["title"]) == ("show", "Breaking Bad")
    (film,) = await client.ok("/search/tmdb/603", type="movie")
    assert film["movie"]["title"] == "The Matrix"
    assert await client.ok("/search/tvdb/81189", type="movie") == []
    assert await client.ok("/search/tmdb/999999999", type="movie") == []
    assert await client.status("/search/anidb/1", type="show") == 404
    assert await client.status("/search/tmdb/1", type="anime") == 400


async def test_an_id_without_a_type_may_be_two_things(client: Client) -> None:
    """A film and a show have one number at TMDB; and so may an episode have it at TVDB."""
    both = [
        (film, show)
        for film in real_titles()
        for show in real_titles()
        if not film.is_show and show.is_show and film.tmdb == show.tmdb
    ]
    found = await client.ok(f"/search/tmdb/{both[0][0].tmdb}")
    assert [row["type"] for row in found] == ["movie", "show"]
    pilot = Entry(CHERNOBYL, 1, 1).fields["episode"]
    assert isinstance(pilot, dict)
    (found,) = await client.ok(f"/search/tvdb/{pilot['ids']['tvdb']}")
    assert (found["type"], found["episode"]) == ("episode", pilot)


async def test_titles_and_seasons(client: Client) -> None:
    assert (await client.ok("/movies/the-matrix-1999"))["ids"]["tmdb"] == 603
    assert (await client.ok(f"/movies/{MATRIX.trakt}", extended="full"))["released"] == "1999-01-01"
    show = await client.ok("/shows/chernobyl", extended="full")
    assert (show["aired_episodes"], show["status"]) == (5, "ended")
    assert await client.status("/shows/nosuch") == 404
    assert await client.status("/movies/chernobyl") == 404
    assert await client.status("/shows/1/seasons") == 404

    bare = await client.ok("/shows/chernobyl/seasons")
    assert [set(season) for season in bare] == [{"number", "ids"}] * len(CHERNOBYL.seasons)
    assert "episodes" in (await client.ok("/shows/chernobyl/seasons", extended="episodes"))[0]
    season = (await client.ok("/shows/chernobyl/seasons", extended="full,episodes"))[-1]
    assert (season["episode_count"], season["aired_episodes"]) == (5, 5)
    first, second = season["episodes"][:2]
    assert (first["season"], first["number"]) == (1, 1)
    assert first["ids"]["trakt"] == id_of(Entry(CHERNOBYL, 1, 1))
    assert first["first_aired"] < second["first_aired"]


async def test_episodes_that_are_still_to_come(sim: TraktSimulator, client: Client) -> None:
    show = next(title for title in generated(50) if title.is_show and title.seasons)
    sim.know([show])
    began = datetime.fromisoformat(show.seasons[0].air_date or "").replace(tzinfo=UTC)
    sim.clock.advance((began - NOW).total_seconds() + timedelta(days=8).total_seconds())
    season = (await client.ok(f"/shows/{show.trakt}/seasons", extended="full"))[0]
    assert season["aired_episodes"] == 2 < season["episode_count"]
