"""Trakt: people, their lists and watchlists, charts, and the pages that all comes in."""

from collections.abc import AsyncIterator
from itertools import pairwise
import json
from typing import Any

import aiohttp
import pytest

from simulators.catalog import generated
from simulators.faults import Failure, Fault
from simulators.titles import real_titles, title_by_imdb
from simulators.trakt import Entry, Person, TraktSimulator

MATRIX = title_by_imdb("tt0133093")
AMELIE = title_by_imdb("tt0211915")
BLADE = title_by_imdb("tt10671440")
BREAKING_BAD = title_by_imdb("tt0903747")
CHERNOBYL = title_by_imdb("tt7366338")

EVENINGS = "/users/viewer/lists/evenings"


class Client:
    """Asks the API as a signed-in person, or as nobody."""

    def __init__(self, session: aiohttp.ClientSession, sim: TraktSimulator) -> None:
        self._session = session
        self.sim = sim
        self.headers: dict[str, str] = {
            "Content-Type": "application/json",
            "User-Agent": "Media List Sync tests",
            "trakt-api-version": "2",
            "trakt-api-key": sim.app.client_id,
        }

    def sign_in(self, user: str = "viewer") -> None:
        self.headers["Authorization"] = f"Bearer {self.sim.sign_in(user).access_token}"

    async def get(self, path: str, **params: str) -> tuple[int, Any, Any]:
        async with self._session.get(
            self.sim.api_url + path,
            params=params,
            headers=self.headers,
            # or aiohttp would send a name of its own
            skip_auto_headers=("User-Agent", "Content-Type"),
        ) as response:
            if response.content_type == "application/json":
                return response.status, await response.json(), response.headers
            return response.status, await response.text(), response.headers

    async def send(self, path: str, body: Any) -> tuple[int, Any, Any]:
        async with self._session.post(
            self.sim.api_url + path, json=body, headers=self.headers
        ) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None, response.headers

    async def ok(self, path: str, **params: str) -> Any:
        status, body, _ = await self.get(path, **params)
        assert status == 200
        return body

    async def status(self, path: str, **params: str) -> int:
        return (await self.get(path, **params))[0]


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[TraktSimulator]:
    async with TraktSimulator(real_titles()) as simulator:
        yield simulator


@pytest.fixture
async def client(sim: TraktSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sim)


async def test_a_list_by_slug_and_by_number(sim: TraktSimulator, client: Client) -> None:
    made = sim.add_list("viewer", "Evenings", [MATRIX, BREAKING_BAD])
    for path in (
        EVENINGS,
        f"{EVENINGS}/",
        f"/users/viewer/lists/{made.number}",
        f"/lists/{made.number}",
    ):
        found = await client.ok(path)
        assert found["ids"] == {"trakt": made.number, "slug": "evenings"}
        assert (found["name"], found["item_count"], found["privacy"]) == ("Evenings", 2, "public")
    assert await client.status("/lists/evenings") == 404
    assert await client.status("/users/viewer/lists/mornings") == 404
    assert await client.status("/users/nobody/lists/evenings") == 404
    other = sim.add_user("alex-demo")
    assert await client.status(f"/users/{other.slug}/lists/{made.number}") == 404
    assert [found["name"] for found in await client.ok("/users/viewer/lists")] == ["Evenings"]


async def test_items_of_all_types(sim: TraktSimulator, client: Client) -> None:
    items: list[Any] = [
        AMELIE,
        BREAKING_BAD,
        Entry(BREAKING_BAD, season=2),
        Entry(BREAKING_BAD, season=0, episode=2),
        Person("Ada Example"),
        AMELIE,  # a second time, which changes nothing
    ]
    sim.add_list("viewer", "Evenings", items)
    film, show, season, episode, person = await client.ok(f"{EVENINGS}/items")
    assert film["movie"] == {
        "title": "Amélie",
        "year": 2001,
        "ids": {
            "trakt": AMELIE.trakt,
            "slug": "amelie-2001",
            "imdb": "tt0211915",
            "tmdb": 194,
        },
    }
    assert (show["type"], show["show"]["ids"]["tvdb"]) == ("show", 81189)
    assert (season["type"], season["season"]["number"]) == ("season", 2)
    assert (episode["episode"]["season"], episode["episode"]["number"]) == (0, 2)
    # A season and an episode carry their show.
    assert season["show"] == episode["show"] == show["show"]
    assert person["person"]["name"] == "Ada Example"
    assert [item["rank"] for item in (film, show, season, episode, person)] == [1, 2, 3, 4, 5]
    assert film["id"] > 2**32


