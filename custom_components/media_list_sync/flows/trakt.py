"""The steps of a Trakt account: its app, signing in with a code, signing in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_USERNAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow

from ..const import CONF_SERVICE, SERVICE_TRAKT
from ..engine.clients.trakt_auth import CodeExpired, SignInDenied
from .account_steps import AccountSteps, async_hand_over
from .base import async_seal, async_shared, async_unseal
from .problem import FlowProblem, Trouble, end, errors_of, placeholders_of
from .trakt_forms import ACCESS_PUBLIC, ACCESS_SIGN_IN, ADDRESSES, CONF_ACCESS, app_schema
from .trakt_sign_in import App, SignIn, try_app


class TraktSteps(AccountSteps):
    """Adds and changes Trakt accounts. Everything is tried before it is saved."""

    def __init__(self) -> None:
        super().__init__()
        self._typed_secret = ""
        """Kept while the flow lasts: a form never shows a secret again."""
        self._app: App | None = None
        self._origin = "trakt"
        """The step to which a person goes back when signing in does not work."""
        self._trouble: Trouble | None = None
        """What the next form has to say."""
        self._sign_in: SignIn | None = None

    async def async_step_trakt(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for an app, and whether to sign in."""
        return await self._ask("trakt", user_input, None)

    async def async_step_trakt_again(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask once more, for what is wrong besides the secret: the secret is kept."""
        return await self.async_step_trakt(user_input)

    async def async_step_trakt_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask to sign in again, with another app where the old one was deleted."""
        return await self._ask("trakt_reauth", user_input, self._get_reauth_entry())

    async def async_step_trakt_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another app, or let who has only read public lists so far sign in."""
        return await self._ask("trakt_reconfigure", user_input, self._get_reconfigure_entry())

    async def async_step_trakt_new_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with a new code."""
        assert self._app is not None
        try:
            return await self._begin(self._app)
        except FlowProblem as problem:
            self._trouble = problem.trouble
        step: ConfigFlowResult = await getattr(self, f"async_step_{self._origin}")()
        return step

    async def async_step_trakt_device(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the code until the person has entered it."""
        assert self._sign_in is not None
        if not self._sign_in.is_over:
            return self.async_show_progress(
                step_id="trakt_device",
                progress_action="trakt_device",
                description_placeholders=self._sign_in.placeholders,
                progress_task=self._sign_in.tick(),
            )
        try:
            self._sign_in.result()
        except CodeExpired:
            next_step = "trakt_expired"
        except SignInDenied:
            next_step = "trakt_denied"
        except FlowProblem as problem:
            self._trouble = problem.trouble
            next_step = self._origin
        else:
            next_step = "trakt_signed_in"
        return self.async_show_progress_done(next_step_id=next_step)

    async def async_step_trakt_expired(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new code for one that was not entered in time."""
        return self.async_show_menu(
            step_id="trakt_expired", menu_options=["trakt_new_code", self._origin]
        )

    async def async_step_trakt_denied(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new code to who has refused this one."""
        return self.async_show_menu(
            step_id="trakt_denied", menu_options=["trakt_new_code", self._origin]
        )

    async def async_step_trakt_signed_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save the account of who signed in."""
        await self._once()
        assert self._sign_in is not None
        signed_in = self._sign_in.result()
        entry = self._entry
        unique_id = f"{SERVICE_TRAKT}:{signed_in.user.id}"
        try:
            self._abort_if_other(unique_id, signed_in.user.name)
            self._abort_if_taken(unique_id)
            await async_hand_over(self.hass, unique_id, signed_in.pair.as_data())
        except AbortFlow:
            await self._sign_in.give_back(signed_in.pair)
            raise
        data = {
            CONF_SERVICE: SERVICE_TRAKT,
            CONF_CLIENT_ID: self._sign_in.app.client_id,
            CONF_CLIENT_SECRET: await self._sealed_secret(entry),
            CONF_USERNAME: signed_in.user.name,
        }
        return await self._save(unique_id, data)

    @callback
    @override
    def async_remove(self) -> None:
        """Stop waiting for a person who closed the dialog."""
        super().async_remove()
        if self._sign_in is not None:
            self._sign_in.cancel()

    async def _ask(
        self, step_id: str, user_input: dict[str, Any] | None, entry: ConfigEntry | None
    ) -> ConfigFlowResult:
        self._origin = step_id
        if user_input is not None:
            self._trouble = None
            try:
                return await self._go_on(user_input, entry)
            except FlowProblem as problem:
                self._trouble = problem.trouble
        trouble = self._trouble
        if trouble is not None and trouble.where == CONF_CLIENT_SECRET:
            self._typed_secret = ""
        shown = {} if entry is None else dict(entry.data)
        if self._app is not None:
            shown[CONF_CLIENT_ID] = self._app.client_id
        shown |= user_input or {}
        shown.pop(CONF_CLIENT_SECRET, None)
        is_again = step_id == "trakt" and self._typed_secret
        return self.async_show_form(
            step_id="trakt_again" if is_again else step_id,
            data_schema=self.add_suggested_values_to_schema(
                app_schema(entry, with_access=self.source != SOURCE_REAUTH), shown
            ),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(
                trouble, name=entry.title if entry else "", **ADDRESSES
            ),
        )

    async def _go_on(
        self, user_input: Mapping[str, Any], entry: ConfigEntry | None
    ) -> ConfigFlowResult:
        typed = user_input.get(CONF_CLIENT_SECRET, "").strip()
        self._typed_secret = typed or self._typed_secret
        client_id = user_input[CONF_CLIENT_ID].strip()
        if not client_id:
            raise FlowProblem("unknown_app", CONF_CLIENT_ID)
        self._app = app = App(client_id, await self._secret(entry))
        default = ACCESS_SIGN_IN if entry and CONF_USERNAME in entry.data else ACCESS_PUBLIC
        if user_input.get(CONF_ACCESS, default) == ACCESS_SIGN_IN:
            unchanged = entry is not None and not typed and entry.data[CONF_CLIENT_ID] == client_id
            if unchanged and default == ACCESS_SIGN_IN and self.source == SOURCE_RECONFIGURE:
                raise end("nothing_changed")
            if app.secret is None:
                raise FlowProblem("secret_needed", CONF_CLIENT_SECRET)
            return await self._begin(app)
        shared = await async_shared(self.hass)
        await try_app(self.hass, shared.endpoints, app)
        unique_id = f"{SERVICE_TRAKT}:{client_id}"
        self._abort_if_taken(unique_id)
        data = {CONF_SERVICE: SERVICE_TRAKT, CONF_CLIENT_ID: client_id}
        return await self._save(unique_id, data)

    async def _secret(self, entry: ConfigEntry | None) -> str | None:
        """Return the secret that was typed, or that of the entry."""
        if self._typed_secret or entry is None or CONF_CLIENT_SECRET not in entry.data:
            return self._typed_secret or None
        return await async_unseal(self.hass, entry.data[CONF_CLIENT_SECRET], CONF_CLIENT_SECRET)

    async def _begin(self, app: App) -> ConfigFlowResult:
        if self._sign_in is not None:
            self._sign_in.cancel()
        shared = await async_shared(self.hass)
        self._sign_in = await SignIn.begin(self.hass, shared.endpoints, app)
        return await self.async_step_trakt_device()

    def _abort_if_other(self, unique_id: str, username: str) -> None:
        """End the flow where an account is signed in to again as somebody else."""
        entry = self._entry
        if entry and CONF_USERNAME in entry.data and entry.unique_id != unique_id:
            raise end("wrong_account", right=entry.data[CONF_USERNAME], wrong=username)

    async def _sealed_secret(self, entry: ConfigEntry | None) -> str:
        """Return the app's secret, sealed. One that was not typed anew stays as it is."""
        if entry is not None and not self._typed_secret:
            kept: str = entry.data[CONF_CLIENT_SECRET]
            return kept
        return await async_seal(self.hass, self._typed_secret)

    async def _save(self, unique_id: str, data: dict[str, Any]) -> ConfigFlowResult:
        entry, title = self._entry, _title_of(data)
        if entry is not None:
            if entry.title != _title_of(entry.data):
                title = entry.title  # which a person gave it
            return self._finish(entry, data, title=title, unique_id=unique_id)
        await self.async_set_unique_id(unique_id)
        return self.async_create_entry(title=title, data=data)


def _title_of(data: Mapping[str, Any]) -> str:
    """Return what an account is called unless a person names it."""
    return f"Trakt ({data[CONF_USERNAME]})" if CONF_USERNAME in data else "Trakt"
