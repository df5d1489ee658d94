"""What every request to either host of Trakt carries."""

from __future__ import annotations

from typing import Final

COMMON_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "trakt-api-version": "2",
    # Without a name of one's own the network in front of Trakt answers 403.
    "User-Agent": "MediaListSync/1 (Home Assistant custom integration)",
}
