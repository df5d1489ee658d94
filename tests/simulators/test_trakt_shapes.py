"""The simulated Trakt answers as the real one did, and as its contract says."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

import aiohttp
from jsonschema import Draft202012Validator
import pytest

from simulators.catalog import CatalogTitle, Season
from simulators.titles import real_titles, title_by_imdb
from simulators.trakt import Entry, TraktSimulator

from .shapes import differences
from .test_trakt import Client

BREAKING_BAD = title_by_imdb("tt0903747")
# On a real list too, there are titles that IMDb does not have.
NAMELESS = CatalogTitle(
    is_show=True,
    tmdb=9_000_001,
    imdb=None,
    tvdb=None,
    trakt=9_000_001,
    title="名前",
    year=None,
    seasons=(Season(1, 1),),
)
CHERNOBYL = title_by_imdb("tt7366338")
ITEMS = (
    title_by_imdb("tt0458339"),
    Entry(title_by_imdb("tt3475734"), season=1),
    Entry(BREAKING_BAD, season=1, episode=1),
    title_by_imdb("tt10234724"),
)


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[TraktSimulator]:
    async with TraktSimulator(real_titles()) as simulator:
        simulator.add_list("viewer", "Evenings", [*ITEMS, NAMELESS, Entry(NAMELESS, season=1)])
        simulator.add_to_watchlist([*ITEMS, NAMELESS])
        yield simulator


@pytest.fixture
async def client(sim: TraktSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        client = Client(session, sim)
        client.sign_in()
        yield client


def recorded(contracts_dir: Path, file: str, path: str) -> Any:
    text = (contracts_dir / "recorded" / "trakt" / f"{file}.json").read_text("utf-8")
    return json.loads(text)[path]["GET"]


async def test_a_list(contracts_dir: Path, sim: TraktSimulator, client: Client) -> None:
    real = recorded(contracts_dir, "lists", "lists/1248149")
    number = next(iter(sim.state.lists))
    assert differences(real, await client.ok(f"/lists/{number}")) == []
    # Nor does it say anything about a list that the real one does not.
    assert differences(await client.ok("/users/me/lists/evenings"), real) == [
        "$.user.deleted is missing",  # in the contract, but not in 2024
        "$.user.director is missing",
        "$.user.ids.trakt is missing",
    ]


async def test_items(contracts_dir: Path, client: Client) -> None:
    real = {item["type"]: item for item in recorded(contracts_dir, "lists", "lists/1248149/items")}
    assert list(real) == ["movie", "season", "episode", "show"]
    for item in await client.ok("/users/me/lists/evenings/items"):
        assert differences(real[item["type"]], item) == []
        assert differences(item, real[item["type"]]) == []
    # The same film, but for the ids that are Trakt's own.
    ours = (await client.ok("/users/me/lists/evenings/items/movie"))[0]["movie"]
    theirs = real["movie"]["movie"]
    assert {**ours, "ids": {**ours["ids"], "trakt": theirs["ids"]["trakt"]}} == theirs


@pytest.mark.parametrize("kind", ["movies", "shows", "seasons", "episodes"])
async def test_watchlists(contracts_dir: Path, client: Client, kind: str) -> None:
    real = recorded(contracts_dir, "users", f"users/sean/watchlist/{kind}")
    assert differences(real, await client.ok(f"/sync/watchlist/{kind}")) == []


@pytest.mark.parametrize(
    ("file", "path", "ours"),
    [
        ("users", "users/settings", "/users/settings"),
        ("users", "users/sean", "/users/viewer"),
        ("users", "users/sean/lists", "/users/viewer/lists"),
        ("sync", "sync/last_activities", "/sync/last_activities"),
        ("shows", "shows/trending?page=1&limit=10", "/shows/trending"),
        ("shows", "shows/popular?page=1&limit=10", "/shows/popular"),
        ("shows", "shows/anticipated?page=1&limit=10", "/shows/anticipated"),
        ("shows", "shows/watched/weekly?page=1&limit=10", "/shows/watched/weekly"),
        ("shows", "shows/played/weekly?page=1&limit=10", "/shows/played/weekly"),
    ],
)
async def test_other_answers(
    contracts_dir: Path, client: Client, file: str, path: str, ours: str
) -> None:
    real = recorded(contracts_dir, file, path)
    # Connections to services that are gone.
    gone = [
        "$.connections.tumblr is missing",
        "$.connections.medium is missing",
    ]
    found = differences(real, await client.ok(ours))
    assert [line for line in found if line not in gone] == []


async def watch(sim: TraktSimulator, client: Client) -> None:
    """Let the viewer watch, rate and drop something of everything."""
    sim.limit_writes(0)
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    sim.watch([Entry(ITEMS[0]), Entry(CHERNOBYL, 1, 1), Entry(CHERNOBYL, 1, 2)], moment)
    sim.reset_progress(CHERNOBYL)
    ids: Any = Entry(CHERNOBYL, 1, 1).fields["episode"]
    season: Any = Entry(CHERNOBYL, 1).fields["season"]
    show = {"ids": {"tvdb": CHERNOBYL.tvdb}}
    rated = {
        "movies": [{"rating": 9, "ids": {"tmdb": 603}}],
        "shows": [{"rating": 8, **show}],
        "seasons": [{"rating": 8, "ids": {"trakt": season["ids"]["trakt"]}}],
        "episodes": [{"rating": 7, "ids": {"trakt": ids["ids"]["trakt"]}}],
    }
    assert (await client.send("/sync/ratings", rated))[0] == 201
    assert (await client.send("/users/hidden/dropped", {"shows": [show]}))[0] == 200


@pytest.mark.parametrize(
    ("file", "path", "ours", "gone"),
    [
        ("sync", "sync/watched/shows", "/sync/watched/shows?extended=progress", ()),
        ("sync", "sync/watched/shows?extended=noseasons", "/sync/watched/shows", ()),
        ("users", "users/sean/watched/shows", "/users/me/watched/shows?extended=progress", ()),
        ("users", "users/sean/watched/movies", "/sync/watched/movies", ()),
        ("users", "users/sean/stats", "/users/me/stats", ()),
        ("sync", "sync/history/movies", "/sync/history/movies", ()),
        ("sync", "sync/history/episodes", "/sync/history/episodes", ()),
        ("users", "users/sean/history/episodes", "/users/me/history/episodes", ()),
        ("sync", "sync/ratings/movies", "/sync/ratings/movies", ()),
        ("sync", "sync/ratings/shows", "/sync/ratings/shows", ()),
        ("sync", "sync/ratings/seasons", "/sync/ratings/seasons", ()),
        ("sync", "sync/ratings/episodes", "/sync/ratings/episodes", ()),
        ("users", "users/hidden/calendar", "/users/hidden/dropped", ()),
        ("search", "search/tvdb/78845?type=show", "/search/tvdb/81189?type=show", ()),
        ("seasons", "shows/game-of-thrones/seasons", "/shows/chernobyl/seasons", ()),
        (
            "seasons",
            "shows/1390/seasons?extended=episodes",
            "/shows/chernobyl/seasons?extended=episodes",
            (),
        ),
        ("shows", "shows/1390?extended=images", "/shows/chernobyl", ("$.images is missing",)),
    ],
)
async def test_what_was_watched(
    contracts_dir: Path,
    sim: TraktSimulator,
    client: Client,
    file: str,
    path: str,
    ours: str,
    gone: tuple[str, ...],
) -> None:
    await watch(sim, client)
    body = await client.ok(ours)
    assert body
    found = differences(recorded(contracts_dir, file, path), body)
    assert [line for line in found if line not in gone] == []


async def test_progress(contracts_dir: Path, sim: TraktSimulator, client: Client) -> None:
    """Recorded for one show; in the list of all it stands without its seasons."""
    await watch(sim, client)
    real = recorded(contracts_dir, "shows", "shows/1390/progress/watched")
    (row,) = await client.ok("/sync/progress/watched")
    assert differences(real, row["progress"]) == [
        "$.seasons is missing",
        "$.hidden_seasons is missing",
    ]


async def test_episodes_in_full(contracts_dir: Path, client: Client) -> None:
    real = recorded(contracts_dir, "seasons", "shows/breaking-bad/seasons/1?extended=full")
    seasons = await client.ok("/shows/breaking-bad/seasons", extended="full,episodes")
    assert differences(real, seasons[-1]["episodes"]) == []


@pytest.mark.parametrize(
    "path",
    [
        "history",
        "history/remove",
        "ratings",
        "ratings/remove",
        "watchlist",
        "watchlist/remove",
    ],
)
async def test_answers_to_writes(
    contracts_dir: Path, sim: TraktSimulator, client: Client, path: str
) -> None:
    sim.limit_writes(0)
    text = (contracts_dir / "recorded" / "trakt" / "sync.json").read_text("utf-8")
    real = json.loads(text)[f"sync/{path}"]["POST"]
    extra = {"rating": 10} if path == "ratings" else {}
    body = {"movies": [{**extra, "ids": {"imdb": "tt0000111"}}], "ids": [23]}
    status, told, _ = await client.send(f"/sync/{path}", body)
    assert status == (200 if path.endswith("remove") else 201)
    assert differences(real, told) == []
    # Of a later time than the recordings, and in the contract.
    later = {"history": ["updated"], "watchlist": ["list"], "watchlist/remove": ["list"]}
    assert differences(told, real) == [f"$.{key} is missing" for key in later.get(path, ())]


@pytest.mark.parametrize(
    ("described", "path"),
    [
        ("/sync/watched/{type}", "/sync/watched/movies"),
        ("/sync/watched/{type}", "/sync/watched/shows?extended=progress"),
        ("/users/{id}/watched/{type}", "/users/me/watched/shows?extended=progress"),
        ("/users/{id}/watched/{type}", "/users/me/watched/movies"),
        (
            "/users/{id}/watched/shows",
            "/users/me/watched/shows?extended=min&season_numbers=true&specials=true",
        ),
        ("/users/{id}/stats", "/users/me/stats"),
        ("/users/{id}/history/", "/users/me/history/"),
        ("/users/{id}/history/movies", "/users/me/history/movies"),
        ("/users/{id}/history/episodes", "/users/me/history/episodes"),
        ("/sync/history/{type}/{id}", f"/sync/history/shows/{CHERNOBYL.trakt}"),
        ("/sync/ratings/{type}/{rating}", "/sync/ratings/movies/9"),
        ("/users/hidden/dropped", "/users/hidden/dropped"),
        ("/search/{id_type}/{id}", "/search/tvdb/81189?type=show"),
        ("/shows/{id}/seasons", "/shows/chernobyl/seasons?extended=episodes"),
        ("/shows/{id}", "/shows/chernobyl"),
        ("/movies/{id}", "/movies/603?extended=full"),
    ],
)
async def test_the_contract_of_watching(
    contracts_dir: Path, sim: TraktSimulator, client: Client, described: str, path: str
) -> None:
    await watch(sim, client)
    if path.startswith("/movies/"):
        path = path.replace("603", str(title_by_imdb("tt0133093").trakt))
    answers = contract(contracts_dir)["paths"][described]["get"]["responses"]
    body = await client.ok(path)
    assert body
    assert violations(answers, body) == []


@pytest.mark.parametrize(
    "path",
    [
        "/sync/history",
        "/sync/history/remove",
        "/sync/ratings",
        "/sync/ratings/remove",
        "/sync/watchlist",
        "/sync/watchlist/remove",
        "/users/hidden/{section}",
        "/users/hidden/{section}/remove",
    ],
)
async def test_the_contract_of_writing(
    contracts_dir: Path, sim: TraktSimulator, client: Client, path: str
) -> None:
    sim.limit_writes(0)
    answers = contract(contracts_dir)["paths"][path]["post"]["responses"]
    kind, trakt = ("shows", CHERNOBYL.trakt) if "hidden" in path else ("movies", ITEMS[0].trakt)
    extra = {"rating": 10} if path == "/sync/ratings" else {}
    # A rating that is not found is described with its score even where it was to be removed.
    numbers = (trakt,) if path == "/sync/ratings/remove" else (trakt, 7)
    body = {kind: [{**extra, "ids": {"trakt": number}} for number in numbers]}
    status, told, _ = await client.send(path.replace("{section}", "dropped"), body)
    # Additions to the history are described with 200, and really answered with 201.
    described = (
        {**answers, "201": answers.get("201", answers["200"])}
        if (path == "/sync/history")
        else answers
    )
    found = violations(described, told, str(status))
    assert [fault for fault in found if " is valid under each of " not in fault] == []


@pytest.mark.parametrize(
    ("described", "path"),
    [
        ("/users/settings", "/users/settings"),
        ("/users/{id}/", "/users/viewer"),
        ("/users/{id}/lists", "/users/me/lists"),
        ("/users/{id}/lists/{list_id}/", "/users/me/lists/evenings"),
        (
            "/users/{id}/lists/{list_id}/items/movie,show,season,episode",
            "/users/me/lists/evenings/items/movie,show,season,episode",
        ),
        (
            "/users/{id}/lists/{list_id}/items/movie,show",
            "/users/me/lists/evenings/items/movie,show",
        ),
        (
            "/users/{id}/watchlist/{type}/{sort_by}/{sort_how}",
            "/users/me/watchlist/movie,show/rank/asc",
        ),
        ("/users/{id}/watchlist/movie,show/{sort}", "/users/me/watchlist/movie,show/rank"),
        ("/sync/watchlist/{type}/{sort_by}/{sort_how}", "/sync/watchlist/movies/rank/asc"),
        ("/sync/last_activities", "/sync/last_activities"),
        *(
            (f"/{media}/{chart}", f"/{media}/{chart.replace('{period}', 'weekly')}")
            for media in ("movies", "shows")
            for chart in (
                "trending",
                "popular",
                "anticipated",
                "watched/{period}",
                "played/{period}",
                "collected/{period}",
                "favorited/{period}",
            )
        ),
        ("/movies/boxoffice", "/movies/boxoffice"),
    ],
)
async def test_the_contract(contracts_dir: Path, client: Client, described: str, path: str) -> None:
    answers = contract(contracts_dir)["paths"][described]["get"]["responses"]
    body = await client.ok(path)
    assert body
    assert violations(answers, body) == []


async def test_the_contract_of_public_lists(
    contracts_dir: Path, sim: TraktSimulator, client: Client
) -> None:
    paths = contract(contracts_dir)["paths"]
    number = next(iter(sim.state.lists))
    for tail in ("", "/items/movie,show", "/items/movie,show,episode,season"):
        answers = paths[f"/lists/{{id}}{tail}"]["get"]["responses"]
        assert violations(answers, await client.ok(f"/lists/{number}{tail}")) == []


async def test_the_contract_of_signing_in(contracts_dir: Path, sim: TraktSimulator) -> None:
    paths = contract(contracts_dir)["paths"]
    app = {"client_id": sim.app.client_id, "client_secret": sim.app.client_secret}
    headers = {"User-Agent": "Media List Sync tests"}
    async with aiohttp.ClientSession(sim.auth_url, headers=headers) as session:

        async def held(path: str, body: dict[str, str], status: int) -> Any:
            described = paths[path]["post"]
            sent = described["requestBody"]["content"]["application/json"]["schema"]
            assert list(Draft202012Validator(sent).iter_errors(body)) == []
            async with session.post(path, json=body) as response:
                assert response.status == status
                told = await response.json()
            assert violations(described["responses"], told, str(status)) == []
            return told

        code = await held("/oauth/device/code", {"client_id": sim.app.client_id}, 200)
        sim.approve(code["user_code"])
        pair = await held("/oauth/device/token", {"code": code["device_code"], **app}, 200)
        refresh = {
            "grant_type": "refresh_token",
            "refresh_token": pair["refresh_token"],
            "redirect_uri": sim.app.redirect_uri,
            **app,
        }
        pair = await held("/oauth/token", refresh, 200)
        await held("/oauth/token", refresh, 400)
        await held("/oauth/revoke", {"token": pair["access_token"], **app}, 200)


def contract(contracts_dir: Path) -> Any:
    text = (contracts_dir / "contracts" / "trakt-openapi.json").read_text("utf-8")
    return json.loads(text)


def violations(answers: Any, body: object, status: str = "200") -> list[str]:
    schema = answers[status]["content"]["application/json"]["schema"]
    return [error.message for error in Draft202012Validator(schema).iter_errors(body)]
