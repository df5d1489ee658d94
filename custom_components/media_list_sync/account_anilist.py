"""Setting up an AniList account: public, or signed in with a token that lasts a year."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey
import orjson

from .const import CONF_AUTH_IMPLEMENTATION, CONF_USER_ID, DOMAIN, SECRET_TOKEN
from .coordinator import PairingCoordinator
from .coordinator_anilist import AniListCoordinator
from .engine.clients.anilist import PACE, AniListClient, expires_at
from .engine.http import Doorway, Lane
from .engine.requests.account import Verification
from .engine.runner import Runner
from .engine.store import secrets
from .issues_sign_in import SignInIssues
from .opening import open_secret
from .pairing import async_set_up_pairings
from .running import stop_runner
from .shared import Shared, async_adopt_token
from .verifying import try_account


@dataclass(frozen=True, slots=True)
class AniListRuntime:
    """What a loaded AniList entry holds. Who is not signed in can only read what is public."""

    client: AniListClient
    user_id: int
    is_signed_in: bool
    coordinator: AniListCoordinator
    runner: Runner
    pairings: dict[str, PairingCoordinator]
    """By subentry id."""

    @property
    def name(self) -> str:
        """Return what the person is called now; AniList lets people change it."""
        return self.coordinator.data.name

    async def verify(self) -> Verification:
        """Try the account."""
        return await try_account(self.coordinator.check)

    async def stop(self) -> None:
        """Bring the runner to rest."""
        await stop_runner(self.runner)


type AniListConfigEntry = ConfigEntry[AniListRuntime]

_LANE: HassKey[Lane] = HassKey(f"{DOMAIN}_anilist_lane")


@callback
def anilist_lane(hass: HomeAssistant) -> Lane:
    """Return the way to AniList, which counts requests by address: all accounts share it."""
    if _LANE not in hass.data:
        hass.data[_LANE] = Lane(PACE, None)
    return hass.data[_LANE]


async def async_setup_anilist(
    hass: HomeAssistant, entry: AniListConfigEntry, shared: Shared
) -> AniListRuntime:
    """Set an AniList account up, which takes one request.

    Raises ConfigEntryNotReady where AniList cannot be reached or the person is gone, and
    ConfigEntryAuthFailed where the sign-in does not hold any more or cannot be opened.
    """
    is_signed_in = CONF_AUTH_IMPLEMENTATION in entry.data
    user_id: int = entry.data[CONF_USER_ID]
    token = await _token(hass, entry, shared) if is_signed_in else None
    doorway = Doorway(
        async_get_clientsession(hass),
        service="anilist",
        account=entry.entry_id,
        lane=anilist_lane(hass),
    )
    client = AniListClient(doorway, shared.endpoints.anilist, token)
    coordinator = AniListCoordinator(
        hass,
        entry,
        client,
        public_user=None if is_signed_in else user_id,
        valid_until=None if token is None else expires_at(token),
    )
    issues = SignInIssues(coordinator)
    issues.start()
    await coordinator.async_config_entry_first_refresh()
    issues.update()
    _register_device(hass, entry, coordinator.data.name)
    runner, pairings = await async_set_up_pairings(hass, entry, shared, client, user_id)
    return AniListRuntime(client, user_id, is_signed_in, coordinator, runner, pairings)


async def _token(hass: HomeAssistant, entry: AniListConfigEntry, shared: Shared) -> str:
    await async_adopt_token(shared, entry)
    sealed = await shared.store.run(secrets.get, entry.entry_id, SECRET_TOKEN)
    if sealed is None:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key="not_signed_in",
            translation_placeholders={"account": entry.title},
        )
    token: str = orjson.loads(await open_secret(hass, entry, shared, sealed))["access_token"]
    return token


@callback
def _register_device(hass: HomeAssistant, entry: AniListConfigEntry, name: str) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer="AniList",
        configuration_url=f"https://anilist.co/user/{quote(name, safe='')}/animelist",
    )
