"""The steps of a Seerr server: adding it, a new key, another address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_API_KEY, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import CONF_SERVER_ID, CONF_SERVICE, SERVICE_SEERR
from ..engine.vault import KeyLost
from .account_steps import AccountSteps
from .base import async_seal, async_shared, async_unseal
from .problem import BASE, FlowProblem, Trouble, end, errors_of, placeholders_of
from .seerr_server import FoundServer, find_server, sign_in

_EXAMPLE = {"url_example": "http://homeserver:5055"}

_ADDRESS = TextSelector(TextSelectorConfig(autocomplete="url"))
_KEY = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))


def _schema(*, key_needed: bool) -> vol.Schema:
    key = vol.Required(CONF_API_KEY) if key_needed else vol.Optional(CONF_API_KEY)
    return vol.Schema(
        {
            vol.Required(CONF_URL): _ADDRESS,
            key: _KEY,
            vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
        }
    )


class SeerrSteps(AccountSteps):
    """Adds and changes Seerr servers. Everything is tried before it is saved."""

    def __init__(self) -> None:
        super().__init__()
        self._typed_key = ""
        """Kept while the flow lasts: a form never shows a key again, nor need it be typed again."""

    async def async_step_seerr(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a server, and add it."""
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                server, key = await self._try(user_input)
            except FlowProblem as problem:
                trouble = self._remember(problem)
            else:
                return await self._add(server, key)
        return self.async_show_form(
            step_id="seerr_again" if self._typed_key else "seerr",
            data_schema=self.add_suggested_values_to_schema(
                _schema(key_needed=not self._typed_key), _without_key(user_input)
            ),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, **_EXAMPLE),
        )

    async def async_step_seerr_again(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask once more, for what is wrong besides the key: the key is kept."""
        return await self.async_step_seerr(user_input)

    async def async_step_seerr_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new key of a server that no longer takes the old one."""
        entry = self._get_reauth_entry()
        trouble: Trouble | None = None
        if user_input is not None:
            tried = {**entry.data, CONF_API_KEY: user_input[CONF_API_KEY]}
            try:
                server, key = await self._try(tried, entry)
            except FlowProblem as problem:
                trouble = problem.trouble
                if trouble.where != CONF_API_KEY:  # the form has no other field
                    trouble = Trouble(trouble.key, BASE, trouble.placeholders)
            else:
                return await self._change(entry, server, key, title=entry.title)
        return self.async_show_form(
            step_id="seerr_reauth",
            data_schema=vol.Schema({vol.Required(CONF_API_KEY): _KEY}),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(
                trouble, name=entry.title, url=entry.data[CONF_URL]
            ),
        )

    async def async_step_seerr_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or key of the same server."""
        entry = self._get_reconfigure_entry()
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                if not user_input.get(CONF_API_KEY) and not self._typed_key:
                    self._typed_key = await async_unseal(
                        self.hass, entry.data[CONF_API_KEY], CONF_API_KEY
                    )
                server, key = await self._try(user_input, entry)
            except FlowProblem as problem:
                trouble = self._remember(problem)
            else:
                title = server.title if entry.title == _title_of(entry, server) else entry.title
                return await self._change(entry, server, key, title=title)
        return self.async_show_form(
            step_id="seerr_reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                _schema(key_needed=False), _without_key(user_input or entry.data)
            ),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, **_EXAMPLE),
        )

    async def _try(
        self, values: Mapping[str, Any], entry: ConfigEntry | None = None
    ) -> tuple[FoundServer, str]:
        """Return the server that answers, and the key that it takes.

        It has to be the server of the entry, if one is given: the key is sent to no other.
        """
        self._typed_key = values.get(CONF_API_KEY, "").strip() or self._typed_key
        if not self._typed_key:
            raise FlowProblem("invalid_key", CONF_API_KEY)
        server = await find_server(self.hass, values[CONF_URL], verify_ssl=values[CONF_VERIFY_SSL])
        if entry is not None and entry.unique_id != server.unique_id:
            raise FlowProblem("wrong_server", CONF_URL, title=entry.title)
        await sign_in(self.hass, server, self._typed_key)
        return server, self._typed_key

    def _remember(self, problem: FlowProblem) -> Trouble:
        if problem.trouble.where == CONF_API_KEY:
            self._typed_key = ""
        return problem.trouble

    async def _add(self, server: FoundServer, key: str) -> ConfigFlowResult:
        existing = await self.async_set_unique_id(server.unique_id)
        if existing is not None:
            data = await self._data(server, key, existing)
            if not self.hass.config_entries.async_update_entry(existing, data=data):
                raise end("already_configured", title=existing.title)
            if not existing.update_listeners:  # it could not be set up: nobody reloads it
                self.hass.config_entries.async_schedule_reload(existing.entry_id)
            raise end("server_updated", title=existing.title)
        return self.async_create_entry(title=server.title, data=await self._data(server, key, None))

    async def _change(
        self, entry: ConfigEntry, server: FoundServer, key: str, *, title: str
    ) -> ConfigFlowResult:
        data = await self._data(server, key, entry)
        return self._finish(entry, data, title=title, unique_id=server.unique_id)

    async def _data(
        self, server: FoundServer, key: str, existing: ConfigEntry | None
    ) -> dict[str, Any]:
        """Return an entry's data. Sealing gives another text each time: a known key stays."""
        sealed: str | None = None
        if existing is not None:
            shared = await async_shared(self.hass)
            sealed = existing.data[CONF_API_KEY]
            try:
                known = await self.hass.async_add_executor_job(shared.vault.open, sealed)
            except KeyLost:
                known = None
            if known != key:
                sealed = None
        return {
            CONF_SERVICE: SERVICE_SEERR,
            CONF_URL: server.url,
            CONF_VERIFY_SSL: server.verify_ssl,
            CONF_API_KEY: sealed or await async_seal(self.hass, key),
            CONF_SERVER_ID: server.settings.server_id,
        }


def _title_of(entry: ConfigEntry, server: FoundServer) -> str:
    """Return what an entry would be called at its old address."""
    return FoundServer(entry.data[CONF_URL], server.verify_ssl, server.settings).title


def _without_key(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if name != CONF_API_KEY}
