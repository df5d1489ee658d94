"""The forms of where a list's requests go: a server each, then what that server offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import CONF_PROFILE, CONF_ROOT_FOLDER, CONF_SERVER, CONF_TAGS
from ..engine.clients.seerr import ArrServerOptions
from ..engine.http import ServiceError
from .offer import Offer, Slot
from .problem import FlowProblem

type Destinations = Mapping[str, Mapping[str, Any]]
"""By the name of a slot: server, and where they were chosen profile, root folder and tags."""


def _pick(
    options: Iterable[tuple[object, str]], *, multiple: bool = False, sort: bool = True
) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=str(value), label=label) for value, label in options],
            mode=SelectSelectorMode.DROPDOWN,
            multiple=multiple,
            sort=sort,
        )
    )


def _optional(name: str, value: object) -> vol.Optional:
    return vol.Optional(name, description={"suggested_value": value})


def server_schema(offer: Offer, slots: Iterable[Slot], chosen: Destinations) -> vol.Schema:
    """Return the form of the servers. Left empty, Seerr decides."""
    fields: dict[vol.Marker, Any] = {}
    for slot in slots:
        servers = {str(server.id): server.name for server in offer.servers_of(slot)}
        current = str(chosen.get(slot.name, {}).get(CONF_SERVER))
        fields[_optional(slot.name, current if current in servers else None)] = _pick(
            servers.items()
        )
    return vol.Schema(fields)


async def server_options(
    offer: Offer, slots: Iterable[Slot], user_input: Mapping[str, str]
) -> dict[Slot, tuple[int, ArrServerOptions]]:
    """Return each chosen server's id, and what it offers. FlowProblem where one does not answer."""
    found: dict[Slot, tuple[int, ArrServerOptions]] = {}
    for slot in slots:
        names = {str(server.id): server.name for server in offer.servers_of(slot)}
        chosen = user_input.get(slot.name)
        if chosen is None:
            continue
        try:
            options = await offer.client.server(slot.media_type, int(chosen))
        except ServiceError as error:
            raise FlowProblem(
                "arr_unreachable",
                slot.name,
                server=names[chosen],
                detail=error.detail or type(error).__name__,
            ) from None
        found[slot] = (int(chosen), options)
    return found


def options_schema(options: ArrServerOptions, chosen: Mapping[str, Any]) -> vol.Schema:
    """Return the form of what one server offers. Left empty, its own defaults hold."""
    profiles = {str(profile.id): profile.name for profile in options.profiles}
    tags = {str(tag.id): tag.name for tag in options.tags}
    folders = list(options.root_folders)
    profile = str(chosen.get(CONF_PROFILE))
    folder = chosen.get(CONF_ROOT_FOLDER)
    current_tags = [str(tag) for tag in chosen.get(CONF_TAGS, ()) if str(tag) in tags]
    fields: dict[vol.Marker, Any] = {
        _optional(CONF_PROFILE, profile if profile in profiles else None): _pick(profiles.items()),
        _optional(CONF_ROOT_FOLDER, folder if folder in folders else None): _pick(
            (folder, folder) for folder in folders
        ),
    }
    if tags:
        fields[_optional(CONF_TAGS, current_tags)] = _pick(tags.items(), multiple=True)
    return vol.Schema(fields)


def destination(server_id: int, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return a destination as a subentry's data holds it."""
    place: dict[str, Any] = {CONF_SERVER: server_id}
    if CONF_PROFILE in user_input:
        place[CONF_PROFILE] = int(user_input[CONF_PROFILE])
    if CONF_ROOT_FOLDER in user_input:
        place[CONF_ROOT_FOLDER] = user_input[CONF_ROOT_FOLDER]
    if user_input.get(CONF_TAGS):
        place[CONF_TAGS] = [int(tag) for tag in user_input[CONF_TAGS]]
    return place
