"""Mappings by hand: made, validated, found again, taken back; what the sync makes of them."""

from collections.abc import AsyncIterator
import time
from typing import Any

import pytest

from custom_components.media_list_sync import mapping_pages
from custom_components.media_list_sync.engine.faults import Fault
from custom_components.media_list_sync.engine.identity.manual import Wrong
from custom_components.media_list_sync.engine.store import reviews
from custom_components.media_list_sync.engine.watching import offers
from simulators.anime import expected
from simulators.anime.places import BY_TMDB, FILM_LIBRARY
from simulators.plex import Episode

from .anime import AnimeHouse, anime_house
from .conftest import PAIRING_ID, PLEX_ID, House

AOT3B = 104578
UNKNOWN = 12189
ONLY_ANIDB = 4854
WITHOUT_NUMBERS = 20970


@pytest.fixture
async def anime(house: House) -> AsyncIterator[AnimeHouse]:
    async with anime_house(house) as found:
        yield found


async def test_mapping_takes_effect_at_once(anime: AnimeHouse) -> None:
    await anime.pair()
    title = "Attack on Titan"
    before = anime.watched(BY_TMDB, title)
    answer = await anime.call(
        "map_title", anilist_id=UNKNOWN, tmdb_show_id=1429, season=2, first_episode=4, episodes=2
    )
    assert answer["places"] == [
        {
            "origin": "manual",
            "target": "tmdb_show:1429",
            "episodes": [{"anilist": "1-2", "season": 2, "target": "4-5"}],
        }
    ]
    assert (answer["title"], answer["ignored"]) == ("Hyouka", False)
    (synced,) = answer["pairings"]
    assert synced["subentry_id"] == PAIRING_ID
    (planned,) = synced["plan"]
    assert planned["anilist_id"] == UNKNOWN
    store = (await anime.house.shared()).store
    rows = await store.run(reviews.load, [PAIRING_ID], 100)
    # Those two episodes are another entry's: it is for review, and nothing of it was written.
    assert planned["outcome"] == "review"
    assert {row.anilist: row.reason for row in rows}[UNKNOWN] == "claimed_twice"
    assert anime.watched(BY_TMDB, title) == before


async def test_what_was_for_review_is_marked(anime: AnimeHouse) -> None:
    await anime.pair()
    answer = await anime.call("get_review")
    waiting = {one["anilist_id"]: one["reason"] for one in answer["review"]}
    assert waiting == expected.review_on_plex()
    assert answer["total"] == len(waiting)
    (before,) = (one for one in answer["review"] if one["anilist_id"] == WITHOUT_NUMBERS)
    assert before["message"].startswith("Its show is known")
    target = before["targets"][0]
    assert target.startswith(("tmdb_show:", "tvdb_show:"))
    count = anime.house.state("sensor", f"{PAIRING_ID}_to_review").state
    await anime.call("map_title", anilist_id=WITHOUT_NUMBERS, ignore=True, note="not this one")
    answer = await anime.call("get_review")
    assert WITHOUT_NUMBERS not in {one["anilist_id"] for one in answer["review"]}
    # The whole pairing is looked at again, and then that shows.
    review = anime.house.entity_id("sensor", f"{PAIRING_ID}_to_review")
    await anime.house.until(
        lambda: int(anime.house.hass.states.get(review).state) == int(count) - 1  # type: ignore[union-attr]
    )


async def test_without_a_sync(anime: AnimeHouse) -> None:
    await anime.pair()
    anime.house.plex.forget_requests()
    answer = await anime.call("map_title", anilist_id=UNKNOWN, ignore=True, sync=False)
    assert "pairings" not in answer
    assert not anime.house.plex.counts


