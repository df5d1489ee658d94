"""Importing a table: what is believed, what is refused, and that the last good copy stays."""

import asyncio
from collections.abc import Callable
import json
from pathlib import Path
import sqlite3

import pytest

from custom_components.media_list_sync.engine.elsewhere import run_elsewhere
from custom_components.media_list_sync.engine.identity.importing import TableRefused, import_table
from custom_components.media_list_sync.engine.placement import Origin
from custom_components.media_list_sync.engine.store import Store, atlas, schema

from .conftest import NOW, downloaded, new_database

type Write = Callable[..., Path]


def table(count: int, first: str = "1") -> dict[str, object]:
    return {
        f"anilist:{n}": {"tvdb_show:7:s1": {"1-12": f"{first}-{int(first) + 11}"}}
        for n in range(1, count + 1)
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: object, name: str = "table") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def rows(database: Path) -> list[tuple[int, str]]:
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT id, segments FROM atlas ORDER BY id").fetchall()
    connection.close()
    return found


def test_a_table_is_imported_and_replaced(database: Path, write: Write) -> None:
    state = import_table(
        str(database), downloaded(Origin.ANIBRIDGE, write(table(10)), etag='"one"')
    )
    assert (state.rows, state.etag, state.fetched_at, state.error) == (10, '"one"', NOW, None)
    newer = table(9) | {"anilist:20": {"tvdb_show:7:s2": {"1": "2"}}}
    newer["anilist:1"] = {"tvdb_show:7:s1": {"1-12": "2-13"}}
    import_table(str(database), downloaded(Origin.ANIBRIDGE, write(newer)))
    found = dict(rows(database))
    assert found[1] == "1:1-12>2-13"
    assert found[2] == "1:1-12>1-12"
    assert found[20] == "2:1>2"
    assert 10 not in found


def test_tables_do_not_touch_one_another(database: Path, write: Write) -> None:
    import_table(str(database), downloaded(Origin.ANIBRIDGE, write(table(10))))
    records = [{"anilist_id": 1, "tvdb_id": 7, "season": {"tvdb": 1}}]
    import_table(str(database), downloaded(Origin.FRIBB, write(records)))
    xml = b'<anime-list><anime anidbid="1" tvdbid="7" defaulttvdbseason="1"/></anime-list>'
    import_table(str(database), downloaded(Origin.ANIME_LISTS, write(xml)))
    assert len(rows(database)) == 12


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        ({}, "smaller"),
        (table(40), "smaller"),
        (json.dumps(table(40), indent=16).encode(), "fewer_rows"),
        (b"<html>" + b" " * 20_000, "shape"),
        (json.dumps(table(100)).encode()[:-30], "shape"),
        ({"anilist:1": {"tvdb_show:7:s1": ["x" * 20_000]}}, "shape"),
        ({"mal:1": {"x": "y" * 20_000}}, "empty"),
    ],
)
def test_what_is_not_believed_leaves_the_last_good_copy(
    database: Path, write: Write, content: object, reason: str
) -> None:
    import_table(str(database), downloaded(Origin.ANIBRIDGE, write(table(100))))
    before = rows(database)
    with pytest.raises(TableRefused) as caught:
        import_table(str(database), downloaded(Origin.ANIBRIDGE, write(content)))
    assert caught.value.reason == reason
    assert caught.value.origin is Origin.ANIBRIDGE
    assert rows(database) == before
    with sqlite3.connect(database) as connection:
        assert atlas.state(connection, Origin.ANIBRIDGE).rows == 100
    connection.close()


def test_an_empty_table_is_refused_the_first_time_too(database: Path, write: Write) -> None:
    contents: tuple[object, ...] = (b"", {}, {"$meta": {}})
    for content in contents:
        with pytest.raises(TableRefused) as caught:
            import_table(str(database), downloaded(Origin.ANIBRIDGE, write(content)))
        assert caught.value.reason == "empty"


def test_a_write_that_fails_leaves_the_last_good_copy(
    database: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_table(str(database), downloaded(Origin.ANIBRIDGE, write(table(10))))
    before = rows(database)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk")

    monkeypatch.setattr(atlas, "save_state", fail)
    with pytest.raises(sqlite3.OperationalError):
        import_table(str(database), downloaded(Origin.ANIBRIDGE, write(table(10, "5"))))
    assert rows(database) == before


async def test_it_runs_in_an_interpreter_of_its_own_beside_the_store(
    tmp_path: Path, write: Write
) -> None:
    store = Store(tmp_path / "own.db")
    file = downloaded(Origin.ANIBRIDGE, write(table(2_000)))
    async with store.beside() as path:
        states, state = await asyncio.gather(
            store.run(atlas.states), run_elsewhere(import_table, str(path), file)
        )
    assert states == {}
    assert state.rows == 2_000
    small = downloaded(Origin.ANIBRIDGE, write(table(10)))
    async with store.beside() as path:
        with pytest.raises(TableRefused) as caught:
            await run_elsewhere(import_table, str(path), small)
    assert caught.value.reason == "smaller"
    await store.close()


def test_a_database_of_the_first_version_gets_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        new_database(path)
    new_database(path)
    assert import_table(str(path), downloaded(Origin.ANIBRIDGE, write(table(3)))).rows == 3
