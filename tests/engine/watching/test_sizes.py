"""How many requests a sync takes."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.clients.plex import server as plex_server
from custom_components.media_list_sync.engine.clients.trakt import api as trakt_api

from .house import OLD, START, tmdb
from .test_rules import BOTH, episodes, watched


async def many(house, count, **entry):
    """So many anime, each a show of its own."""
    for number in range(1, count + 1):
        values = {"status": "CURRENT", "updated_at": OLD - number, **entry}
        await house.simple(number, **values)


@pytest.mark.parametrize(("entries", "requests"), [(499, 1), (500, 1), (501, 2), (1001, 3)])
async def test_anilist_is_read_in_chunks_of_five_hundred(house, entries, requests):
    for number in range(entries):
        house.add_anime(number + 1, status="PLANNING")
    await house.sync("plex")
    assert house.requests()["anilist"] == requests


@pytest.mark.parametrize(("changes", "requests"), [(1, 1), (49, 1), (51, 2), (120, 3), (260, 6)])
async def test_what_changed_on_anilist_is_read_by_fifties(house, changes, requests):
    """Up to five pages; what is more is read whole."""
    for number in range(1, 301):
        house.add_anime(number, status="PLANNING", updated_at=OLD - number)
    await house.sync("plex")
    for number in range(1, changes + 1):
        house.change(number, progress=1, at=OLD + number)
    house.requests()
    await house.sync()
    assert house.requests()["anilist"] == requests


@BOTH
async def test_unchanged_is_one_request_an_account_and_library(house, on):
    await many(house, 30, progress=3)
    await house.sync(on)
    await house.sync()
    house.requests()
    for _ in range(3):
        assert not (await house.sync(after=timedelta(hours=1))).changed
        library = {"plex": 2} if on == "plex" else {"trakt": 1}
        assert house.requests() == {"anilist": 1, **library}


@BOTH
async def test_unchanged_where_nothing_was_ever_watched(house, on):
    await many(house, 30, progress=0)
    await house.sync(on)
    house.requests()
    assert not (await house.sync()).changed
    assert house.requests() == {"anilist": 1, on: 2 if on == "plex" else 1}
    asked = [exchange.path for exchange in house.plex.server.exchanges]
    assert not any("lastViewedAt%3E=0" in path for path in asked), "which some answer with all"


@BOTH
async def test_one_episode_is_four_requests(house, on):
    await many(house, 30, progress=3)
    await house.sync(on)
    await house.sync()
    house.change(7, progress=4)
    house.requests()
    report = await house.sync()
    assert report.counts["episodes"] == 1
    assert sum(house.requests().values()) == 4


@BOTH
async def test_one_title_that_a_person_asks_for(house, on):
    await many(house, 10, progress=3)
    await house.sync(on)
    await house.sync()
    house.change(7, progress=4)
    house.requests()
    await house.sync(anilist=7, reason="action")
    assert sum(house.requests().values()) == 4
    assert watched(house, on, 7) == episodes(1, 1, 4)


async def test_plex_is_read_in_pages(house, monkeypatch):
    """A request for the libraries; for each the shows, the settings, and the pages of episodes."""
    monkeypatch.setattr(plex_server, "FIRST", 100)
    monkeypatch.setattr(plex_server, "MOST", 100)
    house.add_show(1, {1: 250})
    house.add_show(2, {1: 150})
    for number in range(10, 60):
        house.add_film(number)
    await house.sync("plex")
    assert house.requests() == {"anilist": 1, "plex": 1 + (1 + 1 + 4) + 1}


async def test_plex_seasons_are_a_call_each_and_episodes_one(house):
    await many(house, 4, status="COMPLETED", episodes=12, progress=12)
    house.add_anime(9, episodes=12, status="CURRENT", progress=5)
    house.add_show(9, {1: 12})
    await house.place(9, tmdb(9), "1:1-12>1-12")
    await house.sync("plex")
    assert house.plex.server.counts["PUT /:/scrobble"] == 4 + 5


async def test_trakt_is_read_once_and_each_show_once(house):
    """Activities; watched, checked, begun anew; films; ratings, dropped; then a show in two."""
    await many(house, 5, progress=0)
    house.add_anime(9, status="CURRENT", progress=3)
    house.add_show(9, {1: 12})
    await house.place(9, tmdb(9), "1:1-12>1-12")
    await house.sync("trakt")
    # Before the play, activities again, to see whether somebody was quicker.
    assert house.requests()["trakt"] == 8 + 2 + 1 + 1
    # What we wrote ourselves shows as a change, and is read once.
    await house.sync()
    assert house.requests()["trakt"] == 1 + 2
    await house.sync()
    assert house.requests()["trakt"] == 1


async def test_trakt_shows_that_were_watched_are_looked_up_by_what_is_known(house):
    """They need no search: their names are read with 250 others."""
    await many(house, 5, progress=3)
    for number in range(1, 6):
        house.trakt.watch([house.trakt_episode(number, 1, 1)], START)
    await house.sync("trakt")
    kinds = [exchange.path for exchange in house.trakt.exchanges]
    assert not any("/search/" in path for path in kinds)
    assert sum("/seasons" in path for path in kinds) == 5


async def test_trakt_plays_go_by_hundreds(house):
    await many(house, 30, progress=12)
    await house.sync("trakt")
    assert house.trakt.counts["POST /sync/history"] == 4  # 360 plays, no show in two
    assert sum(house.on_trakt().values()) == 360


async def test_trakt_ratings_are_read_in_pages(house, monkeypatch):
    monkeypatch.setattr(trakt_api, "PAGE", 10)
    house.policy = {"scores": True}
    await many(house, 30, status="COMPLETED", progress=12, score=80)
    await house.sync("trakt")
    house.requests()
    await house.sync(full=True)
    asked = [e.path for e in house.trakt.exchanges if "/sync/ratings/shows" in e.path]
    assert len(asked) == 3


async def test_trakt_ratings_are_looked_up_once_for_all_that_is_given(house):
    """What was there before is put down with each: an undo gives it back."""
    house.policy = {"scores": True}
    await many(house, 250, status="COMPLETED", episodes=1, score=80)
    house.trakt.forget_requests()
    report = await house.sync("trakt")
    assert report.counts["episodes"] == 250
    asked = [(one.method, one.path.partition("?")[0]) for one in house.trakt.exchanges]
    assert asked.count(("POST", "/sync/ratings")) == 3
    assert asked.count(("GET", "/sync/ratings/shows")) == 2  # one of them with all else
    house.rate_on_trakt(7, 3)
    for undoing in (1, 2):
        house.trakt.forget_requests()
        report = await house.sync(undo=True, dry_run=undoing == 1, after=timedelta(minutes=1))
        assert len(house.trakt_ratings()) == (250 if undoing == 1 else 1)
        paths = [one.path.partition("?")[0] for one in house.trakt.exchanges]
        assert paths.count("/sync/ratings/shows") == 1
        assert report.counts["changed"] == 1
    assert house.trakt_ratings() == {7: 3}


async def test_a_day_later_all_is_read_again(house):
    await many(house, 3, progress=3)
    await house.sync("plex")
    await house.sync()
    house.requests()
    await house.sync(after=timedelta(days=1, hours=1))
    assert house.requests() == {"anilist": 1, "plex": 5}
