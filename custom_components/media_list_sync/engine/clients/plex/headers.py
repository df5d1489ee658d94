"""What every request to Plex carries."""

from __future__ import annotations

from typing import Final

PRODUCT: Final = "Media List Sync"
"""The name under which people find this sign-in among their authorized devices."""


def plex_headers(client_id: str, token: str | None = None) -> dict[str, str]:
    """Return the headers of a request.

    `client_id` has to stay the same for as long as a token is used: plex.tv ties one to the other.
    Without `Accept` the servers answer in XML.
    """
    headers = {
        "Accept": "application/json",
        "X-Plex-Client-Identifier": client_id,
        "X-Plex-Product": PRODUCT,
        "X-Plex-Version": "1",
        "X-Plex-Platform": "Home Assistant",
        "X-Plex-Device": "Home Assistant",
        "X-Plex-Device-Name": PRODUCT,
    }
    if token is not None:
        headers["X-Plex-Token"] = token
    return headers
