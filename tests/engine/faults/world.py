"""A small world in which a sync does each thing once, and what is to come of it."""

from custom_components.media_list_sync.engine.watching.policy import Direction
from tests.engine.watching.house import film, tmdb
from tests.engine.watching.test_both_ways import episodes, listed, watch, watched

POLICY = {"direction": Direction.BOTH, "add": True, "scores": True}
MARKED = 3
"""Episodes and films that a sync marks."""


async def fill(house):
    """One to mark, one to save, one to add, one to rate, one to complete, and a film to mark."""
    house.policy = dict(POLICY)
    house.add_anime(1, status="CURRENT", progress=2)
    house.add_anime(2, status="CURRENT", progress=1)
    house.add_anime(3)
    house.add_anime(4, episodes=2, status="COMPLETED", progress=2, score=80)
    house.add_anime(5, episodes=2, status="CURRENT", progress=1)
    house.add_anime(6, episodes=1, media={"format": "MOVIE"}, status="COMPLETED", progress=1)
    for number in (1, 2, 3, 4, 5):
        count = 12 if number < 4 else 2
        house.add_show(number, {1: count})
        await house.place(number, tmdb(number), f"1:1-{count}>1-{count}")
    house.add_film(77)
    await house.place(6, film(77), "-1:1>1")


def watch_some(house, on):
    """What the person has watched there before the sync."""
    for number, last in ((2, 3), (3, 2), (4, 2), (5, 2)):
        watch(house, on, number, 1, range(1, last + 1))


BEFORE = {
    1: ("CURRENT", 2, 0),
    2: ("CURRENT", 1, 0),
    4: ("COMPLETED", 2, 0),
    5: ("CURRENT", 1, 0),
    6: ("COMPLETED", 1, 0),
}
AFTER = BEFORE | {2: ("CURRENT", 3, 0), 3: ("CURRENT", 2, 0), 5: ("COMPLETED", 2, 0)}


def on_anilist(house):
    return {number: listed(house, number) for number in house.anilist.user("viewer").entries}


def on_tracker(house, on):
    return {number: watched(house, on, number) for number in (1, 2, 3, 4, 5, 77)}


def once(house, on, *, marks=True):
    """Everything that is watched there once a sync is done, or was taken back."""
    place = None if on == "trakt" else next(iter(house.on_plex(77)), None)
    return {
        1: episodes(1, 1, 2) if marks else {},
        2: episodes(1, 1, 3),
        3: episodes(1, 1, 2),
        4: episodes(1, 1, 2),
        5: episodes(1, 1, 2),
        77: {place: 1} if marks else {},
    }


def rating(house, on):
    return house.plex_rating(4) if on == "plex" else house.trakt_ratings().get(4)


def assert_in_step(house, on):
    """Nothing twice, nothing lost, nothing lowered."""
    assert on_tracker(house, on) == once(house, on)
    assert on_anilist(house) == AFTER
    assert house.anilist.user("viewer").entries[4].score == 80
    assert rating(house, on) == 8


def assert_taken_back(house, on):
    """What was marked, saved, put on the list and rated is as it was before."""
    assert on_tracker(house, on) == once(house, on, marks=False)
    assert on_anilist(house) == BEFORE
    assert house.anilist.user("viewer").entries[4].score == 80
    assert rating(house, on) is None
