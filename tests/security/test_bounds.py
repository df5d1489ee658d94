"""What comes from outside is read within limits: of bytes, unpacked, of rows, and of time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from compression import zstd
import gzip
import json
import os
from pathlib import Path
import tracemalloc
from typing import Any
import zlib

import aiohttp
from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from yarl import URL

from custom_components.media_list_sync.const import DOMAIN
from custom_components.media_list_sync.engine.http import Doorway, InvalidAnswer, Unreachable
from custom_components.media_list_sync.engine.identity import anibridge, anime_lists, importing
from custom_components.media_list_sync.engine.identity.exchange import (
    MOST_MAPPINGS,
    NoMappings,
    read,
)
from custom_components.media_list_sync.engine.identity.row import Row
from custom_components.media_list_sync.engine.identity.streaming import NotTheShape
from custom_components.media_list_sync.engine.lists import FileInvalid, read_bounded
from custom_components.media_list_sync.flows.address import AddressInvalid, candidates
from simulators.base import Simulator

MIB = 1024**2

# Answers.


class Bomb(Simulator):
    """Answers with 100 MiB of nothing, packed; or with a byte now and then."""

    packed: bytes = b""
    encoding = ""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/packed", self._packed), web.get("/slow", self._slow)]

    async def _packed(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.packed, headers={"Content-Encoding": self.encoding})

    async def _slow(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport is not None and not request.transport.is_closing():
            await response.write(b" ")
            await asyncio.sleep(0.01)
        return response


@pytest.fixture
async def bomb(socket_enabled: None) -> AsyncIterator[Bomb]:
    async with Bomb() as simulator:
        yield simulator


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
@pytest.mark.parametrize("is_download", [False, True])
async def test_an_answer_that_unpacks_to_more_than_allowed(
    bomb: Bomb,
    session: aiohttp.ClientSession,
    tmp_path: Path,
    encoding: str,
    pack: Callable[[bytes], bytes],
    is_download: bool,
) -> None:
    """Nor does more of it ever stand in memory than a few pieces."""
    bomb.packed, bomb.encoding = pack(bytes(100 * MIB)), encoding
    assert len(bomb.packed) < MIB
    door = Doorway(session, service="thing", max_bytes=2 * MIB, patience=0)
    url = URL(f"{bomb.url}/packed")
    into = tmp_path / "file"
    asked = door.download(url, into, headers={}) if is_download else door.get(url, headers={})
    tracemalloc.start()
    try:
        with pytest.raises(InvalidAnswer, match="more than 2 MiB"):
            await asked
        assert tracemalloc.get_traced_memory()[1] < 20 * MIB
    finally:
        tracemalloc.stop()


async def test_an_answer_that_trickles_in(bomb: Bomb, session: aiohttp.ClientSession) -> None:
    """Each byte comes soon; the whole of it never does."""
    door = Doorway(session, service="thing", timeout=0.2, patience=0)
    with pytest.raises(Unreachable) as caught:
        await door.get(URL(f"{bomb.url}/slow"), headers={})
    assert caught.value.reason == "timeout"


# Addresses.


def test_addresses_are_short_and_tried_a_few_times() -> None:
    with pytest.raises(AddressInvalid):
        candidates("http://homeserver/" + "a" * 2_000)
    tried = candidates("http://homeserver/" + "tv/movie/" * 100)
    assert len(tried) == 5
    assert str(tried[-1]) == "http://homeserver/"


# Tables.


def table(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "table"
    path.write_bytes(content)
    return path


async def test_a_table_that_unpacks_to_more_than_any_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some 40 KB of it, on the disk."""
    monkeypatch.setattr(f"{anibridge.__package__}.streaming.MOST_BYTES", 20 * MIB)
    monkeypatch.setattr(anime_lists, "MOST_BYTES", 20 * MIB)
    space = b" " * MIB
    json_text = b"{" + space * 100 + b"}"
    xml_text = b"<anime-list>" + (space[::2] + b"<anime/>") * 200 + b"</anime-list>"
    for rows, text in ((anibridge.rows, json_text), (anime_lists.rows, xml_text)):
        for content in (text, zstd.compress(text)):
            with pytest.raises(NotTheShape, match="larger than any table is"):
                list(rows(table(tmp_path, content)))
    assert len(zstd.compress(json_text)) < MIB


@pytest.mark.parametrize(
    "inside",
    [b"<mapping-list><mapping>" + b"1-1;" * MIB, b"<a>" * MIB, b'<a b="' + b"c" * 2 * MIB],
    ids=["text", "depth", "attribute"],
)
def test_an_entry_of_a_table_that_does_not_end(tmp_path: Path, inside: bytes) -> None:
    with pytest.raises(NotTheShape, match="an entry without an end"):
        list(anime_lists.rows(table(tmp_path, b"<anime-list><anime>" + inside)))


def test_a_table_with_more_rows_than_any_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    row = Row(1, "tvdb_show", "1", "1:1>1")
    assert len(list(importing._bounded(iter([row] * 3)))) == 3
    with pytest.raises(NotTheShape, match="more rows"):
        list(importing._bounded(iter([row] * 4)))


# Files of people.


def test_mappings_in_one_row_count_each() -> None:
    targets = {f"tvdb_show:{n}:s1": {"1": "1"} for n in range(1, MOST_MAPPINGS + 2)}
    with pytest.raises(NoMappings) as caught:
        read(json.dumps({"anilist:1": targets}), dt_util.utcnow())
    assert caught.value.reason == "too_large"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "list.csv"
    os.mkfifo(pipe)
    with pytest.raises(FileInvalid) as caught:
        read_bounded(pipe)
    assert caught.value.reason == "unreadable"


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    ("path", "key"),
    [
        (".storage/auth", "mappings_file_missing"),
        ("there/../.storage/auth", "mappings_file_missing"),
        ("link.json", "mappings_file_missing"),
        ("/etc/passwd", "mappings_file_missing"),
        ("file:///etc/passwd", "mappings_file_missing"),
        ("http://127.0.0.1/", "mappings_file_missing"),
        ("pipe", "mappings_file_missing"),
        ("large", "mappings_file_too_large"),
    ],
)
async def test_files_that_are_not_imported(hass: HomeAssistant, path: str, key: str) -> None:
    """What Home Assistant keeps of everybody's credentials is not read, whatever leads there."""
    folder = Path(hass.config.config_dir)
    (folder / ".storage" / "auth").write_text('{"anilist:1": {"tvdb_show:1:s1": {"1": "1"}}}')
    (folder / "link.json").symlink_to(folder / ".storage" / "auth")
    (folder / "large").write_bytes(b" " * 3 * MIB)
    os.mkfifo(folder / "pipe")
    with pytest.raises(ServiceValidationError) as caught:
        await import_mappings(hass, path=path)
    assert caught.value.translation_key == key


async def import_mappings(hass: HomeAssistant, **data: Any) -> Any:
    return await hass.services.async_call(
        DOMAIN, "import_mappings", data, blocking=True, return_response=True
    )
