"""Finding a Seerr server at the address that a person entered, and trying the key."""

from __future__ import annotations

from dataclasses import dataclass

from homeassistant.const import CONF_API_KEY, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from ..engine.clients.seerr import PublicSettings, SeerrClient
from ..engine.http import CredentialsRejected, Doorway, Forbidden, ServiceError, Unreachable
from .address import AddressInvalid, candidates
from .problem import FlowProblem
from .server_problem import address_problem, furthest

_SECONDS = 10.0
"""How long an answer may take while a person is waiting."""
_PATIENCE = 0.0
"""Nothing is tried again: the person who sees the error can do that."""


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answers as Seerr does."""

    url: str
    verify_ssl: bool
    settings: PublicSettings

    @property
    def unique_id(self) -> str:
        """What identifies its entry, wherever the server moves."""
        return f"seerr:{self.settings.server_id}"

    @property
    def title(self) -> str:
        """What its entry is called."""
        return f"{self.settings.title} ({URL(self.url).host})"


def client_for(hass: HomeAssistant, url: str, *, api_key: str, verify_ssl: bool) -> SeerrClient:
    """Return a client that gives up sooner than one that works unattended."""
    return SeerrClient(_doorway(hass, verify_ssl=verify_ssl), URL(url), api_key)


def _doorway(hass: HomeAssistant, *, verify_ssl: bool) -> Doorway:
    session = async_get_clientsession(hass, verify_ssl=verify_ssl)
    return Doorway(session, service="seerr", timeout=_SECONDS, patience=_PATIENCE)


async def find_server(hass: HomeAssistant, text: str, *, verify_ssl: bool) -> FoundServer:
    """Return the server at an address, in whatever form. FlowProblem where there is none.

    Nothing secret is sent before the server has shown that it is one.
    """
    try:
        addresses = candidates(text)
    except AddressInvalid as invalid:
        raise FlowProblem(invalid.problem, CONF_URL) from None
    problems: list[FlowProblem] = []
    unreachable: set[str] = set()
    for address in addresses:
        if address.scheme in unreachable:
            continue
        url = str(address).rstrip("/")
        client = client_for(hass, url, api_key="", verify_ssl=verify_ssl)
        try:
            await client.status()
            settings = await client.public_settings()
        except ServiceError as error:
            problems.append(_problem(error, verify_ssl=verify_ssl))
            if isinstance(error, Unreachable):
                unreachable.add(address.scheme)
            continue
        return FoundServer(url, verify_ssl, settings)
    raise furthest(problems)


async def sign_in(hass: HomeAssistant, server: FoundServer, api_key: str) -> None:
    """Try the key. FlowProblem where it is none, or may not do what the lists need."""
    client = client_for(hass, server.url, api_key=api_key, verify_ssl=server.verify_ssl)
    try:
        owner = await client.me()
    except CredentialsRejected:
        if not await _is_set_up(hass, server):
            raise FlowProblem("not_initialized", CONF_URL) from None
        raise FlowProblem("invalid_key", CONF_API_KEY) from None
    except Forbidden:
        raise FlowProblem("not_admin", CONF_API_KEY) from None
    except ServiceError as error:
        raise _problem(error, verify_ssl=server.verify_ssl) from None
    # To request in the name of others, and to be told who they are.
    if not owner.is_admin:
        raise FlowProblem("not_admin", CONF_API_KEY)


async def _is_set_up(hass: HomeAssistant, server: FoundServer) -> bool:
    """Say whether the server was set up: before, it has nobody that a key could belong to."""
    doorway = _doorway(hass, verify_ssl=server.verify_ssl)
    try:
        answer = await doorway.get(
            URL(f"{server.url}/api/v1/settings/public"), headers={"Accept": "application/json"}
        )
        said = answer.json()
    except ServiceError:
        return True
    return not (isinstance(said, dict) and said.get("initialized") is False)


def _problem(error: ServiceError, *, verify_ssl: bool) -> FlowProblem:
    return address_problem(error, "not_seerr", verify_ssl=verify_ssl)
