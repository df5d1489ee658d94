"""Fix flows: what a person can do about an issue in its own place."""

from __future__ import annotations

import asyncio

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .accounts import AccountConfigEntry, jobs_of
from .const import DOMAIN
from .engine.model import FIRST_PLAN, LARGE_PLAN, SyncRequest
from .issues import ACCOUNT_ID, LIST_ID, REVIEW_WAITING
from .issues_mappings import MAPPINGS_MISSING, MAPPINGS_OLD
from .repair_mappings import RefreshMappingsFlow
from .repair_review import ReviewFlow
from .repair_waiting_plan import WaitingPlanFlow
from .syncing import sync

WAIT_SECONDS = 20
"""A sync that takes longer goes on by itself, and raises the issue again where it has to."""


class CheckAgainFlow(RepairsFlow):
    """Tries again what met the problem, once the person says that it is mended."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_check()

    async def async_step_check(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask whether to look again, and say so where nothing has changed."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        errors: dict[str, str] = {}
        if user_input is not None:
            entry = self._account()
            if entry is None:
                return self.async_abort(reason="not_loaded")
            if await self._is_mended(entry):
                return self.async_create_entry(data={})
            errors["base"] = "still_there"
        return self.async_show_form(
            step_id="check",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    def _account(self) -> AccountConfigEntry | None:
        """Return the account that complained, if it is set up."""
        entry = self.hass.config_entries.async_get_entry(str((self.data or {})[ACCOUNT_ID]))
        is_loaded = entry is not None and entry.state is ConfigEntryState.LOADED
        return entry if is_loaded else None

    async def _is_mended(self, entry: AccountConfigEntry) -> bool:
        """Try again. One that takes too long goes on, and raises the issue anew if it has to."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._try_again(entry)
        except TimeoutError:
            return True
        return ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id) is None

    async def _try_again(self, entry: AccountConfigEntry) -> None:
        job = jobs_of(entry.runtime_data).get(str((self.data or {}).get(LIST_ID)))
        if job is not None:
            await sync(job, SyncRequest(reason="action"))
        else:
            await entry.runtime_data.coordinator.async_refresh()


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    if data and issue_id.startswith(REVIEW_WAITING):
        return ReviewFlow()
    if issue_id in (MAPPINGS_MISSING, MAPPINGS_OLD):
        return RefreshMappingsFlow()
    if data and issue_id.startswith((FIRST_PLAN, LARGE_PLAN)):
        return WaitingPlanFlow()
    if data and ACCOUNT_ID in data:
        return CheckAgainFlow()
    return ConfirmRepairFlow()
