"""A real process, killed at each step of a sync and of an undo: nothing twice, nothing lost.

The simulators live on in the test, as witnesses. Right after what was done is as right before what
follows: so each request is tried before and after it is carried out, and each transaction right
before and after its commit.
"""

import itertools

import pytest

from . import world
from .processes import World

LEAST = {"kill_at": 10, "die_at": 15}

BOTH = pytest.mark.parametrize("on", ["plex", "trakt"])


STEPS = pytest.mark.parametrize(
    ("step", "after"),
    [("kill_at", False), ("kill_at", True), ("die_at", False), ("die_at", True)],
    ids=["before a request", "after a request", "before a commit", "after a commit"],
)


@STEPS
@BOTH
async def test_a_sync_that_is_killed(tmp_path, nursery, on, step, after):
    for number in itertools.count(1):
        async with World(tmp_path / f"{number}", nursery, on) as household:
            told = await household.run((0, {}), **{step: number}, after=after)
            if told is not None:
                assert number > LEAST[step], "it was not killed often enough"
                return
            told = await household.run((1, {}), (7, {"full": True}))
            where = f"{step} {number}: {told}"
            assert told["reports"][0]["status"] == "completed", where
            assert told["reports"][1]["counts"]["new"] == 0, where
            assert (told["open"], told["marked"]) == (0, world.MARKED), where
            world.assert_in_step(household.house, on)


@STEPS
@BOTH
async def test_an_undo_that_is_killed(tmp_path, nursery, on, step, after):
    """It goes on where it was; also where a sync comes in between, which takes nothing up again."""
    for number in itertools.count(1):
        async with World(tmp_path / f"{number}", nursery, on) as household:
            assert await household.run((0, {})) is not None
            told = await household.run((0, {"undo": True}), **{step: number}, after=after)
            if told is not None:
                assert number > 3, "it was not killed often enough"
                return
            syncs = [(0.1, {"undo": True}), (1, {}), (7, {"full": True})]
            if number % 2:
                syncs.insert(0, (0.1, {}))
            told = await household.run(*syncs)
            where = f"{step} {number}: {told}"
            assert all(one["status"] == "completed" for one in told["reports"]), where
            assert all(one["counts"].get("new", 0) == 0 for one in told["reports"]), where
            assert (told["open"], told["marked"]) == (0, 0), where
            world.assert_taken_back(household.house, on)


@pytest.mark.parametrize("after", [False, True])
async def test_killed_while_a_token_is_renewed(tmp_path, nursery, after):
    """A refresh token works once: where its answer was never heard, a person signs in again."""
    signed_out = []
    for number in range(1, 6):
        async with World(tmp_path / f"{number}", nursery, "trakt") as household:
            household.house.trakt.expire_tokens()
            assert await household.run((0, {}), kill_at=number, after=after) is None
            told = await household.run((1, {}))
            if told["reports"][0]["problems"] == ["trakt_signed_out"]:
                signed_out.append(number)
                household.sign_in()
                told = await household.run((2, {}))
            assert told["reports"][0]["status"] == "completed", number
            assert household.house.trakt.counts["POST /oauth/token"] <= 2
            world.assert_in_step(household.house, "trakt")
    assert len(signed_out) == after
