"""Requesting titles, and what refusals mean."""

import asyncio
from typing import Any

import pytest

from custom_components.media_list_sync.engine.clients.seerr import (
    AlreadyRequested,
    Blocklisted,
    CsrfProtected,
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
    Forbidden,
    InvalidAnswer,
    Refused,
    Unreachable,
)
from custom_components.media_list_sync.engine.model import MediaType, Quality, TitleKey
from simulators.faults import Failure, Fault
from simulators.seerr import (
    JELLYSEERR,
    OVERSEERR,
    SEERR,
    ArrServer,
    Permission,
    Quota,
    SeerrSimulator,
    SeerrUser,
)

POST = "POST /api/v1/request"

MATRIX = TitleKey(MediaType.MOVIE, 603)
DUNE = TitleKey(MediaType.MOVIE, 438631)
MIRROR = TitleKey(MediaType.MOVIE, 1396)
BREAKING_BAD = TitleKey(MediaType.SHOW, 1396)
FILM = RequestBody(MATRIX, Quality.HD)


def show(*seasons: int, **more: Any) -> RequestBody:
    return RequestBody(BREAKING_BAD, Quality.HD, seasons, **more)


@pytest.fixture(params=[SEERR, OVERSEERR, JELLYSEERR], ids=lambda f: f.name)
async def server(start_seerr, request) -> SeerrSimulator:
    return await start_seerr(request.param)


@pytest.fixture
def client(server, seerr_client) -> SeerrClient:
    return seerr_client(server)


async def test_requests_a_film(client, server) -> None:
    made = await client.request(FILM)

    (row,) = server.requests
    assert made == Requested(row.id, seasons=(), pending=False)
    assert (row.tmdb, row.is_show, row.is4k, row.requested_by) == (603, False, False, 1)


async def test_a_film_and_a_show_may_share_a_number(client, server) -> None:
    await client.request(RequestBody(MIRROR, Quality.HD))
    await client.request(show(1))

    assert server.requested_titles() == {(False, 1396), (True, 1396)}


async def test_requests_seasons_and_says_which_were_left(client, server) -> None:
    assert await client.request(show(1, 2)) == Requested(1, (1, 2), pending=False)
    assert await client.request(show(2, 3)) == Requested(2, (3,), pending=False)
    assert await client.request(show(1, 3)) == AlreadyRequested()
    assert server.requested_seasons(1396) == {1, 2, 3}


async def test_what_is_requested_is_not_requested_again(client, server) -> None:
    await client.request(FILM)

    assert await client.request(FILM) == AlreadyRequested()
    assert len(server.requests) == 1


async def test_both_qualities_are_told_apart(client, server) -> None:
    await client.request(FILM)
    made = await client.request(RequestBody(MATRIX, Quality.UHD))

    assert isinstance(made, Requested)
    assert [row.is4k for row in server.requests] == [False, True]


async def test_as_a_user_with_the_users_own_rules(client, server) -> None:
    made = await client.request(RequestBody(MATRIX, Quality.HD, user_id=2))

    assert made == Requested(1, (), pending=True)
    assert server.requests[0].requested_by == 2
    assert server.exchanges[-1].headers["X-Api-User"] == "2"


async def test_in_the_name_of_a_user_approved_at_once(client, server) -> None:
    made = await client.request(RequestBody(MATRIX, Quality.HD, user_id=2, as_user=False))

    assert made == Requested(1, (), pending=False)
    assert server.requests[0].requested_by == 2
    assert "X-Api-User" not in server.exchanges[-1].headers


async def test_says_where_it_shall_go(client, server) -> None:
    server.settings.radarr.append(ArrServer(3, "Films", tags=((1, "list"),)))
    body = RequestBody(
        MATRIX, Quality.HD, server_id=3, profile_id=4, root_folder="/library/ü", tags=(1,)
    )

    await client.request(body)

    (row,) = server.requests
    assert (row.server_id, row.profile_id, row.root_folder, row.tags) == (3, 4, "/library/ü", (1,))


async def test_never_sends_null(client, server) -> None:
    await client.request(FILM)

    assert server.exchanges[-1].body == b'{"mediaType":"movie","mediaId":603,"is4k":false}'


@pytest.mark.parametrize(("key", "seasons"), [(BREAKING_BAD, ()), (MATRIX, (1,))])
def test_what_servers_cannot_take_cannot_be_said(key, seasons) -> None:
    with pytest.raises(ValueError, match="seasons"):
        RequestBody(key, Quality.HD, seasons)


@pytest.mark.parametrize("user", ["abc", "2", 2.0, True, 0, -1])
async def test_a_user_that_is_no_number_never_reaches_the_server(client, server, user) -> None:
    with pytest.raises(ValueError, match="number"):
        await client.request(RequestBody(MATRIX, Quality.HD, user_id=user))

    assert not server.counts
    assert not server.crashed


