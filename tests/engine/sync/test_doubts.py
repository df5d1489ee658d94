"""A library that is suddenly small, and an interpreter that cannot be had."""

from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine import elsewhere
from custom_components.media_list_sync.engine.elsewhere import run_elsewhere
from custom_components.media_list_sync.engine.model import JobStatus, Outcome
from custom_components.media_list_sync.engine.requests.prepare import WEEK, spread
from simulators.catalog import generated

from .house import film, item

F1 = film(1)


async def test_a_server_that_lost_its_library_for_a_moment(house):
    """Nothing is taken back by an answer that nobody can believe."""
    titles = generated(40)
    house.sim.add_library(titles)
    house.add_list("list", *(item(title, by="tmdb") for title in titles), item(F1))
    await house.sync()
    media = dict(house.sim.core.tables.media)
    for row in list(media.values()):
        house.sim.core.tables.remove_media(row)
    report = await house.sync()
    assert report.status is JobStatus.DEFERRED
    assert [problem.key for problem in report.problems] == ["invalid_answer"]
    for row in media.values():
        house.sim.core.tables.put_media(row)
    report = await house.sync()
    assert report.counts[Outcome.AVAILABLE] == 40
    assert report.counts[Outcome.TAKEN_BACK] == 0
    assert house.posts() == 1


async def test_a_library_that_stays_empty_is_believed(house):
    titles = generated(40)
    house.sim.add_library(titles)
    house.add_list("list", *(item(title, by="tmdb") for title in titles))
    await house.sync()
    for row in list(house.sim.core.tables.media.values()):
        house.sim.core.tables.remove_media(row)
    assert (await house.sync()).status is JobStatus.DEFERRED
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 40
    assert not house.posts()


async def test_work_is_done_elsewhere():
    assert await run_elsewhere(spread, 5, WEEK) == spread(5, WEEK)
    assert timedelta() <= spread(5, WEEK) < WEEK


async def test_what_goes_wrong_elsewhere_is_raised_here():
    with pytest.raises(TypeError):
        await run_elsewhere(spread, 5, "a week")  # type: ignore[arg-type]


async def test_a_thread_does_it_where_no_interpreter_can_be_had(monkeypatch):
    monkeypatch.setattr(elsewhere, "_PREPARE", "raise RuntimeError")
    assert await run_elsewhere(spread, 5, WEEK) == spread(5, WEEK)
