"""The simulated Seerr and Overseerr answer as the real ones did, exchange by exchange.

The recordings are two long conversations, each with one server, and the state of a server is what
the conversation so far has made it. So each is played through once, in order and over a socket,
and then every answer is compared. TMDB was simulated in the recordings; its catalogue is put
together here from what they show.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
import json
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_socket
from yarl import URL

from simulators.catalog import CatalogTitle, Season
from simulators.seerr import OVERSEERR, SEERR, Permission, Person, Quota, SeerrSimulator, SeerrUser

FLAVOURS = {"seerr": SEERR, "overseerr": OVERSEERR}
RECORDED = 166
"""Exchanges of each server."""

NOT_REPLAYED: dict[tuple[str, str], str] = {}
"""(server, exchange) → why the simulator cannot play it."""

TMDB_ANSWERS = {
    "tmdb_down_search_imdb": 500,
    "tmdb_429_request": 429,
    "tmdb_back_request": None,
}
"""What was done to TMDB before an exchange."""

USERS = (
    SeerrUser(1, "admin", Permission.ADMIN, password="test1234"),
    SeerrUser(2, "requester", Permission.REQUEST),
    SeerrUser(3, "auto", Permission.REQUEST | Permission.AUTO_APPROVE),
    SeerrUser(4, "nobody", Permission.NONE),
    SeerrUser(5, "quota", Permission.REQUEST, Quota(2, 7), Quota(3, 7)),
)

BY_TYPE_ALONE = {
    # times, secrets, and what TMDB says that no client of ours reads
    *("createdAt", "updatedAt", "lastSeasonChange", "mediaAddedAt"),
    *("apiKey", "vapidPublic", "password"),
    *("popularity", "voteAverage", "voteCount", "runtime"),
    *("backdropPath", "posterPath", "productionCompanies", "networks", "credits", "keywords"),
    *("releaseDate", "release_date", "firstAirDate", "lastAirDate", "airDate"),
}
MAY_BE_NULL = {"backdropPath", "posterPath"}


def _folder() -> Path:
    shared = Path(__file__).parents[3] / "shared"
    return Path(os.environ.get("CONTRACTS_DIR") or shared) / "recorded"


def _exchanges(name: str) -> list[dict[str, Any]]:
    path = _folder() / f"{name}.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make each recorded exchange a test case of its own."""
    if "exchange" not in metafunc.fixturenames:
        return
    cases = [
        pytest.param((server, index), id=f"{server}-{one['name']}")
        for server in FLAVOURS
        for index, one in enumerate(_exchanges(server))
        if (server, one["name"]) not in NOT_REPLAYED
    ]
    metafunc.parametrize("exchange", cases or [pytest.param(None, id="not-there")])


