"""The simulated plex.tv and discover: linking, servers, the home, watchlists."""

from typing import Any

import aiohttp
import pytest

from simulators.faults import Failure, Fault
from simulators.plex import LOCAL, RELAY, REMOTE, PlexSimulator

from .test_plex import Client, client, session, sim

__all__ = ["client", "session", "sim"]

PINS = "/api/v2/pins"
ALL = "includeHttps=1&includeRelay=1&includeIPv6=1"
NO_CODE = {"code": 1020, "message": "Code not found or expired", "status": 404}


async def new_pin(client: Client, query: str = "") -> dict[str, Any]:
    status, body, _ = await client.ask("POST", f"{client.sim.url}{PINS}{query}", None)
    assert status == 201
    return dict(body)


async def poll(client: Client, pin: dict[str, Any], **headers: str) -> tuple[int, Any]:
    return (await client.ask("GET", f"{client.sim.url}{PINS}/{pin['id']}", None, **headers))[:2]


async def test_linking_by_a_code(sim: PlexSimulator, client: Client) -> None:
    short, strong = await new_pin(client), await new_pin(client, "?strong=true")
    assert (len(short["code"]), len(strong["code"])) == (4, 25)
    assert short["clientIdentifier"] == "this-device"
    assert (await poll(client, strong))[1]["authToken"] is None
    sim.link(strong["code"])
    token = (await poll(client, strong))[1]["authToken"]
    assert (await client.ask("GET", f"{sim.url}/api/v2/user", token))[0] == 200
    assert (await poll(client, short))[1]["authToken"] is None
    with pytest.raises(KeyError):
        sim.link(strong["code"])


async def test_codes_end_and_are_nobody_elses(sim: PlexSimulator, client: Client) -> None:
    pin = await new_pin(client)
    other = {"X-Plex-Client-Identifier": "another-device"}
    assert await poll(client, pin, **other) == (404, {"errors": [NO_CODE]})
    assert await poll(client, {"id": 5}) == (404, {"errors": [NO_CODE]})
    sim.clock.advance(899)
    status, body = await poll(client, pin)
    assert (status, body["expiresIn"]) == (200, 1)
    sim.clock.advance(1)
    assert await poll(client, pin) == (404, {"errors": [NO_CODE]})
    with pytest.raises(KeyError):
        sim.link(pin["code"])
    pin = await new_pin(client)
    sim.expire_codes()
    assert (await poll(client, pin))[0] == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PINS),
        ("GET", f"{PINS}/1"),
        ("GET", "/api/v2/user"),
        ("GET", "/api/v2/resources"),
        ("POST", "/api/home/users/100001/switch"),
    ],
)
async def test_a_client_has_to_name_itself(client: Client, method: str, path: str) -> None:
    del client.headers["X-Plex-Client-Identifier"]
    status, body = await client.account(method, path, Accept="application/xml")
    assert status == 400
    assert 'code="1000"' in body


async def test_who_is_not_known(sim: PlexSimulator, client: Client) -> None:
    for path in ("/api/v2/user", "/api/v2/resources", "/api/home/users", "/api/v2/home/users"):
        for token in (None, "wrong"):
            status, body, _ = await client.ask("GET", sim.url + path, token)
            assert (status, body["errors"][0]["code"]) == (401, 1001)
    assert (await client.ask("GET", f"{sim.discover_url}/library/search", "wrong"))[0] == 401
    sim.revoke()
    assert (await client.account("GET", "/api/v2/user"))[0] == 401
    assert (await client.ask("GET", f"{sim.server.url}/", client.token))[0] == 401


async def test_a_token_in_the_address_is_noticed(sim: PlexSimulator, client: Client) -> None:
    await client.account("GET", "/api/v2/user")
    assert sim.tokens_in_addresses == []
    for url in (sim.url, sim.discover_url):
        await client.ask("GET", f"{url}/?X-Plex-Token={client.token}", None)
    assert sim.tokens_in_addresses == ["/", "/"]


async def test_who_one_is(sim: PlexSimulator, client: Client) -> None:
    status, body = await client.account("GET", "/api/v2/user")
    assert status == 200
    assert (body["title"], body["homeAdmin"], body["authToken"]) == ("Owner", True, client.token)


