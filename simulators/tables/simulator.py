"""The hosts of the tables: three files, with their ETags."""

from __future__ import annotations

from dataclasses import dataclass, field
import hashlib
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from simulators.anime import ANIME
from simulators.base import Simulator
from simulators.faults import HTML_PAGE

from . import anibridge, anime_lists, fribb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.anime import Anime

PATHS = {
    "anibridge": "/anibridge/anibridge-mappings/releases/download/v3/mappings.json.zst",
    "anime_lists": "/Anime-Lists/anime-lists/master/anime-list-master.xml",
    "fribb": "/Fribb/anime-lists/master/anime-list-full.json",
}
"""Under the names of the integration's endpoints; the paths are those of the real hosts."""

_DOWNLOADS = "/release-assets/mappings.json.zst"
"""Where GitHub sends whoever wants a file of a release."""


@dataclass(slots=True)
class _File:
    body: bytes
    content_type: str
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class TablesSimulator(Simulator):
    """The three tables, written from the anime of this world or from those that are given.

    Tables are called "anibridge", "anime_lists" and "fribb".
    """

    name = "Tables"

    def __init__(self, anime: Iterable[Anime] | None = None) -> None:
        super().__init__()
        self._anime = tuple(ANIME.values() if anime is None else anime)
        self._files: dict[str, _File] = {}
        self.restore()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get(PATHS["anibridge"], self._redirect),
            web.get(_DOWNLOADS, self._anibridge),
            web.get(PATHS["anime_lists"], self._anime_lists),
            web.get(PATHS["fribb"], self._fribb),
        ]

    @property
    def addresses(self) -> dict[str, str]:
        """Return where the tables are, under the names of the integration's endpoints."""
        return {name: f"{self.url}{path}" for name, path in PATHS.items()}

    def body(self, table: str) -> bytes:
        """Return a table as it is served."""
        return self._files[table].body

    # What tests and the demo do.

    def restore(self) -> None:
        """Serve all tables whole and as they should be."""
        self._write(self._anime)
        self.show_old_fribb(old=False)

    def shrink(self) -> None:
        """Serve tables that have lost more than half of what was in them."""
        self._write(self._anime[: len(self._anime) // 3])

    def show_old_fribb(self, *, old: bool = True) -> None:
        """Serve Fribb's lists in their shape of before 2026, or in that of now."""
        self._put("fribb", fribb.written(self._anime, old=old), "text/plain")

    def truncate(self, table: str) -> None:
        """Serve the first half of a table, as if that were all of it."""
        known = self._files[table]
        self._put(table, known.body[: len(known.body) // 2], known.content_type)

    def show_page(self, table: str) -> None:
        """Serve a web page in a table's place, with status 200."""
        self._put(table, HTML_PAGE.encode(), "text/html")

    def replace(self, table: str, body: bytes) -> None:
        """Serve something else as a table."""
        self._put(table, body, self._files[table].content_type)

    def _write(self, anime: tuple[Anime, ...]) -> None:
        self._put("anibridge", anibridge.packed(anime), "application/octet-stream")
        self._put("anime_lists", anime_lists.written(anime), "text/plain")
        self._put("fribb", fribb.written(anime), "text/plain")

    def _put(self, table: str, body: bytes, content_type: str) -> None:
        self._files[table] = _File(body, content_type)

    # What the hosts do.

    async def _redirect(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{self.url}{_DOWNLOADS}")

    async def _anibridge(self, request: web.Request) -> web.Response:
        return self._answer(request, "anibridge")

    async def _anime_lists(self, request: web.Request) -> web.Response:
        return self._answer(request, "anime_lists")

    async def _fribb(self, request: web.Request) -> web.Response:
        return self._answer(request, "fribb")

    def _answer(self, request: web.Request, table: str) -> web.Response:
        file = self._files[table]
        headers = {hdrs.ETAG: file.etag}
        asked = request.headers.get(hdrs.IF_NONE_MATCH, "")
        if file.etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}:
            return web.Response(status=304, headers=headers)
        return web.Response(body=file.body, content_type=file.content_type, headers=headers)