class Catalogue:
    """The titles that the recordings mention, pieced together."""

    def __init__(self) -> None:
        self._titles: dict[tuple[bool, int], CatalogTitle] = {}

    def learn(self, exchange: dict[str, Any]) -> None:
        """Take what an exchange reveals."""
        body, path = exchange["response"]["body"], exchange["request"]["path"]
        if not isinstance(body, dict):
            return
        if "externalIds" in body and "originalLanguage" in body:
            self._learn_details(body)
        if "/search?" in path:
            self._learn_results(body.get("results", []), URL(path, encoded=True).query["query"])
        if exchange["request"]["method"] == "POST" and "media" in body:
            self._learn_request(json.loads(exchange["request"]["body"] or "{}"), body)

    def add(self, is_show: bool, tmdb: int, **known: Any) -> None:
        """Add to what is known of a title."""
        title = self._titles.get((is_show, tmdb)) or CatalogTitle(
            is_show, tmdb, None, None, 0, f"Title {tmdb}", 2000
        )
        self._titles[is_show, tmdb] = replace(title, **known)

    def titles(self) -> list[CatalogTitle]:
        """Return all of them in TMDB's order."""
        return [self._titles[key] for key in sorted(self._titles)]

    def _learn_details(self, body: dict[str, Any]) -> None:
        is_show = "firstAirDate" in body
        day = body["firstAirDate" if is_show else "releaseDate"]
        seasons = tuple(
            Season(season["seasonNumber"], season["episodeCount"], season["airDate"])
            for season in body.get("seasons", [])
        )
        self.add(
            is_show,
            body["id"],
            imdb=body["externalIds"]["imdbId"],
            tvdb=body["externalIds"].get("tvdbId"),
            title=body["name" if is_show else "title"],
            year=int(day[:4]) if day else None,
            seasons=seasons,
        )

    def _learn_results(self, results: list[dict[str, Any]], query: str) -> None:
        for result in results:
            if result["mediaType"] == "person":
                continue
            is_show = result["mediaType"] == "tv"
            day = result["firstAirDate" if is_show else "releaseDate"]
            known = {"title": result["name" if is_show else "title"], "year": int(day[:4])}
            if query.startswith("imdb:"):
                known["imdb"] = query.removeprefix("imdb:")
            if query.startswith("tvdb:"):
                known["tvdb"] = int(query.removeprefix("tvdb:"))
            self.add(is_show, result["id"], **known)

    def _learn_request(self, asked: dict[str, Any], body: dict[str, Any]) -> None:
        is_show, media = body["type"] == "tv", body["media"]
        self.add(is_show, media["tmdbId"])
        known = self._titles[is_show, media["tmdbId"]]
        if is_show and known.tvdb is None:
            self.add(is_show, media["tmdbId"], tvdb=media["tvdbId"])
        if asked.get("seasons") == "all" and not known.seasons:
            numbers = sorted(season["seasonNumber"] for season in body["seasons"])
            seasons = tuple(Season(number, 10, "2000-01-01") for number in numbers)
            self.add(is_show, media["tmdbId"], seasons=seasons)


def _catalogue() -> list[CatalogTitle]:
    catalogue = Catalogue()
    for number in range(1, 801):  # of which the search shows that they are 800
        known = {"title": f"Generated Movie {number:04d}", "imdb": f"tt{9_000_000 + number}"}
        catalogue.add(False, 9_000_000 + number, **known)
    for server in reversed(FLAVOURS):  # Overseerr's requests for all seasons show the specials too
        for exchange in _exchanges(server):
            catalogue.learn(exchange)
    # What was asked of these failed, so that nothing is shown of them.
    catalogue.add(False, 122)
    catalogue.add(True, 1398, tvdb=75299, seasons=(Season(1, 13),))
    catalogue.add(True, 19885, tvdb=176941, seasons=(Season(1, 3),))
    catalogue.add(True, 9500398, tvdb=9700397, seasons=(Season(1, 8), Season(2, 8)))
    return catalogue.titles()


@dataclass(frozen=True, slots=True)
class Played:
    """What the simulator answered. Status 0: it cut the connection."""

    path: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


class Conversation:
    """One recording, with the simulator's answers in the recorded ones' order."""

    def __init__(self, server: str) -> None:
        self.recorded = _exchanges(server)
        self.played: list[Played] = []
        self.simulator = SeerrSimulator(
            FLAVOURS[server],
            catalog=_catalogue(),
            users=USERS,
            persons=[Person(192, "nm0000151", "Morgan Freeman", (278,))],
        )
        self.simulator.frontend_status = 404  # the recorded servers had no frontend

    async def play(self) -> None:
        """Play it all."""
        async with self.simulator, aiohttp.ClientSession() as session:
            for exchange in self.recorded:
                self._arrange(exchange)
                self.played.append(await self._ask(session, exchange["request"]))

    def _arrange(self, exchange: dict[str, Any]) -> None:
        """Make it the time that it was, and TMDB what it was."""
        if exchange["name"] in TMDB_ANSWERS:
            self.simulator.tmdb.failure = TMDB_ANSWERS[exchange["name"]]
        body = exchange["response"]["body"]
        if exchange["response"]["status"] == 201 and isinstance(body, dict):
            self.simulator.clock.freeze(datetime.fromisoformat(body["createdAt"]))

    async def _ask(self, session: aiohttp.ClientSession, request: dict[str, Any]) -> Played:
        headers = {
            name: value.replace("<key>", self.simulator.api_key)
            for name, value in request["headers"].items()
        }
        url = URL(self.simulator.url + request["path"], encoded=True)
        body = request["body"]
        try:
            async with session.request(
                request["method"],
                url,
                headers=headers,
                data=body.encode() if body is not None else None,
                skip_auto_headers=["Content-Type"],
            ) as answer:
                raw = await answer.read()
                is_json = answer.content_type == "application/json"
                return Played(
                    self.simulator.exchanges[-1].path,
                    answer.status,
                    answer.headers,
                    json.loads(raw) if is_json else None,
                )
        except aiohttp.ServerDisconnectedError:
            return Played(self.simulator.exchanges[-1].path)


