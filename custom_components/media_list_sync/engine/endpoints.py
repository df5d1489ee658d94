"""Where the public services are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of services that everybody shares. Overridable, for a mirror or a simulator."""

    imdb: str = "https://api.graphql.imdb.com/"
    trakt_api: str = "https://api.trakt.tv"
    trakt_auth: str = "https://auth.trakt.tv"
