"""Adding an AniList account by name or with a sign-in, signing in again, signing out."""

from datetime import timedelta
from unittest.mock import patch

import aiohttp
from freezegun import freeze_time
from homeassistant.components.application_credentials import (
    DATA_COMPONENT,
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, OAuth2TokenRequestReauthError
from homeassistant.helpers import config_entry_oauth2_flow as oauth
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.media_list_sync import application_credentials
from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.store.database import Store
from custom_components.media_list_sync.engine.store.problems import StoreUnusable
from simulators.anilist import VIEWER, AniListSimulator, App
from simulators.faults import Failure, Fault

from .accounts import entry_of, keys_of
from .dialog import Dialog, state_of

pytestmark = pytest.mark.usefixtures("services")

API = "POST /"
TOKEN = "POST /api/v2/oauth/token"


class Browser:
    """The browser of a person who signs in at AniList, and the client that they made there."""

    def __init__(
        self, hass: HomeAssistant, anilist: AniListSimulator, client: ClientSessionGenerator
    ) -> None:
        self._hass = hass
        self._anilist = anilist
        self._client = client

    async def enter_client(self, app: App | None = None, name: str = "anilist") -> None:
        """Enter an API client under Application credentials."""
        app = app or self._anilist.app
        credential = ClientCredential(app.client_id, app.client_secret, name)
        await async_import_client_credential(self._hass, DOMAIN, credential, name)

    async def go(self, dialog: Dialog, user: str | None = VIEWER) -> Dialog:
        """Follow the dialog to AniList, allow access (None: refuse it), and come back."""
        assert dialog.kind is FlowResultType.EXTERNAL_STEP, dialog.result
        if user is None:
            self._anilist.deny()
        else:
            self._anilist.approve(user)
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(dialog.result["url"], allow_redirects=False) as answer,
        ):
            assert answer.status == 302, await answer.text()
            back = URL(answer.headers["Location"])
        home = await self._client()
        async with home.get(f"{oauth.AUTH_CALLBACK_PATH}?{back.raw_query_string}") as answer:
            assert answer.status == 200
        return await dialog.refresh()


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    services: None,
    anilist: AniListSimulator,
    hass_client_no_auth: ClientSessionGenerator,
) -> Browser:
    """A browser, with an API client entered, in an installation that has My Home Assistant."""
    hass.config.components.add("my")
    found = Browser(hass, anilist, hass_client_no_auth)
    await found.enter_client()
    return found


async def by_name(hass: HomeAssistant, name: str = VIEWER) -> Dialog:
    """Enter a name."""
    dialog = await (await (await Dialog.add(hass)).choose("anilist")).choose("anilist_user")
    return await dialog.submit(username=name)


async def to_sign_in(hass: HomeAssistant) -> Dialog:
    """Choose to sign in, and the API client."""
    dialog = await (await (await Dialog.add(hass)).choose("anilist")).choose("anilist_sign_in")
    assert dialog.step == "pick_implementation"
    return await dialog.submit()


async def public(hass: HomeAssistant) -> ConfigEntry:
    """Add an account by its name."""
    return await entry_of(hass, await by_name(hass))


async def signed_in(hass: HomeAssistant, browser: Browser) -> ConfigEntry:
    """Add an account that is signed in."""
    return await entry_of(hass, await browser.go(await to_sign_in(hass)))


async def token_of(hass: HomeAssistant, owner: str | None) -> str | None:
    """Return the token in the store, opened."""
    keys = await keys_of(hass, owner)
    return None if keys is None else str(keys["access_token"])


# By name.


@pytest.mark.parametrize(
    "entered",
    [
        "viewer",
        " Viewer ",
        "@viewer",
        "https://anilist.co/user/viewer/",
        "anilist.co/user/viewer/animelist?status=1",
    ],
)
async def test_by_name(hass: HomeAssistant, anilist: AniListSimulator, entered: str) -> None:
    dialog = await by_name(hass, entered)
    entry = await entry_of(hass, dialog)
    number = anilist.user().id
    assert dialog.result["title"] == "AniList (viewer)"
    assert entry.unique_id == f"anilist:{number}"
    assert dict(entry.data) == {"service": "anilist", "username": "viewer", "user_id": number}
    assert await token_of(hass, entry.entry_id) is None
    assert anilist.counts[API] == 2, "one in the dialog, one at set-up"


