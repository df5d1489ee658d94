"""From plex.tv's JSON to values. Everything here raises Misshapen for what does not fit."""

from __future__ import annotations

from ..shape import (
    Row,
    array,
    children,
    flag,
    mapping,
    number,
    text,
    text_or_none,
    words,
    words_or_none,
)
from .models import PlexAccount, PlexConnection, PlexResource, PlexUser


def account(value: object) -> PlexAccount:
    """Read whom a token belongs to."""
    row = mapping(value)
    return PlexAccount(number(row, "id"), text(row, "uuid"), _name(row))


def home_users(value: object) -> tuple[PlexUser, ...]:
    """Read the people of a Plex Home."""
    return tuple(
        PlexUser(
            id=number(row, "id"),
            uuid=text(row, "uuid"),
            name=_name(row),
            is_admin=flag(row, "admin"),
            has_pin=flag(row, "protected"),
        )
        for row in children(mapping(value), "users")
    )


def token(value: object) -> str:
    """Read the token of somebody who was switched to."""
    return text(mapping(value), "authToken")


def token_or_none(value: object) -> str | None:
    """Read the token of a PIN; None as long as nobody has allowed it."""
    return text_or_none(mapping(value), "authToken")


def resources(value: object) -> tuple[PlexResource, ...]:
    """Read the media servers that there is a token for, among players and the like."""
    rows = [mapping(row, "resource") for row in array(value)]
    return tuple(
        _resource(row)
        for row in rows
        if "server" in text(row, "provides").split(",") and text_or_none(row, "accessToken")
    )


def _resource(row: Row) -> PlexResource:
    connections = [
        one
        for connection in children(row, "connections")
        for one in _connections(connection, https_only=flag(row, "httpsRequired"))
    ]
    return PlexResource(
        id=text(row, "clientIdentifier"),
        name=words(row, "name"),
        token=text(row, "accessToken"),
        is_owned=flag(row, "owned"),
        connections=tuple(sorted(connections, key=_rank)),
    )


def _connections(row: Row, *, https_only: bool) -> list[PlexConnection]:
    """Return the ways to an address: within the house also without the `plex.direct` name.

    Many routers do not resolve a name to an address of their own network (DNS rebinding).
    """
    is_local, is_relay = flag(row, "local"), flag(row, "relay")
    uri = text(row, "uri").rstrip("/")
    found = [PlexConnection(uri, is_local, is_relay)]
    if is_local and not https_only and uri.startswith("https:"):
        host = text(row, "address")
        host = f"[{host}]" if ":" in host else host
        plain = f"http://{host}:{number(row, 'port')}"
        found.append(PlexConnection(plain, is_local, is_relay))
    return found


def _rank(connection: PlexConnection) -> tuple[bool, bool, bool]:
    is_plain = connection.address.startswith("http:")
    return (connection.is_relay, not connection.is_local, is_plain)


def _name(row: Row) -> str:
    """Return what somebody is called: people of a home without an account have a title alone."""
    return words_or_none(row, "title") or words_or_none(row, "username") or text(row, "uuid")
