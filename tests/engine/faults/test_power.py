"""Power that is lost: what was not synced is gone, and what the services did is not.

The file and its log are copied right after each transaction, when all of it was synced. From each
copy a new process goes on: with the services as they were then, and as they were at the end.
"""

import itertools
from pathlib import Path
import shutil

import pytest

from . import world
from .processes import World

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])
FULL = 2
"""SQLite's word for a transaction that is on the disk when it is done."""


def restore(household, copy):
    path = household.house.path
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copytree(copy, path.parent, dirs_exist_ok=True)


def copies(folder):
    return sorted(Path(folder).iterdir())


@BOTH
async def test_lost_before_the_next_transaction(tmp_path, nursery, on):
    """What is written is on the disk as an intent before, and so is known to be ours."""
    for number in itertools.count(2):
        async with World(tmp_path / f"{number}", nursery, on) as household:
            kept = tmp_path / f"{number}" / "copies"
            told = await household.run((0, {}), die_at=number, copies=kept)
            if told is not None:
                assert told["synchronous"] == FULL
                assert number > 15, "it was not lost often enough"
                return
            *_, last = copies(kept)
            restore(household, last)
            told = await household.run((1, {}), (7, {"full": True}))
            assert [one["status"] for one in told["reports"]] == ["completed"] * 2, number
            assert told["reports"][1]["counts"]["new"] == 0, number
            assert (told["open"], told["marked"]) == (0, world.MARKED), number
            world.assert_in_step(household.house, on)


@BOTH
async def test_lost_while_the_services_went_on(tmp_path, nursery, on):
    """However old the disk is: what is there already is not written once more."""
    async with World(tmp_path / "world", nursery, on) as household:
        kept = tmp_path / "copies"
        assert await household.run((0, {}), copies=kept) is not None
        world.assert_in_step(household.house, on)
        written = len(household.house.anilist.writes)
        for copy in copies(kept):
            restore(household, copy)
            told = await household.run((1, {}), (7, {"full": True}))
            assert [one["status"] for one in told["reports"]] == ["completed"] * 2, copy.name
            assert [one["counts"]["episodes"] for one in told["reports"]] == [0, 0], copy.name
            assert told["open"] == 0, copy.name
            world.assert_in_step(household.house, on)
        assert len(household.house.anilist.writes) == written


@BOTH
async def test_lost_after_an_undo(tmp_path, nursery, on):
    """What was taken back is not marked again, even where the disk knows nothing of it."""
    async with World(tmp_path / "world", nursery, on) as household:
        assert await household.run((0, {})) is not None
        kept = tmp_path / "copies"
        assert await household.run((0, {"undo": True}), copies=kept) is not None
        world.assert_taken_back(household.house, on)
        for number, copy in enumerate(copies(kept)):
            restore(household, copy)
            again = [(0.1, {"undo": True})] if number % 2 else []
            told = await household.run(*again, (1, {}), (7, {"full": True}))
            assert all(one["status"] == "completed" for one in told["reports"]), copy.name
            assert all(one["counts"].get("new", 0) == 0 for one in told["reports"]), copy.name
            world.assert_taken_back(household.house, on)
