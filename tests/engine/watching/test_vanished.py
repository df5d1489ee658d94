"""What a library does not have any more when it is to be marked."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome

from .house import film
from .test_doubts import Meanwhile
from .test_rules import episodes, reasons


def meanwhile(house, *what):
    """Let somebody do things right before the first write."""
    todo = list(what)

    def do():
        while todo:
            todo.pop(0)()

    house.wrap = lambda tracker: Meanwhile(tracker, do)


async def test_an_episode_that_vanished_is_told_and_looked_for_again(house):
    show = await house.simple(1, status="CURRENT", progress=3)
    season = show.seasons[1]
    meanwhile(house, lambda: house.plex.server.remove(season.episodes[2]))
    report = await house.sync("plex")
    assert report.status is JobStatus.COMPLETED
    assert (report.counts[WatchOutcome.NOT_THERE], report.counts["episodes"]) == (1, 2)
    for _ in range(2):
        report = await house.sync(after=timedelta(hours=1))
        assert report.counts[WatchOutcome.NOT_THERE] == 1
        assert report.counts["new"] == 0
    assert house.plex.server.counts["PUT /:/scrobble"] == 3, "it is not tried again"
    assert await reasons(house) == {}


@pytest.mark.parametrize("progress", [3, 12], ids=["episodes", "season"])
async def test_a_show_that_came_anew_is_found(house, progress):
    """Long before its library would be read whole again."""
    show = await house.simple(1, status="CURRENT", progress=progress)
    meanwhile(
        house,
        lambda: house.plex.server.remove(show),
        lambda: house.add_show(1, {1: 12}),
    )
    report = await house.sync("plex")
    assert (report.counts[WatchOutcome.NOT_THERE], report.counts["episodes"]) == (1, 0)
    house.wrap = lambda tracker: tracker
    report = await house.sync(after=timedelta(hours=1))
    assert report.counts["episodes"] == progress
    assert house.on_plex(1) == episodes(1, 1, progress)


async def test_a_film_that_vanished(house):
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    there = house.add_film(77)
    await house.place(1, film(77), "-1:1>1")
    meanwhile(house, lambda: house.plex.server.remove(there))
    for _ in range(2):
        report = await house.sync("plex", after=timedelta(hours=1))
        assert report.counts[WatchOutcome.NOT_THERE] == 1
    assert house.plex.server.counts["PUT /:/scrobble"] == 1
