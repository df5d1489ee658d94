"""Reading a file that people put somewhere."""

from __future__ import annotations

from pathlib import Path
import stat
from typing import Final

from .errors import FileInvalid, FileMissing

MAX_BYTES: Final = 10 * 1024**2
"""An export of the largest list that IMDb allows has about 3 MB."""


def read_bounded(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return what is in a file, of at most so many bytes. Blocks: for a worker thread.

    Raises FileMissing, and FileInvalid where it is too large or not to be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for without end
            raise FileInvalid("unreadable", "not a file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise FileMissing(path.name) from None
    except OSError as error:
        raise FileInvalid("unreadable", error.strerror or "") from None
    if len(data) > most:
        raise FileInvalid("too_large", path.name)
    return data