@pytest.mark.parametrize("entered", ["nobody", " ", "hidden"])
async def test_unknown_name(hass: HomeAssistant, anilist: AniListSimulator, entered: str) -> None:
    """A private profile is shown to nobody, just as one that does not exist."""
    anilist.add_user("hidden", private=True)
    dialog = await by_name(hass, entered)
    assert dialog.errors == {"username": "anilist_user_unknown"}
    assert dialog.shown == {"username": entered}
    await dialog.submit(username="viewer")
    assert dialog.kind is FlowResultType.CREATE_ENTRY


FAULTS = {
    "anilist_unreachable": Fault(Failure.CUT),
    "anilist_refused": Fault(Failure.TRUNCATE),
    "anilist_limited": Fault(Failure.STATUS, status=429, retry_after="600"),
}


@pytest.mark.parametrize("error", FAULTS)
async def test_anilist_does_not_do_its_part(
    hass: HomeAssistant, anilist: AniListSimulator, error: str
) -> None:
    anilist.faults.add(FAULTS[error])
    dialog = await by_name(hass)
    assert dialog.errors == {"base": error}
    anilist.faults.clear()
    if error == "anilist_limited":
        assert dialog.placeholders["minutes"] == "10"
        anilist.forget_requests()
        await dialog.submit()
        assert dialog.errors == {"base": error}
        assert not anilist.exchanges, "nothing is asked before the time that it has named"
    later = dt_util.utcnow() + timedelta(minutes=10 if error == "anilist_limited" else 0)
    with freeze_time(later, tick=True, real_asyncio=True):
        await dialog.submit()
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_what_an_account_was_told_is_told_in_the_dialog(
    hass: HomeAssistant, anilist: AniListSimulator
) -> None:
    """It would reach AniList from the same address, and only make it worse."""
    anilist.add_user("other")
    entry = await public(hass)
    anilist.faults.add(Fault(Failure.STATUS, status=429, retry_after="60"))
    await entry.runtime_data.coordinator.async_refresh()
    anilist.faults.clear()
    anilist.forget_requests()
    dialog = await by_name(hass, "other")
    assert dialog.errors == {"base": "anilist_limited"}
    assert dialog.placeholders["minutes"] == "1"
    assert not anilist.exchanges


async def test_api_that_is_shut(hass: HomeAssistant, anilist: AniListSimulator) -> None:
    anilist.is_closed = True
    dialog = await by_name(hass)
    assert dialog.errors == {"base": "anilist_unreachable"}
    assert "stability" in dialog.placeholders["detail"]


async def test_same_person_again(hass: HomeAssistant) -> None:
    entry = await public(hass)
    dialog = await by_name(hass, "VIEWER")
    assert dialog.reason == "already_configured"
    assert dialog.placeholders["title"] == entry.title


# Signed in.


