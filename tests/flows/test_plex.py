"""Adding a Plex account by code or by hand, signing in again, and changing it."""

from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.media_list_sync.const import DOMAIN, SECRET_TOKEN
from custom_components.media_list_sync.engine.store import secrets
from custom_components.media_list_sync.flows import plex_server
from custom_components.media_list_sync.shared import async_get_shared
from simulators.faults import Failure, Fault
from simulators.plex import LOCAL, RELAY, REMOTE, Person, PlexServerSimulator, PlexSimulator
from simulators.plex.resources import server_fields
from simulators.plex.state import State

from .accounts import entry_of, keys_of
from .dialog import Dialog, state_of

pytestmark = pytest.mark.usefixtures("services")

NEW_PIN = "POST /api/v2/pins"


async def begin(hass: HomeAssistant) -> Dialog:
    """Choose to sign in with a code."""
    return await (await (await Dialog.add(hass)).choose("plex")).choose("plex_link")


async def link(dialog: Dialog, plex: PlexSimulator, person: Person | None = None) -> Dialog:
    """Enter the code that is shown, as somebody (None: the owner), and wait for what comes."""
    assert dialog.kind is FlowResultType.SHOW_PROGRESS, dialog.result
    plex.link(dialog.placeholders["code"], person)
    return await dialog.wait()


async def by_hand(hass: HomeAssistant, **entered: Any) -> Dialog:
    """Enter an address and a token."""
    dialog = await (await (await Dialog.add(hass)).choose("plex")).choose("plex_manual")
    return await dialog.submit(**entered)


async def linked(hass: HomeAssistant, plex: PlexSimulator) -> ConfigEntry:
    """Add the owner's account by code."""
    return await entry_of(hass, await link(await begin(hass), plex))


# By a code.


async def test_link(hass: HomeAssistant, plex: PlexSimulator) -> None:
    """Who has one server and lives alone has nothing to choose."""
    dialog = await begin(hass)
    assert len(dialog.placeholders["code"]) == 4
    entry = await entry_of(hass, await link(dialog, plex))
    assert entry.title == "Plex (Living Room, Owner)"
    assert entry.unique_id == f"plex:{plex.state.machine}:{plex.owner.uuid}"
    assert dict(entry.data) == {
        "service": "plex",
        "server_id": plex.state.machine,
        "server_name": "Living Room",
        "url": plex.server.ways[LOCAL],
        "verify_ssl": True,
        "username": "Owner",
        "user_id": plex.owner.uuid,
    }
    (token,) = plex.owner.tokens
    assert await keys_of(hass, entry.entry_id) == {
        "server_token": plex.owner.server_token,
        "account_token": token,
        "address": None,
    }
    assert not plex.tokens_in_addresses
    assert not plex.server.tokens_in_addresses


async def test_installation_is_known_by_one_name(hass: HomeAssistant, plex: PlexSimulator) -> None:
    await linked(hass, plex)
    seen = [*plex.exchanges, *plex.server.exchanges]
    names = {exchange.headers["X-Plex-Client-Identifier"] for exchange in seen}
    assert len(names) == 1
    (name,) = names
    assert len(name) == 32


async def test_ways_are_tried_in_order(hass: HomeAssistant, plex: PlexSimulator) -> None:
    await plex.server.close_way(LOCAL)
    entry = await linked(hass, plex)
    assert entry.data["url"] == plex.server.ways[REMOTE]


async def test_relay_comes_last(hass: HomeAssistant, plex: PlexSimulator) -> None:
    await plex.server.close_way(LOCAL)
    await plex.server.close_way(REMOTE)
    entry = await linked(hass, plex)
    assert entry.data["url"] == plex.server.ways[RELAY]


