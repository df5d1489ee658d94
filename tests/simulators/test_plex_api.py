"""The simulated Plex is browsed and played through by the real client library, PlexAPI.

PlexAPI blocks, so it runs in a thread beside the event loop that the simulator is served by. What
it can read is shaped right: it takes rows apart attribute by attribute, and fails over what is
missing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from plexapi.myplex import MyPlexAccount, MyPlexPinLogin, MyPlexResource, MyPlexUser
from plexapi.server import PlexServer
import pytest
import requests

from simulators.plex import Movie, PlexSimulator, Show

from .test_plex import NOW, sim

__all__ = ["sim"]

type Plays = Callable[[PlexServer], Any]


def local(seconds: int) -> datetime:
    """Return a time as PlexAPI has it: in local time, and without saying so."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().replace(tzinfo=None)


@pytest.fixture
def show(sim: PlexSimulator) -> Show:
    anime = sim.server.add_library("Anime", ordering="tvdbAiring")
    return sim.server.add_show(
        anime,
        "The Show",
        {0: [2], 1: 12, 2: range(13, 25)},
        guids=["tvdb://1", "tmdb://2", "imdb://tt3"],
        ordering="tmdbAiring",
        year=2014,
    )


@pytest.fixture
def film(sim: PlexSimulator, show: Show) -> Movie:
    return sim.server.add_movie(
        sim.server.add_library("Films", "movie"), "Film", guids=["tmdb://7"], year=2010
    )


@pytest.fixture
async def play(sim: PlexSimulator, show: Show, film: Movie) -> AsyncIterator[Any]:
    """Return what does something with PlexAPI, as the owner or with another token."""
    sessions: list[requests.Session] = []

    async def run(do: Plays, token: str | None = None) -> Any:
        def connected() -> Any:
            sessions.append(requests.Session())
            given = token or sim.owner.server_token
            return do(PlexServer(sim.server.url, given, session=sessions[-1]))

        return await asyncio.to_thread(connected)

    yield run
    for session in sessions:
        session.close()


async def test_the_server(sim: PlexSimulator, play: Any) -> None:
    def do(plex: PlexServer) -> Any:
        assert (plex.friendlyName, plex.myPlex, plex.allowSync) == ("Living Room", True, False)
        assert plex.identity().machineIdentifier == plex.machineIdentifier
        assert plex.settings.get("FriendlyName").value == "Living Room"
        return plex.machineIdentifier

    assert await play(do) == sim.state.machine


async def test_a_wrong_token(play: Any) -> None:
    with pytest.raises(Unauthorized):
        await play(lambda plex: plex, "wrong")


async def test_libraries(play: Any) -> None:
    def do(plex: PlexServer) -> Any:
        sections = plex.library.sections()
        anime = plex.library.section("Anime")
        assert anime.totalSize == 1
        assert anime.totalViewSize(libtype="episode") == 25
        assert {one.id: one.value for one in anime.settings()}["showOrdering"] == "tvdbAiring"
        return [(one.key, one.type, one.title, one.agent) for one in sections]

    assert await play(do) == [
        (1, "show", "Anime", "tv.plex.agents.series"),
        (2, "movie", "Films", "tv.plex.agents.movie"),
    ]


async def test_shows_seasons_and_episodes(show: Show, play: Any) -> None:
    def do(plex: PlexServer) -> None:
        (found,) = plex.library.section("Anime").all()
        assert (found.title, found.titleSort, found.year) == ("The Show", "Show", 2014)
        assert [one.id for one in found.guids] == ["tvdb://1", "tmdb://2", "imdb://tt3"]
        assert (found.leafCount, found.viewedLeafCount, found.childCount) == (25, 0, 3)
        assert (found.isPlayed, found.lastViewedAt) == (False, None)
        assert found.showOrdering == "tmdbAiring"
        assert found.preference("showOrdering").value == "tmdbAiring"
        assert found.originallyAvailableAt == datetime.fromisoformat("2014-01-01")
        assert [one.index for one in found.seasons()] == [0, 1, 2]
        season = found.season(2)
        assert (season.title, season.parentTitle, season.leafCount) == ("Season 2", "The Show", 12)
        assert season.show() == found
        assert [one.index for one in season.episodes()] == list(range(13, 25))
        assert len(found.episodes()) == 25
        episode = found.episode(season=0, episode=2)
        assert episode.seasonEpisode == "s00e02"
        assert episode.season().isPlayed is False
        assert episode.show() == found
        assert episode.media[0].parts[0].file.endswith(".mkv")
        assert {one.id.partition(":")[0] for one in episode.guids} == {"tmdb", "tvdb"}
        assert episode.grandparentGuid == found.guid == show.guid
        with pytest.raises(NotFound):
            found.season(9)

    await play(do)


