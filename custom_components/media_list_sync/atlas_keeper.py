"""Keeping the tables of which anime is which season: fetched when due, in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .engine.http import Doorway
from .engine.identity.importing import ORIGINS
from .engine.identity.refreshing import MAX_BYTES, TIMEOUT, Atlas, Refreshing
from .engine.store.problems import StoreUnusable
from .issues_mappings import async_tell_of_tables, forget_tables
from .shared import Shared

_LOGGER = logging.getLogger(__name__)

SOONEST = timedelta(minutes=1)
"""Nobody is asked sooner than this after the last time."""
AGAIN = timedelta(hours=1)
"""When the database is tried again that was in the way."""


@dataclass(slots=True)
class AtlasKeeper:
    """Has the tables fetched for as long as any AniList account is loaded.

    Each table is due a week after it was last had, which spreads what many households ask.
    """

    hass: HomeAssistant
    refreshing: Refreshing
    shared: Shared
    _users: dict[str, Callable[[], None]] = field(default_factory=dict)
    _cancel: CALLBACK_TYPE | None = None

    @callback
    def start(self, entry_id: str, on_usable: Callable[[], None]) -> CALLBACK_TYPE:
        """Keep the tables for an account, until the returned function is called.

        `on_usable` is called after each refresh that leaves tables to work with.
        """
        self._users[entry_id] = on_usable
        cancel_start = async_at_started(self.hass, self._begin)

        @callback
        def stop() -> None:
            cancel_start()
            self._users.pop(entry_id, None)
            if not self._users:
                self._stop()

        return stop

    async def refresh(self, *, force: bool = False) -> Atlas:
        """Have the tables fetched that are due, or all. StoreUnusable."""
        found = await self.refreshing.refresh(force=force)
        if self._users:
            self._plan(found)
            await async_tell_of_tables(self.hass, found, self._users)
        if found.is_usable:
            for on_usable in tuple(self._users.values()):
                on_usable()
        return found

    @callback
    def _begin(self, hass: HomeAssistant) -> None:
        if self._cancel is None:
            hass.async_create_background_task(self._keep(), f"{DOMAIN} mappings")

    async def _keep(self) -> None:
        try:
            await self.refresh()
        except StoreUnusable as error:
            _LOGGER.warning("The mappings could not be put on record: %s", error)
            if self._users:
                self._plan(None)

    @callback
    def _stop(self) -> None:
        """Ask for nothing any more. What is being fetched is brought to its end."""
        forget_tables(self.hass)
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _plan(self, found: Atlas | None) -> None:
        """Come back when the next table is due."""
        if self._cancel is not None:
            self._cancel()
        now = dt_util.utcnow()
        when = now + AGAIN if found is None else max(found.due_at or now, now + SOONEST)

        @callback
        def fired(_now: datetime) -> None:
            self._cancel = None
            self.hass.async_create_background_task(self._keep(), f"{DOMAIN} mappings")

        self._cancel = async_track_point_in_utc_time(
            self.hass, HassJob(fired, cancel_on_shutdown=True), when
        )


_KEEPER: HassKey[AtlasKeeper] = HassKey(f"{DOMAIN}_atlas")


@callback
def atlas_keeper(hass: HomeAssistant, shared: Shared) -> AtlasKeeper:
    """Return Home Assistant's one keeper of the tables."""
    keeper = hass.data.get(_KEEPER)
    if keeper is None or keeper.shared is not shared:
        session = async_get_clientsession(hass)
        doorways = {
            origin: Doorway(session, service="tables", max_bytes=MAX_BYTES, timeout=TIMEOUT)
            for origin in ORIGINS
        }
        refreshing = Refreshing(shared.store, doorways, shared.endpoints, now=dt_util.utcnow)
        keeper = hass.data[_KEEPER] = AtlasKeeper(hass, refreshing, shared)
    return keeper
