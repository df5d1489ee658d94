"""AniList: what it answers, and what it refuses."""

from collections.abc import AsyncIterator
import json
from typing import Any

import aiohttp
from graphql import GraphQLEnumType, build_schema, execute_sync, parse, validate
import pytest

from simulators.anilist import AniListMedia, AniListSimulator, Clock, RateLimit, generated
from simulators.anilist.schema import SCHEMA, SDL
from simulators.faults import Failure, Fault

HEADERS = {"Referer": "https://example.org/", "User-Agent": "A test/1"}
ENTRY = """id mediaId status score progress repeat private hiddenFromStatusLists customLists
  startedAt { year month day } completedAt { year month day } updatedAt createdAt notes"""
COLLECTION = f"""query ($name: String, $id: Int, $chunk: Int, $per: Int, $in: [MediaListStatus],
    $single: Boolean) {{
  MediaListCollection(userName: $name, userId: $id, type: ANIME, chunk: $chunk, perChunk: $per,
      status_in: $in, forceSingleCompletedList: $single) {{
    hasNextChunk user {{ name }}
    lists {{ name status isCustomList isSplitCompletedList entries {{ {ENTRY} }} }}
  }}
}}"""
SAVE = f"""mutation ($id: Int, $media: Int, $status: MediaListStatus, $score: Float, $raw: Int,
    $progress: Int, $start: FuzzyDateInput, $lists: [String]) {{
  SaveMediaListEntry(id: $id, mediaId: $media, status: $status, score: $score, scoreRaw: $raw,
      progress: $progress, startedAt: $start, customLists: $lists) {{ {ENTRY} }}
}}"""


