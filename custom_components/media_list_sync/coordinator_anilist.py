"""Asking AniList, now and then, whether an account is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .coordinator import CheckingCoordinator
from .engine.clients.anilist import AniListClient, AniListUser
from .engine.http import CredentialsRejected

HOUR = timedelta(hours=1)


class AniListCoordinator(CheckingCoordinator[AniListUser]):
    """Asks AniList once an hour who the person is, and how much is on their list.

    `valid_until` is when the sign-in ends; None for a public list, and where a token does not say.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: AniListClient,
        *,
        public_user: int | None,
        valid_until: datetime | None,
    ) -> None:
        super().__init__(hass, entry, HOUR)
        self._client = client
        self._public_user = public_user
        self.valid_until = valid_until

    @override
    async def check(self) -> AniListUser:
        """Return the person. A sign-in that has ended by our own clock is not tried."""
        if self._public_user is not None:
            return await self._client.user(self._public_user)
        if self.valid_until is not None and dt_util.utcnow() >= self.valid_until:
            raise CredentialsRejected("anilist", self.config_entry.entry_id)
        return await self._client.viewer()
