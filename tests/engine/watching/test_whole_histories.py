"""Whole syncs through random histories: both pairings of an account, with crashes anywhere.

`HISTORIES=first:last` runs those of other seeds.
"""

import asyncio
from functools import partial
import os
from random import Random

import pytest

from custom_components.media_list_sync.engine.watching import plex_writing, trakt_writing
from custom_components.media_list_sync.engine.watching.policy import PairingPolicy

from . import draws, lives
from .witness import Witness

FIRST, LAST = map(int, os.environ.get("HISTORIES", "0:240").split(":"))
TOGETHER = 20
"""Histories that share services and an engine, each of which begins anew."""


@pytest.fixture
def living(tmp_path, socket_enabled, monkeypatch):
    """What lives through a history, and returns what was wrong in it."""
    monkeypatch.setattr(plex_writing, "CALLS", 4)
    monkeypatch.setattr(trakt_writing, "PLAYS", 6)
    with asyncio.Runner() as runner:
        life = runner.run(lives.start(tmp_path))
        yield lambda policies, acts: runner.run(outcome(live(life, policies, acts)))
        runner.run(lives.stop(life))


async def live(life, policies, acts):
    await life.begin(policies)
    witness = Witness(life, {on: PairingPolicy(**chosen) for on, chosen in policies.items()})
    for act in acts:
        await witness.happen(act)
    await witness.rest()


async def outcome(living):
    found = await asyncio.gather(living, return_exceptions=True)
    return found[0]


@pytest.mark.parametrize("first", range(FIRST, LAST, TOGETHER))
def test_w1_to_w14_over_whole_histories(living, first):
    for seed in range(first, min(first + TOGETHER, LAST)):
        random = Random(seed)  # noqa: S311
        fails = partial(living, draws.policies(random))
        acts = draws.history(random)
        if fails(acts):
            found = draws.shortest(acts, fails)
            error = fails(found)
            error.add_note("\n".join(map(str, (f"seed {seed}", *fails.args, *found))))
            raise error