async def test_servers_and_the_ways_to_them(sim: PlexSimulator, client: Client) -> None:
    status, body = await client.account("GET", f"/api/v2/resources?{ALL}")
    assert status == 200
    player, server = body
    assert (player["provides"], player["accessToken"]) == ("client,player", None)
    assert (server["provides"], server["owned"], server["presence"]) == ("server", True, True)
    assert server["clientIdentifier"] == sim.state.machine
    ways = [(one["uri"], one["local"], one["relay"]) for one in server["connections"]]
    assert ways == [
        (sim.server.ways[LOCAL], True, False),
        (sim.server.ways[REMOTE], False, False),
        (sim.server.ways[RELAY], False, True),
    ]
    for uri, *_ in ways:
        assert (await client.ask("GET", f"{uri}/", server["accessToken"]))[0] == 200
    status, body = await client.account("GET", "/api/v2/resources")
    assert len(body[1]["connections"]) == 2


async def test_the_address_is_found_again_after_a_move(sim: PlexSimulator, client: Client) -> None:
    await sim.server.move()
    body = (await client.account("GET", f"/api/v2/resources?{ALL}"))[1]
    assert body[1]["connections"][0]["uri"] == sim.server.url
    await sim.server.stop()
    body = (await client.account("GET", f"/api/v2/resources?{ALL}"))[1]
    assert (body[1]["presence"], body[1]["connections"]) == (False, [])


async def test_the_home_in_xml_and_in_json(sim: PlexSimulator, client: Client) -> None:
    sim.add_user("Kid", restricted=True, pin="1234")
    status, text = await client.account("GET", "/api/home/users")
    assert status == 200
    assert text.count("<User ") == 2
    assert 'title="Kid" username=""' in text
    status, body = await client.account("GET", "/api/v2/home/users")
    assert [(one["title"], one["admin"], one["protected"]) for one in body["users"]] == [
        ("Owner", True, False),
        ("Kid", False, True),
    ]
    status, text = await client.account("GET", "/api/v2/home/users", Accept="application/xml")
    assert "<home id=" in text
    assert text.count("<user ") == 2
    sim.account.old_speaks_json = True
    status, body = await client.account("GET", "/api/home/users")
    assert [one["title"] for one in body["MediaContainer"]["User"]] == ["Owner", "Kid"]


async def test_switching_to_somebody_else(
    sim: PlexSimulator, client: Client, session: aiohttp.ClientSession
) -> None:
    kid = sim.add_user("Kid", restricted=True, pin="1234")
    guest = sim.add_user("Guest")
    for path in (f"/api/v2/home/users/{kid.uuid}/switch", f"/api/v2/home/users/{kid.id}/switch"):
        for query in ("", "?pin=", "?pin=4321"):
            status, body = await client.account("POST", path + query)
            assert (status, body["errors"][0]["code"]) == (403, 1041)
    old = f"/api/home/users/{kid.id}/switch"
    status, text = await client.account("POST", f"{old}?pin=4321")
    assert (status, 'code="1041"' in text) == (403, True)
    status, text = await client.account("POST", f"{old}?pin=1234")
    assert status == 201
    token = text.partition('authenticationToken="')[2].partition('"')[0]
    status, body = await client.account("POST", f"/api/v2/home/users/{guest.uuid}/switch")
    assert (status, body["title"]) == (201, "Guest")
    assert (await client.account("POST", "/api/v2/home/users/5/switch"))[0] == 404
    # The token that one has now is for plex.tv; the server has another one for the person.
    address = f"{sim.url}/api/v2/resources?{ALL}"
    status, body, _ = await client.ask("GET", address, token)
    server = body[1]
    assert (server["owned"], server["home"], server["ownerId"]) == (False, True, sim.owner.id)
    sections = f"{sim.server.url}/library/sections"
    assert (await client.ask("GET", sections, token))[0] == 401
    assert (await client.ask("GET", sections, server["accessToken"]))[0] == 200


async def test_each_host_answers_its_own_calls(sim: PlexSimulator, client: Client) -> None:
    assert (await client.account("GET", "/library/sections/watchlist/all"))[0] == 404
    assert (await client.discover("GET", "/api/v2/user"))[0] == 404
    assert await client.status("/api/v2/user") == 404


