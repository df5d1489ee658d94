"""What real servers of Plex answered, as it was recorded."""

from collections.abc import AsyncIterator, Callable
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    CutShort,
    PlexEpisode,
    PlexIds,
    PlexSeason,
    PlexServer,
    PlexTv,
)
from custom_components.media_list_sync.engine.http import InvalidAnswer

from .plex_stub import ALL_MOVIES, ALL_SHOWS, CLIENT, MOVIES, SHOWS, TOKEN, PlexStub


@pytest.fixture
async def stub(socket_enabled: None) -> AsyncIterator[PlexStub]:
    async with PlexStub() as service:
        yield service


@pytest.fixture
def client(stub: PlexStub, doorway: Callable) -> PlexServer:
    return PlexServer(doorway("plex"), stub.url, CLIENT, TOKEN)


@pytest.fixture
def recorded(contracts_dir: Path) -> Callable[[str], Any]:
    folder = contracts_dir / "recorded" / "plex"
    return lambda name: json.loads((folder / f"{name}.json").read_text())


async def test_a_pin(stub, doorway, recorded) -> None:
    client = PlexTv(doorway("plex"), stub.url, stub.url, CLIENT)
    stub.answers["POST /api/v2/pins"] = recorded("pins_new")
    pin = await client.create_pin()
    assert (pin.id, pin.code, pin.expires_in) == (111222333, "CODE", 900)
    stub.answers["GET /api/v2/pins/111222333"] = recorded("pins_new")
    assert await client.check_pin(pin.id) is None
    stub.answers["GET /api/v2/pins/111222333"] = recorded("pins_linked")
    assert await client.check_pin(pin.id) == "auth_token"


async def test_shows_of_an_old_agent(stub, client, recorded) -> None:
    stub.answers[ALL_SHOWS] = recorded("tv_library")
    one, two = await client.shows(SHOWS)
    assert (one.key, one.title, one.year, one.episodes) == ("22", "The 100", 2014, 18)
    assert one.ids == PlexIds("thetvdb", tvdb=268592)
    assert (two.key, two.ids.tvdb, two.ordering) == ("68", 121361, None)


async def test_films_of_an_old_agent(stub, client, recorded) -> None:
    stub.answers[ALL_MOVIES] = recorded("movie_library")
    films = await client.movies(MOVIES)
    assert len(films) == 4
    assert films[0].title == "Big Buck Bunny"
    assert films[0].ids == PlexIds("imdb", imdb="tt1254207")


async def test_seasons(stub, client, recorded) -> None:
    stub.answers["GET /library/metadata/22/children"] = recorded("tv_seasons")
    assert await client.seasons("22") == (PlexSeason("89", 1, 9, 0), PlexSeason("33", 2, 9, 0))


async def test_episodes_of_the_new_agent(stub, client, recorded) -> None:
    """The sample is two rows of 3,438, and says so: alone it is a read with holes."""
    sample = recorded("episodes_type4_includeGuids.new_agent.sample")
    stub.answers[ALL_SHOWS] = sample
    pages = client.episodes(SHOWS)
    assert await anext(pages) == (
        PlexEpisode("45522", "45520", "45521", 1, 1, 1, 1633889060, None, None, "2020-12-10"),
        PlexEpisode("45531", "45520", "45521", 1, 4, 0, None, None, None, "2020-12-10"),
    )
    with pytest.raises(InvalidAnswer, match="rows from 0 on, where 2 was asked for"):
        await anext(pages)


async def test_episodes_of_an_old_agent(stub, client, recorded) -> None:
    """The recording has nine in its count, of which three were kept."""
    season = recorded("tv_episodes")
    stub.answers["GET /library/metadata/22/allLeaves"] = season
    with pytest.raises(CutShort, match="3 rows of 9"):
        await client.leaves("22")
    season["MediaContainer"]["size"] = 3
    rows = await client.leaves("22")
    assert [row.number for row in rows] == [1, 2, 3]
    assert (rows[0].key, rows[0].show, rows[0].season) == ("90", "22", 1)


async def test_the_token_is_nowhere(stub, client, recorded, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    stub.answers[ALL_SHOWS] = recorded("tv_episodes")
    with pytest.raises(CutShort) as error:
        await client.shows(SHOWS)
    assert TOKEN not in f"{caplog.text} {error.value!r} {error.value} {stub.exchanges[0].path}"
