"""Saving a Plex account, however its server and its tokens were found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.data_entry_flow import AbortFlow

from ..const import CONF_SERVER_ID, CONF_SERVER_NAME, CONF_SERVICE, CONF_USER_ID, SERVICE_PLEX
from ..engine.clients.plex import PlexKeys
from .account_steps import AccountSteps, async_hand_over
from .plex_server import FoundPlex
from .problem import end


class PlexSaving(AccountSteps):
    """Saves a server, as one of its people."""

    def _known_person(self) -> str | None:
        """Return whom the account that is changed belongs to."""
        return self._entry.data.get(CONF_USER_ID) if self._entry else None

    def _wrong_account(self, name: str) -> AbortFlow:
        assert self._entry is not None
        return end("plex_wrong_account", right=self._entry.data[CONF_USERNAME], wrong=name)

    async def _save_plex(
        self, server: FoundPlex, keys: PlexKeys, *, user_id: str | None, username: str | None
    ) -> ConfigFlowResult:
        await self._once()
        entry = self._entry
        unique_id = ":".join(filter(None, (SERVICE_PLEX, server.id, user_id)))
        self._abort_if_taken(unique_id)
        await async_hand_over(self.hass, unique_id, keys.as_data())
        data: dict[str, Any] = {
            CONF_SERVICE: SERVICE_PLEX,
            CONF_SERVER_ID: server.id,
            CONF_SERVER_NAME: server.name,
            CONF_URL: server.url,
            CONF_VERIFY_SSL: server.verify_ssl,
        }
        if user_id is not None:
            data |= {CONF_USERNAME: username, CONF_USER_ID: user_id}
        title = _title_of(data)
        if entry is not None:
            if entry.title != _title_of(entry.data):
                title = entry.title  # which a person gave it
            return self._finish(entry, data, title=title, unique_id=unique_id)
        await self.async_set_unique_id(unique_id)
        return self.async_create_entry(title=title, data=data)


def _title_of(data: Mapping[str, Any]) -> str:
    """Return what an account is called unless a person names it."""
    names = [data[CONF_SERVER_NAME], data.get(CONF_USERNAME)]
    return f"Plex ({', '.join(name for name in names if name)})"
