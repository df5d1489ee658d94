"""Pairings that follow their Plex server: what was watched there is on AniList within a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
    ConfigSubentry,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.start import async_at_started

from .const import CONF_LIBRARIES, DOMAIN
from .engine.clients.plex import PlexReach
from .engine.model import JobStatus, SyncRequest
from .engine.runner import JobState
from .engine.watching.follower import Follower
from .paired import follows, pairings_with

_READY = frozenset({JobStatus.COMPLETED, JobStatus.PARTIAL})


class Following:
    """Follows the server of one Plex account, for as long as any pairing wants that.

    One connection serves all pairings. It belongs to the Plex account: those of AniList come and go
    without it.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, reach: PlexReach) -> None:
        self._hass = hass
        self._entry = entry
        self._listeners: list[Callable[[], None]] = []
        self._reach = reach
        self._follower: Follower | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether any pairing follows."""
        return bool(self._pairings())

    @property
    def is_connected(self) -> bool:
        """Whether the server would be heard now."""
        return self._follower is not None and self._follower.is_connected

    @callback
    def start(self) -> None:
        """Follow, once Home Assistant has started, until the entry is unloaded."""
        self._entry.async_on_unload(async_at_started(self._hass, self._started))

    @callback
    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Be told when the connection came or went, and when following is wanted or no more."""
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._entry.async_on_unload(
            async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._changed)
        )
        self._begin_or_end()

    @callback
    def _changed(self, _change: ConfigEntryChange, other: ConfigEntry) -> None:
        """Look again at who follows; an account that is loaded may have missed something."""
        if other.domain != DOMAIN or other is self._entry:
            return
        self._begin_or_end()
        is_loaded = other.state is ConfigEntryState.LOADED
        if self._follower is not None and is_loaded and self._is_paired(other):
            self._follower.hint()

    @callback
    def _begin_or_end(self) -> None:
        if self.is_wanted is (self._follower is not None):
            return
        if self._task is not None:
            self._task.cancel()
            self._task = self._follower = None
        else:
            self._follower = Follower(
                lambda: self._reach.server, self._libraries, ask=self._ask, changed=self._tell
            )
            self._task = self._entry.async_create_background_task(
                self._hass, self._follower.run(), f"{DOMAIN} following {self._entry.title}"
            )
        self._tell()

    @callback
    def _ask(self) -> None:
        """Have the pairings look what was watched."""
        for entry, subentry in self._pairings():
            if entry.state is not ConfigEntryState.LOADED:
                continue
            pairing = entry.runtime_data.pairings.get(subentry.subentry_id)
            if pairing is not None and self._is_ready(pairing.data):
                pairing.runner.request(pairing.job_id, SyncRequest(reason="follow"))

    def _is_ready(self, state: JobState) -> bool:
        """Say whether a sync may run now that nobody asks for.

        A first plan waits for a yes, a limit for its end, a doubtful reading for the next one at
        its own time. Only what failed because the server was away is worth trying again.
        """
        if state.paused or state.report is None:
            return False
        return state.report.status in _READY or all(
            problem.key == "list_unreachable" and problem.account == self._entry.entry_id
            for problem in state.report.problems
        )

    @callback
    def _tell(self) -> None:
        for changed in tuple(self._listeners):
            changed()

    def _is_paired(self, other: ConfigEntry) -> bool:
        return any(entry is other for entry, _ in self._pairings())

    def _libraries(self) -> frozenset[str]:
        return frozenset(
            library
            for _, subentry in self._pairings()
            for library in subentry.data.get(CONF_LIBRARIES, ())
        )

    def _pairings(self) -> list[tuple[ConfigEntry, ConfigSubentry]]:
        return [
            (entry, subentry)
            for entry, subentry in pairings_with(self._hass, self._entry.entry_id)
            if entry.disabled_by is None and follows(subentry.data)
        ]
