"""plex.tv: signing in, who somebody is, and which servers there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from yarl import URL

from ...http import Answer, Doorway
from ..shape import Row, mapping, number, read, text
from . import shapes_tv
from .errors import PinExpired, WrongPin, refusal
from .headers import PRODUCT, plex_headers
from .models import PlexAccount, PlexPin, PlexResource, PlexUser

TYPE_IN: Final = "https://plex.tv/link"
"""Where people type in a short code."""
_ALLOW = "https://app.plex.tv/auth"


class PlexTv:
    """Asks plex.tv, as the person of `token`; without one, only for PINs.

    Addresses have no path. Every method raises Unreachable, Limited, InvalidAnswer, Forbidden and
    Refused; those that need the token raise CredentialsRejected where it is not good.
    """

    def __init__(
        self,
        doorway: Doorway,
        tv_url: str,
        clients_url: str,
        client_id: str,
        token: str | None = None,
    ) -> None:
        self._doorway = doorway
        self._tv = tv_url.rstrip("/")
        self._clients = clients_url.rstrip("/")
        self._client_id = client_id
        self._headers = plex_headers(client_id, token)

    async def create_pin(self, *, strong: bool = True) -> PlexPin:
        """Begin to sign in. `strong`: by a link; otherwise with four letters, typed at TYPE_IN."""
        asked = "?strong=true" if strong else ""
        answer = await self._doorway.send(
            "POST", self._url(f"{self._tv}/api/v2/pins{asked}"), headers=self._headers
        )
        if answer.status not in (200, 201) or answer.is_html:
            raise refusal(answer)
        return await read(answer, lambda value: self._pin(mapping(value), strong=strong))

    async def check_pin(self, pin_id: int) -> str | None:
        """Return the token of somebody who has signed in; None as long as nobody has.

        PinExpired once its time is over, and for one that another client began.
        """
        answer = await self._doorway.get(
            self._url(f"{self._tv}/api/v2/pins/{pin_id:d}"), headers=self._headers
        )
        if answer.status == 404:
            raise PinExpired(answer.service, answer.account)
        return await read(_good(answer), shapes_tv.token_or_none)

    async def account(self) -> PlexAccount:
        """Return whom the token belongs to."""
        return await read(await self._get(f"{self._tv}/api/v2/user"), shapes_tv.account)

    async def resources(self) -> tuple[PlexResource, ...]:
        """Return the media servers that the person may use."""
        address = f"{self._clients}/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1"
        return await read(await self._get(address), shapes_tv.resources)

    async def home_users(self) -> tuple[PlexUser, ...]:
        """Return the people of the Plex Home, in its own order; of no home, the person alone."""
        return await read(await self._get(f"{self._tv}/api/v2/home/users"), shapes_tv.home_users)

    async def switch_user(self, uuid: str, pin: str | None = None) -> str:
        """Return the token of a person of the home.

        WrongPin where a PIN is needed that is not `pin`; NotFound where there is no such person.
        Plex takes the PIN in the query alone; nothing of a query is ever logged.
        """
        asked = f"?pin={quote(pin, safe='')}" if pin else ""
        answer = await self._doorway.send(
            "POST",
            self._url(f"{self._tv}/api/v2/home/users/{quote(uuid, safe='')}/switch{asked}"),
            headers=self._headers,
        )
        if answer.status in (401, 403, 422) and not answer.is_html:
            # A token that is not good any more is refused in the same way.
            await self.account()
            raise WrongPin(answer.service, answer.account)
        if answer.status not in (200, 201) or answer.is_html:
            raise refusal(answer)
        return await read(answer, shapes_tv.token)

    def _pin(self, row: Row, *, strong: bool) -> PlexPin:
        code = text(row, "code")
        link = TYPE_IN
        if strong:
            asked = {
                "clientID": self._client_id,
                "code": code,
                "context[device][product]": PRODUCT,
            }
            link = f"{_ALLOW}#?{_query(asked)}"
        return PlexPin(number(row, "id"), code, link, number(row, "expiresIn"))

    async def _get(self, address: str) -> Answer:
        return _good(await self._doorway.get(self._url(address), headers=self._headers))

    @staticmethod
    def _url(address: str) -> URL:
        return URL(address, encoded=True)


def _good(answer: Answer) -> Answer:
    if answer.status != 200 or answer.is_html:
        raise refusal(answer)
    return answer


def _query(pairs: Mapping[str, str]) -> str:
    return "&".join(
        f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in pairs.items()
    )
