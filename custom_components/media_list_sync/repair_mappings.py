"""Fetching the tables now, in the place where it is said that they are missing or old."""

from __future__ import annotations

import asyncio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .atlas_keeper import atlas_keeper
from .const import DOMAIN
from .engine.store.problems import StoreUnusable
from .flows.base import async_shared
from .flows.problem import end

WAIT_SECONDS = 50
"""A download that takes longer goes on by itself, and takes the issue away when it is through."""


class RefreshMappingsFlow(RepairsFlow):
    """Asks for all tables, once the person says so."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_refresh()

    async def async_step_refresh(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Say what is missing; fetch it, and say so where it cannot be had."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._refresh()
            except StoreUnusable as error:
                raise end("store_unusable", detail=str(error)) from None
            if self._issue() is None:
                return self.async_create_entry(data={})
            errors["base"] = "still_there"
        issue = self._issue()
        return self.async_show_form(
            step_id="refresh",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    async def _refresh(self) -> None:
        """Fetch the tables. It is not broken off where it takes long."""
        keeper = atlas_keeper(self.hass, await async_shared(self.hass))
        task = self.hass.async_create_background_task(
            keeper.refresh(force=True), f"{DOMAIN} mappings"
        )
        done, _ = await asyncio.wait({task}, timeout=WAIT_SECONDS)
        for one in done:
            one.result()

    def _issue(self) -> ir.IssueEntry | None:
        return ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
