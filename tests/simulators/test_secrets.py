"""What the services tell of the secrets that they gave out: whoever looks for leaks asks them."""

import aiohttp
import pytest

from simulators.anilist import VIEWER, AniListSimulator
from simulators.faults import Failure, Fault
from simulators.imdb import ImdbSimulator
from simulators.plex import PlexSimulator
from simulators.seerr import SeerrSimulator
from simulators.trakt import TraktSimulator


def test_trakt() -> None:
    trakt = TraktSimulator()
    first = trakt.sign_in()
    device_code, user_code = trakt.state.devices.start()
    second = trakt.state.tokens.refresh(first.refresh_token)
    assert second is not None
    trakt.revoke_all()
    assert trakt.secrets == {
        trakt.app.client_secret,
        *(first.access_token, first.refresh_token),
        *(second.access_token, second.refresh_token),
        *(device_code, user_code),
    }


def test_anilist() -> None:
    anilist = AniListSimulator()
    code = anilist._tokens.code(anilist.user(VIEWER))
    anilist._tokens.redeem(code)
    token = anilist.sign_in()
    anilist.revoke_all()
    assert anilist.secrets == {anilist.app.client_secret, code, token}


def test_plex() -> None:
    plex = PlexSimulator()
    child = plex.add_user("Child", restricted=True, pin="1234")
    pin = plex.state.pins.new("client", "product", strong=False)
    plex.link(pin.code)
    servers = {plex.owner.server_token, child.server_token}
    (token,) = plex.owner.tokens
    plex.revoke()
    assert plex.secrets == {"1234", pin.code, token, plex.owner.server_token, *servers}


def test_seerr() -> None:
    seerr = SeerrSimulator(api_key="first")
    seerr.api_key = "second"
    seerr.settings.api_key = "third"
    assert seerr.secrets == {"first", "second", "third"}


@pytest.mark.usefixtures("socket_enabled")
async def test_failures_that_try_to_get_at_secrets() -> None:
    """A page that repeats all that was sent, and a redirect to somebody else."""
    async with ImdbSimulator() as imdb, aiohttp.ClientSession() as session:
        assert imdb.secrets == frozenset()
        imdb.faults.add(Fault(Failure.ECHO, status=500, times=1))
        imdb.faults.add(Fault(Failure.MOVED, status=307, location="http://127.0.0.1:1/"))
        headers = {"X-Api-Key": "k-1&2"}
        async with session.post(f"{imdb.url}/a?b=c", headers=headers, data="body") as answer:
            assert answer.status == 500
            text = await answer.text()
        assert "<title>/a?b=c" in text
        assert "k-1&amp;2" in text
        assert text.endswith("body</title></head></html>")
        async with session.get(imdb.url, allow_redirects=False) as answer:
            assert answer.status == 307
            assert answer.headers["Location"] == "http://127.0.0.1:1/"
