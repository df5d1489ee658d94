"""The simulated media server: who is let in, libraries, pages, filters, numberings."""

from collections.abc import AsyncIterator
from datetime import date
import time
from typing import Any

import aiohttp
import pytest

from simulators.faults import Failure, Fault
from simulators.plex import LOCAL, RELAY, REMOTE, Person, PlexSimulator
from simulators.titles import real_titles
from simulators.trakt import Clock

NOW = 1_790_000_000


class Client:
    """Asks the server, plex.tv and discover as one person, on one device."""

    def __init__(self, session: aiohttp.ClientSession, sim: PlexSimulator, person: Person) -> None:
        self._session = session
        self.sim = sim
        self.person = person
        self.token = sim.sign_in(person)
        self.headers: dict[str, str] = {
            "Accept": "application/json",
            "X-Plex-Client-Identifier": "this-device",
            "X-Plex-Product": "Media List Sync tests",
        }

    async def ask(
        self, method: str, address: str, token: str | None, **headers: str
    ) -> tuple[int, Any, Any]:
        own = {} if token is None else {"X-Plex-Token": token}
        async with self._session.request(
            method, address, headers={**self.headers, **own, **headers}
        ) as response:
            if response.content_type == "application/json":
                return response.status, await response.json(), response.headers
            return response.status, await response.text(), response.headers

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, Any]:
        address = self.sim.server.url + path
        return await self.ask(method, address, self.person.server_token, **headers)

    async def ok(self, path: str, **headers: str) -> dict[str, Any]:
        status, body, _ = await self.get(path, **headers)
        assert status == 200, body
        return dict(body["MediaContainer"])

    async def rows(self, path: str, **headers: str) -> list[dict[str, Any]]:
        return list((await self.ok(path, **headers)).get("Metadata", ()))

    async def status(self, path: str, method: str = "GET", **headers: str) -> int:
        return (await self.get(path, method, **headers))[0]

    async def account(self, method: str, path: str, **headers: str) -> tuple[int, Any]:
        return (await self.ask(method, self.sim.url + path, self.token, **headers))[:2]

    async def discover(self, method: str, path: str, **headers: str) -> tuple[int, Any]:
        return (await self.ask(method, self.sim.discover_url + path, self.token, **headers))[:2]


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[PlexSimulator]:
    async with PlexSimulator(clock=Clock(stands_at=NOW)) as simulator:
        yield simulator


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(sim: PlexSimulator, session: aiohttp.ClientSession) -> Client:
    return Client(session, sim, sim.owner)


def page(start: int, size: int) -> dict[str, str]:
    return {"X-Plex-Container-Start": str(start), "X-Plex-Container-Size": str(size)}


async def test_only_the_identity_is_told_without_a_token(
    sim: PlexSimulator, client: Client
) -> None:
    url = sim.server.url
    for token, status in ((None, 401), ("wrong", 401), (client.token, 200)):
        assert (await client.ask("GET", f"{url}/library/sections", token))[0] == status
    status, body, _ = await client.ask("GET", f"{url}/identity", None)
    assert status == 200
    assert body["MediaContainer"]["machineIdentifier"] == sim.state.machine
    status, body, _ = await client.ask("GET", f"{url}/library/sections", "wrong")
    assert "<h1>401 Unauthorized</h1>" in body


async def test_a_token_in_the_address_works_and_is_noticed(
    sim: PlexSimulator, client: Client
) -> None:
    await client.ok("/library/sections")
    assert sim.server.tokens_in_addresses == []
    address = f"{sim.server.url}/library/sections?X-Plex-Token={client.token}"
    assert (await client.ask("GET", address, None))[0] == 200
    assert sim.server.tokens_in_addresses == ["/library/sections"]