async def test_unmapping(anime: AnimeHouse) -> None:
    await anime.pair()
    await anime.call("map_title", anilist_id=AOT3B, ignore=True)
    found = await anime.call("get_mappings", kind="manual")
    assert [(one["anilist_id"], one["ignored"]) for one in found["mappings"]] == [(AOT3B, True)]
    answer = await anime.call("unmap_title", anilist_id=AOT3B)
    assert answer["manual"] is False
    assert {place["origin"] for place in answer["places"]} >= {"anibridge"}
    assert answer["pairings"][0]["status"] == "completed"
    key, message = await anime.refusal("unmap_title", anilist_id=AOT3B)
    assert key == "not_mapped"
    assert "Shingeki no Kyojin Season 3 Part 2" in message
    assert await anime.refusal("unmap_title", anilist_id=999) == (
        "not_mapped",
        "Nobody has mapped 999 by hand",
    )


WRONG: dict[str, dict[str, Any]] = {
    Wrong.ANIME: {"anilist_id": -1, "tmdb_show_id": 1, "season": 1},
    Wrong.TARGET: {"tmdb_show_id": "x1", "season": 1},
    Wrong.SEASON_MISSING: {"tmdb_show_id": 1},
    Wrong.SEASON_OF_FILM: {"tmdb_movie_id": 1, "season": 1},
    Wrong.NUMBERS: {"tmdb_show_id": 1, "season": -3},
    Wrong.RANGES: {"tmdb_show_id": 1, "season": 1, "ranges": {"1-12": "x"}},
    Wrong.BOTH: {"tmdb_show_id": 1, "season": 1, "first_episode": 2, "ranges": {"1": "1"}},
    Fault.BOUNDS: {"tmdb_show_id": 1, "season": 1, "first_episode": 19_000, "episodes": 2_000},
    Fault.OPEN_INSIDE: {"tmdb_show_id": 1, "season": 1, "ranges": {"1-": "1-,40-"}},
    Fault.UNEVEN: {"tmdb_show_id": 1, "season": 1, "ranges": {"1-12": "1-13"}},
    Fault.SOURCE_OVERLAP: {"tmdb_show_id": 1, "season": 1, "ranges": {"1-5": "1-5", "5-6": "6-7"}},
    Fault.TARGET_OVERLAP: {"tmdb_show_id": 1, "season": 1, "ranges": {"1-5": "1-5", "6-7": "5-6"}},
    Fault.SPECIAL_WITHOUT_NUMBERS: {"tmdb_show_id": 1, "season": 0},
    Fault.NOT_A_FILM: {"tmdb_movie_id": 1, "ranges": {"1": "2"}},
    # As many pieces as a person may give, each of which is two.
    Fault.EMPTY: {
        "tmdb_show_id": 1,
        "season": 1,
        "ranges": {f"{4 * n}-{4 * n + 2}": f"{4 * n}|-2,{4 * n + 1}" for n in range(1, 201)},
    },
}


@pytest.mark.parametrize("reason", WRONG)
async def test_what_cannot_be_is_refused_in_words(anime: AnimeHouse, reason: str) -> None:
    data = {"anilist_id": 1, **WRONG[reason]}
    key, message = await anime.refusal("map_title", **data)
    assert key == f"mapping_{reason}"
    assert "{" not in message
    assert len(message) > 20
    assert (await anime.call("get_mappings", kind="manual"))["total"] == 0


async def test_all_reasons_are_tried() -> None:
    assert set(WRONG) == {*Wrong, *Fault}


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, "mapping_needs_one_title"),
        ({"tmdb_show_id": 1, "tvdb_id": 2, "season": 1}, "mapping_needs_one_title"),
        ({"ignore": True, "tvdb_id": 2}, "mapping_ignored_has_no_place"),
        ({"ignore": True, "season": 2}, "mapping_ignored_has_no_place"),
        ({"ignore": True, "anilist_id": 0}, "mapping_anime"),
        ({"trakt_id": 7, "season": 1}, "mapping_needs_trakt"),
        ({"imdb_id": "tt0000007", "season": 1}, "mapping_needs_trakt"),
        ({"imdb_id": "7"}, "mapping_target"),
        ({"trakt_id": "attack-on-titan"}, "mapping_target"),
        ({"plex_item": "7", "season": 1}, "mapping_plex_account"),
        ({"plex_item": "the film", "season": 1}, "mapping_plex_key"),
    ],
)
async def test_what_is_not_enough(anime: AnimeHouse, data: dict[str, Any], key: str) -> None:
    said, message = await anime.refusal("map_title", **{"anilist_id": 1, **data})
    assert said == key
    assert "{" not in message


