"""The whole way through a simulated Plex: from the PIN to what was watched."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest

from custom_components.media_list_sync.engine.clients.plex import (
    CutShort,
    LibraryChange,
    PinExpired,
    Playing,
    PlayState,
    PlexEpisode,
    PlexServer,
    PlexTv,
    PlexWatchlist,
    WrongPin,
    find_address,
)
from custom_components.media_list_sync.engine.http import CredentialsRejected, NotFound, Unreachable
from custom_components.media_list_sync.engine.model import MediaType
from simulators.faults import Failure, Fault
from simulators.plex import LOCAL, RELAY, REMOTE, Library, Person, PlexSimulator, Show

from .plex_stub import CLIENT


@pytest.fixture
def tv(plex: PlexSimulator, doorway: Callable) -> Callable[..., PlexTv]:
    """Return what makes a client of plex.tv for a token."""
    return lambda token=None: PlexTv(doorway("plex"), plex.url, plex.url, CLIENT, token)


@pytest.fixture
def server_of(plex: PlexSimulator, doorway: Callable) -> Callable[[Person], PlexServer]:
    """Return what makes a client of the server for a person."""
    return lambda person: PlexServer(doorway("plex"), plex.server.url, CLIENT, person.server_token)


@pytest.fixture
def client(plex: PlexSimulator, server_of: Callable) -> PlexServer:
    return server_of(plex.owner)


@pytest.fixture
def library(plex: PlexSimulator) -> Library:
    return plex.server.add_library("Anime", ordering="tvdbAiring")


@pytest.fixture
def show(plex: PlexSimulator, library: Library) -> Show:
    guids = ["tvdb://81797", "tmdb://37854", "imdb://tt0388629"]
    return plex.server.add_show(library, "Show", {0: 1, 1: 12, 2: [1, 2, 5]}, guids=guids)


async def episodes(client: PlexServer) -> list[PlexEpisode]:
    (section,) = await client.sections()
    return [row async for rows in client.episodes(section) for row in rows]


@pytest.mark.parametrize("strong", [True, False])
async def test_signs_in(plex, tv, strong) -> None:
    pin = await tv().create_pin(strong=strong)
    assert (len(pin.code) == 4) is not strong
    assert await tv().check_pin(pin.id) is None
    plex.link(pin.code)

    token = await tv().check_pin(pin.id)

    assert token
    assert (await tv(token).account()).uuid == plex.owner.uuid
    assert plex.tokens_in_addresses == []


async def test_a_pin_expires(plex, tv) -> None:
    pin = await tv().create_pin()
    plex.expire_codes()
    with pytest.raises(PinExpired):
        await tv().check_pin(pin.id)


async def test_becomes_a_person_of_the_home(plex, tv, server_of, show) -> None:
    child = plex.add_user("Child", restricted=True, pin="1234")
    me = tv(plex.sign_in())
    owner, other = await me.home_users()
    assert (owner.is_admin, owner.has_pin) == (True, False)
    assert (other.name, other.is_admin, other.has_pin) == ("Child", False, True)
    with pytest.raises(WrongPin):
        await me.switch_user(other.uuid)
    with pytest.raises(WrongPin):
        await me.switch_user(other.uuid, "4321")
    with pytest.raises(NotFound):
        await me.switch_user("nobody", "1234")

    token = await me.switch_user(other.uuid, "1234")

    assert (await tv(token).account()).uuid == child.uuid
    (resource,) = await tv(token).resources()
    assert resource.token == child.server_token
    key = str(show.seasons[1].episodes[1].key)
    await server_of(child).mark_watched(key)
    assert plex.server.watched(child, show) == {(1, 1): 1}
    assert plex.server.watched(plex.owner, show) == {}


async def test_a_token_that_was_taken_back(plex, tv, client) -> None:
    me = tv(plex.sign_in())
    plex.revoke()
    for call in (me.account, me.resources, me.home_users, lambda: me.switch_user("a")):
        with pytest.raises(CredentialsRejected):
            await call()
    with pytest.raises(CredentialsRejected):
        await client.sections()
    with pytest.raises(CredentialsRejected):
        await anext(client.notifications())
    # Which server it is, it says to everybody.
    assert (await client.identity()).id == plex.state.machine


@pytest.mark.parametrize("closed", [(), (LOCAL,), (LOCAL, REMOTE)])
async def test_finds_the_server(plex, tv, doorway, closed) -> None:
    """In the house first, then from outside, then by the relay."""
    (resource,) = await tv(plex.sign_in()).resources()
    assert resource.id == plex.state.machine
    best = plex.server.ways[(LOCAL, REMOTE, RELAY)[len(closed)]]
    for way in closed:
        await plex.server.close_way(way)
    assert await find_address(doorway("plex"), resource, CLIENT) == best


async def test_a_server_that_is_nowhere(plex, tv, doorway) -> None:
    (resource,) = await tv(plex.sign_in()).resources()
    await plex.server.stop()
    with pytest.raises(Unreachable):
        await find_address(doorway("plex"), resource, CLIENT)


async def test_finds_the_server_again(plex, tv, doorway, show) -> None:
    me = tv(plex.sign_in())
    (resource,) = await me.resources()
    old = await find_address(doorway("plex"), resource, CLIENT)
    new = await plex.server.move()
    with pytest.raises(Unreachable):
        await PlexServer(doorway("plex"), old, CLIENT, resource.token).sections()

    (resource,) = await me.resources()

    assert await find_address(doorway("plex"), resource, CLIENT) == new
    assert len(await episodes(PlexServer(doorway("plex"), new, CLIENT, resource.token))) == 16


async def test_only_the_owner_is_told_how_a_library_is_ordered(plex, server_of, library) -> None:
    show = plex.server.add_show(library, "Show", {1: 1}, ordering="aired")
    guest = server_of(plex.add_user("Guest"))
    (section,) = await guest.sections()
    assert await guest.default_ordering(section) is None
    assert [(one.key, one.ordering) for one in await guest.shows(section)] == [
        (str(show.key), "aired")
    ]


async def test_reads_the_libraries(plex, client, library, show) -> None:
    films = plex.server.add_library("Films", "movie")
    hama = plex.server.add_library("Hama", agent="com.plexapp.agents.hama")
    guid = "com.plexapp.agents.hama://anidb-69?lang=en"
    plex.server.add_show(hama, "Old", {1: 3}, guid=guid)
    plex.server.add_movie(films, "A Film", guids=["tmdb://129"], year=2001)
    other = plex.server.add_show(library, "Other", {1: 1}, ordering="absolute")

    anime, movies, old = await client.sections()

    assert (anime.media_type, movies.media_type) == (MediaType.SHOW, MediaType.MOVIE)
    assert (anime.uuid, old.agent) == (library.uuid, "com.plexapp.agents.hama")
    assert await client.default_ordering(anime) == "tvdbAiring"
    two, one = await client.shows(anime)
    assert (one.key, one.title, one.year, one.ordering) == (str(show.key), "Show", 2015, None)
    assert (one.ids.agent, one.ids.tvdb, one.ids.imdb) == ("plex", 81797, "tt0388629")
    assert (one.episodes, one.watched) == (16, 0)
    assert (two.key, two.ordering) == (str(other.key), "absolute")
    (third,) = await client.shows(old)
    assert (third.ids.agent, third.ids.anidb) == ("hama", 69)
    (film,) = await client.movies(movies)
    assert (film.title, film.ids.tmdb, film.view_count) == ("A Film", 129, 0)
    assert [season.number for season in await client.seasons(one.key)] == [0, 1, 2]
    rows = [row async for some in client.episodes(anime) for row in some]
    assert [(row.season, row.number) for row in rows if row.show == one.key][-3:] == [
        (2, 1),
        (2, 2),
        (2, 5),
    ]
    assert await client.leaves(one.key) == tuple(row for row in rows if row.show == one.key)
    assert plex.server.tokens_in_addresses == []


async def test_marks_and_rates(plex, client, library, show) -> None:
    season = next(one for one in await client.seasons(str(show.key)) if one.number == 2)
    await client.mark_watched(season.key)
    await client.mark_watched(str(show.seasons[1].episodes[3].key))
    await client.rate(str(show.key), 8.5)

    assert plex.server.watched(plex.owner, show) == dict.fromkeys(
        [(1, 3), (2, 1), (2, 2), (2, 5)], 1
    )
    (section,) = await client.sections()
    (row,) = await client.shows(section)
    assert (row.watched, row.user_rating) == (4, 8.5)
    await client.mark_unwatched(season.key)
    assert plex.server.watched(plex.owner, show) == {(1, 3): 1}
    with pytest.raises(NotFound):
        await client.mark_watched("987654321")
    with pytest.raises(NotFound):
        await client.leaves("987654321")


async def test_a_mark_that_is_cut_off_is_in_doubt(plex, client, show) -> None:
    """The caller reads first: that it was carried out shows in what is read."""
    episode = show.seasons[1].episodes[1]
    plex.server.faults.add(Fault(Failure.CUT_AFTER, method="PUT"))
    with pytest.raises(Unreachable) as error:
        await client.mark_watched(str(episode.key))
    assert error.value.sent
    assert plex.server.watched(plex.owner, show) == {(1, 1): 1}
    (row,) = [one for one in await episodes(client) if one.key == str(episode.key)]
    assert row.view_count == 1


async def test_what_changed(plex, client, library, show) -> None:
    (section,) = await client.sections()
    now = plex.state.now()
    for number in range(1, 4):
        plex.server.watch(plex.owner, show.seasons[1].episodes[number], now - 3600 * number)
    plex.server.forget_requests()

    changes = await client.changed_since(section, now - 7200)

    assert [(row.season, row.number) for row in changes.episodes] == [(1, 1), (1, 2)]
    assert len(plex.server.exchanges) == 1
    assert (await client.changed_since(section, now)).episodes == ()
    plex.clock.advance(86_400)
    plex.server.refresh(show.seasons[1].episodes[7])
    plex.server.add_show(library, "New", {1: 1})
    updated = await client.updated_since(section, now + 3600)
    assert sorted(row.season_key == str(show.seasons[1].key) for row in updated.episodes) == [
        False,
        True,
    ]


async def test_ratings_of_several_items(plex, client, show) -> None:
    season, other = show.seasons[1], show.seasons[1].episodes[1]
    await client.rate(str(show.key), 7.5)
    await client.rate(str(season.key), 8)
    keys = [str(one.key) for one in (show, season, other)]

    assert await client.ratings([*keys, "4711"]) == dict(zip(keys, (7.5, 8, None), strict=True))
    await client.rate(str(show.key), None)
    assert await client.ratings([keys[0]]) == {keys[0]: None}
    assert await client.ratings(["4711"]) == {}


async def test_ratings_that_are_cut_short_are_none(plex, client, show) -> None:
    def cut(value: Any) -> Any:
        value["MediaContainer"]["Metadata"].pop()
        return value

    plex.server.faults.add(Fault(Failure.RESHAPE, reshape=cut, times=1))
    with pytest.raises(CutShort):
        await client.ratings([str(show.key), str(show.seasons[1].key)])


async def test_the_watchlist(plex, doorway) -> None:
    client = PlexWatchlist(doorway("plex"), plex.discover_url, CLIENT, plex.sign_in())
    known = [plex.know(f"Show {n}", "show", guids=[f"tvdb://{n}"]) for n in range(1, 150)]
    plex.know("A Film", "movie", guids=["tmdb://129", "imdb://tt0245429"])
    for title in known:
        plex.add_to_watchlist(title)

    assert len(await client.items()) == 149
    found = await client.find(MediaType.MOVIE, "tmdb://129")
    assert found is not None
    assert (found.title, found.ids.imdb) == ("A Film", "tt0245429")
    await client.add(found.key)
    await client.add(found.key)
    assert plex.watchlist().count("A Film") == 1
    await client.remove(found.key)
    await client.remove(found.key)
    assert "A Film" not in plex.watchlist()
    assert await client.find(MediaType.SHOW, "tvdb://4711") is None
    with pytest.raises(NotFound):
        await client.add("0" * 24)


async def test_listens(plex, client, show) -> None:
    episode = show.seasons[1].episodes[1]
    key = str(episode.key)
    async with aclosing(client.notifications()) as notifications:
        first = asyncio.ensure_future(anext(notifications))
        while not len(plex.server.listeners):
            await asyncio.sleep(0.01)
        session = plex.server.begin(plex.owner, episode)
        assert await first == Playing(key, PlayState.PLAYING, 0)
        plex.server.end(session)
        assert await anext(notifications) == Playing(key, PlayState.STOPPED, 0)
        plex.server.mark(plex.owner, episode)
        assert await anext(notifications) == LibraryChange(key, "1", is_gone=False)
        plex.server.remove(show)
        assert await anext(notifications) == LibraryChange(str(show.key), "1", is_gone=True)
        plex.server.listeners.hang_up()
        with pytest.raises(StopAsyncIteration):
            await anext(notifications)


async def test_60_000_episodes(plex, client, library) -> None:
    for n in range(60):
        plex.server.add_show(library, f"Show {n:04}", dict.fromkeys(range(1, 11), 100))
    (section,) = await client.sections()
    plex.server.forget_requests()
    plex.server.keep_exchanges = False

    count = 0
    async for rows in client.episodes(section):
        count += len(rows)

    assert count == 60_000
    assert plex.server.counts.total() == 31
