"""What is read of Seerr, Overseerr and Jellyseerr."""

from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.clients.seerr import (
    ArrServer,
    ArrServerOptions,
    Choice,
    Flavour,
    QuotaLine,
    RequestBody,
    RequestStatus,
    SeerrClient,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    NotFound,
    Refused,
    Unreachable,
)
from custom_components.media_list_sync.engine.model import (
    MediaStatus,
    MediaType,
    Quality,
    SeasonRow,
    ShowSeason,
    TitleKey,
)
from simulators.base import Simulator
from simulators.catalog import CatalogTitle, Season, generated
from simulators.faults import Failure, Fault
from simulators.seerr import (
    JELLYSEERR,
    OVERSEERR,
    SEERR,
    ArrServer as SimulatedArr,
    Permission,
    Person,
    Quota,
    SeerrSimulator,
    SeerrUser,
)
from simulators.titles import title_by_imdb

ALL = pytest.mark.parametrize("flavour", [SEERR, OVERSEERR, JELLYSEERR], ids=lambda f: f.name)

MATRIX = TitleKey(MediaType.MOVIE, 603)
MIRROR = TitleKey(MediaType.MOVIE, 1396)
BREAKING_BAD = TitleKey(MediaType.SHOW, 1396)


@pytest.fixture
async def server(start_seerr) -> SeerrSimulator:
    return await start_seerr(SEERR)


@pytest.fixture
def client(server, seerr_client) -> SeerrClient:
    return seerr_client(server)


