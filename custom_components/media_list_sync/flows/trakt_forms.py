"""The forms of a Trakt account."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_USERNAME
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

CONF_ACCESS = "access"
ACCESS_SIGN_IN = "sign_in"
ACCESS_PUBLIC = "public"

ADDRESSES = {
    "apps_url": "https://trakt.tv/oauth/applications",
    "vip_url": "https://trakt.tv/vip",
    "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
}
"""What the texts show: they must not have addresses in them."""

_ID = TextSelector(TextSelectorConfig(autocomplete="off"))
_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_ACCESS = SelectSelector(
    SelectSelectorConfig(
        options=[ACCESS_SIGN_IN, ACCESS_PUBLIC],
        mode=SelectSelectorMode.LIST,
        translation_key="trakt_access",
    )
)


def app_schema(entry: ConfigEntry | None, *, with_access: bool) -> vol.Schema:
    """Return the form of an app.

    `with_access`: whether to sign in can be chosen. Who is signed in cannot go back to public
    lists: their own would be gone.
    """
    fields: dict[vol.Marker, Any] = {
        vol.Required(CONF_CLIENT_ID): _ID,
        vol.Optional(CONF_CLIENT_SECRET): _SECRET,
    }
    is_public = entry is not None and CONF_USERNAME not in entry.data
    if entry is None:
        fields[vol.Required(CONF_ACCESS, default=ACCESS_SIGN_IN)] = _ACCESS
    elif is_public and with_access:
        fields[vol.Required(CONF_ACCESS, default=ACCESS_PUBLIC)] = _ACCESS
    return vol.Schema(fields)
