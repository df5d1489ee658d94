"""What Trakt is asked about shows, and what becomes of answers that do not hold any more."""

from datetime import timedelta

from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.catalog import CatalogTitle, Season

from .house import film, tmdb
from .test_rules import episodes, reasons, watched

AIRED = "2015-01-05"


def know(house, tmdb_number, *seasons):
    """Let Trakt know a show with seasons of so many episodes, in place of what it knew."""
    title = CatalogTitle(
        is_show=True,
        tmdb=tmdb_number,
        imdb=f"tt{tmdb_number:07d}",
        tvdb=None,
        trakt=tmdb_number + 500_000,
        title=f"Show {tmdb_number}",
        year=2015,
        seasons=tuple(Season(number, count, AIRED) for number, count in enumerate(seasons, 1)),
        imdb_type="tvSeries",
    )
    house.trakt.state.titles.change(title)


def readings(house):
    return sum(count for kind, count in house.trakt.counts.items() if kind.endswith("/seasons"))


async def test_a_show_without_episodes_keeps_no_other_from_its_turn(house):
    await house.simple(1, status="CURRENT", progress=3)
    house.add_anime(2, status="COMPLETED", progress=12)
    know(house, 2)
    await house.place(2, tmdb(2), "1:1-12>1-12")
    report = await house.sync("trakt")
    assert report.counts["episodes"] == 3
    assert report.counts[WatchOutcome.IGNORED] == 0
    assert await reasons(house) == {2: "out_of_bounds"}


async def test_seasons_that_come_later_are_seen(house):
    house.add_anime(2, status="COMPLETED", progress=12)
    know(house, 2)
    await house.place(2, tmdb(2), "1:1-12>1-12")
    await house.sync("trakt")
    know(house, 2, 12)
    house.change(2, score=10)
    await house.sync()
    assert not watched(house, "trakt", 2)  # it was asked about it not long ago
    house.change(2, score=20, at=1_700_002_000)
    await house.sync(after=timedelta(days=8))
    assert watched(house, "trakt", 2) == episodes(1, 1, 12)
    assert await reasons(house) == {}


async def test_a_show_that_trakt_learns_of_later_is_seen(house):
    house.add_anime(2, status="COMPLETED", progress=12)
    await house.place(2, tmdb(2), "1:1-12>1-12")
    await house.sync("trakt")
    assert await reasons(house) == {2: "not_on_tracker"}
    know(house, 2, 12)
    await house.sync(after=timedelta(days=8))
    assert watched(house, "trakt", 2) == episodes(1, 1, 12)


async def test_numbers_of_long_ago_are_looked_up_before_they_are_written_by(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("trakt")
    house.change(1, progress=4)
    house.trakt.forget_requests()
    await house.sync(after=timedelta(days=8))
    assert readings(house) == 1
    house.change(1, progress=5, at=1_700_002_000)
    await house.sync()
    assert readings(house) == 1
    assert watched(house, "trakt", 1) == episodes(1, 1, 5)


async def test_an_episode_that_trakt_removed_is_looked_up_again(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("trakt")
    know(house, 1, 3)  # the others are gone
    house.change(1, progress=4)
    await house.sync()
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)
    house.change(1, score=10, at=1_700_002_000)
    report = await house.sync()
    assert report.counts[WatchOutcome.REVIEW] == 1
    assert await reasons(house) == {1: "out_of_bounds"}


async def test_a_film_that_trakt_does_not_know_is_for_review(house):
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    await house.place(1, film(404), "-1:1>1")
    report = await house.sync("trakt")
    assert report.counts[WatchOutcome.NOT_THERE] == 1
    house.trakt.forget_requests()
    report = await house.sync()
    assert await reasons(house) == {1: "not_on_tracker"}
    assert report.counts["new"] == 0
    assert not any(kind.startswith("POST") for kind in house.trakt.counts)
