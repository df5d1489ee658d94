"""Reading Trakt."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path

from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.clients.trakt import (
    ME,
    AccountLimit,
    AccountLocked,
    AppDeleted,
    TraktClient,
    VipNeeded,
)
from custom_components.media_list_sync.engine.clients.trakt_auth import (
    TokenKeeper,
    TokenPair,
    TraktAuth,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)
from custom_components.media_list_sync.engine.model import Ids, MediaType, Part
from simulators.base import Simulator
from simulators.catalog import generated
from simulators.faults import Failure, Fault
from simulators.titles import title_by_imdb
from simulators.trakt import Entry, GetLimit, Person, TraktSimulator

MATRIX, DUNE = title_by_imdb("tt0133093"), title_by_imdb("tt1160419")
BREAKING_BAD = title_by_imdb("tt0903747")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def saved() -> list[TokenPair]:
    return []


@pytest.fixture
def client(trakt: TraktSimulator, doorway: Callable, saved: list[TokenPair]) -> TraktClient:
    """Return a client that is signed in as "viewer"."""
    given = trakt.sign_in()
    app = trakt.app
    auth = TraktAuth(doorway("trakt"), trakt.auth_url, app.client_id, app.client_secret)
    now = datetime.now(UTC)
    pair = TokenPair(given.access_token, given.refresh_token, now, now + timedelta(days=7))

    async def save(pair: TokenPair) -> None:
        saved.append(pair)

    keeper = TokenKeeper(auth, pair, save=save)
    return TraktClient(doorway("trakt"), trakt.api_url, app.client_id, keeper)


@pytest.fixture
def stranger(trakt: TraktSimulator, doorway: Callable) -> TraktClient:
    """Return a client with a client id alone."""
    return TraktClient(doorway("trakt"), trakt.api_url, trakt.app.client_id, None, now=lambda: NOW)


async def test_reads_a_list(trakt, stranger) -> None:
    trakt.add_user("somebody")
    made = trakt.add_list(
        "somebody",
        "My List",
        [
            MATRIX,
            BREAKING_BAD,
            Entry(BREAKING_BAD, season=2),
            Entry(BREAKING_BAD, season=3, episode=4),
            Person("Somebody"),
        ],
    )

    about = await stranger.list_info(made.number)
    found = await stranger.list_items(made.number)

    assert (about.id, about.name, about.owner) == (made.number, "My List", "somebody")
    assert about.is_public
    assert about.item_count == 5
    assert found.left_out == {"person": 1}
    film, show, season, episode = found.items
    assert film.media_type is MediaType.MOVIE
    assert film.ids == Ids(imdb="tt0133093", tmdb=603, tvdb=None, trakt=MATRIX.trakt)
    assert (film.title, film.year) == ("The Matrix", 1999)
    assert film.listed_at is not None
    assert film.listed_at.utcoffset() == timedelta()
    assert (show.media_type, show.part, show.season) == (MediaType.SHOW, Part.WHOLE, None)
    assert show.ids.tvdb == 81189
    assert (season.part, season.season, season.ids) == (Part.SEASON, 2, show.ids)
    assert (episode.part, episode.season, episode.title) == (Part.EPISODE, 3, "Breaking Bad")


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (250, 1), (251, 2), (1000, 4)])
async def test_reads_all_pages(trakt, stranger, count, requests) -> None:
    made = trakt.add_list("viewer", "Many", generated(count))

    found = await stranger.list_items(made.number)

    assert len(found.items) == count
    assert len({(item.media_type, item.ids.tmdb) for item in found.items}) == count
    assert len(trakt.exchanges) == requests


async def test_what_changes_shows_at_a_glance(trakt, stranger) -> None:
    made = trakt.add_list("viewer", "List", [MATRIX])
    before = (await stranger.list_info(made.number)).fingerprint

    assert (await stranger.list_info(made.number)).fingerprint == before
    trakt.add_items(made, [DUNE])
    assert (await stranger.list_info(made.number)).fingerprint != before


async def test_ones_own_private_list(trakt, client, stranger) -> None:
    made = trakt.add_list("viewer", "Secret", [MATRIX], privacy="private")

    about = await client.list_info(made.number, ME)
    assert not about.is_public
    assert len((await client.list_items(made.number, ME)).items) == 1
    assert (await client.list_info("secret", "viewer")).id == made.number
    with pytest.raises(NotFound):
        await client.list_info(made.number)
    with pytest.raises(NotFound):
        await stranger.list_info(made.number, "viewer")


async def test_who_is_signed_in(trakt, client) -> None:
    me = await client.me()

    assert (me.slug, me.name) == ("viewer", "viewer")
    assert len(me.id) == 64
    trakt.add_user("somebody")
    assert (await client.user("somebody")).id == "2"


async def test_watchlists(trakt, client, stranger) -> None:
    trakt.add_to_watchlist([MATRIX, Entry(BREAKING_BAD, season=1)])
    trakt.add_user("somebody")
    trakt.add_to_watchlist([DUNE], "somebody")
    changed = await client.watchlist_changed()

    assert [item.part for item in (await client.watchlist()).items] == [Part.WHOLE, Part.SEASON]
    assert [item.title for item in (await client.watchlist("somebody")).items] == ["Dune"]
    assert (await stranger.watchlist("viewer")) == (await client.watchlist())
    assert await client.watchlist_changed() == changed
    trakt.remove_from_watchlist([MATRIX])
    assert await client.watchlist_changed() != changed


async def test_a_glance_at_somebodys_watchlist(trakt, stranger) -> None:
    assert await stranger.watchlist_glance("viewer") == (0, None)
    trakt.add_to_watchlist([MATRIX])
    trakt.add_to_watchlist([DUNE])

    count, newest = await stranger.watchlist_glance("viewer")

    rows = (await stranger.watchlist("viewer")).items
    assert (count, newest) == (2, max(row.listed_at for row in rows))


@pytest.mark.parametrize(
    "chart",
    [
        f"{media}/{chart}"
        for media in ("movies", "shows")
        for chart in ("trending", "popular", "anticipated", "watched/weekly", "favorited/weekly")
    ],
)
async def test_charts(stranger, chart) -> None:
    titles = await stranger.chart(chart, 20)

    assert len(titles) == 20
    wanted = MediaType.MOVIE if chart.startswith("movies") else MediaType.SHOW
    assert {title.media_type for title in titles} == {wanted}
    assert all(title.ids.tmdb for title in titles)


async def test_a_chart_may_be_shorter_than_asked_for(trakt, stranger) -> None:
    trakt.set_chart("movies", "trending", [MATRIX, DUNE])

    assert len(await stranger.chart("movies/trending", 100)) == 2
    assert len(await stranger.chart("movies/boxoffice", 100)) == 10
    assert len(await stranger.chart("movies/boxoffice", 3)) == 3


async def test_every_request_has_all_that_trakt_wants(trakt, client, stranger) -> None:
    await client.me()
    await stranger.chart("movies/trending", 1)

    for exchange in trakt.exchanges:
        assert exchange.headers["trakt-api-version"] == "2"
        assert exchange.headers["trakt-api-key"] == trakt.app.client_id
        assert exchange.headers["User-Agent"].startswith("MediaListSync/")
    assert trakt.exchanges[0].headers["Authorization"].startswith("Bearer ")
    assert "Authorization" not in trakt.exchanges[1].headers


async def test_a_token_that_ended_early_is_renewed_once(trakt, client, saved) -> None:
    trakt.expire_tokens()

    assert (await client.me()).slug == "viewer"
    assert len(saved) == 1
    assert trakt.counts["POST /oauth/token"] == 1


async def test_a_token_that_ended_early_is_renewed_for_public_things_too(
    trakt, client, saved
) -> None:
    made = trakt.add_list("viewer", "List", [MATRIX])
    trakt.expire_tokens()

    assert len((await client.list_items(made.number)).items) == 1
    assert len(saved) == 1


async def test_somebodys_privacy_costs_no_renewal(trakt, client, stranger, saved) -> None:
    trakt.add_user("somebody", private=True)
    trakt.add_to_watchlist([MATRIX], "somebody")

    for one in (client, stranger):
        for call in (one.watchlist("somebody"), one.watchlist_glance("somebody")):
            with pytest.raises(Forbidden) as error:
                await call
            assert type(error.value) is Forbidden
    assert saved == []
    assert not trakt.counts["POST /oauth/token"]


async def test_whose_fault_a_refusal_is_may_stay_unknown(trakt, client, saved) -> None:
    trakt.add_user("somebody", private=True)
    trakt.faults.add(Fault(Failure.STATUS, path="/users/settings", status=500))

    with pytest.raises(Unreachable):
        await client.watchlist("somebody")
    assert saved == []


async def test_a_sign_in_that_was_revoked_is_rejected(trakt, client, saved) -> None:
    trakt.revoke_all()

    with pytest.raises(CredentialsRejected) as error:
        await client.me()
    assert error.value.account == "entry-of-the-account"
    assert saved == []


async def test_nobody_signed_in_has_no_watchlist(stranger) -> None:
    for call in (stranger.me(), stranger.watchlist(), stranger.watchlist_changed()):
        with pytest.raises(CredentialsRejected):
            await call


async def test_a_deleted_app_is_explained(trakt, client, stranger) -> None:
    made = trakt.add_list("viewer", "List", [MATRIX])
    trakt.delete_app()

    for call in (client.list_items(made.number), client.me(), stranger.chart("movies/popular", 1)):
        with pytest.raises(AppDeleted):
            await call


async def test_refusals_of_an_account_are_explained(trakt, client) -> None:
    made = trakt.add_list("viewer", "List", [MATRIX])
    trakt.require_vip()
    with pytest.raises(VipNeeded):
        await client.list_items(made.number)
    trakt.lift_refusals()
    trakt.reach_account_limit(limit=250)
    with pytest.raises(AccountLimit) as limit:
        await client.list_items(made.number)
    assert (limit.value.status, limit.value.detail) == (420, "250")
    trakt.lift_refusals()
    trakt.lock()
    with pytest.raises(AccountLocked):
        await client.list_items(made.number)


@pytest.mark.parametrize("at_the_edge", [True, False])
async def test_too_many_reads(trakt, client, at_the_edge) -> None:
    trakt.limit_reads(GetLimit(count=1, at_the_edge=at_the_edge))
    await client.me()

    with pytest.raises(Limited) as limited:
        await client.me()
    assert timedelta(minutes=4) < limited.value.until - datetime.now(UTC) < timedelta(minutes=6)


async def test_being_turned_away_at_the_edge_is_no_deleted_app(trakt, stranger) -> None:
    trakt.faults.add(Fault(Failure.HTML, status=403, retry_after="300"))

    with pytest.raises(Limited) as limited:
        await stranger.chart("movies/popular", 1)
    assert limited.value.until == NOW + timedelta(seconds=300)


async def test_being_turned_away_at_the_edge_is_remembered(trakt, client) -> None:
    trakt.faults.add(Fault(Failure.HTML, status=403, retry_after="300"))
    for _ in range(2):
        with pytest.raises(Limited):
            await client.me()
    assert trakt.counts.total() == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(Failure.HTML, status=200), InvalidAnswer),
        (Fault(Failure.HTML, status=404), InvalidAnswer),
        (Fault(Failure.TRUNCATE), InvalidAnswer),
        (Fault(Failure.STATUS, status=404), NotFound),
        (Fault(Failure.STATUS, status=405), Refused),
        (Fault(Failure.STATUS, status=422), Refused),
        (Fault(Failure.STATUS, status=500), Unreachable),
        (Fault(Failure.STATUS, status=520), Unreachable),
        (Fault(Failure.STATUS, status=204), InvalidAnswer),
    ],
)
async def test_trouble(trakt, client, fault, expected) -> None:
    made = trakt.add_list("viewer", "Many", generated(300))
    trakt.faults.add(fault)

    for call in (
        client.list_items(made.number),
        client.list_info(made.number),
        client.chart("movies/popular", 100),
    ):
        with pytest.raises(expected) as error:
            await call
        assert type(error.value) is expected


async def test_trouble_in_the_middle_of_a_list_gives_no_part_of_it(trakt, client) -> None:
    made = trakt.add_list("viewer", "Many", generated(600))
    trakt.faults.add(Fault(Failure.TRUNCATE, after=1))

    with pytest.raises(InvalidAnswer):
        await client.list_items(made.number)


async def test_a_list_that_is_read_empty_for_no_reason(trakt, client) -> None:
    made = trakt.add_list("viewer", "List", [MATRIX])
    trakt.read_empty_once(made)

    # It says itself that it is empty: the shrink guard of the list's job is there for this.
    assert (await client.list_items(made.number)).items == ()


class Scripted(Simulator):
    """Trakt as far as it answers from a script: what a real one might do, and ours never does."""

    def __init__(self, *answers: tuple[object, dict[str, str]]) -> None:
        super().__init__()
        self.answers = list(answers)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/{path:.*}", self._answer)]

    async def _answer(self, _: web.Request) -> web.Response:
        body, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.json_response(body, headers=headers)


@pytest.fixture
async def scripted(doorway: Callable) -> AsyncIterator[Callable]:
    running: list[Scripted] = []

    async def start(*answers: tuple[object, dict[str, str]]) -> TraktClient:
        service = Scripted(*answers)
        await service.start()
        running.append(service)
        return TraktClient(doorway("trakt"), service.url, "id", None)

    yield start
    for service in running:
        await service.stop()


def rows(count: int, of: int, pages: int = 1) -> tuple[object, dict[str, str]]:
    row = {"type": "movie", "listed_at": "2026-01-01T00:00:00.000Z"}
    movie = {"title": "A", "year": None, "ids": {"trakt": 1, "slug": "a", "imdb": "", "tmdb": None}}
    headers = {"X-Pagination-Page-Count": str(pages), "X-Pagination-Item-Count": str(of)}
    return [{**row, "movie": movie}] * count, headers


async def test_other_than_so_many_rows_is_no_list(scripted) -> None:
    short, nothing = rows(1, of=2, pages=2), rows(0, of=2, pages=2)
    for answers in ([rows(1, of=2)], [rows(2, of=1)], [rows(0, of=1)], [short, nothing] * 3):
        client = await scripted(*answers)
        with pytest.raises(InvalidAnswer):
            await client.list_items(1)


async def test_a_list_of_millions_is_not_read(scripted) -> None:
    client = await scripted(rows(250, of=10_000_000, pages=40_000))
    with pytest.raises(InvalidAnswer, match="10000000 rows"):
        await client.list_items(1)


async def test_pages_with_more_rows_than_there_are_are_not_followed(doorway) -> None:
    async with Scripted(rows(2, of=1, pages=30)) as service:
        with pytest.raises(InvalidAnswer):
            await TraktClient(doorway("trakt"), service.url, "id", None).list_items(1)
        assert len(service.exchanges) == 3, "one for each attempt"


async def test_a_list_that_changes_meanwhile_is_read_again(scripted) -> None:
    client = await scripted(
        rows(250, of=251, pages=2), rows(2, of=252, pages=2), rows(250, of=250), rows(0, of=0)
    )
    assert len((await client.list_items(1)).items) == 250


async def test_without_a_count_nothing_says_that_a_list_is_whole(scripted) -> None:
    client = await scripted((rows(1, of=1)[0], {}))
    for call in (client.list_items(1), client.watchlist_glance("a"), client.chart("movies/a", 9)):
        with pytest.raises(InvalidAnswer):
            await call


async def test_a_chart_cut_short_is_no_chart(scripted) -> None:
    client = await scripted(rows(5, of=100))
    with pytest.raises(InvalidAnswer):
        await client.chart("movies/trending", 10)


async def test_unknown_rows_are_counted(scripted) -> None:
    _, headers = rows(1, of=2)
    client = await scripted(([{"type": "person"}, {"type": "smart thing"}], headers))
    found = await client.list_items(1)
    assert found.items == ()
    assert found.left_out == {"person": 1, "other": 1}


@pytest.mark.parametrize(
    "row",
    [
        None,
        {},
        {"type": None},
        {"type": "movie"},
        {"type": "movie", "movie": {"title": "A"}},
        {"type": "movie", "movie": {"title": "A", "ids": {"trakt": "1"}}},
        {"type": "season", "show": {"title": "A", "ids": {"trakt": 1}}},
        {"type": "movie", "listed_at": "soon", "movie": {"ids": {"trakt": 1}}},
        {"type": "person", "listed_at": "0001-01-01T00:00:00+01:00"},
    ],
)
async def test_malformed_rows_make_a_list_invalid(scripted, row) -> None:
    _, headers = rows(1, of=1)
    client = await scripted(([row], headers))
    with pytest.raises(InvalidAnswer):
        await client.list_items(1)


async def test_odd_ids_are_no_ids(scripted) -> None:
    client = await scripted(rows(1, of=1))
    (item,) = (await client.list_items(1)).items
    assert item.ids == Ids(trakt=1)


async def test_recorded_answers(scripted, contracts_dir: Path) -> None:
    folder = contracts_dir / "recorded" / "trakt"
    recorded = json.loads((folder / "lists.json").read_text())
    client = await scripted((recorded["lists/1248149"]["GET"], {}))
    about = await client.list_info(1248149)
    assert (about.id, about.owner, about.item_count) == (1248149, "donxy", 218)

    body = recorded["lists/1248149/items"]["GET"]
    client = await scripted((body, rows(0, of=len(body))[1]))
    found = await client.list_items(1248149)
    assert [item.part for item in found.items] == [
        Part.WHOLE,
        Part.SEASON,
        Part.EPISODE,
        Part.WHOLE,
    ]
    assert found.items[2].ids == Ids(tvdb=361608, trakt=145816)

    recorded = json.loads((folder / "users.json").read_text())
    for path in ("users/sean/watchlist/movies", "users/sean/watchlist/shows"):
        body = recorded[path]["GET"]
        client = await scripted((body, rows(0, of=len(body))[1]))
        assert len((await client.watchlist("sean")).items) == len(body)


async def test_slugs_cannot_leave_their_place_in_the_address(trakt, stranger) -> None:
    with pytest.raises(ServiceError):
        await stranger.list_info("../../x?y=1", "a/b")
    assert trakt.exchanges[-1].path == "/users/a%2Fb/lists/..%2F..%2Fx%3Fy%3D1/"
