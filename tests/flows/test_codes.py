"""A code that is shown: entered on another device, refused, left alone; the same for all services."""

import asyncio
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from simulators.faults import Failure, Fault
from simulators.plex import PlexSimulator
from simulators.trakt import TraktSimulator

from .accounts import entry_of, keys_of
from .codes import CodeService, PlexCode, TraktCode
from .dialog import state_of

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture(params=["plex", "trakt"])
def service(
    request: pytest.FixtureRequest, hass: HomeAssistant, plex: PlexSimulator, trakt: TraktSimulator
) -> CodeService:
    return PlexCode(hass, plex) if request.param == "plex" else TraktCode(hass, trakt)


async def test_entered(
    hass: HomeAssistant, service: CodeService, caplog: pytest.LogCaptureFixture
) -> None:
    """The keys are stored sealed, under the entry alone, and are seen nowhere."""
    caplog.set_level("DEBUG")
    dialog = await service.begin()
    assert dialog.step == service.code_step
    assert dialog.placeholders["address"] == service.address
    assert dialog.placeholders["minutes"] == service.minutes
    entry = await entry_of(hass, await service.enter(dialog))
    assert await keys_of(hass, entry.entry_id) is not None
    assert await keys_of(hass, entry.unique_id) is None
    assert service.secrets()
    for secret in service.secrets():
        assert secret not in caplog.text
        assert secret not in str(dict(entry.data))


@pytest.mark.parametrize(
    ("service", "way"),
    [("plex", "expired"), ("trakt", "expired"), ("trakt", "denied")],
    indirect=["service"],
)
async def test_came_to_nothing(hass: HomeAssistant, service: CodeService, way: str) -> None:
    """Another code is offered, which is as good."""
    dialog = await service.begin()
    first = dialog.placeholders["code"]
    service.end(way, first)
    await dialog.wait()
    assert dialog.step == f"{service.name}_{way}"
    await dialog.choose(service.new_code)
    assert dialog.step == service.code_step
    assert dialog.placeholders["code"] != first
    await entry_of(hass, await service.enter(dialog))


async def test_time_runs_out(service: CodeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without the service saying so."""
    service.give_short_codes(monkeypatch)
    dialog = await service.begin()
    assert dialog.placeholders["minutes"] == "1"
    service.prolong()
    await dialog.wait()
    assert dialog.step == f"{service.name}_expired"


@pytest.mark.parametrize(
    ("service", "failure", "status"),
    [
        ("plex", Failure.CUT, 0),
        ("plex", Failure.STATUS, 503),
        ("plex", Failure.STATUS, 429),
        ("trakt", Failure.CUT, 0),
        ("trakt", Failure.STATUS, 503),
    ],
    indirect=["service"],
)
async def test_service_is_away_for_a_moment(
    hass: HomeAssistant, service: CodeService, failure: Failure, status: int
) -> None:
    """A code is still good when it comes back."""
    dialog = await service.begin()
    fault = Fault(failure, path=service.poll, status=status, retry_after="0")
    service.simulator.faults.add(fault)
    async with asyncio.timeout(5):
        while fault.seen < 3:
            await asyncio.sleep(0.01)
    await dialog.refresh()
    assert dialog.kind is FlowResultType.SHOW_PROGRESS
    service.simulator.faults.clear()
    await entry_of(hass, await service.enter(dialog))


async def test_closed(hass: HomeAssistant, service: CodeService) -> None:
    """Nothing is asked any more once the dialog is closed."""
    dialog = await service.begin()
    hass.config_entries.flow.async_abort(dialog.result["flow_id"])
    await asyncio.sleep(0.05)
    service.simulator.forget_requests()
    await asyncio.sleep(0.1)
    assert not service.simulator.exchanges


async def test_entered_for_an_account_that_is_there(
    hass: HomeAssistant, service: CodeService
) -> None:
    entry = await entry_of(hass, await service.enter(await service.begin()))
    before = await keys_of(hass, entry.entry_id)
    dialog = await service.enter(await service.begin())
    assert dialog.reason == "already_configured"
    assert dialog.placeholders["title"] == entry.title
    assert await keys_of(hass, entry.entry_id) == before
    assert await keys_of(hass, entry.unique_id) is None


async def test_keys_that_cannot_be_stored(service: CodeService) -> None:
    dialog = await service.begin()
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        await service.enter(dialog)
    assert dialog.reason == "store_unusable"
    assert "full" in dialog.placeholders["detail"]


async def test_entered_to_sign_in_again(hass: HomeAssistant, service: CodeService) -> None:
    """There are new keys, and nothing else has changed."""
    entry = await entry_of(hass, await service.enter(await service.begin()))
    before, data = await keys_of(hass, entry.entry_id), dict(entry.data)
    dialog = await service.enter(await service.begin_again(entry))
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    after = await keys_of(hass, entry.entry_id)
    assert after is not None
    assert after != before
    assert dict(entry.data) == data
