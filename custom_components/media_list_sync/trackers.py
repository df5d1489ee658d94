"""Plex servers and Trakt accounts as trackers, each made once, whoever is paired with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .account_plex import PlexRuntime
from .account_trakt import TraktRuntime
from .const import CONF_DROPPED, CONF_LIBRARIES, CONF_SCORES, CONF_WATCHLIST, DOMAIN
from .engine.setbacks import AccountMissing
from .engine.store.database import Store
from .engine.watching.plan import ActionKind
from .engine.watching.plex import PlexTracker
from .engine.watching.tracker import Tracker
from .engine.watching.trakt import TraktTracker
from .paired import pairings_with

_WANTS = {
    CONF_SCORES: ActionKind.RATE,
    CONF_WATCHLIST: ActionKind.LIST,
    CONF_DROPPED: ActionKind.DROP,
}


@dataclass(slots=True)
class Trackers:
    """The trackers of all pairings, by the entry of their account.

    Pairings of several AniList accounts with one tracker share what is known of it. A tracker is
    made anew when its account was loaded anew.
    """

    hass: HomeAssistant
    _made: dict[str, tuple[object, Tracker]] = field(default_factory=dict)

    @callback
    def of(self, entry_id: str, store: Store) -> Tracker:
        """Return a tracker. AccountMissing where its account was removed, or is not ready."""
        entry = self.hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            self._made.pop(entry_id, None)
        if entry is None:
            raise AccountMissing("tracker", entry_id, "removed")
        if entry.state is not ConfigEntryState.LOADED:
            raise AccountMissing("tracker", entry_id, entry.title)
        runtime = entry.runtime_data
        known = self._made.get(entry_id)
        if known is None or known[0] is not runtime:
            known = self._made[entry_id] = (runtime, self._make(entry, store))
        return known[1]

    def _make(self, entry: ConfigEntry, store: Store) -> Tracker:
        runtime = entry.runtime_data
        if isinstance(runtime, PlexRuntime):
            return PlexTracker(
                lambda: runtime.server,
                runtime.watchlist,
                store,
                entry.entry_id,
                lambda: self._libraries(entry.entry_id),
                dt_util.utcnow,
            )
        if isinstance(runtime, TraktRuntime) and runtime.watching is not None:
            return TraktTracker(
                runtime.watching,
                store,
                entry.entry_id,
                lambda: self._wants(entry.entry_id),
                dt_util.utcnow,
            )
        raise AccountMissing("tracker", entry.entry_id, entry.title)

    def _libraries(self, entry_id: str) -> frozenset[str]:
        """Return the libraries that any pairing with a server uses."""
        return frozenset(
            library
            for _, pairing in pairings_with(self.hass, entry_id)
            for library in pairing.data.get(CONF_LIBRARIES, ())
        )

    def _wants(self, entry_id: str) -> frozenset[ActionKind]:
        return frozenset(
            kind
            for _, pairing in pairings_with(self.hass, entry_id)
            for option, kind in _WANTS.items()
            if pairing.data.get(option)
        )


_TRACKERS: HassKey[Trackers] = HassKey(f"{DOMAIN}_trackers")


@callback
def trackers(hass: HomeAssistant) -> Trackers:
    """Return Home Assistant's trackers."""
    if _TRACKERS not in hass.data:
        hass.data[_TRACKERS] = Trackers(hass)
    return hass.data[_TRACKERS]
