"""W8: one writer per AniList account, whatever is asked for at the same time."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.media_list_sync.engine.model import JobStatus, SyncRequest
from custom_components.media_list_sync.engine.runner import Runner
from custom_components.media_list_sync.engine.store import pairings
from simulators.faults import Failure, Fault

from .test_rules import episodes, watched


@pytest.fixture
async def runner(house):
    """The runner of the account, with both pairings."""
    made = Runner(
        house.store, "anilist", now=house.clock.utc, call_at=lambda _when, _call: lambda: None
    )
    for on in ("plex", "trakt"):
        house.on = on
        job = house.job
        await house.store.run(pairings.approve, job.id, house.clock.utc())
        made.add(job, interval=timedelta(hours=6), policy="")
    for number in (1, 2, 3):
        await house.simple(number, status="CURRENT", progress=3)
    await made.load()
    running = asyncio.create_task(made.run_forever())
    yield made
    await made.stop()
    await running


def assert_each_once(house, last=3):
    for on in ("plex", "trakt"):
        for number in (1, 2, 3):
            assert watched(house, on, number) == episodes(1, 1, last)


async def test_both_pairings_at_once(house, runner):
    reports = await asyncio.gather(
        *(
            runner.request(f"pairing_{on}", SyncRequest("action"))
            for on in ("plex", "trakt", "plex", "trakt")
        )
    )
    assert {report.status for report in reports} == {JobStatus.COMPLETED}
    assert_each_once(house)


async def test_the_list_is_read_once_for_both(house, runner):
    """Those that come round by themselves, one after the other."""
    async with asyncio.timeout(10):
        while any(runner.state(job_id).report is None for job_id in runner.job_ids()):
            await asyncio.sleep(0.01)
    assert sum(house.anilist.counts.values()) == 1
    assert_each_once(house)


async def test_a_sync_that_is_asked_for_while_another_runs(house, runner):
    """What changed after the first had read is in the second."""
    house.plex.server.faults.add(Fault(Failure.DELAY, "PUT", "scrobble", seconds=0.02))
    first = runner.request("pairing_plex", SyncRequest("interval"))
    async with asyncio.timeout(10):
        while not house.plex.server.counts["PUT /:/scrobble"]:
            await asyncio.sleep(0.005)
    for number in (1, 2, 3):
        house.change(number, progress=5)
    second = runner.request("pairing_plex", SyncRequest("action", full=True))
    third = runner.request("pairing_trakt", SyncRequest("action"))
    assert (await first).status is JobStatus.COMPLETED
    assert (await second).status is JobStatus.COMPLETED
    assert (await third).status is JobStatus.COMPLETED
    assert_each_once(house, last=5)


async def test_stopped_while_both_wait(house, runner):
    house.plex.server.faults.add(Fault(Failure.DELAY, "PUT", "scrobble", seconds=0.02))
    asked = [runner.request(f"pairing_{on}", SyncRequest("action")) for on in ("plex", "trakt")]
    async with asyncio.timeout(10):
        while not house.plex.server.counts["PUT /:/scrobble"]:
            await asyncio.sleep(0.005)
    await runner.stop()
    reports = await asyncio.gather(*asked)
    assert [report.status for report in reports] == [JobStatus.DEFERRED] * 2
    house.plex.server.faults.clear()
    await house.restart()
    for on in ("plex", "trakt"):
        await house.sync(on)
    assert_each_once(house)


async def test_one_pairing_that_fails_leaves_the_other_alone(house, runner):
    house.plex.server.faults.add(Fault(Failure.STATUS, status=503))
    asked = [runner.request(f"pairing_{on}", SyncRequest("action")) for on in ("plex", "trakt")]
    plex, trakt = await asyncio.gather(*asked)
    assert plex.status is JobStatus.DEFERRED
    assert trakt.status is JobStatus.COMPLETED
    assert watched(house, "trakt", 1) == episodes(1, 1, 3)
