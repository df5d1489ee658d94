"""Finding a Plex server, at an address that was entered or that plex.tv tells, and trying it."""

from __future__ import annotations

from dataclasses import dataclass

from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from ..account_plex import async_client_id
from ..engine.clients.plex import (
    PlexAccount,
    PlexKeys,
    PlexResource,
    PlexServer,
    find_address,
    identify,
)
from ..engine.http import CredentialsRejected, Doorway, Forbidden, ServiceError, Unreachable
from .address import AddressInvalid, candidates
from .plex_sign_in import server_of, tv_for
from .problem import BASE, FlowProblem
from .server_problem import address_problem, furthest

PORT = 32400
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class FoundPlex:
    """A server that answers as Plex does, by its machine identifier."""

    id: str
    url: str
    verify_ssl: bool
    name: str


@dataclass(frozen=True, slots=True)
class TriedToken:
    """What a server is asked with. `account` is None where plex.tv does not tell whose it is."""

    keys: PlexKeys
    account: PlexAccount | None
    server_name: str | None


def _doorway(hass: HomeAssistant, *, verify_ssl: bool) -> Doorway:
    session = async_get_clientsession(hass, verify_ssl=verify_ssl)
    # Nothing is tried again: the person who sees the error can do that.
    return Doorway(session, service="plex", timeout=_SECONDS, patience=0.0)


async def find_plex(hass: HomeAssistant, text: str, *, verify_ssl: bool) -> FoundPlex:
    """Return the server at an address, in whatever form. FlowProblem where there is none.

    No token is sent.
    """
    try:
        addresses = candidates(text)
    except AddressInvalid as invalid:
        raise FlowProblem(invalid.problem, CONF_URL) from None
    doorway = _doorway(hass, verify_ssl=verify_ssl)
    client_id = await async_client_id(hass)
    problems: list[FlowProblem] = []
    unreachable: set[URL] = set()
    for address in _with_port(addresses):
        if address.origin() in unreachable:
            continue
        url = str(address).rstrip("/")
        try:
            identity = await identify(doorway, url, client_id)
        except ServiceError as error:
            problems.append(address_problem(error, "not_plex", verify_ssl=verify_ssl))
            if isinstance(error, Unreachable):
                unreachable.add(address.origin())
            continue
        return FoundPlex(identity.id, url, verify_ssl, address.host or url)
    raise furthest(problems)


def _with_port(addresses: tuple[URL, ...]) -> list[URL]:
    """Return addresses, with Plex's own port first where none was entered."""
    own = [one.with_port(PORT) for one in addresses if one.explicit_port is None]
    return [*own, *addresses]


async def reach(hass: HomeAssistant, server: PlexResource) -> FoundPlex:
    """Return a server that plex.tv tells of, at the best of its addresses. Raises FlowProblem."""
    doorway = _doorway(hass, verify_ssl=True)
    try:
        address = await find_address(doorway, server, await async_client_id(hass))
    except Unreachable:
        raise FlowProblem("plex_server_unreachable", server=server.name) from None
    return FoundPlex(server.id, address, True, server.name)


async def try_server(hass: HomeAssistant, server: FoundPlex, token: str) -> bool:
    """Say whether a server takes a token. FlowProblem where it cannot be asked."""
    doorway = _doorway(hass, verify_ssl=server.verify_ssl)
    plex = PlexServer(doorway, server.url, await async_client_id(hass), token)
    try:
        await plex.sections()
    except CredentialsRejected, Forbidden:
        return False
    except ServiceError as error:
        problem = address_problem(error, "not_plex", verify_ssl=server.verify_ssl).trouble
        raise FlowProblem(problem.key, BASE, **problem.placeholders) from None
    return True


async def try_token(hass: HomeAssistant, server: FoundPlex, token: str) -> TriedToken:
    """Find out whose a token is, and whether the server takes it. Raises FlowProblem.

    A token of the server alone is as good; plex.tv then does not know it, nor need it be there.
    """
    tv = await tv_for(hass, token)
    account: PlexAccount | None = None
    servers: tuple[PlexResource, ...] = ()
    try:
        account, servers = await tv.account(), await tv.resources()
    except ServiceError:
        account = None
    known = server_of(servers, server.id)
    name = known.name if known else None
    account_token = token if account else None
    if await try_server(hass, server, token):
        return TriedToken(PlexKeys(token, account_token), account, name)
    # A token of somebody else than the owner works at plex.tv, which has another for the server.
    if known is not None and await try_server(hass, server, known.token):
        return TriedToken(PlexKeys(known.token, account_token), account, name)
    raise FlowProblem("plex_token_rejected", CONF_TOKEN)
