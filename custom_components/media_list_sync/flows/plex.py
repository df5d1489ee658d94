"""The steps of a Plex account: a code or a token, then the server, then the person."""

from __future__ import annotations

from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_PIN
from homeassistant.core import callback

from ..const import CONF_SERVER, CONF_SERVER_ID
from ..engine.clients.plex import PinExpired, PlexKeys, PlexUser, WrongPin
from ..engine.http import ServiceError
from .base import async_shared
from .plex_by_hand import PlexByHand
from .plex_forms import CONF_PERSON, PIN_SCHEMA, person_schema, server_schema
from .plex_server import FoundPlex, reach, try_server
from .plex_sign_in import PlexSignIn, SignedIn, server_of, tv_abort, tv_for
from .problem import FlowProblem, Trouble, end, errors_of, placeholders_of


class PlexSteps(PlexByHand):
    """Adds and changes Plex accounts. Everything is tried before it is saved."""

    def __init__(self) -> None:
        super().__init__()
        self._plex_wait: PlexSignIn | None = None
        self._plex_server: FoundPlex
        self._plex_person: PlexUser
        self._plex_trouble: Trouble | None = None
        """What the next form has to say."""

    async def async_step_plex(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let a person choose between a code and a token."""
        return self.async_show_menu(step_id="plex", menu_options=["plex_link", "plex_manual"])

    async def async_step_plex_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let a person choose how to sign in again."""
        return self.async_show_menu(
            step_id="plex_reauth",
            menu_options=["plex_link", "plex_address"],
            description_placeholders=placeholders_of(None, name=self._get_reauth_entry().title),
        )

    async def async_step_plex_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let a person choose what to change."""
        return self.async_show_menu(
            step_id="plex_reconfigure", menu_options=["plex_address", "plex_link"]
        )

    # By a code.

    async def async_step_plex_link(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Get a code."""
        await async_shared(self.hass)  # nobody signs in for nothing
        try:
            self._plex_wait = await PlexSignIn.begin(self.hass)
        except ServiceError as error:
            raise tv_abort(error) from None
        return await self.async_step_plex_code()

    async def async_step_plex_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the code until the person has entered it."""
        assert self._plex_wait is not None
        if not self._plex_wait.is_over:
            return self.async_show_progress(
                step_id="plex_code",
                progress_action="plex_code",
                description_placeholders=self._plex_wait.placeholders,
                progress_task=self._plex_wait.tick(),
            )
        try:
            self._plex_wait.result()
        except PinExpired:
            return self.async_show_progress_done(next_step_id="plex_expired")
        except ServiceError:
            pass  # the next step tells of it: a progress cannot end in nothing
        return self.async_show_progress_done(next_step_id="plex_server")

    async def async_step_plex_expired(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new code for one that was not entered in time."""
        return self.async_show_menu(step_id="plex_expired", menu_options=["plex_link"])

    async def async_step_plex_server(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which server, where there are several, and find its best address."""
        try:
            signed_in, entry = self._signed_in(), self._entry
        except ServiceError as error:
            raise tv_abort(error) from None
        servers = signed_in.servers
        if entry is not None:
            servers = tuple(one for one in servers if one.id == entry.data[CONF_SERVER_ID])
        if not servers:
            reason = "plex_no_servers" if entry is None else "plex_not_your_server"
            raise end(reason, account=signed_in.account.name)
        chosen = user_input[CONF_SERVER] if user_input else None
        trouble: Trouble | None = None
        if chosen is None and len(servers) == 1:
            chosen = servers[0].id
        if chosen is not None:
            try:
                self._plex_server = await reach(
                    self.hass, next(one for one in servers if one.id == chosen)
                )
            except FlowProblem as problem:
                trouble = problem.trouble
            else:
                return await self.async_step_plex_person()
        return self.async_show_form(
            step_id="plex_server",
            data_schema=server_schema(servers, chosen),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble),
        )

    async def async_step_plex_person(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whose watch states are meant, where several people live in the home."""
        signed_in, known = self._signed_in(), self._known_person()
        people = {one.uuid: one for one in signed_in.people if known in (None, one.uuid)}
        if not people:
            raise self._wrong_account(signed_in.account.name)
        chosen = user_input[CONF_PERSON] if user_input else None
        if chosen is None and len(people) == 1:
            chosen = next(iter(people))
        if chosen is not None and self._plex_trouble is None:
            self._plex_person = people[chosen]
            if self._plex_person.has_pin and chosen != signed_in.account.uuid:
                return await self.async_step_plex_pin()
            try:
                return await self._as_person(None)
            except FlowProblem as problem:
                self._plex_trouble = problem.trouble
        trouble, self._plex_trouble = self._plex_trouble, None
        return self.async_show_form(
            step_id="plex_person",
            data_schema=person_schema(people.values(), chosen or signed_in.account.uuid),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble),
        )

    async def async_step_plex_pin(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the PIN that the person is behind."""
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                return await self._as_person(user_input[CONF_PIN].strip())
            except FlowProblem as problem:
                trouble = problem.trouble
                if trouble.where != CONF_PIN:
                    self._plex_trouble = trouble
                    return await self.async_step_plex_person()
        return self.async_show_form(
            step_id="plex_pin",
            data_schema=PIN_SCHEMA,
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble, person=self._plex_person.name),
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Stop waiting for a person who closed the dialog."""
        super().async_remove()
        if self._plex_wait is not None:
            self._plex_wait.cancel()

    def _signed_in(self) -> SignedIn:
        assert self._plex_wait is not None
        return self._plex_wait.result()

    async def _as_person(self, pin: str | None) -> ConfigFlowResult:
        """Get the tokens of the chosen person, try them, and save."""
        signed_in, person = self._signed_in(), self._plex_person
        token, servers = signed_in.token, signed_in.servers
        if person.uuid != signed_in.account.uuid:
            tv = await tv_for(self.hass, token)
            try:
                token = await tv.switch_user(person.uuid, pin)
                servers = await (await tv_for(self.hass, token)).resources()
            except WrongPin:
                raise FlowProblem("plex_wrong_pin", CONF_PIN) from None
            except ServiceError as error:
                raise tv_abort(error) from None
        server = server_of(servers, self._plex_server.id)
        if server is None or not await try_server(self.hass, self._plex_server, server.token):
            raise FlowProblem("plex_no_access", person=person.name)
        return await self._save_plex(
            self._plex_server,
            PlexKeys(server.token, token),
            user_id=person.uuid,
            username=person.name,
        )
