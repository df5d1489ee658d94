"""Adding a Seerr server, and changing it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from pathlib import Path
import sqlite3
import ssl
from threading import Thread
from unittest.mock import ANY

from aiohttp import web
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    FlowType,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.shared import async_get_shared
from simulators.faults import Failure, Fault
from simulators.seerr import OVERSEERR, SEERR, Flavour, Permission, SeerrSimulator, SeerrUser
from tests.engine.certificate import make_certificate

from .dialog import Dialog, state_of

KEY = "simulated-seerr-key"


async def add(hass: HomeAssistant, url: str, *, key: str = KEY, verify: bool = True) -> Dialog:
    """Go through the flow in one go."""
    dialog = await (await Dialog.add(hass)).choose("seerr")
    return await dialog.submit(url=url, api_key=key, verify_ssl=verify)


async def added(hass: HomeAssistant, seerr: SeerrSimulator) -> ConfigEntry:
    """Add a server, and return its entry once it is set up."""
    dialog = await add(hass, seerr.url)
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    hass.config_entries.subentries.async_abort(dialog.result["next_flow"][1])
    await hass.async_block_till_done()
    entry: ConfigEntry = dialog.result["result"]
    assert state_of(entry) is ConfigEntryState.LOADED
    return entry


async def opened_key(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return the key that an entry holds sealed."""
    shared = await async_get_shared(hass)
    sealed = entry.data["api_key"]
    assert KEY not in str(dict(entry.data))
    return await hass.async_add_executor_job(shared.vault.open, sealed)


