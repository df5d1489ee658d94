"""What the steps of all accounts share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN, SECRET_TOKEN
from ..engine.store import secrets
from .base import async_shared, store_kept
from .problem import end


async def async_hand_over(hass: HomeAssistant, unique_id: str, tokens: Mapping[str, Any]) -> None:
    """Leave tokens for the next set-up of an entry: see `async_adopt_token`."""
    shared = await async_shared(hass)
    sealed = await hass.async_add_executor_job(shared.vault.seal, tokens)
    with store_kept():
        await shared.store.run(secrets.put, unique_id, SECRET_TOKEN, sealed)


class AccountSteps(ConfigFlow):
    """A config flow that changes entries which an update listener reloads."""

    def __init__(self) -> None:
        super().__init__()
        self._is_saving = False
        self._is_gone = asyncio.Event()

    @callback
    @override
    def async_remove(self) -> None:
        """Note that the dialog was closed, or has come to its end."""
        self._is_gone.set()

    async def _once(self) -> None:
        """Let the first through that comes here to save, and hold others until the flow is over.

        Home Assistant goes on by itself when a progress ends, and a dialog that looks at the flow
        in that moment does too.
        """
        if self._is_saving:
            await self._is_gone.wait()
            raise end("nothing_changed")
        self._is_saving = True

    @property
    def _entry(self) -> ConfigEntry | None:
        """The account that is signed in to again, or changed."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None

    def _abort_if_taken(self, unique_id: str) -> None:
        """End the flow where another entry is this account."""
        taken = self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, unique_id)
        if taken is not None and taken is not self._entry:
            raise end("already_configured", title=taken.title)

    @callback
    def _finish(
        self, entry: ConfigEntry, data: Mapping[str, Any], *, title: str, unique_id: str
    ) -> ConfigFlowResult:
        """Save what was changed, and have it used.

        The entry's listener reloads it where something in it has changed. It does not notice new
        tokens, and an entry whose set-up failed has none.
        """
        notices = entry.update_listeners and (entry.data != data or entry.title != title)
        result = self.async_update_and_abort(entry, unique_id=unique_id, title=title, data=data)
        if not notices:
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result
