"""Which pairings an account has a part in, and which of them follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from .const import CONF_FOLLOW, CONF_TRACKER, DOMAIN, SUBENTRY_PAIRING
from .engine.watching.policy import Direction, PairingPolicy


def pairings_with(hass: HomeAssistant, tracker_id: str) -> list[tuple[ConfigEntry, ConfigSubentry]]:
    """Return the pairings with a Plex or Trakt account, with the AniList account of each."""
    return [
        (entry, subentry)
        for entry in hass.config_entries.async_entries(DOMAIN)
        for subentry in entry.get_subentries_of_type(SUBENTRY_PAIRING)
        if subentry.data[CONF_TRACKER] == tracker_id
    ]


def follows(data: Mapping[str, Any]) -> bool:
    """Say whether a pairing with Plex wants to hear of it when something was watched there.

    Where nothing goes from there to AniList, it has nothing to hear.
    """
    is_carried = PairingPolicy.from_data(data).direction is not Direction.TO_TRACKER
    return is_carried and bool(data.get(CONF_FOLLOW, True))
