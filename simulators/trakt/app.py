"""The API app that a client calls itself by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class App:
    """What its owner sees of an app in Trakt's settings."""

    client_id: str = "trakt-client-id"
    client_secret: str = "trakt-client-secret"
    redirect_uri: str = "urn:ietf:wg:oauth:2.0:oob"
