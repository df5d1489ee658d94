"""Large JSON and XML files, read piece by piece: never all of one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from compression import zstd
from contextlib import contextmanager
import io
import json
from json import JSONDecodeError
from pathlib import Path
import re
from typing import Protocol

MOST_BYTES = 512 * 1024**2
"""What a file may unpack to."""

_CHUNK = 256 * 1024
_LONGEST = 8 * 1024**2
"""How long a single value may be."""
_ZSTD = b"\x28\xb5\x2f\xfd"
_SPACE = re.compile(r"[\s]*")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""


class NotTheShape(ValueError):
    """A file is not what it should be: a web page, cut short, other JSON. `str()` says what."""


@contextmanager
def unpacked(path: Path) -> Iterator[Readable]:
    """Open a file, packed with zstd or not. What cannot be unpacked raises NotTheShape."""
    with path.open("rb") as file:
        is_packed = file.read(4) == _ZSTD
        file.seek(0)
        try:
            if is_packed:
                with zstd.ZstdFile(file) as plain:
                    yield plain
            else:
                yield file
        except (zstd.ZstdError, EOFError) as error:
            raise NotTheShape("cannot be unpacked") from error


def members(file: Readable) -> Iterator[tuple[str, object]]:
    """Yield the members of a JSON object."""
    return _Reader(file).members()


def elements(file: Readable) -> Iterator[object]:
    """Yield the elements of a JSON array."""
    return _Reader(file).elements()


class _Reader:
    """A window that moves over a JSON text, and values that are read from it."""

    def __init__(self, file: Readable) -> None:
        self._text = io.TextIOWrapper(io.BufferedReader(_Limited(file)), encoding="utf-8")
        self._decode = json.JSONDecoder().raw_decode
        self._window = ""
        self._at = 0

    def members(self) -> Iterator[tuple[str, object]]:
        self._expect("{")
        if self._peek() == "}":
            self._finish("}")
            return
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise NotTheShape("a key that is no text")
            self._expect(":")
            yield key, self._value()
            if self._peek() != ",":
                break
            self._expect(",")
        self._finish("}")

    def elements(self) -> Iterator[object]:
        self._expect("[")
        if self._peek() == "]":
            self._finish("]")
            return
        while True:
            yield self._value()
            if self._peek() != ",":
                break
            self._expect(",")
        self._finish("]")

    def _value(self) -> object:
        self._peek()
        while True:
            try:
                value, end = self._decode(self._window, self._at)
            except JSONDecodeError:
                end = -1
                value = None
            except RecursionError:
                raise NotTheShape("nested too deep") from None
            # A number that ends where the window does may go on.
            if 0 <= end < len(self._window):
                self._at = end
                return value
            if len(self._window) - self._at > _LONGEST or not self._more():
                raise NotTheShape("cut short, or no JSON")

    def _peek(self) -> str:
        while True:
            found = _SPACE.match(self._window, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._more():
                raise NotTheShape("cut short")

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            raise NotTheShape(f"no {mark!r} where one should be")
        self._at += 1

    def _finish(self, mark: str) -> None:
        self._expect(mark)
        while True:
            if self._window[self._at :].strip():
                raise NotTheShape("goes on after its end")
            self._at = len(self._window)
            if not self._more():
                return

    def _more(self) -> bool:
        try:
            chunk = self._text.read(_CHUNK)
        except UnicodeDecodeError as error:
            raise NotTheShape("not UTF-8") from error
        is_start = not self._window
        self._window = self._window[self._at :] + chunk
        self._at = 0
        if is_start:
            self._window = self._window.removeprefix(_BOM)
        return bool(chunk)


class _Limited(io.RawIOBase):
    """A stream that ends in an error where it is longer than any table is."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._file.read(len(view))
        self._left -= len(data)
        if self._left < 0:
            raise NotTheShape("larger than any table is")
        view[: len(data)] = data
        return len(data)
