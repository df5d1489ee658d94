"""The steps of an AniList account: by name, signed in, signed in again, signed out."""

from __future__ import annotations

import logging
import math
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..account_anilist import anilist_lane
from ..const import CONF_AUTH_IMPLEMENTATION, CONF_SERVICE, CONF_USER_ID, DOMAIN, SERVICE_ANILIST
from ..engine.clients.anilist import AniListClient, AniListUser, UserGone
from ..engine.clients.anilist_auth import CodeRejected
from ..engine.http import CredentialsRejected, Doorway, Limited, ServiceError, Unreachable
from ..engine.store import secrets
from ..shared import async_get_endpoints
from .account_steps import AccountSteps, async_hand_over
from .base import async_shared, store_kept
from .problem import FlowProblem, Trouble, end, errors_of, placeholders_of

_LOGGER = logging.getLogger(__name__)

_SECONDS = 15.0
_PATIENCE = 3.0
_MINUTE = 60
_PLACES = {
    "apps_url": "https://anilist.co/settings/apps",
    "name_example": "anilist.co/user/NAME",
}
"""What the texts show: they must not have addresses in them."""
_NAME = vol.Schema(
    {vol.Required(CONF_USERNAME): TextSelector(TextSelectorConfig(autocomplete="off"))}
)


class AniListSteps(AccountSteps, AbstractOAuth2FlowHandler):
    """Adds and changes AniList accounts. Everything is tried before it is saved.

    Home Assistant's helper leads to AniList and back, and keeps nothing: its own way would put the
    token into the entry, in plain text.
    """

    DOMAIN = DOMAIN

    @property
    @override
    def logger(self) -> logging.Logger:
        """Return where the helper tells of a sign-in."""
        return _LOGGER

    async def async_step_anilist(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let a person choose between a public list and signing in."""
        return self.async_show_menu(
            step_id="anilist", menu_options=["anilist_sign_in", "anilist_user"]
        )

    async def async_step_anilist_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whose public list it is."""
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                user = await _public_user(self.hass, _name_in(user_input[CONF_USERNAME]))
            except FlowProblem as problem:
                trouble = problem.trouble
            else:
                self._abort_if_taken(_unique_id(user))
                return await self._save_anilist(user, None)
        return self.async_show_form(
            step_id="anilist_user",
            data_schema=self.add_suggested_values_to_schema(_NAME, user_input),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, **_PLACES),
        )

    async def async_step_anilist_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Lead to AniList, with the API client that was used before where there was one."""
        await async_shared(self.hass)  # nobody signs in for nothing
        used = self._entry.data.get(CONF_AUTH_IMPLEMENTATION) if self._entry else None
        return await self.async_step_pick_implementation(
            None if used is None else {"implementation": used}
        )

    @override
    async def async_step_creation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Exchange what AniList sent for a token."""
        try:
            token = await self.flow_impl.async_resolve_external_data(self.external_data)
        except CredentialsRejected:
            return self.async_abort(reason="anilist_client_rejected")
        except CodeRejected:
            return self.async_abort(reason="anilist_code_rejected")
        except ServiceError as error:
            raise _abort_for(error) from None
        return await self.async_oauth_create_entry(
            {CONF_AUTH_IMPLEMENTATION: self.flow_impl.domain, "token": token}
        )

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Save the account of who signed in, with the token sealed in the database."""
        token: str = data["token"]["access_token"]
        try:
            user = await _client(self.hass, token).viewer()
        except ServiceError as error:
            raise _abort_for(error) from None
        unique_id = _unique_id(user)
        if self._entry is not None and self._entry.unique_id != unique_id:
            right = self._entry.data[CONF_USERNAME]
            raise end("anilist_wrong_account", right=right, wrong=user.name)
        self._abort_if_taken(unique_id)
        await async_hand_over(self.hass, unique_id, {"access_token": token})
        return await self._save_anilist(user, data[CONF_AUTH_IMPLEMENTATION])

    async def async_step_anilist_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask to sign in again. Only this begins it: the flow may be opened by Home Assistant."""
        if user_input is not None:
            return await self.async_step_anilist_sign_in()
        return self.async_show_form(
            step_id="anilist_reauth",
            description_placeholders=placeholders_of(None, name=self._get_reauth_entry().title),
        )

    async def async_step_anilist_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let a public account become a signed-in one, and back."""
        is_signed_in = CONF_AUTH_IMPLEMENTATION in self._get_reconfigure_entry().data
        options = ["anilist_sign_in", "anilist_sign_out"] if is_signed_in else ["anilist_sign_in"]
        return self.async_show_menu(step_id="anilist_reconfigure", menu_options=options)

    async def async_step_anilist_sign_out(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Forget the token, where the list can be read without."""
        entry = self._get_reconfigure_entry()
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                user = await _public_user(self.hass, entry.data[CONF_USER_ID])
            except FlowProblem as problem:
                trouble = problem.trouble
            else:
                await self._forget_token(entry)
                return await self._save_anilist(user, None)
        return self.async_show_form(
            step_id="anilist_sign_out",
            data_schema=vol.Schema({}),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, **_PLACES),
        )

    async def _forget_token(self, entry: ConfigEntry) -> None:
        shared = await async_shared(self.hass)
        with store_kept():
            await shared.store.run(secrets.remove_owner, entry.entry_id)

    async def _save_anilist(
        self, user: AniListUser, implementation: str | None
    ) -> ConfigFlowResult:
        data: dict[str, Any] = {
            CONF_SERVICE: SERVICE_ANILIST,
            CONF_USERNAME: user.name,
            CONF_USER_ID: user.id,
        }
        if implementation is not None:
            data[CONF_AUTH_IMPLEMENTATION] = implementation
        entry, title, unique_id = self._entry, _title_of(user.name), _unique_id(user)
        if entry is not None:
            if entry.title != _title_of(entry.data[CONF_USERNAME]):
                title = entry.title  # which a person gave it
            return self._finish(entry, data, title=title, unique_id=unique_id)
        await self.async_set_unique_id(unique_id)
        return self.async_create_entry(title=title, data=data)


