"""The forms of a Plex account."""

from __future__ import annotations

from collections.abc import Iterable

from homeassistant.const import CONF_PIN, CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import CONF_SERVER
from ..engine.clients.plex import PlexResource, PlexUser

CONF_PERSON = "person"

PLACES = {
    "url_example": "http://homeserver:32400",
    "token_url": (
        "https://support.plex.tv/articles/204059436-finding-an-authentication-token-x-plex-token/"
    ),
}
"""What the texts show: they must not have addresses in them."""

_ADDRESS = TextSelector(TextSelectorConfig(autocomplete="url"))
_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))

PIN_SCHEMA = vol.Schema({vol.Required(CONF_PIN): _SECRET})


def address_schema(*, token_needed: bool) -> vol.Schema:
    """Return the form of an address and a token."""
    return vol.Schema(
        {
            vol.Required(CONF_URL): _ADDRESS,
            vol.Required(CONF_TOKEN) if token_needed else vol.Optional(CONF_TOKEN): _SECRET,
            vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
        }
    )


def server_schema(servers: Iterable[PlexResource], chosen: str | None) -> vol.Schema:
    """Return the form of a server to choose."""
    return vol.Schema(_pick(CONF_SERVER, {one.id: one.name for one in servers}, chosen))


def person_schema(people: Iterable[PlexUser], chosen: str) -> vol.Schema:
    """Return the form of a person to choose."""
    return vol.Schema(_pick(CONF_PERSON, {one.uuid: one.name for one in people}, chosen))


def _pick(field: str, labels: dict[str, str], chosen: str | None) -> dict[vol.Marker, object]:
    key = vol.Required(field, default=chosen) if chosen in labels else vol.Required(field)
    options = [SelectOptionDict(value=value, label=label) for value, label in labels.items()]
    return {
        key: SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST))
    }
