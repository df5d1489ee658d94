"""AniList counts requests by address: what several accounts of one Home Assistant ask together."""

from datetime import timedelta

from freezegun import freeze_time
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Limited, Pace
from simulators.anilist import RateLimit
from simulators.faults import Failure, Fault

from .conftest import ANILIST_ID, House

OTHER_ID = "01OTHER0000000000000000000"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the pauses between two requests."""
    monkeypatch.setattr(account_anilist, "PACE", Pace(interval=0.001, at_once=1))


@pytest.fixture
async def entries(house: House) -> list[MockConfigEntry]:
    """Two accounts: one signed in, one public."""
    other = house.anilist.add_user("other")
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=OTHER_ID,
        title="AniList (other)",
        unique_id=f"anilist:{other.id}",
        data={"service": "anilist", "username": "other", "user_id": other.id},
    )
    entry.add_to_hass(house.hass)
    both = [await house.anilist_entry(), entry]
    await house.set_up(*both)
    return both


async def test_what_one_account_is_told_holds_for_all(
    house: House, entries: list[MockConfigEntry]
) -> None:
    """And each of them says so in its own name."""
    one, other = (entry.runtime_data.coordinator for entry in entries)
    house.anilist.faults.add(Fault(Failure.STATUS, status=429, retry_after="60"))
    await one.async_refresh()
    house.anilist.faults.clear()
    house.anilist.forget_requests()
    await other.async_refresh()
    assert not house.anilist.exchanges
    for coordinator, entry_id in ((one, ANILIST_ID), (other, OTHER_ID)):
        assert isinstance(coordinator.last_error, Limited)
        assert coordinator.last_error.account == entry_id
        assert house.state("binary_sensor", f"{entry_id}_reachable").state == "off"
    assert one.last_error.until == other.last_error.until
    with freeze_time(dt_util.utcnow() + timedelta(seconds=61), tick=True, real_asyncio=True):
        for coordinator in (one, other):
            await coordinator.async_refresh()
            assert coordinator.last_error is None
    assert house.anilist.exchanges


async def test_account_that_is_loaded_anew_remembers(
    house: House, entries: list[MockConfigEntry]
) -> None:
    house.anilist.limit_requests(RateLimit(1))
    for entry in entries:
        await entry.runtime_data.coordinator.async_refresh()
    assert entries[1].runtime_data.coordinator.last_error is not None
    house.anilist.forget_requests()
    await house.hass.config_entries.async_reload(OTHER_ID)
    assert entries[1].error_reason_translation_key == "limited"
    assert not house.anilist.exchanges


async def test_accounts_do_not_ask_at_the_same_time(
    house: House, entries: list[MockConfigEntry]
) -> None:
    in_flight: list[int] = []
    under_way = 0
    house.anilist.faults.add(Fault(Failure.DELAY, seconds=0.05))
    handle = house.anilist.faults.answer

    async def counted(request, handler):
        nonlocal under_way
        under_way += 1
        in_flight.append(under_way)
        try:
            return await handle(request, handler)
        finally:
            under_way -= 1

    house.anilist.faults.answer = counted  # type: ignore[method-assign]
    for entry in entries:
        house.hass.async_create_task(entry.runtime_data.coordinator.async_refresh())
    await house.hass.async_block_till_done()
    assert in_flight == [1, 1]