async def test_server_is_off(hass: HomeAssistant, plex: PlexSimulator) -> None:
    ways = dict(plex.server.ways)
    for way in ways:
        await plex.server.close_way(way)
    dialog = await link(await begin(hass), plex)
    assert dialog.step == "plex_server"
    assert dialog.errors == {"base": "plex_server_unreachable"}
    assert dialog.placeholders["server"] == "Living Room"
    await plex.server.move()
    # The addresses are those that plex.tv told: what has changed since is asked for anew.
    dialog = await link(await begin(hass), plex)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_several_servers(hass: HomeAssistant, plex: PlexSimulator) -> None:
    state = State(plex.clock, plex.state.pins, "Cellar", plex.state.people)
    async with PlexServerSimulator(state) as cellar:

        def in_place_of_the_player(person: Person) -> Any:
            return server_fields(state, person, cellar.ways, present=True)

        with patch("simulators.plex.account.player_fields", in_place_of_the_player):
            dialog = await link(await begin(hass), plex)
        assert dialog.step == "plex_server"
        assert dialog.options("server") == {
            plex.state.machine: "Living Room",
            state.machine: "Cellar",
        }
        await dialog.submit(server=state.machine)
        entry = await entry_of(hass, dialog)
        assert entry.data["server_name"] == "Cellar"
        assert entry.data["url"] == cellar.ways[LOCAL]
        await hass.config_entries.async_unload(entry.entry_id)


async def test_no_server(hass: HomeAssistant, plex: PlexSimulator) -> None:
    plex.owner.server_token = ""
    dialog = await link(await begin(hass), plex)
    assert dialog.reason == "plex_no_servers"
    assert dialog.placeholders["account"] == "Owner"


async def test_person_of_the_home(hass: HomeAssistant, plex: PlexSimulator) -> None:
    child = plex.add_user("Child", restricted=True)
    dialog = await link(await begin(hass), plex)
    assert dialog.step == "plex_person"
    assert dialog.options("person") == {plex.owner.uuid: "Owner", child.uuid: "Child"}
    assert dialog.shown == {"person": plex.owner.uuid}
    await dialog.submit(person=child.uuid)
    entry = await entry_of(hass, dialog)
    assert entry.title == "Plex (Living Room, Child)"
    assert entry.data["user_id"] == child.uuid
    keys = await keys_of(hass, entry.entry_id)
    assert keys is not None
    assert keys["server_token"] == child.server_token
    assert keys["account_token"] in child.tokens