@pytest.fixture(scope="module")
def conversations(contracts_dir: Path) -> dict[str, Conversation]:
    """Play both recordings once for all test cases."""
    assert (contracts_dir / "recorded").resolve() == _folder().resolve()
    conversations = {server: Conversation(server) for server in FLAVOURS}
    pytest_socket.enable_socket()
    loop = asyncio.new_event_loop()
    try:
        for conversation in conversations.values():
            loop.run_until_complete(conversation.play())
    finally:
        loop.close()
        pytest_socket.disable_socket(allow_unix_socket=True)
    return conversations


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def _has_moved(row: dict[str, Any]) -> bool:
    """Say whether a row's `updatedAt` shows that it was changed."""
    moved: bool = row["updatedAt"] > row["createdAt"]
    return moved


def _differences(recorded: Any, played: Any, at: str, *, exact: bool = True) -> Iterator[str]:
    """Yield where two answers differ: in keys, lengths, types, and values where they count.

    Times are the simulator's own; but a row that was updated later than created was so here too.
    """
    if _kind(recorded) != _kind(played):
        yield f"{at}: {recorded!r} was recorded, {played!r} played"
    elif isinstance(recorded, dict):
        for key in sorted(recorded.keys() ^ played.keys()):
            yield f"{at}.{key}: {'not played' if key in recorded else 'not recorded'}"
        if "updatedAt" in recorded and _has_moved(recorded) != _has_moved(played):
            yield f"{at}.updatedAt: {'not moved' if _has_moved(recorded) else 'moved'}"
        for key in recorded.keys() & played.keys():
            if key in MAY_BE_NULL and None in (recorded[key], played[key]):
                continue
            counts = exact and key not in BY_TYPE_ALONE
            yield from _differences(recorded[key], played[key], f"{at}.{key}", exact=counts)
    elif isinstance(recorded, list):
        if len(recorded) != len(played):
            yield f"{at}: {len(recorded)} were recorded, {len(played)} played"
        for index, (one, other) in enumerate(zip(recorded, played, strict=False)):
            yield from _differences(one, other, f"{at}[{index}]", exact=exact)
    elif exact and recorded != played:
        yield f"{at}: {recorded!r} was recorded, {played!r} played"


def test_exchange(exchange: tuple[str, int] | None, conversations: dict[str, Conversation]) -> None:
    """Status, headers, keys, types, and the values that a client acts upon are the recorded."""
    assert exchange is not None, "there are no recordings"
    server, index = exchange
    recorded = conversations[server].recorded[index]
    played = conversations[server].played[index]
    response = recorded["response"]
    assert played.path == recorded["request"]["path"], "sent exactly as recorded"
    assert played.status == response["status"], played.body
    assert played.headers.get("ETag", "").startswith('W/"') == ("ETag" in response["headers"])
    if "Content-Type" in response["headers"]:
        assert played.headers["Content-Type"] == response["headers"]["Content-Type"]
    assert list(_differences(response["body"], played.body, "$")) == []


def test_all_is_replayed(conversations: dict[str, Conversation]) -> None:
    """Nothing is left out but what the table says."""
    replayed = [
        (server, exchange["name"])
        for server, conversation in conversations.items()
        for exchange in conversation.recorded
        if (server, exchange["name"]) not in NOT_REPLAYED
    ]
    assert len(set(replayed)) == len(replayed) == 2 * RECORDED - len(NOT_REPLAYED)


def test_the_last_exchange_ends_the_server(conversations: dict[str, Conversation]) -> None:
    """Both real servers died of an X-Api-User that is no number."""
    assert all(conversation.simulator.crashed for conversation in conversations.values())
    assert all(conversation.played[-1].status == 0 for conversation in conversations.values())
