"""The world that the demo plays in, and the judge of what came of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from demo import check, watched
from demo.expected import BEFORE, FIRST_SYNC, Request
from simulators import household as home
from simulators.anilist import AniListSimulator
from simulators.anime import FILMS, expected, followed
from simulators.control import Control
from simulators.keeping import restore, save
from simulators.state import of_world, on_plex, spot
from simulators.world import Ports, World

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World.new()
    await made.start(Ports())
    try:
        await made.furnish()
        yield made
    finally:
        await made.stop()


def test_no_title_stands_in_two_groups_of_a_list() -> None:
    for rows in (
        (
            *home.FILM_NIGHT_AVAILABLE,
            *home.FILM_NIGHT_REQUESTED,
            *home.FILM_NIGHT_TAKEN_BACK,
            *home.FILM_NIGHT_BLOCKED,
            *home.FILM_NIGHT_MISSING,
        ),
        (
            *home.KIDS_AVAILABLE,
            *home.KIDS_WITHIN_QUOTA,
            *home.KIDS_OVER_QUOTA,
            *home.KIDS_SHOWS,
        ),
        (*home.CHART_AVAILABLE, *home.CHART_FIRST, *home.CHART_LATER),
    ):
        assert len(set(home.named(*rows))) == len(rows)


async def test_before_the_first_sync_there_is_only_what_the_guest_asked_for(world: World) -> None:
    state = of_world(world)
    found = [
        Request(one["title"], tuple(one["seasons"]), one["is4k"], one["user"], one["status"])
        for one in state["requests"]
    ]
    assert sorted(found) == sorted(BEFORE)
    assert not any(state["counts"].values())
    statuses = {one["title"]: one["status"] for one in state["media"]}
    assert statuses["Titanic"] == "deleted"
    assert statuses["Top Gun: Maverick"] == "blocklisted"
    assert statuses["The Boys"] == "partial"
    assert statuses["Joker"] == "unknown"
    assert "Inception" not in statuses


async def test_a_world_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    world.imdb.add_titles(home.FILM_NIGHT, ["tt0482571"])
    token = world.trakt.sign_in("household").access_token
    watching = world.watching
    watching.watch_on_anilist(154587, 21)
    watching.watch_on_plex("Toradora!", 1, 1)
    anilist_token = watching.anilist.sign_in("household")
    plex_token = watching.plex.sign_in()
    save(world, tmp_path / "kept")

    again = World.new()
    assert restore(again, tmp_path / "kept")
    assert of_world(again)["media"] == of_world(world)["media"]
    assert of_world(again)["requests"] == of_world(world)["requests"]
    assert again.imdb.lists[home.FILM_NIGHT].items[-1].title.text == "The Prestige"
    owner = again.trakt.state.tokens.owner(token)
    assert owner is again.trakt.user("household")
    assert of_world(again)["watched"] == of_world(world)["watched"]
    assert of_world(again)["watched"]["plex"]["Anime: Toradora!"] == {"S1E1": 1}
    anilist, plex = again.watching.anilist, again.watching.plex
    assert anilist.user("household").entries[154587].progress == 21
    assert await _name_on_anilist(anilist, anilist_token) == "household"
    assert plex.state.people.of_account(plex_token) is plex.owner
    assert not restore(World.new(), tmp_path / "kept"), "a state is good for one start"


async def _name_on_anilist(anilist: AniListSimulator, token: str) -> str:
    async with anilist, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {token}", "Referer": "https://anilist.co"}
        body = {"query": "{ Viewer { name } }"}
        async with session.post(anilist.url, json=body, headers=headers) as answer:
            name: str = (await answer.json())["data"]["Viewer"]["name"]
            return name


@pytest.mark.parametrize("content", [b"nonsense", b""])
async def test_what_is_no_state_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kept").write_bytes(content)
    assert not restore(World.new(), tmp_path / "kept")


async def test_the_control_endpoint_does_and_says_what_is_wrong(world: World) -> None:
    control = Control(world)
    address = await control.start()
    try:
        async with aiohttp.ClientSession() as session:
            body = {"imdb": home.imdb_ids("Inception")[0]}
            async with session.post(f"{address}/seerr/available", json=body) as answer:
                assert answer.status == 200
            async with session.get(f"{address}/state") as answer:
                media = (await answer.json())["media"]
            assert {"Inception": "available"}.items() <= {
                one["title"]: one["status"] for one in media
            }.items()
            async with session.post(f"{address}/lists", json={"list": "nobody's"}) as answer:
                assert answer.status == 400
                assert "nobody's" in (await answer.json())["error"]
    finally:
        await control.stop()


@pytest.mark.parametrize(
    ("path", "body", "title", "change"),
    [
        ("/plex/watch", {"season": 1, "episode": 7}, "Toradora!", {"S1E7": 1}),
        ("/plex/watch", {"season": 0, "episode": 0}, "Akira", {"film": 1}),
        ("/plex/mark", {"season": 1, "episode": 7}, "Toradora!", {"S1E7": 1}),
        ("/plex/unmark", {"season": 2, "episode": 2}, "Made in Abyss", {"S2E1": 1}),
    ],
    ids=["an episode", "a film", "by hand", "unmarked"],
)
async def test_what_is_watched_on_plex_can_be_changed(
    world: World, path: str, body: dict[str, int], title: str, change: dict[str, int]
) -> None:
    control = Control(world)
    address = await control.start()
    try:
        async with aiohttp.ClientSession() as session:
            told = {"title": title, **body}
            async with session.post(f"{address}{path}", json=told) as answer:
                assert answer.status == 200
    finally:
        await control.stop()
    watched = of_world(world)["watched"]["plex"]
    assert [spots for where, spots in watched.items() if where.endswith(title)] == [change]


async def test_what_plex_lacks_cannot_be_watched(world: World) -> None:
    with pytest.raises(LookupError, match="episode 99"):
        world.watching.watch_on_plex("Toradora!", 1, 99)


async def test_trakt_has_each_anime_once(world: World) -> None:
    """The catalogue has some of them, too, with other numbers."""
    found = world.trakt.state.titles.find("movie", "imdb", "tt5311514")
    by_tmdb = world.trakt.state.titles.find("movie", "tmdb", 372058)
    assert found == by_tmdb
    assert found is not None
    assert found.title.trakt == FILMS["Your Name."].trakt


def _state(requests: list[Request], posts: int) -> check.State:
    return {
        "requests": [{**one._asdict(), "seasons": list(one.seasons)} for one in requests],
        "counts": {"seerr": {}, "imdb": {}, "trakt": {}},
        "posts": {"201": posts},
        "crashed": False,
        "overlapping_posts": 0,
    }


FIRST = [request for expected in FIRST_SYNC.values() for request in expected.requests]
LATER = [request for expected in FIRST_SYNC.values() for request in expected.later]
BEFORE_SECOND = _state([*BEFORE, *FIRST], len(FIRST))


def test_the_judge_is_content_with_what_is_right() -> None:
    right = _state([*BEFORE, *FIRST, *LATER], len(FIRST) + len(LATER))
    assert list(check.after_second_sync(right)) == []


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([*BEFORE, *FIRST, *LATER][1:], "missing"),
        ([*BEFORE, *FIRST, *LATER, FIRST[0]], "not expected"),
        ([*BEFORE, *FIRST[:-1], *LATER, FIRST[-1]._replace(user="owner")], "as owner"),
        ([*BEFORE, *FIRST[:-1], *LATER, FIRST[-1]._replace(seasons=(1, 2))], "seasons 1, 2 "),
    ],
    ids=["missing", "twice", "as somebody else", "other seasons"],
)
def test_the_judge_sees_what_is_wrong_with_requests(requests: list[Request], said: str) -> None:
    state = _state(requests, len(FIRST) + len(LATER))
    assert any(said in what for what in check.after_second_sync(state))


def test_the_judge_sees_a_deleted_title_that_came_back() -> None:
    again = _state([*BEFORE, *FIRST, FIRST[0]], len(FIRST) + 1)
    assert list(check.after_deleting(again, BEFORE_SECOND, FIRST[0].title))


def test_the_judge_counts_calls() -> None:
    state = _state([*BEFORE, *FIRST], len(FIRST))
    asked = {**state, "counts": {**state["counts"], "imdb": {"POST /": 4}}}
    assert list(check.after_third_sync(state, state)) == []
    assert any("imdb" in what for what in check.after_third_sync(asked, state))


def _watched() -> dict[str, dict[str, dict[str, int]]]:
    """Return what is watched after the first sync, each episode once."""
    return {
        "plex": {
            on_plex(*where): {spot(*one): 1 for one in spots}
            for where, spots in expected.on_plex().items()
        },
        "trakt": {
            title: {spot(*one): 1 for one in spots}
            for title, spots in expected.on_trakt(followed.listed()).items()
        },
    }


def test_the_judge_is_content_with_what_is_watched() -> None:
    seen = watched.after_first_sync({"watched": _watched()})
    assert list(watched.wrong_with(seen)) == []
    assert sum(len(one.wanted) for one in seen) > 3_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"S1E3": 2}, "Toradora!: more than once: S1E3"),
        ({"S1E25": 1}, "Toradora!: not expected: S1E25"),
    ],
    ids=["twice", "too much"],
)
def test_the_judge_sees_an_episode_that_was_marked_wrongly(
    change: dict[str, int], said: str
) -> None:
    state = _watched()
    state["trakt"]["show Toradora!"] |= change
    wrong = list(watched.wrong_with(watched.after_first_sync({"watched": state})))
    assert wrong == [f"trakt, show {said}"]


async def test_the_judge_sees_what_no_sync_has_marked(world: World) -> None:
    seen = watched.after_first_sync(of_world(world))
    missing = sum(len(one.missing) for one in seen)
    new = sum(map(len, (*expected.new_on_plex().values(), *expected.new_on_trakt().values())))
    gained = sum(
        len(spots - expected.on_trakt()[title])
        for title, spots in expected.on_trakt(followed.listed()).items()
    )
    assert (missing, gained) == (new + gained, 3 + 2 + 2 + 7)
    assert all("not expected" not in one.wrong for one in seen)


def test_the_judge_waits_for_more_and_minds_what_was_unmarked() -> None:
    state = _watched()
    wrong = list(watched.wrong_with(watched.after_more({"watched": state})))
    assert wrong == [
        "plex, Anime by TVDB: Hunter x Hunter: missing: S2E15",
        "plex, Anime: Frieren: Beyond Journey's End: missing: S1E21",
        "plex, Anime: JUJUTSU KAISEN: missing: S1E39",
        "plex, Anime: Toradora!: not expected: S1E2",
        "trakt, show Frieren: Beyond Journey's End: missing: S1E21",
        "trakt, show Hunter x Hunter: missing: S2E73",
    ]


async def test_the_judge_sees_what_anilist_has_not_taken_over(world: World) -> None:
    state = of_world(world)
    assert list(watched.wrong_on_anilist(state, watched.listed_after_first_sync())) == [
        "AniList says ('PAUSED', 70) of 11061, not ('CURRENT', 72)",
        "AniList says ('CURRENT', 0) of 114745, not ('CURRENT', 2)",
        "AniList says ('CURRENT', 11) of 145064, not ('CURRENT', 14)",
        "AniList says ('CURRENT', 7) of 169755, not ('COMPLETED', 14)",
    ]
    for number, (status, progress) in watched.listed_after_first_sync().items():
        state["listed"][str(number)] = {"status": status, "progress": progress}
    assert list(watched.wrong_on_anilist(state, watched.listed_after_first_sync())) == []
    assert list(watched.wrong_on_anilist(state, watched.listed_after_more())) == [
        "AniList says ('CURRENT', 72) of 11061, not ('CURRENT', 73)",
        "AniList says ('CURRENT', 20) of 154587, not ('CURRENT', 21)",
    ]
