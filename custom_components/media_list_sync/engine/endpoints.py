"""Where the public services are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of services that everybody shares. Overridable, for a mirror or a simulator."""

    anilist: str = "https://graphql.anilist.co"
    anilist_auth: str = "https://anilist.co"
    imdb: str = "https://api.graphql.imdb.com/"
    plex_clients: str = "https://clients.plex.tv"
    plex_discover: str = "https://discover.provider.plex.tv"
    plex_tv: str = "https://plex.tv"
    trakt_api: str = "https://api.trakt.tv"
    trakt_auth: str = "https://auth.trakt.tv"
    anibridge: str = (
        "https://github.com/anibridge/anibridge-mappings/releases/download/v3/mappings.json.zst"
    )
    anime_lists: str = (
        "https://raw.githubusercontent.com/Anime-Lists/anime-lists/master/anime-list-master.xml"
    )
    fribb: str = "https://raw.githubusercontent.com/Fribb/anime-lists/master/anime-list-full.json"
