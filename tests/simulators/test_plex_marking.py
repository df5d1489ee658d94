"""The simulated media server: watched, unwatched and rated, for each person alone."""

from urllib.parse import quote

import aiohttp
import pytest

from simulators.plex import PlexSimulator, Show

from .test_plex import NOW, Client, client, page, session, sim

__all__ = ["client", "session", "sim"]

IDENTIFIER = "identifier=com.plexapp.plugins.library"


@pytest.fixture
def show(sim: PlexSimulator) -> Show:
    return sim.server.add_show(sim.server.add_library("Anime"), "Show", {0: 1, 1: 3, 2: 2})


def scrobble(key: object) -> str:
    return f"/:/scrobble?{IDENTIFIER}&key={key}"


def unscrobble(key: object) -> str:
    return f"/:/unscrobble?{IDENTIFIER}&key={key}"


@pytest.mark.parametrize("method", ["PUT", "GET"])
async def test_an_episode(sim: PlexSimulator, client: Client, show: Show, method: str) -> None:
    episode = show.seasons[1].episodes[2]
    path = f"/library/metadata/{episode.key}"
    assert {"viewCount", "lastViewedAt"}.isdisjoint((await client.rows(path))[0])
    assert await client.status(scrobble(episode.key), method) == 200
    row = (await client.rows(path))[0]
    assert (row["viewCount"], row["lastViewedAt"]) == (1, NOW)
    # Marked by hand, it was never played.
    assert await client.rows("/status/sessions/history/all") == []
    above = (await client.rows("/library/sections/1/all"))[0]
    assert (above["viewedLeafCount"], above["viewCount"], above["lastViewedAt"]) == (1, 1, NOW)
    assert await client.status(unscrobble(episode.key), method) == 200
    assert {"viewCount", "lastViewedAt"}.isdisjoint((await client.rows(path))[0])


async def test_a_repeat_counts(sim: PlexSimulator, client: Client, show: Show) -> None:
    episode = show.seasons[1].episodes[2]
    for _ in range(2):
        await client.get(scrobble(episode.key), "PUT")
    await client.get(scrobble(show.seasons[1].key), "PUT")
    assert sim.server.watched(sim.owner, show) == {(1, 1): 1, (1, 2): 3, (1, 3): 1}


@pytest.mark.parametrize("whole", ["season", "show"])
async def test_a_season_or_show_marks_its_episodes_and_not_itself(
    sim: PlexSimulator, client: Client, show: Show, whole: str
) -> None:
    item = show.seasons[1] if whole == "season" else show
    assert await client.status(scrobble(item.key), "PUT") == 200
    marked = {(1, 1), (1, 2), (1, 3)}
    if whole == "show":
        marked |= {(0, 1), (2, 1), (2, 2)}
    assert sim.server.watched(sim.owner, show).keys() == marked
    row = (await client.rows(f"/library/metadata/{item.key}"))[0]
    assert row["viewedLeafCount"] == len(marked)
    assert {"viewCount", "lastViewedAt"}.isdisjoint(row)
    assert await client.rows("/status/sessions/history/all") == []
    await client.get(unscrobble(item.key), "PUT")
    assert sim.server.watched(sim.owner, show) == {}


async def test_by_uri(sim: PlexSimulator, client: Client, show: Show) -> None:
    episode = show.seasons[1].episodes[1]
    ours = f"server://{sim.state.machine}/com.plexapp.plugins.library"
    uri = f"{ours}/library/metadata/{episode.key}"
    assert await client.status(f"/:/scrobble?{IDENTIFIER}&uri={quote(uri, safe='')}", "PUT") == 200
    assert sim.server.watched(sim.owner, show) == {(1, 1): 1}
    other = uri.replace(sim.state.machine, "0" * 40)
    path = f"/:/scrobble?{IDENTIFIER}&uri={quote(other, safe='')}"
    assert await client.status(path, "PUT") == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/:/scrobble?key=1", 400),
        (f"/:/scrobble?{IDENTIFIER}", 400),
        (f"/:/scrobble?{IDENTIFIER}&key=1&time=5", 400),
        (f"/:/scrobble?{IDENTIFIER}&key=99", 404),
        (f"/:/scrobble?{IDENTIFIER}&key=one", 404),
        ("/:/scrobble?identifier=tv.plex.music&key=1", 404),
        (f"/:/unscrobble?{IDENTIFIER}", 400),
        (f"/:/rate?{IDENTIFIER}&key=1", 400),
        (f"/:/rate?{IDENTIFIER}&key=1&rating=11", 400),
        (f"/:/rate?{IDENTIFIER}&key=1&rating=-2", 400),
        (f"/:/rate?{IDENTIFIER}&key=1&rating=good", 400),
        (f"/:/rate?{IDENTIFIER}&key=1&rating=5&ratedAt={NOW + 1}", 400),
        (f"/:/rate?{IDENTIFIER}&key=99&rating=5", 404),
    ],
)
async def test_refusals(
    sim: PlexSimulator, client: Client, show: Show, path: str, status: int
) -> None:
    assert await client.status(path, "PUT") == status
    assert sim.server.watched(sim.owner, show) == {}


async def test_ratings(client: Client, show: Show) -> None:
    path = f"/library/metadata/{show.key}"
    rate = f"/:/rate?{IDENTIFIER}&key={show.key}&rating="
    assert await client.status(f"{rate}7.5", "PUT") == 200
    row = (await client.rows(path))[0]
    assert (row["userRating"], row["lastRatedAt"]) == (7.5, NOW)
    assert await client.status(f"{rate}8&ratedAt={NOW - 10}", "PUT") == 200
    row = (await client.rows(path))[0]
    assert (row["userRating"], row["lastRatedAt"]) == (8, NOW - 10)
    assert await client.status(f"{rate}-1", "PUT") == 200
    assert "userRating" not in (await client.rows(path))[0]


