"""What came to a Plex library, and was watched, before it was read whole again."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.placement import FILM
from custom_components.media_list_sync.engine.store import tracked
from simulators.plex.filling import new_show

SOON = timedelta(minutes=1)


async def seen(house, item):
    """What is on record as watched."""
    units = {str(item.key)}
    found = await house.store.run(tracked.watched, "plex", units)
    return {(spot.season, spot.number) for spot in found[str(item.key)]}


def add_episodes(house, show, count):
    """Let new episodes of a first season come."""
    made = new_show(
        house.plex.state,
        show.library,
        show.title,
        {1: count},
        guids=show.ids,
        guid=show.guid,
        year=show.year,
        aired=None,
    )
    del show.library.items[made.key]
    for number, episode in made.seasons[1].episodes.items():
        if number not in show.seasons[1].episodes:
            episode.season = show.seasons[1]
            show.seasons[1].episodes[number] = episode
    house.plex.state.changed(show.library)


def watch(house, show, number):
    house.clock.time += SOON
    at = int(house.clock.time.timestamp())
    house.plex.server.watch(house.owner, show.seasons[1].episodes[number], at)


async def test_a_new_episode(house):
    show = await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    add_episodes(house, show, 14)
    watch(house, show, 13)
    await house.sync(after=SOON)
    assert (1, 13) in await seen(house, show)
    house.requests()
    await house.sync(after=timedelta(minutes=6))
    assert house.requests() == {"anilist": 1, "plex": 2}, "it is known by now"


async def test_a_new_show(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    show = await house.simple(2, status="CURRENT")
    watch(house, show, 1)
    await house.sync(after=SOON)
    assert await seen(house, show) == {(1, 1)}


async def test_a_new_film(house):
    await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    film = house.add_film(5)
    house.clock.time += SOON
    house.plex.server.watch(house.owner, film, int(house.clock.time.timestamp()))
    await house.sync(after=SOON)
    assert await seen(house, film) == {tuple(FILM)}


@pytest.mark.parametrize("number", [4, 5])
async def test_what_is_known_is_not_read_again(house, number):
    """One request a library, and no more."""
    show = await house.simple(1, status="CURRENT", progress=3)
    await house.sync("plex")
    watch(house, show, number)
    house.requests()
    await house.sync(after=timedelta(minutes=6))
    assert house.requests()["plex"] == 2
