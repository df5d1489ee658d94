"""The steps of a Plex account that is added, or changed, by an address and a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
import orjson

from ..const import CONF_SERVER_ID, CONF_SERVER_NAME, CONF_USER_ID, SECRET_TOKEN
from ..engine.clients.plex import PlexKeys
from ..engine.store import secrets
from .base import async_shared, async_unseal, store_kept
from .plex_forms import PLACES, address_schema
from .plex_saving import PlexSaving
from .plex_server import FoundPlex, TriedToken, find_plex, try_server, try_token
from .problem import FlowProblem, Trouble, errors_of, placeholders_of


class PlexByHand(PlexSaving):
    """Takes an address and a token, and another address of a server that is there already."""

    async def async_step_plex_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for an address and a token."""
        return await self._ask_address("plex_manual", user_input, token_needed=True)

    async def async_step_plex_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address of the same server, or another token of the same person."""
        return await self._ask_address(
            "plex_address", user_input, token_needed=self.source == SOURCE_REAUTH
        )

    async def _ask_address(
        self, step_id: str, user_input: dict[str, Any] | None, *, token_needed: bool
    ) -> ConfigFlowResult:
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                return await self._by_hand(user_input)
            except FlowProblem as problem:
                trouble = problem.trouble
        shown = dict(user_input or (self._entry.data if self._entry else {}))
        shown.pop(CONF_TOKEN, None)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                address_schema(token_needed=token_needed), shown
            ),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, **PLACES),
        )

    async def _by_hand(self, user_input: Mapping[str, Any]) -> ConfigFlowResult:
        entry = self._entry
        server = await find_plex(
            self.hass, user_input[CONF_URL], verify_ssl=user_input[CONF_VERIFY_SSL]
        )
        if entry is not None and server.id != entry.data[CONF_SERVER_ID]:
            raise FlowProblem("wrong_server", CONF_URL, title=entry.title)
        token = user_input.get(CONF_TOKEN, "").strip()
        if not token and entry is None:
            raise FlowProblem("plex_token_rejected", CONF_TOKEN)
        if entry is not None and not token:
            return await self._move(entry, server)
        tried = await try_token(self.hass, server, token)
        found = FoundPlex(
            server.id, server.url, server.verify_ssl, tried.server_name or server.name
        )
        return await self._save_tried(entry, found, tried)

    async def _move(self, entry: ConfigEntry, server: FoundPlex) -> ConfigFlowResult:
        """Save another address. The tokens stay."""
        keys = await self._kept_keys(entry)
        if not await try_server(self.hass, server, keys.server_token):
            raise FlowProblem("plex_token_rejected", CONF_TOKEN)
        found = FoundPlex(server.id, server.url, server.verify_ssl, entry.data[CONF_SERVER_NAME])
        return await self._save_plex(
            found,
            PlexKeys(keys.server_token, keys.account_token),
            user_id=entry.data.get(CONF_USER_ID),
            username=entry.data.get(CONF_USERNAME),
        )

    async def _save_tried(
        self, entry: ConfigEntry | None, server: FoundPlex, tried: TriedToken
    ) -> ConfigFlowResult:
        known, account = self._known_person(), tried.account
        if entry is not None and known is not None:
            if account is None:
                raise FlowProblem("plex_person_unknown", CONF_TOKEN)
            if account.uuid != known:
                raise self._wrong_account(account.name)
        return await self._save_plex(
            server,
            tried.keys,
            user_id=account.uuid if account else None,
            username=account.name if account else None,
        )

    async def _kept_keys(self, entry: ConfigEntry) -> PlexKeys:
        shared = await async_shared(self.hass)
        with store_kept():
            sealed = await shared.store.run(secrets.get, entry.entry_id, SECRET_TOKEN)
        if sealed is None:
            raise FlowProblem("plex_token_rejected", CONF_TOKEN)
        return PlexKeys.from_data(orjson.loads(await async_unseal(self.hass, sealed, CONF_TOKEN)))
