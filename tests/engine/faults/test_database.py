"""The database full, read-only, locked, damaged or restored, under a pairing that syncs.

Whatever becomes of it, a person is told, and nothing is written twice.
"""

from datetime import UTC, datetime, timedelta
import itertools
import shutil
import sqlite3
import subprocess
import sys
from typing import Any

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.issues import RULES
from custom_components.media_list_sync.opening import notices
from tests.engine.watching import house as houses
from tests.engine.watching.test_both_ways import watch

from . import table, world
from .child import copy_database
from .failing import heal, living, run

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])
seen: dict[tuple[str, str], tuple[str, str]] = {}
"""What a person is told of each fault, and how it goes on: for the table."""


def repairs_of(report):
    """Which repairs a sync raises; `tests/platforms/test_store_faults.py` sees them raised."""
    return cell(problem.key for problem in report.problems if problem.key in RULES)


def repairs_at_start(house):
    """Which repairs there are once the database was opened."""
    return cell(issue.key for issue in notices(house.store))


def cell(keys):
    return ", ".join(f"`{key}`" for key in keys)


@BOTH
async def test_full_from_any_transaction_on(tmp_path, socket_enabled, on):
    for number in itertools.count(1):
        async with living(tmp_path / str(number), on) as house:

            async def fill_up(house, number=number):
                house.store.at = number

            report = await run(house, fill_up)
            if report.status is JobStatus.COMPLETED:
                assert number > 15, "it did not fail often enough"
                return
            told = [(one.key, one.placeholders) for one in report.problems]
            assert told == [("store_unusable", {"reason": "full"})], number
            await heal(house, on)


@BOTH
async def test_full_from_any_transaction_of_an_undo_on(tmp_path, socket_enabled, on):
    for number in itertools.count(1):
        async with living(tmp_path / str(number), on) as house:
            assert (await run(house, after=timedelta())).status is JobStatus.COMPLETED

            async def fill_up(house, number=number):
                house.store.at = number

            report = await run(house, fill_up, after=timedelta(), undo=True)
            if report.status is JobStatus.COMPLETED:
                assert number > 4, "it did not fail often enough"
                return
            assert [one.key for one in report.problems] == ["store_unusable"], number
            house.store.at = None
            report = await run(house, after=timedelta(), undo=True)
            assert report.status is JobStatus.COMPLETED
            for _ in range(2):
                assert (await run(house, full=True)).counts["new"] == 0
            world.assert_taken_back(house, on)


async def full(house):
    house.store.at = 1


async def damaged(house):
    house.store.error = sqlite3.SQLITE_CORRUPT
    house.store.at = 1


async def read_only(house):
    await house.store.run(lambda connection: connection.execute("PRAGMA query_only = ON"))


LOCK = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def locked():
    """Let another process hold the file, until it is ended."""
    held = Lock()
    yield held
    held.end()


class Lock:
    """Another process, that holds a house's database."""

    def __init__(self):
        self._holder: Any = None

    async def __call__(self, house):
        await house.store.run(lambda connection: connection.execute("PRAGMA busy_timeout = 50"))
        self._begin(house.path)

    def _begin(self, path):
        self._holder = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._holder.stdout.readline()

    def end(self):
        if self._holder is not None:
            self._holder.communicate()
            self._holder = None


class Then:
    """A tracker, and what happens right after a write to it was carried out."""

    def __init__(self, tracker, what):
        self.tracker, self.what = tracker, what

    def __getattr__(self, name):
        return getattr(self.tracker, name)

    async def write(self, batch):
        try:
            return await self.tracker.write(batch)
        finally:
            what, self.what = self.what, None
            if what is not None:
                await what()


@pytest.mark.parametrize("is_written", [False, True], ids=["before a write", "after a write"])
@pytest.mark.parametrize("how", ["full", "read_only", "locked", "damaged"])
@BOTH
async def test_a_database_that_fails(tmp_path, socket_enabled, on, how, is_written, locked):
    """From the start, and when what was just done cannot be put on record any more."""
    fail = {"full": full, "read_only": read_only, "locked": locked, "damaged": damaged}[how]
    async with living(tmp_path / "house", on) as house:
        if is_written:
            house.wrap = lambda tracker: Then(tracker, lambda: fail(house))
        report = await run(house, None if is_written else fail)
        assert report.status is JobStatus.FAILED
        assert [(one.key, one.placeholders) for one in report.problems] == [
            ("store_unusable", {"reason": how})
        ]
        done = world.on_tracker(house, on)
        assert (done[1] != {}) is is_written
        seen[how.replace("_", "-"), "after a write" if is_written else "before a write"] = (
            repairs_of(report),
            "what was written is looked up, the rest is done"
            if is_written
            else "done by the next sync",
        )
        locked.end()
        house.wrap = lambda tracker: tracker
        await heal(house, on)


