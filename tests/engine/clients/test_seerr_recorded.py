"""Answers of real servers, served again: what the client makes of each."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
import json
from pathlib import Path
from typing import Any

from aiohttp import web
import pytest
from yarl import URL

from custom_components.media_list_sync.engine.clients.seerr import (
    AlreadyRequested,
    Blocklisted,
    Flavour,
    MetadataUnavailable,
    PermissionRefused,
    QuotaExceeded,
    RequestBody,
    Requested,
    SeerrClient,
    UserGone,
)
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    NotFound,
    Refused,
    ServiceError,
)
from custom_components.media_list_sync.engine.model import MediaType, Quality, TitleKey
from simulators.base import Simulator

SERVERS = {"seerr": "3.1.0", "overseerr": "1.34.0"}
FILM = RequestBody(TitleKey(MediaType.MOVIE, 1), Quality.HD, user_id=2)
SHOW = RequestBody(TitleKey(MediaType.SHOW, 1), Quality.HD, (1, 2))


class Recorded(Simulator):
    """Answers whatever it is asked with the recorded answer of one name, or with any given."""

    def __init__(self, recordings: dict[str, Any]) -> None:
        super().__init__()
        self.recordings = recordings
        self.answer: tuple[int, object] = (500, None)

    def play(self, name: str) -> None:
        response = self.recordings[name]["response"]
        self.answer = (response["status"], response["body"])

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path.endswith("/auth/me") and self.answer[0] == 403:
            return web.json_response(self.recordings["auth_me"]["response"]["body"])
        status, body = self.answer
        return web.json_response(body, status=status)


def recordings_of(folder: Path, server: str) -> dict[str, Any]:
    lines = (folder / "recorded" / f"{server}.jsonl").read_text().splitlines()
    return {recording["name"]: recording for recording in map(json.loads, lines)}


@pytest.fixture(params=SERVERS)
async def recorded(
    socket_enabled: None, contracts_dir: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Recorded]:
    async with Recorded(recordings_of(contracts_dir, request.param)) as server:
        yield server


@pytest.fixture
def client(recorded: Recorded, doorway: Callable) -> SeerrClient:
    return SeerrClient(doorway("seerr"), URL(recorded.url), "key")


async def test_says_what_it_is(client, recorded) -> None:
    recorded.play("status")
    version = (await client.status()).version
    recorded.play("settings_public")
    settings = await client.public_settings()

    assert SERVERS[settings.flavour] == version
    assert len(settings.server_id) == 87


async def test_old_and_new_jellyseerr(client, recorded) -> None:
    recorded.play("settings_public")
    body = dict(recorded.answer[1])
    body.pop("hideBlocklisted", None)
    for more in ({"mediaServerType": 2}, {"mediaServerType": 2, "hideBlacklisted": False}):
        recorded.answer = (200, {**body, **more, "applicationTitle": "Mine"})
        settings = await client.public_settings()
        assert (settings.flavour, settings.title) == (Flavour.JELLYSEERR, "Mine")


async def test_every_row_of_every_list_is_read(client, recorded) -> None:
    calls = {
        "/api/v1/media": lambda: client.media_page(0),
        "/api/v1/user": client.users,
        "/api/v1/request": client.requests,
    }
    read: defaultdict[str, int] = defaultdict(int)
    for name, recording in recorded.recordings.items():
        path = recording["request"]["path"].partition("?")[0]
        body = recording["response"]["body"]
        if recording["response"]["status"] != 200 or path not in calls:
            continue
        # As the only page: some were recorded with few rows a page.
        whole = {**body, "pageInfo": {**body["pageInfo"], "results": len(body["results"])}}
        recorded.answer = (200, whole)
        rows = await calls[path]()
        count = len(rows.rows) if path.endswith("media") else len(rows)
        assert count == len(body["results"]), name
        read[path] += count
    assert min(read.values()) > 10


async def test_every_show_and_search_is_read(client, recorded) -> None:
    found = 0
    for recording in recorded.recordings.values():
        path, status = recording["request"]["path"], recording["response"]["status"]
        recorded.answer = (status, recording["response"]["body"])
        if status != 200 or recording["request"]["method"] != "GET":
            continue
        if path.startswith("/api/v1/search"):
            found += len(await client.find("imdb", "tt1"))
        elif path.startswith("/api/v1/tv/") and "/season" not in path:
            details = await client.show(1)
            assert len(details.seasons) == len(recording["response"]["body"]["seasons"])
            await client.requests_of(TitleKey(MediaType.SHOW, details.tmdb))
    assert found > 10


async def test_reads_seasons_that_were_requested(client, recorded) -> None:
    recorded.play("tv_1396_after")
    rows = await client.requests_of(TitleKey(MediaType.SHOW, 1396))
    assert sorted(season for row in rows for season in row.seasons) == [1, 2, 3]


async def test_quota_and_count(client, recorded) -> None:
    recorded.play("user_quota_5_after")
    quota = await client.quota(5)
    assert (quota.movie.remaining, quota.show.remaining, quota.show.limit) == (0, 0, 3)
    recorded.play("request_count")
    assert await client.pending_requests() == 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("request_movie_admin", Requested),
        ("request_movie_as_user2", Requested),
        ("request_tv_all_admin", Requested),
        ("request_movie_admin_again", AlreadyRequested),
        ("request_tv_seasons_12_again", AlreadyRequested),
        ("request_movie_user4", PermissionRefused),
        ("request_quota_3", QuotaExceeded),
        ("request_quota_tv_2", QuotaExceeded),
        ("request_movie_body_userid_unknown", UserGone),
        ("request_bad_key", UserGone),  # the key is good: /auth/me answers here
        ("request_no_key", CredentialsRejected),
        ("request_tv_no_seasons_key", Refused),
        ("request_tv_shared_tvdb_2", Refused),
        ("request_bad_type", Refused),
        ("request_movie_unknown", MetadataUnavailable),
        ("request_tv_unknown", MetadataUnavailable),
        ("tmdb_down_request", MetadataUnavailable),
        ("tmdb_429_request", MetadataUnavailable),
        ("unknown_route", NotFound),
    ],
)
async def test_what_became_of_a_request(client, recorded, name, expected) -> None:
    recorded.play(name)
    try:
        result: object = await client.request(FILM)
    except ServiceError as error:
        result = error
    assert type(result) is expected
    if isinstance(result, MetadataUnavailable):
        assert result.unknown_title is ("unknown" in name)
    if isinstance(result, Requested):
        assert result.pending is (name == "request_movie_as_user2")


async def test_a_blocklisted_title(client, recorded) -> None:
    recorded.play("request_blocklisted")
    if recorded.answer[0] == 403:
        with pytest.raises(Blocklisted):
            await client.request(FILM)
    else:  # Overseerr has no blocklist
        assert isinstance(await client.request(FILM), Requested)


async def test_of_some_seasons_the_rest_is_told(client, recorded) -> None:
    recorded.play("request_tv_seasons_23_partly")
    assert (await client.request(SHOW)).seasons == (3,)


MEDIA: dict[str, Any] = {
    "mediaType": "movie",
    "tmdbId": 1,
    "status": 5,
    "status4k": 1,
    "seasons": [],
}
PAGE: dict[str, Any] = {"pages": 1, "pageSize": 1000, "results": 1, "page": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"tmdbId": None},
        {"tmdbId": "1"},
        {"tmdbId": True},
        {"status": "5"},
        {"status": None},
        {"mediaType": None},
        {"seasons": [{"seasonNumber": 1}]},
        {"seasons": {"1": 5}},
        {"tvdbId": "many"},
        {"imdbId": 7},
    ],
)
async def test_a_malformed_row_makes_the_page_invalid(client, recorded, wrong) -> None:
    recorded.answer = (200, {"pageInfo": PAGE, "results": [{**MEDIA, **wrong}]})
    with pytest.raises(ServiceError) as error:
        await client.media_page(0)
    assert type(error.value).__name__ == "InvalidAnswer"


async def test_rows_of_other_media_are_left_out(client, recorded) -> None:
    music = {**MEDIA, "mediaType": "music", "tmdbId": None}
    info = {**PAGE, "results": 2}
    recorded.answer = (200, {"pageInfo": info, "results": [MEDIA, music]})
    page = await client.media_page(0)
    assert [row.key.tmdb for row in page.rows] == [1]
    assert page.total == 2


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"results": []},
        {"pageInfo": {}, "results": []},
        {"pageInfo": PAGE, "results": []},
        {"pageInfo": dict(PAGE, results=3), "results": [MEDIA, MEDIA]},
        {"pageInfo": PAGE, "results": [None]},
        "no",
        None,
    ],
)
async def test_a_page_of_another_shape_is_invalid(client, recorded, body) -> None:
    recorded.answer = (200, body)
    for call in (client.media_page(0), client.users(), client.requests()):
        with pytest.raises(ServiceError) as error:
            await call
        assert type(error.value).__name__ == "InvalidAnswer"


@pytest.mark.parametrize(
    "body", [[], {}, {"id": None}, {"id": 1, "permissions": "2"}, {"id": 1}, 7]
)
async def test_other_answers_of_another_shape_are_invalid(client, recorded, body) -> None:
    recorded.answer = (200, body)
    key = TitleKey(MediaType.MOVIE, 1)
    for call in (client.me(), client.quota(1), client.show(1), client.pending_requests()):
        with pytest.raises(ServiceError) as error:
            await call
        assert type(error.value).__name__ == "InvalidAnswer"
    recorded.answer = (201, body)
    with pytest.raises(ServiceError) as error:
        await client.request(RequestBody(key, Quality.HD))
    assert type(error.value).__name__ == "InvalidAnswer"


async def test_requests_of_titles_that_are_gone_say_nothing(client, recorded) -> None:
    request = {"id": 1, "status": 9, "type": "movie", "is4k": False, "media": {**MEDIA}}
    rows = [request, {**request, "id": 2, "media": None}, {**request, "id": 3, "type": "music"}]
    recorded.answer = (200, {"pageInfo": {**PAGE, "results": 3}, "results": rows})
    (row,) = await client.requests()
    assert (row.id, row.status) == (1, 0)


async def test_users_without_a_name_have_a_number(client, recorded) -> None:
    user = {"id": 7, "permissions": 32, "displayName": "", "username": None}
    recorded.answer = (200, {"pageInfo": PAGE, "results": [user]})
    assert [user.name for user in await client.users()] == ["#7"]


class Moving(Recorded):
    """A server whose number of rows changes while pages are read."""

    totals: list[int]

    async def _answer(self, request: web.Request) -> web.Response:
        total = self.totals.pop(0)
        skip = int(request.query["skip"])
        rows = [
            {"id": number, "permissions": 32, "displayName": "a"}
            for number in range(skip, min(skip + 100, total))
        ]
        return web.json_response({"pageInfo": {**PAGE, "results": total}, "results": rows})


@pytest.mark.parametrize(
    ("totals", "count"), [([150, 151, 151, 151], 151), ([150, 151, 151, 152, 152, 153], None)]
)
async def test_rows_that_move_between_pages_are_read_again(
    socket_enabled: None, doorway: Callable, totals: list[int], count: int | None
) -> None:
    async with Moving({}) as server:
        server.totals = totals
        client = SeerrClient(doorway("seerr"), URL(server.url), "key")
        if count is not None:
            assert len(await client.users()) == count
        else:
            with pytest.raises(ServiceError, match="changed"):
                await client.users()
