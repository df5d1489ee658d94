"""Asking a Plex server, now and then, whether it is there."""

from __future__ import annotations

from datetime import timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .coordinator import CheckingCoordinator
from .engine.clients.plex import PlexReach, PlexState


class PlexCoordinator(CheckingCoordinator[PlexState]):
    """Asks a Plex server every five minutes, and plex.tv only where the server does not answer."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, reach: PlexReach) -> None:
        super().__init__(hass, entry, timedelta(minutes=5))
        self._reach = reach

    @override
    async def check(self) -> PlexState:
        """Return what a look at the server shows. It is looked for where it does not answer."""
        return await self._reach.check()
