"""IMDb: what it answers, and what it refuses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
import time
from typing import Any

import aiohttp
import pytest

from simulators.catalog import generated
from simulators.faults import Failure, Fault
from simulators.imdb import ImdbSimulator, ImdbTitle
from simulators.titles import real_titles

HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "x-imdb-client-name": "imdb-web-next",
    "Origin": "https://www.imdb.com",
    "Referer": "https://www.imdb.com/",
}
BODY = """
  id name { originalText } lastModifiedDate visibility { id }
  author { userId username { text } }
  titleListItemSearch(first: $first, after: $after, sort: {by: LIST_ORDER, order: ASC}) {
    total
    pageInfo { hasNextPage endCursor }
    edges {
      node { absolutePosition createdDate }
      title {
        id titleText { text } originalTitleText { text } releaseYear { year }
        titleType { id isSeries isEpisode }
      }
    }
  }
"""
LIST = f"query ($id: ID!, $first: Int!, $after: String) {{ list(id: $id) {{ {BODY} }} }}"
WATCHLIST = f"""query ($u: ID!, $first: Int!, $after: String) {{
  predefinedList(classType: WATCH_LIST, userId: $u) {{ {BODY} }}
}}"""
PROFILE = "query ($p: ID!) { userProfile(input: {profileId: $p}) { userId } }"
CHART = """query ($chart: TitleChartType!) {
  chartTitles(first: 250, chart: {chartType: $chart}) {
    total
    edges { currentRank node { id titleText { text } releaseYear { year } titleType { id } } }
  }
}"""
BOX_OFFICE = "{ boxOfficeWeekendChart(limit: 10) { entries { title { id titleText { text } } } } }"

MATRIX, AMELIE, BLADE, CHIHIRO = "tt0133093", "tt0211915", "tt10671440", "tt0245429"
BREAKING_BAD, CHERNOBYL = "tt0903747", "tt7366338"


class Client:
    """Asks the simulator."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def post(self, body: object, **headers: str) -> tuple[int, Any]:
        sent = {**HEADERS, **headers}
        async with self._session.post(
            f"{self._url}/",
            json=body,
            headers={name: value for name, value in sent.items() if value},
        ) as response:
            if response.content_type != "application/json":
                return response.status, await response.text()
            return response.status, await response.json()

    async def ask(self, query: str, **variables: object) -> Any:
        status, body = await self.post({"query": query, "variables": variables})
        assert status == 200
        return body

    async def titles(self, list_id: str, first: int = 250) -> list[str]:
        out: list[str] = []
        after = None
        while True:
            body = await self.ask(LIST, id=list_id, first=first, after=after)
            page = body["data"]["list"]["titleListItemSearch"]
            out += [edge["title"]["id"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                assert page["total"] == len(out)
                return out
            after = page["pageInfo"]["endCursor"]


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[ImdbSimulator]:
    async with ImdbSimulator(real_titles()) as simulator:
        simulator.add_list("ls006123300", "Evenings", [MATRIX, BREAKING_BAD, AMELIE])
        yield simulator


@pytest.fixture
async def client(sim: ImdbSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sim.url)


def code(body: Any) -> str:
    return str(body["errors"][0]["extensions"]["code"])


async def test_a_list(client: Client) -> None:
    body = await client.ask(LIST, id="ls006123300", first=250)
    found = body["data"]["list"]
    assert found["name"] == {"originalText": "Evenings"}
    assert found["visibility"] == {"id": "PUBLIC"}
    assert found["titleListItemSearch"]["total"] == 3
    assert found["titleListItemSearch"]["pageInfo"] == {"hasNextPage": False, "endCursor": None}
    series = found["titleListItemSearch"]["edges"][1]
    assert series["node"]["absolutePosition"] == 2
    assert series["title"] == {
        "id": BREAKING_BAD,
        "titleText": {"text": "Breaking Bad"},
        "originalTitleText": {"text": "Breaking Bad"},
        "releaseYear": {"year": 2008},
        "titleType": {"id": "tvSeries", "isSeries": True, "isEpisode": False},
    }


async def test_names_in_other_scripts_and_no_year(sim: ImdbSimulator, client: Client) -> None:
    sim.add_list("ls000000001", "Hard", [CHIHIRO, BLADE])
    body = await client.ask(LIST, id="ls000000001", first=250)
    chihiro, blade = (
        edge["title"] for edge in body["data"]["list"]["titleListItemSearch"]["edges"]
    )
    assert chihiro["originalTitleText"] == {"text": "千と千尋の神隠し"}
    assert blade["releaseYear"] is None


async def test_kinds_that_nobody_can_request(sim: ImdbSimulator, client: Client) -> None:
    sim.add_title(ImdbTitle("tt9900003", "A Special", "A Special", 2021, "tvSpecial"))
    ids = ["tt0959621", "tt2140553", "tt0088263", "tt9900001", "tt9900003", MATRIX, MATRIX]
    sim.add_list("ls000000002", "Odd", ids)
    body = await client.ask(LIST, id="ls000000002", first=250)
    edges = body["data"]["list"]["titleListItemSearch"]["edges"]
    assert [edge["title"]["titleType"]["id"] for edge in edges] == [
        "tvEpisode",
        "videoGame",
        "musicVideo",
        "podcastSeries",
        "tvSpecial",
        "movie",
        "movie",
    ]
    assert edges[0]["title"]["titleType"]["isEpisode"]
    assert [edge["node"]["absolutePosition"] for edge in edges] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_list_of_people(sim: ImdbSimulator, client: Client) -> None:
    sim.add_people_list("ls000000003", "People")
    query = """query ($id: ID!) { list(id: $id) {
      listType { id } titleListItemSearch(first: 250) { total edges { title { id } } }
    } }"""
    body = await client.ask(query, id="ls000000003")
    assert body["data"]["list"] == {
        "listType": {"id": "PEOPLE"},
        "titleListItemSearch": {"total": 0, "edges": []},
    }


async def test_pages(sim: ImdbSimulator, client: Client) -> None:
    ids = [str(title.imdb) for title in real_titles()]
    sim.add_list("ls000000004", "All", ids)
    assert await client.titles("ls000000004", first=50) == ids
    sim.forget_requests()
    assert await client.titles("ls000000004") == ids
    assert sim.counts == {"POST /": 1}


@pytest.mark.parametrize("first", [0, -1, 251, 10_000])
async def test_a_page_has_a_limit(client: Client, first: int) -> None:
    body = await client.ask(LIST, id="ls006123300", first=first)
    assert code(body) == "BAD_USER_INPUT"
    assert body["data"]["list"]["titleListItemSearch"] is None
    assert body["errors"][0]["path"] == ["list", "titleListItemSearch"]


async def test_a_cursor_is_opaque(sim: ImdbSimulator, client: Client) -> None:
    sim.add_list("ls000000005", "Other", [MATRIX, AMELIE])
    body = await client.ask(LIST, id="ls000000005", first=1)
    cursor = body["data"]["list"]["titleListItemSearch"]["pageInfo"]["endCursor"]
    for given in ("1", "", "Zm9v", cursor):
        # Nor does the cursor of one list lead anywhere in another.
        body = await client.ask(LIST, id="ls006123300", first=1, after=given)
        assert code(body) == "BAD_USER_INPUT"
    body = await client.ask(LIST, id="ls000000005", first=1, after=cursor)
    assert "errors" not in body


async def test_a_list_that_is_not_there(sim: ImdbSimulator, client: Client) -> None:
    body = await client.ask(LIST, id="ls999999999", first=250)
    assert (code(body), body["data"]) == ("RESOURCE_NOT_FOUND", {"list": None})
    sim.delete_list("ls006123300")
    body = await client.ask(LIST, id="ls006123300", first=250)
    assert (code(body), body["data"]) == ("RESOURCE_NOT_FOUND", {"list": None})
    body = await client.ask(LIST, id="ur15738437", first=250)
    assert (code(body), body["data"]) == ("BAD_USER_INPUT", {"list": None})


async def test_a_private_list(sim: ImdbSimulator, client: Client) -> None:
    sim.make_private("ls006123300")
    body = await client.ask(LIST, id="ls006123300", first=250)
    assert (code(body), body["data"]) == ("FORBIDDEN", {"list": None})
    sim.make_public("ls006123300")
    assert "errors" not in await client.ask(LIST, id="ls006123300", first=250)


async def test_a_watchlist(sim: ImdbSimulator, client: Client) -> None:
    made = sim.add_watchlist("ur15738437", [MATRIX], profile="p.abcdef123")
    body = await client.ask(PROFILE, p="p.abcdef123")
    assert body == {"data": {"userProfile": {"userId": "ur15738437"}}}
    body = await client.ask(WATCHLIST, u="ur15738437", first=250)
    found = body["data"]["predefinedList"]
    assert found["name"] == {"originalText": "WATCHLIST"}
    assert found["author"]["userId"] == "ur15738437"
    assert sim.watchlist_of("ur15738437") is made
    assert await client.titles(made.list_id) == [MATRIX]


async def test_no_watchlist_and_no_profile(client: Client) -> None:
    body = await client.ask(WATCHLIST, u="ur00000404", first=250)
    assert body == {"data": {"predefinedList": None}}
    body = await client.ask(WATCHLIST, u="p.abcdef123", first=250)
    assert code(body) == "BAD_USER_INPUT"
    body = await client.ask(PROFILE, p="p.unknown")
    assert (code(body), body["data"]) == ("RESOURCE_NOT_FOUND", {"userProfile": None})
    body = await client.ask(PROFILE, p="ur15738437")
    assert code(body) == "BAD_USER_INPUT"


async def test_an_edit_moves_the_date(sim: ImdbSimulator, client: Client) -> None:
    modified = datetime(2026, 7, 31, 8, 26, 46, tzinfo=UTC)
    sim.add_list("ls000000006", "Dated", [MATRIX], modified=modified)
    query = "query ($id: ID!) { list(id: $id) { lastModifiedDate } }"

    async def date() -> str:
        body = await client.ask(query, id="ls000000006")
        return str(body["data"]["list"]["lastModifiedDate"])

    dates = [await date()]
    assert dates == ["2026-07-31T08:26:46Z"]
    sim.add_titles("ls000000006", [AMELIE])
    dates.append(await date())
    sim.remove_title("ls000000006", MATRIX)
    dates.append(await date())
    assert dates == sorted(set(dates))
    assert await client.titles("ls000000006") == [AMELIE]
    with pytest.raises(ValueError, match="not on"):
        sim.remove_title("ls000000006", MATRIX)
    with pytest.raises(KeyError):
        sim.add_titles("ls000000006", ["tt0000000"])


async def test_an_empty_answer_without_an_error(sim: ImdbSimulator, client: Client) -> None:
    sim.read_empty_once("ls006123300")
    assert await client.titles("ls006123300") == []
    assert len(await client.titles("ls006123300")) == 3


@pytest.mark.parametrize(
    ("chart", "length"),
    [
        ("TOP_RATED_MOVIES", 250),
        ("TOP_RATED_TV_SHOWS", 250),
        ("MOST_POPULAR_MOVIES", 100),
        ("MOST_POPULAR_TV_SHOWS", 100),
    ],
)
async def test_charts(socket_enabled: None, chart: str, length: int) -> None:
    async with (
        ImdbSimulator(generated(2000, shows=0.5)) as sim,
        aiohttp.ClientSession() as session,
    ):
        body = await Client(session, sim.url).ask(CHART, chart=chart)
    found = body["data"]["chartTitles"]
    assert found["total"] == len(found["edges"]) == length
    assert [edge["currentRank"] for edge in found["edges"]] == list(range(1, length + 1))
    series = {"tvSeries"} if "TV" in chart else {"movie"}
    assert {edge["node"]["titleType"]["id"] for edge in found["edges"]} == series


async def test_charts_that_are_set(sim: ImdbSimulator, client: Client) -> None:
    sim.set_chart("MOST_POPULAR_TV_SHOWS", [CHERNOBYL])
    sim.set_chart("BOX_OFFICE", [AMELIE, MATRIX])
    body = await client.ask(CHART, chart="MOST_POPULAR_TV_SHOWS")
    assert [edge["node"]["id"] for edge in body["data"]["chartTitles"]["edges"]] == [CHERNOBYL]
    body = await client.ask(BOX_OFFICE)
    entries = body["data"]["boxOfficeWeekendChart"]["entries"]
    assert [entry["title"]["id"] for entry in entries] == [AMELIE, MATRIX]
    with pytest.raises(ValueError, match="WORST"):
        sim.set_chart("WORST", [])
    body = await client.ask(CHART, chart="WORST")
    assert code(body) == "BAD_USER_INPUT"
    assert "data" not in body


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Accept": ""},
        {"Accept": "text/html"},
        {"User-Agent": "HomeAssistant/2026.11.0 aiohttp/3.14.5 Python/3.14"},
        {"x-imdb-client-name": ""},
        {"Origin": ""},
        {"Origin": "https://example.org"},
        {"Referer": ""},
        {"Referer": "https://example.org/"},
    ],
)
async def test_what_is_no_browser_is_turned_away(client: Client, headers: dict[str, str]) -> None:
    status, body = await client.post({"query": BOX_OFFICE}, **headers)
    assert status == 403
    assert body.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ list(id: 1) { nonsense } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ list { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($id: Int!) { list(id: $id) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ('mutation { deleteList(id: "ls1") }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ __schema { types { name } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ list(", "GRAPHQL_PARSE_FAILED"),
        ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
        ("", "BAD_REQUEST"),
    ],
)
async def test_queries_that_do_not_fit(client: Client, query: str, expected: str) -> None:
    status, body = await client.post({"query": query, "variables": {"id": "ls006123300"}})
    assert (status, code(body)) == (400, expected)
    assert "data" not in body


async def test_bodies_that_do_not_fit(client: Client) -> None:
    bad: list[object] = [[], None, {"query": 1}, [{"query": BOX_OFFICE}]]
    for sent in [*bad, {"query": BOX_OFFICE, "variables": [1]}]:
        status, body = await client.post(sent)
        assert (status, code(body)) == (400, "BAD_REQUEST")
    persisted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    status, body = await client.post(persisted)
    assert (status, code(body)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    body = await client.ask(LIST, first=250)  # a variable is missing
    assert code(body) == "BAD_USER_INPUT"


async def test_aliases_fragments_and_directives(client: Client) -> None:
    query = """
      query Q($id: ID!, $no: Boolean = false) {
        kind: __typename
        one: list(id: $id) { ...bare key: id @skip(if: $no) id @include(if: $no) }
        two: list(id: "ls999999999") { id }
      }
      fragment bare on List { name { originalText } ... on List { name { __typename } } }
    """
    status, body = await client.post(
        {"query": query, "variables": {"id": "ls006123300"}, "operationName": "Q"}
    )
    assert status == 200
    assert body["data"] == {
        "kind": "Query",
        "one": {
            "name": {"originalText": "Evenings", "__typename": "ListName"},
            "key": "ls006123300",
        },
        "two": None,
    }
    assert [error["path"] for error in body["errors"]] == [["two"]]


async def test_orders(sim: ImdbSimulator, client: Client) -> None:
    query = """query ($by: TitleListSearchSortBy!, $order: SortOrder!) {
      list(id: "ls006123300") {
        titleListItemSearch(first: 9, sort: {by: $by, order: $order}) { edges { title { id } } }
      }
    }"""

    async def ids(by: str, order: str) -> list[str]:
        body = await client.ask(query, by=by, order=order)
        edges = body["data"]["list"]["titleListItemSearch"]["edges"]
        return [edge["title"]["id"] for edge in edges]

    assert await ids("LIST_ORDER", "ASC") == [MATRIX, BREAKING_BAD, AMELIE]
    assert await ids("LIST_ORDER", "DESC") == [AMELIE, BREAKING_BAD, MATRIX]
    assert await ids("DATE_ADDED", "ASC") == [MATRIX, BREAKING_BAD, AMELIE]
    assert await ids("RELEASE_DATE", "ASC") == [MATRIX, AMELIE, BREAKING_BAD]


async def test_faults(sim: ImdbSimulator, client: Client) -> None:
    sim.faults.add(Fault(Failure.HTML, status=403, times=1))
    status, body = await client.post({"query": BOX_OFFICE})
    assert (status, body[:9]) == (403, "<!DOCTYPE")
    sim.faults.add(Fault(Failure.CUT, times=1))
    with pytest.raises(aiohttp.ClientError):
        await client.post({"query": BOX_OFFICE})
    assert (await client.post({"query": BOX_OFFICE}))[0] == 200


async def test_lists_of_the_constructor(socket_enabled: None) -> None:
    simulator = ImdbSimulator(
        real_titles(),
        lists={"ls123456": [MATRIX]},
        watchlists={"ur1": [AMELIE]},
        charts={"TOP_RATED_MOVIES": [BLADE]},
    )
    async with simulator as sim, aiohttp.ClientSession() as session:
        client = Client(session, sim.url)
        assert await client.titles("ls123456") == [MATRIX]
        assert await client.titles(sim.watchlist_of("ur1").list_id) == [AMELIE]
    with pytest.raises(ValueError, match="not the id"):
        sim.add_list("list", "Not an id")


async def test_a_list_of_ten_thousand_is_quick(socket_enabled: None) -> None:
    catalog = generated(10_000)
    ids = [str(title.imdb) for title in catalog]
    async with (
        ImdbSimulator(catalog, lists={"ls123456": ids}) as sim,
        aiohttp.ClientSession() as session,
    ):
        began = time.perf_counter()
        assert await Client(session, sim.url).titles("ls123456") == ids
    assert sim.counts == {"POST /": 40}
    # Some 0.3 s. graphql-core's own execution would take several.
    assert time.perf_counter() - began < 5
