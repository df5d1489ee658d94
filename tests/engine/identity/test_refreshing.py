"""Keeping the tables: what is asked, what is kept, and what is said where nothing can be had."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import json
from pathlib import Path

import aiohttp
from aiohttp import web
import pytest

from custom_components.media_list_sync.engine.endpoints import Endpoints
from custom_components.media_list_sync.engine.http import Doorway
from custom_components.media_list_sync.engine.identity import refreshing
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.identity.refreshing import Refreshing, standing
from custom_components.media_list_sync.engine.store import Store, atlas
from simulators.base import Simulator

from .conftest import NOW

pytestmark = pytest.mark.usefixtures("socket_enabled")

ANIBRIDGE = {
    f"anilist:{n}": {"tvdb_show:7:s1": {"1-12": "1-12"}, "anidb:9:R": {"1": "1"}}
    for n in range(1, 50)
}
XML = '<anime-list><anime anidbid="1" tvdbid="7" defaulttvdbseason="1"/></anime-list>'
FRIBB = [{"anilist_id": 1, "tvdb_id": 7, "season": {"tvdb": 1}}]


class Host(Simulator):
    """Serves the tables, as GitHub does: the first one by way of another host, with ETags."""

    def __init__(self, other: Host | None = None) -> None:
        super().__init__()
        self.other = other
        self.bodies = {
            "anibridge": json.dumps(ANIBRIDGE).encode(),
            "anime_lists": XML.encode(),
            "fribb": json.dumps(FRIBB).encode(),
        }
        self.version = 1
        self.status = 200

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/release", self._release), web.get("/{table}", self._table)]

    async def _release(self, _: web.Request) -> web.Response:
        assert self.other is not None
        raise web.HTTPFound(f"{self.other.url}/anibridge?signed=1")

    async def _table(self, request: web.Request) -> web.Response:
        etag = f'"{self.version}"'
        if self.status != 200:
            return web.Response(status=self.status, headers={"Retry-After": "3600"})
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=self.bodies[request.match_info["table"]], headers={"ETag": etag})


@dataclass
class World:
    store: Store
    host: Host
    release: Host
    refreshing: Refreshing
    now: list[datetime] = field(default_factory=lambda: [NOW])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = Store(tmp_path / "store.db")
    async with Host() as host, Host(host) as release, aiohttp.ClientSession() as session:
        now = [NOW]
        doorways = {
            origin: Doorway(session, service=origin, max_bytes=100_000, patience=0)
            for origin in ORIGINS
        }
        endpoints = Endpoints(
            anibridge=f"{release.url}/release",
            anime_lists=f"{host.url}/anime_lists",
            fribb=f"{host.url}/fribb",
        )
        keeper = Refreshing(store, doorways, endpoints, now=lambda: now[0])
        yield World(store, host, release, keeper, now)
    await store.close()


def errors(found: refreshing.Atlas) -> list[str | None]:
    return [table.error for table in found.tables]


async def test_everything_is_fetched_once_and_then_left_alone_for_a_week(world: World) -> None:
    before = await standing(world.store)
    assert not before.is_usable
    assert before.due_at is None
    found = await world.refreshing.refresh()
    assert found.is_usable
    assert errors(found) == [None, None, None]
    assert [table.rows for table in found.tables] == [98, 1, 1]
    assert found.due_at == NOW + timedelta(days=7)
    asked = len(world.host.exchanges)
    world.now[0] += timedelta(days=6)
    await world.refreshing.refresh()
    assert len(world.host.exchanges) == asked


async def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    await world.refreshing.refresh()
    world.now[0] += timedelta(days=7)
    world.host.forget_requests()
    found = await world.refreshing.refresh()
    assert [exchange.status for exchange in world.host.exchanges] == [304, 304, 304]
    assert found.tables[0].fetched_at == NOW
    assert found.tables[0].checked_at == world.now[0]
    assert found.due_at == world.now[0] + timedelta(days=7)


async def test_force_asks_before_the_time(world: World) -> None:
    await world.refreshing.refresh()
    world.host.version = 2
    world.host.bodies["fribb"] = json.dumps([*FRIBB, {**FRIBB[0], "anilist_id": 2}]).encode()
    found = await world.refreshing.refresh(force=True)
    assert [table.rows for table in found.tables] == [98, 1, 2]


async def test_a_first_start_without_network_says_so(world: World) -> None:
    await world.host.stop()
    found = await world.refreshing.refresh()
    assert not found.is_usable
    assert errors(found) == ["unreachable"] * 3
    assert found.due_at == NOW + timedelta(minutes=15)
    assert found.old(NOW) == found.tables


async def test_offline_the_last_good_copy_stays_with_its_age(world: World) -> None:
    await world.refreshing.refresh()
    await world.host.stop()
    world.now[0] += timedelta(days=31)
    found = await world.refreshing.refresh()
    assert found.is_usable
    assert errors(found) == ["unreachable"] * 3
    assert found.due_at == world.now[0] + timedelta(hours=6)
    assert found.tables[0].fetched_at == NOW
    assert found.old(world.now[0]) == found.tables
    assert len(list(await world.store.run(lambda c: list(atlas.of_anime(c, [1]))))) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, "gone"), (403, "refused"), (429, "limited"), (503, "unreachable"), (500, "refused")],
)
async def test_refusals_are_told_apart(world: World, status: int, error: str) -> None:
    world.host.status = status
    assert errors(await world.refreshing.refresh()) == [error] * 3


async def test_one_bad_table_does_not_keep_the_others_back(world: World) -> None:
    world.host.bodies["anime_lists"] = b"<html>Unicorn!</html>"
    found = await world.refreshing.refresh()
    assert errors(found) == [None, "shape", None]
    assert found.is_usable


async def test_a_table_that_shrank_is_not_taken(world: World) -> None:
    await world.refreshing.refresh()
    world.host.version = 2
    world.host.bodies["anibridge"] = json.dumps(dict(list(ANIBRIDGE.items())[:10])).encode()
    world.now[0] += timedelta(days=7)
    found = await world.refreshing.refresh()
    assert errors(found)[0] == "smaller"
    assert found.tables[0].rows == 98
    assert found.tables[0].etag == '"1"'  # or what is not believed would be "unchanged" next time


async def test_what_is_too_large_is_not_taken(world: World) -> None:
    world.host.bodies["fribb"] = b" " * 200_000
    assert errors(await world.refreshing.refresh()) == [None, None, "invalid"]


async def test_nothing_is_left_behind_on_the_disk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    world.host.bodies["anime_lists"] = b"rubbish"
    await world.refreshing.refresh()
    assert list(folder.iterdir()) == []


async def test_a_full_disk_is_no_trouble_of_the_network(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("custom_components.media_list_sync.engine.http.wire._append", full)
    assert errors(await world.refreshing.refresh()) == ["disk"] * 3


async def test_tables_are_in_the_order_of_trust(world: World) -> None:
    found = await standing(world.store)
    assert [table.origin for table in found.tables] == list(ORIGINS)
