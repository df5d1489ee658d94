"""Adding a Trakt account, signing in to it again, and changing it."""

import asyncio
from itertools import pairwise
from typing import Any
from unittest.mock import ANY, patch

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESSED, FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from simulators.faults import Failure, Fault
from simulators.trakt import App, TraktSimulator

from .accounts import entry_of, keys_of
from .dialog import Dialog, state_of

pytestmark = pytest.mark.usefixtures("services")

ID = "trakt-client-id"
SECRET = "trakt-client-secret"
DEVICE_CODE = "POST /oauth/device/code"
POLL = "POST /oauth/device/token"


async def ask(hass: HomeAssistant, **entered: Any) -> Dialog:
    """Enter an app."""
    dialog = await (await Dialog.add(hass)).choose("trakt")
    return await dialog.submit(**{"client_id": ID, "client_secret": SECRET} | entered)


async def sign_in(dialog: Dialog, trakt: TraktSimulator, user: str = "viewer") -> Dialog:
    """Enter the code that is shown, as somebody, and wait for what comes."""
    assert dialog.kind is FlowResultType.SHOW_PROGRESS
    trakt.approve(dialog.placeholders["code"], user)
    return await dialog.wait()


async def added(hass: HomeAssistant, trakt: TraktSimulator) -> ConfigEntry:
    """Add an account that is signed in."""
    return await entry_of(hass, await sign_in(await ask(hass), trakt))


async def added_public(hass: HomeAssistant) -> ConfigEntry:
    """Add an account that only reads public lists."""
    return await entry_of(hass, await ask(hass, client_secret=None, access="public"))


def secrets_of(trakt: TraktSimulator) -> list[str]:
    """Return all that must not be seen anywhere."""
    pairs = trakt.state.tokens._by_access.values()
    return [
        SECRET,
        *(grant.pair.access_token for grant in pairs),
        *(grant.pair.refresh_token for grant in pairs),
    ]


async def test_sign_in(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    dialog = await sign_in(await ask(hass), trakt)
    assert "next_flow" not in dialog.result
    entry = await entry_of(hass, dialog)
    assert entry.title == "Trakt (viewer)"
    uuid = trakt.user().settings["user"]["ids"]["uuid"]  # type: ignore[index]
    assert entry.unique_id == f"trakt:{uuid}"
    assert dict(entry.data) == {
        "service": "trakt",
        "client_id": ID,
        "client_secret": ANY,
        "username": "viewer",
    }
    token = await keys_of(hass, entry.entry_id)
    assert token is not None
    assert trakt.state.tokens.owner(token["access_token"]) is trakt.user()


async def test_public_lists_only(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """A client id is enough, and is tried by one small request."""
    dialog = await (await Dialog.add(hass)).choose("trakt")
    await dialog.submit(client_id=f" {ID} ", access="public")
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    entry = dialog.result["result"]
    assert entry.title == "Trakt"
    assert entry.unique_id == f"trakt:{ID}"
    assert dict(entry.data) == {"service": "trakt", "client_id": ID}
    assert trakt.exchanges[0].path.endswith("?page=1&limit=1")
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_has_no_lists_of_its_own(hass: HomeAssistant, viewer: ConfigEntry) -> None:
    """Lists are added to a Seerr server."""
    assert viewer.supported_subentry_types == {}


async def test_explains_who_can_use_it(hass: HomeAssistant) -> None:
    dialog = await (await Dialog.add(hass)).choose("trakt")
    assert dialog.placeholders["apps_url"].startswith("https://trakt.tv/")
    assert dialog.placeholders["redirect_uri"] == App().redirect_uri
    assert dialog.shown == {"access": "sign_in"}


async def test_secret_is_needed_to_sign_in(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    dialog = await ask(hass, client_secret=None)
    assert dialog.errors == {"client_secret": "secret_needed"}
    assert dialog.shown == {"client_id": ID, "access": "sign_in"}
    await dialog.submit(client_secret=SECRET)
    await sign_in(dialog, trakt)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("access", ["public", "sign_in"])
@pytest.mark.parametrize("client_id", ["mistyped", " "])
async def test_unknown_app(
    hass: HomeAssistant, trakt: TraktSimulator, access: str, client_id: str
) -> None:
    dialog = await ask(hass, client_id=client_id, access=access)
    assert dialog.errors == {"client_id": "unknown_app"}
    assert SECRET not in str(dialog.result)
    # The secret need not be typed again.
    await dialog.submit(client_id=ID, access="sign_in")
    await sign_in(dialog, trakt)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("access", ["public", "sign_in"])
async def test_deleted_app(hass: HomeAssistant, trakt: TraktSimulator, access: str) -> None:
    trakt.delete_app()
    dialog = await ask(hass, access=access)
    assert dialog.errors == {"client_id": "unknown_app"}


async def test_wrong_secret(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """Trakt looks at the secret only when it is polled; the form then asks for it again."""
    dialog = await ask(hass, client_secret="wrong")
    await dialog.wait()
    assert dialog.step == "trakt"
    assert dialog.errors == {"client_secret": "invalid_secret"}
    assert dialog.shown == {"client_id": ID, "access": "sign_in"}
    await dialog.submit(client_secret=SECRET)
    await sign_in(dialog, trakt)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


FAULTS = {
    "trakt_unreachable": Fault(Failure.CUT),
    "trakt_refused": Fault(Failure.TRUNCATE),
    "trakt_limited": Fault(Failure.STATUS, status=429, retry_after="600"),
}


@pytest.mark.parametrize("error", FAULTS)
@pytest.mark.parametrize("access", ["public", "sign_in"])
async def test_trakt_does_not_do_its_part(
    hass: HomeAssistant, trakt: TraktSimulator, access: str, error: str
) -> None:
    trakt.faults.add(FAULTS[error])
    dialog = await ask(hass, access=access)
    assert dialog.errors == {"base": error}
    if error == "trakt_limited":
        assert dialog.placeholders["minutes"] == "10"
    trakt.faults.clear()
    await dialog.submit(access="public")
    assert dialog.kind is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("status", "error"),
    [(420, "trakt_account_limit"), (423, "trakt_locked"), (426, "trakt_vip")],
)
async def test_trakt_refuses_the_account(
    hass: HomeAssistant, trakt: TraktSimulator, status: int, error: str
) -> None:
    """It tells only when it is asked who signed in."""
    trakt.faults.add(Fault(Failure.STATUS, status=status, path="users/settings"))
    dialog = await sign_in(await ask(hass), trakt)
    assert dialog.step == "trakt_again"
    assert dialog.errors == {"base": error}
    assert trakt.counts["POST /oauth/revoke"] == 1
    trakt.faults.clear()
    await dialog.submit()
    await sign_in(dialog, trakt)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Failure.TRUNCATE, path="device/token"),
        Fault(Failure.STATUS, status=422, path="device/token"),
    ],
)
async def test_answer_to_a_poll_makes_no_sense(
    hass: HomeAssistant, trakt: TraktSimulator, fault: Fault
) -> None:
    dialog = await ask(hass)
    trakt.faults.add(fault)
    await sign_in(dialog, trakt)
    assert dialog.step == "trakt_again"
    assert dialog.errors == {"base": "trakt_refused"}