async def test_sign_in(
    hass: HomeAssistant,
    anilist: AniListSimulator,
    browser: Browser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    anilist.user().private = True
    dialog = await to_sign_in(hass)
    asked = URL(dialog.result["url"])
    assert str(asked.with_query(None)) == f"{anilist.auth_url}/api/v2/oauth/authorize"
    assert {key: value for key, value in asked.query.items() if key != "state"} == {
        "client_id": App().client_id,
        "redirect_uri": "https://my.home-assistant.io/redirect/oauth",
        "response_type": "code",
    }
    entry = await entry_of(hass, await browser.go(dialog))
    number = anilist.user().id
    assert entry.title == "AniList (viewer)"
    assert entry.unique_id == f"anilist:{number}"
    assert dict(entry.data) == {
        "service": "anilist",
        "username": "viewer",
        "user_id": number,
        "auth_implementation": "anilist",
    }
    token = await token_of(hass, entry.entry_id)
    assert token is not None
    assert anilist._tokens.owner(token) is anilist.user()
    assert await token_of(hass, entry.unique_id) is None
    for secret in (token, anilist.app.client_secret):
        assert secret not in caplog.text
        assert secret not in str(dict(entry.data))


async def test_without_an_api_client(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Home Assistant then asks for one by itself."""
    dialog = await (await (await Dialog.add(hass)).choose("anilist")).choose("anilist_sign_in")
    assert dialog.reason == "missing_credentials"
    assert dialog.result["translation_domain"] == "homeassistant"


@pytest.mark.parametrize("fault", ["my", "url", "nothing"])
async def test_tells_where_the_client_is_to_lead(hass: HomeAssistant, fault: str) -> None:
    if fault == "my":
        hass.config.components.add("my")
        expected = App().redirect_uri
    elif fault == "url":
        hass.config.external_url = "https://home.example.com"
        expected = "https://home.example.com/auth/external/callback"
    else:
        hass.config.internal_url = hass.config.external_url = hass.config.api = None
        expected = "https://homeassistant.example.org/auth/external/callback"
    told = await application_credentials.async_get_description_placeholders(hass)
    assert told["redirect_url"] == expected
    assert told["clients_url"] == "https://anilist.co/settings/developer"


async def test_tokens_are_not_renewed(hass: HomeAssistant, browser: Browser) -> None:
    """Whoever asks for it is told that somebody has to sign in."""
    found = await oauth.async_get_implementations(hass, DOMAIN)
    with pytest.raises(OAuth2TokenRequestReauthError):
        await found["anilist"].async_refresh_token({})


async def test_denied(hass: HomeAssistant, browser: Browser) -> None:
    dialog = await browser.go(await to_sign_in(hass), None)
    assert dialog.reason == "user_rejected_authorize"


async def test_code_that_was_used_before(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    dialog = await to_sign_in(hass)
    with patch.object(anilist._tokens, "redeem", return_value=None):
        await browser.go(dialog)
    assert dialog.reason == "anilist_code_rejected"


@pytest.mark.parametrize("error", FAULTS)
@pytest.mark.parametrize("path", ["oauth/token", "^/$"])
async def test_anilist_fails_while_somebody_signs_in(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser, path: str, error: str
) -> None:
    fault = FAULTS[error]
    dialog = await to_sign_in(hass)
    anilist.faults.add(
        Fault(fault.failure, path=path, status=fault.status, retry_after=fault.retry_after)
    )
    await browser.go(dialog)
    assert dialog.reason == error
    assert await token_of(hass, f"anilist:{anilist.user().id}") is None


async def test_token_that_cannot_be_stored(hass: HomeAssistant, browser: Browser) -> None:
    dialog = await to_sign_in(hass)
    with patch.object(Store, "run", side_effect=StoreUnusable("full")):
        await browser.go(dialog)
    assert dialog.reason == "store_unusable"
    assert "full" in dialog.placeholders["detail"]


async def test_database_is_looked_at_before_anybody_signs_in(
    hass: HomeAssistant, browser: Browser
) -> None:
    dialog = await (await Dialog.add(hass)).choose("anilist")
    with patch(
        "custom_components.media_list_sync.flows.base.async_get_shared",
        side_effect=StoreUnusable("full"),
    ):
        await dialog.choose("anilist_sign_in")
    assert dialog.reason == "store_unusable"


async def test_same_person_signs_in_again(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    entry = await signed_in(hass, browser)
    before = await token_of(hass, entry.entry_id)
    dialog = await browser.go(await to_sign_in(hass))
    assert dialog.reason == "already_configured"
    assert await token_of(hass, entry.entry_id) == before
    assert await token_of(hass, entry.unique_id) is None


async def test_two_people(hass: HomeAssistant, anilist: AniListSimulator, browser: Browser) -> None:
    """One API client is enough for both."""
    anilist.add_user("another")
    await signed_in(hass, browser)
    dialog = await browser.go(await to_sign_in(hass), "another")
    assert (await entry_of(hass, dialog)).title == "AniList (another)"


async def test_several_clients(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    anilist._signin._app = App("second-client")
    await browser.enter_client(App("second-client"), "second")
    dialog = await (await (await Dialog.add(hass)).choose("anilist")).choose("anilist_sign_in")
    assert dialog.step == "pick_implementation"
    await dialog.submit(implementation="second")
    entry = await entry_of(hass, await browser.go(dialog))
    assert entry.data["auth_implementation"] == "second"


# Again.


async def reauthenticate(hass: HomeAssistant, entry: ConfigEntry) -> Dialog:
    dialog = await Dialog.account(
        hass, data=entry.data, source=SOURCE_REAUTH, entry_id=entry.entry_id
    )
    assert dialog.step == "anilist_reauth"
    return await dialog.submit()


async def test_reauth(hass: HomeAssistant, anilist: AniListSimulator, browser: Browser) -> None:
    entry = await signed_in(hass, browser)
    before, data = await token_of(hass, entry.entry_id), dict(entry.data)
    anilist.revoke_all()
    dialog = await browser.go(await reauthenticate(hass, entry))
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    after = await token_of(hass, entry.entry_id)
    assert after != before
    assert dict(entry.data) == data
    assert entry.runtime_data.coordinator.last_update_success


async def test_reauth_of_an_account_that_could_not_be_set_up(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    entry = await signed_in(hass, browser)
    anilist.revoke_all()
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    dialog = Dialog.open(hass, flow["flow_id"])
    await dialog.refresh()
    await browser.go(await dialog.submit())
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_reauth_as_somebody_else(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    anilist.add_user("another")
    entry = await signed_in(hass, browser)
    before = await token_of(hass, entry.entry_id)
    dialog = await browser.go(await reauthenticate(hass, entry), "another")
    assert dialog.reason == "anilist_wrong_account"
    assert dialog.placeholders == {"right": "viewer", "wrong": "another"}
    assert await token_of(hass, entry.entry_id) == before
    assert await token_of(hass, f"anilist:{anilist.user('another').id}") is None


# Changing it.


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry) -> Dialog:
    dialog = await Dialog.account(hass, source=SOURCE_RECONFIGURE, entry_id=entry.entry_id)
    assert dialog.step == "anilist_reconfigure"
    return dialog


async def test_public_account_is_signed_in_to(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    entry = await public(hass)
    dialog = await reconfigure(hass, entry)
    assert dialog.result["menu_options"] == ["anilist_sign_in"]
    await dialog.choose("anilist_sign_in")
    await browser.go(await dialog.submit())
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["auth_implementation"] == "anilist"
    assert entry.runtime_data.is_signed_in
    assert await token_of(hass, entry.entry_id)


async def test_signed_in_account_becomes_public(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    entry = await signed_in(hass, browser)
    hass.config_entries.async_update_entry(entry, title="Mine")
    await hass.async_block_till_done()
    anilist.user().name = "renamed"
    dialog = await (await reconfigure(hass, entry)).choose("anilist_sign_out")
    await dialog.submit()
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.title == "Mine"
    assert "auth_implementation" not in entry.data
    assert entry.data["username"] == "renamed"
    assert not entry.runtime_data.is_signed_in
    assert await token_of(hass, entry.entry_id) is None


async def test_private_profile_cannot_be_signed_out_of(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    entry = await signed_in(hass, browser)
    anilist.user().private = True
    dialog = await (await reconfigure(hass, entry)).choose("anilist_sign_out")
    await dialog.submit()
    assert dialog.errors == {"base": "anilist_not_public"}
    assert await token_of(hass, entry.entry_id)
    anilist.user().private = False
    await dialog.submit()
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_credential_in_use_stays(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    """Home Assistant does not let the API client of an account be removed."""
    stored = hass.data[DATA_COMPONENT]
    await stored.async_delete_item("media_list_sync_12345")
    app = anilist.app
    await stored.async_create_item(
        {"domain": DOMAIN, "client_id": app.client_id, "client_secret": app.client_secret}
    )
    entry = await signed_in(hass, browser)
    assert entry.data["auth_implementation"] == "media_list_sync_12345"
    with pytest.raises(HomeAssistantError, match="in use"):
        await stored.async_delete_item("media_list_sync_12345")


async def test_credential_that_is_gone(hass: HomeAssistant, browser: Browser) -> None:
    """Who signs in again is asked which other one to use."""
    entry = await signed_in(hass, browser)
    await hass.data[DATA_COMPONENT].async_delete_item("media_list_sync_12345")
    dialog = await reauthenticate(hass, entry)
    assert dialog.reason == "missing_credentials"


async def test_secret_of_a_client_is_looked_at_only_at_the_end(
    hass: HomeAssistant, anilist: AniListSimulator, browser: Browser
) -> None:
    """A wrong one is told at the exchange, and no account is added."""
    dialog = await to_sign_in(hass)
    anilist._signin._app = App(client_secret="made anew")
    await browser.go(dialog)
    assert dialog.reason == "anilist_client_rejected"
    assert not hass.config_entries.async_entries(DOMAIN)
