"""How many pages of Plex are read, and how large they are."""

from functools import cache
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from custom_components.media_list_sync.engine.clients.plex import server, shapes
from custom_components.media_list_sync.engine.clients.plex.pages import in_pages
from custom_components.media_list_sync.engine.clients.plex.server import FIRST, MOST
from custom_components.media_list_sync.engine.http import Answer, InvalidAnswer

from .plex_stub import container, episode

READS = 125


class Pages:
    """Answers with the recorded episodes over and over: no server, which would take time too."""

    def __init__(self, recorded: Path, episodes: int, without: set[str]) -> None:
        rows = json.loads((recorded / "tv_episodes.json").read_text())["MediaContainer"]["Metadata"]
        self._rows = [
            {name: value for name, value in row.items() if name not in without} for row in rows
        ]
        self._episodes = episodes
        self.sizes: list[int] = []
        self._body = cache(self._made)

    async def ask(self, start: int, size: int) -> Answer:
        body = self._body(start, size)
        self.sizes.append(len(body))
        return Answer("plex", None, 200, {}, body)

    def _made(self, start: int, size: int) -> bytes:
        numbers = range(start, min(start + size, self._episodes))
        rows: list[dict[str, Any]] = [
            self._rows[n % len(self._rows)]
            | {"ratingKey": str(n), "parentRatingKey": f"s{n // 12}", "viewCount": 1}
            for n in numbers
        ]
        fields = {"size": len(rows), "totalSize": self._episodes, "offset": start}
        return orjson.dumps(container(**fields, Metadata=rows))

    async def read(self) -> int:
        count = 0
        async for rows in in_pages(self.ask, shapes.episode, first=FIRST, most=MOST):
            count += len(rows)
        return count


ASKED = {
    name
    for kind in ("excludeFields", "excludeElements")
    for name in str(server._EPISODES[kind]).split(",")
}


@pytest.mark.parametrize("without", [ASKED, {"summary", "Media"}, set()])
async def test_reads_of_60_000_episodes(contracts_dir, without) -> None:
    """Also where a server leaves out little of what it is asked to, or nothing."""
    pages = Pages(contracts_dir / "recorded/plex", 60_000, without)
    assert await pages.read() == 60_000
    assert len(pages.sizes) <= READS
    assert max(pages.sizes) < 1_200_000


async def test_a_library_of_millions_is_not_read() -> None:
    async def ask(start: int, size: int) -> Answer:
        assert start == 0
        rows = [episode(n) for n in range(size)]
        fields = {"size": size, "totalSize": 10_000_000, "offset": start}
        return Answer("plex", None, 200, {}, orjson.dumps(container(**fields, Metadata=rows)))

    with pytest.raises(InvalidAnswer, match="10000000 rows"):
        async for _ in in_pages(ask, shapes.episode, first=10, most=10):
            pass