def _client(hass: HomeAssistant, token: str | None = None) -> AniListClient:
    doorway = Doorway(
        async_get_clientsession(hass),
        service="anilist",
        lane=anilist_lane(hass),
        timeout=_SECONDS,
        patience=_PATIENCE,
    )
    return AniListClient(doorway, async_get_endpoints(hass).anilist, token)


async def _public_user(hass: HomeAssistant, who: str | int) -> AniListUser:
    """Return a person as everybody sees them. FlowProblem where nobody does."""
    where = CONF_USERNAME if isinstance(who, str) else "base"
    if not who:
        raise FlowProblem("anilist_user_unknown", where)
    try:
        return await _client(hass).user(who)
    except UserGone:
        key = "anilist_user_unknown" if isinstance(who, str) else "anilist_not_public"
        raise FlowProblem(key, where) from None
    except ServiceError as error:
        key, placeholders = _meaning(error)
        raise FlowProblem(key, **placeholders) from None


def _abort_for(error: ServiceError) -> AbortFlow:
    """Return the end of a flow that cannot go back to a form."""
    key, placeholders = _meaning(error)
    return end(key, **placeholders)


def _meaning(error: ServiceError) -> tuple[str, dict[str, str]]:
    """Return what an answer of AniList means to a person, with what its text is filled in with."""
    match error:
        case Limited():
            wait = (error.until - dt_util.utcnow()).total_seconds()
            return "anilist_limited", {"minutes": str(max(math.ceil(wait / _MINUTE), 1))}
        case Unreachable():
            return "anilist_unreachable", {"detail": error.detail or error.reason}
        case _:
            return "anilist_refused", {"detail": error.detail or type(error).__name__}


def _name_in(text: str) -> str:
    """Return the name in what was entered: the name itself, or the address of a profile."""
    text = text.strip().split("?")[0].strip("/")
    _, is_address, after = text.rpartition("/user/")
    return after.split("/")[0] if is_address else text.removeprefix("@")


def _unique_id(user: AniListUser) -> str:
    return f"{SERVICE_ANILIST}:{user.id}"


def _title_of(name: str) -> str:
    """Return what an account is called unless a person names it."""
    return f"AniList ({name})"
