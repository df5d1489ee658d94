"""Adding accounts, signing in to them again, and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.core import callback

from .const import CONF_SERVICE, DOMAIN, SERVICE_SEERR, SERVICE_TRAKT, SUBENTRY_LIST
from .flows.list_subentry import ListFlow
from .flows.seerr import SeerrSteps
from .flows.trakt import TraktSteps


class MediaListSyncConfigFlow(SeerrSteps, TraktSteps, domain=DOMAIN):
    """One entry an account: a Seerr server, a Trakt account."""

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an account: lists to a Seerr server."""
        if config_entry.data[CONF_SERVICE] == SERVICE_SEERR:
            return {SUBENTRY_LIST: ListFlow}
        return {}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the kind of account be chosen."""
        return self.async_show_menu(step_id="user", menu_options=[SERVICE_SEERR, SERVICE_TRAKT])

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first list of a server that was just added."""
        entry: ConfigEntry = result["result"]
        if entry.data[CONF_SERVICE] == SERVICE_SEERR:
            first_list = await self.hass.config_entries.subentries.async_init(
                (entry.entry_id, SUBENTRY_LIST), context=SubentryFlowContext(source=SOURCE_USER)
            )
            result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, first_list["flow_id"])
        return result

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Sign in again."""
        if entry_data[CONF_SERVICE] == SERVICE_TRAKT:
            return await self.async_step_trakt_reauth()
        return await self.async_step_seerr_reauth()

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change an account."""
        if self._get_reconfigure_entry().data[CONF_SERVICE] == SERVICE_TRAKT:
            return await self.async_step_trakt_reconfigure()
        return await self.async_step_seerr_reconfigure()
