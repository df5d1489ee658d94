"""An AniList account in Home Assistant: set up, shown, and asked to sign in again in time."""

from datetime import timedelta

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.media_list_sync import account_anilist
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Pace
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.markdown import with_markdown
from simulators.anilist import AniListMedia
from simulators.faults import Failure, Fault

from .conftest import ANILIST_ID, House

STATUSES = {
    "CURRENT": "watching",
    "PLANNING": "planning",
    "COMPLETED": "completed",
    "DROPPED": "dropped",
    "PAUSED": "paused",
    "REPEATING": "repeating",
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the pauses between two requests."""
    monkeypatch.setattr(account_anilist, "PACE", Pace())


def issues(house: House) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(house.hass).issues if domain == DOMAIN}


def reauth_flows(house: House) -> int:
    return sum(
        flow["context"]["source"] == SOURCE_REAUTH
        for flow in house.hass.config_entries.flow.async_progress()
    )


def fill(house: House) -> None:
    """Put one entry on the list with the first status, two with the second, and so on."""
    number = 0
    for count, status in enumerate(STATUSES, 1):
        for _ in range(count):
            number += 1
            house.anilist.add_media(AniListMedia(number, f"Anime {number}"))
            house.anilist.add_entry("viewer", number, status)


@pytest.mark.parametrize("signed_in", [True, False])
async def test_set_up(house: House, signed_in: bool) -> None:
    """One request. What is on the list is counted by status."""
    fill(house)
    entry = await house.anilist_entry(signed_in=signed_in)
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert house.anilist.counts["POST /"] == 1
    for count, key in enumerate(STATUSES.values(), 1):
        assert house.state("sensor", f"{ANILIST_ID}_{key}").state == str(count)
    assert house.state("binary_sensor", f"{ANILIST_ID}_reachable").state == "on"
    registry = er.async_get(house.hass)
    until = f"{ANILIST_ID}_sign_in_valid_until"
    assert (registry.async_get_entity_id("sensor", DOMAIN, until) is not None) is signed_in
    runtime = entry.runtime_data
    assert (runtime.is_signed_in, runtime.name) == (signed_in, "viewer")
    assert runtime.user_id == house.anilist.user().id
    device = house.device(ANILIST_ID, ANILIST_ID)
    assert (device.manufacturer, device.name) == ("AniList", "AniList (viewer)")
    assert device.configuration_url == "https://anilist.co/user/viewer/animelist"
    assert not issues(house)


async def test_valid_until_is_what_the_token_says(house: House) -> None:
    entry = await house.anilist_entry(lifetime=timedelta(days=100))
    await house.set_up(entry)
    until = dt_util.parse_datetime(
        house.state("sensor", f"{ANILIST_ID}_sign_in_valid_until").state, raise_on_error=True
    )
    left = until - dt_util.utcnow()
    assert timedelta(days=99, hours=23) < left <= timedelta(days=100)


async def test_is_asked_once_an_hour(house: House) -> None:
    await house.set_up(await house.anilist_entry())
    house.anilist.forget_requests()
    async_fire_time_changed(house.hass, dt_util.utcnow() + timedelta(minutes=59))
    await house.hass.async_block_till_done()
    assert not house.anilist.exchanges
    async_fire_time_changed(house.hass, dt_util.utcnow() + timedelta(minutes=61))
    await house.until(lambda: house.anilist.exchanges)
    await house.hass.async_block_till_done()
    assert len(house.anilist.exchanges) == 1


async def test_new_sign_in_is_asked_for_in_time(house: House) -> None:
    """By a notice, and by the dialog; once, however often it is looked at."""
    entry = await house.anilist_entry(lifetime=timedelta(days=13, hours=12))
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    issue = ir.async_get(house.hass).async_get_issue(DOMAIN, f"sign_in_ending_{ANILIST_ID}")
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.WARNING
    assert not issue.is_fixable
    ends = dt_util.as_local(dt_util.utcnow() + timedelta(days=13, hours=12)).date()
    assert issue.translation_placeholders == with_markdown(
        {
            "account": "AniList (viewer)",
            "date": ends.isoformat(),
        }
    )
    assert issue.learn_more_url is not None
    assert issue.learn_more_url.endswith("#sign_in_ending")
    assert reauth_flows(house) == 1
    (flow,) = house.hass.config_entries.flow.async_progress()
    house.hass.config_entries.flow.async_abort(flow["flow_id"])
    await entry.runtime_data.coordinator.async_refresh()
    await house.hass.async_block_till_done()
    assert reauth_flows(house) == 0
    assert issues(house) == {f"sign_in_ending_{ANILIST_ID}"}

    await house.give_anilist_token()
    await house.hass.config_entries.async_reload(ANILIST_ID)
    assert not issues(house)


async def test_not_sooner(house: House) -> None:
    await house.set_up(await house.anilist_entry(lifetime=timedelta(days=14, hours=1)))
    assert not issues(house)
    assert not reauth_flows(house)


async def test_sign_in_comes_to_its_end(house: House) -> None:
    """AniList need not be asked to know that."""
    entry = await house.anilist_entry(lifetime=timedelta(seconds=-1))
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "credentials_rejected"
    assert reauth_flows(house) == 1
    assert not house.anilist.exchanges


async def test_sign_in_is_revoked(house: House) -> None:
    entry = await house.anilist_entry()
    await house.set_up(entry)
    house.anilist.revoke_all()
    await entry.runtime_data.coordinator.async_refresh()
    await house.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert house.state("binary_sensor", f"{ANILIST_ID}_reachable").state == "off"
    assert house.state("sensor", f"{ANILIST_ID}_watching").state == "unavailable"
    assert reauth_flows(house) == 1


async def test_without_its_token(house: House) -> None:
    """The database was lost, the entry not."""
    entry = await house.anilist_entry()
    shared = await house.shared()
    await shared.store.run(secrets.remove_owner, ANILIST_ID)
    await house.set_up(entry)
    assert entry.error_reason_translation_key == "not_signed_in"
    assert reauth_flows(house) == 1


async def test_key_is_lost(house: House) -> None:
    entry = await house.anilist_entry()
    shared = await house.shared()
    await shared.store.run(secrets.put, ANILIST_ID, "token", "sealed with another key")
    await house.set_up(entry)
    assert entry.error_reason_translation_key == "key_lost"
    assert issues(house) == {"key_lost"}
    assert reauth_flows(house) == 1


async def test_anilist_is_away_at_set_up(house: House) -> None:
    house.anilist.is_closed = True
    entry = await house.anilist_entry()
    await house.set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable_server_error"
    assert not issues(house)


async def test_person_is_gone(house: House, hass_client: ClientSessionGenerator) -> None:
    """The profile was made private: a repair, which looks again when it is public."""
    assert await async_setup_component(house.hass, REPAIRS, {})
    entry = await house.anilist_entry(signed_in=False)
    await house.set_up(entry)
    house.anilist.user().private = True
    await entry.runtime_data.coordinator.async_refresh()
    issue_id = f"anilist_user_gone_{ANILIST_ID}"
    assert issues(house) == {issue_id}
    # That AniList is away says nothing of it.
    house.anilist.faults.add(Fault(Failure.CUT))
    await entry.runtime_data.coordinator.async_refresh()
    assert issues(house) == {issue_id}
    house.anilist.faults.clear()

    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    flow_id = (await begun.json())["flow_id"]
    looked = await (await client.post(f"/api/repairs/issues/fix/{flow_id}", json={})).json()
    assert looked["errors"] == {"base": "still_there"}
    house.anilist.user().private = False
    mended = await (await client.post(f"/api/repairs/issues/fix/{flow_id}", json={})).json()
    assert mended["type"] == "create_entry"
    assert not issues(house)


async def test_issues_go_with_the_account(house: House) -> None:
    entry = await house.anilist_entry(lifetime=timedelta(days=1))
    await house.set_up(entry)
    assert issues(house)
    await house.hass.config_entries.async_remove(ANILIST_ID)
    assert not issues(house)