async def test_pages_are_put_together(sim: PlexSimulator, show: Show, play: Any) -> None:
    def do(plex: PlexServer) -> Any:
        found = plex.library.section("Anime").all(libtype="episode", container_size=10)
        return [(one.parentIndex, one.index) for one in found]

    found = await play(do)
    assert found == [(leaf.season.number, leaf.number) for leaf in show.leaves()]
    paged = [one for one in sim.server.exchanges if "type=4" in one.path]
    assert [one.headers["X-Plex-Container-Start"] for one in paged] == ["0", "10", "20"]


async def test_searching(sim: PlexSimulator, show: Show, film: Movie, play: Any) -> None:
    sim.server.watch(sim.owner, show.seasons[1].episodes[3], NOW - 100)

    def do(plex: PlexServer) -> None:
        anime, films = plex.library.section("Anime"), plex.library.section("Films")
        assert [one.index for one in anime.search(libtype="episode", unwatched=False)] == [3]
        assert len(anime.search(libtype="episode", unwatched=True)) == 24
        viewed = {"lastViewedAt>>": local(NOW - 101)}
        assert [one.index for one in anime.search(libtype="episode", filters=viewed)] == [3]
        last = anime.search(libtype="episode", sort="lastViewedAt:desc", limit=1)
        assert [one.index for one in last] == [3]
        assert anime.get("The Show").ratingKey == show.key
        assert anime.getGuid(show.guid).ratingKey == show.key
        assert films.search("fil")[0].ratingKey == film.key
        assert [one.ratingKey for one in plex.library.search("film")] == [film.key]
        assert [one.ratingKey for one in plex.library.all()] == [show.key, film.key]

    await play(do)


async def test_marking_an_episode(sim: PlexSimulator, show: Show, play: Any) -> None:
    def do(plex: PlexServer) -> None:
        episode = plex.library.section("Anime").get("The Show").episode(season=1, episode=5)
        episode.markPlayed()
        episode.reload()
        assert (episode.viewCount, episode.isPlayed) == (1, True)
        assert episode.lastViewedAt == local(NOW)
        episode.markPlayed()
        episode.reload()
        assert episode.viewCount == 2
        assert [one.index for one in episode.show().watched()] == [5]
        episode.markUnplayed()
        assert episode.reload().isPlayed is False
        assert plex.history() == []

    await play(do)
    assert sim.server.watched(sim.owner, show) == {}


async def test_marking_a_season_and_a_show(sim: PlexSimulator, show: Show, play: Any) -> None:
    def do(plex: PlexServer) -> None:
        found = plex.library.section("Anime").get("The Show")
        found.season(2).markPlayed()
        found.reload()
        assert (found.viewedLeafCount, found.viewCount, found.lastViewedAt) == (12, 0, None)
        found.markPlayed()
        found.reload()
        assert (found.viewedLeafCount, found.lastViewedAt) == (25, None)
        assert all(one.isPlayed for one in found.episodes())
        found.markUnplayed()
        assert found.reload().viewedLeafCount == 0
        found.season(1).markPlayed()

    await play(do)
    assert sim.server.watched(sim.owner, show) == {(1, number): 1 for number in range(1, 13)}


async def test_rating(show: Show, film: Movie, play: Any) -> None:
    def do(plex: PlexServer) -> None:
        for item in (plex.fetchItem(show.key), plex.fetchItem(film.key)):
            item.rate(8.5)
            item.reload()
            assert (item.userRating, item.lastRatedAt) == (8.5, local(NOW))
            item.rate(None)
            assert item.reload().userRating is None

    await play(do)


async def test_history(sim: PlexSimulator, show: Show, film: Movie, play: Any) -> None:
    kid = sim.add_user("Kid")
    first, second = show.seasons[1].episodes[1], show.seasons[2].episodes[13]
    sim.server.watch(sim.owner, first, NOW - 100)
    sim.server.watch(sim.owner, second, NOW - 99)
    sim.server.watch(kid, first, NOW - 98)
    sim.server.watch(sim.owner, film, NOW - 97)

    def do(plex: PlexServer) -> None:
        plays = plex.history()
        assert [one.title for one in plays] == ["Film", "Episode 1", "Episode 13", "Episode 1"]
        assert [one.accountID for one in plays] == [1, kid.id, 1, 1]
        assert plays[0].viewedAt == local(NOW - 97)
        assert plays[1].source().grandparentTitle == "The Show"
        found = plex.library.section("Anime").get("The Show")
        assert [one.index for one in found.history()] == [1, 13, 1]
        assert len(plex.history(accountID=1, mindate=local(NOW - 99))) == 2
        assert [one.title for one in plex.library.section("Films").history()] == ["Film"]

    await play(do)

    def own(plex: PlexServer) -> None:
        assert [one.accountID for one in plex.history()] == [kid.id]
        assert plex.fetchItem(first.key).isPlayed
        assert not plex.fetchItem(second.key).isPlayed

    await play(own, kid.server_token)


