"""Adding a list to a Seerr server, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, SubentryFlowResult
import voluptuous as vol

from ..const import CONF_DESTINATIONS, CONF_LIST, CONF_PAUSED, CONF_TRAKT_ACCOUNT
from ..engine.lists import KINDS, ListSpec
from ..engine.store import uploads
from ..markdown import short
from .base import async_shared, store_kept
from .list_forms import CONF_FILE, CONF_PATH, EXAMPLES, UPLOAD, path_field, trakt_account_field
from .list_policy import PolicySteps
from .list_reading import Draft, read_list, read_upload, trakt_accounts
from .offer import ask_server
from .pausing import is_paused, pause
from .problem import FlowProblem, Trouble, end_of, errors_of, placeholders_of


class ListFlow(PolicySteps):
    """Adds and changes the lists of a Seerr server. A list is read before it is added."""

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what a list is, and have it changed."""
        subentry = self._get_reconfigure_subentry()
        trouble: Trouble | None = None
        if user_input is None:
            try:
                self._offer = await ask_server(self.hass, self._get_entry())
            except FlowProblem as problem:
                raise end_of(problem) from None
            with store_kept():
                self._data = {**subentry.data, CONF_PAUSED: await is_paused(self.hass, subentry)}
            self._before = subentry.data.get(CONF_DESTINATIONS, {})
            self._choosing = bool(self._before)
        else:
            self._keep_policy(user_input)
            try:
                await self._read_anew(subentry, user_input)
                return await self._go_on(self._draft.contents if self._draft else None)
            except FlowProblem as problem:
                trouble = problem.trouble
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=vol.Schema(
                {**self._source_fields(subentry, user_input or {}), **self._policy_fields(trouble)}
            ),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(
                trouble, name=short(subentry.title), path_example=EXAMPLES["path_example"]
            ),
        )

    def _source_fields(
        self, subentry: ConfigSubentry, entered: Mapping[str, Any]
    ) -> dict[vol.Marker, Any]:
        """Return the fields in which the list can be named otherwise."""
        spec = ListSpec.from_data(subentry.data[CONF_LIST])
        if "upload" in spec.ref:
            return {vol.Optional(CONF_FILE): UPLOAD}
        if "path" in spec.ref:
            return path_field(entered.get(CONF_PATH, spec.ref["path"]))
        accounts = trakt_accounts(self.hass)
        if not KINDS[spec.kind].needs_trakt or not accounts:
            return {}
        current = entered.get(CONF_TRAKT_ACCOUNT, subentry.data.get(CONF_TRAKT_ACCOUNT))
        return trakt_account_field(accounts, current)

    async def _read_anew(self, subentry: ConfigSubentry, user_input: Mapping[str, Any]) -> None:
        """Read the list where it is named otherwise than before."""
        spec = ListSpec.from_data(subentry.data[CONF_LIST])
        if file_id := user_input.get(CONF_FILE):
            self._draft = await read_upload(self.hass, file_id, CONF_FILE)
        if "upload" in spec.ref:
            return
        self._draft = None
        before = subentry.data.get(CONF_TRAKT_ACCOUNT)
        trakt_account = user_input.get(CONF_TRAKT_ACCOUNT, before)
        path = user_input.get(CONF_PATH, "").strip()
        if path and path != spec.ref.get("path"):
            asked, field = ListSpec(spec.kind, {"path": path}), CONF_PATH
        elif trakt_account != before:
            # Without its id, a watchlist is looked up again: it has to be the same person's.
            ref = {
                name: value
                for name, value in spec.ref.items()
                if "user" not in spec.ref or name == "user"
            }
            asked, field = ListSpec(spec.kind, ref), CONF_TRAKT_ACCOUNT
        else:
            return
        draft = await read_list(
            self.hass,
            asked,
            account=self._entry_id,
            trakt_account=trakt_account,
            field=field,
        )
        if field == CONF_TRAKT_ACCOUNT and draft.spec.unique_id != subentry.unique_id:
            raise FlowProblem("trakt_other_list", field)
        self._abort_if_taken(draft.spec)
        self._draft = draft

    @override
    async def _save(self) -> SubentryFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            with store_kept():
                return await self._change(self._get_reconfigure_subentry())
        draft = self._draft
        assert draft is not None
        with store_kept():
            await self._keep_upload(draft)
        return self.async_create_entry(
            title=draft.contents.name.strip() or draft.spec.unique_id,
            data=self._subentry_data(draft.spec, draft.trakt_account),
            unique_id=draft.spec.unique_id,
        )

    async def _change(self, subentry: ConfigSubentry) -> SubentryFlowResult:
        spec = ListSpec.from_data(subentry.data[CONF_LIST])
        trakt_account = subentry.data.get(CONF_TRAKT_ACCOUNT)
        if self._draft is not None:
            spec, trakt_account = self._draft.spec, self._draft.trakt_account
            await self._keep_upload(self._draft)
        await pause(self.hass, self._get_entry(), subentry, self._data[CONF_PAUSED])
        data = self._subentry_data(spec, trakt_account)
        # What was set when the list was added; since then the store knows.
        data[CONF_PAUSED] = subentry.data.get(CONF_PAUSED, False)
        return self.async_update_and_abort(
            self._get_entry(), subentry, data=data, unique_id=spec.unique_id
        )

    def _subentry_data(self, spec: ListSpec, trakt_account: str | None) -> dict[str, Any]:
        data = {CONF_LIST: spec.as_data(), **self._data}
        if trakt_account is not None:
            data[CONF_TRAKT_ACCOUNT] = trakt_account
        if self._destinations:
            data[CONF_DESTINATIONS] = self._destinations
        return data

    async def _keep_upload(self, draft: Draft) -> None:
        """Store the rows of an uploaded file, which itself is gone."""
        if upload_id := draft.spec.ref.get("upload"):
            shared = await async_shared(self.hass)
            contents = draft.contents
            await shared.store.run(
                uploads.put, upload_id, contents.name, contents.items, contents.left_out
            )
