"""What can be wrong with a list, over and above what can be wrong with its service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ..http import Forbidden, NotFound, Refused, ServiceError

type FileProblem = Literal[
    "empty", "not_text", "not_imdb", "broken", "no_ids", "too_large", "too_many_rows", "unreadable"
]
"""Why a file is no list: also a translation key. "not_imdb": without the columns that an export of
IMDb has. "broken": it ends or breaks off inside of a row. "no_ids": it has rows, but none names a
title by its id."""


class ListGone(NotFound):
    """The list is not there (any more), or not to be seen at all."""


class ListPrivate(Forbidden):
    """The list is there, and its owner keeps it private."""


class NotAList(Refused):
    """It is something else: a list of people, or an id that the service never gave."""


class TraktMissing(ServiceError):
    """The list needs a Trakt account that is not there, not loaded, or not signed in."""


class FileMissing(NotFound):
    """The file, or the upload, is not there."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("file", None, detail)


class FileNotAllowed(FileMissing):
    """Whether or not the file is there: it lies where Home Assistant lets nothing be read."""


class FileInvalid(ServiceError):
    """The file is no list that IMDb exported."""

    def __init__(self, reason: FileProblem, detail: str = "") -> None:
        super().__init__("file", None, detail)
        self.reason: FileProblem = reason

    def _what(self) -> str:
        return f"{type(self).__name__}, {self.reason}"


@contextmanager
def as_errors_of_a_list() -> Iterator[None]:
    """Let a service's "not found", "forbidden" and "malformed" say what they mean for a list.

    More particular errors, such as an app that the service deleted, stay what they are.
    """
    try:
        yield
    except (NotFound, Forbidden, Refused) as error:
        raised = error
    else:
        return
    service, account, detail = raised.service, raised.account, raised.detail
    if type(raised) is NotFound:
        raise ListGone(service, account, detail)
    if type(raised) is Forbidden:
        raise ListPrivate(service, account, detail)
    if type(raised) is Refused and raised.status == 400:
        raise NotAList(service, account, detail, status=400)
    raise raised
