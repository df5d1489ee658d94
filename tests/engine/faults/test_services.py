"""Each way in which a service fails, at each kind of call: told in words, and mended by itself."""

import asyncio

import pytest

from custom_components.media_list_sync.engine.model import JobStatus
from tests.engine.watching import house as houses

from . import table
from .cases import CALLS, TIMEOUT, Call, Case, Outcome

seen: dict[Call, dict[str, Outcome]] = {}
"""What came of each fault, for the table."""


@pytest.mark.parametrize(
    "call", [pytest.param(one, id=f"{one.client} {one.name}") for one in CALLS]
)
async def test_a_fault_is_told_and_the_next_sync_mends_it(tmp_path, socket_enabled, call):
    outcomes = {}
    for number, fault in enumerate(call.faults):
        folder = tmp_path / str(number)
        folder.mkdir()
        house = await houses.start(folder)
        try:
            await house.have_tables()
            case = Case(house, call, fault)
            outcomes[fault] = await case.meet()
            if not call.writes and not call.is_undo:
                assert case.nothing_written(), fault
            if house.timeout == TIMEOUT:
                await asyncio.sleep(4 * TIMEOUT)  # by then it has done what it was asked for
                house.timeout = 30.0
            await house.restart()  # signed in anew, where that was what it lacked
            await case.heal()
        finally:
            await houses.stop(house)
    seen[call] = outcomes
    for fault, outcome in outcomes.items():
        is_wrong = outcome.status in (JobStatus.DEFERRED, JobStatus.FAILED)
        assert bool(outcome.problem) is is_wrong, fault
        assert (outcome.wait is not None) is (outcome.status is JobStatus.DEFERRED), fault


def test_the_table_says_what_happens():
    if seen.keys() != set(CALLS):
        pytest.skip("the table is made from all calls")
    table.compare("services", table.services(seen))