async def test_back_to_the_app(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """Who cannot sign in may still read public lists."""
    dialog = await ask(hass)
    trakt.deny(dialog.placeholders["code"])
    await dialog.wait()
    await dialog.choose("trakt")
    assert dialog.shown == {"client_id": ID, "access": "sign_in"}
    await dialog.submit(access="public")
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert "client_secret" not in dialog.result["result"].data


async def test_no_new_code(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    dialog = await ask(hass)
    trakt.expire_codes()
    await dialog.wait()
    trakt.delete_app()
    await dialog.choose("trakt_new_code")
    assert dialog.step == "trakt_again"
    assert dialog.errors == {"client_id": "unknown_app"}


async def test_minutes_pass(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """The dialog is told when a minute has passed, and shows one less."""
    trakt.state.devices.lifetime = 61
    trakt.state.devices.interval = 1
    told = asyncio.Event()

    @callback
    def on_progress(event: Event) -> None:
        told.set()

    hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, on_progress)
    dialog = await ask(hass)
    assert dialog.placeholders["minutes"] == "2"
    code = dialog.placeholders["code"]
    async with asyncio.timeout(5):
        await told.wait()
    await dialog.refresh()
    assert dialog.placeholders["minutes"] == "1"
    assert dialog.placeholders["code"] == code

    told.clear()
    trakt.approve(code)
    async with asyncio.timeout(5):
        await told.wait()
    await dialog.refresh()
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_keeps_the_pace(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """It polls as slowly as it was told to, and a look at the dialog is no poll."""
    trakt.state.devices.interval = 1
    dialog = await ask(hass)
    for _ in range(5):
        await dialog.refresh()
    await asyncio.sleep(1.3)
    assert trakt.counts[POLL] == 1
    assert trakt.counts[DEVICE_CODE] == 1
    await sign_in(dialog, trakt)
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    polls = [exchange.at for exchange in trakt.exchanges if "device/token" in exchange.path]
    assert all(later - sooner > 0.95 for sooner, later in pairwise(polls))


async def test_tokens_without_a_use_are_given_back(
    hass: HomeAssistant, trakt: TraktSimulator
) -> None:
    """The disk is full, or the account is known; the tokens that are there stay good."""
    dialog = await ask(hass)
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        await sign_in(dialog, trakt)
    assert dialog.reason == "store_unusable"
    assert trakt.counts["POST /oauth/revoke"] == 1

    entry = await added(hass, trakt)
    before = await keys_of(hass, entry.entry_id)
    dialog = await sign_in(await ask(hass), trakt)
    assert dialog.reason == "already_configured"
    assert trakt.counts["POST /oauth/revoke"] == 2
    assert before is not None
    assert trakt.state.tokens.owner(before["access_token"]) is trakt.user()


async def test_same_account_again_and_trakt_goes_away(
    hass: HomeAssistant, trakt: TraktSimulator
) -> None:
    """That the new tokens cannot be given back is no matter."""
    await added(hass, trakt)
    trakt.faults.add(Fault(Failure.CUT, path="oauth/revoke"))
    dialog = await sign_in(await ask(hass), trakt)
    assert dialog.reason == "already_configured"


async def test_same_app_again(hass: HomeAssistant) -> None:
    await added_public(hass)
    dialog = await ask(hass, access="public")
    assert dialog.reason == "already_configured"


async def test_two_accounts(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    trakt.add_user("other", username="Other Person")
    await added(hass, trakt)
    dialog = await sign_in(await ask(hass), trakt, "other")
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert dialog.result["result"].title == "Trakt (Other Person)"


async def reauth(hass: HomeAssistant) -> Dialog:
    """Return the dialog that Home Assistant asks the person into."""
    await hass.async_block_till_done()
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    (flow,) = (flow for flow in flows if flow["context"]["source"] == SOURCE_REAUTH)
    return await Dialog.open(hass, flow["flow_id"]).refresh()


async def test_reauth(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """The sign-in was ended at Trakt: at the next start, Home Assistant asks for a new one."""
    entry = await added(hass, trakt)
    data = dict(entry.data)
    before = await keys_of(hass, entry.entry_id)
    trakt.revoke_all()
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR

    dialog = await reauth(hass)
    assert dialog.step == "trakt_reauth"
    assert dialog.shown == {"client_id": ID}
    await sign_in(await dialog.submit(), trakt)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert dict(entry.data) == data
    after = await keys_of(hass, entry.entry_id)
    assert after is not None
    assert after != before


async def test_reauth_while_it_is_loaded(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """The new tokens are used although nothing in the entry has changed."""
    entry = await added(hass, trakt)
    trakt.revoke_all()
    entry.async_start_reauth(hass)
    dialog = await reauth(hass)
    await sign_in(await dialog.submit(), trakt)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert (await entry.runtime_data.client.me()).name == "viewer"


async def test_reauth_as_somebody_else(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    entry = await added(hass, trakt)
    before = await keys_of(hass, entry.entry_id)
    trakt.add_user("other")
    entry.async_start_reauth(hass)
    dialog = await reauth(hass)
    await sign_in(await dialog.submit(), trakt, "other")
    assert dialog.reason == "wrong_account"
    assert dialog.placeholders == {"right": "viewer", "wrong": "other"}
    assert trakt.counts["POST /oauth/revoke"] == 1
    assert await keys_of(hass, entry.entry_id) == before


async def test_reauth_after_a_new_name(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """A person is known by what does not change; the new name is taken over."""
    entry = await added(hass, trakt)
    trakt.user().username = "Viewer of Many"
    entry.async_start_reauth(hass)
    dialog = await reauth(hass)
    await sign_in(await dialog.submit(), trakt)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.data["username"] == "Viewer of Many"
    assert entry.title == "Trakt (Viewer of Many)"
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_name_that_a_person_gave_stays(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    entry = await added(hass, trakt)
    hass.config_entries.async_update_entry(entry, title="Ours")
    await hass.async_block_till_done()
    entry.async_start_reauth(hass)
    dialog = await reauth(hass)
    await sign_in(await dialog.submit(), trakt)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.title == "Ours"


async def test_reauth_with_a_new_app(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """Trakt deleted the app: the person makes another one, and enters it here."""
    entry = await added(hass, trakt)
    trakt.delete_app()
    trakt.revoke_all()
    await hass.config_entries.async_reload(entry.entry_id)
    entry.async_start_reauth(hass)
    dialog = await reauth(hass)
    await dialog.submit()
    assert dialog.errors == {"client_id": "unknown_app"}

    trakt.state.app = App("new-id", "new-secret")
    await dialog.submit(client_id="new-id")
    await dialog.wait()
    assert dialog.errors == {"client_secret": "invalid_secret"}
    await dialog.submit(client_id="new-id", client_secret="new-secret")
    await sign_in(dialog, trakt)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.data["client_id"] == "new-id"
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_reauth_denied(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    entry = await added(hass, trakt)
    entry.async_start_reauth(hass)
    dialog = await (await reauth(hass)).submit()
    trakt.deny(dialog.placeholders["code"])
    await dialog.wait()
    assert dialog.step == "trakt_denied"
    await dialog.choose("trakt_reauth")
    await sign_in(await dialog.submit(), trakt)
    assert dialog.reason == "reauth_successful"


async def test_reauth_of_public_lists(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """There is nobody to sign in: another client id is asked for."""
    entry = await added_public(hass)
    trakt.state.app = App("new-id")
    entry.async_start_reauth(hass)
    dialog = await reauth(hass)
    await dialog.submit()
    assert dialog.errors == {"client_id": "unknown_app"}
    await dialog.submit(client_id="new-id")
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.unique_id == "trakt:new-id"
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_reauth_after_the_key_file_was_lost(
    hass: HomeAssistant, trakt: TraktSimulator
) -> None:
    uuid = trakt.user().settings["user"]["ids"]["uuid"]  # type: ignore[index]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Trakt (viewer)",
        unique_id=f"trakt:{uuid}",
        data={
            "service": "trakt",
            "client_id": ID,
            "client_secret": "gAAAAABsealed-with-another-key",
            "username": "viewer",
        },
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    dialog = await reauth(hass)
    await dialog.submit()
    assert dialog.errors == {"client_secret": "key_lost"}
    await sign_in(await dialog.submit(client_secret=SECRET), trakt)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry) -> Dialog:
    dialog = await Dialog.account(hass, source=SOURCE_RECONFIGURE, entry_id=entry.entry_id)
    assert dialog.step == "trakt_reconfigure"
    return dialog


async def test_reconfigure_lets_sign_in(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """From public lists to a person's own; lists keep their account."""
    entry = await added_public(hass)
    dialog = await reconfigure(hass, entry)
    assert dialog.shown == {"client_id": ID, "access": "public"}
    await dialog.submit(access="sign_in")
    assert dialog.errors == {"client_secret": "secret_needed"}
    await sign_in(await dialog.submit(access="sign_in", client_secret=SECRET), trakt)
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data["username"] == "viewer"
    assert entry.title == "Trakt (viewer)"
    assert entry.unique_id != f"trakt:{ID}"
    assert state_of(entry) is ConfigEntryState.LOADED
    assert (await entry.runtime_data.client.me()).name == "viewer"


async def test_reconfigure_to_an_account_that_is_there(
    hass: HomeAssistant, trakt: TraktSimulator
) -> None:
    signed_in = await added(hass, trakt)
    public = await added_public(hass)
    dialog = await reconfigure(hass, public)
    await sign_in(await dialog.submit(access="sign_in", client_secret=SECRET), trakt)
    assert dialog.reason == "already_configured"
    assert dialog.placeholders["title"] == signed_in.title


async def test_reconfigure_the_app(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    entry = await added(hass, trakt)
    unique_id = entry.unique_id
    trakt.state.app = App("new-id", "new-secret")
    dialog = await reconfigure(hass, entry)
    assert dialog.shown == {"client_id": ID}
    await sign_in(await dialog.submit(client_id="new-id", client_secret="new-secret"), trakt)
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data["client_id"] == "new-id"
    assert entry.unique_id == unique_id
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_reconfigure_as_somebody_else(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    trakt.add_user("other")
    entry = await added(hass, trakt)
    dialog = await reconfigure(hass, entry)
    await sign_in(await dialog.submit(client_secret=SECRET), trakt, "other")
    assert dialog.reason == "wrong_account"


async def test_reconfigure_nothing(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    """Nobody has to sign in again for nothing."""
    entry = await added(hass, trakt)
    trakt.forget_requests()
    dialog = await (await reconfigure(hass, entry)).submit()
    assert dialog.reason == "nothing_changed"
    assert not trakt.exchanges


async def test_reconfigure_public_lists(hass: HomeAssistant, trakt: TraktSimulator) -> None:
    entry = await added_public(hass)
    trakt.state.app = App("new-id")
    dialog = await reconfigure(hass, entry)
    await dialog.submit(client_id="new-id")
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert dict(entry.data) == {"service": "trakt", "client_id": "new-id"}
    assert entry.unique_id == "trakt:new-id"
