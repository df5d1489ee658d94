"""What it costs to read large answers: of AniList, and of a Plex server that leaves nothing out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

from custom_components.media_list_sync.engine.clients.anilist import AniListClient
from custom_components.media_list_sync.engine.clients.anilist.queries import PER_CHUNK
from custom_components.media_list_sync.engine.clients.plex import PlexServer
from custom_components.media_list_sync.engine.http import Doorway

from .anime import EPISODES, SEASONS, AnimeServices
from .meter import RUNS, typical
from .table import row


async def measure(episodes: int) -> list[dict[str, object]]:
    """Read one answer of AniList, and so many episodes of a server that ignores what to leave out."""
    services = AnimeServices(PER_CHUNK, episodes // (SEASONS * EPISODES))
    with services as at:
        services.leave_nothing_out()
        async with aiohttp.ClientSession() as session:
            client = AniListClient(
                Doorway(session, service="anilist"), f"{at.anilist}/", at.anilist_token
            )
            server = PlexServer(Doorway(session, service="plex"), at.plex, "bench", at.plex_token)
            (section,) = await server.sections()

            async def entries() -> int:
                return len((await client.list_chunk(at.anilist_user, 1)).entries)

            async def whole_library() -> int:
                return sum([len(rows) async for rows in server.episodes(section)])

            asked: dict[str, Callable[[], Awaitable[int]]] = {
                "AniList, one answer": entries,
                "Plex, nothing left out": whole_library,
            }
            rows = []
            for name, work in asked.items():
                services.counts()
                cost, found = await typical(work)
                requests = {kind: count // RUNS for kind, count in services.counts().items()}
                rows.append(row(found, name, cost, requests, new=found))
    return rows