@pytest.mark.parametrize("flavour", [SEERR, OVERSEERR], ids=lambda f: f.name)
async def test_tells_the_servers_apart(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    client = seerr_client(server)

    settings = await client.public_settings()

    assert settings.flavour is Flavour(flavour.name.lower())
    assert settings.server_id == server.settings.vapid_public
    assert settings.title == flavour.name
    assert settings.special_episodes is flavour.all_takes_specials
    assert (await client.status()).version == flavour.version


async def test_offers_what_the_server_is_set_up_for(client, server) -> None:
    assert not (await client.public_settings()).movie_4k

    server.settings.radarr.append(SimulatedArr(1, "4K", is4k=True, is_default=True))
    server.settings.special_episodes = True
    settings = await client.public_settings()

    assert settings.movie_4k
    assert not settings.series_4k
    assert settings.special_episodes


async def test_finds_servers_under_a_base_path(start_seerr, seerr_client) -> None:
    server = await start_seerr(SEERR, base_path="/media/seerr")

    assert (await seerr_client(server).me()).id == 1
    assert server.exchanges[-1].path == "/media/seerr/api/v1/auth/me"


@pytest.mark.parametrize("ending", ["/", "//", "?from=home", "#top", "/?x=1#y"])
async def test_takes_addresses_as_people_paste_them(start_seerr, doorway, ending) -> None:
    server = await start_seerr(SEERR, base_path="/seerr")
    client = SeerrClient(doorway("seerr"), URL(server.url + ending), server.api_key)

    assert (await client.me()).is_admin


@ALL
async def test_reads_users_on_all_pages(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    for number in range(3, 251):
        server.add_user(SeerrUser(number, f"user{number}"))

    users = await seerr_client(server).users()

    assert [user.id for user in users] == list(range(1, 251))
    assert users[249].name == "user250"
    assert server.counts["GET /api/v1/user"] == 3


async def test_knows_what_users_may_request(client, server) -> None:
    rights = {
        3: Permission.REQUEST,
        4: Permission.REQUEST_MOVIE,
        5: Permission.REQUEST_4K_TV,
        6: Permission.REQUEST | Permission.REQUEST_4K,
        7: Permission.ADMIN,
        8: Permission.NONE,
        9: Permission.MANAGE_REQUESTS,
    }
    for number, permissions in rights.items():
        server.add_user(SeerrUser(number, f"user{number}", permissions))
    kinds = [(media, quality) for media in MediaType for quality in Quality]

    allowed = {
        user.id: [user.can_request(*kind) for kind in kinds]
        for user in await client.users()
        if user.id > 2
    }

    assert kinds[0] == (MediaType.MOVIE, Quality.HD)
    assert allowed == {
        3: [True, False, True, False],
        4: [True, False, False, False],
        5: [False, False, False, True],
        6: [True, True, True, True],
        7: [True, True, True, True],
        8: [False, False, False, False],
        9: [False, False, False, False],
    }


async def test_reads_quotas_with_and_without_a_limit(client, server) -> None:
    server.add_user(SeerrUser(5, "limited", movie_quota=Quota(2, 7)))

    quota = await client.quota(5)

    assert quota.movie == QuotaLine(limit=2, remaining=2)
    assert quota.show == QuotaLine(limit=None, remaining=None)
    assert (await client.quota(1)).movie.limit is None
    with pytest.raises(NotFound):
        await client.quota(99)


@ALL
async def test_reads_the_library_row_by_row(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    breaking_bad, matrix = title_by_imdb("tt0903747"), title_by_imdb("tt0133093")
    server.add_library([matrix, breaking_bad])
    server.set_status(1396, True, 3, is4k=True)
    server.set_status(1396, True, 2, season=2)

    page = await seerr_client(server).media_page(0)

    assert page is not None
    assert page.total == 2
    assert page.etag
    rows = {row.key: row for row in page.rows}
    assert rows[MATRIX].status is MediaStatus.AVAILABLE
    assert rows[MATRIX].status_4k is MediaStatus.UNKNOWN
    assert rows[MATRIX].seasons == ()
    show = rows[BREAKING_BAD]
    assert show.tvdb == 81189
    assert show.of(Quality.UHD) is MediaStatus.PROCESSING
    assert SeasonRow(2, MediaStatus.PENDING, MediaStatus.UNKNOWN) in show.seasons


async def test_library_pages_hold_together(client, server) -> None:
    server.add_library(generated(2_300))

    pages = [await client.media_page(skip) for skip in (0, 1000, 2000, 3000)]

    assert [len(page.rows) for page in pages] == [1000, 1000, 300, 0]
    assert {page.total for page in pages} == {2300}
    assert len({row.key for page in pages for row in page.rows}) == 2300


async def test_an_unchanged_page_is_not_sent_again(client, server) -> None:
    server.add_library(generated(10))
    page = await client.media_page(0)
    assert page is not None

    assert await client.media_page(0, etag=page.etag) is None
    assert server.exchanges[-1].status == 304

    server.set_status(1_000_000, False, 7)
    changed = await client.media_page(0, etag=page.etag)

    assert changed is not None
    assert changed.etag != page.etag


@pytest.mark.parametrize("number", [0, 8, 99, -1])
async def test_numbers_that_nobody_knows_are_unknown_to_us(client, server, number) -> None:
    server.add_library([title_by_imdb("tt0133093")])
    server.set_status(603, False, number)

    page = await client.media_page(0)

    assert page.rows[0].status is MediaStatus.UNKNOWN_TO_US


@ALL
async def test_finds_titles_by_outside_ids(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    client = seerr_client(server)

    (matrix,) = await client.find("imdb", "tt0133093")
    (show,) = await client.find("tvdb", 81189)

    assert (matrix.key, matrix.title, matrix.year) == (MATRIX, "The Matrix", 1999)
    assert (show.key, show.title, show.year) == (BREAKING_BAD, "Breaking Bad", 2008)
    assert server.exchanges[-2].path == "/api/v1/search?query=imdb%3Att0133093"
    assert await client.find("imdb", "tt0000001") == ()


async def test_an_id_may_lead_to_a_film_and_a_show(client) -> None:
    assert {found.key for found in await client.find("tmdb", 1396)} == {MIRROR, BREAKING_BAD}


async def test_persons_are_no_titles(start_seerr, seerr_client) -> None:
    person = Person(192, "nm0000151", "Morgan Freeman", known_for=(278,))
    server = await start_seerr(SEERR, persons=[person])

    assert await seerr_client(server).find("imdb", "nm0000151") == ()


async def test_titles_without_a_date_have_no_year(client) -> None:
    (blade,) = await client.find("imdb", "tt10671440")
    assert blade.year is None


async def test_nothing_found_is_no_proof_while_tmdb_is_down(client, server) -> None:
    server.tmdb.failure = 500

    with pytest.raises(Refused) as refused:
        await client.find("imdb", "tt0133093")
    assert refused.value.status == 500
    assert await client.find("tmdb", 603) == ()


async def test_reads_the_seasons_of_a_show(client, server) -> None:
    details = await client.show(1396)

    assert (details.tmdb, details.title, details.tvdb) == (1396, "Breaking Bad", 81189)
    assert details.ended
    assert [season.number for season in details.seasons] == [0, 1, 2, 3, 4, 5]
    assert details.seasons[1] == ShowSeason(1, 7, "2008-01-20")

    server.add_title(
        CatalogTitle(
            is_show=True,
            tmdb=42,
            imdb=None,
            tvdb=None,
            trakt=1,
            title="Announced",
            year=None,
            seasons=(Season(1, 0, None),),
        )
    )
    announced = await client.show(42)
    assert announced.seasons == (ShowSeason(1, 0, None),)
    assert announced.tvdb is None


async def test_an_unknown_show_is_refused(client) -> None:
    with pytest.raises(Refused) as refused:
        await client.show(999_999_999)
    assert refused.value.status == 500


@ALL
async def test_reads_requests_on_all_pages(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    server.add_user(SeerrUser(2, "requester", Permission.REQUEST | Permission.REQUEST_4K))
    client = seerr_client(server)
    titles = [title for title in generated(160) if not title.is_show]
    for title in titles:
        server.add_title(title)
        await client.request(RequestBody(TitleKey(MediaType.MOVIE, title.tmdb), Quality.HD))
    seasons = RequestBody(BREAKING_BAD, Quality.UHD, seasons=(1, 2), user_id=2, as_user=False)
    await client.request(seasons)

    rows = await client.requests()

    assert len(rows) == len(titles) + 1
    assert len({row.id for row in rows}) == len(rows)
    newest = rows[0]
    assert newest.key == BREAKING_BAD
    assert newest.is_4k
    assert newest.seasons == (1, 2)
    assert newest.status is RequestStatus.APPROVED
    assert newest.media_status is MediaStatus.PROCESSING


@ALL
async def test_reads_the_requests_of_one_title(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    client = seerr_client(server)
    server.add_user(SeerrUser(2, "requester", Permission.REQUEST | Permission.REQUEST_4K))
    assert await client.requests_of(MATRIX) == ()
    await client.request(RequestBody(MATRIX, Quality.HD))
    await client.request(RequestBody(MATRIX, Quality.UHD, user_id=2, as_user=False))
    await client.request(RequestBody(BREAKING_BAD, Quality.HD, seasons=(5,)))
    declined = server.requests_of(603, is_show=False)[1]
    server.decline(declined.id)

    rows = {row.id: row for row in await client.requests_of(MATRIX)}

    assert len(rows) == 2
    assert rows[declined.id].status is RequestStatus.DECLINED
    assert rows[declined.id].is_4k
    assert [row.seasons for row in await client.requests_of(BREAKING_BAD)] == [(5,)]
    assert await client.requests_of(MIRROR) == ()
    by_list = {row.id: row for row in await client.requests() if row.key == MATRIX}
    assert by_list == rows


async def test_reads_the_requests_of_a_title_without_tmdb(client, server) -> None:
    await client.request(RequestBody(MATRIX, Quality.HD))
    server.tmdb.forget()
    server.tmdb.failure = 500

    (row,) = await client.requests_of(MATRIX)

    assert row.key == MATRIX


async def test_counts_what_waits_for_approval(client) -> None:
    assert await client.pending_requests() == 0
    await client.request(RequestBody(MATRIX, Quality.HD, user_id=2))
    assert await client.pending_requests() == 1


async def test_reads_where_requests_can_go(client, server) -> None:
    server.settings.radarr.append(
        SimulatedArr(3, "Films", tags=((1, "list"),), root_folders=("/a", "/b"))
    )
    server.settings.sonarr.append(SimulatedArr(0, "Shows", is4k=True, is_default=False))

    assert await client.servers(MediaType.MOVIE) == (ArrServer(3, "Films", is_4k=False),)
    assert await client.servers(MediaType.SHOW) == (ArrServer(0, "Shows", is_4k=True),)
    assert await client.server(MediaType.MOVIE, 3) == ArrServerOptions(
        profiles=(Choice(1, "Any"), Choice(4, "HD-1080p"), Choice(6, "HD - 720p/1080p")),
        root_folders=("/a", "/b"),
        tags=(Choice(1, "list"),),
    )
    assert (await client.server(MediaType.SHOW, 0)).tags == ()
    with pytest.raises(NotFound):
        await client.server(MediaType.SHOW, 7)

    server.settings.arr_unreachable = True
    with pytest.raises(Refused):
        await client.server(MediaType.MOVIE, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.me(),
        lambda client: client.users(),
        lambda client: client.media_page(0),
        lambda client: client.find("imdb", "tt0133093"),
        lambda client: client.show(1396),
        lambda client: client.pending_requests(),
        lambda client: client.request(RequestBody(MATRIX, Quality.HD)),
        lambda client: client.request(RequestBody(MATRIX, Quality.HD, user_id=2)),
    ],
)
@ALL
async def test_a_bad_key_is_always_noticed(start_seerr, doorway, flavour, call) -> None:
    server = await start_seerr(flavour)
    for key in ("wrong-key", ""):
        with pytest.raises(CredentialsRejected) as rejected:
            await call(SeerrClient(doorway("seerr"), URL(server.url), key))
        assert rejected.value.account == "entry-of-the-account"
        assert "wrong-key" not in str(rejected.value)


async def test_status_says_nothing_about_the_key(start_seerr, doorway) -> None:
    server = await start_seerr(SEERR)
    client = SeerrClient(doorway("seerr"), URL(server.url), "wrong-key")

    assert (await client.status()).version == "3.1.0"
    assert (await client.public_settings()).title == "Seerr"


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
async def test_a_web_page_is_no_answer(client, server, status) -> None:
    server.faults.add(Fault(Failure.HTML, status=status))

    for call in (client.me(), client.media_page(0), client.find("imdb", "tt0133093")):
        with pytest.raises(InvalidAnswer):
            await call


async def test_a_page_cut_short_is_no_answer(client, server) -> None:
    server.add_library(generated(200))
    server.faults.add(Fault(Failure.TRUNCATE))

    for call in (client.me(), client.media_page(0), client.users(), client.requests()):
        with pytest.raises(InvalidAnswer):
            await call


async def test_a_server_that_is_down_is_unreachable(client, server) -> None:
    server.faults.add(Fault(Failure.STATUS, status=503))

    with pytest.raises(Unreachable) as unreachable:
        await client.media_page(0)
    assert unreachable.value.reason == "server_error"


async def test_a_proxy_that_forbids_is_no_bad_key(client, server) -> None:
    server.faults.add(Fault(Failure.STATUS, status=403))

    with pytest.raises(Forbidden) as forbidden:
        await client.me()
    assert not isinstance(forbidden.value, CredentialsRejected)


async def test_another_server_is_no_seerr(doorway, imdb) -> None:
    client = SeerrClient(doorway("seerr"), URL(imdb.url), "key")
    for call in (client.status(), client.public_settings(), client.me()):
        with pytest.raises((NotFound, InvalidAnswer, Refused)):
            await call


class Endless(Simulator):
    """A server that has full pages for as long as anybody asks."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/user", self._users), web.get("/api/v1/media", self._users)]

    async def _users(self, request: web.Request) -> web.Response:
        row = {"id": 1, "permissions": 2, "mediaType": "other"}
        rows = [row] * int(request.query["take"]) if self.counts.total() < 10 else []
        return web.json_response({"pageInfo": {"results": 10_000_000}, "results": rows})


async def test_a_server_with_millions_of_rows_is_not_read(socket_enabled, doorway) -> None:
    async with Endless() as server:
        client = SeerrClient(doorway("seerr"), URL(server.url), "key")
        for ask in (client.users(), client.media_page(0)):
            server.forget_requests()
            with pytest.raises(InvalidAnswer, match="10000000 rows"):
                await ask
            assert server.counts.total() == 1