async def test_person_behind_a_pin(
    hass: HomeAssistant, plex: PlexSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    adult = plex.add_user("Adult", pin="4711")
    dialog = await (await link(await begin(hass), plex)).submit(person=adult.uuid)
    assert dialog.step == "plex_pin"
    assert dialog.placeholders["person"] == "Adult"
    await dialog.submit(pin="0815")
    assert dialog.errors == {"pin": "plex_wrong_pin"}
    assert "0815" not in str(dialog.result["data_schema"])
    await dialog.submit(pin=" 4711 ")
    entry = await entry_of(hass, dialog)
    assert entry.data["username"] == "Adult"
    assert "4711" not in caplog.text


async def test_own_pin_is_not_asked_for(hass: HomeAssistant, plex: PlexSimulator) -> None:
    """Who has signed in has shown who they are."""
    plex.owner.pin = "4711"
    plex.add_user("Child")
    dialog = await (await link(await begin(hass), plex)).submit(person=plex.owner.uuid)
    assert (await entry_of(hass, dialog)).data["username"] == "Owner"


@pytest.mark.parametrize("pin", [None, "4711"])
async def test_person_without_access(
    hass: HomeAssistant, plex: PlexSimulator, pin: str | None
) -> None:
    other = plex.add_user("Other", pin=pin)
    other.server_token = ""
    dialog = await (await link(await begin(hass), plex)).submit(person=other.uuid)
    if pin:
        await dialog.submit(pin=pin)
    assert dialog.step == "plex_person"
    assert dialog.errors == {"base": "plex_no_access"}
    assert dialog.placeholders["person"] == "Other"
    await dialog.submit(person=plex.owner.uuid)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("status", [403, 404])
async def test_who_has_no_home_or_may_not_see_it(
    hass: HomeAssistant, plex: PlexSimulator, status: int
) -> None:
    plex.add_user("Child")
    plex.faults.add(Fault(Failure.STATUS, path="home/users", status=status))
    entry = await linked(hass, plex)
    assert entry.data["username"] == "Owner"


FAULTS = {
    "plex_tv_unreachable": Fault(Failure.CUT),
    "plex_tv_refused": Fault(Failure.STATUS, status=418),
    "plex_tv_limited": Fault(Failure.STATUS, status=429, retry_after="600"),
}


@pytest.mark.parametrize("error", FAULTS)
@pytest.mark.parametrize("path", ["api/v2/pins", "api/v2/user", "resources", "home/users"])
async def test_plex_does_not_do_its_part(
    hass: HomeAssistant, plex: PlexSimulator, path: str, error: str
) -> None:
    """Whatever fails is told."""
    fault = FAULTS[error]
    plex.faults.add(
        Fault(fault.failure, path=path, status=fault.status, retry_after=fault.retry_after)
    )
    dialog = await begin(hass)
    if path != "api/v2/pins":
        await link(dialog, plex)
    assert dialog.reason == error


@pytest.mark.parametrize("path", ["switch", "resources"])
async def test_plex_fails_at_the_person(
    hass: HomeAssistant, plex: PlexSimulator, path: str
) -> None:
    child = plex.add_user("Child")
    dialog = await link(await begin(hass), plex)
    plex.faults.add(Fault(Failure.CUT, path=path))
    await dialog.submit(person=child.uuid)
    assert dialog.reason == "plex_tv_unreachable"


async def test_server_fails_at_the_end(hass: HomeAssistant, plex: PlexSimulator) -> None:
    plex.add_user("Child")
    dialog = await link(await begin(hass), plex)
    plex.server.faults.add(Fault(Failure.STATUS, status=503))
    await dialog.submit()
    assert dialog.step == "plex_person"
    assert dialog.errors == {"base": "server_error"}
    plex.server.faults.clear()
    await dialog.submit()
    assert dialog.kind is FlowResultType.CREATE_ENTRY


# By hand.


async def test_by_hand(hass: HomeAssistant, plex: PlexSimulator) -> None:
    """A token of the account tells whose it is, and how the server is called."""
    token = plex.sign_in()
    dialog = await by_hand(hass, url=f"{plex.server.url}/web/index.html#!/", token=f" {token} ")
    entry = await entry_of(hass, dialog)
    assert entry.title == "Plex (Living Room, Owner)"
    assert entry.unique_id == f"plex:{plex.state.machine}:{plex.owner.uuid}"
    assert entry.data["url"] == plex.server.url
    assert await keys_of(hass, entry.entry_id) == {
        "server_token": token,
        "account_token": token,
        "address": None,
    }
    assert entry.runtime_data.tv is not None


async def test_token_of_somebody_else_than_the_owner(
    hass: HomeAssistant, plex: PlexSimulator
) -> None:
    """It works at plex.tv alone, which has another one for the server."""
    other = plex.add_user("Other")
    token = plex.sign_in(other)
    entry = await entry_of(hass, await by_hand(hass, url=plex.server.url, token=token))
    assert entry.data["username"] == "Other"
    keys = await keys_of(hass, entry.entry_id)
    assert keys is not None
    assert (keys["server_token"], keys["account_token"]) == (other.server_token, token)


@pytest.mark.parametrize("is_away", [False, True])
async def test_token_of_the_server_alone(
    hass: HomeAssistant, plex: PlexSimulator, is_away: bool
) -> None:
    """It is as good; whose it is stays unknown. So it is in a house without internet."""
    if is_away:
        plex.faults.add(Fault(Failure.CUT))
    dialog = await by_hand(hass, url=plex.server.url, token=plex.owner.server_token)
    entry = await entry_of(hass, dialog)
    assert entry.title == "Plex (127.0.0.1)"
    assert entry.unique_id == f"plex:{plex.state.machine}"
    assert "username" not in entry.data
    assert entry.runtime_data.tv is None


async def test_own_port_is_tried(
    hass: HomeAssistant, plex: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(plex.server.url.rsplit(":", 1)[1])
    monkeypatch.setattr(plex_server, "PORT", port)
    dialog = await by_hand(hass, url="homeserver", token=plex.sign_in())
    entry = await entry_of(hass, dialog)
    assert entry.data["url"] == f"http://homeserver:{port}"


async def test_wrong_token(hass: HomeAssistant, plex: PlexSimulator) -> None:
    dialog = await by_hand(hass, url=plex.server.url, token="mistyped")
    assert dialog.errors == {"token": "plex_token_rejected"}
    assert "mistyped" not in str(dialog.result)
    assert dialog.placeholders["token_url"].startswith("https://support.plex.tv/")
    await dialog.submit(token="  ")
    assert dialog.errors == {"token": "plex_token_rejected"}
    await dialog.submit(token=plex.sign_in())
    assert dialog.kind is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("url", "field", "error"),
    [
        ("not an address", "url", "invalid_url"),
        ("http://me:secret@homeserver", "url", "url_credentials"),
        ("http://nowhere:1", "url", "dns"),
        ("http://127.0.0.1:1", "url", "cannot_connect"),
    ],
)
async def test_wrong_address(
    hass: HomeAssistant, plex: PlexSimulator, url: str, field: str, error: str
) -> None:
    dialog = await by_hand(hass, url=url, token=plex.sign_in())
    assert dialog.errors == {field: error}
    await dialog.submit(url=plex.server.url, token=plex.sign_in())
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_another_kind_of_server(hass: HomeAssistant, plex: PlexSimulator) -> None:
    """It is not given the token."""
    token = plex.sign_in()
    dialog = await by_hand(hass, url=plex.discover_url, token=token)
    assert dialog.errors == {"url": "not_plex"}
    assert not any(token in str(exchange.headers) for exchange in plex.exchanges)


# Again, and changing it.


async def again(hass: HomeAssistant, entry: ConfigEntry, source: str, way: str) -> Dialog:
    data = entry.data if source == SOURCE_REAUTH else None
    dialog = await Dialog.account(hass, data=data, source=source, entry_id=entry.entry_id)
    assert dialog.step == f"plex_{source}"
    return await dialog.choose(way)


@pytest.mark.parametrize("source", [SOURCE_REAUTH, SOURCE_RECONFIGURE])
async def test_again_by_code(hass: HomeAssistant, plex: PlexSimulator, source: str) -> None:
    entry = await linked(hass, plex)
    before, data = await keys_of(hass, entry.entry_id), dict(entry.data)
    plex.revoke()
    plex.add_user("Child")  # whom nobody is asked for
    dialog = await link(await again(hass, entry, source, "plex_link"), plex)
    assert (
        dialog.reason == f"{source.removesuffix('ure')}{'ure' * source.endswith('ure')}_successful"
    )
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    after = await keys_of(hass, entry.entry_id)
    assert after is not None
    assert after != before
    assert after["server_token"] == plex.owner.server_token
    assert dict(entry.data) == data


async def test_again_by_code_as_a_person_of_the_home(
    hass: HomeAssistant, plex: PlexSimulator
) -> None:
    child = plex.add_user("Child", pin="4711")
    dialog = await (await link(await begin(hass), plex)).submit(person=child.uuid)
    entry = await entry_of(hass, await dialog.submit(pin="4711"))
    plex.revoke(child)
    dialog = await link(await again(hass, entry, SOURCE_REAUTH, "plex_link"), plex)
    assert dialog.step == "plex_pin"
    await dialog.submit(pin="4711")
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    keys = await keys_of(hass, entry.entry_id)
    assert keys is not None
    assert keys["server_token"] == child.server_token


async def test_again_by_code_as_somebody_else(hass: HomeAssistant, plex: PlexSimulator) -> None:
    """Of another home, who cannot become the person."""
    other = plex.add_user("Other")
    entry = await entry_of(
        hass, await (await link(await begin(hass), plex)).submit(person=plex.owner.uuid)
    )
    before = await keys_of(hass, entry.entry_id)
    plex.faults.add(Fault(Failure.STATUS, path="home/users", status=403))
    dialog = await link(await again(hass, entry, SOURCE_REAUTH, "plex_link"), plex, other)
    assert dialog.reason == "plex_wrong_account"
    assert dialog.placeholders == {"right": "Owner", "wrong": "Other"}
    assert await keys_of(hass, entry.entry_id) == before


async def test_again_by_code_without_the_server(hass: HomeAssistant, plex: PlexSimulator) -> None:
    entry = await linked(hass, plex)
    plex.owner.server_token = ""
    dialog = await link(await again(hass, entry, SOURCE_REAUTH, "plex_link"), plex)
    assert dialog.reason == "plex_not_your_server"


async def test_reauth_by_token(hass: HomeAssistant, plex: PlexSimulator) -> None:
    entry = await linked(hass, plex)
    plex.revoke()
    dialog = await again(hass, entry, SOURCE_REAUTH, "plex_address")
    assert dialog.fields["token"]["required"] is True
    assert dialog.shown == {"url": plex.server.url, "verify_ssl": True}
    await dialog.submit(token=plex.sign_in())
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_another_address(hass: HomeAssistant, plex: PlexSimulator) -> None:
    """The tokens stay, and are given to no other server."""
    entry = await linked(hass, plex)
    hass.config_entries.async_update_entry(entry, title="Films")
    await hass.async_block_till_done()
    before = await keys_of(hass, entry.entry_id)
    dialog = await again(hass, entry, SOURCE_RECONFIGURE, "plex_address")
    async with PlexServerSimulator(State(plex.clock, plex.state.pins, "Cellar")) as cellar:
        await dialog.submit(url=cellar.url)
        assert dialog.errors == {"url": "wrong_server"}
        assert not any("X-Plex-Token" in one.headers for one in cellar.exchanges)
    await dialog.submit(url=plex.server.ways[REMOTE], verify_ssl=False)
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert (entry.data["url"], entry.data["verify_ssl"]) == (plex.server.ways[REMOTE], False)
    assert (entry.title, entry.data["username"]) == ("Films", "Owner")
    assert await keys_of(hass, entry.entry_id) == before


async def test_another_address_with_a_token_that_ended(
    hass: HomeAssistant, plex: PlexSimulator
) -> None:
    entry = await linked(hass, plex)
    plex.revoke()
    dialog = await again(hass, entry, SOURCE_RECONFIGURE, "plex_address")
    await dialog.submit()
    assert dialog.errors == {"token": "plex_token_rejected"}


async def test_another_address_without_kept_tokens(
    hass: HomeAssistant, plex: PlexSimulator
) -> None:
    entry = await linked(hass, plex)
    shared = await async_get_shared(hass)
    await shared.store.run(secrets.remove_owner, entry.entry_id)
    dialog = await again(hass, entry, SOURCE_RECONFIGURE, "plex_address")
    await dialog.submit()
    assert dialog.errors == {"token": "plex_token_rejected"}


async def test_another_address_after_the_key_was_lost(
    hass: HomeAssistant, plex: PlexSimulator
) -> None:
    entry = await linked(hass, plex)
    shared = await async_get_shared(hass)
    await shared.store.run(secrets.put, entry.entry_id, SECRET_TOKEN, "sealed with another key")
    dialog = await again(hass, entry, SOURCE_RECONFIGURE, "plex_address")
    await dialog.submit()
    assert dialog.errors == {"token": "key_lost"}
    await dialog.submit(token=plex.sign_in())
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_token_of_somebody_else(hass: HomeAssistant, plex: PlexSimulator) -> None:
    other = plex.add_user("Other")
    entry = await entry_of(hass, await by_hand(hass, url=plex.server.url, token=plex.sign_in()))
    dialog = await again(hass, entry, SOURCE_RECONFIGURE, "plex_address")
    await dialog.submit(token=other.server_token)
    assert dialog.errors == {"token": "plex_person_unknown"}
    await dialog.submit(token=plex.sign_in(other))
    assert dialog.reason == "plex_wrong_account"


async def test_person_becomes_known(hass: HomeAssistant, plex: PlexSimulator) -> None:
    dialog = await by_hand(hass, url=plex.server.url, token=plex.owner.server_token)
    entry = await entry_of(hass, dialog)
    dialog = await link(await again(hass, entry, SOURCE_RECONFIGURE, "plex_link"), plex)
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.unique_id == f"plex:{plex.state.machine}:{plex.owner.uuid}"
    assert entry.title == "Plex (Living Room, Owner)"
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_known_person_is_not_added_twice(hass: HomeAssistant, plex: PlexSimulator) -> None:
    await linked(hass, plex)
    dialog = await by_hand(hass, url=plex.server.url, token=plex.sign_in())
    assert dialog.reason == "already_configured"
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1