@asynccontextmanager
async def serving(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    """Serve something that is no Seerr, and return its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("flavour", [SEERR, OVERSEERR])
async def test_add(hass: HomeAssistant, flavour: Flavour) -> None:
    """On a fresh install, before the integration was ever set up."""
    async with SeerrSimulator(flavour) as seerr:
        assert DOMAIN not in hass.config.components
        dialog = await add(hass, seerr.url)

        assert dialog.kind is FlowResultType.CREATE_ENTRY
        entry = dialog.result["result"]
        assert entry.title == f"{flavour.name} (127.0.0.1)"
        assert entry.unique_id == f"seerr:{seerr.settings.vapid_public}"
        assert dict(entry.data) == {
            "service": "seerr",
            "url": seerr.url,
            "verify_ssl": True,
            "api_key": ANY,
            "server_id": seerr.settings.vapid_public,
        }
        assert await opened_key(hass, entry) == KEY
        await hass.async_block_till_done()
        assert state_of(entry) is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)


async def test_first_list_is_offered(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    dialog = await add(hass, seerr.url)
    kind, flow_id = dialog.result["next_flow"]
    assert kind is FlowType.CONFIG_SUBENTRIES_FLOW
    shown = hass.config_entries.subentries.async_get(flow_id)
    assert shown["handler"] == (dialog.result["result"].entry_id, "list")
    assert shown["step_id"] == "user"


@pytest.mark.parametrize("form", ["{}", "{}/", "{}/login", "{}/api/v1/", "{}/settings/main?x=1"])
async def test_forms_of_an_address(hass: HomeAssistant, seerr: SeerrSimulator, form: str) -> None:
    dialog = await add(hass, f"  {form.format(seerr.url)} ")
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert dialog.result["result"].data["url"] == seerr.url


async def test_without_a_scheme(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    """HTTPS fails, because the server does not speak it; HTTP is tried then."""
    dialog = await add(hass, seerr.url.removeprefix("http://"))
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert dialog.result["result"].data["url"] == seerr.url


@pytest.mark.parametrize("base_path", ["/seerr", "/requests", "/deep/er"])
@pytest.mark.parametrize("page", ["", "/login", "/api/v1"])
async def test_under_a_path(hass: HomeAssistant, base_path: str, page: str) -> None:
    async with SeerrSimulator(base_path=base_path) as seerr:
        dialog = await add(hass, seerr.url + page)
        assert dialog.kind is FlowResultType.CREATE_ENTRY
        entry = dialog.result["result"]
        assert entry.data["url"] == seerr.url
        assert entry.data["url"].endswith(base_path)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_nothing_secret_to_who_is_no_seerr(hass: HomeAssistant) -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(str(request.headers))
        return web.json_response({"hello": "world"})

    async with serving(answer) as url:
        dialog = await add(hass, url)
        assert dialog.errors == {"url": "not_seerr"}
        assert seen
        assert not any(KEY in headers for headers in seen)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", "invalid_url"),
        ("not an address", "invalid_url"),
        ("http://me:secret@127.0.0.1", "url_credentials"),
        ("http://no-such-server", "dns"),
        ("http://127.0.0.1:1", "cannot_connect"),
        ("127.0.0.1:1", "cannot_connect"),
        ("http://127.0.0.1:1/requests/login", "cannot_connect"),
    ],
)
async def test_wrong_address(
    hass: HomeAssistant, seerr: SeerrSimulator, url: str, error: str
) -> None:
    """The error stands at the address, and the flow goes on from there."""
    dialog = await add(hass, url)
    assert dialog.errors == {"url": error}
    assert "secret" not in str(dialog.placeholders)

    await dialog.submit(url=seerr.url)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


FAULTS = {
    "cut": Fault(Failure.CUT),
    "server_error": Fault(Failure.STATUS, status=503),
    "rate_limited": Fault(Failure.STATUS, status=429, retry_after="600"),
    "not_seerr": Fault(Failure.HTML, status=200),
}


@pytest.mark.parametrize("error", FAULTS)
async def test_server_does_not_do_its_part(
    hass: HomeAssistant, seerr: SeerrSimulator, error: str
) -> None:
    fault = FAULTS[error]
    seerr.faults.add(fault)
    dialog = await add(hass, seerr.url)
    assert dialog.errors == {"url": error}
    if error == "not_seerr":
        assert "Just a moment" in dialog.placeholders["found"]

    seerr.faults.clear()
    await dialog.submit()
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_timeout(
    hass: HomeAssistant, seerr: SeerrSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"custom_components.{DOMAIN}.flows.seerr_server._SECONDS", 0.1)
    seerr.faults.add(Fault(Failure.DELAY, seconds=0.5))
    dialog = await add(hass, seerr.url)
    assert dialog.errors == {"url": "timeout"}


async def test_truncated_answer(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    seerr.faults.add(Fault(Failure.TRUNCATE, path="settings/public"))
    dialog = await add(hass, seerr.url)
    assert dialog.errors == {"url": "not_seerr"}


async def test_other_service_answers(hass: HomeAssistant) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"message": "I am something else"}, status=404)

    async with serving(answer) as url:
        dialog = await add(hass, url)
    assert dialog.errors == {"url": "not_seerr"}
    assert dialog.placeholders["found"] == "I am something else"


@asynccontextmanager
async def encrypted(seerr: SeerrSimulator, folder: Path) -> AsyncIterator[str]:
    """Serve with a certificate that nobody vouches for, and return the address.

    In a thread of its own: a handshake that is refused counts as an error of the loop.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(make_certificate(folder))
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    async def run[T](work: Coroutine[None, None, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    try:
        yield await run(seerr.start(ssl_context=context))
    finally:
        await run(seerr.stop())
        await run(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def test_certificate(hass: HomeAssistant, tmp_path: Path) -> None:
    """Of a server with a certificate of its own, the person is told what to do, and does it."""
    async with encrypted(SeerrSimulator(), tmp_path) as url:
        dialog = await add(hass, url)
        assert dialog.errors == {"verify_ssl": "certificate"}
        assert dialog.placeholders["detail"]

        await dialog.submit(verify_ssl=False)
        assert dialog.kind is FlowResultType.CREATE_ENTRY
        entry = dialog.result["result"]
        assert entry.data["url"] == url
        assert entry.data["verify_ssl"] is False
        await hass.async_block_till_done()
        assert state_of(entry) is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)


async def test_certificate_without_a_scheme(hass: HomeAssistant, tmp_path: Path) -> None:
    """That plain HTTP does not work there either is not what is wrong."""
    async with encrypted(SeerrSimulator(), tmp_path) as url:
        dialog = await add(hass, url.removeprefix("https://"))
        assert dialog.errors == {"verify_ssl": "certificate"}


async def test_https_to_who_speaks_http(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    dialog = await add(hass, seerr.url.replace("http:", "https:"))
    assert dialog.errors == {"url": "no_tls"}


@pytest.mark.parametrize("key", ["wrong", " ", "wrong\nkey", "schlüssel"])
async def test_wrong_key(hass: HomeAssistant, seerr: SeerrSimulator, key: str) -> None:
    dialog = await add(hass, seerr.url, key=key)
    assert dialog.errors == {"api_key": "invalid_key"}
    assert dialog.shown["url"] == seerr.url
    assert dialog.fields["api_key"]["required"]

    await dialog.submit(api_key=f" {KEY} ")
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert await opened_key(hass, dialog.result["result"]) == KEY


async def test_key_of_who_is_no_admin(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    seerr.add_user(SeerrUser(1, "admin", Permission.REQUEST | Permission.MANAGE_USERS))
    dialog = await add(hass, seerr.url)
    assert dialog.errors == {"api_key": "not_admin"}


async def test_key_is_not_allowed(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    seerr.faults.add(Fault(Failure.STATUS, status=403, path="auth/me"))
    dialog = await add(hass, seerr.url)
    assert dialog.errors == {"api_key": "not_admin"}


async def test_server_goes_away_at_the_last_moment(
    hass: HomeAssistant, seerr: SeerrSimulator
) -> None:
    seerr.faults.add(Fault(Failure.CUT, path="auth/me"))
    dialog = await add(hass, seerr.url)
    assert dialog.errors == {"url": "cut"}
    assert dialog.step == "seerr_again"
    assert not dialog.fields["api_key"]["required"]
    await dialog.submit(api_key="wrong")
    assert dialog.errors == {"url": "cut"}
    seerr.faults.clear()
    await dialog.submit()
    assert dialog.errors == {"api_key": "invalid_key"}
    assert dialog.step == "seerr"
    await dialog.submit(api_key=KEY)
    assert dialog.kind is FlowResultType.CREATE_ENTRY


async def test_wrong_key_and_the_server_goes_away(
    hass: HomeAssistant, seerr: SeerrSimulator
) -> None:
    """That it cannot be asked whether it was set up does not hide that the key is wrong."""
    seerr.faults.add(Fault(Failure.CUT, path="settings/public", after=1))
    dialog = await add(hass, seerr.url, key="wrong")
    assert dialog.errors == {"api_key": "invalid_key"}


async def test_not_set_up_yet(hass: HomeAssistant) -> None:
    """A server at its first start: it has an id, but nobody to whom a key could belong."""

    async def answer(request: web.Request) -> web.Response:
        match request.path:
            case "/api/v1/status":
                return web.json_response({"version": "3.1.0"})
            case "/api/v1/settings/public":
                shown = {"initialized": False, "applicationTitle": "Seerr", "vapidPublic": "B0"}
                return web.json_response(shown)
        refused = {"status": 403, "error": "You do not have permission to access this endpoint"}
        return web.json_response(refused, status=403)

    async with serving(answer) as url:
        dialog = await add(hass, url)
    assert dialog.errors == {"url": "not_initialized"}


async def test_key_is_not_shown_again(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    """After an error it need not be typed again, and the form does not have it."""
    dialog = await add(hass, "http://127.0.0.1:1", verify=False)
    assert dialog.errors == {"url": "cannot_connect"}
    assert dialog.shown == {"url": "http://127.0.0.1:1", "verify_ssl": False}
    assert KEY not in str(dialog.result)

    await dialog.submit(url=seerr.url)
    assert dialog.kind is FlowResultType.CREATE_ENTRY
    assert await opened_key(hass, dialog.result["result"]) == KEY
    assert KEY not in str(dialog.result)


async def test_key_is_nowhere(
    hass: HomeAssistant, seerr: SeerrSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await add(hass, "http://127.0.0.1:1")
    await added(hass, seerr)
    assert KEY not in caplog.text


async def test_same_server_again(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    entry = await added(hass, seerr)
    data = dict(entry.data)
    dialog = await add(hass, seerr.url)
    assert dialog.reason == "already_configured"
    assert dict(entry.data) == data


async def test_same_server_at_another_address(hass: HomeAssistant) -> None:
    """It is known by its id: the entry, with its lists, moves on to the new address."""
    async with SeerrSimulator(vapid_public="BSame") as old:
        entry = await added(hass, old)
        sealed = entry.data["api_key"]
    async with SeerrSimulator(vapid_public="BSame", base_path="/new") as new:
        dialog = await add(hass, new.url)
        assert dialog.reason == "server_updated"
        await hass.async_block_till_done()
        assert entry.data["url"] == new.url
        assert entry.data["api_key"] == sealed
        assert state_of(entry) is ConfigEntryState.LOADED
        assert len(hass.config_entries.async_entries(DOMAIN)) == 1
        await hass.config_entries.async_unload(entry.entry_id)


async def test_same_server_after_a_failed_start(hass: HomeAssistant) -> None:
    """An entry that could not be set up has nobody who listens: it is reloaded all the same."""
    async with SeerrSimulator(vapid_public="BSame") as old:
        entry = await added(hass, old)
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    async with SeerrSimulator(vapid_public="BSame", api_key="another") as new:
        dialog = await add(hass, new.url, key="another")
        assert dialog.reason == "server_updated"
        await hass.async_block_till_done()
        assert state_of(entry) is ConfigEntryState.LOADED
        assert await opened_key(hass, entry) == "another"
        await hass.config_entries.async_unload(entry.entry_id)


async def test_same_server_with_a_new_key(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    """An entry that waits for a new key is given it, and used at once."""
    entry = await added(hass, seerr)
    seerr.settings.api_key = "new-key"
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    dialog = await add(hass, seerr.url, key="new-key")
    assert dialog.reason == "server_updated"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_two_servers(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    await added(hass, seerr)
    async with SeerrSimulator() as other:
        entry = await added(hass, other)
        assert len(hass.config_entries.async_entries(DOMAIN)) == 2
        await hass.config_entries.async_unload(entry.entry_id)


async def test_two_dialogs_for_one_server(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    one = await (await Dialog.add(hass)).choose("seerr")
    other = await (await Dialog.add(hass)).choose("seerr")
    await one.submit(url=seerr.url, api_key=KEY)
    assert one.kind is FlowResultType.CREATE_ENTRY
    await other.submit(url=seerr.url, api_key=KEY)
    assert other.reason == "already_configured"


async def reauth(hass: HomeAssistant, entry: ConfigEntry) -> Dialog:
    """Return the dialog that Home Assistant asks the person into."""
    await hass.async_block_till_done()
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    (flow,) = (flow for flow in flows if flow["context"]["source"] == SOURCE_REAUTH)
    assert flow["context"]["entry_id"] == entry.entry_id
    return await Dialog.open(hass, flow["flow_id"]).refresh()


async def test_reauth(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    """The key was made anew: at the next start, Home Assistant asks for it."""
    entry = await added(hass, seerr)
    seerr.settings.api_key = "new-key"
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR

    dialog = await reauth(hass, entry)
    assert dialog.step == "seerr_reauth"
    assert dialog.placeholders["url"] == seerr.url
    assert dialog.shown == {}
    await dialog.submit(api_key="still wrong")
    assert dialog.errors == {"api_key": "invalid_key"}
    await dialog.submit(api_key="new-key")
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert await opened_key(hass, entry) == "new-key"
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_reauth_with_the_old_key(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    """The key was right all along: the entry is tried again although nothing in it changed."""
    entry = await added(hass, seerr)
    fault = seerr.faults.add(Fault(Failure.STATUS, status=401, path="request/count"))
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    data = dict(entry.data)
    fault.times = 0

    dialog = await reauth(hass, entry)
    await dialog.submit(api_key=KEY)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert dict(entry.data) == data
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_reauth_while_the_server_is_down(hass: HomeAssistant) -> None:
    """What is wrong with the address stands above the form, which has no field for it."""
    async with SeerrSimulator() as seerr:
        entry = await added(hass, seerr)
    entry.async_start_reauth(hass)
    dialog = await reauth(hass, entry)
    await dialog.submit(api_key=KEY)
    assert dialog.errors == {"base": "cannot_connect"}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_reauth_at_another_server(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    entry = await added(hass, seerr)
    entry.async_start_reauth(hass)
    dialog = await reauth(hass, entry)
    seerr.settings.vapid_public = "BAnother"
    await dialog.submit(api_key=KEY)
    assert dialog.errors == {"base": "wrong_server"}
    assert dialog.placeholders["title"] == entry.title


async def test_reauth_after_the_key_file_was_lost(
    hass: HomeAssistant, seerr: SeerrSimulator, hass_config_dir: str
) -> None:
    """After a restart without its key file: what was sealed is asked for anew."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Seerr",
        unique_id=f"seerr:{seerr.settings.vapid_public}",
        data={
            "service": "seerr",
            "url": seerr.url,
            "verify_ssl": True,
            "api_key": "gAAAAABsealed-with-another-key",
            "server_id": seerr.settings.vapid_public,
        },
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    dialog = await reauth(hass, entry)
    await dialog.submit(api_key=KEY)
    assert dialog.reason == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert await opened_key(hass, entry) == KEY


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry) -> Dialog:
    return await Dialog.account(hass, source=SOURCE_RECONFIGURE, entry_id=entry.entry_id)


async def test_reconfigure_moves_the_server(hass: HomeAssistant) -> None:
    """Another address, the same key, which need not be typed again."""
    async with SeerrSimulator(vapid_public="BSame") as old:
        entry = await added(hass, old)
        dialog = await reconfigure(hass, entry)
        assert dialog.step == "seerr_reconfigure"
        assert dialog.shown == {"url": old.url, "verify_ssl": True}
        assert not dialog.fields["api_key"]["required"]
    async with SeerrSimulator(vapid_public="BSame", base_path="/moved") as new:
        sealed = entry.data["api_key"]
        await dialog.submit()
        assert dialog.errors == {"url": "cannot_connect"}
        await dialog.submit(url=new.url)
        assert dialog.reason == "reconfigure_successful"
        await hass.async_block_till_done()
        assert entry.data["url"] == new.url
        assert entry.data["api_key"] == sealed
        assert state_of(entry) is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)


async def test_reconfigure_changes_the_key(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    entry = await added(hass, seerr)
    seerr.settings.api_key = "new-key"
    dialog = await reconfigure(hass, entry)
    await dialog.submit()
    assert dialog.errors == {"api_key": "invalid_key"}
    await dialog.submit(api_key="new-key")
    assert dialog.reason == "reconfigure_successful"
    await hass.async_block_till_done()
    assert await opened_key(hass, entry) == "new-key"


async def test_reconfigure_keeps_the_title(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    """A name that a person gave stays; one that tells of the address follows it."""
    entry = await added(hass, seerr)
    named = seerr.url.replace("127.0.0.1", "homeserver")
    await (await reconfigure(hass, entry)).submit(url=named)
    assert entry.title == "Seerr (homeserver)"
    hass.config_entries.async_update_entry(entry, title="My server")
    await hass.async_block_till_done()
    await (await reconfigure(hass, entry)).submit(url=seerr.url)
    assert entry.title == "My server"


async def test_reconfigure_to_another_server(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    entry = await added(hass, seerr)
    async with SeerrSimulator() as other:
        dialog = await reconfigure(hass, entry)
        await dialog.submit(url=other.url)
        assert dialog.errors == {"url": "wrong_server"}
        assert entry.data["url"] == seerr.url


async def test_key_is_not_sent_to_another_server(
    hass: HomeAssistant, seerr: SeerrSimulator
) -> None:
    """The saved key is of one server only: to another, which is named as such, it does not go."""
    entry = await added(hass, seerr)
    async with SeerrSimulator(api_key="of-the-other") as other:
        dialog = await reconfigure(hass, entry)
        await dialog.submit(url=other.url)
        assert dialog.errors == {"url": "wrong_server"}
        assert not other.counts.get("GET /api/v1/auth/me")


async def test_reconfigure_without_the_key_file(hass: HomeAssistant, seerr: SeerrSimulator) -> None:
    entry = await added(hass, seerr)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "api_key": "gAAAAABlost"})
    await hass.async_block_till_done()
    dialog = await reconfigure(hass, entry)
    await dialog.submit()
    assert dialog.errors == {"api_key": "key_lost"}
    await dialog.submit(api_key=KEY)
    assert dialog.reason == "reconfigure_successful"


@pytest.mark.parametrize(
    ("content", "reason"), [(b"not a key\n", "key_file_invalid"), (b"", "key_file_invalid")]
)
async def test_key_file_cannot_be_used(
    hass: HomeAssistant, seerr: SeerrSimulator, hass_config_dir: str, content: bytes, reason: str
) -> None:
    """The flow ends, and says which file is in the way."""
    path = Path(hass_config_dir) / f".storage/{DOMAIN}.key"
    path.write_bytes(content)
    dialog = await add(hass, seerr.url)
    assert dialog.reason == reason
    assert dialog.placeholders["path"] == str(path.resolve())


async def test_database_of_a_newer_version(
    hass: HomeAssistant, seerr: SeerrSimulator, hass_config_dir: str
) -> None:
    """The flow ends, and nothing is touched."""
    path = Path(hass_config_dir) / f".storage/{DOMAIN}.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE future (id INTEGER)")
        database.execute("PRAGMA user_version = 9999")
    dialog = await add(hass, seerr.url)
    assert dialog.reason == "store_too_new"


async def test_database_cannot_be_opened(
    hass: HomeAssistant, seerr: SeerrSimulator, hass_config_dir: str
) -> None:
    (Path(hass_config_dir) / f".storage/{DOMAIN}.db").mkdir()
    dialog = await add(hass, seerr.url)
    assert dialog.reason == "store_unusable"
    assert dialog.placeholders["detail"]
