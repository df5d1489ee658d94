"""Setting up a Trakt account: its client and, where somebody is signed in, its tokens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import orjson

from .const import DOMAIN, SECRET_TOKEN
from .coordinator import TraktCoordinator
from .engine.clients.trakt import TraktApi, TraktClient, TraktTracker
from .engine.clients.trakt_auth import TokenKeeper, TokenPair, TraktAuth
from .engine.http import Doorway, Pace, ServiceError
from .engine.requests.account import Verification
from .engine.store import secrets
from .issues import AccountIssues
from .opening import open_secret
from .shared import Shared, async_adopt_token
from .verifying import try_account

_LOGGER = logging.getLogger(__name__)

REVOKE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class TraktRuntime:
    """What a loaded Trakt entry holds.

    `tokens` and `watching` are None where only a client id was entered.
    """

    client: TraktClient
    watching: TraktTracker | None
    tokens: TokenKeeper | None
    coordinator: TraktCoordinator

    async def verify(self) -> Verification:
        """Try the account."""
        return await try_account(self.coordinator.check)

    async def stop(self) -> None:
        """Let a renewal of the tokens end: new ones that were not stored would be lost."""
        if self.tokens is not None:
            await self.tokens.settle()


type TraktConfigEntry = ConfigEntry[TraktRuntime]


async def async_setup_trakt(
    hass: HomeAssistant, entry: TraktConfigEntry, shared: Shared
) -> TraktRuntime:
    """Set a Trakt account up, which takes one request.

    Raises ConfigEntryNotReady where Trakt cannot be reached, and ConfigEntryAuthFailed where the
    sign-in does not hold any more or cannot be opened.
    """
    doorway = _doorway(hass, entry)
    tokens = await _tokens(hass, entry, shared, doorway)
    client = TraktClient(doorway, shared.endpoints.trakt_api, entry.data[CONF_CLIENT_ID], tokens)
    watching = None
    if tokens is not None:
        client_id = entry.data[CONF_CLIENT_ID]
        watching = TraktTracker(TraktApi(doorway, shared.endpoints.trakt_api, client_id, tokens))
    coordinator = TraktCoordinator(hass, entry, client, watching, tokens)
    issues = AccountIssues(coordinator)
    issues.start()
    await coordinator.async_config_entry_first_refresh()
    issues.update()
    _register_device(hass, entry)
    return TraktRuntime(client, watching, tokens, coordinator)


async def async_revoke(hass: HomeAssistant, entry: ConfigEntry, shared: Shared) -> None:
    """End the sign-in at Trakt, if there is one and Trakt answers within seconds."""
    try:
        async with asyncio.timeout(REVOKE_SECONDS):
            tokens = await _tokens(hass, entry, shared, _doorway(hass, entry))
            if tokens is not None:
                await tokens.revoke()
    except (ConfigEntryAuthFailed, ServiceError, TimeoutError) as error:
        _LOGGER.info("The sign-in of %s could not be revoked: %s", entry.title, error)


def _doorway(hass: HomeAssistant, entry: ConfigEntry) -> Doorway:
    return Doorway(
        async_get_clientsession(hass),
        service="trakt",
        account=entry.entry_id,
        # Half of what Trakt documents (1,000 reads in five minutes), as its staff advise.
        pace=Pace(interval=0.6, at_once=2),
        write_pace=Pace(interval=1.0, at_once=1),
    )


async def _tokens(
    hass: HomeAssistant, entry: ConfigEntry, shared: Shared, doorway: Doorway
) -> TokenKeeper | None:
    """Return the tokens of who is signed in; None for an account by its client id alone."""
    if CONF_CLIENT_SECRET not in entry.data:
        return None
    client_secret = await open_secret(hass, entry, shared, entry.data[CONF_CLIENT_SECRET])
    await async_adopt_token(shared, entry)
    sealed = await shared.store.run(secrets.get, entry.entry_id, SECRET_TOKEN)
    if sealed is None:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key="not_signed_in",
            translation_placeholders={"account": entry.title},
        )
    pair = TokenPair.from_data(orjson.loads(await open_secret(hass, entry, shared, sealed)))
    auth = TraktAuth(
        doorway, shared.endpoints.trakt_auth, entry.data[CONF_CLIENT_ID], client_secret
    )

    async def save(pair: TokenPair) -> None:
        sealed = await hass.async_add_executor_job(shared.vault.seal, pair.as_data())
        await shared.store.run(secrets.put, entry.entry_id, SECRET_TOKEN, sealed)

    return TokenKeeper(auth, pair, save=save)


@callback
def _register_device(hass: HomeAssistant, entry: TraktConfigEntry) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer="Trakt",
        configuration_url="https://app.trakt.tv",
    )
