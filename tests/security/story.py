"""The run: every account is added, everything fails, every sign-in ends and is mended, all goes."""

from typing import Any

from homeassistant.exceptions import HomeAssistantError
import pytest

from simulators.faults import Failure, Fault
from tests.platforms.conftest import FILMS

from .keys import seerr_key
from .people import PIN, Household, failures
from .traces import Traces


class Story:
    """The run, chapter by chapter."""

    def __init__(self, household: Household, traces: Traces) -> None:
        self.people = household
        self.house = household.house
        self.hass = household.hass
        self.traces = traces

    async def begin(self) -> None:
        """Add everything there is, and let it be synced."""
        people, house = self.people, self.house
        (child,) = [one for one in house.plex.state.people if one is not house.plex.owner]
        self.seerr = await people.add_seerr()
        self.trakt = await people.add_trakt()
        self.plex = await people.add_plex(child)
        self.owner = await people.add_plex_by_hand()
        self.anilist = await people.add_anilist()
        await people.add_list(self.seerr, FILMS)
        await people.add_list(self.seerr, "https://trakt.tv/users/viewer/watchlist")
        for tracker in (self.plex, self.owner, self.trakt):
            await people.add_pairing(self.anilist, tracker)
        await self.sync(approve=True)
        await self.sync(full=True)

    @property
    def accounts(self) -> tuple[Any, ...]:
        return (self.seerr, self.trakt, self.plex, self.owner, self.anilist)

    async def sync(self, **data: Any) -> None:
        self.traces.note("answers", await self.people.act("sync", **data))
        await self.hass.async_block_till_done()
        for account in self.accounts:
            await account.runtime_data.coordinator.async_refresh()
        await self.hass.async_block_till_done()

    async def fail(self) -> None:
        """Let all services fail in each of the ways, and let one of them not answer in time."""
        house = self.house
        services = (house.seerr, house.trakt, house.anilist, house.plex, house.plex.server)
        for fault in failures(house.imdb.url):
            for service in services:
                service.faults.add(
                    Fault(fault.failure, status=fault.status, location=fault.location)
                )
            await self.sync(full=True)
            self.traces.note("answers", await self.people.act("verify"))
            await self.traces.look()
            for service in services:
                assert all(one.seen for one in service.faults), (service.name, fault)
                service.faults.clear()
        wire = self.seerr.runtime_data.client._doorway._wire
        house.seerr.faults.add(Fault(Failure.DELAY, seconds=0.5))
        wire._timeout, before = 0.05, wire._timeout
        await self.sync()
        wire._timeout = before
        house.seerr.faults.clear()
        await self.sync(full=True)

    async def sign_in_again(self) -> None:
        """Let tokens be renewed, and every sign-in end and be mended by its person."""
        people, house = self.people, self.house
        house.trakt.expire_tokens()
        await self.sync()
        house.trakt.revoke_all()
        house.anilist.revoke_all()
        house.seerr.api_key = seerr_key()
        for person in house.plex.state.people:
            person.revoke()
        await self.sync(full=True)
        await self.traces.look()

        dialog = await people.asked_again(self.seerr)
        await dialog.submit(api_key=people.mistyped(seerr_key()))
        await dialog.submit(api_key=house.seerr.api_key)
        assert dialog.reason == "reauth_successful"
        dialog = await people.approve(await (await people.asked_again(self.trakt)).submit())
        assert dialog.reason == "reauth_successful"
        dialog = await (await people.asked_again(self.anilist)).submit()
        await people.browser.go(dialog)
        assert dialog.reason == "reauth_successful"
        dialog = await (await people.asked_again(self.plex)).choose("plex_link")
        await (await people.link(dialog)).submit(pin=PIN)
        assert dialog.reason == "reauth_successful"
        dialog = await (await people.asked_again(self.owner)).choose("plex_address")
        await dialog.submit(token=house.plex.sign_in())
        assert dialog.reason == "reauth_successful"
        await self.hass.async_block_till_done()
        await self.sync(full=True)

    async def change(self) -> None:
        """Move servers, and change what every account is reached with."""
        people, house = self.people, self.house
        await house.plex.server.move()
        await self.sync()
        house.seerr.api_key = seerr_key()
        dialog = await people.change(self.seerr)
        await dialog.submit(url=f"{house.seerr.url}/settings", api_key=house.seerr.api_key)
        assert dialog.reason == "reconfigure_successful"
        dialog = await people.change(self.trakt)
        await dialog.submit(client_secret=house.trakt.app.client_secret)
        await people.approve(dialog)
        assert dialog.reason == "reconfigure_successful"
        dialog = await (await people.change(self.owner)).choose("plex_address")
        await dialog.submit(url=house.plex.server.url)
        assert dialog.reason == "reconfigure_successful"
        await self.hass.async_block_till_done()
        await self.sync()

    async def ask(self) -> None:
        """Ask for all that can be asked for, and for things that there are not."""
        act = self.people.act
        for action in ("verify", "get_log", "get_mappings", "get_review", "export_mappings"):
            self.traces.note("answers", await act(action))
        self.traces.note("answers", await act("get_review", candidates=True))
        self.traces.note("answers", await act("refresh_mappings"))
        self.traces.note("answers", await act("sync", dry_run=True))
        for action, data in (
            ("map_title", {"anilist_id": 101, "trakt_id": 12345678, "sync": False}),
            ("exclude_title", {"config_entry_id": self.seerr.entry_id, "tmdb_id": 99999999}),
        ):
            with pytest.raises(HomeAssistantError) as caught:
                await act(action, **data)
            self.traces.note("answers", str(caught.value))
        self.traces.note("answers", await act("rotate_key"))

    async def end(self) -> None:
        """Remove all accounts."""
        for account in self.accounts:
            await self.hass.config_entries.async_remove(account.entry_id)
        await self.hass.async_block_till_done()
