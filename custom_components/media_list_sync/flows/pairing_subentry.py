"""Pairing an AniList account with a Plex server or a Trakt account, and changing that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant
import voluptuous as vol

from ..account_plex import PlexRuntime
from ..account_trakt import TraktRuntime
from ..const import (
    CONF_AUTH_IMPLEMENTATION,
    CONF_LIBRARIES,
    CONF_PAUSED,
    CONF_SERVICE,
    CONF_TRACKER,
    DOMAIN,
    SERVICE_PLEX,
    SERVICE_TRAKT,
    SUBENTRY_PAIRING,
)
from ..engine.http import ServiceError
from ..engine.watching.plex_rows import section_id
from .base import store_kept
from .pairing_direction import pairing_title
from .pairing_forms import check_policy, libraries_field, policy_data, policy_fields, tracker_field
from .pausing import is_paused, pause
from .problem import FlowProblem, Trouble, end_of, errors_of, placeholders_of

REPAIRS = "/config/repairs"
"""Where the first plan is shown, and asked for (W12): in Home Assistant's own user interface."""

FEW_LIBRARIES = 2
"""So many take part unless a person says otherwise: one of shows, one of films."""


class PairingFlow(ConfigSubentryFlow):
    """Adds and changes the pairings of an AniList account."""

    _tracker: ConfigEntry
    _libraries: Mapping[str, str] = {}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Let the other side be picked."""
        trackers = trackers_to_pair(self.hass, self._get_entry())
        if not trackers:
            paired = self._get_entry().get_subentries_of_type(SUBENTRY_PAIRING)
            return self.async_abort(reason="all_paired" if paired else "no_trackers")
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                await self._choose(user_input[CONF_TRACKER])
                return await self.async_step_policy()
            except FlowProblem as problem:
                trouble = problem.trouble
        return self.async_show_form(
            step_id="user",
            data_schema=tracker_field(trackers),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, name=self._get_entry().title),
        )

    async def async_step_policy(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what is to travel, and make the pairing."""
        trouble: Trouble | None = None
        data: Mapping[str, Any] = {}
        if user_input is not None:
            data = policy_data(user_input)
            try:
                check_policy(data, can_save=self._can_save)
            except FlowProblem as problem:
                trouble = problem.trouble
            else:
                return self.async_create_entry(
                    title=self._title(data),
                    data={CONF_TRACKER: self._tracker.entry_id, **data},
                    description="default",
                    description_placeholders={"repairs_url": REPAIRS},
                    unique_id=self._tracker.entry_id,
                )
        return self.async_show_form(
            step_id="policy",
            data_schema=self._schema(data, trouble),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, name=self._tracker.title),
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what a pairing is, and have it changed."""
        subentry = self._get_reconfigure_subentry()
        trouble: Trouble | None = None
        if user_input is None:
            try:
                await self._choose(subentry.data[CONF_TRACKER])
            except FlowProblem as problem:
                raise end_of(problem) from None
            with store_kept():
                data: Mapping[str, Any] = {
                    **subentry.data,
                    CONF_PAUSED: await is_paused(self.hass, subentry),
                }
        else:
            data = policy_data(user_input)
            try:
                check_policy(data, can_save=self._can_save)
            except FlowProblem as problem:
                trouble = problem.trouble
            else:
                with store_kept():
                    await pause(self.hass, self._get_entry(), subentry, data[CONF_PAUSED])
                is_own_name = subentry.title == self._title(subentry.data)
                return self.async_update_and_abort(
                    self._get_entry(),
                    subentry,
                    title=self._title(data) if is_own_name else subentry.title,
                    data={**subentry.data, **data},
                )
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self._schema(data, trouble),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, name=subentry.title),
        )

    @property
    def _can_save(self) -> bool:
        """Whether the account is signed in: a public list can only be read."""
        return CONF_AUTH_IMPLEMENTATION in self._get_entry().data

    def _title(self, data: Mapping[str, Any]) -> str:
        return pairing_title(self._get_entry().title, self._tracker.title, data)

    def _schema(self, data: Mapping[str, Any], trouble: Trouble | None) -> vol.Schema:
        is_trakt = self._tracker.data[CONF_SERVICE] == SERVICE_TRAKT
        fields = policy_fields(data, trouble, is_trakt=is_trakt)
        if is_trakt:
            return vol.Schema(fields)
        there = self._libraries
        # Of many libraries few hold anime, and which is nobody's to guess.
        obvious = there if len(there) <= FEW_LIBRARIES else ()
        chosen = [one for one in data.get(CONF_LIBRARIES, obvious) if one in there]
        return vol.Schema({**libraries_field(there, chosen), **fields})

    async def _choose(self, entry_id: str) -> None:
        """Take a tracker, and ask a Plex server for its libraries. Raises a FlowProblem."""
        entry = self.hass.config_entries.async_get_entry(entry_id)
        if entry is None:
            raise FlowProblem("tracker_gone", CONF_TRACKER)
        if entry.state is not ConfigEntryState.LOADED:
            raise FlowProblem("tracker_not_loaded", CONF_TRACKER, account=entry.title)
        runtime = entry.runtime_data
        if isinstance(runtime, TraktRuntime) and runtime.watching is None:
            raise FlowProblem("tracker_not_signed_in", CONF_TRACKER, account=entry.title)
        if isinstance(runtime, PlexRuntime):
            try:
                sections = await runtime.server.sections()
            except ServiceError as error:
                raise FlowProblem(
                    "tracker_unreachable", CONF_TRACKER, account=entry.title, detail=error.detail
                ) from None
            if not sections:
                raise FlowProblem("tracker_empty", CONF_TRACKER, account=entry.title)
            self._libraries = {section_id(one): one.title for one in sections}
        self._tracker = entry


def trackers_to_pair(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return what an AniList account can be paired with yet: titles by entry id."""
    paired = {one.data[CONF_TRACKER] for one in entry.get_subentries_of_type(SUBENTRY_PAIRING)}
    return {
        other.entry_id: other.title
        for other in hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        if _is_tracker(other) and other.entry_id not in paired
    }


def _is_tracker(entry: ConfigEntry) -> bool:
    """Whether it is an account that knows what somebody watched."""
    service = entry.data[CONF_SERVICE]
    return service == SERVICE_PLEX or (service == SERVICE_TRAKT and CONF_USERNAME in entry.data)
