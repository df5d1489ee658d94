"""Signing in to AniList, with an API client that a person made there.

Home Assistant keeps the client's secret, in plain text, and leads the person there and back. The
token is not kept by it: AniList's lasts a year and cannot be renewed, and ours is sealed.
"""

from __future__ import annotations

from typing import Any, override

from aiohttp import RequestInfo, hdrs
from homeassistant.components.application_credentials import (
    AuthImplementation,
    AuthorizationServer,
    ClientCredential,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import OAuth2TokenRequestReauthError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import AUTH_CALLBACK_PATH, MY_AUTH_CALLBACK_PATH
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util import dt as dt_util
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from .const import DOMAIN
from .engine.clients.anilist import expires_at
from .engine.clients.anilist_auth import AniListAuth
from .engine.http import Doorway
from .shared import async_get_endpoints

_SECONDS = 15.0
_PATIENCE = 3.0
_YEAR = 365 * 24 * 3600


class AniListImplementation(AuthImplementation):
    """AniList's way of OAuth: the exchange takes JSON, and nothing is ever renewed.

    Only the flow of this integration asks it, and takes the errors of AniListAuth.
    """

    @override
    async def _token_request(self, data: dict[str, Any]) -> dict[str, Any]:
        """Exchange a code for a token. `expires_in` (seconds) is what the token says itself."""
        session = async_get_clientsession(self.hass)
        doorway = Doorway(session, service="anilist", timeout=_SECONDS, patience=_PATIENCE)
        site = async_get_endpoints(self.hass).anilist_auth
        auth = AniListAuth(doorway, site, self.client_id, self.client_secret)
        token = await auth.exchange(data["code"], data["redirect_uri"])
        ends = expires_at(token)
        left = _YEAR if ends is None else int((ends - dt_util.utcnow()).total_seconds())
        return {"access_token": token, "token_type": "Bearer", "expires_in": left}

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Refuse: there is nothing to renew a token with."""
        asked = RequestInfo(URL(self.token_url), hdrs.METH_POST, CIMultiDictProxy(CIMultiDict()))
        raise OAuth2TokenRequestReauthError(request_info=asked, domain=DOMAIN)


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> AniListImplementation:
    """Return the way to sign in with an API client."""
    site = async_get_endpoints(hass).anilist_auth.rstrip("/")
    server = AuthorizationServer(
        authorize_url=f"{site}/api/v2/oauth/authorize", token_url=f"{site}/api/v2/oauth/token"
    )
    return AniListImplementation(hass, auth_domain, credential, server)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what the dialog for an API client tells of making one."""
    return {
        "clients_url": "https://anilist.co/settings/developer",
        "redirect_url": redirect_url(hass),
        "more_url": (
            "https://github.com/media-list-sync/media-list-sync/blob/main/docs/anilist.md"
        ),
    }


@callback
def redirect_url(hass: HomeAssistant) -> str:
    """Return the address that AniList sends a person back to, as it will most likely be."""
    if "my" in hass.config.components:
        return MY_AUTH_CALLBACK_PATH
    try:
        home = get_url(hass, prefer_external=True)
    except NoURLAvailableError:
        home = "https://homeassistant.example.org"
    return f"{home}{AUTH_CALLBACK_PATH}"
