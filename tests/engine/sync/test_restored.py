"""A database from a backup: what people took back since is not requested again."""

from contextlib import asynccontextmanager

import pytest

from custom_components.media_list_sync.engine.model import JobStatus, Outcome
from custom_components.media_list_sync.engine.store import journal
from simulators.faults import Failure, Fault

from ..backups import back_up, put_back
from .house import film, item, show

F1, F2, S1 = film(1), film(2), show(1)
POST = r"/api/v1/request$"


@asynccontextmanager
async def restored(house):
    """Back up, let the world go on, and restore."""
    copy = await back_up(house.store, house.path)
    yield
    await house.store.close()
    put_back(house.path, copy)
    house.open()


async def in_doubt(house, *titles, **options):
    """Begin a list whose first request was sent, and never answered."""
    shelf = house.add_list("list", *(item(title) for title in titles), **options)
    house.sim.faults.add(Fault(Failure.CUT_AFTER, "POST", POST, times=1))
    assert (await house.sync()).status is JobStatus.DEFERRED
    return shelf


async def test_r1_what_was_deleted_since_does_not_come_back(house):
    house.add_list("list", item(F1))
    await house.sync()
    async with restored(house):
        house.sim.make_available(1, False)
        house.sim.delete_media(1, False)
    report = await house.sync()
    assert report.changed
    assert report.counts[Outcome.TAKEN_BACK] == 1
    assert house.posts() == 1


async def test_r10_what_was_requested_and_declined_since_does_not_come_back(house):
    """The ledger of the backup knows nothing of it; the server does."""
    shelf = house.add_list("list", item(F2))
    await house.sync()
    async with restored(house):
        shelf.put(item(F1), item(F2))
        await house.sync()
        house.sim.decline(house.sim.requests_of(1, False)[0].id)
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1
    assert house.posts() == 2


async def test_library_is_not_taken_to_be_as_it_was(house):
    """A server that was restored with it may give the same tag to another library."""
    house.add_list("list", item(F1))
    await house.sync()
    async with restored(house):
        pass
    house.sim.forget_requests()
    await house.sync()
    assert house.sim.counts["GET /api/v1/request"] == 1, "past requests are read anew"
    (library,) = [one for one in house.sim.exchanges if one.path.startswith("/api/v1/media")]
    assert "If-None-Match" not in library.headers


@pytest.mark.parametrize("title", [F1, S1], ids=["film", "show"])
async def test_what_was_being_requested_and_is_gone_is_held(house, title):
    """It was made after the copy was; a person deleted it since, with its request."""
    shelf = await in_doubt(house, title, F2)
    async with restored(house):
        await house.sync()
        house.sim.clear_media(1, title.is_show)
        assert not house.sim.requests_of(1, title.is_show)
    assert await house.store.run(journal.open_entries) == ()
    posts = house.posts()
    for _ in range(2):
        assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1
    assert house.posts() == posts
    # It comes back as any other that was taken back (R2).
    shelf.put(item(F2))
    await house.sync()
    shelf.put(item(title), item(F2))
    assert (await house.sync()).counts["new"] == 1
    assert house.posts() == posts + 1


async def test_what_was_being_requested_and_is_there_is_ours(house):
    await in_doubt(house, F1)
    async with restored(house):
        await house.sync()
    report = await house.sync()
    assert report.counts[Outcome.REQUESTED] == 1
    assert house.posts() == 1
    house.sim.decline(house.sim.requests[0].id)
    assert (await house.sync()).counts[Outcome.TAKEN_BACK] == 1


async def test_what_was_being_requested_and_is_available_is_there(house):
    """Whatever became of the request."""
    await in_doubt(house, F1)
    async with restored(house):
        await house.sync()
        house.sim.make_available(1, False)
        for request in house.sim.requests_of(1, False):
            house.sim.remove_request(request.id)
    report = await house.sync()
    assert report.counts[Outcome.AVAILABLE] == 1
    assert house.posts() == 1