async def test_by_trakt_and_imdb(anime: AnimeHouse) -> None:
    """Trakt is asked what its number, and the IMDb id of a show, stand for."""
    await anime.house.set_up(await anime.house.trakt_entry())

    async def target(**data: Any) -> str:
        answer = await anime.call("map_title", anilist_id=UNKNOWN, sync=False, **data)
        found: str = answer["places"][0]["target"]
        return found

    assert await target(trakt_id=4_100_001, season=3) == "tmdb_show:1429"
    assert await target(imdb_id="tt2560140", season=3) == "tmdb_show:1429"
    # Without a season it is a film, of which the id is good as it is.
    assert await target(imdb_id="tt0245429") == "imdb_movie:tt0245429"
    key, message = await anime.refusal("map_title", anilist_id=1, trakt_id=999_999, season=1)
    assert (key, message) == (
        "title_not_found",
        "Trakt (viewer) knows no title with the ID 999999",
    )
    await anime.house.trakt.stop()
    key, _ = await anime.refusal("map_title", anilist_id=1, trakt_id=999_999)
    assert key == "unreachable_connect"


async def test_show_by_imdb_where_there_is_only_seerr(anime: AnimeHouse) -> None:
    await anime.house.set_up(await anime.house.seerr_entry())
    answer = await anime.call("map_title", anilist_id=1, imdb_id="tt0903747", season=1, sync=False)
    assert answer["places"][0]["target"] == "tmdb_show:1396"
    key, _ = await anime.refusal("map_title", anilist_id=1, imdb_id="tt9999999", season=1)
    assert key == "title_not_found"


async def test_by_an_item_of_plex(anime: AnimeHouse) -> None:
    await anime.pair()
    show = anime.key_of(BY_TMDB, "Attack on Titan")
    page = f"https://app.plex.tv/desktop/#!/server/x/details?key=%2Flibrary%2Fmetadata%2F{show}"
    for item in (show, page, f"/library/metadata/{show}"):
        answer = await anime.call(
            "map_title", anilist_id=UNKNOWN, plex_item=item, season=1, sync=False
        )
        assert answer["places"][0]["target"] == "tmdb_show:1429"
    library = next(one for one in anime.house.plex.state.libraries.values() if one.title == BY_TMDB)
    titan = next(one for one in library.items.values() if one.title == "Attack on Titan")
    leaves = [leaf for leaf in titan.leaves() if isinstance(leaf, Episode)]
    episode = next(leaf for leaf in leaves if (leaf.season.number, leaf.number) == (3, 2))
    answer = await anime.call(
        "map_title", anilist_id=UNKNOWN, plex_item=str(episode.key), sync=False, episodes=3
    )
    assert answer["places"][0]["episodes"] == [{"anilist": "1-3", "season": 3, "target": "2-4"}]
    answer = await anime.call(
        "map_title", anilist_id=UNKNOWN, plex_item=str(episode.season.key), sync=False
    )
    assert answer["places"][0]["episodes"] == [{"anilist": "1-", "season": 3, "target": "1-"}]
    film = anime.key_of(FILM_LIBRARY, "Your Name.")
    answer = await anime.call("map_title", anilist_id=21519, plex_item=film, sync=False)
    assert answer["places"][0]["target"] == "tmdb_movie:372058"
    key, message = await anime.refusal("map_title", anilist_id=1, plex_item="99999999", season=1)
    assert key == "mapping_plex_item"
    assert "Plex (Living Room, Owner) had no item 99999999" in message
    key, _ = await anime.refusal("map_title", anilist_id=1, plex_item="a film")
    assert key == "mapping_plex_key"
    key, _ = await anime.refusal(
        "map_title", anilist_id=1, plex_item=show, config_entry_id="another", season=1
    )
    assert key == "mapping_plex_account"