class Client:
    """Asks the simulator."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str | None = None) -> None:
        self._session = session
        self._url = url
        self.token = token

    async def post(self, body: object, **headers: str) -> tuple[int, Any, Any]:
        sent = {**HEADERS, **headers}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        sent = {name: value for name, value in sent.items() if value}
        async with self._session.post(f"{self._url}/", json=body, headers=sent) as response:
            return response.status, await response.json(), response.headers

    async def ask(self, query: str, **variables: object) -> Any:
        status, body, _ = await self.post({"query": query, "variables": variables})
        assert status == 200, body
        return body["data"]

    async def refused(self, query: str, **variables: object) -> tuple[int, Any, Any]:
        """Return status, data and the first error of a refusal."""
        status, body, _ = await self.post({"query": query, "variables": variables})
        return status, body["data"], body["errors"][0]


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[AniListSimulator]:
    clock = Clock(1_700_000_000)
    async with AniListSimulator(generated(8), limit=RateLimit(1000), clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def client(sim: AniListSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sim.url, sim.sign_in())


@pytest.fixture
async def stranger(sim: AniListSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sim.url)


def test_the_schema_is_a_part_of_the_real_one(contracts_dir) -> None:
    """Every field and argument of ours is there, of the same type, and nothing needs more."""
    text = (contracts_dir / "contracts" / "anilist.graphql").read_text("utf-8")
    real = build_schema(text, assume_valid=True)
    ours = build_schema(SDL)
    compared = 0
    kind: Any
    for name, kind in ours.type_map.items():
        if name.startswith("__"):
            continue
        theirs: Any = real.type_map[name]
        assert type(theirs) is type(kind), name
        if isinstance(kind, GraphQLEnumType):
            assert set(kind.values) <= set(theirs.values), name
        for field_name, field in getattr(kind, "fields", {}).items():
            real_field = theirs.fields[field_name]
            assert str(field.type) == str(real_field.type), f"{name}.{field_name}"
            compared += 1
            for arg_name, arg in getattr(field, "args", {}).items():
                where = f"{name}.{field_name}({arg_name})"
                assert str(arg.type) == str(real_field.args[arg_name].type), where
                assert arg.default_value == real_field.args[arg_name].default_value, where
                compared += 1
    assert compared > 150


EVERYTHING = f"""query ($no: Boolean = false) {{
  me: Viewer {{ ...who statistics {{ anime {{ count statuses {{ count status }} }} }} }}
  User(name: "VIEWER") {{ ...who }}
  Media(id: 200003) {{ ...what mediaListEntry {{ id }} title {{ romaji @skip(if: $no) }} }}
  MediaListCollection(userName: "viewer", type: ANIME) {{
    hasNextChunk
    lists {{ name status isCustomList entries {{ {ENTRY} stars: score(format: POINT_5)
      media {{ ...what }} }} }}
  }}
  Page(page: 1, perPage: 3) {{
    media(search: "generated anime") {{ ...what __typename }}
    pageInfo {{ total perPage currentPage lastPage hasNextPage }}
  }}
}}
fragment who on User {{ id name mediaListOptions {{ scoreFormat animeList {{ customLists }} }} }}
fragment what on Media {{
  id idMal title {{ romaji english native userPreferred }} synonyms format status(version: 2)
  season seasonYear episodes isAdult startDate {{ year month day }}
  nextAiringEpisode {{ episode airingAt timeUntilAiring media {{ id }} }}
}}"""


async def test_answers_as_graphql_core_would(sim: AniListSimulator, client: Client) -> None:
    sim.user().custom_lists = ["Best"]
    sim.add_media(AniListMedia(200_009, "Airs", next_airing=(3, 1_700_000_100)))
    for number in range(1, 10):
        sim.add_entry("viewer", 200_000 + number, score=number * 10, custom_lists=("Best",))

    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        found = source[info.field_name]
        return found(arguments) if callable(found) else found

    document = parse(EVERYTHING)
    assert validate(SCHEMA, document) == []
    roots = sim._queries(sim.user())
    expected = execute_sync(SCHEMA, document, roots, field_resolver=resolve)
    assert expected.errors is None
    assert await client.ask(EVERYTHING) == expected.data


async def test_a_list_in_groups_and_chunks(sim: AniListSimulator, client: Client) -> None:
    for number, status in enumerate(("CURRENT", "COMPLETED", "COMPLETED", "DROPPED"), 200_001):
        sim.add_entry("viewer", number, status)
    sim.user().custom_lists = ["Best", "Empty"]
    sim.change_entry("viewer", 200_002, custom_lists=("Best",))
    sim.change_entry("viewer", 200_004, custom_lists=("Best",), hidden=True)

    def shown(data: Any) -> dict[str, list[int]]:
        lists = data["MediaListCollection"]["lists"]
        return {one["name"]: [entry["mediaId"] for entry in one["entries"]] for one in lists}

    whole = await client.ask(COLLECTION, name="viewer")
    assert shown(whole) == {
        "Watching": [200_001],
        "Completed": [200_002, 200_003],
        "Best": [200_002, 200_004],
    }
    assert [one["isCustomList"] for one in whole["MediaListCollection"]["lists"]] == [
        False,
        False,
        True,
    ]
    assert not whole["MediaListCollection"]["hasNextChunk"]
    some = await client.ask(COLLECTION, name="viewer", chunk=1, per=3)
    assert shown(some)["Completed"] == [200_002, 200_003]
    assert some["MediaListCollection"]["hasNextChunk"]
    rest = await client.ask(COLLECTION, name="viewer", chunk=2, per=3)
    assert shown(rest) == {"Best": [200_004]}
    assert not rest["MediaListCollection"]["hasNextChunk"]
    assert shown(await client.ask(COLLECTION, name="viewer", **{"in": ["CURRENT"]})) == {
        "Watching": [200_001]
    }


async def test_completed_anime_may_stand_apart_by_format(
    sim: AniListSimulator, client: Client
) -> None:
    sim.user().split_completed = True
    sim.add_media(AniListMedia(1, "A film", format="MOVIE"), AniListMedia(2, "A series"))
    for number in (1, 2):
        sim.add_entry("viewer", number, "COMPLETED")

    async def names(*, single: bool) -> list[str]:
        data = await client.ask(COLLECTION, name="viewer", single=single)
        return [one["name"] for one in data["MediaListCollection"]["lists"]]

    assert await names(single=False) == ["Completed MOVIE", "Completed TV"]
    assert await names(single=True) == ["Completed"]


async def test_chunks_have_500_entries_at_most(sim: AniListSimulator, client: Client) -> None:
    media = generated(501, first=1)
    sim.add_media(*media)
    for each in media:
        sim.add_entry("viewer", each.id)
    data = await client.ask(COLLECTION, name="viewer", per=5000)
    assert len(data["MediaListCollection"]["lists"][0]["entries"]) == 500
    assert data["MediaListCollection"]["hasNextChunk"]
    page = await client.ask(
        '{ Page(perPage: 500) { pageInfo { lastPage } mediaList(userName: "viewer") { id } } }'
    )
    assert len(page["Page"]["mediaList"]) == 50
    assert page["Page"]["pageInfo"] == {"lastPage": 11}


async def test_private_is_for_the_owner(
    sim: AniListSimulator, client: Client, stranger: Client
) -> None:
    sim.add_entry("viewer", 200_001, private=True)
    assert len((await client.ask(COLLECTION, name="viewer"))["MediaListCollection"]["lists"]) == 1
    assert (await stranger.ask(COLLECTION, name="viewer"))["MediaListCollection"]["lists"] == []
    sim.user().private = True
    await client.ask(COLLECTION, name="viewer")
    status, data, error = await stranger.refused(COLLECTION, name="viewer")
    assert (status, data, error["status"]) == (404, {"MediaListCollection": None}, 404)
    assert error["message"] == "Private User"


async def test_who_is_not_there(client: Client) -> None:
    status, data, error = await client.refused('{ User(name: "nobody") { id } }')
    assert (status, data) == (404, {"User": None})
    assert error == {
        "message": "User not found",
        "status": 404,
        "locations": [{"line": 1, "column": 3}],
    }
    assert (await client.refused("{ Media(id: 1) { id } }"))[0] == 404
    assert (await client.refused("{ MediaListCollection(userId: 1) { user { id } } }"))[0] == 404


async def test_one_that_is_refused_empties_the_answer(
    sim: AniListSimulator, client: Client
) -> None:
    query = "{ Viewer { id } gone: Media(id: 1) { id } }"
    status, data, error = await client.refused(query)
    assert (status, data, error["locations"]) == (404, None, [{"line": 1, "column": 17}])
    sim.keeps_the_rest = sim.errors_in_200 = True
    status, data, _ = await client.refused(query)
    assert (status, data) == (200, {"Viewer": {"id": sim.user().id}, "gone": None})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"query": "{ Viewer { nothing } }"}, "Cannot query field 'nothing'"),
        ({"query": "{ Viewer { id }"}, "Syntax Error"),
        ({"query": "{ Page { media(id_in: 3.5) { id } } }"}, "Int cannot represent"),
        ({"query": "query ($a: Int!) { User(id: $a) { id } }"}, "$a"),
        ({"query": "query A { Viewer { id } } query B { Viewer { id } }"}, "operation name"),
        ({"query": ""}, "No query"),
        ([{"query": "{ Viewer { id } }"}], "No query"),
        ({"query": "{ Viewer { id } }", "variables": 3}, "No query"),
    ],
)
async def test_what_does_not_fit_is_refused(client: Client, body: object, words: str) -> None:
    status, answered, _ = await client.post(body)
    assert (status, answered["data"]) == (400, None)
    assert words in answered["errors"][0]["message"]
    assert answered["errors"][0]["status"] == 400


async def test_too_much_at_once_is_refused(client: Client) -> None:
    many = " ".join(f"a{n}: Media(id: 200001) {{ id title {{ romaji }} }}" for n in range(126))
    status, data, error = await client.refused(f"{{ {many} }}")
    assert (status, data) == (400, None)
    assert error["message"] == "Max query complexity should be 500 but got 504."


async def test_without_a_referer_it_speaks_of_stability(client: Client) -> None:
    status, body, _ = await client.post({"query": "{ Viewer { id } }"}, Referer="")
    assert (status, body["data"], body["errors"][0]["status"]) == (403, None, 403)
    assert "stability issues" in body["errors"][0]["message"]


async def test_a_body_that_is_no_json(sim: AniListSimulator) -> None:
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        for content, kind in (("{}", "text/plain"), ("{", "application/json")):
            headers = {"Content-Type": kind}
            async with session.post(f"{sim.url}/", data=content, headers=headers) as response:
                assert response.status == 400


async def test_a_token_that_does_not_hold(sim: AniListSimulator, client: Client) -> None:
    sim.revoke_all()
    for query in ("{ Viewer { id } }", "{ Page { media(id: 1) { id } } }"):
        status, data, error = await client.refused(query)
        assert (status, data, error["message"]) == (400, None, "Invalid token")
    client.token = None
    assert (await client.refused("{ Viewer { id } }"))[0] == 401


async def test_thirty_a_minute_and_then_a_minute_of_nothing(socket_enabled: None) -> None:
    clock = Clock(1_700_000_000)
    async with (
        AniListSimulator(clock=clock) as sim,
        aiohttp.ClientSession() as session,
    ):
        client = Client(session, sim.url)
        asked = {"query": '{ User(name: "viewer") { id } }'}
        for _ in range(30):
            status, _, headers = await client.post(asked)
            assert (status, headers["X-RateLimit-Limit"]) == (200, "90")
        status, body, headers = await client.post(asked)
        assert status == 429
        assert body["data"] is None
        assert body["errors"][0]["message"] == "Too Many Requests."
        assert int(headers["Retry-After"]) == 61
        assert int(headers["X-RateLimit-Reset"]) == 1_700_000_061
        clock.advance(59)
        assert (await client.post(asked))[0] == 429
        clock.advance(2)
        assert (await client.post(asked))[0] == 200


async def test_saving(sim: AniListSimulator, client: Client) -> None:
    made = (await client.ask(SAVE, media=200_001, status="CURRENT", progress=3))[
        "SaveMediaListEntry"
    ]
    assert (made["status"], made["progress"], made["updatedAt"]) == ("CURRENT", 3, 1_700_000_000)
    sim.clock.advance(5)
    dated = (await client.ask(SAVE, media=200_001, start={"year": 2026, "month": 2}))[
        "SaveMediaListEntry"
    ]
    assert dated["id"] == made["id"]
    assert dated["startedAt"] == {"year": 2026, "month": 2, "day": None}
    assert (dated["updatedAt"], dated["createdAt"]) == (1_700_000_005, 1_700_000_000)
    done = (await client.ask(SAVE, id=made["id"], status="COMPLETED"))["SaveMediaListEntry"]
    assert (done["progress"], done["completedAt"]["year"]) == (3, None)
    assert [(write.kind, write.user, write.media_id) for write in sim.writes] == [
        ("SaveMediaListEntry", "viewer", 200_001)
    ] * 3
    assert sim.writes[0].before is None
    last = sim.writes[2]
    assert last.before is not None
    assert last.after is not None
    assert (last.before["status"], last.after["status"]) == ("CURRENT", "COMPLETED")


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"status": "CURRENT"}, "mediaId"),
        ({"media": 200_001}, "status"),
        ({"media": 200_001, "status": "CURRENT", "progress": -1}, "progress"),
        ({"media": 200_001, "status": "CURRENT", "raw": 101}, "scoreRaw"),
        ({"media": 200_001, "status": "CURRENT", "score": 101}, "score"),
        ({"media": 200_001, "status": "CURRENT", "start": {"month": 13}}, "startedAt"),
    ],
)
async def test_saving_what_cannot_be(
    sim: AniListSimulator, client: Client, variables: dict[str, Any], field: str
) -> None:
    status, data, error = await client.refused(SAVE, **variables)
    assert (status, data) == (400, {"SaveMediaListEntry": None})
    assert list(error["validation"]) == [field]
    assert sim.user().entries == {}
    assert sim.writes == []


async def test_saving_needs_a_sign_in_and_an_anime(client: Client) -> None:
    assert (await client.refused(SAVE, media=1, status="CURRENT"))[0] == 404
    assert (await client.refused(SAVE, id=1, status="CURRENT"))[0] == 404
    client.token = None
    assert (await client.refused(SAVE, media=200_001, status="CURRENT"))[0] == 401


@pytest.mark.parametrize(
    ("form", "given", "raw", "shown"),
    [
        ("POINT_100", 73, 73, 73),
        ("POINT_10_DECIMAL", 7.3, 73, 7.3),
        ("POINT_10", 7, 70, 7),
        ("POINT_5", 4, 70, 4),
        ("POINT_3", 3, 85, 3),
        ("POINT_3", 0, 0, 0),
    ],
)
async def test_scores(
    sim: AniListSimulator, client: Client, form: str, given: float, raw: int, shown: float
) -> None:
    sim.user().score_format = form
    data = await client.ask(SAVE, media=200_001, status="CURRENT", score=given)
    assert data["SaveMediaListEntry"]["score"] == shown
    assert sim.user().entries[200_001].score == raw


async def test_many_are_changed_alike_and_one_deleted(
    sim: AniListSimulator, client: Client
) -> None:
    entries = [sim.add_entry("viewer", 200_000 + n) for n in (1, 2, 3)]
    other = sim.add_entry(sim.add_user("other").name, 200_001)
    ids = [entries[0].id, entries[1].id, other.id]
    data = await client.ask(
        "mutation ($ids: [Int]) { UpdateMediaListEntries(ids: $ids, status: PAUSED) { id } }",
        ids=ids,
    )
    assert [row["id"] for row in data["UpdateMediaListEntries"]] == ids[:2]
    assert [entry.status for entry in (*entries, other)] == [
        "PAUSED",
        "PAUSED",
        "CURRENT",
        "CURRENT",
    ]
    delete = "mutation ($id: Int) { DeleteMediaListEntry(id: $id) { deleted } }"
    assert (await client.ask(delete, id=ids[0]))["DeleteMediaListEntry"] == {"deleted": True}
    assert (await client.refused(delete, id=other.id))[0] == 404
    assert sorted(sim.user().entries) == [200_002, 200_003]
    assert sim.writes[-1].after is None


async def test_what_airs(sim: AniListSimulator, client: Client) -> None:
    sim.add_media(
        AniListMedia(1, "Later", next_airing=(2, 1_700_000_900)),
        AniListMedia(2, "Sooner", next_airing=(9, 1_700_000_060)),
    )
    data = await client.ask(
        "{ Page { airingSchedules(mediaId_in: [1, 2, 200001], sort: [TIME])"
        " { mediaId episode timeUntilAiring } } }"
    )
    assert data["Page"]["airingSchedules"] == [
        {"mediaId": 2, "episode": 9, "timeUntilAiring": 60},
        {"mediaId": 1, "episode": 2, "timeUntilAiring": 900},
    ]


async def test_faults_come_before_what_is_asked(sim: AniListSimulator, client: Client) -> None:
    sim.faults.add(Fault(Failure.CUT_AFTER, times=1))
    with pytest.raises(aiohttp.ClientError):
        await client.ask(SAVE, media=200_001, status="CURRENT")
    assert len(sim.writes) == 1
    assert json.loads(sim.exchanges[0].body)["variables"]["media"] == 200_001
