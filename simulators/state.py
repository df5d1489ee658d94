"""What the services of a world know and were asked, as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .seerr import MediaStatus, RequestStatus

if TYPE_CHECKING:
    from .seerr import MediaRow, RequestRow, SeerrSimulator
    from .world import World


def of_world(world: World) -> dict[str, Any]:
    """Return the requests and titles of Seerr, and how often each service was asked what."""
    seerr = world.seerr
    return {
        "services": world.addresses,
        "requests": [_request(seerr, row) for row in seerr.requests],
        "media": [_media(seerr, row) for row in seerr.media],
        "posts": _posts(seerr),
        "sent": len(seerr.sent),
        "overlapping_posts": seerr.overlapping_posts,
        "crashed": seerr.crashed,
        "counts": {
            "seerr": dict(seerr.counts),
            "imdb": dict(world.imdb.counts),
            "trakt": dict(world.trakt.counts),
        },
    }


def _posts(seerr: SeerrSimulator) -> dict[str, int]:
    """Count the answers to requests for titles by their status."""
    return Counter(
        str(exchange.status)
        for exchange in seerr.exchanges
        if exchange.method == "POST" and exchange.path.endswith("/api/v1/request")
    )


def _name(seerr: SeerrSimulator, is_show: bool, tmdb: int) -> str:
    title = seerr.tmdb.known(is_show, tmdb)
    return title.title if title is not None else f"TMDB {tmdb}"


def _request(seerr: SeerrSimulator, row: RequestRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": _name(seerr, row.is_show, row.tmdb),
        "is_show": row.is_show,
        "tmdb": row.tmdb,
        "status": RequestStatus(row.status).name.lower(),
        "user": seerr.core.tables.users[row.requested_by].username,
        "is4k": row.is4k,
        "seasons": row.season_numbers,
        "server": row.server_id,
        "profile": row.profile_id,
        "root_folder": row.root_folder,
        "tags": list(row.tags or ()),
    }


def _media(seerr: SeerrSimulator, row: MediaRow) -> dict[str, Any]:
    return {
        "title": _name(seerr, row.is_show, row.tmdb),
        "is_show": row.is_show,
        "tmdb": row.tmdb,
        "status": MediaStatus(row.status).name.lower(),
        "status4k": MediaStatus(row.status4k).name.lower(),
        "seasons": {
            str(season.number): MediaStatus(season.status).name.lower() for season in row.seasons
        },
    }
