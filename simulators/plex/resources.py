"""Servers and players, as plex.tv lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from .state import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .people import Person
    from .state import State

LOCAL: Final = "local"
REMOTE: Final = "remote"
RELAY: Final = "relay"
"""The ways to a server."""


def server_fields(
    state: State, person: Person, ways: Mapping[str, str], *, present: bool
) -> dict[str, Any]:
    """Return the media server as somebody may use it, with a token of their own for it."""
    owner = state.people.owner
    return {
        **_device(state.name, "Plex Media Server", state.machine),
        "provides": "server",
        "ownerId": None if person.admin else owner.id,
        "sourceTitle": None if person.admin else owner.title,
        "publicAddress": "203.0.113.7",
        "accessToken": person.server_token,
        "owned": person.admin,
        "home": not person.admin,
        "relay": True,
        "presence": present,
        "connections": [_connection(way, url) for way, url in ways.items()],
    }


def player_fields(person: Person) -> dict[str, Any]:
    """Return a player, which is no server and has no token."""
    return {
        **_device("TV", "Plex for LG", f"player-{person.id}"),
        "provides": "client,player",
        "ownerId": None,
        "sourceTitle": None,
        "publicAddress": "203.0.113.7",
        "accessToken": None,
        "owned": True,
        "home": False,
        "relay": False,
        "presence": True,
        "connections": [],
    }


def _device(name: str, product: str, client: str) -> dict[str, Any]:
    return {
        "name": name,
        "product": product,
        "productVersion": VERSION,
        "platform": "Linux",
        "platformVersion": "6.12",
        "device": "Docker Container",
        "clientIdentifier": client,
        "createdAt": "2021-01-01T12:12:24Z",
        "lastSeenAt": "2026-11-01T13:43:34Z",
        "synced": False,
        "httpsRequired": False,
        "publicAddressMatches": True,
        "dnsRebindingProtection": False,
        "natLoopbackSupported": False,
    }


def _connection(way: str, url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "protocol": parts.scheme,
        "address": parts.hostname,
        "port": parts.port,
        "uri": url,
        "local": way == LOCAL,
        "relay": way == RELAY,
        "IPv6": False,
    }
