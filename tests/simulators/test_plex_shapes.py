"""The simulated Plex answers as the real one did, and as its API description says.

Each recorded answer has a simulated one beside it. Of both, every key of the recorded container has
to be there, and every key that all recorded rows have; what has the same key has the same type.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import aiohttp
from jsonschema import Draft202012Validator
import pytest

from simulators.plex import PlexSimulator
from tests.engine.clients.openapi import Description

from .shapes import differences
from .test_plex import Client, client, page, session, sim

__all__ = ["client", "session", "sim"]

NOT_OURS = {
    # ratings of Plex's own, and names for addresses on its web site
    *("$.audienceRating", "$.grandparentSlug"),
}


@pytest.fixture
def furnished(sim: PlexSimulator) -> PlexSimulator:
    films = sim.server.add_library("Films", "movie", agent="com.plexapp.agents.imdb")
    sim.server.add_movie(films, "Sintel", guid="com.plexapp.agents.imdb://tt1727587?lang=en")
    old = sim.server.add_library("Old", agent="com.plexapp.agents.thetvdb")
    sim.server.add_show(
        old, "The 100", {1: 9, 2: 9}, guid="com.plexapp.agents.thetvdb://268592?lang=en"
    )
    new = sim.server.add_library("TV Series")
    show = sim.server.add_show(new, "Alice in Borderland", {1: 8}, guids=["tvdb://389680"])
    sim.server.watch(sim.owner, show.seasons[1].episodes[1])
    return sim


def recorded(contracts_dir: Path, name: str) -> Any:
    return json.loads((contracts_dir / "recorded" / "plex" / name).read_text(encoding="utf-8"))


def unlike(real: dict[str, Any], ours: dict[str, Any]) -> set[str]:
    """Return where a simulated container is not as a recorded one."""
    found = set(differences(_bare(real), _bare(ours)))
    for name in ("Metadata", "Directory"):
        rows = real.get(name, [])
        always = set.intersection(*(set(row) for row in rows)) if rows else set()
        for own in ours.get(name, ()):
            found |= {f"$.{key} is missing" for key in always - own.keys()}
            for row in rows:
                both = row.keys() & own.keys()
                found |= set(
                    differences({key: row[key] for key in both}, {key: own[key] for key in both})
                )
    return {one for one in found if one.split()[0] not in NOT_OURS}


def _bare(container: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in container.items() if not isinstance(value, list)}


@pytest.mark.parametrize(
    ("name", "path", "paged"),
    [
        ("movie_library.json", "/library/sections/1/all", False),
        ("tv_library.json", "/library/sections/2/all", False),
        ("tv_seasons.json", "/library/metadata/2/children", False),
        ("tv_episodes.json", "/library/metadata/3/children", False),
        (
            "episodes_type4_includeGuids.new_agent.sample.json",
            "/library/sections/3/all?type=4&includeGuids=1",
            True,
        ),
    ],
)
async def test_recorded_libraries(
    contracts_dir: Path,
    furnished: PlexSimulator,
    client: Client,
    name: str,
    path: str,
    paged: bool,
) -> None:
    real = recorded(contracts_dir, name)["MediaContainer"]
    ours = await client.ok(path, **(page(0, 2) if paged else {}))
    assert ours["Metadata"]
    assert unlike(real, ours) == set()


async def test_recorded_codes(contracts_dir: Path, sim: PlexSimulator, client: Client) -> None:
    url = f"{sim.url}/api/v2/pins"
    _, pin, _ = await client.ask("POST", url, None)
    assert _strictly(recorded(contracts_dir, "pins_new.json"), pin) == []
    sim.link(pin["code"])
    _, pin, _ = await client.ask("GET", f"{url}/{pin['id']}", None)
    assert _strictly(recorded(contracts_dir, "pins_linked.json"), pin) == []


async def test_recorded_resources(contracts_dir: Path, sim: PlexSimulator, client: Client) -> None:
    query = "includeHttps=1&includeRelay=1&includeIPv6=1"
    _, resources = await client.account("GET", f"/api/v2/resources?{query}")
    real = recorded(contracts_dir, "resources.json")
    assert _strictly(real, resources[1:]) == []
    kinds = {(one["local"], one["relay"]) for one in real[0]["connections"]}
    assert {(one["local"], one["relay"]) for one in resources[1]["connections"]} == kinds


def _strictly(real: Any, ours: Any) -> list[str]:
    """Compare in both directions: nothing is missing, and nothing is there of our making."""
    return differences(real, ours) + differences(ours, real)


# The API description.


@pytest.fixture(scope="module")
def description(contracts_dir: Path) -> dict[str, Any]:
    file = contracts_dir / "contracts" / "plex-media-server-openapi.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


def faults(description: dict[str, Any], path: str, body: Any) -> Iterator[str]:
    """Yield how an answer differs from what the description says of it."""
    answer = description["paths"][path]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    rooted = {**schema, "components": description["components"]}
    for error in Draft202012Validator(rooted).iter_errors(body):
        told = f"{error.json_path}: {error.message}"
        if not KNOWN_WRONG.search(told):
            yield told


KNOWN_WRONG = re.compile(r"Guid\[\d+\]\.id: '|Directory\[\d+\]\.hidden: [012] ")
"""Where the description is not right: as recorded, ids are texts; `hidden` has three values."""


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/", "/"),
        ("/identity", "/identity"),
        ("/library/sections/all", "/library/sections"),
        ("/library/sections/{sectionId}/all", "/library/sections/1/all?includeGuids=1"),
        ("/library/sections/{sectionId}/all", "/library/sections/2/all?includeGuids=1"),
        ("/library/sections/{sectionId}/all", "/library/sections/3/all?type=4&includeGuids=1"),
        ("/library/sections/{sectionId}/prefs", "/library/sections/3/prefs"),
        ("/library/metadata/{ids}", "/library/metadata/1,2,3,4"),
        ("/library/metadata/{ids}/allLeaves", "/library/metadata/2/allLeaves"),
        ("/status/sessions/history/all", "/status/sessions/history/all"),
        ("/:/prefs", "/:/prefs"),
    ],
)
async def test_described_answers(
    description: dict[str, Any], furnished: PlexSimulator, client: Client, path: str, asked: str
) -> None:
    status, body, _ = await client.get(asked)
    assert status == 200
    assert list(faults(description, path, body)) == []


async def test_history_has_what_is_described(
    description: dict[str, Any], furnished: PlexSimulator, client: Client
) -> None:
    examples = description["paths"]["/status/sessions/history/all"]["get"]["responses"]["200"]
    example = examples["content"]["application/json"]["examples"]["aHistory"]["value"]
    ours = await client.ok("/status/sessions/history/all", **page(0, 10))
    assert differences(example["MediaContainer"], ours) == []


async def test_described_requests_are_understood(
    contracts_dir: Path, furnished: PlexSimulator, client: Client
) -> None:
    """What the description allows to be sent is taken; every parameter it names is known."""
    identifier = "identifier=com.plexapp.plugins.library"
    for path in (
        f"/:/scrobble?{identifier}&key=1",
        f"/:/unscrobble?{identifier}&key=1",
        f"/:/rate?{identifier}&key=1&rating=5&ratedAt=1700000000",
    ):
        assert await client.status(path, "PUT") == 200
    file = contracts_dir / "contracts" / "plex-media-server-openapi.json"
    described = Description(file)
    assert [fault for one in furnished.server.exchanges for fault in described.faults(one)] == []


async def test_the_websocket_is_at_both_addresses(
    sim: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    """The description has another address than the one that servers have and clients use."""
    headers = {"X-Plex-Token": sim.owner.server_token}
    for path in ("/:/websockets/notifications", "/:/websocket/notifications"):
        async with session.ws_connect(sim.server.url + path, headers=headers) as socket:
            assert not socket.closed
