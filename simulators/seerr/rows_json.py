"""Rows as the API writes them. The same row has other fields in other places; so here."""

from __future__ import annotations

from typing import Any

import orjson

from .clock import stamp
from .core import Core
from .rows import MediaRow, RequestRow, RequestSeason, SeerrUser, ServiceLink
from .tmdb_json import Json


def user(core: Core, row: SeerrUser, *, settings: bool = False, private: bool = True) -> Json:
    """Return a user. `private` fields are for those who manage users."""
    merged = core.flavour.merged
    shown: Json = {"permissions": int(row.permissions)}
    if merged:
        shown["warnings"] = []
    shown["id"] = row.id
    if private:
        shown["email"] = row.email
    shown["plexUsername"] = None
    if merged:
        shown["jellyfinUsername"] = None
    shown |= {"username": row.username, "recoveryLinkExpirationDate": None, "userType": 2}
    if private:
        shown["plexId"] = None
    if merged:
        shown["jellyfinUserId"] = None
    shown["avatar"] = "/os_logo_square.png"
    if merged:
        shown |= {"avatarETag": None, "avatarVersion": None}
    movie, tv = row.movie_quota, row.tv_quota
    shown |= {
        "movieQuotaLimit": movie.limit if movie else None,
        "movieQuotaDays": movie.days if movie else None,
        "tvQuotaLimit": tv.limit if tv else None,
        "tvQuotaDays": tv.days if tv else None,
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z",
    }
    if settings and private:
        shown["settings"] = None
    shown |= {"requestCount": core.tables.request_count(row.id), "displayName": row.username}
    return shown


def media(core: Core, row: MediaRow, *, seasons: bool = True) -> Json:
    """Return a title's row. Inside of requests, and in Seerr's searches, it has no `seasons`."""
    shown: Json = {
        "downloadStatus": [],
        "downloadStatus4k": [],
        "id": row.id,
        "mediaType": "tv" if row.is_show else "movie",
        "tmdbId": row.tmdb,
        "tvdbId": row.tvdb,
        "imdbId": row.imdb,
        "status": row.status,
        "status4k": row.status4k,
        "createdAt": stamp(row.created_at),
        "updatedAt": stamp(row.updated_at),
        "lastSeasonChange": stamp(row.created_at),
        "mediaAddedAt": stamp(row.added_at) if row.added_at else None,
    }
    shown |= _links(core, row)
    shown |= {"ratingKey": row.rating_key, "ratingKey4k": None}
    if core.flavour.merged:
        shown |= {"jellyfinMediaId": None, "jellyfinMediaId4k": None}
    if seasons:
        shown["seasons"] = [
            {
                "id": season.id,
                "seasonNumber": season.number,
                "status": season.status,
                "status4k": season.status4k,
                "createdAt": stamp(season.created_at),
                "updatedAt": stamp(season.updated_at),
            }
            for season in row.seasons
        ]
    if row.rating_key is not None:
        address = f"server/simulated/details?key=%2Flibrary%2Fmetadata%2F{row.rating_key}"
        shown["mediaUrl"] = f"https://app.plex.tv/desktop#!/{address}"
    return shown


def written_media(core: Core, row: MediaRow) -> bytes:
    """Return a title's row as it stands in `/media`, written once for as long as it lives."""
    known = core.written.get(row.id)
    if known is not None and known[0] is row:
        return known[1]
    encoded = orjson.dumps(media(core, row))
    core.written[row.id] = (row, encoded)
    return encoded


def request(core: Core, row: RequestRow, *, settings: bool = False, canned: bool = False) -> Json:
    """Return a stored request. `canned`: as part of its media row or of a list."""
    parent = core.tables.media[row.media_id]
    tables = core.tables
    modified = tables.users.get(row.modified_by) if row.modified_by is not None else None
    return _request_fields(row) | {
        "media": media(core, parent, seasons=not canned),
        "requestedBy": user(core, tables.users[row.requested_by], settings=settings),
        "modifiedBy": user(core, modified, settings=settings) if modified else None,
        "seasons": [_season(season) for season in row.seasons],
        "seasonCount": len(row.seasons),
    }


def media_with_requests(core: Core, row: MediaRow) -> Json:
    """Return a title's row with its requests, as a new request for it shows it."""
    requests = core.tables.requests_of_media(row.id)
    return media(core, row) | {"requests": [request(core, one, canned=True) for one in requests]}


def media_info(core: Core, row: MediaRow) -> Json:
    """Return a title's row as its details show it."""
    return media_with_requests(core, row) | {"issues": []}


def search_info(core: Core, row: MediaRow) -> Json:
    """Return a title's row as a search shows it: on Seerr without its seasons."""
    if not core.flavour.merged:
        return media(core, row)
    return media(core, row, seasons=False) | {"watchlists": []}


def created(core: Core, row: RequestRow, parent: Json, people: tuple[Json, Json | None]) -> Json:
    """Return a request as its creation is answered.

    `parent` and `people` (who asked, who approved) are from before the request was stored.
    """
    requested_by, modified_by = people
    shown = _request_fields(row) | {"media": parent, "requestedBy": requested_by}
    if modified_by is not None:
        shown["modifiedBy"] = modified_by
    if row.is_show:
        shown["seasons"] = [_season(season) for season in row.seasons]
    return shown


def page_info(count: int, take: float, skip: float) -> Json:
    """Return where a page lies. JavaScript's ceilings, for odd sizes too."""
    return {
        "pages": int(-(-count // take)),
        "pageSize": take,
        "results": count,
        "page": int(-(-skip // take)) + 1,
    }


def cut[T](rows: list[T], take: float, skip: float) -> list[T]:
    """Return the rows of a page. A negative size is no limit, as in SQLite."""
    start = int(skip)
    return rows[start:] if take < 0 else rows[start : start + int(take)]


def _request_fields(row: RequestRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "createdAt": stamp(row.created_at),
        "updatedAt": stamp(row.updated_at),
        "type": "tv" if row.is_show else "movie",
        "is4k": row.is4k,
        "serverId": row.server_id,
        "profileId": row.profile_id,
        "rootFolder": row.root_folder,
        "languageProfileId": row.language_profile_id,
        "tags": row.tags,
        "isAutoRequest": False,
    }


def _season(season: RequestSeason) -> Json:
    return {
        "id": season.id,
        "seasonNumber": season.number,
        "status": season.status,
        "createdAt": stamp(season.created_at),
        "updatedAt": stamp(season.updated_at),
    }


def _links(core: Core, row: MediaRow) -> Json:
    shown: Json = {}
    for suffix, link in (("", row.link), ("4k", row.link4k)):
        shown |= {
            f"serviceId{suffix}": link.server if link else None,
            f"externalServiceId{suffix}": link.external if link else None,
            f"externalServiceSlug{suffix}": link.slug if link else None,
        }
        if link is not None and _is_configured(core, row, link):
            kind = "series" if row.is_show else "movie"
            port = 8989 if row.is_show else 7878
            shown[f"serviceUrl{suffix}"] = f"http://localhost:{port}/{kind}/{link.slug}"
    return shown


def _is_configured(core: Core, row: MediaRow, link: ServiceLink) -> bool:
    servers = core.settings.sonarr if row.is_show else core.settings.radarr
    return any(server.id == link.server for server in servers)
