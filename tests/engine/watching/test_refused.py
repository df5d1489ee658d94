"""What a tracker does not take: told once, for review from then on, and not sent again as it is."""

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import events
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from simulators.faults import Failure, Fault

from .house import START, film, tmdb
from .test_doubts import Meanwhile
from .test_rules import BOTH, episodes, reasons, watched

RATE = {"plex": "PUT /:/rate", "trakt": "POST /sync/ratings"}


def sent(house, on):
    """How many times scores were sent."""
    service = house.plex.server if on == "plex" else house.trakt
    return service.counts[RATE[on]]


class Refusing:
    """Something that keeps a tracker from taking scores, until it is `over`."""

    def __init__(self, house, on, status):
        self.house = house
        self.on = on
        if on == "plex":
            house.plex.server.faults.add(Fault(Failure.STATUS, "PUT", "/:/rate", status=status))
        else:
            house.wrap = lambda tracker: Meanwhile(tracker, self._lose)
            self.titles = house.trakt.state.titles
            self.known = self.titles._found

    def _lose(self):
        """Let Trakt not know the show any more when it is rated."""
        self.titles._found = {}

    def over(self):
        if self.on == "plex":
            self.house.plex.server.faults.clear()
        else:
            self.house.wrap = lambda tracker: tracker
            self.titles._found = self.known


async def rated(house, on):
    """An entry of which only the score is to be carried over."""
    house.policy = {"scores": True}
    show = await house.simple(1, score=80)
    if on == "plex":
        for episode in show.seasons[1].episodes.values():
            house.plex.server.watch(house.owner, episode)
    else:
        house.trakt.watch([house.trakt_episode(1, 1, n) for n in range(1, 13)], START)


def rating(house, on):
    return house.plex_rating(1) if on == "plex" else house.trakt_ratings().get(1)


REFUSALS = pytest.mark.parametrize(
    ("on", "status"), [("plex", 404), ("plex", 400), ("trakt", 201)], ids=str
)


@REFUSALS
async def test_a_refused_score_is_not_sent_again(house, on, status):
    await rated(house, on)
    refusing = Refusing(house, on, status)
    report = await house.sync(on)
    assert (report.status, report.counts[WatchOutcome.FAILED]) == (JobStatus.PARTIAL, 1)
    told = await house.store.run(events.recent, 10, job_id=house.job.id)
    assert [event.title for event in told if event.kind == "failed"] == ["Anime 1"]
    assert sent(house, on) == 1
    refusing.over()
    for full in (False, True):
        report = await house.sync(full=full)
        assert (report.status, report.counts[WatchOutcome.REVIEW]) == (JobStatus.COMPLETED, 1)
        assert await reasons(house) == {1: "score_refused"}
        assert sent(house, on) == 1
    # Another score is.
    house.change(1, score=90)
    assert (await house.sync()).counts["new"] == 1
    assert rating(house, on) == 9
    house.change(1, score=80, at=1_700_002_000)
    await house.sync()
    assert rating(house, on) == 8
    assert await reasons(house) == {}


@REFUSALS
async def test_a_refused_score_is_sent_to_another_place(house, on, status):
    await rated(house, on)
    refusing = Refusing(house, on, status)
    await house.sync(on)
    refusing.over()
    house.add_show(2, {1: 12})
    await house.place(1, tmdb(2), "1:1-12>1-12")
    await house.map(1, tmdb(2), "1:1-12>1-12")
    await house.sync(full=True)
    found = house.plex_rating(2) if on == "plex" else house.trakt_ratings().get(2)
    assert found == 8
    assert await reasons(house) == {}


@BOTH
async def test_a_refused_score_keeps_no_episode_from_being_marked(house, on):
    house.policy = {"scores": True}
    media = {"status": "FINISHED"}
    await house.simple(1, media=media, status="CURRENT", progress=3, score=80)
    refusing = Refusing(house, on, 404)
    house.wrap = lambda tracker: tracker
    if on == "trakt":
        house.trakt.watch([house.trakt_episode(1, 1, n) for n in range(1, 4)], START)
        house.wrap = lambda tracker: Meanwhile(tracker, refusing._lose)
    await house.sync(on)
    refusing.over()
    await house.sync()
    house.change(1, progress=5)
    report = await house.sync()
    assert (report.counts["new"], report.counts[WatchOutcome.REVIEW]) == (1, 1)
    assert watched(house, on, 1) == episodes(1, 1, 5)
    assert await reasons(house) == {1: "score_refused"}
    assert (await house.sync()).counts[WatchOutcome.REVIEW] == 1
    told = [event.kind for event in await house.store.run(events.recent, 20, job_id=house.job.id)]
    assert told.count("review_needed") == 1


async def test_a_planned_film_that_trakt_does_not_know_is_put_on_the_watchlist_once(house):
    house.policy = {"watchlist": True}
    house.add_anime(1, episodes=1, media={"format": "MOVIE"}, status="PLANNING")
    await house.place(1, film(404), "-1:1>1")
    assert (await house.sync("trakt")).counts[WatchOutcome.FAILED] == 1
    for _ in range(2):
        await house.sync()
        assert await reasons(house) == {1: "not_on_tracker"}
    assert house.trakt.counts["POST /sync/watchlist"] == 1