async def test_types_are_filtered_but_ranks_stay(sim: TraktSimulator, client: Client) -> None:
    made = sim.add_list(
        "viewer", "Evenings", [Entry(BREAKING_BAD, season=1), MATRIX, Person("A"), CHERNOBYL]
    )
    for base in (EVENINGS, f"/lists/{made.number}"):
        items = await client.ok(f"{base}/items/movie,show")
        assert [(item["rank"], item["type"]) for item in items] == [(2, "movie"), (4, "show")]
        _, items, headers = await client.get(f"{base}/items/season")
        assert [item["type"] for item in items] == ["season"]
        assert headers["X-Pagination-Item-Count"] == "1"
        for refused in ("films", "movies", "movie,", "all"):
            assert await client.status(f"{base}/items/{refused}") == 404
    assert (await client.ok(EVENINGS))["item_count"] == 4


async def test_orders(sim: TraktSimulator, client: Client) -> None:
    sim.add_list("viewer", "Evenings", [MATRIX, AMELIE, CHERNOBYL, Person("Zoe")])

    async def titles(path: str = "", **params: str) -> list[str]:
        items = await client.ok(f"{EVENINGS}/items{path}", **params)
        return [str(item.get("movie", item.get("show", {})).get("title")) for item in items]

    assert await titles() == ["The Matrix", "Amélie", "Chernobyl", "None"]
    assert await titles("/movie,show/rank/desc") == ["Chernobyl", "Amélie", "The Matrix"]
    assert await titles("/movie,show/title/asc") == ["Amélie", "Chernobyl", "The Matrix"]
    assert await titles("/movie", sort_by="added", sort_how="desc") == ["Amélie", "The Matrix"]


