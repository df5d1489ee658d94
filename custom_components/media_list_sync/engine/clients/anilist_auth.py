"""Signing in to AniList, on its site."""

from __future__ import annotations

from yarl import URL

from ..http import Answer, CredentialsRejected, Doorway, InvalidAnswer, Refused
from .anilist.errors import refusal
from .shape import mapping, read, text

__all__ = ["AniListAuth", "CodeRejected"]

_HEADERS = {
    "Accept": "application/json",
    "User-Agent": "MediaListSync/1 (Home Assistant custom integration)",
    "Referer": "https://github.com/media-list-sync/media-list-sync",
}


class CodeRejected(Refused):
    """The code does not work: too old, used before, or had for another address."""


class AniListAuth:
    """The sign-in of one API client, as its owner set it up in AniList's settings."""

    def __init__(self, doorway: Doorway, auth_url: str, client_id: str, client_secret: str) -> None:
        self._doorway = doorway
        self._url = URL(f"{auth_url.rstrip('/')}/api/v2/oauth/token")
        self._client_id = client_id
        self._secret = client_secret

    async def exchange(self, code: str, redirect_uri: str) -> str:
        """Return the access token that a code stands for. It works once.

        `redirect_uri` has to be, to the letter, what the person was sent with and what the API
        client was set up with. Raises CodeRejected; CredentialsRejected for a wrong id, secret or
        address; Unreachable, Limited, InvalidAnswer and Refused.
        """
        body = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "client_secret": self._secret,
            "redirect_uri": redirect_uri,
            "code": code,
        }
        answer = await self._doorway.send("POST", self._url, headers=_HEADERS, json=body)
        if answer.status == 200:
            return await read(answer, lambda value: text(mapping(value), "access_token"))
        service, account = answer.service, answer.account
        match _error(answer):
            case "invalid_client":
                raise CredentialsRejected(service, account, "invalid_client")
            case "invalid_grant" as error:
                raise CodeRejected(service, account, error, status=answer.status)
            case "":
                raise refusal(answer)
            case error:
                raise Refused(service, account, error, status=answer.status)


def _error(answer: Answer) -> str:
    """Return the OAuth error of a refusal; empty where there is none."""
    try:
        body = answer.json()
    except InvalidAnswer:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) else ""