async def test_what_is_not_there(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    show = sim.server.add_show(anime, "Show", {1: 1})
    for path in (
        "/library/sections/9/all",
        "/library/sections/9",
        "/library/metadata/99",
        "/library/metadata/none",
        "/library/metadata/99/children",
        f"/library/metadata/{show.seasons[1].episodes[1].key}/children",
        "/nothing",
    ):
        assert await client.status(path) == 404, path
    assert await client.status("/library/sections", "POST") == 405


@pytest.mark.parametrize(
    "query",
    [
        "type=1",
        "type=9",
        "type=show",
        "colour=blue",
        "sort=colour",
        "sort=title:up",
        "titel=Show",
        "limit=many",
        "year=old",
        "year%3E%3E%3E=1",
        "unwatched%3E=1",
        "X-Plex-Container-Size=all",
    ],
)
async def test_queries_that_mean_nothing(sim: PlexSimulator, client: Client, query: str) -> None:
    sim.server.add_show(sim.server.add_library("Anime"), "Show", {1: 1})
    assert await client.status(f"/library/sections/1/all?{query}") == 400


async def test_libraries(sim: PlexSimulator, client: Client) -> None:
    sim.server.add_library("Anime")
    sim.server.add_library("Films", "movie")
    sim.server.add_library("Old", agent="com.plexapp.agents.hama")
    found = (await client.ok("/library/sections"))["Directory"]
    assert [(one["key"], one["type"], one["title"], one["agent"]) for one in found] == [
        ("1", "show", "Anime", "tv.plex.agents.series"),
        ("2", "movie", "Films", "tv.plex.agents.movie"),
        ("3", "show", "Old", "com.plexapp.agents.hama"),
    ]
    for path in ("/library/sections/", "/library/sections/all"):
        assert (await client.ok(path))["Directory"] == found


async def test_pages_by_header_and_by_query(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    sim.server.add_show(anime, "Show", {1: 25})
    whole = await client.ok("/library/sections/1/all?type=4")
    assert (whole["size"], "totalSize" in whole) == (25, False)
    status, body, headers = await client.get("/library/sections/1/all?type=4", **page(20, 10))
    assert status == 200
    assert headers["X-Plex-Container-Start"] == "20"
    assert headers["X-Plex-Container-Total-Size"] == "25"
    first = body["MediaContainer"]
    assert (first["size"], first["totalSize"], first["offset"]) == (5, 25, 20)
    query = "X-Plex-Container-Start=20&X-Plex-Container-Size=10"
    assert await client.ok(f"/library/sections/1/all?type=4&{query}") == first
    none = await client.ok("/library/sections/1/all?type=4", **page(0, 0))
    assert (none["size"], none["totalSize"], "Metadata" in none) == (0, 25, False)
    limited = await client.ok("/library/sections/1/all?type=4&limit=7", **page(0, 5))
    assert (limited["size"], limited["totalSize"]) == (5, 7)


async def test_a_server_may_give_smaller_pages_than_were_asked_for(
    sim: PlexSimulator, client: Client
) -> None:
    anime = sim.server.add_library("Anime")
    sim.server.add_show(anime, "Show", {1: 25})
    sim.server.browsing.largest_page = 10
    for headers in ({}, page(0, 1000)):
        found = await client.ok("/library/sections/1/all?type=4", **headers)
        assert (found["size"], found["totalSize"], found["offset"]) == (10, 25, 0)


async def test_shows_seasons_and_episodes_of_any_numbering(
    sim: PlexSimulator, client: Client
) -> None:
    anime = sim.server.add_library("Anime", ordering="tvdbAiring")
    show = sim.server.add_show(
        anime,
        "The Show",
        {0: [1, 4], 1: 2, 3: range(13, 16)},
        guids=["tvdb://1", "tmdb://2", "imdb://tt3"],
        aired={(0, 4): date(2016, 12, 24)},
    )
    shows = await client.rows("/library/sections/1/all?includeGuids=1")
    assert [one["id"] for one in shows[0]["Guid"]] == ["tvdb://1", "tmdb://2", "imdb://tt3"]
    assert (shows[0]["leafCount"], shows[0]["childCount"]) == (7, 3)
    assert (shows[0]["title"], shows[0]["titleSort"]) == ("The Show", "Show")
    seasons = await client.rows(f"/library/metadata/{show.key}/children")
    assert [(one["index"], one["title"]) for one in seasons] == [
        (0, "Specials"),
        (1, "Season 1"),
        (3, "Season 3"),
    ]
    episodes = await client.rows("/library/sections/1/all?type=4&includeGuids=1")
    assert [(one["parentIndex"], one["index"]) for one in episodes] == [
        *((0, 1), (0, 4)),
        *((1, 1), (1, 2)),
        *((3, 13), (3, 14), (3, 15)),
    ]
    assert {one["grandparentRatingKey"] for one in episodes} == {str(show.key)}
    assert episodes[1]["originallyAvailableAt"] == "2016-12-24"
    assert len({one["guid"] for one in episodes}) == 7
    # the ids of an episode are its own
    assert all({"id": "tvdb://1"} not in one["Guid"] for one in episodes)
    for path in ("allLeaves", "grandchildren"):
        leaves = await client.rows(f"/library/metadata/{show.key}/{path}")
        assert [one["ratingKey"] for one in leaves] == [one["ratingKey"] for one in episodes]
    season = await client.rows(f"/library/metadata/{seasons[2]['ratingKey']}/children")
    assert [one["index"] for one in season] == [13, 14, 15]


async def test_several_items_at_once(sim: PlexSimulator, client: Client) -> None:
    films = sim.server.add_library("Films", "movie")
    one, two = (sim.server.add_movie(films, name) for name in ("One", "Two"))
    rows = await client.rows(f"/library/metadata/{one.key},{two.key},99")
    assert [row["title"] for row in rows] == ["One", "Two"]
    assert rows[0]["librarySectionID"] == 1


async def test_ids_are_there_only_when_asked_for(sim: PlexSimulator, client: Client) -> None:
    films = sim.server.add_library("Films", "movie")
    film = sim.server.add_movie(films, "Film", guids=["tmdb://1"])
    assert "Guid" not in (await client.rows("/library/sections/1/all"))[0]
    assert "Guid" in (await client.rows("/library/sections/1/all?includeGuids=1"))[0]
    assert "Guid" in (await client.rows(f"/library/metadata/{film.key}"))[0]


@pytest.mark.parametrize(
    ("guid", "season", "episode"),
    [
        (
            "com.plexapp.agents.thetvdb://268592?lang=en",
            "com.plexapp.agents.thetvdb://268592/1?lang=en",
            "com.plexapp.agents.thetvdb://268592/1/2?lang=en",
        ),
        (
            "com.plexapp.agents.hama://anidb-69?lang=en",
            "com.plexapp.agents.hama://anidb-69/1?lang=en",
            "com.plexapp.agents.hama://anidb-69/1/2?lang=en",
        ),
        (
            "com.plexapp.agents.hama://tvdb4-81797",
            "com.plexapp.agents.hama://tvdb4-81797/1",
            "com.plexapp.agents.hama://tvdb4-81797/1/2",
        ),
        (
            "me.sachaw.agents.anilist://21",
            "me.sachaw.agents.anilist://21/1",
            "me.sachaw.agents.anilist://21/1/2",
        ),
    ],
)
async def test_legacy_agents(
    sim: PlexSimulator, client: Client, guid: str, season: str, episode: str
) -> None:
    old = sim.server.add_library("Old", agent=guid.partition("://")[0])
    show = sim.server.add_show(old, "Show", {1: 2}, guid=guid)
    row = (await client.rows("/library/sections/1/all?includeGuids=1"))[0]
    assert (row["guid"], "Guid" in row) == (guid, False)
    last = (await client.rows("/library/sections/1/all?type=4&includeGuids=1"))[-1]
    assert (last["guid"], last["parentGuid"], last["grandparentGuid"]) == (episode, season, guid)
    assert "Guid" not in last
    settings = (await client.ok("/library/sections/1/prefs"))["Setting"]
    assert "showOrdering" not in {one["id"] for one in settings}
    assert "showOrdering" not in (await client.rows(f"/library/metadata/{show.key}"))[0]


def test_a_legacy_title_has_no_other_name(sim: PlexSimulator) -> None:
    old = sim.server.add_library("Old", agent="com.plexapp.agents.hama")
    with pytest.raises(ValueError, match="needs a guid"):
        sim.server.add_show(old, "Show", {1: 1})
    with pytest.raises(ValueError, match="no further ids"):
        sim.server.add_show(old, "Show", {1: 1}, guid="x://1", guids=["tvdb://1"])


async def test_settings_of_a_library_are_the_owners(
    sim: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    """Who else uses it sees its shows, and what those say themselves."""
    anime = sim.server.add_library("Anime", ordering="aired")
    sim.server.add_show(anime, "A", {1: 1}, ordering="tmdbAiring")
    for restricted in (False, True):
        guest = Client(session, sim, sim.add_user("Guest", restricted=restricted))
        assert await guest.status("/library/sections/1/prefs") == 403
        (row,) = await guest.rows("/library/sections/1/all")
        assert row["showOrdering"] == "tmdbAiring"


async def test_orderings_of_the_library_and_of_a_show(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime", ordering="tvdbAiring")
    sim.server.add_show(anime, "A", {1: 1})
    own = sim.server.add_show(anime, "B", {1: 1}, ordering="tmdbAiring")
    settings = (await client.ok("/library/sections/1/prefs"))["Setting"]
    ordering = next(one for one in settings if one["id"] == "showOrdering")
    assert ordering["value"] == "tvdbAiring"
    assert "tmdbAiring:" in ordering["enumValues"]
    rows = await client.rows("/library/sections/1/all")
    assert [row.get("showOrdering") for row in rows] == [None, "tmdbAiring"]
    row = (await client.rows(f"/library/metadata/{own.key}?includePreferences=1"))[0]
    settings = row["Preferences"]["Setting"]
    assert {one["id"]: one["value"] for one in settings}["showOrdering"] == "tmdbAiring"


async def test_what_is_not_wanted_is_left_out(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    sim.server.add_show(anime, "Show", {1: 1})
    base = "/library/sections/1/all?type=4"
    query = f"{base}&excludeFields=summary,thumb&excludeElements=Media,Writer"
    whole, less = (await client.rows(base))[0], (await client.rows(query))[0]
    assert whole.keys() - less.keys() == {"summary", "thumb", "Media", "Writer"}
    assert less.items() <= whole.items()
    # Before version 1 of the API, includeFields asked for more.
    only = f"{base}&includeFields=ratingKey,index&includeElements=Media"
    assert "title" in (await client.rows(only))[0]
    new = (await client.rows(only, **{"X-Plex-Pms-Api-Version": "1.2.0"}))[0]
    assert new.keys() == {"ratingKey", "index", "Media"}
    # A wish, not a guarantee.
    sim.server.browsing.trims = False
    assert (await client.rows(query))[0] == whole


async def test_filters(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    one = sim.server.add_show(anime, "One Piece", {1: 3}, year=1999, guids=["tvdb://81797"])
    sim.server.add_show(anime, "Re:Zero", {1: 2, 2: 2}, year=2016)
    first, second, third = one.leaves()
    sim.server.watch(sim.owner, first, NOW - 3 * 86_400)
    sim.server.watch(sim.owner, second, NOW - 3600)
    sim.server.watch(sim.owner, second, NOW - 60)

    async def found(query: str) -> list[str]:
        return [row["ratingKey"] for row in await client.rows(f"/library/sections/1/all?{query}")]

    keys = [str(leaf.key) for leaf in (first, second, third)]
    viewed = "type=4&lastViewedAt"
    assert await found(f"{viewed}%3E={NOW - 60}") == keys[1:2]
    assert await found(f"{viewed}%3E%3E={NOW - 60}") == []
    assert await found(f"{viewed}%3E%3E=-1d") == keys[1:2]
    assert await found(f"{viewed}%3C%3C=-1d") == keys[:1]
    assert await found(f"{viewed}%3E={NOW - 10 * 86_400}") == keys[:2]
    assert await found("type=4&viewCount=2") == keys[1:2]
    assert await found("type=4&viewCount%3E=1") == keys[:2]
    assert await found("type=4&viewCount=1,2&index=1") == keys[:1]
    assert await found("type=4&unwatched=1&show.title=piece") == keys[2:]
    assert await found("type=4&season.index=2&index!=1") == [str(sim.state.last_key)]
    assert await found("title==re:zero") == await found("title=zero") == await found("year=2016")
    assert await found(f"episode.lastViewedAt%3E={NOW - 3600}") == [str(one.key)]
    for guid in (one.guid, "tvdb://81797"):
        assert await found(f"guid={guid}") == [str(one.key)]
    everywhere = await client.rows(f"/library/all?type=2&guid={one.guid}")
    assert [row["ratingKey"] for row in everywhere] == [str(one.key)]


async def test_what_changed_is_found_by_its_date(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    sim.server.add_show(anime, "A", {1: 1})
    other = sim.server.add_show(anime, "B", {1: 1})
    sim.clock.advance(100)
    sim.server.refresh(other)
    rows = await client.rows(f"/library/sections/1/all?updatedAt%3E={NOW + 1}")
    assert [row["title"] for row in rows] == ["B"]


async def test_sorting(sim: PlexSimulator, client: Client) -> None:
    films = sim.server.add_library("Films", "movie")
    made = {
        name: sim.server.add_movie(films, name, year=year)
        for name, year in (("The C", 2001), ("A", 2002), ("B", 2001))
    }
    sim.server.watch(sim.owner, made["A"], 5)
    sim.server.watch(sim.owner, made["The C"], 9)

    async def titles(sort: str) -> list[str]:
        query = f"?sort={sort}" if sort else ""
        return [row["title"] for row in await client.rows(f"/library/sections/1/all{query}")]

    assert await titles("") == ["A", "B", "The C"]
    assert await titles("titleSort:desc") == ["The C", "B", "A"]
    assert await titles("year,titleSort:desc") == ["The C", "B", "A"]
    assert await titles("lastViewedAt") == ["B", "A", "The C"]
    assert await titles("lastViewedAt:desc") == ["The C", "A", "B"]
    assert await titles("movie.lastViewedAt:nullsLast") == ["A", "The C", "B"]


async def test_two_copies_have_one_guid_and_two_keys(sim: PlexSimulator, client: Client) -> None:
    for name in ("Anime", "Anime 4K"):
        library = sim.server.add_library(name)
        sim.server.add_show(library, "Show", {1: 2}, guids=["tvdb://1"])
    rows = await client.rows("/library/all?type=2")
    assert len({row["guid"] for row in rows}) == 1
    assert len({row["ratingKey"] for row in rows}) == 2


async def test_what_is_removed_is_gone(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    show = sim.server.add_show(anime, "Show", {1: 3, 2: 2})
    first = show.seasons[1].episodes[1]
    sim.server.remove(first)
    assert await client.status(f"/library/metadata/{first.key}") == 404
    sim.server.remove(show.seasons[2])
    rows = await client.rows("/library/sections/1/all?type=4")
    assert [(row["parentIndex"], row["index"]) for row in rows] == [(1, 2), (1, 3)]
    sim.server.remove(show)
    assert (await client.ok("/library/sections/1/all"))["size"] == 0
    assert sim.state.items == {}
    # its number is not given again
    assert sim.server.add_show(anime, "Show", {1: 1}).key > show.key


async def test_a_catalogue_fills_libraries(sim: PlexSimulator, client: Client) -> None:
    titles = real_titles()
    shows, films = sim.server.add_library("Shows"), sim.server.add_library("Films", "movie")
    for library in (shows, films):
        sim.server.add_titles(library, titles)
    for library, kind in ((shows, True), (films, False)):
        found = await client.ok(f"/library/sections/{library.number}/all")
        assert found["size"] == sum(1 for title in titles if title.is_show == kind)


async def test_xml_is_what_nobody_has_to_ask_for(sim: PlexSimulator, client: Client) -> None:
    films = sim.server.add_library("Films", "movie")
    sim.server.add_movie(films, 'A "Film" & <more>')
    status, body, headers = await client.get("/library/sections/1/all", Accept="*/*")
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, "application/xml")
    assert "title='A \"Film\" &amp; &lt;more&gt;'" in body
    assert '<Video ratingKey="1"' in body


async def test_moving_keeps_the_server(sim: PlexSimulator, client: Client) -> None:
    sim.server.add_library("Anime")
    before = sim.server.url
    await sim.server.move()
    assert sim.server.url != before
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.ask("GET", f"{before}/identity", None)
    assert (await client.ok("/identity"))["machineIdentifier"] == sim.state.machine
    assert (await client.ok("/library/sections"))["size"] == 1


async def test_three_ways_lead_to_it(sim: PlexSimulator, client: Client) -> None:
    assert list(sim.server.ways) == [LOCAL, REMOTE, RELAY]
    assert len(set(sim.server.ways.values())) == 3
    await sim.server.close_way(LOCAL)
    for way, url in sim.server.ways.items():
        if way == LOCAL:
            with pytest.raises(aiohttp.ClientConnectorError):
                await client.ask("GET", f"{url}/identity", None)
        else:
            assert (await client.ask("GET", f"{url}/identity", None))[0] == 200


async def test_counts_and_faults(sim: PlexSimulator, client: Client) -> None:
    sim.server.add_library("Anime")
    await client.ok("/library/sections/1/all")
    await client.ok("/library/sections/1/all?type=4")
    assert sum(sim.server.counts.values()) == 2
    assert len(sim.server.exchanges) == 2
    assert sim.counts == {}
    sim.server.faults.add(Fault(Failure.STATUS, path="/library", status=503, times=1))
    assert await client.status("/library/sections") == 503
    assert await client.status("/library/sections") == 200


async def test_a_large_library_is_read_fast(sim: PlexSimulator, client: Client) -> None:
    anime = sim.server.add_library("Anime")
    for number in range(300):
        sim.server.add_show(anime, f"Show {number}", {1: 24}, guids=[f"tvdb://{number}"])
    path = "/library/sections/1/all?type=4&includeGuids=1&excludeElements=Media"
    await client.ok(path, **page(0, 1))  # the first reading sorts
    taken = []
    for start in range(0, 7000, 1000):
        begin = time.process_time()
        assert (await client.ok(path, **page(start, 1000)))["size"] == 1000
        taken.append(time.process_time() - begin)
    # Both sides of it in this one process; seconds of CPU.
    assert min(taken) < 0.1