async def test_before_the_first_plan_has_its_yes(anime: AnimeHouse) -> None:
    await anime.pair(approved=False)
    answer = await anime.call("map_title", anilist_id=UNKNOWN, ignore=True)
    assert answer["pairings"][0]["status"] == "approval"
    assert not anime.watched(BY_TMDB, "Attack on Titan") - {
        *((1, n) for n in range(1, 26)),
        *((2, n) for n in range(1, 4)),
    }


async def test_mappings_are_found(anime: AnimeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    await anime.pair()
    found = await anime.call("get_mappings", search="titan season 3")
    assert {one["anilist_id"] for one in found["mappings"]} == {99147, AOT3B}
    part = next(one for one in found["mappings"] if one["anilist_id"] == AOT3B)
    assert part["manual"] is False
    place = next(one for one in part["places"] if one["target"] == "tmdb_show:1429")
    assert place["episodes"] == [{"anilist": "1-10", "season": 3, "target": "13-22"}]
    assert place["origin"] == "anibridge"
    everything = await anime.call("get_mappings", limit=500)
    assert everything["total"] == len(everything["mappings"]) > 5
    monkeypatch.setattr(mapping_pages, "AT_ONCE", 5)
    assert await anime.call("get_mappings", limit=500) == everything
    pages = [
        one["anilist_id"]
        for offset in range(0, everything["total"], 7)
        for one in (await anime.call("get_mappings", limit=7, offset=offset))["mappings"]
    ]
    assert pages == [one["anilist_id"] for one in everything["mappings"]]
    by_id = await anime.call("get_mappings", search=str(AOT3B))
    assert [one["anilist_id"] for one in by_id["mappings"]] == [AOT3B]
    assert (await anime.call("get_mappings", search="nothing like it"))["mappings"] == []
    await anime.call("map_title", anilist_id=AOT3B, ignore=True, note="why", sync=False)
    automatic = await anime.call("get_mappings", kind="automatic", search=str(AOT3B))
    assert automatic["total"] == 0
    (mine,) = (await anime.call("get_mappings", kind="manual"))["mappings"]
    assert (mine["manual"], mine["ignored"], mine["note"]) == (True, True, "why")


@pytest.mark.parametrize("at_once", [1, offers.PAGE])
async def test_candidates_of_what_is_for_review(
    anime: AnimeHouse, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """However many of the tracker's titles are taken up at once."""
    monkeypatch.setattr(offers, "PAGE", at_once)
    await anime.pair()
    answer = await anime.call("get_review", candidates=True)
    found = {one["anilist_id"]: one["candidates"] for one in answer["review"]}
    assert found[UNKNOWN] == [
        {
            "target": "tmdb_show:65329",
            "title": "Hyouka",
            "year": 2012,
            "score": 100,
            "season_fits": True,
        }
    ]
    assert found[ONLY_ANIDB] == []
    (page,) = (await anime.call("get_review", limit=1, offset=1))["review"]
    assert page["anilist_id"] == answer["review"][1]["anilist_id"]
    assert "candidates" not in page


async def test_nothing_is_paired(anime: AnimeHouse) -> None:
    await anime.house.set_up(await anime.house.seerr_entry())
    key, _ = await anime.refusal("get_review", config_entry_id=PLEX_ID)
    assert key is not None
    await anime.pair()
    assert (await anime.call("get_review", subentry_id=PAIRING_ID))["total"] > 0


async def test_many_mappings_are_searched_quickly(anime: AnimeHouse) -> None:
    store = (await anime.house.shared()).store

    def fill(connection: Any) -> None:
        connection.executemany(
            "INSERT INTO atlas VALUES ('anilist', ?, 'tmdb_show', ?, 'anibridge', '1:1-12>1-12')",
            ((n, str(n)) for n in range(1, 10_001)),
        )
        connection.executemany(
            "INSERT INTO anime VALUES (?, ?, ?, '{}', '')",
            ((n, f"Anime {n}", f"anime {n}") for n in range(1, 10_001)),
        )

    await store.run(fill)
    started = time.perf_counter()
    found = await anime.call("get_mappings", search="anime 99", limit=50)
    took = time.perf_counter() - started
    assert found["total"] == 111
    assert len(found["mappings"]) == 50
    assert took < 1.0
