"""Handing approved requests to Radarr and Sonarr."""

from __future__ import annotations

from dataclasses import replace

from .codes import MediaStatus, RequestStatus
from .core import Core, Sent
from .rows import MediaRow, RequestRow, ServiceLink
from .settings import ArrServer


def send(core: Core, request: RequestRow) -> RequestRow | None:
    """Send an approved request on its way, if there is a server that takes it.

    Returns the request, failed where the server refused it. Returns None where request and title
    are gone: Sonarr knows series by their TVDB id alone, and without one both are deleted.
    """
    server = _server(core, request)
    media = core.tables.media.get(request.media_id)
    if server is None or media is None or media.state(request.is4k) == MediaStatus.AVAILABLE:
        return request
    if request.is_show and _tvdb(core, media) is None:
        core.tables.remove_media(media)
        return None
    core.sent.append(
        Sent(
            is_show=request.is_show,
            server=server.id,
            tmdb=request.tmdb,
            profile=request.profile_id or server.active_profile,
            root_folder=request.root_folder or server.active_directory,
            tags=server.active_tags if request.tags is None else request.tags,
            seasons=tuple(request.season_numbers),
        )
    )
    if core.settings.arr_refuses or core.settings.arr_unreachable:
        return replace(request, status=RequestStatus.FAILED)
    link = ServiceLink(server.id, len(core.sent), f"title-{request.tmdb}")
    linked = replace(media, link4k=link) if request.is4k else replace(media, link=link)
    core.tables.put_media(linked)
    return request


def _server(core: Core, request: RequestRow) -> ArrServer | None:
    servers = core.settings.sonarr if request.is_show else core.settings.radarr
    default = next((s for s in servers if s.is_default and s.is4k is request.is4k), None)
    wanted = request.server_id
    if wanted is None or wanted < 0 or not servers:
        return default
    return next((server for server in servers if server.id == wanted), None)


def _tvdb(core: Core, media: MediaRow) -> int | None:
    known = core.tmdb.known(True, media.tmdb)
    return known.tvdb if known is not None and known.tvdb is not None else media.tvdb
