"""The simulated IMDb answers as the real one did."""

from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulators.imdb import ImdbSimulator, ImdbTitle

from .shapes import differences
from .test_imdb import LIST, PROFILE, WATCHLIST, Client


@pytest.fixture
def recorded(contracts_dir: Path) -> Any:
    def read(name: str) -> Any:
        return json.loads((contracts_dir / "recorded" / "imdb" / name).read_text("utf-8"))

    return read


@pytest.fixture
async def sim(socket_enabled: None) -> AsyncIterator[ImdbSimulator]:
    async with ImdbSimulator() as simulator:
        yield simulator


@pytest.fixture
async def client(sim: ImdbSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sim.url)


def known(sim: ImdbSimulator, body: dict[str, Any]) -> list[str]:
    """Let the titles of a recorded answer exist, and return their ids."""
    ids = []
    for edge in body["titleListItemSearch"]["edges"]:
        title = edge["title"]
        sim.add_title(
            ImdbTitle(
                title["id"],
                title["titleText"]["text"],
                title["originalTitleText"]["text"],
                title["releaseYear"]["year"],
                title["titleType"]["id"],
            )
        )
        ids.append(title["id"])
    return ids


def titles(body: dict[str, Any]) -> list[dict[str, Any]]:
    found = [edge["title"] for edge in body["titleListItemSearch"]["edges"]]
    for title in found:  # asked for by our query, but not by the recorded one
        title["titleType"].pop("isSeries", None)
        title["titleType"].pop("isEpisode", None)
    return found


async def test_a_list(sim: ImdbSimulator, client: Client, recorded: Any) -> None:
    real = recorded("list-graphql.json")
    sim.add_list("ls006123300", "WATCHLIST", known(sim, real["data"]["list"]), user="ur15738437")
    ours = await client.ask(LIST, id="ls006123300", first=250)
    assert differences(real, ours) == []
    assert titles(ours["data"]["list"]) == titles(real["data"]["list"])
    for key in ("total", "pageInfo"):
        simulated = ours["data"]["list"]["titleListItemSearch"][key]
        assert simulated == real["data"]["list"]["titleListItemSearch"][key]


async def test_a_watchlist(sim: ImdbSimulator, client: Client, recorded: Any) -> None:
    real = recorded("watchlist-graphql.json")
    sim.add_watchlist("ur15738437", known(sim, real["data"]["predefinedList"]))
    ours = await client.ask(WATCHLIST, u="ur15738437", first=250)
    assert differences(real, ours) == []
    assert titles(ours["data"]["predefinedList"]) == titles(real["data"]["predefinedList"])


async def test_a_profile(sim: ImdbSimulator, client: Client, recorded: Any) -> None:
    real = recorded("profile-graphql.json")
    sim.add_profile("p.abcdef123", real["data"]["userProfile"]["userId"])
    assert await client.ask(PROFILE, p="p.abcdef123") == real


async def test_a_private_watchlist(sim: ImdbSimulator, client: Client, recorded: Any) -> None:
    sim.add_watchlist("ur15738437", visibility="PRIVATE")
    ours = await client.ask(WATCHLIST, u="ur15738437", first=250)
    assert ours == recorded("imdb_watchlist_private.json")