async def test_what_is_being_played(sim: PlexSimulator, film: Movie, play: Any) -> None:
    sim.server.begin(sim.owner, film)

    def do(plex: PlexServer) -> None:
        (session,) = plex.sessions()
        assert (session.title, session.usernames) == ("Film", ["Owner"])
        assert (session.player.state, session.session.location) == ("playing", "lan")

    await play(do)


# plex.tv and discover.


@pytest.fixture
def plex_tv(sim: PlexSimulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lead PlexAPI to the simulated hosts."""
    for owner, name in (
        (MyPlexAccount, "key"),
        (MyPlexAccount, "HOMEUSERS"),
        (MyPlexAccount, "LINK"),
        (MyPlexResource, "key"),
        (MyPlexPinLogin, "PINS"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name).replace("https://plex.tv", sim.url))
    monkeypatch.setattr(MyPlexAccount, "DISCOVER", sim.discover_url)
    monkeypatch.setattr(MyPlexAccount, "METADATA", sim.discover_url)
    with requests.Session() as session:
        monkeypatch.setattr(requests, "Session", lambda: session)
        yield


async def test_linking_and_finding_the_server(sim: PlexSimulator, plex_tv: None, play: Any) -> None:
    def begin() -> MyPlexPinLogin:
        login = MyPlexPinLogin()
        assert len(login.pin) == 4
        assert login.checkLogin() is False
        return login

    login = await asyncio.to_thread(begin)
    sim.link(login.pin)

    def finish() -> None:
        assert login.checkLogin() is True
        account = MyPlexAccount(token=login.token)
        assert (account.title, account.homeAdmin, account.homeSize) == ("Owner", True, 1)
        assert account.subscriptionFeatures == ["hardware_transcoding", "webhooks"]
        player, resource = account.resources()
        assert (player.provides, resource.provides) == ("client,player", "server")
        # Local, remote, relay; it lists each twice where there is no TLS.
        ways = dict.fromkeys(resource.preferred_connections())
        assert list(ways) == list(sim.server.ways.values())
        plex = resource.connect(locations=["local"])
        assert plex.machineIdentifier == sim.state.machine
        other = MyPlexPinLogin()
        account.link(other.pin)
        assert other.checkLogin() is True

    await asyncio.to_thread(finish)


async def test_the_home(sim: PlexSimulator, plex_tv: None, show: Show) -> None:
    kid = sim.add_user("Kid", restricted=True, pin="1234")
    token = sim.sign_in()

    def do() -> None:
        account = MyPlexAccount(token=token)
        users = account.fetchItems(account.HOMEUSERS, MyPlexUser)
        assert [(one.title, one.protected) for one in users] == [("Owner", False), ("Kid", True)]
        with pytest.raises(BadRequest, match="PIN"):
            account.switchHomeUser(users[1], "4321")
        kids = account.switchHomeUser(users[1], "1234")
        assert (kids.title, kids.restricted) == ("Kid", True)
        resource = kids.resources()[1]
        assert (resource.owned, resource.sourceTitle) == (False, "Owner")
        # It takes no local way to the server of somebody else.
        resource.connect().library.section("Anime").get("The Show").markPlayed()

    await asyncio.to_thread(do)
    assert len(sim.server.watched(kid, show)) == 25
    assert sim.server.watched(sim.owner, show) == {}


async def test_the_watchlist(sim: PlexSimulator, plex_tv: None, show: Show) -> None:
    sim.know("Some Film", "movie", guids=["tmdb://1"])
    token = sim.sign_in()

    def do() -> None:
        account = MyPlexAccount(token=token)
        plex = PlexServer(sim.server.url, token)
        mine = plex.fetchItem(show.key)
        (film,) = account.searchDiscover("some film", libtype="movie")
        account.addToWatchlist([mine, film])
        assert account.onWatchlist(film)
        listed = account.watchlist(sort="watchlistedAt:asc")
        assert [(one.title, one.type) for one in listed] == [
            ("The Show", "show"),
            ("Some Film", "movie"),
        ]
        assert [one.id for one in listed[1].guids] == ["tmdb://1"]
        account.removeFromWatchlist(mine)
        assert [one.title for one in account.watchlist()] == ["Some Film"]

    await asyncio.to_thread(do)
    assert sim.watchlist() == ["Some Film"]
