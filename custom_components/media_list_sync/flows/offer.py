"""What a Seerr server lets a person choose from: users, qualities, Radarr and Sonarr servers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_API_KEY, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from ..engine.clients.seerr import ArrServer, SeerrClient, SeerrUser
from ..engine.http import CredentialsRejected, Limited, ServiceError, Unreachable
from ..engine.model import MediaType, Quality
from .base import async_unseal
from .problem import BASE, FlowProblem
from .seerr_server import client_for


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that requests may be sent to: films or shows, in one quality."""

    media_type: MediaType
    quality: Quality

    @property
    def name(self) -> str:
        """What it is called in forms and in a subentry's data."""
        return f"{self.media_type}_{self.quality}"


SLOTS = tuple(Slot(media_type, quality) for media_type in MediaType for quality in Quality)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen. `owner` is whom the API key belongs to."""

    client: SeerrClient
    owner: SeerrUser
    users: tuple[SeerrUser, ...]
    in_4k: frozenset[MediaType]
    servers: Mapping[MediaType, tuple[ArrServer, ...]]

    def user(self, user_id: int | None) -> SeerrUser | None:
        """Return a user; None where there is no such user (any more)."""
        wanted = self.owner.id if user_id is None else user_id
        return next((user for user in self.users if user.id == wanted), None)

    def servers_of(self, slot: Slot) -> tuple[ArrServer, ...]:
        """Return the servers that take requests of a kind."""
        wants_4k = slot.quality is Quality.UHD
        return tuple(server for server in self.servers[slot.media_type] if server.is_4k is wants_4k)


async def ask_server(hass: HomeAssistant, entry: ConfigEntry) -> Offer:
    """Ask the server of an account. FlowProblem where it does not answer.

    The entry need not be loaded: the flow asks for itself.
    """
    api_key = await async_unseal(hass, entry.data[CONF_API_KEY], BASE)
    client = client_for(
        hass,
        entry.data[CONF_URL],
        api_key=api_key,
        verify_ssl=entry.data[CONF_VERIFY_SSL],
    )
    try:
        # One after the other where the first one tells what is wrong.
        owner = await client.me()
        settings, users, films, shows = await asyncio.gather(
            client.public_settings(),
            client.users(),
            client.servers(MediaType.MOVIE),
            client.servers(MediaType.SHOW),
        )
    except CredentialsRejected:
        entry.async_start_reauth_if_available(hass)
        raise FlowProblem("server_key_rejected", BASE, server=entry.title) from None
    except ServiceError as error:
        raise server_problem(error, entry.title) from None
    in_4k = {MediaType.MOVIE: settings.movie_4k, MediaType.SHOW: settings.series_4k}
    return Offer(
        client,
        owner,
        users,
        frozenset(media_type for media_type, offered in in_4k.items() if offered),
        {MediaType.MOVIE: films, MediaType.SHOW: shows},
    )


def server_problem(error: ServiceError, title: str, field: str = BASE) -> FlowProblem:
    """Return what keeps a server from being asked."""
    match error:
        case Unreachable() | Limited():
            key = "server_unreachable"
        case _:
            key = "server_refused"
    return FlowProblem(key, field, server=title, detail=error.detail or type(error).__name__)
