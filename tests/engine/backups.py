"""A database in a backup, and back from it."""

# ruff: noqa: ASYNC240 - tests may wait for the disk

from pathlib import Path

from custom_components.media_list_sync.engine.store.database import Store


async def back_up(store: Store, path: Path) -> bytes:
    """Return what a backup has of a database that is in use."""
    await store.prepare_backup()
    copy = path.read_bytes()
    await store.finish_backup()
    return copy


def put_back(path: Path, copy: bytes) -> None:
    """Put a closed database back to where it was when the backup was made."""
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(copy)