async def test_a_watchlist(
    sim: PlexSimulator, client: Client, session: aiohttp.ClientSession
) -> None:
    film = sim.know("Film", "movie", guids=["tmdb://1", "imdb://tt1"], year=2001)
    show = sim.server.add_show(
        sim.server.add_library("Anime"), "Show", {1: 1}, guids=["tvdb://5", "tmdb://5"]
    )
    key = show.guid.rsplit("/", 1)[-1]
    base = "/library/sections/watchlist/all"
    assert (await client.discover("GET", base))[1]["MediaContainer"]["size"] == 0
    for one in (film.key, key, key):
        status, body = await client.discover("PUT", f"/actions/addToWatchlist?ratingKey={one}")
        assert (status, body) == (200, {"MediaContainer": {"size": 0}})
        sim.clock.advance(10)
    body = (await client.discover("GET", f"{base}?includeGuids=1"))[1]["MediaContainer"]
    assert [one["guid"] for one in body["Metadata"]] == [show.guid, film.guid]
    assert body["Metadata"][0]["Guid"] == [{"id": "tvdb://5"}, {"id": "tmdb://5"}]
    body = (await client.discover("GET", f"{base}?type=1"))[1]["MediaContainer"]
    assert [one["title"] for one in body["Metadata"]] == ["Film"]
    headers = {"X-Plex-Container-Start": "1", "X-Plex-Container-Size": "1"}
    body = (await client.discover("GET", base, **headers))[1]["MediaContainer"]
    assert (body["size"], body["totalSize"], body["Metadata"][0]["title"]) == (1, 2, "Film")
    status, body = await client.discover("GET", f"/library/metadata/{key}/userState")
    assert "watchlistedAt" in body["MediaContainer"]["UserState"][0]
    # Everybody has one of their own.
    kids = Client(session, sim, sim.add_user("Kid"))
    assert (await kids.discover("GET", base))[1]["MediaContainer"]["size"] == 0
    for _ in range(2):
        path = f"/actions/removeFromWatchlist?ratingKey={film.key}"
        assert (await client.discover("PUT", path))[0] == 200
    assert sim.watchlist() == ["Show"]
    sim.add_to_watchlist(film)
    assert sim.watchlist() == ["Show", "Film"]


async def test_what_discover_refuses(sim: PlexSimulator, client: Client) -> None:
    film = sim.know("Film", "movie", guids=["tmdb://1"])
    for method, path, status in (
        ("PUT", "/actions/addToWatchlist?ratingKey=000000000000000000000000", 404),
        ("PUT", "/actions/addToWatchlist", 404),
        ("GET", f"/actions/addToWatchlist?ratingKey={film.key}", 405),
        ("GET", "/library/metadata/000000000000000000000000", 404),
        ("GET", "/library/metadata/matches?guid=tmdb://1", 400),
        ("GET", "/library/metadata/matches?type=1", 400),
        ("GET", "/library/metadata/matches?type=4&guid=tmdb://1", 400),
        ("GET", "/library/sections/watchlist/all?X-Plex-Container-Size=101", 400),
        ("GET", "/library/sections/watchlist/all?sort=colour", 400),
        ("GET", "/library/search", 400),
    ):
        assert (await client.discover(method, path))[0] == status, path
    assert sim.watchlist() == []


async def test_finding_a_title_on_discover(sim: PlexSimulator, client: Client) -> None:
    film = sim.know("A Film", "movie", guids=["tmdb://1", "imdb://tt1"])
    sim.know("A Show", "show", guids=["tmdb://1"])
    for query in ("guid=tmdb://1", "guid=imdb://tt1", f"guid={film.guid}", "title=a%20film"):
        status, body = await client.discover("GET", f"/library/metadata/matches?type=1&{query}")
        assert [one["ratingKey"] for one in body["MediaContainer"]["Metadata"]] == [film.key]
    status, body = await client.discover("GET", "/library/metadata/matches?type=1&guid=tmdb://9")
    assert (status, body["MediaContainer"]["size"]) == (200, 0)
    status, body = await client.discover("GET", "/library/search?query=film&searchTypes=movies")
    group = body["MediaContainer"]["SearchResults"][0]
    assert [one["Metadata"]["title"] for one in group["SearchResult"]] == ["A Film"]


async def test_plex_tv_fails_apart_from_the_server(sim: PlexSimulator, client: Client) -> None:
    sim.faults.add(Fault(Failure.STATUS, status=503))
    assert (await client.account("GET", "/api/v2/user"))[0] == 503
    assert (await client.discover("GET", "/library/search?query=a"))[0] == 503
    assert await client.status("/") == 200
