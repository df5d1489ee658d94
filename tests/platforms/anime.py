"""The world of anime in Home Assistant: an AniList account, paired, with tables to be fetched."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.model import JobStatus, Report
from custom_components.media_list_sync.engine.store import pairings
from custom_components.media_list_sync.shared import async_configure, async_get_endpoints
from simulators.anime.filling import fill_anilist, fill_plex, fill_trakt
from simulators.tables import TablesSimulator

from .conftest import PAIRING_ID, PLEX_ID, TRAKT_ID, House, pairing


@dataclass
class AnimeHouse:
    """A house with a pairing, its tables, and the actions about mappings."""

    house: House
    tables: TablesSimulator
    entry: MockConfigEntry | None = None

    async def pair(self, on: str = PLEX_ID, *, approved: bool = True) -> Report | None:
        """Set the accounts up with a pairing between them, and wait for its first whole sync."""
        house = self.house
        if approved:
            store = (await house.shared()).store
            await store.run(pairings.approve, PAIRING_ID, dt_util.utcnow())
        other = await (house.plex_entry() if on == PLEX_ID else house.trakt_entry())
        libraries = [library.uuid for library in house.plex.state.libraries.values()]
        data = pairing(on, *(libraries if on == PLEX_ID else ()))
        self.entry = await house.anilist_entry(data)
        await house.set_up(other, self.entry, synced=False)
        done = JobStatus.COMPLETED if approved else JobStatus.APPROVAL
        return await house.report(PAIRING_ID, self.entry, lambda report: report.status is done)

    async def call(self, action: str, **data: Any) -> Any:
        """Call an action, and return what it answers."""
        answer = await self.house.hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )
        await self.house.hass.async_block_till_done()
        return answer

    async def refusal(self, action: str, **data: Any) -> tuple[str | None, str]:
        """Call an action that fails; return the key of the message, and the message itself."""
        with pytest.raises(HomeAssistantError) as caught:
            await self.call(action, **data)
        return caught.value.translation_key, str(caught.value)

    def watched(self, library: str, title: str) -> set[tuple[int, int]]:
        """Return what the owner has watched of a title on Plex."""
        server = self.house.plex.server
        (item,) = (
            item
            for one in self.house.plex.state.libraries.values()
            if one.title == library
            for item in one.items.values()
            if item.title == title
        )
        return set(server.watched(self.house.plex.owner, item))

    def key_of(self, library: str, title: str) -> str:
        """Return what Plex calls a title."""
        return next(
            str(key)
            for one in self.house.plex.state.libraries.values()
            if one.title == library
            for key, item in one.items.items()
            if item.title == title
        )


@asynccontextmanager
async def anime_house(house: House) -> AsyncIterator[AnimeHouse]:
    """Fill the services, and serve the tables."""
    fill_anilist(house.anilist)
    fill_plex(house.plex)
    fill_trakt(house.trakt)
    async with TablesSimulator() as tables:
        addresses = asdict(async_get_endpoints(house.hass)) | tables.addresses
        await async_configure(house.hass, {DOMAIN: {"endpoints": addresses}})
        found = AnimeHouse(house, tables)
        yield found
        for account in (found.entry, house.hass.config_entries.async_get_entry(PLEX_ID)):
            if account is not None and account.state.recoverable:
                await house.hass.config_entries.async_unload(account.entry_id)
        await house.hass.async_block_till_done()


__all__ = ["TRAKT_ID", "AnimeHouse", "anime_house"]
