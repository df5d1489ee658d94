"""The steps in which a list is named and read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.core import callback
from homeassistant.data_entry_flow import UnknownFlow
import voluptuous as vol

from ..const import CONF_TRAKT_ACCOUNT
from ..engine.lists import KINDS, ListSpec, recognise
from .list_forms import (
    CONF_ADDRESS,
    CONF_CHART,
    CONF_FILE,
    CONF_PATH,
    EXAMPLES,
    naming_schema,
    trakt_account_field,
)
from .list_reading import CSV, Draft, charts, read_list, read_upload, usable_trakt_accounts
from .offer import Offer, ask_server
from .problem import FlowProblem, Trouble, end, errors_of, placeholders_of

_AT_ONCE = 3.0
"""Seconds. A list that takes longer to read is waited for in a step of its own."""


class NamingSteps(ConfigSubentryFlow):
    """Has a list named, in one of four ways, and reads it."""

    _trouble: Trouble | None = None
    """What the next form has to say."""
    _entered: str | None = None
    _origin: str
    """The step in which the list was named, to which a person goes back when it cannot be read."""
    _field: str
    _spec: ListSpec
    _reading: asyncio.Task[tuple[Draft, Offer] | Trouble] | None = None
    _draft: Draft | None = None
    _offer: Offer

    async def async_step_policy(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on with a list that was read."""
        raise NotImplementedError

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Let a person choose how to name the list."""
        return self.async_show_menu(
            step_id="user", menu_options=["address", "chart", "upload", "file"]
        )

    async def async_step_address(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the address or the id of a list."""
        if user_input is None:
            return self._show_naming("address", CONF_ADDRESS)
        spec = recognise(user_input[CONF_ADDRESS])
        return await self._named("address", CONF_ADDRESS, user_input, spec)

    async def async_step_chart(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a chart."""
        if user_input is None:
            return self._show_naming("chart", CONF_CHART)
        spec = charts()[user_input[CONF_CHART]]
        return await self._named("chart", CONF_CHART, user_input, spec)

    async def async_step_file(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the path of a file."""
        if user_input is None:
            return self._show_naming("file", CONF_PATH)
        spec = ListSpec(CSV, {"path": user_input[CONF_PATH].strip()})
        return await self._named("file", CONF_PATH, user_input, spec)

    async def async_step_upload(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a file to be uploaded."""
        if user_input is not None:
            self._trouble = None
            try:
                # The file can be read only once: what was read of it is kept.
                if user_input.get(CONF_FILE):
                    self._draft = await read_upload(self.hass, user_input[CONF_FILE], CONF_FILE)
                self._offer = await ask_server(self.hass, self._get_entry())
            except FlowProblem as problem:
                self._trouble = problem.trouble
            else:
                return await self.async_step_policy()
        return self._show_naming("upload", CONF_FILE)

    async def async_step_trakt_account(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Let one of several Trakt accounts be chosen."""
        if user_input is not None:
            return await self._read(user_input[CONF_TRAKT_ACCOUNT])
        try:
            accounts = usable_trakt_accounts(self.hass, self._field)
        except FlowProblem as problem:
            self._trouble = problem.trouble
            return self._show_naming(self._origin, self._field)
        return self.async_show_form(
            step_id="trakt_account", data_schema=vol.Schema(trakt_account_field(accounts))
        )

    async def async_step_reading(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Wait for a long list."""
        assert self._reading is not None
        if not self._reading.done():
            return self.async_show_progress(
                step_id="reading", progress_action="reading", progress_task=self._reading
            )
        return self.async_show_progress_done(next_step_id="read")

    async def async_step_read(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Go on with a list that was read, or back to where it was named."""
        assert self._reading is not None
        if self._reading.cancelled():  # the dialog was closed meanwhile
            raise UnknownFlow
        result = self._reading.result()
        if isinstance(result, Trouble):
            self._trouble = result
            return self._show_naming(self._origin, self._field)
        self._draft, self._offer = result
        self._abort_if_taken(self._draft.spec)
        return await self.async_step_policy()

    @callback
    @override
    def async_remove(self) -> None:
        """Stop reading for a person who closed the dialog."""
        if self._reading is not None:
            self._reading.cancel()

    def _show_naming(self, step_id: str, field: str) -> SubentryFlowResult:
        trouble = self._trouble
        has_file = self._draft is not None
        return self.async_show_form(
            step_id=step_id,
            data_schema=naming_schema(field, self._entered, has_file=has_file),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, **EXAMPLES),
        )

    async def _named(
        self, step_id: str, field: str, user_input: Mapping[str, Any], spec: ListSpec | None
    ) -> SubentryFlowResult:
        self._origin, self._field, self._entered = step_id, field, user_input[field]
        self._trouble = None
        if spec is None:
            self._trouble = Trouble("not_recognised", field)
            return self._show_naming(step_id, field)
        self._spec = spec
        self._abort_if_taken(spec)
        if not KINDS[spec.kind].needs_trakt:
            return await self._read(None)
        try:
            accounts = usable_trakt_accounts(self.hass, field)
        except FlowProblem as problem:
            self._trouble = problem.trouble
            return self._show_naming(step_id, field)
        if len(accounts) > 1:
            return await self.async_step_trakt_account()
        return await self._read(accounts[0].entry_id)

    async def _read(self, trakt_account: str | None) -> SubentryFlowResult:
        self._reading = self.hass.async_create_task(self._read_all(trakt_account))
        await asyncio.wait({self._reading}, timeout=_AT_ONCE)
        if self._reading.done():
            return await self.async_step_read()
        return await self.async_step_reading()

    async def _read_all(self, trakt_account: str | None) -> tuple[Draft, Offer] | Trouble:
        entry = self._get_entry()
        try:
            offer = await ask_server(self.hass, entry)
            draft = await read_list(
                self.hass,
                self._spec,
                account=entry.entry_id,
                trakt_account=trakt_account,
                field=self._field,
            )
        except FlowProblem as problem:
            return problem.trouble
        return draft, offer

    def _abort_if_taken(self, spec: ListSpec) -> None:
        """End the flow where the server has this list already."""
        for subentry in self._get_entry().subentries.values():
            if subentry.unique_id == spec.unique_id and subentry.subentry_id != self.context.get(
                "subentry_id"
            ):
                raise end("already_configured")
