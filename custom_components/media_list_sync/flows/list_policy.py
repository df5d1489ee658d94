"""The steps that ask what of a list is requested, for whom, where to, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import SubentryFlowResult
import voluptuous as vol

from ..const import CONF_SERVER
from ..engine.clients.seerr import ArrServerOptions
from ..engine.model import ListContents, MediaType, Quality
from .destinations import Destinations, destination, options_schema, server_options, server_schema
from .list_naming import NamingSteps
from .offer import Slot
from .policy_form import CHOOSE_DESTINATIONS, check_policy, policy_data, policy_fields, slots_of
from .preview import preview
from .problem import FlowProblem, Trouble, errors_of, placeholders_of


class PolicySteps(NamingSteps):
    """Has the policy of a list entered: one form, and a form for each server that is chosen."""

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}
        """The policy, as far as it was entered."""
        self._choosing = False
        """Whether the person wants to choose where requests go."""
        self._before: Destinations = {}
        """The destinations that the list had."""
        self._destinations: dict[str, dict[str, Any]] = {}
        self._options: dict[Slot, tuple[int, ArrServerOptions]] = {}

    @override
    async def async_step_policy(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what was read, and ask what of it is requested."""
        assert self._draft is not None
        trouble: Trouble | None = None
        if user_input is not None:
            self._keep_policy(user_input)
            try:
                return await self._go_on(self._draft.contents)
            except FlowProblem as problem:
                trouble = problem.trouble
        return self.async_show_form(
            step_id="policy",
            data_schema=vol.Schema(self._policy_fields(trouble)),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(
                trouble, **await preview(self.hass, self._draft.contents)
            ),
        )

    async def async_step_servers(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which Radarr and Sonarr servers the requests go to."""
        slots = self._slots()
        chosen = self._before
        trouble: Trouble | None = None
        if user_input is not None:
            try:
                self._options = await server_options(self._offer, slots, user_input)
            except FlowProblem as problem:
                trouble = problem.trouble
                chosen = {name: {CONF_SERVER: server} for name, server in user_input.items()}
            else:
                self._destinations = {}
                return await self._next_destination()
        return self.async_show_form(
            step_id="servers",
            data_schema=server_schema(self._offer, slots, chosen),
            errors=errors_of(trouble),
            description_placeholders=placeholders_of(trouble),
        )

    async def async_step_movie_hd(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what of a server's offer films are requested with."""
        return await self._ask_destination(Slot(MediaType.MOVIE, Quality.HD), user_input)

    async def async_step_movie_4k(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what of a server's offer films in 4K are requested with."""
        return await self._ask_destination(Slot(MediaType.MOVIE, Quality.UHD), user_input)

    async def async_step_show_hd(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what of a server's offer shows are requested with."""
        return await self._ask_destination(Slot(MediaType.SHOW, Quality.HD), user_input)

    async def async_step_show_4k(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what of a server's offer shows in 4K are requested with."""
        return await self._ask_destination(Slot(MediaType.SHOW, Quality.UHD), user_input)

    def _policy_fields(self, trouble: Trouble | None) -> dict[vol.Marker, Any]:
        return policy_fields(self._offer, self._data, trouble, choosing=self._choosing)

    def _keep_policy(self, user_input: Mapping[str, Any]) -> None:
        """Keep what was entered, right or wrong, for the form to show again."""
        self._data = policy_data(user_input, self._offer)
        self._choosing = user_input.get(CHOOSE_DESTINATIONS, False)

    async def _go_on(self, contents: ListContents | None) -> SubentryFlowResult:
        """Go on with what was entered. FlowProblem where it cannot work."""
        check_policy(self._data, self._offer, contents)
        self._destinations = {}
        if self._choosing and self._slots():
            return await self.async_step_servers()
        return await self._save()

    def _slots(self) -> list[Slot]:
        """Return what is requested and can be sent to a server of a person's choice."""
        return [slot for slot in slots_of(self._data) if self._offer.servers_of(slot)]

    async def _ask_destination(
        self, slot: Slot, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        server_id, options = self._options[slot]
        if user_input is not None:
            self._destinations[slot.name] = destination(server_id, user_input)
            return await self._next_destination()
        before = self._before.get(slot.name, {})
        if before.get(CONF_SERVER) != server_id:
            before = {}
        names = {server.id: server.name for server in self._offer.servers_of(slot)}
        return self.async_show_form(
            step_id=slot.name,
            data_schema=options_schema(options, before),
            description_placeholders=placeholders_of(None, server=names[server_id]),
        )

    async def _next_destination(self) -> SubentryFlowResult:
        for slot in self._options:
            if slot.name not in self._destinations:
                return await self._ask_destination(slot, None)
        return await self._save()

    async def _save(self) -> SubentryFlowResult:
        """Save the list."""
        raise NotImplementedError
