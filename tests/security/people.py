"""What a person does who adds every kind of account, with all the mistakes that can be made."""

from dataclasses import dataclass, field
import secrets
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.media_list_sync.const import DOMAIN
from simulators.faults import Failure, Fault
from simulators.plex import Person
from tests.flows.dialog import Dialog
from tests.flows.test_anilist import Browser
from tests.platforms.conftest import House

from .keys import seerr_key

PIN = "73519402846"
"""Longer than Plex's four digits, which stand somewhere in any file of numbers."""


@dataclass
class Household:
    """A person at the dialogs of Home Assistant, among services."""

    house: House
    browser: Browser
    typed: set[str] = field(default_factory=set)
    """Secrets that were entered and that no service ever gave out."""

    @property
    def hass(self) -> HomeAssistant:
        return self.house.hass

    def mistyped(self, secret: str) -> str:
        """Return a secret that nobody gave out."""
        self.typed.add(secret)
        return secret

    @property
    def secrets(self) -> set[str]:
        """Return all that must not be seen anywhere."""
        house = self.house
        services = (house.seerr, house.trakt, house.anilist, house.plex, house.imdb)
        return self.typed.union(*(service.secrets for service in services))

    # Adding.

    async def add_seerr(self) -> ConfigEntry:
        """Add the server, at last: first it fails in every way, then the key is wrong."""
        seerr, dialog = self.house.seerr, await (await Dialog.add(self.hass)).choose("seerr")
        for fault in failures(self.house.imdb.url):
            seerr.faults.add(fault)
            await dialog.submit(url=seerr.url, api_key=seerr.api_key)
            assert dialog.errors, fault
            seerr.faults.clear()
        await dialog.submit(url=seerr.url, api_key=self.mistyped(seerr_key()))
        assert dialog.errors == {"api_key": "invalid_key"}
        await dialog.submit(api_key=seerr.api_key)
        self.hass.config_entries.subentries.async_abort(dialog.result["next_flow"][1])
        return await self._entry(dialog)

    async def add_trakt(self) -> ConfigEntry:
        """Sign in to Trakt: with a wrong secret, too late, after a refusal, and at last."""
        trakt, dialog = self.house.trakt, await (await Dialog.add(self.hass)).choose("trakt")
        wrong = self.mistyped(secrets.token_hex(32))
        await dialog.submit(client_id=trakt.app.client_id, client_secret=wrong)
        await dialog.wait()
        assert dialog.errors == {"client_secret": "invalid_secret"}
        await dialog.submit(client_secret=trakt.app.client_secret)
        trakt.expire_codes()
        await (await dialog.wait()).choose("trakt_new_code")
        trakt.deny(dialog.placeholders["code"])
        await (await dialog.wait()).choose("trakt_new_code")
        return await self._entry(await self.approve(dialog))

    async def approve(self, dialog: Dialog) -> Dialog:
        """Let the device in whose code is shown."""
        self.house.trakt.approve(dialog.placeholders["code"])
        return await dialog.wait()

    async def add_anilist(self) -> ConfigEntry:
        """Sign in to AniList, after a refusal."""
        await self._to_anilist_and_back(None)
        dialog = await self._to_anilist_and_back("viewer")
        self.hass.config_entries.subentries.async_abort(dialog.result["next_flow"][1])
        return await self._entry(dialog)

    async def _to_anilist_and_back(self, user: str | None) -> Dialog:
        dialog = await (await Dialog.add(self.hass)).choose("anilist")
        await (await dialog.choose("anilist_sign_in")).submit()
        return await self.browser.go(dialog, user)

    async def add_plex(self, person: Person) -> ConfigEntry:
        """Link Plex, and be a person behind a PIN."""
        dialog = await (await (await Dialog.add(self.hass)).choose("plex")).choose("plex_link")
        self.house.plex.expire_codes()
        await (await dialog.wait()).choose("plex_link")
        await self.link(dialog)
        await dialog.submit(person=person.uuid)
        await dialog.submit(pin=self.mistyped("81620394755"))
        assert dialog.errors == {"pin": "plex_wrong_pin"}
        return await self._entry(await dialog.submit(pin=person.pin))

    async def link(self, dialog: Dialog) -> Dialog:
        """Enter the code that is shown, as the owner."""
        self.house.plex.link(dialog.placeholders["code"])
        return await dialog.wait()

    async def add_plex_by_hand(self) -> ConfigEntry:
        """Enter the address and a token of the owner, after a wrong one."""
        plex = self.house.plex
        dialog = await (await (await Dialog.add(self.hass)).choose("plex")).choose("plex_manual")
        await dialog.submit(url=plex.server.url, token=self.mistyped(secrets.token_urlsafe(15)))
        assert dialog.errors == {"token": "plex_token_rejected"}
        return await self._entry(await dialog.submit(token=plex.sign_in()))

    async def _entry(self, dialog: Dialog) -> ConfigEntry:
        assert dialog.kind is FlowResultType.CREATE_ENTRY, dialog.result
        await self.hass.async_block_till_done()
        entry: ConfigEntry = dialog.result["result"]
        return entry

    async def add_list(self, entry: ConfigEntry, address: str) -> None:
        dialog = await (await Dialog.list(self.hass, entry.entry_id)).choose("address")
        await dialog.submit(address=address)
        await dialog.wait()
        await dialog.submit()
        assert dialog.kind is FlowResultType.CREATE_ENTRY, dialog.result
        await self.hass.async_block_till_done()

    async def add_pairing(self, entry: ConfigEntry, tracker: ConfigEntry) -> None:
        dialog = await Dialog.subentry(self.hass, entry.entry_id, "pairing")
        await dialog.submit(tracker=tracker.entry_id)
        await dialog.submit(what={"scores": True, "watchlist": True})
        assert dialog.kind is FlowResultType.CREATE_ENTRY, dialog.result
        await self.hass.async_block_till_done()

    # Again.

    async def asked_again(self, entry: ConfigEntry) -> Dialog:
        """Return the dialog that Home Assistant asks into, because a sign-in does not hold."""
        await self.hass.async_block_till_done()
        flows = self.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_REAUTH, "entry_id": entry.entry_id}
        )
        (flow,) = flows
        return await Dialog.open(self.hass, flow["flow_id"]).refresh()

    async def change(self, entry: ConfigEntry) -> Dialog:
        """Return the dialog in which an account is changed."""
        return await Dialog.account(self.hass, source=SOURCE_RECONFIGURE, entry_id=entry.entry_id)

    async def act(self, action: str, **data: Any) -> Any:
        """Call an action, and return its answer."""
        return await self.hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )


def failures(elsewhere: str) -> list[Fault]:
    """Return the ways in which a service fails, once each; `elsewhere` is a host of others."""
    return [
        Fault(Failure.STATUS, status=401),
        Fault(Failure.STATUS, status=403),
        Fault(Failure.STATUS, status=500),
        Fault(Failure.HTML, status=500),
        Fault(Failure.ECHO, status=500),
        Fault(Failure.ECHO, status=401),
        Fault(Failure.ECHO, status=200),
        Fault(Failure.CUT),
        Fault(Failure.TRUNCATE),
        Fault(Failure.MOVED, status=302, location=f"{elsewhere}/away?a=b"),
    ]