async def test_everybody_has_views_of_their_own(
    sim: PlexSimulator, client: Client, session: aiohttp.ClientSession, show: Show
) -> None:
    kid = sim.add_user("Kid", restricted=True, pin="1234")
    kids = Client(session, sim, kid)
    episode = show.seasons[1].episodes[1]
    assert await kids.status(scrobble(episode.key), "PUT") == 200
    assert sim.server.watched(kid, show) == {(1, 1): 1}
    assert sim.server.watched(sim.owner, show) == {}
    viewed = "/library/sections/1/all?type=4&viewCount%3E=1"
    assert await client.rows(viewed) == []
    assert len(await kids.rows(viewed)) == 1


async def test_the_account_token_of_others_is_none_of_the_server(
    sim: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    kids = Client(session, sim, sim.add_user("Kid"))
    path = f"{sim.server.url}/library/sections"
    assert (await kids.ask("GET", path, kids.token))[0] == 401
    assert (await kids.ask("GET", path, kids.person.server_token))[0] == 200
    assert (await kids.account("GET", "/api/v2/user"))[0] == 200
    assert (await kids.ask("GET", f"{sim.url}/api/v2/user", kids.person.server_token))[0] == 401


async def test_copies_of_one_guid_share_their_views(sim: PlexSimulator, client: Client) -> None:
    made = [
        sim.server.add_show(sim.server.add_library(name), "Show", {1: 2}, guids=["tvdb://1"])
        for name in ("Anime", "Anime 4K")
    ]
    old = sim.server.add_library("Old", agent="com.plexapp.agents.thetvdb")
    legacy = sim.server.add_show(old, "Show", {1: 2}, guid="com.plexapp.agents.thetvdb://1")
    await client.get(scrobble(made[0].seasons[1].episodes[1].key), "PUT")
    assert [sim.server.watched(sim.owner, one) for one in (*made, legacy)] == [
        {(1, 1): 1},
        {(1, 1): 1},
        {},
    ]


async def test_history(
    sim: PlexSimulator, client: Client, session: aiohttp.ClientSession, show: Show
) -> None:
    kid = sim.add_user("Kid")
    film = sim.server.add_movie(sim.server.add_library("Films", "movie"), "Film")
    first, second = show.seasons[1].episodes[1], show.seasons[1].episodes[2]
    sim.server.watch(sim.owner, first, 100)
    sim.server.watch(kid, second, 200)
    sim.server.watch(sim.owner, film, 300)
    sim.server.watch(sim.owner, first, 400)
    path = "/status/sessions/history/all"

    async def at(query: str, asking: Client = client) -> list[int]:
        return [row["viewedAt"] for row in await asking.rows(f"{path}?{query}")]

    assert await at("") == [100, 200, 300, 400]
    assert await at("sort=viewedAt:desc") == [400, 300, 200, 100]
    assert await at("viewedAt%3E=300") == [300, 400]
    assert await at("accountID=1") == [100, 300, 400]
    assert await at(f"accountID={kid.id}") == [200]
    assert await at("librarySectionID=2") == [300]
    for item, plays in ((show, [100, 200, 400]), (first, [100, 400]), (film, [300])):
        assert await at(f"metadataItemID={item.key}") == plays
    assert await at("", Client(session, sim, kid)) == [200]
    paged = await client.ok(path, **page(1, 2))
    assert (paged["size"], paged["totalSize"], paged["offset"]) == (2, 4, 1)
    assert await client.status(f"{path}?colour=1") == 400
    assert await client.status(f"{path}?sort=metadataItemID") == 400
    sim.server.remove(film)
    gone = (await client.rows(f"{path}?viewedAt=300"))[0]
    assert (gone["title"], "ratingKey" in gone) == ("Film", False)


async def test_what_was_only_begun_has_a_date_and_no_count(
    sim: PlexSimulator, client: Client, show: Show
) -> None:
    episode = show.seasons[1].episodes[1]
    sim.server.end(sim.server.begin(sim.owner, episode, 60_000), NOW - 5, watched=False)
    viewed = f"/library/sections/1/all?type=4&lastViewedAt%3E={NOW - 5}"
    row = (await client.rows(viewed))[0]
    assert (row["viewOffset"], row["lastViewedAt"], "viewCount" in row) == (60_000, NOW - 5, False)
    assert await client.rows("/status/sessions/history/all") == []
    sim.server.watch(sim.owner, episode)
    row = (await client.rows(viewed))[0]
    assert ("viewOffset" in row, row["lastViewedAt"], row["viewCount"]) == (False, NOW, 1)


async def test_what_is_being_played(
    sim: PlexSimulator, client: Client, session: aiohttp.ClientSession, show: Show
) -> None:
    kid = sim.add_user("Kid")
    episode = show.seasons[1].episodes[1]
    playing = sim.server.begin(kid, episode)
    row = (await client.rows("/status/sessions"))[0]
    assert (row["sessionKey"], row["ratingKey"]) == (str(playing.key), str(episode.key))
    assert row["User"] == {"id": str(kid.id), "title": "Kid"}
    assert await Client(session, sim, kid).status("/status/sessions") == 403
    sim.server.end(playing, watched=False)
    assert await client.rows("/status/sessions") == []
    assert sim.server.watched(kid, show) == {}
