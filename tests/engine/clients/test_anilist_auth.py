"""Signing in to AniList."""

import pytest

from custom_components.media_list_sync.engine.clients.anilist import AniListClient
from custom_components.media_list_sync.engine.clients.anilist_auth import AniListAuth, CodeRejected
from custom_components.media_list_sync.engine.http import (
    CredentialsRejected,
    InvalidAnswer,
    Limited,
    Refused,
    Unreachable,
)
from simulators.faults import Failure, Fault


@pytest.fixture
def auth(anilist, doorway) -> AniListAuth:
    app = anilist.app
    return AniListAuth(doorway("anilist"), anilist.auth_url, app.client_id, app.client_secret)


@pytest.fixture
def code(anilist) -> str:
    return anilist._tokens.code(anilist.user())


async def test_a_code_is_a_token_once(anilist, auth, code, doorway) -> None:
    token = await auth.exchange(code, anilist.app.redirect_uri)
    client = AniListClient(doorway("anilist"), f"{anilist.url}/", token)
    assert (await client.viewer()).name == "viewer"
    with pytest.raises(CodeRejected):
        await auth.exchange(code, anilist.app.redirect_uri)


async def test_a_code_that_is_too_old(anilist, auth, code) -> None:
    anilist.clock.advance(601)
    with pytest.raises(CodeRejected):
        await auth.exchange(code, anilist.app.redirect_uri)


async def test_an_address_that_is_not_the_same_to_the_letter(anilist, auth, code) -> None:
    with pytest.raises(CredentialsRejected):
        await auth.exchange(code, anilist.app.redirect_uri + "/")


@pytest.mark.parametrize("wrong", ["_client_id", "_secret"])
async def test_a_wrong_app(anilist, auth, code, wrong) -> None:
    setattr(auth, wrong, "99999")
    with pytest.raises(CredentialsRejected):
        await auth.exchange(code, anilist.app.redirect_uri)


async def test_a_code_that_is_missing(anilist, auth) -> None:
    with pytest.raises(Refused, match="invalid_request"):
        await auth.exchange("", anilist.app.redirect_uri)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Failure.CUT), Unreachable),
        (Fault(Failure.TRUNCATE), InvalidAnswer),
        (Fault(Failure.HTML, status=200), InvalidAnswer),
        (Fault(Failure.STATUS, status=500), Unreachable),
        (Fault(Failure.STATUS, status=429, retry_after="60"), Limited),
    ],
)
async def test_faults(anilist, auth, code, fault, error) -> None:
    anilist.faults.add(fault)
    with pytest.raises(error):
        await auth.exchange(code, anilist.app.redirect_uri)
    assert anilist.counts["POST /api/v2/oauth/token"] == 1