async def test_quota(client, server) -> None:
    server.add_user(SeerrUser(5, "limited", movie_quota=Quota(1), tv_quota=Quota(2)))
    await client.request(RequestBody(MATRIX, Quality.HD, user_id=5))

    for body in (RequestBody(DUNE, Quality.HD, user_id=5), show(1, 2, 3, user_id=5)):
        with pytest.raises(QuotaExceeded) as error:
            await client.request(body)
        assert "Quota" in error.value.detail
    assert len(server.requests) == 1
    assert isinstance(await client.request(show(1, 2, user_id=5)), Requested)


async def test_permission(client, server) -> None:
    server.add_user(SeerrUser(6, "watcher", Permission.NONE))

    for body in (
        RequestBody(MATRIX, Quality.HD, user_id=6),
        RequestBody(MATRIX, Quality.UHD, user_id=2),
    ):
        with pytest.raises(PermissionRefused) as error:
            await client.request(body)
        assert "permission" in error.value.detail
    assert server.requests == []


@pytest.mark.parametrize("as_user", [True, False])
async def test_a_user_that_is_gone_is_told_from_a_bad_key(client, server, as_user) -> None:
    with pytest.raises(UserGone):
        await client.request(RequestBody(MATRIX, Quality.HD, user_id=99, as_user=as_user))

    server.settings.api_key = "another"
    with pytest.raises(CredentialsRejected):
        await client.request(RequestBody(MATRIX, Quality.HD, user_id=99, as_user=as_user))
    with pytest.raises(CredentialsRejected):
        await client.request(RequestBody(MATRIX, Quality.HD, user_id=2, as_user=as_user))
    assert server.requests == []


@pytest.mark.parametrize("flavour", [SEERR, JELLYSEERR], ids=lambda f: f.name)
async def test_blocklist(start_seerr, seerr_client, flavour) -> None:
    server = await start_seerr(flavour)
    server.block(603, is_show=False)

    with pytest.raises(Blocklisted) as error:
        await seerr_client(server).request(FILM)
    assert error.value.status == 403


async def test_csrf_protection(client, server) -> None:
    server.settings.csrf_protection = True

    assert (await client.me()).is_admin
    with pytest.raises(CsrfProtected):
        await client.request(FILM)


@pytest.mark.parametrize("failure", [500, 429])
async def test_tmdb_out_of_reach_may_pass(client, server, failure) -> None:
    server.tmdb.failure = failure

    for body in (FILM, show(1)):
        with pytest.raises(MetadataUnavailable) as error:
            await client.request(body)
        assert not error.value.unknown_title
        assert error.value.status == 500


async def test_a_title_that_tmdb_does_not_have_does_not_pass(client) -> None:
    for key, seasons in (
        (TitleKey(MediaType.MOVIE, 999_999_999), ()),
        (TitleKey(MediaType.SHOW, 999_999_999), (1,)),
    ):
        with pytest.raises(MetadataUnavailable) as error:
            await client.request(RequestBody(key, Quality.HD, seasons))
        assert error.value.unknown_title


async def test_other_refusals_carry_the_servers_words(client, server) -> None:
    server.faults.add(Fault(Failure.STATUS, method="POST", status=500))

    with pytest.raises(Refused) as error:
        await client.request(FILM)
    assert type(error.value) is Refused
    assert error.value.detail == "simulated failure 500"


async def test_a_proxys_no_is_no_permission_of_a_user(client, server) -> None:
    server.faults.add(Fault(Failure.HTML, method="POST", status=403))

    with pytest.raises(InvalidAnswer):
        await client.request(FILM)


@pytest.mark.parametrize("status", [200, 202, 409])
async def test_a_web_page_is_no_success(client, server, status) -> None:
    server.faults.add(Fault(Failure.HTML, method="POST", status=status))

    with pytest.raises(InvalidAnswer):
        await client.request(FILM)


async def test_an_answer_that_never_came_leaves_a_doubt_and_is_not_repeated(client, server) -> None:
    server.faults.add(Fault(Failure.CUT_AFTER, method="POST"))

    with pytest.raises(Unreachable) as error:
        await client.request(FILM)
    assert error.value.sent
    assert server.counts[POST] == 1
    assert [row.key for row in await client.requests_of(MATRIX)] == [MATRIX]


async def test_half_an_answer_leaves_a_doubt(client, server) -> None:
    server.faults.add(Fault(Failure.TRUNCATE, method="POST"))

    with pytest.raises(InvalidAnswer):
        await client.request(FILM)
    assert len(server.requests) == 1


async def test_requests_go_one_at_a_time(client, server) -> None:
    server.post_seconds = 0.02
    bodies = [RequestBody(MATRIX, Quality.HD), RequestBody(DUNE, Quality.HD), show(1), show(2)]

    await asyncio.gather(*(client.request(body) for body in bodies))

    assert server.overlapping_posts == 0
    assert len(server.requests) == 4


def test_an_error_about_a_user_is_one_about_what_is_allowed() -> None:
    assert issubclass(UserGone, Forbidden)
    assert issubclass(QuotaExceeded, Refused)
