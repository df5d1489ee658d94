"""The CSV file that IMDb exports of a list, a watchlist, or one's ratings."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Iterator, Mapping
import csv
from dataclasses import dataclass
from datetime import UTC, datetime
import hashlib
import io
from itertools import islice
from pathlib import PureWindowsPath
import re
from typing import Final

from ..captions import caption
from ..clients.imdb import ImdbTitle
from ..model import ListContents
from .errors import FileInvalid
from .files import MAX_BYTES
from .imdb_titles import Collected
from .source import ListClients

MAX_ROWS: Final = 50_000

_TITLE_ID = re.compile(r"\btt\d{5,}\b", re.ASCII)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 200
"""Bytes in which a text of two bytes a letter shows itself."""

_NEEDED = frozenset({"const", "title type"})
_PERSON_ID = re.compile(r"\bnm\d{5,}\b", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_OLD_DATE = "%a %b %d %H:%M:%S %Y"


@dataclass(frozen=True, slots=True)
class CsvFileSource:
    """A file that is there to be read at each sync."""

    clients: ListClients
    path: str

    async def read(self, known: str | None) -> ListContents | None:
        """Read the file. It is unchanged when every byte of it is."""
        data = await self.clients.read_file(self.path)
        return await asyncio.to_thread(_unless_known, data, file_name(self.path), known)


@dataclass(frozen=True, slots=True)
class UploadSource:
    """A file that was uploaded in a flow. It never changes: a new upload has a new id."""

    clients: ListClients
    upload_id: str

    async def read(self, known: str | None) -> ListContents | None:
        """Return what was uploaded."""
        if known == self.upload_id:
            return None
        contents = await self.clients.uploaded(self.upload_id)
        return ListContents(contents.name, contents.items, contents.left_out, self.upload_id)


def file_name(path: str) -> str:
    """Return what a file's list is called: its name without its ending."""
    return PureWindowsPath(path).stem  # which knows both kinds of slashes


def _unless_known(data: bytes, name: str, known: str | None) -> ListContents | None:
    fingerprint = hashlib.sha256(data).hexdigest()
    if fingerprint == known:
        return None
    contents = parse(data, name)
    return ListContents(contents.name, contents.items, contents.left_out, fingerprint)


def parse(data: bytes, name: str) -> ListContents:
    """Return the list in a CSV file, without a fingerprint. Blocks: for a worker thread.

    Columns are found by their names, which differ in upper and lower case and in order between
    old and new exports. Raises FileInvalid for anything that is no export of IMDb, and where rows
    are broken: nothing is concluded from half a file.
    """
    if len(data) > MAX_BYTES:
        raise FileInvalid("too_large")
    collected = Collected()
    count = named = 0
    for row in islice(_rows(_text(data)), MAX_ROWS + 1):
        count += 1
        title_id = _TITLE_ID.search(row["const"]) or _TITLE_ID.search(row.get("url", ""))
        if title_id is not None:
            named += 1
            collected.add(_title(row, title_id[0]))
        else:
            is_person = _PERSON_ID.search(row["const"]) is not None
            collected.left_out["person" if is_person else "other"] += 1
    if count > MAX_ROWS:
        raise FileInvalid("too_many_rows")
    if collected.left_out["other"] == count > named == 0:
        raise FileInvalid("no_ids")
    return ListContents(caption(name), tuple(collected.items.values()), +collected.left_out)


def _text(data: bytes) -> str:
    """Decode a file as it was saved by IMDb, or by a spreadsheet after that."""
    if not data.strip():
        raise FileInvalid("empty")
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None and b"\0" in data[:_HEAD]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise FileInvalid("not_text") from None
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise FileInvalid("not_text")
    return text


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """Yield rows by the names of their columns, in lower case."""
    head = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not _NEEDED.issubset(names):
            raise FileInvalid("not_imdb")
        needed = max(names.index(name) for name in _NEEDED) + 1
        is_short = False
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            # Spreadsheets leave empty cells out at the end of a row.
            is_short = len(row) < len(names)
            if len(row) < needed:
                raise FileInvalid("broken", f"line {reader.line_num}")
            yield dict(zip(names, row, strict=False))
        if is_short and not text.endswith(("\n", "\r")):
            raise FileInvalid("broken", "cut short")
    except csv.Error:
        raise FileInvalid("broken", f"line {reader.line_num}") from None


def _title(row: Mapping[str, str], title_id: str) -> ImdbTitle:
    year = row.get("year", "").strip()
    return ImdbTitle(
        id=title_id,
        title=caption(row.get("title", "").strip()),
        year=int(year) if _YEAR.fullmatch(year) else None,
        # Of a plain film, IMDb has no word for what it is.
        kind=row["title type"].strip() or "movie",
        listed_at=_date(row.get("created") or row.get("date rated") or ""),
    )


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        return datetime.strptime(text.strip(), _OLD_DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
