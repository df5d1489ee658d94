"""What the services of a world know and were asked, as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .seerr import MediaStatus, RequestStatus
from .watching import ANILIST_USER
from .world import TRAKT_USER

if TYPE_CHECKING:
    from .seerr import MediaRow, RequestRow, SeerrSimulator
    from .world import World


def of_world(world: World) -> dict[str, Any]:
    """Return what Seerr has, what was watched and listed, and how often each service was asked what."""
    seerr = world.seerr
    return {
        "addresses": {**world.addresses, "seerr": seerr.url},
        "requests": [_request(seerr, row) for row in seerr.requests],
        "media": [_media(seerr, row) for row in seerr.media],
        "posts": _posts(seerr),
        "sent": len(seerr.sent),
        "overlapping_posts": seerr.overlapping_posts,
        "crashed": seerr.crashed,
        "dropped": [show.title for show in world.trakt.user(TRAKT_USER).dropped],
        "listed": _listed(world),
        "watched": {"plex": _watched_on_plex(world), "trakt": _watched_on_trakt(world)},
        "counts": {name: dict(service.counts) for name, service in world.services.items()},
    }


def spot(season: int, number: int) -> str:
    """Return what an episode is called there. What is (0, 0) is a film."""
    return f"S{season}E{number}" if season or number else "film"


def on_plex(library: str, title: str) -> str:
    """Return what a show or film in a library is called there."""
    return f"{library}: {title}"


def _listed(world: World) -> dict[str, dict[str, Any]]:
    """Return what the list on AniList says, by the number of the anime."""
    return {
        str(number): {"status": entry.status, "progress": entry.progress}
        for number, entry in world.watching.anilist.user(ANILIST_USER).entries.items()
    }


def _watched_on_plex(world: World) -> dict[str, dict[str, int]]:
    """Return how often the owner has watched what, by library and title."""
    plex = world.watching.plex
    return {
        on_plex(library.title, item.title): {
            spot(*place): count for place, count in watched.items()
        }
        for library in plex.state.libraries.values()
        for item in library.items.values()
        if (watched := plex.server.watched(plex.owner, item))
    }


def _watched_on_trakt(world: World) -> dict[str, dict[str, int]]:
    """Return how often the person has watched what, by title."""
    found: dict[str, Counter[str]] = {}
    for play in world.trakt.user(TRAKT_USER).plays.newest_first():
        entry = play.entry
        title = f"{'show' if entry.title.is_show else 'film'} {entry.title.title}"
        found.setdefault(title, Counter())[spot(entry.season or 0, entry.episode or 0)] += 1
    return {title: dict(counts) for title, counts in sorted(found.items())}


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
