"""Reading IMDb."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.imdb import (
    ImdbChart,
    ImdbClient,
    ImdbRefuses,
    ImdbTitle,
    client as imdb_module,
)
from custom_components.media_list_sync.engine.http import (
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)
from simulators.base import Simulator
from simulators.catalog import generated
from simulators.faults import Failure, Fault
from simulators.imdb import ImdbSimulator, ImdbTitle as Simulated

MATRIX, DUNE, BREAKING_BAD, BLADE = "tt0133093", "tt1160419", "tt0903747", "tt10671440"
LIST, USER, PROFILE = "ls012345678", "ur12345678", "p.abcDEF123"


async def test_reads_a_list(imdb: ImdbSimulator, imdb_client: ImdbClient) -> None:
    modified = datetime(2026, 7, 31, 8, 26, 46, tzinfo=UTC)
    imdb.add_list(LIST, "To watch — später", [MATRIX, BREAKING_BAD, BLADE], modified=modified)

    about, titles = await imdb_client.list_titles(LIST)

    assert (about.id, about.name, about.total) == (LIST, "To watch — später", 3)
    assert about.holds_titles
    assert about.fingerprint == "2026-07-31T08:26:46Z 3"
    assert [(t.id, t.title, t.year, t.kind) for t in titles if t] == [
        (MATRIX, "The Matrix", 1999, "movie"),
        (BREAKING_BAD, "Breaking Bad", 2008, "tvSeries"),
        (BLADE, "Blade", None, "movie"),
    ]
    assert titles[0] is not None
    assert titles[0].listed_at == datetime(2014, 1, 1, 1, tzinfo=UTC)


def _fill(imdb: ImdbSimulator, count: int) -> list[str]:
    ids = [title.imdb for title in generated(count) if title.imdb]
    for title_id in ids:
        imdb.add_title(Simulated(title_id, title_id, title_id, 2000, "movie"))
    imdb.add_list(LIST, "Many", ids)
    return ids


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (250, 1), (251, 2), (1000, 4)])
async def test_reads_all_pages(imdb, imdb_client, count, requests) -> None:
    ids = _fill(imdb, count)

    about, titles = await imdb_client.list_titles(LIST)

    assert [title.id for title in titles if title] == ids
    assert about.total == count
    assert imdb.counts["POST /"] == requests


async def test_a_glance_shows_what_a_reading_does(imdb, imdb_client) -> None:
    imdb.add_list(LIST, "List", [MATRIX])
    imdb.add_watchlist(USER, [DUNE], profile=PROFILE)

    for glance, reading in (
        (imdb_client.list_info(LIST), imdb_client.list_titles(LIST)),
        (imdb_client.watchlist_info(USER), imdb_client.watchlist_titles(USER)),
    ):
        assert await glance == (await reading)[0]

    before = (await imdb_client.list_info(LIST)).fingerprint
    imdb.add_titles(LIST, [DUNE])
    assert (await imdb_client.list_info(LIST)).fingerprint != before


async def test_reads_watchlists_and_whose_they_are(imdb, imdb_client) -> None:
    imdb.add_watchlist(USER, [MATRIX, DUNE], profile=PROFILE)

    assert await imdb_client.user_of(PROFILE) == USER
    about, titles = await imdb_client.watchlist_titles(USER)

    assert about.owner == "viewer"
    assert [title.id for title in titles] == [MATRIX, DUNE]


@pytest.mark.parametrize("which", list(ImdbChart))
async def test_reads_charts(imdb, imdb_client, which) -> None:
    titles = await imdb_client.chart(which)

    shows = which in (ImdbChart.TOP_SHOWS, ImdbChart.POPULAR_SHOWS)
    assert len(titles) > 50
    assert {title.kind for title in titles} <= (
        {"tvSeries", "tvMiniSeries"} if shows else {"movie"}
    )
    assert len(await imdb_client.box_office()) == 10


async def test_a_list_of_people_says_so(imdb, imdb_client) -> None:
    imdb.add_people_list(LIST, "Actors")
    assert not (await imdb_client.list_info(LIST)).holds_titles


async def test_private_is_not_gone(imdb, imdb_client) -> None:
    imdb.add_list(LIST, "Mine", [MATRIX], visibility="PRIVATE")
    imdb.add_watchlist(USER, [MATRIX], visibility="PRIVATE")

    for call in (imdb_client.list_info(LIST), imdb_client.watchlist_titles(USER)):
        with pytest.raises(Forbidden) as error:
            await call
        assert type(error.value) is Forbidden
        assert "Permission denied" in error.value.detail


async def test_what_is_not_there_is_not_found(imdb_client) -> None:
    for call in (
        imdb_client.list_titles(LIST),
        imdb_client.watchlist_titles(USER),
        imdb_client.user_of(PROFILE),
    ):
        with pytest.raises(NotFound):
            await call


async def test_a_malformed_id_is_refused(imdb_client) -> None:
    for call in (imdb_client.list_info("ls1"), imdb_client.watchlist_info("me")):
        with pytest.raises(Refused) as error:
            await call
        assert error.value.status == 400


@pytest.mark.parametrize("status", [403, 202])
async def test_being_turned_away_is_neither_private_nor_gone(imdb, imdb_client, status) -> None:
    imdb.add_list(LIST, "List", [MATRIX])
    imdb.faults.add(Fault(Failure.HTML, status=status))

    with pytest.raises(ImdbRefuses):
        await imdb_client.list_info(LIST)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(Failure.HTML, status=200), InvalidAnswer),
        (Fault(Failure.HTML, status=404), InvalidAnswer),
        (Fault(Failure.TRUNCATE), InvalidAnswer),
        (Fault(Failure.STATUS, status=400), Refused),
        (Fault(Failure.STATUS, status=500), Unreachable),
        (Fault(Failure.STATUS, status=503), Unreachable),
        (Fault(Failure.STATUS, status=429, retry_after="900"), Limited),
        (Fault(Failure.CUT), Unreachable),
    ],
)
async def test_trouble(imdb, imdb_client, fault, expected) -> None:
    imdb.add_list(LIST, "List", [MATRIX])
    imdb.faults.add(fault)

    with pytest.raises(expected):
        await imdb_client.list_titles(LIST)


async def test_trouble_that_passes_is_not_noticed(imdb, imdb_client) -> None:
    imdb.add_list(LIST, "List", [MATRIX])
    imdb.faults.add(Fault(Failure.CUT, times=1))
    imdb.faults.add(Fault(Failure.STATUS, status=503, times=1))

    assert (await imdb_client.list_info(LIST)).total == 1


async def test_trouble_in_the_middle_of_a_list_gives_no_part_of_it(imdb, imdb_client) -> None:
    _fill(imdb, 600)
    imdb.faults.add(Fault(Failure.TRUNCATE, after=1))

    with pytest.raises(InvalidAnswer):
        await imdb_client.list_titles(LIST)


class Scripted(Simulator):
    """IMDb as far as it answers from a script: what a real one might do, and ours never does."""

    def __init__(self, *answers: object) -> None:
        super().__init__()
        self.answers = list(answers)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/", self._answer)]

    async def _answer(self, _: web.Request) -> web.Response:
        return web.json_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


@pytest.fixture
async def scripted(doorway: Callable) -> AsyncIterator[Callable]:
    running: list[Scripted] = []

    async def start(*answers: object) -> ImdbClient:
        service = Scripted(*answers)
        await service.start()
        running.append(service)
        return ImdbClient(doorway("imdb"), service.url)

    yield start
    for service in running:
        await service.stop()


def page(*ids: str | None, total: int, after: str | None = None, **more: object) -> dict[str, Any]:
    edges = [
        {"node": {"createdDate": None}, "title": title_id and {"id": title_id}} for title_id in ids
    ]
    search = {
        "total": total,
        "pageInfo": {"hasNextPage": after is not None, "endCursor": after},
        "edges": edges,
    }
    about = {"id": LIST, "lastModifiedDate": "2026-01-01T00:00:00Z", **more}
    return {"data": {"list": {**about, "titleListItemSearch": search}}}


async def test_fewer_titles_than_there_are_is_no_list(scripted) -> None:
    client = await scripted(page("tt0000001", total=2))
    with pytest.raises(InvalidAnswer, match="1 titles of 2"):
        await client.list_titles(LIST)


async def test_a_list_that_changes_meanwhile_is_read_again(scripted) -> None:
    client = await scripted(
        page("tt0000001", total=2, after="a"),
        page("tt0000002", total=1),
        page("tt0000001", total=2, after="a"),
        page("tt0000002", total=2, lastModifiedDate="2026-01-02T00:00:00Z"),
        page("tt0000001", total=2, after="a"),
        page("tt0000002", total=2),
    )
    about, titles = await client.list_titles(LIST)
    assert (about.total, len(titles)) == (2, 2)


async def test_a_list_that_never_rests_is_given_up(scripted) -> None:
    totals = [2, 3, 4, 5, 6, 7]
    client = await scripted(
        *(page("tt0000001", total=n, after=None if n % 2 else "a") for n in totals)
    )
    with pytest.raises(InvalidAnswer, match="again and again"):
        await client.list_titles(LIST)


async def test_a_list_without_a_date_is_never_known_to_be_unchanged(scripted) -> None:
    client = await scripted(page("tt0000001", total=1, lastModifiedDate=None))
    assert (await client.list_info(LIST)).fingerprint is None


async def test_a_profile_may_lead_to_nobody(scripted) -> None:
    client = await scripted({"data": {"userProfile": {"userId": None}}})
    with pytest.raises(NotFound):
        await client.user_of(PROFILE)


async def test_pages_without_an_end_are_given_up(scripted) -> None:
    client = await scripted(page("tt0000001", total=10, after="a"))
    with pytest.raises(InvalidAnswer, match="without an end"):
        await client.list_titles(LIST)


async def test_ever_new_pages_are_given_up(scripted, monkeypatch) -> None:
    monkeypatch.setattr(imdb_module, "_MOST_PAGES", 3)
    client = await scripted(*(page(f"tt000000{n}", total=9, after=str(n)) for n in range(9)))
    with pytest.raises(InvalidAnswer, match="without an end"):
        await client.list_titles(LIST)


async def test_a_title_that_is_no_more_keeps_its_place(scripted) -> None:
    client = await scripted(page("tt0000001", None, total=2))
    _, titles = await client.list_titles(LIST)
    assert titles == (ImdbTitle("tt0000001", "", None, ""), None)


async def test_data_with_an_error_beside_it_has_holes(scripted) -> None:
    whole = page("tt0000001", None, total=2)
    error = {"message": "timed out", "path": ["list"], "extensions": {"errorType": "SERVER"}}
    client = await scripted({**whole, "errors": [error]})
    with pytest.raises(Unreachable) as unreachable:
        await client.list_titles(LIST)
    assert unreachable.value.reason == "server_error"

    client = await scripted({**whole, "errors": [{"message": "something else"}]})
    with pytest.raises(InvalidAnswer, match="something else"):
        await client.list_titles(LIST)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"data": None},
        {"data": []},
        {"errors": "no"},
        {"errors": [None]},
        page("nm0000001", total=1),
        page("tt0000001", total=1, name="List"),
        {"data": {"list": {"id": LIST}}},
    ],
)
async def test_answers_of_another_shape_are_invalid(scripted, body) -> None:
    client = await scripted(body)
    with pytest.raises(InvalidAnswer):
        await client.list_titles(LIST)


async def test_a_chart_cut_short_is_no_chart(scripted) -> None:
    title = {"node": {"id": "tt0000001"}}
    client = await scripted({"data": {"chartTitles": {"total": 250, "edges": [title]}}})
    with pytest.raises(InvalidAnswer):
        await client.chart(ImdbChart.TOP_MOVIES)


@pytest.mark.parametrize(
    ("recording", "call", "expected"),
    [
        ("list-graphql", "list_titles", ["tt0423977", "tt1236246", "tt1809398"]),
        ("watchlist-graphql", "watchlist_titles", ["tt0423977", "tt1809398", "tt2719848"]),
        ("profile-graphql", "user_of", "ur15738437"),
        ("imdb_watchlist_private", "watchlist_titles", Forbidden),
    ],
)
async def test_recorded_answers(scripted, contracts_dir: Path, recording, call, expected) -> None:
    body = json.loads((contracts_dir / "recorded" / "imdb" / f"{recording}.json").read_text())
    client = await scripted(body)
    try:
        result = await getattr(client, call)("x")
    except ServiceError as error:
        result = type(error)
    if isinstance(result, tuple):
        about, titles = result
        assert (about.id, about.name, about.total) == ("ls006123300", "WATCHLIST", 3)
        result = [title.id for title in titles]
    assert result == expected
