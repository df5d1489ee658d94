"""The accounts there are, by what their loaded entries hold."""

from __future__ import annotations

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry

from .account_anilist import AniListRuntime
from .account_plex import PlexRuntime
from .account_seerr import SeerrRuntime
from .account_trakt import TraktRuntime
from .coordinator import JobCoordinator

type AccountRuntime = SeerrRuntime | TraktRuntime | AniListRuntime | PlexRuntime
type AccountConfigEntry = ConfigEntry[AccountRuntime]


def jobs_of(runtime: AccountRuntime) -> Mapping[str, JobCoordinator]:
    """Return what an account carries, by subentry id: the lists of a server, or pairings."""
    match runtime:
        case SeerrRuntime():
            return runtime.lists
        case AniListRuntime():
            return runtime.pairings
    return {}
