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

from .const import (
    CONF_SERVICE,
    DOMAIN,
    SERVICE_ANILIST,
    SERVICE_PLEX,
    SERVICE_SEERR,
    SERVICE_TRAKT,
    SUBENTRY_LIST,
    SUBENTRY_PAIRING,
)
from .flows.anilist import AniListSteps
from .flows.list_subentry import ListFlow
from .flows.pairing_subentry import PairingFlow, trackers_to_pair
from .flows.plex import PlexSteps
from .flows.seerr import SeerrSteps
from .flows.trakt import TraktSteps


class MediaListSyncConfigFlow(SeerrSteps, TraktSteps, AniListSteps, PlexSteps, domain=DOMAIN):
    """One entry an account: a Seerr server, an AniList, Plex or Trakt account."""

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an account: lists to a server, pairings to an AniList."""
        if config_entry.data[CONF_SERVICE] == SERVICE_SEERR:
            return {SUBENTRY_LIST: ListFlow}
        if config_entry.data[CONF_SERVICE] == SERVICE_ANILIST:
            return {SUBENTRY_PAIRING: PairingFlow}
        return {}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the kind of account be chosen."""
        return self.async_show_menu(
            step_id="user",
            menu_options=[SERVICE_SEERR, SERVICE_ANILIST, SERVICE_PLEX, SERVICE_TRAKT],
        )

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first list of a server, or the first pairing of an AniList account."""
        entry: ConfigEntry = result["result"]
        first = {SERVICE_SEERR: SUBENTRY_LIST, SERVICE_ANILIST: SUBENTRY_PAIRING}
        kind = first.get(entry.data[CONF_SERVICE])
        if kind == SUBENTRY_PAIRING and not trackers_to_pair(self.hass, entry):
            kind = None
        if kind is not None:
            flow = await self.hass.config_entries.subentries.async_init(
                (entry.entry_id, kind), context=SubentryFlowContext(source=SOURCE_USER)
            )
            result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, flow["flow_id"])
        return result

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Sign in again."""
        return await self._step_of(entry_data[CONF_SERVICE], "reauth")

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change an account."""
        return await self._step_of(self._get_reconfigure_entry().data[CONF_SERVICE], "reconfigure")

    async def _step_of(self, service: str, name: str) -> ConfigFlowResult:
        """Go on with a step that each kind of account has one of its own of."""
        step: ConfigFlowResult = await getattr(self, f"async_step_{service}_{name}")()
        return step
