"""Whole syncs through random histories: both pairings of an account, with crashes anywhere."""

import asyncio
import os

from hypothesis import HealthCheck, given, settings
import pytest

from custom_components.media_list_sync.engine.watching import plex_writing, trakt_writing

from . import lives
from .acts import histories, policies, policy
from .witness import Witness

EXAMPLES = int(os.environ.get("HISTORIES", "80"))


@pytest.fixture
def living(tmp_path, socket_enabled, monkeypatch):
    """Services and an engine that all histories share, each of which begins anew."""
    monkeypatch.setattr(plex_writing, "CALLS", 4)
    monkeypatch.setattr(trakt_writing, "PLAYS", 6)
    with asyncio.Runner() as runner:
        life = runner.run(lives.start(tmp_path))
        yield lambda given, acts: runner.run(live(life, given, acts))
        runner.run(lives.stop(life))


async def live(life, given, acts):
    await life.begin(given)
    witness = Witness(life, {on: policy(values) for on, values in given.items()})
    for act in acts:
        await witness.happen(act)
    await witness.rest()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    print_blob=True,
    derandomize="HISTORIES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(given_=policies, acts=histories)
def test_w1_to_w14_over_whole_histories(living, given_, acts):
    living(given_, acts)