async def have_tables_again(house):
    """What AniList's anime are, as the tables that are fetched anew say it."""
    await house.have_tables()
    for number in range(1, 6):
        count = 12 if number < 4 else 2
        await house.place(number, houses.tmdb(number), f"1:1-{count}>1-{count}")
    await house.place(6, houses.film(77), "-1:1>1")


@BOTH
async def test_a_damaged_file(tmp_path, socket_enabled, on):
    """It is set aside: what both sides say is read anew, and a first plan waits for a yes."""
    async with living(tmp_path / "house", on) as house:
        await run(house)
        await house.store.close()
        content = house.path.read_bytes()
        house.path.write_bytes(content[:4096] + b"\xaa" * 4096 * 3 + content[4096 * 4 :])
        house.change(1, progress=3)
        house.open()
        house.on = on
        report = await house.sync(approved=False)
        assert house.store.set_aside is not None
        shown = repairs_at_start(house)
        assert [one.key for one in report.problems] == ["no_mappings"]
        await have_tables_again(house)
        stands = world.on_tracker(house, on), world.on_anilist(house)
        report = await house.sync(approved=False)
        assert report.status is JobStatus.APPROVAL
        assert [one.placeholders["episodes"] for one in report.problems] == ["1"]
        assert (world.on_tracker(house, on), world.on_anilist(house)) == stands
        await house.sync(approve=True, approved=False)
        assert world.on_tracker(house, on) == stands[0] | {1: world.episodes(1, 1, 3)}
        assert world.on_anilist(house) == stands[1]
        assert (await house.sync(full=True)).counts["new"] == 0
        seen["damaged", "found at a start"] = (
            shown,
            "set aside; both sides are read anew, and a first plan waits for a yes",
        )


async def back_up(house, folder):
    folder.mkdir()
    await house.store.prepare_backup()
    copy_database(house.path, folder / "kept")
    await house.store.finish_backup()


async def restore(house, folder):
    await house.store.close()
    for old in house.path.parent.glob(f"{house.path.name}*"):
        old.unlink()
    shutil.copytree(folder / "kept", house.path.parent, dirs_exist_ok=True)
    house.open()


@pytest.mark.parametrize("syncs", [0, 1])
@BOTH
async def test_an_old_backup_that_is_restored(tmp_path, socket_enabled, on, syncs):
    """What was synced since is not synced twice, whatever the database says."""
    async with living(tmp_path / "house", on) as house:
        for _ in range(syncs):
            await run(house)
        await back_up(house, tmp_path / "backup")
        await run(house)
        later = int(datetime.now(UTC).timestamp()) + 60
        house.change(1, at=later, progress=4)
        watch(house, on, 2, 1, [4, 5], later)
        report = await run(house)
        assert report.counts["new"] == 2
        stands = world.on_tracker(house, on), world.on_anilist(house)
        assert stands[1][2] == ("CURRENT", 5, 0)
        await restore(house, tmp_path / "backup")
        for asked in ({}, {"full": True}, {}):
            report = await run(house, **asked)
            assert (report.status, report.counts["new"]) == (JobStatus.COMPLETED, 0)
        assert (world.on_tracker(house, on), world.on_anilist(house)) == stands
        assert house.store.from_backup
        seen["an older backup", "restored"] = (
            repairs_at_start(house),
            "both sides are read anew; what is in step already is not written again",
        )


@BOTH
async def test_a_backup_from_before_an_undo(tmp_path, socket_enabled, on):
    """What was taken back since stays so."""
    async with living(tmp_path / "house", on) as house:
        await run(house, after=timedelta())
        await back_up(house, tmp_path / "backup")
        await run(house, after=timedelta(), undo=True)
        world.assert_taken_back(house, on)
        await restore(house, tmp_path / "backup")
        for asked in ({}, {"full": True}, {}):
            assert (await run(house, **asked)).counts["new"] == 0
        world.assert_taken_back(house, on)


def test_the_table_says_what_happens():
    if len(seen) < 10:
        pytest.skip("the table is made from all faults")
    table.compare("database", table.database(seen))
