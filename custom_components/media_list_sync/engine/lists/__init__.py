"""Lists of titles out there: how they are named, and how they are read."""

from .addresses import recognise
from .errors import (
    FileInvalid,
    FileMissing,
    FileNotAllowed,
    ListGone,
    ListPrivate,
    NotAList,
    TraktMissing,
)
from .files import MAX_BYTES, read_bounded
from .imdb_csv import parse
from .kinds import KINDS, ListKind, build
from .settle import settle
from .source import ListClients, ListSource
from .spec import ListSpec

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "FileInvalid",
    "FileMissing",
    "FileNotAllowed",
    "ListClients",
    "ListGone",
    "ListKind",
    "ListPrivate",
    "ListSource",
    "ListSpec",
    "NotAList",
    "TraktMissing",
    "build",
    "parse",
    "read_bounded",
    "recognise",
    "settle",
]