async def test_pages(socket_enabled: None) -> None:
    catalog = generated(620)
    async with TraktSimulator(catalog) as sim, aiohttp.ClientSession() as session:
        client = Client(session, sim)
        sim.add_list("viewer", "Evenings", catalog)
        for limit, expected in (
            ("", 100),
            ("100", 100),
            ("250", 250),
            ("251", 250),
            ("10000", 250),
            ("all", 250),
            ("0", 100),
            ("-1", 100),
            ("many", 100),
        ):
            status, items, headers = await client.get(f"{EVENINGS}/items", limit=limit)
            assert (status, len(items)) == (200, expected)
            assert headers["X-Pagination-Limit"] == str(expected)
            assert headers["X-Pagination-Page"] == "1"
            assert headers["X-Pagination-Page-Count"] == str(-(-620 // expected))
            assert headers["X-Pagination-Item-Count"] == "620"
        ranks = []
        for page in ("1", "2", "3"):
            items = await client.ok(f"{EVENINGS}/items", page=page, limit="250")
            ranks += [item["rank"] for item in items]
        assert ranks == list(range(1, 621))
        assert await client.ok(f"{EVENINGS}/items", page="4", limit="250") == []


async def test_what_is_unknown_is_passed_over(sim: TraktSimulator, client: Client) -> None:
    sim.add_list("viewer", "Evenings", [BLADE])
    items = await client.ok(f"{EVENINGS}/items", extended="full", nonsense="1", page="x")
    assert items[0]["movie"]["year"] is None


async def test_edits_move_the_date(sim: TraktSimulator, client: Client) -> None:
    client.sign_in()
    made = sim.add_list("viewer", "Evenings", [MATRIX])

    async def dates() -> tuple[str, str, str]:
        found = await client.ok(f"/lists/{made.number}")
        activities = await client.ok("/sync/last_activities")
        return found["updated_at"], activities["lists"]["updated_at"], activities["all"]

    seen = [await dates()]
    sim.add_items(made, [AMELIE])
    seen.append(await dates())
    sim.remove_items(made, [MATRIX])
    seen.append(await dates())
    sim.rename_list(made, "Nights")
    seen.append(await dates())
    for before, after in pairwise(seen):
        assert all(old < new for old, new in zip(before, after, strict=True))
    with pytest.raises(ValueError, match="not on the list"):
        sim.remove_items(made, [MATRIX])


async def test_a_new_name_is_a_new_slug(sim: TraktSimulator, client: Client) -> None:
    made = sim.add_list("viewer", "Evenings", [MATRIX])
    sim.rename_list(made, "千と千尋")  # no Latin letter: the number has to do
    assert await client.status(EVENINGS) == 404
    found = await client.ok(f"/users/viewer/lists/{made.number}")
    assert found["ids"] == {"trakt": made.number, "slug": str(made.number)}
    sim.add_list("viewer", "Nights")
    twin = sim.add_list("viewer", "Nights!")
    assert twin.slug == "nights-2"
    sim.delete_list(twin)
    assert await client.status(f"/lists/{twin.number}") == 404
    assert sim.add_list("viewer", "Again").number > twin.number


@pytest.mark.parametrize("privacy", ["private", "friends", "link"])
async def test_lists_that_are_not_public(sim: TraktSimulator, client: Client, privacy: str) -> None:
    made = sim.add_list("viewer", "Evenings", [MATRIX])
    sim.set_privacy(made, privacy)
    sim.add_user("alex-demo")
    for signed_in in ("", "alex-demo"):
        if signed_in:
            client.sign_in(signed_in)
        assert await client.status(EVENINGS) == 404
        assert await client.status(f"{EVENINGS}/items") == 404
        assert await client.ok("/users/viewer/lists") == []
    client.sign_in()
    assert (await client.ok(f"/users/me/lists/{made.number}"))["privacy"] == privacy
    assert len(await client.ok("/users/me/lists/evenings/items/movie,show")) == 1
    assert len(await client.ok("/users/viewer/lists")) == 1
    # Without its person in the address, a list that is not public is not found by anyone.
    assert await client.status(f"/lists/{made.number}") == 404


async def test_private_people(sim: TraktSimulator, client: Client) -> None:
    sim.add_user("alex-demo", private=True)
    made = sim.add_list("alex-demo", "Evenings", [MATRIX])
    paths = (
        "/users/alex-demo",
        "/users/alex-demo/lists",
        "/users/alex-demo/lists/evenings",
        "/users/alex-demo/watchlist",
    )
    for path in paths:
        assert await client.status(path) == 401
    assert await client.status(f"/lists/{made.number}") == 404
    client.sign_in()
    for path in paths:
        assert await client.status(path) == 401
    client.sign_in("alex-demo")
    for path in paths:
        assert await client.status(path) == 200


async def test_watchlists(sim: TraktSimulator, client: Client) -> None:
    sim.add_to_watchlist([MATRIX, BREAKING_BAD, Entry(CHERNOBYL, season=1)])
    assert len(await client.ok("/users/viewer/watchlist")) == 3
    assert await client.status("/sync/watchlist") == 401
    assert await client.status("/users/me/watchlist") == 401
    client.sign_in()
    for base in ("/users/me/watchlist", "/users/viewer/watchlist", "/sync/watchlist"):
        items = await client.ok(base)
        assert [item["type"] for item in items] == ["movie", "show", "season"]
        for types in ("movies", "movie"):
            items = await client.ok(f"{base}/{types}")
            assert [item["movie"]["title"] for item in items] == ["The Matrix"]
        assert len(await client.ok(f"{base}/movie,show/rank/asc", page="1", limit="1")) == 1
        assert await client.status(f"{base}/films") == 404


async def test_a_watchlist_moves_its_activities(sim: TraktSimulator, client: Client) -> None:
    client.sign_in()
    before = await client.ok("/sync/last_activities")
    sim.add_to_watchlist([MATRIX, BREAKING_BAD])
    added = await client.ok("/sync/last_activities")
    sim.remove_from_watchlist([BREAKING_BAD])
    removed = await client.ok("/sync/last_activities")
    for one, two in ((before, added), (added, removed)):
        assert one["all"] < two["all"]
        assert one["watchlist"]["updated_at"] < two["watchlist"]["updated_at"]
        assert one["shows"]["watchlisted_at"] < two["shows"]["watchlisted_at"]
        assert one["lists"] == two["lists"]
    assert added["movies"] == removed["movies"] != before["movies"]
    assert await client.ok("/sync/last_activities") == removed


async def test_settings_and_profiles(sim: TraktSimulator, client: Client) -> None:
    assert await client.status("/users/settings") == 401
    assert await client.status("/users/me") == 401
    assert await client.status("/users/nobody") == 404
    client.sign_in()
    settings = await client.ok("/users/settings")
    assert settings["user"]["ids"]["slug"] == "viewer"
    assert settings["limits"]["list"]["item_count"] == 250
    sim.user().vip = True
    settings = await client.ok("/users/settings")
    assert settings["user"]["vip"]
    assert settings["limits"]["watchlist"]["item_count"] > 250
    assert (await client.ok("/users/me"))["username"] == "viewer"


@pytest.mark.parametrize("media", ["movies", "shows"])
@pytest.mark.parametrize(
    ("chart", "counted"),
    [
        ("trending", "watchers"),
        ("anticipated", "list_count"),
        ("watched", "watcher_count"),
        ("watched/weekly", "play_count"),
        ("played/monthly", "play_count"),
        ("collected/all", "collected_count"),
        ("favorited/weekly", "user_count"),
    ],
)
async def test_charts(client: Client, media: str, chart: str, counted: str) -> None:
    _, rows, headers = await client.get(f"/{media}/{chart}", limit="5")
    assert len(rows) == 5
    assert int(headers["X-Pagination-Item-Count"]) > 50
    assert all(row[counted] > 0 and row[media[:-1]]["ids"]["tmdb"] for row in rows)


async def test_charts_of_another_shape(sim: TraktSimulator, client: Client) -> None:
    sim.set_chart("shows", "popular", [CHERNOBYL])
    rows = await client.ok("/shows/popular")
    assert [row["title"] for row in rows] == ["Chernobyl"]
    rows = await client.ok("/movies/boxoffice")
    assert len(rows) == 10
    assert rows[0]["revenue"] > 0
    assert await client.status("/shows/boxoffice") == 404
    assert await client.status("/movies/watched/hourly") == 404
    assert await client.status("/movies/best") == 404
    with pytest.raises(ValueError, match="no chart"):
        sim.set_chart("shows", "boxoffice", [])


async def test_an_empty_answer_without_an_error(sim: TraktSimulator, client: Client) -> None:
    made = sim.add_list("viewer", "Evenings", [MATRIX])
    sim.read_empty_once(made)
    assert await client.ok(f"{EVENINGS}/items") == []
    assert len(await client.ok(f"{EVENINGS}/items")) == 1


async def test_entries_that_do_not_exist() -> None:
    for season, episode in ((9, None), (1, 8), (1, 0), (None, 1)):
        with pytest.raises(ValueError, match="season"):
            Entry(BREAKING_BAD, season=season, episode=episode)
    with pytest.raises(ValueError, match="no season 1"):
        Entry(MATRIX, season=1)


async def test_other_methods_and_paths(sim: TraktSimulator, client: Client) -> None:
    assert await client.status("/") == 404
    assert await client.status("/nothing") == 404
    async with (
        aiohttp.ClientSession(headers=client.headers) as session,
        session.post(f"{sim.api_url}/movies/trending", json={}) as response,
    ):
        assert (response.status, await response.text()) == (405, "")


async def test_faults_and_counts(sim: TraktSimulator, client: Client) -> None:
    sim.faults.add(Fault(Failure.STATUS, status=502, path="/movies/", times=1))
    assert await client.status("/movies/trending") == 502
    sim.faults.add(Fault(Failure.HTML, status=403, retry_after="300", times=1))
    status, body, headers = await client.get("/movies/trending")
    assert (status, body[:9], headers["Retry-After"]) == (403, "<!DOCTYPE", "300")
    sim.faults.add(Fault(Failure.TRUNCATE, times=1))
    with pytest.raises(json.JSONDecodeError):
        await client.get("/movies/trending")
    assert sim.counts.total() == 3
    assert [exchange.status for exchange in sim.exchanges] == [502, 403, 200]
