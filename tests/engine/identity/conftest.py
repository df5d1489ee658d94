"""A database with the whole of the tables, imported once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
import sqlite3

import pytest

from custom_components.media_list_sync.engine.identity.importing import Downloaded, import_table
from custom_components.media_list_sync.engine.placement import Origin
from custom_components.media_list_sync.engine.store import schema

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FILES = {
    Origin.ANIBRIDGE: "anibridge-mappings.json",
    Origin.ANIME_LISTS: "anime-list-master.xml",
    Origin.FRIBB: "fribb-anime-list-full.json",
}


def new_database(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema.migrate(connection)


def downloaded(origin: Origin, path: Path, etag: str | None = None) -> Downloaded:
    return Downloaded(origin, str(path), etag, NOW, NOW)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    new_database(path)
    return path


@pytest.fixture(scope="session")
def whole_database(tmp_path_factory: pytest.TempPathFactory, contracts_dir: Path) -> Path:
    path = tmp_path_factory.mktemp("identity") / "store.db"
    new_database(path)
    for origin, name in FILES.items():
        import_table(str(path), downloaded(origin, contracts_dir / "data" / name))
    return path


@pytest.fixture
def whole(whole_database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(whole_database, isolation_level=None)) as connection:
        yield connection
