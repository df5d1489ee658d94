"""Setting up a Plex server, as one of its people."""

from __future__ import annotations

from dataclasses import dataclass
import hashlib

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr, instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import orjson

from .const import CONF_SERVER_ID, DOMAIN, SECRET_TOKEN
from .coordinator_plex import PlexCoordinator
from .engine.clients.plex import PlexKeys, PlexReach, PlexServer, PlexTv, PlexWatchlist
from .engine.clients.plex.address import WITHIN
from .engine.endpoints import Endpoints
from .engine.http import Doorway
from .engine.requests.account import Verification
from .engine.store import secrets
from .following import Following
from .issues import AccountIssues
from .opening import open_secret
from .shared import Shared, async_adopt_token
from .verifying import try_account


@dataclass(frozen=True, slots=True)
class PlexRuntime:
    """What a loaded Plex entry holds.

    `tv` and `watchlist` are None where plex.tv does not know the token.
    """

    reach: PlexReach
    tv: PlexTv | None
    watchlist: PlexWatchlist | None
    coordinator: PlexCoordinator
    following: Following

    @property
    def server(self) -> PlexServer:
        """Return the server where it is now. Not to be kept: it may move."""
        return self.reach.server

    async def verify(self) -> Verification:
        """Try the server."""
        return await try_account(self.coordinator.check, lambda: self.coordinator.data.version)

    async def stop(self) -> None:
        """Do nothing: following ends with the entry, and nothing else would have to come to rest."""


type PlexConfigEntry = ConfigEntry[PlexRuntime]


async def async_setup_plex(
    hass: HomeAssistant, entry: PlexConfigEntry, shared: Shared
) -> PlexRuntime:
    """Set a Plex server up, which takes two requests; more where it has to be looked for.

    Raises ConfigEntryNotReady where the server cannot be reached, and ConfigEntryAuthFailed where
    its token does not hold any more or cannot be opened.
    """
    await async_adopt_token(shared, entry)
    sealed = await shared.store.run(secrets.get, entry.entry_id, SECRET_TOKEN)
    if sealed is None:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key="not_signed_in",
            translation_placeholders={"account": entry.title},
        )
    keys = PlexKeys.from_data(orjson.loads(await open_secret(hass, entry, shared, sealed)))
    client_id = await async_client_id(hass)
    tv = watchlist = None
    if keys.account_token is not None:
        tv_doorway = Doorway(
            async_get_clientsession(hass), service="plex", account=entry.entry_id, patience=5
        )
        tv = plex_tv(tv_doorway, shared.endpoints, client_id, keys.account_token)
        watchlist = PlexWatchlist(
            tv_doorway, shared.endpoints.plex_discover, client_id, keys.account_token
        )

    async def save(keys: PlexKeys) -> None:
        sealed = await hass.async_add_executor_job(shared.vault.seal, keys.as_data())
        await shared.store.run(secrets.put, entry.entry_id, SECRET_TOKEN, sealed)

    session = async_get_clientsession(hass, verify_ssl=entry.data[CONF_VERIFY_SSL])
    reach = PlexReach(
        Doorway(session, service="plex", account=entry.entry_id),
        Doorway(session, service="plex", account=entry.entry_id, timeout=WITHIN, patience=0),
        tv,
        keys,
        server_id=entry.data[CONF_SERVER_ID],
        address=entry.data[CONF_URL],
        client_id=client_id,
        save=save,
    )
    coordinator = PlexCoordinator(hass, entry, reach)
    AccountIssues(coordinator).start()
    await coordinator.async_config_entry_first_refresh()
    _register_device(hass, entry, coordinator.data.version, reach.address)
    following = Following(hass, entry, reach)
    following.start()
    return PlexRuntime(reach, tv, watchlist, coordinator, following)


def plex_tv(
    doorway: Doorway, endpoints: Endpoints, client_id: str, token: str | None = None
) -> PlexTv:
    """Return plex.tv as somebody; without a token, as nobody yet."""
    return PlexTv(doorway, endpoints.plex_tv, endpoints.plex_clients, client_id, token)


async def async_client_id(hass: HomeAssistant) -> str:
    """Return what plex.tv knows this installation by, the same for as long as it lives.

    From Home Assistant's own id, which it does not give away.
    """
    own = await instance_id.async_get(hass)
    return hashlib.sha256(f"{DOMAIN} plex {own}".encode()).hexdigest()[:32]


@callback
def _register_device(
    hass: HomeAssistant, entry: PlexConfigEntry, version: str, address: str
) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer="Plex",
        model="Plex Media Server",
        configuration_url=f"{address}/web",
        sw_version=version,
    )
